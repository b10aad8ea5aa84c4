"""Fits the phrase scorer: questions with their sentences and answers in, a section of weights out.

Both models maximise the logarithm of the expected F1 under a softmax over all spans of a question's
sentences, to which the sentences' own scores are added, so that phrases compete with those of other
sentences as they do when a question is answered. The linear model is fitted by AdaGrad (Duchi et
al., 2011), its weights averaged over epochs; the network by Adam (Kingma & Ba, 2015) on linear
scores that were made without the articles at hand. The same examples give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.features import SearchTerm
from qa.phrase_features import Described, Places, describe
from qa.phrase_measures import MEASURES, ROWS, measures, rows
from qa.phrase_scorer import Network, PhraseScorer, best_of_each
from qa.phrase_spans import SentenceSpans
from qa.question import Question
from qa.question_view import QuestionView
from qa.words import Words

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]
SIZE = 1 << 18  # hashed weights
_EPOCHS, _RATE = 3, 0.06
_HIDDEN, _NETWORK_EPOCHS, _NETWORK_RATE, _BATCH = 32, 8, 4e-3, 24
_DECAY, _DROPPED = 4e-3, 0.2
_FOLDS = 4
# What too few questions teach is added to the straight way: in a list the amount that is asked for,
# who did it in the passive, what defines a person, names whole and without titles.
_ADDED = {
    "fit": 2.0, "side of passive": 2.0, "passed over": -6.0, "cut": -1.5, "title asked for": 2.0,
    "titled": 2.0, "defines": 1.0,
}  # fmt: skip
_SLIGHT = 1e-4  # errors that teach nothing
_NEAR = 0.3  # what a phrase counts that is the answer but for some words, times F1 squared


@dataclass(frozen=True)
class Example:
    """A question with candidate sentences, their scores (log-odds), and the right one's answer.

    `right` is a place in `sentences`; `start` and `end` are the answer's code points there. `group`
    names the article (or paragraph): examples of one group are never judged by models that saw it.
    """

    question: Question
    search: Sequence[SearchTerm]
    sentences: Sequence[SentenceSpans]
    scores: Sequence[float]
    right: int
    start: int
    end: int
    group: str


@dataclass(frozen=True)
class FittedPhrases:
    """The scorer of all examples, and for each of their groups one that has not seen it."""

    scorer: PhraseScorer
    without: Mapping[str, PhraseScorer]


@dataclass(frozen=True)
class _Case:
    """An example whose answer is among its spans: the worth (F1) of each, the sentences' scores."""

    view: QuestionView
    sentences: Sequence[SentenceSpans]
    places: Places
    worth: Floats
    offsets: Floats
    group: str

    def described(self) -> Described:
        """Once more, rather than kept: there are thousands of them."""
        return describe(self.view, self.sentences)


@dataclass(frozen=True)
class _Compared:
    """The best spans of a case, for the network."""

    categories: Ints
    numbers: Floats
    worth: Floats
    offsets: Floats


