"""The sentence scorer: kept in a model and taken out of it, and what it makes of numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.errors import ModelError
from qa.sentence_features import SENTENCE_FEATURES
from qa.sentence_scorer import SECTION, SentenceScorer
from qa.weights import Weights


def test_a_scorer_comes_out_of_a_model_as_it_went_in() -> None:
    made = SentenceScorer(np.arange(len(SENTENCE_FEATURES), dtype=float), 0.5, -1.25)
    again = SentenceScorer.of(Weights({SECTION: made.section()}))
    assert again.weights.tolist() == made.weights.tolist()
    assert (again.phrase, again.ousted) == (0.5, -1.25)


def test_scores_are_the_weighted_sums() -> None:
    weights = np.zeros(len(SENTENCE_FEATURES))
    weights[SENTENCE_FEATURES.index("coverage")] = 2.0
    weights[SENTENCE_FEATURES.index("length")] = -1.0
    numbers = np.zeros((3, len(SENTENCE_FEATURES)))
    numbers[1, SENTENCE_FEATURES.index("coverage")] = 0.5
    numbers[2, SENTENCE_FEATURES.index("length")] = 3.0
    assert SentenceScorer(weights, 0.0, 0.0).scores(numbers).tolist() == [0.0, 1.0, -3.0]


def test_what_ships_prefers_sentences_that_hold_the_question() -> None:
    scorer = SentenceScorer.of(Weights.shipped())
    numbers = np.zeros((2, len(SENTENCE_FEATURES)))
    for name in ("coverage", "plain coverage", "retrieval", "own share"):
        numbers[1, SENTENCE_FEATURES.index(name)] = 1.0
    plain, holding = scorer.scores(numbers)
    assert holding > plain
    assert scorer.phrase >= 0 >= scorer.ousted


def test_a_model_for_other_features_is_refused() -> None:
    section = SentenceScorer(np.zeros(len(SENTENCE_FEATURES)), 0.0, 0.0).section()
    other = replace(section, features=(*section.features[1:], "smell"))
    with pytest.raises(ModelError, match="smell"):
        SentenceScorer.of(Weights({SECTION: other}))
