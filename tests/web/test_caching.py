"""What was sent once need not be sent again while the index is the same."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from web import attach

PATHS = ["/ask?q=Why", "/documents", "/documents?limit=1", "/suggestions", "/suggestions?q=Why"]


def tag(client: FlaskClient, path: str, **headers: str) -> str:
    found: str = client.get(path, headers=headers).headers["ETag"]
    return found


@pytest.mark.parametrize("path", PATHS)
def test_what_is_held_is_not_sent_again(client: FlaskClient, bot: Any, path: str) -> None:
    held = tag(client, path)
    asked = len(bot.asked)
    response = client.get(path, headers={"If-None-Match": f'"other", {held}'})

    assert (response.status_code, response.data) == (304, b"")
    assert response.headers["ETag"] == held
    assert response.headers["Cache-Control"] == "no-cache"
    assert len(bot.asked) == asked
    assert client.head(path, headers={"If-None-Match": held}).status_code == 304


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("held", ["*", '"other"', "nonsense", ""])
def test_anything_else_is_answered(client: FlaskClient, path: str, held: str) -> None:
    assert client.get(path, headers={"If-None-Match": held}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_another_index_is_another_answer(client: FlaskClient, bot: Any, path: str) -> None:
    held = tag(client, path)
    bot.version = "2e1d"
    response = client.get(path, headers={"If-None-Match": held})
    assert response.status_code == 200
    assert response.headers["ETag"] != held


def test_another_bot_may_answer_otherwise(client: FlaskClient, bot: Any) -> None:
    held = tag(client, "/ask?q=Why")
    attach(client.application, bot)
    assert client.get("/ask?q=Why", headers={"If-None-Match": held}).status_code == 200


def test_a_page_is_not_taken_for_json(client: FlaskClient) -> None:
    held = tag(client, "/documents", Accept="text/html")
    assert client.get("/documents", headers={"If-None-Match": held}).status_code == 200
    again = client.get("/documents", headers={"If-None-Match": held, "Accept": "text/html"})
    assert again.status_code == 304
    assert "Accept" in again.headers["Vary"]


def test_a_wrong_question_stays_wrong(client: FlaskClient) -> None:
    held = tag(client, "/ask?q=Why")
    assert client.get("/ask?q=Why&k=0", headers={"If-None-Match": held}).status_code == 422
    assert "ETag" not in client.get("/ask").headers
    assert client.post("/ask", json={"question": "Why"}).headers.get("ETag") is None
