"""Who may ask: whoever shows the token, if the server was started with one.

Programs send `Authorization: Bearer TOKEN`; readers type it once and get a cookie. The cookie holds
no token, only proof that it was known, and is worth nothing once the token is another.
"""

from __future__ import annotations

import hashlib
import hmac
import re

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
)
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from qa import OptionError

from .problems import is_page

views = Blueprint("access", __name__)

COOKIE = "verbatim"

_OPEN = ("access.login", "access.log_in", "health.livez", "health.readyz", "static")
_DAYS = 30
_PURPOSE = b"verbatim cookie, version 1"
_TOKEN = re.compile(r"[!-~]{1,1000}")
_LOCAL = re.compile(r"/(?![/\\])[^\s\\]*")


def install(app: Flask) -> None:
    """Asks for `TOKEN`, if there is one, on all but the signs of life and what a login needs."""
    app.before_request(_check)
    app.context_processor(lambda: {"logged_in": bool(current_app.config["TOKEN"]) and known()})


def token(text: str) -> str:
    """A token as it may stand in a header. Raises OptionError, which does not repeat it."""
    if not _TOKEN.fullmatch(text):
        raise OptionError(
            "the token must be printable ASCII without blanks; this makes one: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe())'"
        )
    return text


def known() -> bool:
    """Whether the sender of this request has shown the token, or none is needed."""
    expected = current_app.config["TOKEN"]
    if not expected:
        return True
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and _same(_sent(shown.strip()), expected.encode()):
        return True
    return _same(_sent(request.cookies.get(COOKIE, "")), _proof(expected))


@views.get("/login")
def login() -> Response:
    """The form that asks for the token."""
    return _form("/", 200)


@views.post("/login")
def log_in() -> AnyResponse:
    """Takes the token from the form, gives the cookie, and leads to where the reader was going."""
    expected, onward = current_app.config["TOKEN"], request.form.get("next", "/")
    if not _LOCAL.fullmatch(onward):
        onward = "/"
    if expected:
        shown = request.form.get("token", "").strip().encode("utf-8", "surrogatepass")
        if not _same(shown, expected.encode()):
            return _form(onward, 401, "That is not the token of this server.")
    response = redirect(onward, 303)
    if expected:
        response.set_cookie(
            COOKIE,
            _proof(expected).decode(),
            max_age=_DAYS * 24 * 3600,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
    return response


@views.post("/logout")
def log_out() -> AnyResponse:
    """Takes the cookie away."""
    response = redirect("/login", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)
    return response


def _check() -> Response | None:
    if request.endpoint in _OPEN or known():
        return None
    if is_page():
        target = request.full_path.rstrip("?") if request.method == "GET" else "/"
        # After a link on another site the cookie is held back once; it comes when asked again.
        again = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        return _form(target, 401, again=again)
    raise Unauthorized(
        "This server asks for its token: send it as “Authorization: Bearer TOKEN”.",
        www_authenticate=WWWAuthenticate("bearer", {"realm": "Verbatim"}),
    )


def _form(onward: str, status: int, wrong: str = "", again: bool = False) -> Response:
    page = render_template("login.html", onward=onward, wrong=wrong, again=again)
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _sent(text: str) -> bytes:
    """The bytes of a header or cookie as they were sent."""
    return text.encode("latin-1", "replace")


def _proof(expected: str) -> bytes:
    return hmac.new(expected.encode(), _PURPOSE, hashlib.sha256).hexdigest().encode()


def _same(shown: bytes, expected: bytes) -> bool:
    """Compares in constant time, whatever the lengths."""
    return hmac.compare_digest(hashlib.sha256(shown).digest(), hashlib.sha256(expected).digest())
