"""Question terms in, candidate sentences out: TF-IDF over sentences, helped by their surroundings.

A sentence's score is its own TF-IDF score and half that of its block, a run of at most eight
sentences, both as in `scores`.

Not every sentence is scored. The numerator of a block, as found from the lists of the rarer terms,
bounds the score of every sentence in it; blocks that cannot reach the best k found so far are
passed over (after MaxScore, Turtle & Flood 1995). What is returned is exactly what scoring every
sentence would have given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.codec import WIDTH, borders
from qa.counts import TermCounts
from qa.postings import (
    GAINS,
    SATURATION,
    Posting,
    Postings,
    SegmentView,
    inverse_document_frequency,
    saturated,
)
from qa.scores import BLOCK_PIVOT, PIVOT, Floats, Means, Term, document_scores, pivoted

BLOCK_SHARE = 0.5
_SLACK = 1.0001  # bounds are in single precision
_FIRST = 96  # blocks, or about so many, that are scored first, to learn what the best must reach
_GROUP = 64  # blocks of which the highest bound is looked at, to find those
_FEW = 200  # blocks that are scored without more ado
_SPARSE = 6  # below such a share of all blocks it is quicker to count in these alone
_CHUNK = 1 << 9  # blocks scored at a time
_ABOVE_ZERO = np.finfo(np.float32).tiny
_TABLE = 1 << 10  # counts whose saturation is looked up


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence's number in the index and its retrieval score (above 0, no upper bound).

    `score` is `own` + BLOCK_SHARE · `block`, the TF-IDF scores of the sentence and of its block;
    `document` is that of its whole document, which has no part in `score`.
    """

    sentence: int
    score: float
    own: float
    block: float
    document: float


