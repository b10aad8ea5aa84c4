"""The sentence scorer: kept in a model and taken out of it, and what it makes of numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.errors import ModelError
from qa.phrase_scorer import NO_PHRASE, BestPhrase
from qa.sentence_features import SENTENCE_FEATURES
from qa.sentence_scorer import OF_PHRASE, SECTION, SentenceScorer, describe_phrases
from qa.weights import Weights

NONE = np.zeros(len(OF_PHRASE))


def test_a_scorer_comes_out_of_a_model_as_it_went_in() -> None:
    of_phrase = np.arange(len(OF_PHRASE)) / 4
    made = SentenceScorer(np.arange(len(SENTENCE_FEATURES), dtype=float), of_phrase)
    again = SentenceScorer.of(Weights({SECTION: made.section()}))
    assert again.weights.tolist() == made.weights.tolist()
    assert again.of_phrase.tolist() == of_phrase.tolist()


def test_scores_are_the_weighted_sums() -> None:
    weights = np.zeros(len(SENTENCE_FEATURES))
    weights[SENTENCE_FEATURES.index("coverage")] = 2.0
    weights[SENTENCE_FEATURES.index("length")] = -1.0
    numbers = np.zeros((3, len(SENTENCE_FEATURES)))
    numbers[1, SENTENCE_FEATURES.index("coverage")] = 0.5
    numbers[2, SENTENCE_FEATURES.index("length")] = 3.0
    assert SentenceScorer(weights, NONE).scores(numbers).tolist() == [0.0, 1.0, -3.0]


def test_phrases_are_set_beside_the_best_and_only_take_away() -> None:
    good = BestPhrase(NO_PHRASE.phrase, 3.0, 0.5, 0.75, 1.0)
    numbers = describe_phrases([NO_PHRASE, good, replace(good, score=2.0)], [0.0, 0.0, 1.0])
    assert numbers.shape == (3, len(OF_PHRASE))
    assert numbers[1].tolist() == [0.0, 0.75, 0.0]
    assert np.isfinite(numbers).all()
    gains = SentenceScorer(np.zeros(1), np.eye(len(OF_PHRASE))[0]).gains(numbers)
    assert gains.tolist()[1:] == [0.0, -1.0]
    assert gains[0] < -1


def test_sentences_without_any_phrase_are_alike() -> None:
    numbers = describe_phrases([NO_PHRASE, NO_PHRASE], [0.0, 0.0])
    assert SentenceScorer(np.zeros(1), np.ones(len(OF_PHRASE))).gains(numbers).tolist() == [0, 0]


def test_what_ships_prefers_sentences_that_hold_the_question() -> None:
    scorer = SentenceScorer.of(Weights.shipped())
    numbers = np.zeros((2, len(SENTENCE_FEATURES)))
    for name in ("coverage", "plain coverage", "retrieval", "own share"):
        numbers[1, SENTENCE_FEATURES.index(name)] = 1.0
    plain, holding = scorer.scores(numbers)
    assert holding > plain
    weights = dict(zip(OF_PHRASE, scorer.of_phrase.tolist(), strict=True))
    assert weights["phrase score"] > 0 >= weights["ousted"]


def test_a_model_for_other_features_is_refused() -> None:
    section = SentenceScorer(np.zeros(len(SENTENCE_FEATURES)), NONE).section()
    other = replace(section, features=(*section.features[1:], "smell"))
    with pytest.raises(ModelError, match="smell"):
        SentenceScorer.of(Weights({SECTION: other}))
