"""Fits the phrase scorer: questions with their sentences and answers in, a section of weights out.

Both models maximise the logarithm of the expected F1 under a softmax over all spans of a question's
sentences, to which the sentences' own scores are added, so that phrases compete with those of other
sentences as they do when a question is answered. The linear model is fitted by AdaGrad (Duchi et
al., 2011), its weights averaged over epochs; the network by Adam (Kingma & Ba, 2015) on linear
scores that were made without the articles at hand. The same examples give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.answer import DatePhrase
from qa.features import SearchTerm
from qa.phrase_features import Described, describe
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
_EPOCHS, _RATE = 4, 0.1
_HIDDEN, _NETWORK_EPOCHS, _NETWORK_RATE, _BATCH = 48, 10, 2e-3, 24
_DECAY, _DROPPED = 1e-3, 0.2
_FOLDS = 4
_NEAR = 0.3  # what a phrase counts that is the answer but for some words, times F1 squared


@dataclass(frozen=True)
class Example:
    """A question with candidate sentences, their scores (log-odds), and the right one's answer.

    `right` is a place in `sentences`; `start` and `end` are the answer's code points there. `group`
    names the article (or paragraph): examples of one group are never judged by models that saw it.
    """

    question: Question
    search: Sequence[SearchTerm]
    sentences: Sequence[tuple[Words, Sequence[DatePhrase]]]
    scores: Sequence[float]
    right: int
    start: int
    end: int
    group: str


@dataclass(frozen=True)
class _Case:
    """An example, described: hashed places, the worth (F1) of each span, the sentences' scores."""

    described: Described
    places: NDArray[np.int32]
    worth: Floats
    offsets: Floats
    group: str


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
) -> PhraseScorer:
    """The phrase scorer fitted on some examples; those without a right span are left out.

    `progress` is called with steps done and steps to do. Raises ValueError without examples.
    """
    steps = len(examples) + (_FOLDS + 1) * _EPOCHS + _NETWORK_EPOCHS
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, steps)

    spans: dict[tuple[int, int], SentenceSpans] = {}
    cases = []
    for example in examples:
        case = _described(example, spans)
        if case is not None:
            cases.append(case)
        step()
    if not cases:
        raise ValueError("no question of the set has an answer that can be found")
    compared: list[_Compared] = []
    folds = _folds([case.group for case in cases])
    for fold in range(_FOLDS):
        others = [case for case, own in zip(cases, folds, strict=True) if own != fold]
        table = _fit_table(others or cases, seed, step)
        compared += [
            _compare(case, table) for case, own in zip(cases, folds, strict=True) if own == fold
        ]
    table = _fit_table(cases, seed, step)
    network = _fit_network([c for c in compared if c.worth.max(initial=0) > 0], seed, step)
    scorer = PhraseScorer(table, network, 0.0)
    return PhraseScorer(table, network, _lowest(scorer, cases))


def _described(example: Example, known: dict[tuple[int, int], SentenceSpans]) -> _Case | None:
    sentences, kept = [], []
    for number, (words, dates) in enumerate(example.sentences):
        key = (id(words), id(dates))
        if key not in known:
            known[key] = SentenceSpans(words, dates)
        if len(known[key].first):
            sentences.append(known[key])
            kept.append(number)
    if example.right not in kept:
        return None
    place = kept.index(example.right)
    described = describe(QuestionView(example.question, example.search), sentences)
    right = sentences[place]
    inside = [
        token.start < example.end and token.end > example.start for token in right.words.tokens
    ]
    # F1 over tokens but for articles, which the published measure leaves out, too.
    counted = [t.word not in ("a", "an", "the") for t in right.words.tokens]
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
    if worth.max(initial=0) == 0:
        return None
    scores = np.array(example.scores, np.float32)[kept]
    return _Case(
        described,
        described.hashed(SIZE).T.astype(np.int32, order="C"),
        worth,
        (scores - scores.max())[described.sentence],
        example.group,
    )


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
            scores = table[case.places].sum(axis=1) + case.offsets
            chance = np.exp(scores - scores.max())
            chance /= chance.sum()
            hoped = chance * _aim(case.worth)
            error = (chance - hoped / hoped.sum()).astype(np.float32)
            moved = np.abs(error) > 1e-4
            at = case.places[moved].ravel()
            np.add.at(slope, at, np.repeat(error[moved], case.places.shape[1]))
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


def _compare(case: _Case, table: Floats) -> _Compared:
    scores = table[case.places].sum(axis=1).astype(np.float64)
    chosen = best_of_each(case.described, scores)
    return _Compared(
        rows(case.described, chosen),
        measures(case.described, scores, chosen),
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
    summed = parts["embeddings"][categories].sum(axis=1) + numbers @ parts["matrix"]
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
    rows_ = np.zeros_like(parts["embeddings"])
    for column in range(categories.shape[1]):
        np.add.at(rows_, categories[:, column], back)
    return {
        "embeddings": rows_,
        "matrix": numbers.T @ back,
        "bias": back[:, :-1].sum(axis=0),
        "out": hidden.T @ error,
    }


def _lowest(scorer: PhraseScorer, cases: Sequence[_Case]) -> float:
    """What counts for a sentence without any span: as much as the weakest right ones have."""
    evidence = []
    for case in cases:
        chosen, scores = scorer.refined(case.described)
        right = case.described.sentence[int(np.argmax(case.worth))]
        own = scores[case.described.sentence[chosen] == right]
        if len(own):
            top = own.max()
            evidence.append(float(top + np.log(np.exp(own - top).sum())))
    return round(float(np.quantile(evidence, 0.02)), 2) if evidence else 0.0
