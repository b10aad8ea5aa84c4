"""Questions to begin with, and to go on from an answer: each of them is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import Bot
from web.followups import follow_ups
from web.inquiry import Inquiry

TOLD = "Who told Pashinyan that France will call a Security Council session?"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    seeds = Path(__file__).parents[2] / "seeds"
    with Bot.open(seeds, index=tmp_path_factory.mktemp("index")) as bot:
        yield bot


@pytest.mark.parametrize(
    "question", [TOLD, "When did the UN Security Council convene a special session?"]
)
def test_every_follow_up_is_answered_by_something_else(real: Bot, question: str) -> None:
    answer = real.ask(question)
    found = follow_ups(real, Inquiry(question))
    assert 1 <= len(found) <= 3
    assert found == follow_ups(real, Inquiry(question))
    for follow_up in found:
        further = real.ask(follow_up, history=[(question, answer.answer)])
        assert further.answered
        assert further.answer != answer.answer


def test_a_date_is_not_asked_for_again(real: Bot) -> None:
    question = "When did the UN Security Council convene a special session?"
    assert "When?" not in follow_ups(real, Inquiry(question))
    assert "Why?" in follow_ups(real, Inquiry(question))


def test_nothing_goes_on_from_a_refusal(real: Bot) -> None:
    assert follow_ups(real, Inquiry("What is the capital of Japan?")) == []


def test_what_narrowed_the_question_narrows_what_follows(client: FlaskClient, bot: Any) -> None:
    client.get("/suggestions?q=Why&document=seed&since=2023-01-01")
    assert len(bot.asked) > 2
    for asked in bot.asked:
        assert (asked["documents"], asked["since"]) == (("seed",), "2023-01-01")


def test_over_http(client: FlaskClient, bot: Any) -> None:
    begin = client.get("/suggestions").json["suggestions"]
    assert begin == bot.suggestions(4)
    further = client.get("/suggestions", query_string={"q": begin[0]}).json["suggestions"]
    assert begin[0] not in further
    assert "When did the Security Council convene?" in further


@pytest.mark.parametrize("query", ["q=", "k=3", "document=seed", "q=Why&other=1"])
def test_parameters_without_meaning_give_422(client: FlaskClient, query: str) -> None:
    response = client.get(f"/suggestions?{query}")
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
