"""Questions that the page offers before anything was asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa import Bot, UnknownDocumentError
from qa.answer import Document
from qa.index import Index
from qa.suggestions import from_sentence, suggest

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


def test_suggestions_of_one_document(tmp_path: Path) -> None:
    for name in ("Anna", "Bert"):
        (tmp_path / f"{name}.txt").write_text(f"{name} Berg opened the new {name} mill on Friday.")
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        assert bot.suggestions(document="Bert.txt") == ["Who opened the new Bert mill on Friday?"]
        with pytest.raises(UnknownDocumentError):
            bot.suggestions(document="none.txt")


def test_a_collection_without_names_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("it rained all day. nothing else took place.")
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        assert bot.suggestions() == []


def test_documents_that_were_removed_are_passed_over(tmp_path: Path) -> None:
    for number, name in enumerate(("Anna", "Bert", "Cleo", "Dora", "Emil", "Fred")):
        text = f"{name} Berg opened the new {name} mill on Friday. It rained all day."
        (tmp_path / f"{number}.txt").write_text(text)
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        assert len(bot.suggestions(4)) == 4
    (tmp_path / "1.txt").unlink()
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        found = bot.suggestions(4)
        assert len(found) == 4
        assert "Bert" not in " ".join(found)
    with Bot.open(tmp_path, index=tmp_path / ".other") as bot:
        assert bot.suggestions(4) == found


def test_a_name_far_into_a_single_document_is_found(
    document: Callable[..., Document], index_of: Callable[..., Index]
) -> None:
    text = "it rained all day. " * 60 + "Anna Berg opened the new mill on Friday."
    index = index_of(document("a.txt", text))
    wanted = "Who opened the new mill on Friday?"
    assert suggest(index, index.text, lambda question: True, 4) == [wanted]


def test_the_work_is_bounded_however_large_a_document_is(
    document: Callable[..., Document], index_of: Callable[..., Index]
) -> None:
    names = [f"{a}{b}" for a in ("Anna", "Bert", "Cleo", "Dora") for b in "abcdefghij"]
    text = " ".join(
        f"Mayor {name} Berg opened mill {i} on Friday." for i, name in enumerate(names * 50)
    )
    index = index_of(document("a.txt", text))
    read: list[int] = []
    asked: list[str] = []

    def text_of(number: int) -> str:
        read.append(number)
        return text

    def is_answered(question: str) -> bool:
        asked.append(question)
        return False

    assert suggest(index, text_of, is_answered, 4) == []
    assert 0 < len(asked) <= 32
    assert len(read) <= 400
