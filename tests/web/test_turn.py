"""Answers in pieces: verbatim, marked where they answer, dates with what they mean."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qa import DatePhrase, Phrase
from web.turn import _cut, turn


def joined(run: Any) -> str:
    return "".join(piece.text for piece in run)


def test_a_date_phrase_says_what_it_means(bot: Any) -> None:
    best = turn(bot.ask("When did the Security Council convene?")).best
    assert best is not None
    assert [(piece.text, piece.date) for piece in best.marked] == [("last month", "2023-08")]
    assert (best.share, best.grade) == (64, "fair")


def test_the_paragraph_around_the_sentence_is_kept_apart(bot: Any) -> None:
    best = turn(bot.ask("When did the Security Council convene?")).best
    assert best is not None
    assert best.context_before == ""
    assert best.context_after.startswith(" While most country")
    assert best.paragraph == 4


def test_nothing_is_marked_in_a_refusal(bot: Any) -> None:
    refusal = turn(bot.ask("What is the capital of Japan?"))
    assert not refusal.answered
    assert refusal.answer is None
    assert refusal.best is not None
    assert refusal.best.marked == ()
    assert joined(refusal.best.before).startswith("France’s foreign ministry")


def test_a_date_that_names_its_year_is_left_alone() -> None:
    text = "On 19 September 2023 and on Tuesday."
    dates = [
        DatePhrase("19 September 2023", 3, 20, "2023-09-19"),
        DatePhrase("Tuesday", 28, 35, "2023-09-19"),
    ]
    before, _, _ = _cut(text, 0, None, dates)
    assert [piece.text for piece in before if piece.date] == ["Tuesday"]


spans = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.text(max_size=40), st.integers(0, 9), st.none() | spans, st.lists(spans, max_size=4))
def test_pieces_join_to_the_sentence(text: str, offset: int, mark: Any, dates: Any) -> None:
    size = len(text)
    phrase = None
    if mark is not None:
        low, high = (min(place, size) for place in mark)
        phrase = Phrase(text[low:high], offset + low, offset + high)
    given_dates = [
        DatePhrase(text[low:high], offset + low, offset + high, "2023") for low, high in dates
    ]

    before, marked, after = _cut(text, offset, phrase, given_dates)

    assert joined(before) + joined(marked) + joined(after) == text
    assert joined(marked) == (phrase.text if phrase else "")
    if phrase:
        assert joined(before) == text[: phrase.start - offset]


def test_a_quote_of_a_document_with_pages_names_its_page(client: Any, bot: Any) -> None:
    best = turn(bot.ask("Who is the miller")).best
    assert best is not None
    assert best.page == 2
    page = client.get("/?q=Who+is+the+miller").text
    assert "<span>page 2</span>" in page
    assert "<span>paragraph" not in page
    assert (
        "<span>paragraph 4</span>"
        in client.get("/?q=When+did+the+Security+Council+convene%3F").text
    )
