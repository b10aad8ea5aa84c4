"""How sure is an answer: the probability that the quoted sentence answers the question.

A logistic function of what the scorers say and of how the candidates stand to one another. It is
fitted by `qa.fit_confidence` on questions that the collection answers and on questions that it does
not, and calibrated on articles that neither scorer was fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.features import SearchTerm
from qa.fit import CERTAIN
from qa.pick import Pick
from qa.question import Question
from qa.sentence_features import SENTENCE_FEATURES
from qa.weights import Section, Weights

SECTION = "confidence"
Floats = NDArray[np.float64]

_LACKING = tuple(sorted(CERTAIN))
OF_ANSWER = (
    "margin",  # tanh of half the score by which it leads the best that says something else
    "behind",  # the same where it does not lead, not above 0, at least -4
    "alone",  # 1 if nothing else is said
    "agreement",  # share of a softmax over the scores that goes to what says the same
    "first share",  # share that goes to the sentence itself
    "found",  # mass found in the sentence or around it
    "found²",
    "terms",  # ln(1 + content words of the question) / 3
    "evidence",  # found in the sentence, times "terms"
    "ousted",  # 1 if another name stands where the question has one
    "fit",  # how well the phrase fits the kind of answer wanted, 0..1
    "phrase margin",  # how far it is ahead of others in the sentence, 0..1
    "phrase share",  # F1 that it is expected to have, 0..1
    *(f"no {kind}" for kind in _LACKING),  # 1 if such a phrase is wanted, and none is there
    "loose",  # words that belong together in the question stand apart
)
CONFIDENCE_FEATURES = (*SENTENCE_FEATURES, *OF_ANSWER)
_EMPTY = SENTENCE_FEATURES.index("empty")
_ASKED = [SENTENCE_FEATURES.index(n) for n in ("coverage", "context", "headline", "order")]
_FARTHEST = 4.0


@dataclass(frozen=True)
class ConfidenceScorer:
    """Weights of CONFIDENCE_FEATURES, a bias, and the confidence below which nothing is said."""

    weights: Floats
    bias: float
    threshold: float

    @classmethod
    def of(cls, weights: Weights) -> ConfidenceScorer:
        """The scorer of a model. Raises ModelError where it was made for other features."""
        section = weights.section(SECTION, CONFIDENCE_FEATURES)
        return cls(section.vector(), section.numbers["bias"], section.numbers["threshold"])

    def section(self) -> Section:
        """The scorer as a model keeps it."""
        named = dict(zip(CONFIDENCE_FEATURES, self.weights.tolist(), strict=True))
        return Section.linear(named, bias=self.bias, threshold=self.threshold)

    def probabilities(self, numbers: Floats) -> Floats:
        """The confidence in described answers (n x features), 0..1, to four digits."""
        logits = np.clip(numbers @ self.weights + self.bias, -30, 30)
        found: Floats = np.round(1 / (1 + np.exp(-logits)), 4)
        return found


def describe_answers(
    question: Question, search: Sequence[SearchTerm], picks: Sequence[Pick], most: int | None = None
) -> Floats:
    """The numbers of CONFIDENCE_FEATURES for the first `most` of the picks, strongest first."""
    wanted = picks[:most]
    numbers = np.zeros((len(wanted), len(CONFIDENCE_FEATURES)))
    if not wanted:
        return numbers
    own = [pick.said() for pick in picks]
    # A question or a heading says nothing that could speak against an answer.
    telling = [at for at, pick in enumerate(picks) if not pick.numbers[_EMPTY]]
    strengths = np.array([pick.strength for pick in picks])
    odds = np.exp(strengths - strengths.max())
    total = float(odds[telling].sum()) or 1.0
    content = sum(term.is_topical for term in search)
    terms = float(np.log1p(content) / 3)
    # An amount may stand at the end of a list, far from what the list is about.
    bound = question.copular and question.wanted != "number" and content > 1
    for row, pick in enumerate(wanted):
        # "Macron" agrees with "Emmanuel Macron": only what says something else speaks against it.
        agreeing = [at for at in telling if own[at] <= own[row] or own[row] <= own[at]]
        same = set(agreeing)
        against = next((strengths[at] for at in telling if at not in same), None)
        lead = 0.0 if against is None else float(pick.strength - against)
        coverage, context, headline, order = pick.numbers[_ASKED].tolist()
        found = coverage + context + headline
        lacking = question.wanted if pick.wanted < 0.3 else ""
        numbers[row, : len(SENTENCE_FEATURES)] = pick.numbers
        numbers[row, len(SENTENCE_FEATURES) :] = (
            float(np.tanh(max(lead, 0.0) / 2)),
            max(min(lead, 0.0), -_FARTHEST),
            float(against is None),
            float(odds[agreeing].sum()) / total,
            float(odds[row]) / max(total, float(odds[row])),
            found,
            found * found,
            terms,
            coverage * terms,
            pick.ousted,
            pick.wanted,
            pick.best.margin,
            pick.best.share,
            *(float(lacking == kind) for kind in _LACKING),
            (1 - order) * bound,
        )
    return numbers
