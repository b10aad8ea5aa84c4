"""The bot behind the application: the real one, on what ships with the package, and others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from re import search
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import Bot
from web import attach, create_app
from web.engine import attached

QUESTION = "Who is the Secretary of State?"
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    seeds = Path(__file__).parents[2] / "seeds"
    with Bot.open(seeds, index=tmp_path_factory.mktemp("index")) as bot:
        yield create_app(bot).test_client()


def test_what_is_quoted_stands_in_the_document(client: FlaskClient) -> None:
    answer = client.post("/ask", json={"question": QUESTION, "k": 3}).json
    assert answer["answer"] == "Antony Blinken"
    assert 1 <= len(answer["quotes"]) <= 3
    for quote in answer["quotes"]:
        text = client.get(f"/documents/{quote['document']['id']}", headers=JSON).json["text"]
        for part in (quote, quote["answer"], *quote["dates"]):
            if part is not None:
                assert text[part["start"] : part["end"]] == part["text"]
        assert quote["before"] + quote["text"] + quote["after"] in text


def test_the_page_answers_and_leads_to_the_place(client: FlaskClient) -> None:
    page = client.get("/", query_string={"q": QUESTION}).text
    assert "<mark>Antony Blinken</mark>" in page
    link = search(r'class="source" href="([^"]+)"', page)
    assert link is not None
    assert 'id="mark"' in client.get(unescape(link[1])).text


def test_every_suggestion_is_answered(client: FlaskClient) -> None:
    page = client.get("/").text
    link = search(r'href="(/\?q=[^"]+)"', page)
    assert link is not None
    assert "<mark>" in client.get(unescape(link[1])).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": ""},
        {"question": "x" * 2001},
        {"question": "a\0b"},
        {"question": "\ud800"},
        {"question": "Who?", "since": "soon"},
        {"question": "Who?", "documents": ["nowhere"]},
    ],
)
def test_what_the_bot_refuses_is_a_problem(client: FlaskClient, wrong: dict[str, object]) -> None:
    response = client.post("/ask", json=wrong)
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"


def test_an_unknown_document_is_not_found(client: FlaskClient) -> None:
    assert client.get("/documents/none", headers=JSON).status_code == 404


def test_a_bot_that_is_replaced_is_closed(bot: Any, new_bot: Callable[[], Any]) -> None:
    app, newer = create_app(bot), new_bot()
    newer.version = "2e1d"
    attach(app, newer)
    assert bot.closed
    assert app.test_client().get("/ask?q=Why").json["index"]["version"] == "2e1d"
    attach(app, None)
    assert newer.closed
    assert attached(app) is None
    assert app.test_client().get("/ask?q=Why").status_code == 503


def test_a_request_asks_the_bot_it_began_with_to_its_end(
    bot: Any, new_bot: Callable[[], Any]
) -> None:
    app, newer = create_app(bot), new_bot()
    newer.version = "2e1d"
    begun, go_on = threading.Event(), threading.Event()
    suggestions, got = bot.suggestions, []

    def slowly(*arguments: Any, **options: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return suggestions(*arguments, **options)

    bot.suggestions = slowly
    asking = threading.Thread(target=lambda: got.append(app.test_client().get("/").text))
    asking.start()
    assert begun.wait(10)
    attach(app, newer)
    assert not bot.closed
    assert app.test_client().get("/ask?q=Why").json["index"]["version"] == "2e1d"
    go_on.set()
    asking.join(10)
    assert bot.closed
    assert "version 1f0c" in got[0]
    assert "2e1d" not in got[0]
