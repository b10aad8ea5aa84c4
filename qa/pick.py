"""A judged passage: what the scorers say of it, before and after confidence is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.features import Passage
from qa.forms import WORD
from qa.spans import Candidate


@dataclass(frozen=True, slots=True)
class Pick:
    """A judged passage; `phrase` is None where nothing in it fits. `strength` has no unit.

    `features` are those of `sentence_features`, in their order.
    """

    passage: Passage
    features: Mapping[str, float]
    ousted: float
    phrase: Candidate | None
    wanted: float
    phrase_score: float
    strength: float
    confidence: float = 0.0

    def said(self) -> frozenset[int]:
        """The words of the phrase, or else of the sentence, as `keys_of` them."""
        words = self.passage.line.codes[WORD]
        if self.phrase is not None and self.phrase.end - self.phrase.start < len(
            self.passage.line.text
        ):
            words = words[self.phrase.first : self.phrase.last]
        return frozenset(words.tolist())
