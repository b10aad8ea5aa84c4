"""A name for each request, the client's own if it sent one: both sides can find it again."""

from __future__ import annotations

import re
import uuid

from flask import Flask, Response, g, request

HEADER = "X-Request-ID"

_WELL_FORMED = re.compile(r"[A-Za-z0-9._~+/=:@-]{1,128}")


def install(app: Flask) -> None:
    """Names every request to `app`, and says the name in every response."""
    app.before_request(_name)
    app.after_request(_say)


def current() -> str:
    """The name of the request that is being handled."""
    if "request_id" not in g:
        g.request_id = chosen(request.headers.get(HEADER))
    name: str = g.request_id
    return name


def chosen(sent: str | None) -> str:
    """What was sent if it is well-formed, else a new one."""
    return sent if sent and _WELL_FORMED.fullmatch(sent) else uuid.uuid4().hex


def _name() -> None:
    current()


def _say(response: Response) -> Response:
    response.headers[HEADER] = current()
    return response
