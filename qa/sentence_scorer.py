"""Which of the candidate sentences answers: a weighted sum of what `sentence_features` tells.

The weights are fitted (`qa.fit_sentences`) so that, of a question's candidates, a softmax over the
scores gives the sentence that answers the greatest share. What their best phrases say is added to
the scores of the first of them, with weights fitted likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.phrase_scorer import BestPhrase
from qa.sentence_features import SENTENCE_FEATURES
from qa.weights import Section, Weights

SECTION = "sentence"
Floats = NDArray[np.float64]


OF_PHRASE = (
    "phrase score",  # how much less than in the best sentence its spans look like the answer
    "phrase share",  # F1 that its best phrase is expected to have
    "ousted",  # another name in the place of one that the question names
)
_LEAST = -6.0


def describe_phrases(found: Sequence[BestPhrase], ousted: Sequence[float]) -> Floats:
    """The numbers of OF_PHRASE of some sentences (n x 3), each with its best phrase."""
    scores = np.array([one.score for one in found])
    top = scores.max(initial=-np.inf)
    behind = np.maximum(scores - top, _LEAST) if np.isfinite(top) else np.zeros(len(found))
    numbers: Floats = np.c_[behind, [one.share for one in found], ousted]
    return numbers


@dataclass(frozen=True)
class SentenceScorer:
    """Weights of SENTENCE_FEATURES, and those of OF_PHRASE."""

    weights: Floats
    of_phrase: Floats

    @classmethod
    def of(cls, weights: Weights) -> SentenceScorer:
        """The scorer of a model. Raises ModelError where it was made for other features."""
        vector = weights.section(SECTION, _FEATURES).vector()
        return cls(vector[: len(SENTENCE_FEATURES)], vector[len(SENTENCE_FEATURES) :])

    def section(self) -> Section:
        """The scorer as a model keeps it."""
        numbers = (*self.weights.tolist(), *self.of_phrase.tolist())
        return Section.linear(dict(zip(_FEATURES, numbers, strict=True)))

    def scores(self, numbers: Floats) -> Floats:
        """The scores of described sentences (n x features): differences count, in logits."""
        found: Floats = numbers @ self.weights
        return found

    def gains(self, numbers: Floats) -> Floats:
        """What is added to the scores of sentences whose phrases are described: 0 or less."""
        found = numbers @ self.of_phrase
        gains: Floats = found - found.max(initial=-np.inf)
        return gains


_FEATURES = (*SENTENCE_FEATURES, *OF_PHRASE)
