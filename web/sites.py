"""Which pages may send what changes or costs something: those of this server.

Reading is kept from other sites by their browsers (CORS); this is about requests that a page of
another site makes a visitor's browser send, with the visitor's cookie.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import Forbidden

from . import cors

_SAFE = ("GET", "HEAD", "OPTIONS")


def install(app: Flask) -> None:
    """Refuses requests to `app` with other methods that come from other sites."""
    app.before_request(_check)


def _check() -> None:
    if request.method in _SAFE or not _foreign() or cors.allowed() is not None:
        return
    raise Forbidden("Pages of other sites may not send this.")


def _foreign() -> bool:
    """Whether a browser says that the page of another site sent the request.

    Programs say nothing of the kind. Another port of the same machine is another site, too.
    """
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    # The scheme is not compared: a proxy may have taken off the encryption.
    host: str = request.environ.get("HTTP_HOST", "")
    return origin.partition("://")[2].lower() != host.lower()
