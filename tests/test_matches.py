"""Where question words stand in sentences: compared with a plain look at each token."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.features import SearchTerm
from qa.matches import Matches
from qa.terms import stem, terms
from qa.words import Line

WORDS = st.sampled_from(["river", "bridge", "Anna", "of", "car", "automobile", "1931"])
SENTENCES = st.lists(st.lists(WORDS, max_size=30).map(" ".join), min_size=1, max_size=4)


def asked(word: str, weight: float = 1.0, family: frozenset[str] = frozenset()) -> SearchTerm:
    term = stem(word.lower())
    return SearchTerm(word, word.lower(), term, weight, weight, False, False, family)


def matches_of(words: list[str], sentences: list[str]) -> Matches:
    return Matches.of(list(map(asked, words)), list(map(Line, sentences)), [asked("of", 0.05)])


QUESTION = ["river", "bridge", "Anna"]


@given(SENTENCES)
def test_held_are_the_terms_of_each_sentence(sentences: list[str]) -> None:
    held = matches_of(QUESTION, sentences).held()
    for column, sentence in enumerate(sentences):
        expected = [stem(word.lower()) in terms(sentence) for word in QUESTION]
        assert held[:, column].tolist() == expected


@given(SENTENCES)
def test_asked_are_all_words_of_the_question(sentences: list[str]) -> None:
    found = matches_of(QUESTION, sentences)
    every = [term for sentence in sentences for term in terms(sentence) or [""]]
    wanted = {stem(word.lower()) for word in [*QUESTION, "of"]}
    assert found.asked.tolist() == [term in wanted for term in every]


@given(SENTENCES)
def test_pairs_stand_near_one_another_within_a_sentence(sentences: list[str]) -> None:
    near, beside = matches_of(QUESTION, sentences).pairs(4)
    wanted = [stem(word.lower()) for word in QUESTION]
    for column, sentence in enumerate(sentences):
        found = terms(sentence)
        for row, (first, second) in enumerate(pairwise(wanted)):
            gaps = {
                b - a
                for a, one in enumerate(found)
                for b, other in enumerate(found)
                if one == first and other == second
            }
            assert near[row, column] == any(1 <= gap <= 4 for gap in gaps)
            assert beside[row, column] == (1 in gaps)


@given(SENTENCES)
def test_the_window_holds_the_greatest_mass_around_any_token(sentences: list[str]) -> None:
    mass = np.array([0.5, 0.3, 0.2])
    got = matches_of(QUESTION, sentences).window(mass, 8)
    wanted = [stem(word.lower()) for word in QUESTION]
    for sentence, best in zip(sentences, got, strict=True):
        found = terms(sentence)
        windows = [found[max(0, at - 8) : at + 9] for at in range(len(found))]
        sums = [
            sum(m for m, term in zip(mass, wanted, strict=True) if term in window)
            for window in windows
        ]
        assert best == pytest.approx(max(sums, default=0.0))


def test_words_of_like_meaning_are_less_than_the_same() -> None:
    [like] = matches_of(["car"], ["Anna sold the car.", "Anna sold the automobile.", "?"]).like
    same, near = like[3], like[7]
    assert same == 1
    assert 0.4 < near <= 0.95
    assert like[-1] == 0


def test_the_family_of_a_noun_stands_for_it() -> None:
    term = asked("road", family=frozenset({stem("street")}))
    found = Matches.of([term], [Line("The street was closed."), Line("The sea was calm.")])
    assert found.held().tolist() == [[True, False]]
    assert not found.asked.any()


def test_values_are_summed_up_by_sentence() -> None:
    found = matches_of(["Anna"], ["Anna left.", "", "Anna met Anna."])
    assert found.total(found.same * 1.0).tolist() == [[1.0, 0.0, 2.0]]
    assert found.most(found.same).tolist() == [[True, False, True]]
    assert found.any_bits(np.arange(6)).tolist() == [1, 2, 3 | 4 | 5]
