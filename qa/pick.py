"""A judged passage: what the scorers say of it, before and after confidence is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.features import Passage
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

    def said(self) -> frozenset[str]:
        """The words of the phrase, or else of the sentence."""
        line = self.passage.line
        if self.phrase is None or self.phrase.end - self.phrase.start == len(line.text):
            return line.said
        tokens = line.words.tokens[self.phrase.first : self.phrase.last]
        return frozenset(token.word for token in tokens)
