"""`/openapi.json`: what the API takes and gives, written by hand and kept true by a test."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify

from .documents import LIMIT_DEFAULT, LIMIT_MAX
from .inquiry import DOCUMENTS_MAX, HISTORY_MAX, K_DEFAULT, K_MAX

views = Blueprint("openapi", __name__)


@views.get("/openapi.json")
def description() -> Response:
    """The OpenAPI 3.1 document."""
    return jsonify(DESCRIPTION)


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
    }


def _content(schema: dict[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {kind: {"schema": schema}}


def _given(text: str, content: dict[str, Any], *headers: str) -> dict[str, Any]:
    named = {name: {"$ref": f"#/components/headers/{name}"} for name in (*headers, "X-Request-ID")}
    return {"description": text, "headers": named} | ({"content": content} if content else {})


def _kept() -> dict[str, Any]:
    """The answer to those who hold what they would be sent."""
    return {"304": _given("What the client holds is what it would be sent", {}, "ETag")}


def _problems(**texts: str) -> dict[str, Any]:
    problem = _content(_ref("Problem"), "application/problem+json")
    texts["default"] = "Any other error"
    return {
        status.removeprefix("_"): _given(
            text, problem, *(("Retry-After",) if status == "_503" else ())
        )
        for status, text in texts.items()
    }


def _query(name: str, schema: dict[str, Any], text: str, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": text,
        "schema": schema,
    }


_TEXT = {"type": "string"}
_OFFSET = {"type": "integer", "minimum": 0}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_DAY = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_QUESTION = {"type": "string", "minLength": 1, "maxLength": 2000}
_K = {"type": "integer", "minimum": 1, "maximum": K_MAX, "default": K_DEFAULT}
_PAGE = {"text/html": {"schema": _TEXT}}
_PLACE = {"start": _OFFSET, "end": _OFFSET}
_NAMED = {"$ref": "#/components/parameters/X-Request-ID"}
_HELD = {"$ref": "#/components/parameters/If-None-Match"}
_SINCE = "Only documents dated this day or later"
_UNTIL = "Only documents dated this day or earlier"
_UNREADY = "The index is not open"


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_SCHEMAS: dict[str, Any] = {
    "Inquiry": _object(
        {"question": _QUESTION},
        {
            "k": _K,
            "documents": _or_null(
                {
                    "type": "array",
                    "items": _TEXT,
                    "maxItems": DOCUMENTS_MAX,
                    "description": "Ids, or paths in the folder, to look in; null is all of "
                    "them, an empty list none, which is always a refusal",
                }
            ),
            "since": _or_null(_DAY) | {"description": _SINCE},
            "until": _or_null(_DAY) | {"description": _UNTIL},
            "history": _or_null(
                {
                    "type": "array",
                    "items": _ref("Exchange"),
                    "maxItems": HISTORY_MAX,
                    "description": "Earlier questions with their answers, oldest first",
                }
            ),
        },
    )
    | {"additionalProperties": False},
    "Exchange": _object({"question": _TEXT}, {"answer": _or_null(_TEXT)})
    | {"additionalProperties": False},
    "Answer": _object(
        {
            "question": _TEXT | {"description": "As asked"},
            "resolved_question": _TEXT | {"description": "What was searched"},
            "answered": {"type": "boolean", "description": "False is a refusal"},
            "answer": _or_null(_TEXT) | {"description": "Verbatim from the best quote"},
            "confidence": _SHARE,
            "reason": _or_null(_TEXT) | {"description": "Why refused"},
            "quotes": {"type": "array", "items": _ref("Quote"), "description": "Best first"},
            "corrections": {
                "type": "array",
                "items": _ref("Correction"),
                "description": "Words of the question that were taken for misspelt",
            },
            "index": _ref("Index"),
            "took_ms": {"type": "number", "minimum": 0},
        }
    ),
    "Quote": _object(
        {
            "text": _TEXT,
            **_PLACE,
            "answer": _or_null(_ref("Phrase")),
            "confidence": _SHARE,
            "before": _TEXT,
            "after": _TEXT,
            "document": _ref("Source"),
            "paragraph": _OFFSET | {"description": "From 0; pages show it from 1"},
            "page": _or_null({"type": "integer", "minimum": 1}),
            "dates": {"type": "array", "items": _ref("DatePhrase")},
            "matches": {
                "type": "array",
                "items": _ref("Match"),
                "description": "What became of each word of the question",
            },
        }
    )
    | {
        "description": "A sentence, verbatim. Places count Unicode code points of the "
        "document's text; `end` is exclusive."
    },
    "Phrase": _object({"text": _TEXT, **_PLACE}),
    "DatePhrase": _object({"text": _TEXT, **_PLACE, "value": _TEXT}),
    "Match": _object(
        {
            "word": _TEXT,
            "weight": _SHARE,
            "found": _or_null(_TEXT),
            "where": _or_null({"enum": ["sentence", "paragraph", "heading", "title"]}),
            "near": {"type": "boolean", "description": "Another word, near in meaning"},
        }
    ),
    "Source": _object({"id": _TEXT, "title": _TEXT, "date": _or_null(_DAY), "path": _TEXT}),
    "Correction": _object({"asked": _TEXT, "searched": _TEXT}),
    "Index": _object({"version": _TEXT, "documents": _OFFSET, "sentences": _OFFSET}),
    "Suggestions": _object({"suggestions": {"type": "array", "items": _QUESTION}}),
    "Listed": _object(
        {
            "id": _TEXT,
            "title": _TEXT,
            "date": _or_null(_DAY),
            "path": _TEXT,
            "sentences": _OFFSET,
        }
    ),
    "Documents": _object(
        {
            "documents": {"type": "array", "items": _ref("Listed")},
            "total": _OFFSET,
            "offset": _OFFSET,
            "limit": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX},
            "next": _or_null(_TEXT),
            "previous": _or_null(_TEXT),
        }
    ),
    "Document": _object(
        {"id": _TEXT, "title": _TEXT, "date": _or_null(_DAY), "path": _TEXT, "text": _TEXT},
        {
            "range": _ref("Phrase") | {"description": "Present if a range was asked for"},
            "phrase": _ref("Phrase") | {"description": "Present if a phrase was asked for"},
        },
    ),
    "Alive": _object({"status": {"const": "alive"}}),
    "Ready": _object(
        {"status": {"const": "ready"}},
        {"index": _ref("Index") | {"description": "Told to those who show the token"}},
    ),
    "Problem": _object(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": _TEXT,
        }
    )
    | {"description": "RFC 9457"},
}

_OPTIONS = [
    _query("k", _K, "At most this many quotes"),
    _query(
        "document",
        {"type": "array", "items": _TEXT, "maxItems": DOCUMENTS_MAX},
        "Id or path of a document to look in; may be repeated",
    ),
    _query("since", _DAY, _SINCE),
    _query("until", _DAY, _UNTIL),
]

_ASK_BY_QUERY = {
    "operationId": "askByQuery",
    "summary": "Ask a question",
    "parameters": [_query("q", _QUESTION, "The question", required=True), *_OPTIONS, _HELD, _NAMED],
    "responses": {"200": _given("The answer, or a refusal", _content(_ref("Answer")), "ETag")}
    | _kept()
    | _problems(_422="A value means nothing", _503=_UNREADY),
}

_ASK_BY_BODY = {
    "operationId": "ask",
    "summary": "Ask a question, with the conversation so far",
    "parameters": [_NAMED],
    "requestBody": {"required": True, "content": _content(_ref("Inquiry"))},
    "responses": {
        "200": _given(
            "The answer, or a refusal. As HTML it is one turn of the chat page.",
            _content(_ref("Answer")) | _PAGE,
        )
    }
    | _problems(
        _400="The body is not JSON",
        _413="The body is over 1 MiB",
        _415="The content type is not application/json",
        _422="A value means nothing",
        _503=_UNREADY,
    ),
}

_SUGGEST = {
    "operationId": "suggest",
    "summary": "Questions that are answered: to begin with, or to go on from a question",
    "parameters": [
        _query("q", _QUESTION, "The question to go on from; some follow-ups need it as history"),
        *_OPTIONS,
        _HELD,
        _NAMED,
    ],
    "responses": {"200": _given("Some questions, or none", _content(_ref("Suggestions")), "ETag")}
    | _kept()
    | _problems(_422="A value means nothing", _503=_UNREADY),
}

_LIST = {
    "operationId": "listDocuments",
    "summary": "List the documents, a page at a time; JSON unless the Accept header prefers HTML",
    "parameters": [
        _query("offset", _OFFSET, "How many to pass over"),
        _query(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
            "How many to list",
        ),
        _HELD,
        _NAMED,
    ],
    "responses": {"200": _given("A page of the list", _content(_ref("Documents")) | _PAGE, "ETag")}
    | _kept()
    | _problems(_422="A value means nothing", _503=_UNREADY),
}

_SHOW = {
    "operationId": "showDocument",
    "summary": "One document; HTML unless the Accept header asks for application/json",
    "parameters": [
        {
            "name": "id",
            "in": "path",
            "required": True,
            "description": "Its id, or its path in the folder",
            "schema": _TEXT,
        },
        _query("start", _OFFSET, "Where the range to mark begins, in code points"),
        _query("end", _OFFSET, "Where it ends, exclusive"),
        _query(
            "phrase",
            {"type": "string", "pattern": "^[0-9]+-[0-9]+$"},
            "Where in the range the answering phrase stands, start and end with a hyphen between",
        ),
        _query("q", _TEXT, "The question to which the page leads back"),
        _NAMED,
    ],
    "responses": {"200": _given("The document", _content(_ref("Document")) | _PAGE)}
    | _problems(_404="There is no such document", _422="The text has no such range", _503=_UNREADY),
}


_HEADERS: dict[str, Any] = {
    "X-Request-ID": {
        "description": "The name of the request: the one it was sent with, or a new one",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._~+/=:@-]{1,128}$"},
    },
    "ETag": {
        "description": "Changes whenever the answer may",
        "required": True,
        "schema": {"type": "string", "pattern": '^W/"[^"]+"$'},
    },
    "Retry-After": {
        "description": "Seconds after which to try again",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
}

_PARAMETERS: dict[str, Any] = {
    "X-Request-ID": {
        "name": "X-Request-ID",
        "in": "header",
        "description": "A name for the request, given back; one that is not well-formed is not",
        "schema": _TEXT,
    },
    "If-None-Match": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag of what is held already",
        "schema": _TEXT,
    },
}


def _check(operation: str, summary: str, schema: str, **problems: str) -> dict[str, Any]:
    ok = {"200": _given(summary, _content(_ref(schema)))}
    return {
        "operationId": operation,
        "summary": summary,
        "parameters": [_NAMED],
        "responses": ok | _problems(**problems),
    }


DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Verbatim",
        "version": "1.0",
        "description": "Answers questions from a folder of documents, only in words that stand "
        "in them.",
    },
    "servers": [{"url": "/"}],
    "paths": {
        "/ask": {"get": _ASK_BY_QUERY, "post": _ASK_BY_BODY},
        "/suggestions": {"get": _SUGGEST},
        "/documents": {"get": _LIST},
        "/documents/{id}": {"get": _SHOW},
        "/livez": {"get": _check("livez", "The process serves", "Alive")},
        "/readyz": {"get": _check("readyz", "Questions are answered", "Ready", _503=_UNREADY)},
        "/openapi.json": {
            "get": {
                "operationId": "description",
                "summary": "This description",
                "parameters": [_NAMED],
                "responses": {"200": _given("OpenAPI 3.1", _content({"type": "object"}))},
            }
        },
    },
    "security": [{}, {"token": []}],
    "components": {
        "schemas": _SCHEMAS,
        "headers": _HEADERS,
        "parameters": _PARAMETERS,
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "Needed if the server was started with a token (else 401)",
            }
        },
    },
}
