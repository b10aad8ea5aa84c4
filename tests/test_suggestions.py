"""Questions that the page offers before anything was asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import Bot
from qa.suggestions import from_sentence

DATA = Path(__file__).parent / "data"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Anna Berg opened the new mill on Friday.", "Who opened the new mill on Friday?"),
        ("The Marlow Gauge is a device for sailors.", "What is the Marlow Gauge?"),
        ("On Friday Mayor Anna Berg spoke at length.", "Who is Anna Berg?"),
    ],
)
def test_question_from_a_sentence(sentence: str, question: str) -> None:
    assert question in list(from_sentence(sentence, sentence))


def test_nothing_is_made_of_a_sentence_without_a_name() -> None:
    assert list(from_sentence("it rained all day.", "it rained all day.")) == []


@pytest.mark.parametrize("folder", [None, DATA / "corpus"])
def test_every_suggestion_is_answered(folder: Path | None, tmp_path: Path) -> None:
    with Bot.open(folder, index=tmp_path) as bot:
        suggestions = bot.suggestions(4)
        assert len(suggestions) == len(set(suggestions)) == 4
        assert all(bot.ask(question).answered for question in suggestions)
        assert suggestions == bot.suggestions(4)


def test_a_collection_without_names_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("it rained all day. nothing else took place.")
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        assert bot.suggestions() == []
