"""Which of the candidate sentences answers: a weighted sum of what `sentence_features` tells.

The weights are fitted (`qa.fit_sentences`) so that, of a question's candidates, a softmax over the
scores gives the sentence that answers the greatest share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.sentence_features import SENTENCE_FEATURES
from qa.weights import Section, Weights

SECTION = "sentence"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SentenceScorer:
    """Weights of SENTENCE_FEATURES, and what a phrase adds to the score of its sentence.

    `phrase` weighs the score of the sentence's best phrase, `ousted` another name in the place of
    one that the question names.
    """

    weights: Floats
    phrase: float
    ousted: float

    @classmethod
    def of(cls, weights: Weights) -> SentenceScorer:
        """The scorer of a model. Raises ModelError where it was made for other features."""
        section = weights.section(SECTION, SENTENCE_FEATURES)
        return cls(section.vector(), section.numbers["phrase"], section.numbers["ousted"])

    def section(self) -> Section:
        """The scorer as a model keeps it."""
        named = dict(zip(SENTENCE_FEATURES, self.weights.tolist(), strict=True))
        return Section.linear(named, phrase=self.phrase, ousted=self.ousted)

    def scores(self, numbers: Floats) -> Floats:
        """The scores of described sentences (n x features): differences count, in logits."""
        found: Floats = numbers @ self.weights
        return found
