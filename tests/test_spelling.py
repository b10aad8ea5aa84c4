"""Misspelt words: what is forgiven, what is not, and which of several near words is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spelling import nearest

KNOWN = {
    "france": 5, "french": 3, "security": 4, "council": 4, "pashinyan": 2, "humanitarian": 1,
    "macron": 2, "bridge": 1, "bridges": 1, "2023": 9, "sea": 2, "form": 1, "from": 9,
}  # fmt: skip


def distance(one: str, other: str) -> int:
    """Optimal string alignment by the book: insert, delete, substitute, swap neighbours."""
    table = [
        [i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("frence", "france"),
        ("frnace", "france"),
        ("francee", "france"),
        ("secrity", "security"),
        ("counsil", "council"),
        ("pashinian", "pashinyan"),
        ("pashnian", None),  # eight letters forgive one edit, not two
        ("humanitairain", "humanitarian"),
        ("humantarain", "humanitarian"),
        ("humntarain", None),
        ("bridgs", "bridge"),  # both are one edit away and as frequent: the alphabet decides
    ],
)
def test_what_is_forgiven(word: str, expected: str | None) -> None:
    assert nearest(word, KNOWN) == expected


@pytest.mark.parametrize(
    "word",
    [
        "",
        "frm",
        "mcrn",  # too short to tell
        "grance",  # the first letter must be right
        "202",
        "20233",  # numbers are never corrected
        "covid19",
        "tokyo",
        "東京都知事",
    ],
)
def test_what_is_not_forgiven(word: str) -> None:
    assert nearest(word, {**KNOWN, "covid": 3, "covid18": 3}) is None


def test_the_nearer_word_wins_then_the_more_frequent() -> None:
    assert nearest("humanitarion", {"humanitarian": 1, "humanitarians": 9}) == "humanitarian"
    assert nearest("stace", {"stage": 2, "state": 7, "stack": 3}) == "state"
    assert nearest("stace", {"stage": 2, "state": 2}) == "stage"
    assert nearest("frence", {}) is None


WORD = st.text("abc", min_size=1, max_size=11)


@given(WORD, st.dictionaries(WORD, st.integers(1, 3), max_size=12))
def test_the_rule_as_it_is_written(word: str, known: dict[str, int]) -> None:
    allowed = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
    near = [
        (distance(word, other), -count, other)
        for other, count in known.items()
        if len(other) > 3 and other[0] == word[0] and distance(word, other) <= allowed
    ]
    expected = min(near)[2] if near and len(word) >= 5 else None
    assert nearest(word, known) == expected


@given(st.text(max_size=12), st.dictionaries(st.text(max_size=12), st.integers(1, 3), max_size=5))
def test_any_word_is_borne(word: str, known: dict[str, int]) -> None:
    assert nearest(word, known) in {None, *known}
