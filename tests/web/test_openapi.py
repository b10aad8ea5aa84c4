"""The description is valid and describes what is really sent."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

PAGES = {"/", "/static/<path:filename>"}


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/openapi.json").json
    return described


def check(described: dict[str, Any], name: str, value: Any, closed: bool = True) -> None:
    """`value` fits the schema `name` and, if `closed`, has no member that it leaves out."""
    components = described["components"]
    if closed:
        schemas = {key: _closed(schema) for key, schema in components["schemas"].items()}
        components = {"schemas": schemas}
    schema = {"$ref": f"#/components/schemas/{name}", "components": components}
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


@pytest.mark.parametrize(
    "question",
    ["When did the Security Council convene?", "Who is the Secretery of Stat", "Japan"],
)
def test_answers(client: FlaskClient, described: dict[str, Any], question: str) -> None:
    check(described, "Answer", client.get("/ask", query_string={"q": question}).json)
    check(described, "Answer", client.post("/ask", json={"question": question, "k": 1}).json)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/documents?limit=1&offset=1", "Documents"),
        ("/documents", "Documents"),
        ("/documents/seed", "Document"),
        ("/documents/rtl?start=1&end=4", "Document"),
        ("/documents/rtl?start=1&end=4&phrase=2-3", "Document"),
        ("/livez", "Alive"),
        ("/readyz", "Ready"),
        ("/nothing", "Problem"),
        ("/ask", "Problem"),
        ("/ask?q=Who&k=0", "Problem"),
        ("/documents/none", "Problem"),
    ],
)
def test_everything_else(
    client: FlaskClient, described: dict[str, Any], path: str, name: str
) -> None:
    response = client.get(path, headers={"Accept": "application/json"})
    check(described, name, response.json)


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
            check(described, "Inquiry", body)
        assert client.post("/ask", json=body).status_code == 422
    full = {
        "question": "Who?",
        "k": 5,
        "documents": None,
        "since": None,
        "until": "2023-12-31",
        "history": [{"question": "Why", "answer": None}],
    }
    check(described, "Inquiry", full)
    assert client.post("/ask", json=full).status_code == 200
