"""Fitting the phrase scorer on a handful of questions."""

from __future__ import annotations

import pytest

from qa.features import SearchTerm
from qa.fit_phrases import Example, fit_phrases
from qa.phrase_spans import sentence_spans
from qa.question import analyse
from qa.words import Line

_TOWNS = ("Marlow", "Porto", "Lyon", "Yerevan", "Oslo", "Turin")


def _examples() -> list[Example]:
    examples = []
    for number, town in enumerate(_TOWNS):
        text, other = f"The mill {number} stands near {town} today.", "It was old."
        question = analyse(f"Which town does the mill {number} stand near?")
        search = [
            SearchTerm(t.text, t.word, t.term, t.weight, t.weight, t.is_name, False)
            for t in question.terms
        ]
        start = text.index(town)
        sentences = [sentence_spans(Line(one), None) for one in (text, other)]
        examples.append(
            Example(question, search, sentences, [1, 0], 0, start, start + len(town), town)
        )
    return examples


def test_the_same_questions_give_the_same_weights_and_they_answer_them() -> None:
    examples = _examples()
    steps: list[tuple[int, int]] = []
    first = fit_phrases(examples, progress=lambda done, all_: steps.append((done, all_)))
    second = fit_phrases(examples).scorer.section()
    for name, array in first.scorer.section().arrays.items():
        assert (array == second.arrays[name]).all()
    assert steps[-1][0] == steps[-1][1]
    found = first.scorer.best(examples[0].question, examples[0].search, examples[0].sentences)
    assert found[0].phrase is not None
    assert "Marlow" in examples[0].sentences[0].words.text[found[0].phrase.start :]


def test_each_group_has_a_scorer_that_has_not_seen_it() -> None:
    examples = _examples()
    found = fit_phrases(examples)
    assert found.without.keys() == set(_TOWNS)
    whole = found.scorer.table
    assert all((one.table != whole).any() for one in found.without.values())


def test_no_questions_are_no_training_set() -> None:
    with pytest.raises(ValueError, match="no question"):
        fit_phrases([])
