"""What is carried over into a follow-up question, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import Turn, resolve, turns
from qa.errors import OptionError

BLINKEN: list[Turn] = [("Who is Antony Blinken?", "Secretary of State")]
MACRON: list[Turn] = [("Who told Pashinyan about the session?", "Emmanuel Macron")]
TALK: list[Turn] = [("When did Antony Blinken talk with Pashinyan?", "Tuesday")]
WHEN: list[Turn] = [("When did the council of Ashcombe meet in 2019?", "in May")]


@pytest.mark.parametrize(
    ("history", "question", "searched"),
    [
        (BLINKEN, "When did he talk to Pashinyan?", "When did Antony Blinken talk to Pashinyan?"),
        (BLINKEN, "What is his office?", "What is Antony Blinken’s office?"),
        (BLINKEN, "And Macron?", "Who is Macron?"),
        (MACRON, "When did he say so?", "When did Emmanuel Macron say so?"),
        (MACRON, "Why?", "Why told Pashinyan about the session?"),
        (MACRON, "And Blinken?", "Who told Blinken about the session?"),
        (TALK, "Where did he meet Pashinyan?", "Where did Antony Blinken meet Pashinyan?"),
        (WHEN, "And in 2021?", "When did the council of Ashcombe meet in 2021?"),
        (WHEN, "What about Dunmarrow?", "When did the council of Dunmarrow meet in 2019?"),
    ],
)
def test_follow_ups(history: list[Turn], question: str, searched: str) -> None:
    assert resolve(question, history) == searched


@pytest.mark.parametrize(
    "question",
    [
        "Who is Emmanuel Macron?",
        "Why did the council convene?",
        "What did France request?",
        "How many people live in Ashcombe?",
        "It is said that the mill burned down; when?",
        "What did Blinken say about his talks?",
    ],
)
def test_a_question_that_stands_on_its_own_is_left_alone(question: str) -> None:
    history: list[Turn] = [("Which road is closed?", None)]
    assert resolve(question, history) == question


def test_without_a_history_nothing_changes() -> None:
    assert resolve("Why?", ()) == "Why?"


@pytest.mark.parametrize("history", ["abc", 7, [("q",)], [(5, "x")], [None], [("q", 1)], None])
def test_what_is_no_history_is_refused(history: object) -> None:
    with pytest.raises(OptionError):
        turns(history)


@given(st.text(max_size=80), st.text(max_size=80), st.none() | st.text(max_size=40))
def test_any_history_is_borne(question: str, asked: str, answer: str | None) -> None:
    assert isinstance(resolve(question, [(asked, answer)]), str)
