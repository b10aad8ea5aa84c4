"""Which pages of other sites may read the API: none, unless the operator names their origins."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, request

from qa import OptionError

_API = re.compile(r"/(?:ask|suggestions|documents(?:/.*)?|livez|readyz|openapi\.json)", re.DOTALL)
_ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?/?", re.IGNORECASE)
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_READABLE = "ETag, Retry-After, X-Request-ID"
_SENDABLE = "Authorization, Content-Type, If-None-Match, X-Request-ID"


def install(app: Flask) -> None:
    """Answers preflights to `app` and names the origins of `CORS` in its responses."""
    app.before_request(_preflight)
    app.after_request(_allow)


def origin(text: str) -> str:
    """An origin as browsers write it, or "*" for any. Raises OptionError if it is none."""
    if text == "*":
        return text
    found = _ORIGIN.fullmatch(text)
    if found is None:
        raise OptionError(
            f'{text!r} is no origin; write it as "https://example.org", or "*" for any'
        )
    scheme, host, port = found[1].lower(), found[2].lower(), found[3] or ""
    return f"{scheme}://{host}{'' if port == _DEFAULT_PORTS[scheme] else port}"


def allowed() -> str | None:
    """The origin to be named in the response to this request, or None."""
    named: tuple[str, ...] = tuple(current_app.config["CORS"])
    sent = request.headers.get("Origin")
    if not named or sent is None or not _API.fullmatch(request.path):
        return None
    if "*" in named:
        return "*"
    return sent if sent in named else None


def _preflight() -> Response | None:
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if not asks or allowed() is None:
        return None
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST"
    response.headers["Access-Control-Allow-Headers"] = _SENDABLE
    response.headers["Access-Control-Max-Age"] = "600"
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        response.headers["Access-Control-Allow-Private-Network"] = "true"
    return response


def _allow(response: Response) -> Response:
    if current_app.config["CORS"] and _API.fullmatch(request.path):
        response.vary.add("Origin")
        named = allowed()
        if named is not None:
            response.headers["Access-Control-Allow-Origin"] = named
            response.headers["Access-Control-Expose-Headers"] = _READABLE
    return response
