"""The phrase of a sentence that answers a question: every span scored, the best one chosen.

Two fitted models follow one another. A linear one with hashed features (`qa.phrase_features`) looks
at all spans; a small neural network compares the best of each sentence (`qa.phrase_measures`). To
its score that of the rules is added, which know what few questions teach: lists of amounts, titles,
definitions. Chosen is the span from which most is expected of the measure that counts, the words in
common with the right answer (F1), rather than the single most likely one. `qa.fit_phrases` fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answer import DatePhrase
from qa.features import SearchTerm
from qa.fit import fit
from qa.phrase_features import KEYS, Described, describe
from qa.phrase_measures import CATEGORIES, MEASURES, OF_QUESTION, measures, overlaps, rows
from qa.phrase_rules import scored_phrases, without_phrase
from qa.phrase_spans import SentenceSpans
from qa.question import Question
from qa.question_view import QuestionView
from qa.spans import Candidate
from qa.weights import Section, Weights
from qa.words import Words

Ints = NDArray[np.int64]
Numbers = NDArray[np.float64]
SECTION = "phrase"
FEATURES = (*(f"{name} (hashed)" for name in KEYS), *CATEGORIES, *OF_QUESTION, *MEASURES)
KEPT = 16  # spans of a sentence that the network compares
# The least weight of `qa.phrase_rules` that keeps right what the tests of the selector and of the
# article that ships ask; the fitted models alone have a little more F1 on encyclopedic text.
RULES = 2.0
_LIKELY = 0.5  # share of a phrase that stands alone for a sentence found by keywords


@dataclass(frozen=True, slots=True)
class BestPhrase:
    """What a sentence offers as an answer. `phrase` is None where nothing in it can be one.

    `score`: how much the sentence's spans look like the answer, in log-odds without a fixed zero,
    comparable between the sentences of one question. `margin` 0..1: how far the phrase is ahead of
    the best that shares no word with it. `share` 0..1: F1 that the phrase is expected to have if
    the sentence is the right one. `wanted` 0..1: how well it fits the kind of answer wanted.
    """

    phrase: Candidate | None
    score: float
    margin: float
    share: float
    wanted: float


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
    """The fitted models. `table` are the hashed weights; `nothing` the score where no span is."""

    table: NDArray[np.float32]
    network: Network
    nothing: float

    @property
    def none(self) -> BestPhrase:
        """What is said of a sentence in which there is no phrase, or none was looked for."""
        return BestPhrase(None, self.nothing, 0.0, 0.0, 0.0)

    @classmethod
    def of(cls, section: Section) -> PhraseScorer:
        """From a section of the model folder, as `section` makes it."""
        arrays = section.arrays
        scale = np.float32(section.numbers["scale"])
        parts = {
            name: arrays[name].astype(np.float32)
            for name in ("embeddings", "matrix", "bias", "out")
        }
        table = arrays["table"].astype(np.float32) * scale
        return cls(table, Network(**parts), section.numbers["nothing"])

    def section(self) -> Section:
        """For the model folder: hashed weights as whole numbers of 8 bits, the rest of 16."""
        scale = max(float(np.quantile(np.abs(self.table), 0.9999)) / 127, 1e-9)
        table = np.clip(np.round(self.table / scale), -127, 127).astype(np.int8)
        network = self.network
        parts = {
            "embeddings": network.embeddings, "matrix": network.matrix, "bias": network.bias,
            "out": network.out,
        }  # fmt: skip
        return Section(
            FEATURES,
            {"scale": scale, "nothing": self.nothing},
            {"table": table, **{name: part.astype(np.float16) for name, part in parts.items()}},
        )

    def linear(self, described: Described) -> Numbers:
        """The scores of all spans by the linear model."""
        places = described.hashed(len(self.table))
        scores: Numbers = self.table[places].sum(axis=0).astype(np.float64)
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
        sentences: Sequence[tuple[Words, Sequence[DatePhrase]]],
    ) -> list[BestPhrase]:
        """The best phrase of each sentence, in their order."""
        spans = [SentenceSpans(words, dates) for words, dates in sentences]
        usable = [number for number, sentence in enumerate(spans) if len(sentence.first)]
        found = [self.none] * len(spans)
        if not usable:
            return found
        described = describe(QuestionView(question, search), [spans[number] for number in usable])
        chosen, scores = self.refined(described)
        own = described.sentence[chosen]
        for place, number in enumerate(usable):
            here = np.flatnonzero(own == place)
            if not len(here):
                continue
            sentence = spans[number]
            first = int(np.searchsorted(described.sentence, place))
            ruled = _ruled(question, search, sentence)
            added = [ruled.get(int(k) - first, without_phrase(question)) for k in chosen[here]]
            total = scores[here] + RULES * np.array(added)
            found[number] = _best(question, sentence, described, chosen[here], total, first)
        return found


def _ruled(
    question: Question, search: Sequence[SearchTerm], sentence: SentenceSpans
) -> dict[int, float]:
    """What the rules say of the spans that they know."""
    scored = scored_phrases(question, search, sentence.words, sentence.found)
    best: dict[int, float] = {}
    for score, phrase, _ in scored:
        number = sentence.number(phrase)
        best[number] = max(score, best.get(number, score))
    return best


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


@cache
def shipped() -> PhraseScorer:
    """The scorer that ships with the package."""
    return PhraseScorer.of(Weights.shipped().section(SECTION, FEATURES))