class Retriever(Protocol):
    """Finds candidate sentences; the seam at which another engine can take over."""

    def search(
        self, query: Mapping[str, float], k: int, within: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The best `k` sentences for weighted terms, best first.

        `within` says for each document whether it may be searched; None means all.
        """
        ...


@dataclass(frozen=True)
class _Frame:
    """What the bounds and scores of a segment take from the whole collection.

    `norms` divides a block's numerator; `reach` times the numerator bounds the score of every
    sentence in the block.
    """

    view: SegmentView
    norms: Floats
    reach: NDArray[np.float32]


class TfidfRetriever:
    """Scores the sentences of blocks that can be among the best."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._means = Means.of(postings)
        self._frames = [self._frame(view) for view in postings.segments]
        self._saturated = saturated(np.arange(_TABLE))

    def _frame(self, view: SegmentView) -> _Frame:
        norms = pivoted(view.block_lengths, self._means.block, BLOCK_PIVOT)
        reach = 1 / pivoted(view.shortest, self._means.sentence, PIVOT) + BLOCK_SHARE / norms
        if view.live_blocks is not None:
            reach *= view.live_blocks
        return _Frame(view, norms, (reach * _SLACK).astype(np.float32))

    def search(
        self, query: Mapping[str, float], k: int, within: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The best `k` sentences; ties in an order that the paths of the documents decide."""
        if k < 1:
            return []
        found = [(weight, self._postings.of(term)) for term, weight in query.items()]
        weights = [weight * self._idf(postings) ** 2 for weight, postings in found]
        best = _Best(k)
        each = [
            [
                Term(weight, posting)
                for weight, (_, postings) in zip(weights, found, strict=True)
                if (posting := postings[number]) is not None
            ]
            for number in range(len(self._frames))
        ]
        for frame, terms in zip(self._frames, each, strict=True):
            if terms:
                self._search_segment(frame, terms, best, within)
        whole = np.zeros(len(best.sentences))
        for frame, terms in zip(self._frames, each, strict=True):
            own = best.sentences - frame.view.first
            here = (own >= 0) & (own < len(frame.view.lengths))
            if here.any():
                mean = self._means.document
                whole[here] = document_scores(frame.view, terms, own[here], mean)
        return list(map(Hit, best.sentences.tolist(), *best.scores.tolist(), whole.tolist()))

    def _idf(self, postings: Sequence[Posting | None]) -> float:
        df = sum(posting.df for posting in postings if posting is not None)
        return inverse_document_frequency(self._postings.sentences, df)

    def _search_segment(
        self, frame: _Frame, terms: Sequence[Term], best: _Best, within: NDArray[np.bool_] | None
    ) -> None:
        view = frame.view
        if view.is_small:
            self._score_every(frame, terms, best, within)
            return
        reach = frame.reach
        if within is not None:
            allowed = within[view.first_document : view.first_document + len(view.live)]
            reach = reach * np.repeat(allowed, view.spread)
        # Of frequent terms it is found out only where it matters in which blocks they stand.
        late = sorted((t for t in terms if t.posting.is_frequent), key=lambda term: -term.weight)
        numerator = np.zeros(len(reach), np.float32)
        for term in terms:
            if not term.posting.is_frequent:
                term.posting.add_bounds(term.weight, numerator)
        if sum(term.weight for term in late) > numerator.max(initial=0):
            # They decide where the best blocks are.
            late = _added(late, numerator)
        unknown = _most(late)
        bounds = (numerator + unknown if late else numerator) * reach
        first = _highest(bounds)
        counts = TermCounts(terms, len(reach))
        self._score(frame, counts, first, best)
        rest = _reaching(bounds, best.least, first)
        if late and len(rest) * _SPARSE > len(bounds):
            late = _added(late, numerator)
            unknown = _most(late)
            rest = _reaching(numerator * reach, best.least, first)
        left = numerator[rest] + unknown
        for term in late:
            if len(rest) <= _FEW:
                break
            gains = np.float32(term.weight) * (GAINS - np.float32(SATURATION + 1))
            left += gains[np.minimum(term.posting.totals(rest), 255)]
            near = left * reach[rest] >= best.least
            rest, left = rest[near], left[near]
        left *= reach[rest]
        # The best bounds first, ever more at a time: what they reach may spare the others.
        if len(rest) > 2 * _FEW:
            order = np.argsort(-left)
            rest, left = rest[order], left[order]
        at, size = 0, 2 * _FEW
        while at < len(rest):
            wanted = left[at : at + size] >= best.least
            self._score(frame, counts, np.sort(rest[at : at + size][wanted]), best)
            at, size = at + size, min(2 * size, _CHUNK)

    def _score_every(
        self, frame: _Frame, terms: Sequence[Term], best: _Best, within: NDArray[np.bool_] | None
    ) -> None:
        """Scores all sentences of a small segment, as `_score` does, all terms at once."""
        view, size = frame.view, len(frame.view.blocks)
        counts = TermCounts(terms, size)

        # Sums are added up term by term, in the order of the question, as bincount goes.
        def summed(keys: NDArray[Any], length: int) -> Floats:
            ends = borders(keys)
            first = keys[ends[:-1]]
            gains = counts.weights[first // length] * saturated(np.diff(ends))
            return np.bincount(first % length, gains, length).astype(np.float64, copy=False)

        own = summed(counts.places, WIDTH * size)
        around = summed(counts.places >> 3, size) / frame.norms
        allowed = view.live
        if within is not None:
            allowed = allowed & within[view.first_document : view.first_document + len(allowed)]
        if not allowed.all():
            around *= np.repeat(allowed, view.spread)
        block = np.repeat(around, view.blocks)
        scores = own[view.every_place] / pivoted(view.lengths, self._means.sentence, PIVOT)
        found = np.flatnonzero(block)
        best.add(view, found, scores[found], block[found])

    def _score(
        self, frame: _Frame, counts: TermCounts, blocks: NDArray[np.int32], best: _Best
    ) -> None:
        """Scores all sentences of some blocks, in order."""
        if not len(blocks):
            return
        view = frame.view
        found = counts.of(blocks)
        table = self._saturated
        if (most := int(found.max(initial=0))) >= len(table):
            table = saturated(np.arange(most + 1))
        gains = table.take(found)
        gains *= counts.weights[:, None, None]
        # Term by term, in the order of the question: sums of floating point depend on it.
        scores = np.add.reduce(gains, axis=0)
        own, around = scores[:, :WIDTH], scores[:, WIDTH]
        around /= frame.norms[blocks]
        places = np.arange(WIDTH)
        sizes = view.blocks[blocks]
        used = places < sizes[:, None]
        sentences = (view.block_starts[blocks][:, None] + places)[used]
        own = own[used] / pivoted(view.lengths[sentences], self._means.sentence, PIVOT)
        best.add(view, sentences, own, np.repeat(around, sizes))


class _Best:
    """The best k sentences so far, and the score that others must reach.

    `scores` has three rows: the score, that of the sentence itself, and that of its block.
    """

    def __init__(self, k: int) -> None:
        self._k = k
        self.scores = np.empty((3, 0))
        self.sentences = np.empty(0, np.int64)
        self._keys = np.empty(0, np.uint64)
        self.least = 0.0

    def add(
        self, view: SegmentView, sentences: NDArray[np.int64], own: Floats, block: Floats
    ) -> None:
        """Some sentences of a segment with their scores and those of their blocks."""
        scores = own + BLOCK_SHARE * block
        chosen = np.flatnonzero(scores >= self.least if self.least > 0 else scores > 0)
        if len(chosen) > self._k:
            cut = np.partition(scores[chosen], len(chosen) - self._k)[len(chosen) - self._k]
            chosen = chosen[scores[chosen] >= cut]
        if not len(chosen):
            return
        sentences = sentences[chosen]
        documents = np.searchsorted(view.document_ends, sentences, side="right")
        rows = np.stack([scores[chosen], own[chosen], block[chosen]])
        rows = np.concatenate([self.scores, rows], axis=1)
        keys = np.concatenate([self._keys, view.keys[documents]])
        numbers = np.concatenate([self.sentences, sentences + view.first])
        order = np.lexsort((numbers, keys, -rows[0]))[: self._k]
        self.scores, self._keys, self.sentences = rows[:, order], keys[order], numbers[order]
        if len(order) == self._k:
            self.least = float(self.scores[0, -1])


def _added(terms: Sequence[Term], numerator: NDArray[np.float32]) -> list[Term]:
    """Adds the bounds of some terms to the numerators; returns those that are left then: none."""
    for term in terms:
        term.posting.add_bounds(term.weight, numerator)
    return []


def _most(terms: Sequence[Term]) -> np.float32:
    """What terms can give to the numerator of a block."""
    return np.float32(sum(term.weight for term in terms) * (SATURATION + 1))


def _highest(bounds: NDArray[np.float32]) -> NDArray[np.int32]:
    """The blocks with the highest bounds, in order: some dozens, all there are at most."""
    if len(bounds) <= _FIRST:
        return np.flatnonzero(bounds > 0).astype(np.int32)
    # The highest of each group, of which there are few, tell which bounds are among the highest.
    size = min(_GROUP, len(bounds) // _FIRST)
    rows = bounds[: len(bounds) // size * size].reshape(size, -1)
    groups = rows.max(axis=0)
    most = min(_FIRST, len(groups))
    least = max(np.partition(groups, len(groups) - most)[len(groups) - most], _ABOVE_ZERO)
    near = np.flatnonzero(groups >= least)
    row, column = np.nonzero(rows[:, near] >= least)
    chosen = len(groups) * row + near[column]
    if len(chosen) > 2 * _FIRST:
        place = np.argpartition(-bounds[chosen], 2 * _FIRST)[: 2 * _FIRST]
        chosen = np.sort(chosen[place])
    return chosen.astype(np.int32)


def _reaching(
    bounds: NDArray[np.float32], least: float, done: NDArray[np.int32]
) -> NDArray[np.int32]:
    """The blocks whose bounds reach the least of the best, but for those that are done."""
    rest = bounds >= least if least > 0 else bounds > 0
    rest[done] = False
    return np.flatnonzero(rest).astype(np.int32)
