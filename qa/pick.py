"""A judged passage: what the scorers say of it, before and after confidence is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.features import Passage
from qa.forms import WORD
from qa.phrase_scorer import BestPhrase
from qa.spans import Candidate


@dataclass(frozen=True, slots=True)
class Pick:
    """A judged passage with its best phrase. `strength` has no unit.

    `numbers` are those of SENTENCE_FEATURES, in their order.
    """

    passage: Passage
    numbers: NDArray[np.float64]
    ousted: float
    best: BestPhrase
    strength: float
    confidence: float = 0.0

    @property
    def phrase(self) -> Candidate | None:
        """The phrase to mark; None where nothing fits, or none was looked for."""
        return self.best.phrase

    @property
    def wanted(self) -> float:
        """How well the phrase fits the kind of answer that is wanted, 0..1."""
        return self.best.wanted

    def said(self) -> frozenset[int]:
        """The words of the phrase, or else of the sentence, as `keys_of` them."""
        words = self.passage.line.codes[WORD]
        if self.phrase is not None and self.phrase.end - self.phrase.start < len(
            self.passage.line.text
        ):
            words = words[self.phrase.first : self.phrase.last]
        return frozenset(words.tolist())
