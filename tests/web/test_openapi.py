"""The description is valid and describes what is really sent."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from web import create_app

PAGES = {"/", "/login", "/logout", "/static/<path:filename>"}


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/openapi.json").json
    return described


def check(
    described: dict[str, Any], schema: dict[str, Any], value: Any, closed: bool = True
) -> None:
    """`value` fits `schema` and, if `closed`, has no member that it leaves out."""
    components = described["components"]
    if closed:
        schemas = {key: _closed(schema) for key, schema in components["schemas"].items()}
        components = {"schemas": schemas}
    schema = schema | {"components": components}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | ({"additionalProperties": False} if "properties" in schema else {})


def test_every_schema_is_a_schema(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_route_is_described_and_every_description_is_routed(
    client: FlaskClient, described: dict[str, Any]
) -> None:
    routes = {
        (rule.rule.replace("<name:", "<").replace("<", "{").replace(">", "}"), method.lower())
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule not in PAGES and method not in ("HEAD", "OPTIONS")
    }
    assert routes == {
        (path, method) for path, item in described["paths"].items() for method in item
    }


QUERY = {"q": "When did the Security Council convene?"}
FOUND = "/documents/rtl?start=1&end=4&phrase=2-3"
BODY = {"question": "Why", "k": 1}
TOO_MUCH = {"question": "x" * 1024 * 1024}

# Each route with each status that it is described with: method, address, what is sent, status.
REQUESTS: list[tuple[str, str, dict[str, Any], int]] = [
    ("get", "/ask", {"query_string": QUERY}, 200),
    ("get", "/ask", {"query_string": {"q": "Japan"}}, 200),
    ("get", "/ask", {"query_string": {"q": "Who is the Secretery of Stat"}}, 200),
    ("get", "/ask", {"query_string": QUERY, "headers": {"If-None-Match": "TAG"}}, 304),
    ("get", "/ask", {}, 422),
    ("get", "/ask", {"query_string": QUERY | {"k": 0}}, 422),
    ("get", "/ask", {"query_string": QUERY}, 503),
    ("post", "/ask", {"json": BODY}, 200),
    ("post", "/ask", {"json": BODY, "headers": {"Accept": "text/html"}}, 200),
    ("post", "/ask", {"data": "{", "content_type": "application/json"}, 400),
    ("post", "/ask", {"json": TOO_MUCH}, 413),
    ("post", "/ask", {"data": "{}", "content_type": "text/plain"}, 415),
    ("post", "/ask", {"json": {}}, 422),
    ("post", "/ask", {"json": BODY}, 503),
    ("get", "/suggestions", {}, 200),
    ("get", "/suggestions", {"query_string": QUERY}, 200),
    ("get", "/suggestions", {"headers": {"If-None-Match": "TAG"}}, 304),
    ("get", "/suggestions", {"query_string": {"k": 1}}, 422),
    ("get", "/suggestions", {}, 503),
    ("get", "/documents", {}, 200),
    ("get", "/documents?limit=1&offset=1", {}, 200),
    ("get", "/documents", {"headers": {"Accept": "text/html"}}, 200),
    ("get", "/documents", {"headers": {"If-None-Match": "TAG"}}, 304),
    ("get", "/documents?limit=0", {}, 422),
    ("get", "/documents", {}, 503),
    ("get", "/documents/seed", {"headers": {"Accept": "application/json"}}, 200),
    ("get", "/documents/rtl?start=1&end=4", {"headers": {"Accept": "application/json"}}, 200),
    ("get", FOUND, {"headers": {"Accept": "application/json"}}, 200),
    ("get", FOUND, {}, 200),
    ("get", "/documents/none", {"headers": {"Accept": "application/json"}}, 404),
    ("get", "/documents/rtl?start=9&end=4", {"headers": {"Accept": "application/json"}}, 422),
    ("get", "/documents/rtl", {"headers": {"Accept": "application/json"}}, 503),
    ("get", "/livez", {}, 200),
    ("get", "/readyz", {}, 200),
    ("get", "/readyz", {}, 503),
    ("get", "/openapi.json", {}, 200),
]


def test_every_status_described_is_tried(described: dict[str, Any]) -> None:
    tried = {(method, template(path), str(status)) for method, path, _, status in REQUESTS}
    assert tried == {
        (method, path, status)
        for path, item in described["paths"].items()
        for method, operation in item.items()
        for status in operation["responses"]
        if status != "default"
    }


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    REQUESTS,
    ids=[f"{method} {path} {status} {n}" for n, (method, path, _, status) in enumerate(REQUESTS)],
)
def test_what_is_sent_is_what_is_described(
    bot: Any, described: dict[str, Any], method: str, path: str, sent: dict[str, Any], status: int
) -> None:
    client = create_app(None if status == 503 else bot).test_client()
    if status == 304:
        tag = client.get(path, query_string=sent.get("query_string", {})).headers["ETag"]
        sent = sent | {"headers": {"If-None-Match": tag}}
    response = client.open(path, method=method.upper(), **sent)

    assert response.status_code == status
    told = described["paths"][template(path)][method]["responses"][str(status)]
    for name, reference in told["headers"].items():
        header = described["components"]["headers"][reference["$ref"].rpartition("/")[2]]
        Draft202012Validator(header["schema"]).validate(response.headers[name])
    if "content" not in told:
        assert response.data == b""
        return
    content = told["content"][response.mimetype]
    if response.mimetype != "text/html":
        check(described, content["schema"], response.json)


def template(path: str) -> str:
    """The path in the description to which an address belongs."""
    path = path.partition("?")[0]
    return "/documents/{id}" if path.startswith("/documents/") else path


@pytest.mark.parametrize(
    "path", ["/nothing", "/documents/none", "/ask?q=Who&k=0", "/livez?method=DELETE"]
)
def test_any_other_error_is_described_as_one(
    client: FlaskClient, described: dict[str, Any], path: str
) -> None:
    method = "DELETE" if "DELETE" in path else "GET"
    response = client.open(path, method=method, headers={"Accept": "application/json"})
    assert response.status_code >= 400
    check(described, {"$ref": "#/components/schemas/Problem"}, response.json)


def test_what_the_description_refuses_is_refused(
    client: FlaskClient, described: dict[str, Any]
) -> None:
    for body in (
        {},
        {"question": ""},
        {"question": "Who?", "k": 0},
        {"question": "Who?", "k": 101},
        {"question": "Who?", "k": True},
        {"question": "Who?", "since": "soon"},
        {"question": "Who?", "other": 1},
        {"question": "Who?", "history": [{}]},
    ):
        with pytest.raises(ValidationError):
            check(described, {"$ref": "#/components/schemas/Inquiry"}, body)
        assert client.post("/ask", json=body).status_code == 422
    full = {
        "question": "Who?",
        "k": 5,
        "documents": None,
        "since": None,
        "until": "2023-12-31",
        "history": [{"question": "Why", "answer": None}],
    }
    check(described, {"$ref": "#/components/schemas/Inquiry"}, full)
    assert client.post("/ask", json=full).status_code == 200
