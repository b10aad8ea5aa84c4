"""Errors as responses: problem+json (RFC 9457) for the API, a readable page for the pages."""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, current_app, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from qa import (
    FolderError,
    IndexStoreError,
    OptionError,
    QAError,
    QuestionError,
    UnknownDocumentError,
)

from . import request_id
from .output import sentence

_API = ("/ask", "/suggestions", "/livez", "/readyz", "/openapi.json")
_UNPROCESSABLE = (QuestionError, OptionError, UnknownDocumentError)
_UNAVAILABLE = (IndexStoreError, FolderError)
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def install(app: Flask) -> None:
    """Every error that leaves a view of `app` becomes a problem."""
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(QAError, _named)
    app.register_error_handler(Exception, _unexpected)


def wants_page(default: bool) -> bool:
    """Whether the client would rather read HTML than JSON; `default` if it has no preference."""
    kinds = ["text/html", "application/json"]
    best = request.accept_mimetypes.best_match(kinds if default else kinds[::-1])
    return default if best is None else best == "text/html"


def is_page() -> bool:
    """Whether what goes wrong with this request is to be told on a page."""
    by_default = request.path == "/" or request.path.startswith("/documents/")
    return request.path not in _API and wants_page(default=by_default)


def status_of(error: QAError) -> int:
    """The HTTP status that says whose fault `error` is."""
    if isinstance(error, _UNPROCESSABLE):
        return 422
    return 503 if isinstance(error, _UNAVAILABLE) else 500


def message(error: QAError) -> str:
    """What `error` says, as a sentence."""
    return sentence(readable(str(error)))


def readable(text: str) -> str:
    """`text` in a form that UTF-8 can carry: lone surrogates, which a client can send, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _refused(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    # A router's own words ("If you entered the URL manually …") suit no program, and its
    # headers carry what the status needs.
    extra = {name: value for name, value in error.get_headers() if name in _KEPT}
    waiting = error.code == HTTPStatus.SERVICE_UNAVAILABLE and request.method == "GET"
    return _problem(error.code, error.description or "", extra, waiting)


def _named(error: QAError) -> Response:
    status = status_of(error)
    if status == 500:
        return _unexpected(error)
    return _problem(status, message(error), {"Retry-After": "2"} if status == 503 else {})


def _unexpected(error: Exception) -> Response:
    current_app.logger.error(
        "%s %r failed (request %s)",
        request.method,
        request.path,
        request_id.current(),
        exc_info=error,
    )
    return _problem(500, InternalServerError.description, {})


def _problem(status: int, detail: str, extra: dict[str, str], waiting: bool = False) -> Response:
    """The error as a problem or a page; the latter asks again by itself if it is `waiting`."""
    title, detail = HTTPStatus(status).phrase, readable(detail)
    if is_page():
        page = render_template(
            "problem.html", status=status, title=title, detail=detail, waiting=waiting
        )
        response = make_response(page, status)
    else:
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        response = make_response(json.dumps(body), status)
        response.mimetype = "application/problem+json"
    response.headers.update(extra)
    response.vary.add("Accept")
    return response
