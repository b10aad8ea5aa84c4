"""Documents in pieces: what is shown is the text, in order, and the mark is exact."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Document, Span
from web.excerpt import Excerpt, Piece, excerpt


def doc(text: str, headline: Span | None = None) -> Document:
    return Document("d", "Title", None, "d.txt", text, headline)


def squeezed(text: str) -> str:
    return "".join(text.split())


def shown(cut: Excerpt) -> str:
    return "".join(piece.text for piece in pieces(cut))


def pieces(cut: Excerpt) -> list[Piece]:
    runs = [cut.kicker, cut.headline, cut.notes, *cut.paragraphs]
    return [piece for run in runs for piece in run]


@given(
    st.lists(st.sampled_from(["By: ", "date:", *"ab \n\r\t\u2003é\U0001f600"])).map("".join),
    *[st.tuples(*[st.integers(0, 60)] * 2)] * 3,
)
def test_nothing_is_lost_and_the_mark_is_exact(
    text: str, mark: tuple[int, int], head: tuple[int, int], words: tuple[int, int]
) -> None:
    start, end = sorted(min(place, len(text)) for place in mark)
    low, high = sorted(min(place, len(text)) for place in head)
    # The title begins the text in reality: what stands before it holds letters or is dropped.
    headline = Span(0, high) if text[:high].strip() else None

    first, last = sorted(words)

    cut = excerpt(doc(text, headline), start, end, (first, last))

    assert squeezed(shown(cut)) == squeezed(text)
    marked = "".join(piece.text for piece in pieces(cut) if piece.marked)
    assert squeezed(marked) == squeezed(text[start:end])
    phrase = "".join(piece.phrase for piece in pieces(cut))
    assert squeezed(phrase) == squeezed(text[max(first, start) : min(last, end)])
    assert low <= high


@given(
    st.lists(st.sampled_from(["\n\n", *"ab. \n\U0001f600"])).map("".join),
    st.lists(st.integers(0, 40), max_size=6),
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_pages_are_numbered_where_their_text_begins_and_change_nothing(
    text: str, breaks: list[int], mark: tuple[int, int]
) -> None:
    pages = (0, *sorted(min(place, len(text)) for place in breaks))
    start, end = sorted(min(place, len(text)) for place in mark)
    plain, paged = (
        excerpt(Document("d", "T", None, "d.pdf", text, None, each), start, end)
        for each in ((), pages)
    )
    assert squeezed(shown(paged)) == squeezed(text)
    assert len(paged.paragraphs) == len(plain.paragraphs)
    marked = "".join(piece.text for piece in pieces(paged) if piece.marked)
    assert squeezed(marked) == squeezed(text[start:end])
    assert all(piece.page is None for piece in pieces(plain))
    # Each letter is shown under the number of the page that it stands on.
    seen, number = [], 0
    for piece in pieces(paged):
        assert piece.page is None or piece.page > number
        number = piece.page or number
        seen += [number] * len(squeezed(piece.text))
    assert seen == [
        bisect_right(pages, place) for place, sign in enumerate(text) if not sign.isspace()
    ]


def test_a_part_of_a_long_document_begins_with_its_page() -> None:
    text = "word " * 100_000
    pages = tuple(range(0, len(text), 1000))
    cut = excerpt(Document("d", "T", None, "d.pdf", text, None, pages), 300_000, 300_004)
    numbers = [piece.page for piece in pieces(cut) if piece.page]
    assert pieces(cut)[0].page == numbers[0] > 200
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_the_headline_stands_apart_with_what_came_before_it() -> None:
    text = " date 2023-09-19 A Title\n\nA sentence."
    cut = excerpt(doc(text, Span(17, 24)), 17, 24)

    assert [piece.text.strip() for piece in cut.kicker] == ["date 2023-09-19"]
    assert [(piece.text, piece.marked) for piece in cut.headline] == [("A Title", True)]
    assert [[piece.text for piece in run] for run in cut.paragraphs] == [["A sentence."]]


def test_what_stands_before_the_headline_can_be_marked() -> None:
    cut = excerpt(doc(" date 2023-09-19 A Title\n\nA sentence.", Span(17, 24)), 6, 20, (6, 16))
    assert [p.text for p in cut.kicker if p.marked] == ["2023-09-19 "]
    assert [p.phrase for p in cut.kicker if p.marked] == ["2023-09-19"]
    assert [p.text for p in cut.headline if p.marked] == ["A T"]


@pytest.mark.parametrize(
    ("text", "headline", "notes", "paragraphs"),
    [
        ("Title: A Plan\nDate: 2024-06-20\n\nAuthor: Ada\n\nIt was approved.", Span(7, 13),
         "Date: 2024-06-20\n\nAuthor: Ada", ["It was approved."]),
        ("date : 2024-06-20\nBY: Ada\nDear all,\n\nDate: soon.", None,
         "date : 2024-06-20\nBY: Ada", ["Dear all,", "Date: soon."]),
        ("Dear all,\nAuthor: Ada", None, "", ["Dear all,\nAuthor: Ada"]),
        ("Date palms: a guide", None, "", ["Date palms: a guide"]),
        ("By: " + "x" * 400, None, "", ["By: " + "x" * 400]),
        ("Source: Reuters", None, "Source: Reuters", []),
    ],
)  # fmt: skip
def test_lines_about_the_document_stand_apart(
    text: str, headline: Span | None, notes: str, paragraphs: list[str]
) -> None:
    cut = excerpt(doc(text, headline), 0, 0)
    assert "".join(piece.text for piece in cut.notes) == notes
    assert ["".join(piece.text for piece in run) for run in cut.paragraphs] == paragraphs


def test_a_mark_may_reach_from_those_lines_into_the_text() -> None:
    text = "Author: Ada\nDear all, it is done."
    cut = excerpt(doc(text), 8, 20, (12, 16))
    assert [p.text.strip() for p in pieces(cut) if p.marked] == ["Ada", "Dear all"]
    assert [p.phrase for p in pieces(cut) if p.phrase] == ["Dear"]


def test_marks_before_a_headline_are_harmless() -> None:
    cut = excerpt(doc("# A Title\n\nText.", Span(2, 9)), 0, 1)
    assert cut.kicker == ()
    assert not any(piece.marked for run in cut.paragraphs for piece in run)


def test_a_long_document_is_shown_around_the_mark_and_can_be_paged_through() -> None:
    lines = [f"Paragraph number {number} of a long document." for number in range(20_000)]
    text = "\n\n".join(lines)
    start = text.index("Paragraph number 15000 ")

    cut = excerpt(doc(text), start, start + 9)
    assert len(shown(cut)) < 200_000
    assert [p.text for run in cut.paragraphs for p in run if p.marked] == ["Paragraph"]

    seen: list[Any] = []
    place: int | None = 0
    while place is not None:
        cut = excerpt(doc(text), place, place)
        seen += ["".join(piece.text for piece in run) for run in cut.paragraphs]
        place = cut.later
    assert set(lines) <= set(seen)


def test_adversarial_white_space_is_cut_quickly(
    quickly: Callable[[], AbstractContextManager[None]],
) -> None:
    for unit in ("\n", "\n ", " ", "\n\t\n x", "\r", "By", "By:", "By:\n", "By \n"):
        with quickly():
            excerpt(doc(unit * (100_000 // len(unit))), 10, 20)
