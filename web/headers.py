"""What surrounds every response: security headers; and the check of the Host header."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import BadRequest

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_PORT = re.compile(r":[0-9]{0,5}\Z")


def install(app: Flask) -> None:
    """Checks every request to `app` and completes every response."""
    app.before_request(_check_host)
    app.after_request(_complete)


def _check_host() -> None:
    """Refuses a foreign Host: else a page elsewhere could point its own name at this server."""
    hosts = current_app.config["HOSTS"]
    if hosts is None:
        return
    name = _PORT.sub("", request.environ.get("HTTP_HOST", "")).lower()
    if name not in hosts:
        raise BadRequest(
            "This server does not answer under the name in the Host header. "
            "Use the address that it printed when it started."
        )


def _complete(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    # Answers change with the index, so a stored copy has to be checked before it is used again.
    response.headers.setdefault("Cache-Control", "no-cache")
    return response
