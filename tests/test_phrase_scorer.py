"""Which phrase of a sentence the fitted scorer marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.features import SearchTerm
from qa.phrase_scorer import BestPhrase, PhraseScorer
from qa.phrase_spans import sentence_spans
from qa.question import analyse
from qa.weights import Weights
from qa.words import Line


def best(question: str, *sentences: str) -> list[BestPhrase]:
    asked = analyse(question)
    search = [
        SearchTerm(t.text, t.word, t.term, t.weight * 3, t.weight, t.is_name, False)
        for t in asked.terms
    ]
    return PhraseScorer.of(Weights.shipped()).best(
        asked, search, [sentence_spans(Line(text), None) for text in sentences]
    )


@pytest.mark.parametrize(
    ("question", "sentence", "phrase"),
    [
        ("Who painted the ceiling?", "The ceiling was painted by Anna Berg in 1931.", "Anna Berg"),
        ("When was it painted?", "The ceiling was painted by Anna Berg in 1931.", "1931"),
        ("How many bridges were closed?", "Storms closed three bridges on Monday.", "three"),
        (
            "What did the storm destroy?",
            "The storm destroyed the old lighthouse.",
            "old lighthouse",
        ),
    ],
)
def test_marked_phrase(question: str, sentence: str, phrase: str) -> None:
    found = best(question, sentence)[0].phrase
    assert found is not None
    assert phrase in sentence[found.start : found.end]


def test_sentences_keep_their_order_and_the_one_that_answers_scores_higher() -> None:
    found = best(
        "When was the mill sold?", "The mill was sold in 1931.", "", "The mill stands empty."
    )
    assert len(found) == 3
    assert found[1].phrase is None
    assert found[0].score > found[2].score


def test_a_scorer_kept_as_a_section_gives_the_same_weights_again() -> None:
    section = PhraseScorer.of(Weights.shipped()).section()
    again = PhraseScorer.of(Weights({"phrase": section})).section()
    for name, array in section.arrays.items():
        assert (array == again.arrays[name]).all()


@given(st.text(max_size=120), st.text(min_size=1, max_size=60))
def test_any_phrase_stands_whole_in_its_sentence(text: str, question: str) -> None:
    words = Line(text).words
    for one in best(question, text):
        assert 0 <= one.share <= 1.001
        if one.phrase is not None and one.phrase.shapes:
            assert one.phrase.start <= words.tokens[one.phrase.first].start
            assert words.end[one.phrase.last - 1] <= one.phrase.end <= len(text)
            assert text[one.phrase.start : one.phrase.end].strip()
