"""What a sentence's surroundings do for it: the question or heading above, very long paragraphs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qa import Bot
from qa.answer import Document, Span
from qa.index import Index
from qa.passages import PassageReader
from qa.retriever import TfidfRetriever
from qa.writer import IndexWriter

FAQ = """# Help

## How do I cancel my subscription?

Open Settings, choose Billing and press Cancel plan.

Nothing else is needed.

## Is there a student discount?

No.

## Opening hours

Monday to Friday from 9 a.m.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


def test_the_sentence_below_a_question_answers_it(folder: Path, tmp_path: Path) -> None:
    (folder / "faq.md").write_text(FAQ)
    with Bot.open(folder, index=tmp_path / "index") as bot:
        given = bot.ask("How do I cancel my subscription?")
        assert given.answered
        assert given.quotes[0].text == "Open Settings, choose Billing and press Cancel plan."


def test_a_question_is_never_its_own_answer(folder: Path, tmp_path: Path) -> None:
    (folder / "interview.txt").write_text("Who paid for the bridge?\n\nI would rather not say.\n")
    with Bot.open(folder, index=tmp_path / "index") as bot:
        given = bot.ask("Who paid for the bridge?")
        assert not given.answered or given.quotes[0].text != "Who paid for the bridge?"


def test_the_heading_above_gives_a_sentence_its_topic(folder: Path, tmp_path: Path) -> None:
    (folder / "help.md").write_text(FAQ)
    (folder / "other.md").write_text("# Ferry\n\nThe ferry leaves on Monday at 7 a.m.\n")
    with Bot.open(folder, index=tmp_path / "index") as bot:
        first = bot.ask("What are the opening hours?").quotes[0]
        assert first.text == "Monday to Friday from 9 a.m."


def test_a_very_long_paragraph_is_shown_in_part(folder: Path, tmp_path: Path) -> None:
    filler = "It rained on the hills and in the valleys of the north. " * 400
    (folder / "long.txt").write_text(f"{filler}Anna Berg bought the mill. {filler}")
    with Bot.open(folder, index=tmp_path / "index") as bot:
        quote = bot.ask("Who bought the mill?").quotes[0]
        text = bot.document(quote.document.id).text
        assert quote.text == "Anna Berg bought the mill."
        assert 1000 < len(quote.before) <= 2000
        assert 1000 < len(quote.after) <= 2000
        assert quote.before + quote.text + quote.after in text


def test_a_heading_lends_its_words_whatever_was_removed_elsewhere(
    store: Path, document: Callable[..., Document]
) -> None:
    writer = IndexWriter(store)
    for number in range(9):
        writer.put(document(f"a{number}.txt", f"Ferry {number} sails. It carries cars."))
    writer.put(document("z.txt", "Help\n\nOpening hours\n\nMonday to Friday from 9 a.m."))
    writer.commit()
    for number in range(2):
        writer.forget(f"a{number}.txt")
    writer.commit()
    writer.close()
    with closing(Index(store)) as index:
        hits = TfidfRetriever(index.postings).search({"open": 1.0, "hour": 1.0}, 1)
        heading, below = PassageReader(index).passages(hits, ["hour", "monday", "ferri"])
        assert heading.line.text == "Opening hours"
        assert below.line.text == "Monday to Friday from 9 a.m."
        assert below.hit.score == pytest.approx(0.8 * heading.hit.score)
        assert below.around.heading == {"hour"}
        assert below.around.paragraph == {"monday"}
        last = TfidfRetriever(index.postings).search({"monday": 1.0}, 1)
        assert len(PassageReader(index).passages(last)) == 1  # nothing stands below it


def test_around_a_sentence_of_a_long_paragraph_stands_what_is_near(
    document: Callable[..., Document], index_of: Callable[..., Index]
) -> None:
    filler = "It rained on the hills and in the valleys of the north. " * 60
    text = (
        f"The ferry sank. {filler}Otto left. Anna Berg bought the mill. {filler}The harbour froze."
    )
    index = index_of(document("a.txt", text))
    hits = TfidfRetriever(index.postings).search({"mill": 1.0}, 1)
    [found] = PassageReader(index).passages(hits, ["otto", "rain", "ferri", "harbour", "mill"])
    assert found.around.paragraph == {"otto", "rain", "mill"}


def test_words_of_the_title_are_known_wherever_it_stands(
    document: Callable[..., Document], index_of: Callable[..., Index]
) -> None:
    index = index_of(
        document("a.txt", "The old mill\n\nIt was sold.", "The old mill", headline=Span(0, 12)),
        document("b.txt", "It was bought.", "The new mill"),
    )
    for verb in ("sell", "buy"):
        hits = TfidfRetriever(index.postings).search({verb: 1.0}, 1)
        [found] = PassageReader(index).passages(hits, ["mill", "river"])
        assert "mill" in found.around.headline
        assert "river" not in found.around.headline
