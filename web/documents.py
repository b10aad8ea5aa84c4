"""`/documents`: the list, and each document with a range of its text marked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter

from qa import OptionError, UnknownDocumentError

from . import engine
from .caching import tagged, unchanged
from .excerpt import excerpt
from .problems import wants_page

if TYPE_CHECKING:
    from qa import Document

views = Blueprint("documents", __name__)

LIMIT_DEFAULT = 100
LIMIT_MAX = 1000

_NUMBER = re.compile(r"[0-9]{1,15}")


class Name(PathConverter):
    """An id or a path in an address; unlike Werkzeug's own paths, one may hold a line break."""

    regex = r"[^/](?s:.*?)"


@views.get("/documents")
def listed() -> Response:
    """A page of the list of documents, as JSON or, if HTML is preferred, to read."""
    bot = engine.current()
    offset = _number("offset", 0)
    limit = _number("limit", LIMIT_DEFAULT)
    if not 1 <= limit <= LIMIT_MAX:
        raise OptionError(f'"limit" must be a whole number from 1 to {LIMIT_MAX}.')
    kind = "html" if wants_page(default=False) else "json"
    if (kept := unchanged(kind)) is not None:
        kept.vary.add("Accept")
        return kept
    entries, total = bot.documents(offset, limit), bot.info.documents
    links = {
        "next": _page_link(offset + limit, limit) if offset + limit < total else None,
        "previous": _page_link(max(0, offset - limit), limit) if offset else None,
    }
    if kind == "html":
        page = render_template(
            "documents.html",
            entries=entries,
            info=bot.info,
            offset=offset,
            links=links,
            survey=None if offset else engine.survey(),
        )
        response = make_response(page)
    else:
        documents = [
            {
                "id": entry.id,
                "title": entry.title,
                "date": entry.date,
                "path": entry.path,
                "sentences": entry.sentences,
            }
            for entry in entries
        ]
        body = {"documents": documents, "total": total, "offset": offset, "limit": limit} | links
        response = jsonify(body)
    response.vary.add("Accept")
    return tagged(response, kind)


@views.get("/documents/<name:id>")
def shown(id: str) -> Response:
    """One document, by id or path, as a page, `?start=…&end=…` marked, `&phrase=…-…` within.

    Or as JSON.
    """
    try:
        document = engine.current().document(id)
    except UnknownDocumentError:
        raise NotFound(f"There is no document “{id}”; /documents lists those there are.") from None
    marked = _range(len(document.text))
    phrase = _phrase(*(marked or (0, 0)))
    if wants_page(default=True):
        page = render_template(
            "document.html",
            document=document,
            excerpt=excerpt(document, *(marked or (0, 0)), phrase),
            back=_back_link(),
        )
        response = make_response(page)
    else:
        response = jsonify(_plain(document, marked, phrase))
    response.vary.add("Accept")
    return response


def _plain(
    document: Document, marked: tuple[int, int] | None, phrase: tuple[int, int] | None
) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": document.id,
        "title": document.title,
        "date": document.date,
        "path": document.path,
        "text": document.text,
    }
    for name, place in (("range", marked), ("phrase", phrase)):
        if place is not None:
            start, end = place
            plain[name] = {"text": document.text[start:end], "start": start, "end": end}
    return plain


def _range(size: int) -> tuple[int, int] | None:
    """The range asked for, in code points, or None if none is."""
    if "start" not in request.args and "end" not in request.args:
        return None
    start, end = _number("start", 0), _number("end", size)
    if not start <= end <= size:
        raise OptionError(
            f'"start" and "end" must mark a range of the text, which has {size} characters.'
        )
    return start, end


def _phrase(start: int, end: int) -> tuple[int, int] | None:
    """The part of the range that is to stand out in it, or None if none is asked for."""
    value = request.args.get("phrase")
    if value is None:
        return None
    first, hyphen, last = value.partition("-")
    if hyphen and _NUMBER.fullmatch(first) and _NUMBER.fullmatch(last):
        place = int(first), int(last)
        if start <= place[0] < place[1] <= end:
            return place
    raise OptionError('"phrase" must lie within "start" and "end", written as "12-34".')


def _number(name: str, default: int) -> int:
    value = request.args.get(name)
    if value is None:
        return default
    if not _NUMBER.fullmatch(value):
        raise OptionError(f'"{name}" must be a whole number from 0.')
    return int(value)


def _page_link(offset: int, limit: int) -> str:
    return url_for("documents.listed", offset=offset, limit=limit)


def _back_link() -> str:
    """The page with the question from which the reader came, as the link here carried it."""
    question = request.args.get("q")
    return url_for("page.chat", q=question) if question else url_for("page.chat")
