"""Errors that no request is to blame for, and who gets them in which form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import IndexStoreError, QAError
from web import attach, create_app

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (RuntimeError("secret"), 500),
        (QAError("secret"), 500),
        (RecursionError("secret"), 500),
        (IndexStoreError("The index is damaged. Run `qa index --rebuild`."), 503),
    ],
)
def test_a_failing_engine(client: FlaskClient, bot: Any, failure: Exception, status: int) -> None:
    bot.failure = failure

    problem = client.get("/ask?q=Who")
    page = client.get("/?q=Who", headers=BROWSER)

    assert problem.status_code == page.status_code == status
    assert problem.content_type == "application/problem+json"
    assert page.content_type == "text/html; charset=utf-8"
    for text in (problem.text, page.text):
        assert "secret" not in text
        assert "Traceback" not in text
        assert ("qa index --rebuild" in text) == (status == 503)


def test_an_answer_that_json_cannot_carry(client: FlaskClient, bot: Any) -> None:
    bot.script = {"Why": _with(bot.script["Why"], confidence=float("nan"))}
    response = client.get("/ask?q=Why")
    assert response.status_code == 500
    assert json.loads(response.text)["status"] == 500


def test_before_the_index_is_open_and_after(bot: Any) -> None:
    app = create_app(None)
    client = app.test_client()

    for path in ("/ask?q=Why", "/readyz", "/documents", "/documents/seed", "/"):
        response = client.get(path)
        assert response.status_code == 503
        assert int(response.headers["Retry-After"]) > 0
    assert client.get("/livez").status_code == 200

    attach(app, bot)
    for path in ("/ask?q=Why", "/readyz", "/documents", "/documents/seed", "/"):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/ask/", "/documents/", "/documents/none", "/static/x"]
)
def test_unknown_addresses(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers=BROWSER)
    problem = client.get(path, headers={"Accept": "application/json"})

    assert page.status_code == problem.status_code == 404
    assert "<h1>Not Found</h1>" in page.text
    assert problem.content_type == "application/problem+json"
    assert problem.json["title"] == "Not Found"


def test_what_a_client_sent_comes_back_as_text(client: FlaskClient) -> None:
    page = client.get("/documents/<script>alert(1)</script>", headers=BROWSER)
    assert page.status_code == 404
    assert "<script>alert" not in page.text


def _with(scripted: Any, **changes: Any) -> Any:
    from dataclasses import replace

    return replace(scripted, **changes)
