"""Why a sentence was chosen: the words of the question that stand in it, or around it."""

from __future__ import annotations

from qa.answer import Match
from qa.explanation import Explanation
from qa.features import SearchTerm
from qa.terms import stem

AROUND = (
    ("paragraph", "The town lies on the Tarn.", frozenset(["town"])),
    ("title", "A vote in Ostwick", frozenset(["ostwick"])),
)


def asked(word: str, mass: float = 1.0, weight: float = 1.0, **more: object) -> SearchTerm:
    term = stem(word.lower())
    return SearchTerm(word, word.lower(), term, mass, weight, False, False, **more)  # type: ignore[arg-type]


def test_each_word_is_found_where_it_stands_first() -> None:
    search = [asked("the", 0.05, 0.05), asked("mayor", 3.0), asked("Ostwick"), asked("Spain")]
    found = Explanation(search).of("The mayors met in the town.", AROUND)
    assert found == (
        Match("mayor", 0.6, "mayors", "sentence", False),
        Match("Ostwick", 0.2, "Ostwick", "title", False),
        Match("Spain", 0.2, None, None, False),
    )


def test_a_word_near_in_meaning_is_told_as_such() -> None:
    search = [asked("resign", related=(("quit", 0.4), ("leav", 0.2)))]
    [found] = Explanation(search).of("He quit on Monday.", ())
    assert (found.found, found.near) == ("quit", True)
    [found] = Explanation(search).of("He resigned, and quit.", ())
    assert (found.found, found.near) == ("resigned", False)


def test_a_question_of_function_words_is_explained_by_them() -> None:
    [found] = Explanation([asked("who", 0.2, 0.05)]).of("Who knows.", ())
    assert found == Match("who", 1.0, "Who", "sentence", False)