def fit_phrases(
    examples: Sequence[Example],
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> FittedPhrases:
    """The phrase scorer fitted on some examples; those without a right span are left out.

    `progress` is called with steps done and steps to do. Raises ValueError without examples.
    """
    steps = len(examples) + (_FOLDS + 1) * (_EPOCHS + _NETWORK_EPOCHS)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    cases = []
    for example in examples:
        case = _case(example)
        if case is not None:
            cases.append(case)
        step()
    if not cases:
        raise ValueError("no question of the set has an answer that can be found")
    folds = _folds([case.group for case in cases])
    tables: list[Floats] = []
    compared: list[tuple[int, _Compared]] = []
    for fold in range(_FOLDS):
        others = [case for case, own in zip(cases, folds, strict=True) if own != fold]
        tables.append(_fit_table(others or cases, seed, step))
        for case, own in zip(cases, folds, strict=True):
            if own == fold:
                compared.append((fold, _compare(case, tables[fold])))
    kept = [(fold, one) for fold, one in compared if one.worth.max(initial=0) > 0]
    scorers = []
    for fold, table in enumerate(tables):
        others_kept = [one for own, one in kept if own != fold] or [one for _, one in kept]
        scorers.append(PhraseScorer(table, _fit_network(others_kept, seed, step)))
    whole = PhraseScorer(
        _fit_table(cases, seed, step), _fit_network([one for _, one in kept], seed, step)
    )
    of_group = {case.group: scorers[fold] for case, fold in zip(cases, folds, strict=True)}
    return FittedPhrases(whole, of_group)


def _case(example: Example) -> _Case | None:
    kept = [number for number, spans in enumerate(example.sentences) if len(spans.first)]
    sentences = [example.sentences[number] for number in kept]
    if example.right not in kept:
        return None
    place = kept.index(example.right)
    view = QuestionView(example.question, example.search)
    described = describe(view, sentences)
    worth = _worth(described, place, sentences[place].words, example)
    if worth.max(initial=0) == 0:
        return None
    scores = np.array(example.scores, np.float32)[kept]
    offsets = (scores - scores.max())[described.sentence]
    return _Case(view, sentences, described.places(SIZE), worth, offsets, example.group)


def _worth(described: Described, place: int, words: Words, example: Example) -> Floats:
    """F1 of each span with the answer, which stands in the sentence at `place`.

    Articles are not counted, as in the published measure.
    """
    inside = [token.start < example.end and token.end > example.start for token in words.tokens]
    counted = [t.word not in ("a", "an", "the") for t in words.tokens]
    totals = np.concatenate([[0], np.cumsum(counted)])
    common = np.concatenate(
        [[0], np.cumsum([a and b for a, b in zip(inside, counted, strict=True)])]
    )
    first, last = described.first, described.last
    here = described.sentence == place
    worth = np.zeros(len(first), np.float32)
    shared = common[last[here]] - common[first[here]]
    said = totals[last[here]] - totals[first[here]] + common[-1]
    worth[here] = 2 * shared / np.maximum(said, 1)
    worth[described.repeats_only] = 0
    return worth


def _folds(groups: Sequence[str]) -> list[int]:
    """A fold for each example: groups stay whole, the largest are dealt out first."""
    sizes = {group: groups.count(group) for group in sorted(set(groups))}
    filled = [0] * _FOLDS
    fold_of = {}
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    return [fold_of[group] for group in groups]


def _aim(worth: Floats) -> Floats:
    """What a span counts: a right one 1, one that is partly right little."""
    aim: Floats = np.where(worth > 0.999, 1, _NEAR * worth**2).astype(np.float32)
    return aim


def _fit_table(cases: Sequence[_Case], seed: int, step: Callable[[], None]) -> Floats:
    table, summed = np.zeros(SIZE, np.float32), np.zeros(SIZE)
    squares, slope = np.ones(SIZE, np.float32), np.zeros(SIZE, np.float32)
    random = np.random.default_rng(seed)
    for epoch in range(_EPOCHS):
        for number in random.permutation(len(cases)):
            case = cases[number]
            places = case.places
            scores = places.scores(table) + case.offsets
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            hoped = chance * _aim(case.worth)
            error = chance - hoped / hoped.sum()
            error[np.abs(error) < _SLIGHT] = 0
            at, found = _sums(places, error)
            np.add.at(slope, at, found)
            found = slope[at]
            grown = squares[at] + found * found
            table[at] -= _RATE * found / np.sqrt(grown)  # repeated places get the same value
            squares[at] = grown
            slope[at] = 0
        if epoch:
            summed += table
        step()
    averaged: Floats = (summed / max(_EPOCHS - 1, 1)).astype(np.float32)
    return averaged


def _sums(places: Places, error: Floats) -> tuple[NDArray[np.int32], Floats]:
    """The places that an error of the spans moves, with the error that each of them gets."""
    at, found = [], []
    opening = np.bincount(places.first, error, len(places.opening)).astype(np.float32)
    closing = np.bincount(places.last, error, len(places.closing)).astype(np.float32)
    for own, table in (
        (error, places.spans), (opening, places.opening), (closing, places.closing),
    ):  # fmt: skip
        moved = own != 0
        at.append(table[moved].ravel())
        found.append(np.repeat(own[moved], table.shape[1]))
    return np.concatenate(at), np.concatenate(found)


def _compare(case: _Case, table: Floats) -> _Compared:
    scores = case.places.scores(table).astype(np.float64)
    described = case.described()
    chosen = best_of_each(described, scores)
    return _Compared(
        rows(described, chosen),
        measures(described, scores, chosen),
        case.worth[chosen],
        case.offsets[chosen],
    )


def _batches(
    compared: Sequence[_Compared], random: np.random.Generator
) -> Iterator[list[_Compared]]:
    order = random.permutation(len(compared))
    for at in range(0, len(order), _BATCH):
        yield [compared[number] for number in order[at : at + _BATCH]]


def _fit_network(compared: Sequence[_Compared], seed: int, step: Callable[[], None]) -> Network:
    random = np.random.default_rng(seed)
    parts = {
        "embeddings": random.normal(0, 0.1, (ROWS, _HIDDEN + 1)).astype(np.float32),
        "matrix": random.normal(0, 0.1, (len(MEASURES), _HIDDEN + 1)).astype(np.float32),
        "bias": np.zeros(_HIDDEN, np.float32),
        "out": random.normal(0, 0.1, _HIDDEN).astype(np.float32),
    }
    parts["embeddings"][:, -1] = parts["matrix"][:, -1] = 0
    parts["matrix"][MEASURES.index("score"), -1] = 3  # the linear score as it is
    mean = {name: np.zeros_like(part) for name, part in parts.items()}
    square = {name: np.zeros_like(part) for name, part in parts.items()}
    at = 0
    for epoch in range(_NETWORK_EPOCHS):
        rate = _NETWORK_RATE * (1 - epoch / _NETWORK_EPOCHS) + 1e-5
        for batch in _batches(compared, random):
            at += 1
            kept = (random.random(_HIDDEN) >= _DROPPED).astype(np.float32) / (1 - _DROPPED)
            for name, slope in _slopes(parts, batch, kept).items():
                if name != "bias":
                    slope = slope + _DECAY * parts[name]
                mean[name] += 0.1 * (slope - mean[name])
                square[name] += 0.001 * (slope * slope - square[name])
                ahead = mean[name] / (1 - 0.9**at)
                parts[name] -= rate * ahead / (np.sqrt(square[name] / (1 - 0.999**at)) + 1e-8)
        step()
    for name, weight in _ADDED.items():
        parts["matrix"][MEASURES.index(name), -1] += weight
    return Network(**parts)


def _slopes(
    parts: dict[str, Floats], batch: Sequence[_Compared], kept: Floats
) -> dict[str, Floats]:
    """The gradient of the loss of a batch; `kept` tells which hidden units take part."""
    counts = [len(one.worth) for one in batch]
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
    owner = np.repeat(np.arange(len(batch)), counts)
    categories = np.concatenate([one.categories for one in batch])
    numbers = np.concatenate([one.numbers for one in batch])
    aim = _aim(np.concatenate([one.worth for one in batch])) + np.float32(1e-9)
    # Multiplied as ones and zeros, which is quicker than to look up and to add up row by row.
    ones = np.zeros((len(categories), ROWS), np.float32)
    np.put_along_axis(ones, categories, 1, axis=1)
    summed = ones @ parts["embeddings"] + numbers @ parts["matrix"]
    hidden = np.maximum(summed[:, :-1] + parts["bias"], 0) * kept
    scores = hidden @ parts["out"] + summed[:, -1]
    scores = scores + np.concatenate([one.offsets for one in batch])
    chance = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
    chance /= np.add.reduceat(chance, starts)[owner]
    hoped = chance * aim
    hoped /= np.add.reduceat(hoped, starts)[owner]
    error = ((chance - hoped) / len(batch)).astype(np.float32)
    back = np.empty_like(summed)
    back[:, :-1] = np.outer(error, parts["out"]) * (hidden > 0) * kept
    back[:, -1] = error
    return {
        "embeddings": ones.T @ back,
        "matrix": numbers.T @ back,
        "bias": back[:, :-1].sum(axis=0),
        "out": hidden.T @ error,
    }
