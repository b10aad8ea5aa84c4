"""The phrase of a sentence that answers a question: every span scored, the best one chosen.

Two fitted models follow one another. A linear one with hashed features (`qa.phrase_features`) looks
at all spans; a small neural network compares the best of each sentence (`qa.phrase_measures`).
Chosen is the span from which most is expected of the measure that counts, the words in common with
the right answer (F1), rather than the single most likely one. `qa.fit_phrases` fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.features import SearchTerm
from qa.fit import fit
from qa.phrase_features import KEYS, Described, describe
from qa.phrase_measures import CATEGORIES, MEASURES, OF_QUESTION, measures, overlaps, rows
from qa.phrase_spans import SentenceSpans
from qa.question import Question
from qa.question_view import QuestionView
from qa.spans import Candidate
from qa.weights import Section, Weights

Ints = NDArray[np.int64]
Numbers = NDArray[np.float64]
SECTION = "phrase"
FEATURES = (*(f"{name} (hashed)" for name in KEYS), *CATEGORIES, *OF_QUESTION, *MEASURES)
KEPT = 16  # spans of a sentence that the network compares
_LIKELY = 0.5  # share of a phrase that stands alone for a sentence found by keywords


@dataclass(frozen=True, slots=True)
class BestPhrase:
    """What a sentence offers as an answer. `phrase` is None where nothing in it can be one.

    `score`: how much the sentence's spans look like the answer, in log-odds without a fixed zero,
    comparable between the sentences of one question; minus infinity where there is no span.
    `margin` 0..1: how far the phrase is ahead of the best that shares no word with it. `share`
    0..1: F1 that the phrase is expected to have if the sentence is the right one. `wanted` 0..1:
    how well it fits the kind of answer wanted.
    """

    phrase: Candidate | None
    score: float
    margin: float
    share: float
    wanted: float


_NETWORK = ("embeddings", "matrix", "bias", "out")
NO_PHRASE = BestPhrase(None, -math.inf, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Network:
    """Embeddings of categories and a matrix for measures, one hidden layer, and a straight way.

    The last column of `embeddings` and of `matrix` goes around the hidden layer.
    """

    embeddings: NDArray[Any]
    matrix: NDArray[Any]
    bias: NDArray[Any]
    out: NDArray[Any]

    def scores(self, categories: Ints, numbers: NDArray[np.float32]) -> Numbers:
        """A score for each row of `rows` and `measures`."""
        summed = self.embeddings[categories].sum(axis=1) + numbers @ self.matrix
        hidden = np.maximum(summed[:, :-1] + self.bias, 0)
        scores: Numbers = (hidden @ self.out + summed[:, -1]).astype(np.float64)
        return scores


@dataclass(frozen=True)
class PhraseScorer:
    """The fitted models. `table` are the hashed weights, in units of `scale`."""

    table: NDArray[Any]
    network: Network
    scale: float = 1.0

    @classmethod
    def of(cls, weights: Weights) -> PhraseScorer:
        """The scorer of a model. Raises ModelError where it was made for other features."""
        section = weights.section(SECTION, FEATURES)
        arrays = section.arrays
        parts = {name: arrays[name].astype(np.float32) for name in _NETWORK}
        return cls(arrays["table"], Network(**parts), section.numbers["scale"])

    def section(self) -> Section:
        """As a model keeps it: hashed weights as whole numbers of 8 bits, the rest of 16."""
        table = self.table
        scale = self.scale
        if table.dtype != np.int8:
            scale = max(float(np.quantile(np.abs(table), 0.9999)) / 127, 1e-9)
            table = np.clip(np.round(table / scale), -127, 127).astype(np.int8)
        parts = {name: getattr(self.network, name).astype(np.float16) for name in _NETWORK}
        return Section(FEATURES, {"scale": scale}, {"table": table, **parts})

    def linear(self, described: Described) -> Numbers:
        """The scores of all spans by the linear model."""
        places = described.places(len(self.table))
        scores: Numbers = places.scores(self.table).astype(np.float64) * self.scale
        return scores

    def refined(self, described: Described) -> tuple[Ints, Numbers]:
        """The best spans of each sentence by the linear model, and their scores by the network."""
        scores = self.linear(described)
        chosen = best_of_each(described, scores)
        numbers = measures(described, scores, chosen)
        return chosen, self.network.scores(rows(described, chosen), numbers)

    def best(
        self,
        question: Question,
        search: Sequence[SearchTerm],
        sentences: Sequence[SentenceSpans],
    ) -> list[BestPhrase]:
        """The best phrase of each sentence, in their order."""
        usable = [number for number, spans in enumerate(sentences) if len(spans.first)]
        found = [NO_PHRASE] * len(sentences)
        if not usable:
            return found
        described = describe(QuestionView(question, search), [sentences[k] for k in usable])
        chosen, scores = self.refined(described)
        own = described.sentence[chosen]
        for place, number in enumerate(usable):
            here = np.flatnonzero(own == place)
            if not len(here):
                continue
            sentence = sentences[number]
            first = int(np.searchsorted(described.sentence, place))
            found[number] = _best(question, sentence, described, chosen[here], scores[here], first)
        return found


def best_of_each(described: Described, scores: Numbers) -> Ints:
    """The spans of highest score, KEPT of each sentence, in order of sentence and score.

    Those that say only what the question says are left out.
    """
    order = np.lexsort((-scores, described.sentence))
    order = order[~described.repeats_only[order]]
    own = described.sentence[order]
    place = np.arange(len(own)) - np.searchsorted(own, own)
    return order[place < KEPT]


def _best(
    question: Question,
    sentence: SentenceSpans,
    described: Described,
    chosen: Ints,
    scores: Numbers,
    first: int,
) -> BestPhrase:
    """Of one sentence, whose spans begin with number `first`."""
    top = float(scores.max())
    shares = np.exp(scores - top)
    mass = float(shares.sum())
    shares /= mass
    alike = overlaps(described, chosen)
    expected = alike @ shares
    best = int(np.argmax(expected))
    apart = shares[alike[best] == 0]
    phrase = sentence.candidate(int(chosen[best]) - first)
    if question.kind == "yes-no" or (
        question.kind == "keywords" and question.wanted == "any" and expected[best] < _LIKELY
    ):
        text = sentence.words.text
        phrase = Candidate(0, len(text), 0, sentence.count, frozenset())
        wanted = 0.8
    else:
        wanted = fit(question, sentence.words, phrase)
    return BestPhrase(
        phrase,
        top + float(np.log(mass)),
        float(expected[best] - apart.max(initial=0.0)),
        float(expected[best]),
        wanted,
    )
