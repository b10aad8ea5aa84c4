"""Misspelt words: what is forgiven, what is not, and which of several near words is taken."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Bot
from qa.answer import Correction
from qa.spelling import Speller, respelt

KNOWN = {
    "france": 5, "french": 3, "security": 4, "council": 4, "pashinyan": 2, "humanitarian": 1,
    "macron": 2, "bridge": 1, "bridges": 1, "2023": 9, "sea": 2, "form": 1, "from": 9,
}  # fmt: skip


def beginning(known: dict[str, int]) -> Callable[[str], dict[str, int]]:
    """The words that begin with a character, as an index gives them."""
    return lambda first: {word: n for word, n in known.items() if word.startswith(first)}


def nearest(word: str, known: dict[str, int]) -> str | None:
    return Speller(beginning(known)).nearest(word)


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
        ("humanitari", None),  # two letters short: another ending, not a slip
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
        "france",  # known
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
        if other[0] == word[0]
        and abs(len(other) - len(word)) <= 1
        and distance(word, other) <= allowed
    ]
    expected = min(near)[2] if near and len(word) >= 5 and word not in known else None
    assert nearest(word, known) == expected


@given(st.text(max_size=12), st.dictionaries(st.text(max_size=12), st.integers(1, 3), max_size=5))
def test_any_word_is_borne(word: str, known: dict[str, int]) -> None:
    assert nearest(word, known) in {None, *known}


@pytest.mark.parametrize(
    ("question", "corrections", "searched"),
    [
        ("Who is Frnace?", [("Frnace", "france")], "Who is France?"),
        ("Is Bonarte an arte?", [("arte", "art")], "Is Bonarte an art?"),
        ("arte, Arte or ARTE", [("arte", "art")], "art, Art or ART"),
        ("What's Frnace’s role?", [("Frnace", "france")], "What's France’s role?"),
        ("whats the secrity of it", [("secrity", "security")], "whats the security of it"),
        ("nothing", [], "nothing"),
    ],
)
def test_only_the_misspelt_words_change(
    question: str, corrections: list[tuple[str, str]], searched: str
) -> None:
    assert respelt(question, [Correction(*pair) for pair in corrections]) == searched


@given(st.text("abcdé A's’.,", max_size=40), st.text("abc", min_size=1, max_size=5))
def test_what_is_not_misspelt_stays_to_the_letter(question: str, other: str) -> None:
    assert respelt(question, [Correction("zzz", other)]) == question


def test_contracted_and_possessive_words_are_corrected_as_typed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Bonarte painted the harbour. The president opened the show.")
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        found = bot.ask("what's the presidnet's harbuor?").corrections
        assert [(c.asked, c.searched) for c in found] == [
            ("presidnet", "president"),
            ("harbuor", "harbour"),
        ]
        assert bot.ask("Who painted the harbour?").corrections == ()


def test_a_question_full_of_misspellings_is_quick(tmp_path: Path) -> None:
    words = [
        f"{a}{b}{c}{d}ing" for a in "klmn" for b in "aeiou" for c in "bdfgprst" for d in "aeiou"
    ]
    (tmp_path / "a.txt").write_text(" ".join(words) + ".")
    asked = " ".join(f"{word[:2]}x{word[3:]}" for word in words)[:1999]
    with Bot.open(tmp_path, index=tmp_path / ".index") as bot:
        assert 0 < len(bot.ask(asked).corrections) <= 16


def test_words_are_asked_for_by_their_first_letter_and_kept_for_a_while() -> None:
    asked: list[str] = []

    def known(first: str) -> dict[str, int]:
        asked.append(first)
        return beginning(KNOWN)(first)

    speller = Speller(known)
    assert [speller.nearest(word) for word in ("frence", "frnch", "bridgs")] == [
        "france", "french", "bridge",
    ]  # fmt: skip
    assert speller.nearest("form") is None
    assert asked == ["f", "b"]


def test_only_words_that_could_be_near_are_compared(
    quickly: Callable[[], AbstractContextManager[None]],
) -> None:
    letters = "abcdefghijklmnopqrst"
    words = [
        a + b + c + d + "ab" for a in letters for b in letters for c in letters for d in "aeiou"
    ]
    known = dict.fromkeys(words, 1) | {word + "cdefg": 1 for word in words[:12_000]}
    speller = Speller(beginning(known))
    speller.nearest("xyzzyx")  # the library is imported once
    with quickly():
        for number in range(16):
            speller.nearest("axyzz" + letters[number])
