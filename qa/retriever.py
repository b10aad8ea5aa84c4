"""Question terms in, candidate sentences out: TF-IDF over sentences, helped by their surroundings.

A sentence's score is its own TF-IDF score and half that of its block, a run of sentences of some
hundred tokens, both as in `scores`.

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

from qa.codec import borders
from qa.postings import Posting, Postings, SegmentView, inverse_document_frequency, sums
from qa.scores import (
    BLOCK_PIVOT,
    PIVOT,
    SATURATION,
    Floats,
    Means,
    Term,
    counts_at,
    parts,
    pivoted,
    runs,
    saturated,
)

BLOCK_SHARE = 0.5
_SLACK = 1.0001  # bounds are in single precision
_FIRST = (32, 128)  # blocks that are scored first, to learn what the best k must reach
_FEW = 200  # blocks that are scored without more ado
_SPARSE = 6  # below such a share of all blocks it is quicker to count in these alone
_CHUNK = 1 << 12  # blocks scored at a time
_TABLE = 1 << 10  # counts whose saturation is looked up; no block has so many


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


@dataclass(frozen=True, slots=True)
class _Found:
    """What lists have in some blocks: for each term and block of it their numbers and how many
    sentences (repeated ones counted) there are; and all these sentences, one after the other."""

    terms: NDArray[np.int64]
    slots: NDArray[np.int64]
    counts: NDArray[np.int64]
    sentences: NDArray[np.int32]


class _Lists:
    """The lists of a question's terms in a segment, one after the other."""

    def __init__(self, terms: Sequence[Term], blocks: int) -> None:
        self.terms = terms
        self._blocks = blocks
        lists = [term.posting for term in terms]
        bases = np.cumsum([0, *(len(posting.rest) for posting in lists)])
        self._keys = np.concatenate(
            [posting.blocks + np.int64(number * blocks) for number, posting in enumerate(lists)]
        )
        self._begins = np.concatenate(
            [posting.borders[:-1] + base for posting, base in zip(lists, bases, strict=False)]
        )
        self._ends = np.append(self._begins[1:], bases[-1])
        self._sentences = np.concatenate([posting.rest for posting in lists])

    def inside(self, blocks: NDArray[np.int64]) -> _Found:
        """What the lists have in some blocks, which are in order."""
        wanted = (np.arange(len(self.terms))[:, None] * self._blocks + blocks).ravel()
        at = np.searchsorted(self._keys, wanted)
        at[at == len(self._keys)] = 0
        match = np.flatnonzero(self._keys[at] == wanted) if len(self._keys) else at[:0]
        at = at[match]
        begins = self._begins[at]
        counts = self._ends[at] - begins
        shift = begins - (np.cumsum(counts) - counts)
        sentences = self._sentences[np.arange(counts.sum()) + np.repeat(shift, counts)]
        return _Found(match // len(blocks), match % len(blocks), counts, sentences)


class TfidfRetriever:
    """Scores the sentences of blocks that can be among the best."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._means = Means.of(postings)
        self._frames = [self._frame(view) for view in postings.segments]
        self._saturated = saturated(np.arange(_TABLE))
        self._bounded = self._saturated[:256].astype(np.float32)
        self._bounded[255] = SATURATION + 1

    def _frame(self, view: SegmentView) -> _Frame:
        starts = view.block_starts
        if not len(starts):
            return _Frame(view, np.empty(0), np.empty(0, np.float32))
        length = sums(view.lengths, starts)
        shortest = np.minimum.reduceat(view.lengths, starts)
        norms = pivoted(length, self._means.block, BLOCK_PIVOT)
        reach = 1 / pivoted(shortest, self._means.sentence, PIVOT) + BLOCK_SHARE / norms
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
        columns = np.zeros((3, len(best.sentences)))
        for frame, terms in zip(self._frames, each, strict=True):
            first, count = frame.view.first, len(frame.view.lengths)
            here = (best.sentences >= first) & (best.sentences < first + count)
            if here.any():
                columns[:, here] = parts(
                    frame.view, terms, best.sentences[here] - first, self._means
                )
        return list(map(Hit, best.sentences.tolist(), best.scores.tolist(), *columns.tolist()))

    def _idf(self, postings: Sequence[Posting | None]) -> float:
        df = sum(posting.df for posting in postings if posting is not None)
        return inverse_document_frequency(self._postings.sentences, df)

    def _search_segment(
        self, frame: _Frame, terms: Sequence[Term], best: _Best, within: NDArray[np.bool_] | None
    ) -> None:
        numerator = self._numerators(terms, len(frame.reach))
        reach = frame.reach
        if within is not None:
            view = frame.view
            allowed = within[view.first_document : view.first_document + len(view.live)]
            reach = reach * np.repeat(allowed, view.spread)
        anywhere = sum(
            term.weight * (SATURATION + 1) for term in terms if len(term.posting.bitmaps)
        )
        bounds = numerator + np.float32(anywhere)
        bounds *= reach
        first = _highest(bounds)
        lists = _Lists(terms, len(reach))
        self._score(frame, lists, first, best)
        rest = _reaching(bounds, best.least, first)
        if len(rest) * _SPARSE > len(bounds):
            # Most blocks can still be among the best: count the frequent terms everywhere.
            for term in terms:
                if len(term.posting.bitmaps):
                    numerator += (self._bounded * term.weight)[term.posting.everywhere]
            numerator *= reach
            rest = _reaching(numerator, best.least, first)
            bounds = numerator[rest]
        else:
            rest, bounds = self._narrowed(frame, terms, rest, numerator[rest], reach, best.least)
        if len(rest) > _CHUNK:
            # The best bounds first: what they reach may spare the others.
            order = np.argsort(-bounds, kind="stable")
            rest, bounds = rest[order], bounds[order]
        for at in range(0, len(rest), _CHUNK):
            wanted = bounds[at : at + _CHUNK] >= best.least
            self._score(frame, lists, np.sort(rest[at : at + _CHUNK][wanted]), best)

    def _narrowed(
        self,
        frame: _Frame,
        terms: Sequence[Term],
        blocks: NDArray[np.int64],
        numerator: NDArray[np.float32],
        reach: NDArray[np.float32],
        least: float,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of the blocks that can reach `least`, with better bounds, and these.

        Frequent terms, the rarer first, are counted where they stand, while that is worth it.
        """
        frequent = [term for term in terms if len(term.posting.bitmaps)]
        frequent.sort(key=lambda term: -term.weight)
        numerator += np.float32(sum(term.weight * (SATURATION + 1) for term in frequent))
        for term in frequent:
            if len(blocks) <= _FEW:
                break
            gains = (self._bounded - np.float32(SATURATION + 1)) * np.float32(term.weight)
            numerator += gains[_counted(frame.view, term.posting, blocks)]
            near = numerator * reach[blocks] >= least
            blocks, numerator = blocks[near], numerator[near]
        return blocks, numerator * reach[blocks]

    def _numerators(self, terms: Sequence[Term], blocks: int) -> NDArray[np.float32]:
        """For each block the sum over the terms that are no frequent ones."""
        numerator = np.zeros(blocks, np.float32)
        for term in terms:
            posting = term.posting
            if not len(posting.bitmaps):
                numerator[posting.blocks] += (self._bounded * term.weight)[posting.counts]
        return numerator

    def _score(self, frame: _Frame, lists: _Lists, blocks: NDArray[np.int64], best: _Best) -> None:
        """Scores all sentences of some blocks, in order."""
        if not len(blocks):
            return
        view = frame.view
        sizes = view.blocks[blocks]
        offsets, sentences = runs(view.block_starts[blocks], sizes)
        shift = view.block_starts[blocks] - offsets
        own, around = np.zeros(len(sentences)), np.zeros(len(blocks))
        found = lists.inside(blocks)
        places = found.sentences - np.repeat(shift[found.slots], found.counts)
        edges = borders(np.repeat(found.terms, found.counts) * len(sentences) + places)
        tf, places = edges[1:] - edges[:-1], places[edges[:-1]]
        gains, block_gains = self._saturate(tf), self._saturate(found.counts)
        ends = np.searchsorted(found.terms, np.arange(len(lists.terms) + 1))
        edge_ends = np.searchsorted(edges, np.r_[0, np.cumsum(found.counts)][ends])
        # Term by term, in the order of the question: sums of floating point depend on it.
        for number, term in enumerate(lists.terms):
            pairs = slice(ends[number], ends[number + 1])
            there = slice(edge_ends[number], edge_ends[number + 1])
            if len(term.posting.bitmaps):
                counts = counts_at(term.posting.bitmaps, sentences)
                counts[places[there]] += tf[there]
                own += term.weight * self._saturate(counts)
                around += term.weight * self._saturate(np.add.reduceat(counts, offsets))
            else:
                own[places[there]] += term.weight * gains[there]
                around[found.slots[pairs]] += term.weight * block_gains[pairs]
        scores = own / pivoted(view.lengths[sentences], self._means.sentence, PIVOT)
        scores += np.repeat(BLOCK_SHARE * around / frame.norms[blocks], sizes)
        best.add(view, sentences, scores)

    def _saturate(self, counts: NDArray[Any]) -> Floats:
        """`saturated`, looked up."""
        if len(counts) and counts.max() >= len(self._saturated):
            return saturated(counts)
        found: Floats = self._saturated[counts]
        return found


class _Best:
    """The best k sentences so far, and the score that others must reach."""

    def __init__(self, k: int) -> None:
        self._k = k
        self.scores = np.empty(0)
        self.sentences = np.empty(0, np.int64)
        self._keys = np.empty(0, np.uint64)
        self.least = 0.0

    def add(self, view: SegmentView, sentences: NDArray[np.int64], scores: Floats) -> None:
        good = scores >= self.least if self.least > 0 else scores > 0
        chosen = np.flatnonzero(good)
        if len(chosen) > self._k:
            cut = np.partition(scores[chosen], len(chosen) - self._k)[len(chosen) - self._k]
            chosen = chosen[scores[chosen] >= cut]
        documents = np.searchsorted(view.document_ends, sentences[chosen], side="right")
        scores = np.concatenate([self.scores, scores[chosen]])
        keys = np.concatenate([self._keys, view.keys[documents]])
        numbers = np.concatenate([self.sentences, sentences[chosen] + view.first])
        order = np.lexsort((numbers, keys, -scores))[: self._k]
        self.scores, self._keys, self.sentences = scores[order], keys[order], numbers[order]
        if len(order) == self._k:
            self.least = float(self.scores[-1])


def _highest(bounds: NDArray[np.float32]) -> NDArray[np.int64]:
    """The blocks with the highest bounds, in order: some dozens, all there are at most."""
    fewest, most = _FIRST
    top = float(bounds.max(initial=0.0))
    chosen = np.empty(0, np.int64)
    for share in (0.75, 0.5, 0.25, 0.0):
        if len(chosen) < fewest:
            chosen = np.flatnonzero(bounds > share * top)
    if len(chosen) > most:
        chosen = np.sort(chosen[np.argpartition(-bounds[chosen], most)[:most]])
    return chosen


def _counted(
    view: SegmentView, posting: Posting, blocks: NDArray[np.int64]
) -> NDArray[np.uint8] | NDArray[np.int64]:
    """How often a frequent term stands in some blocks (255: so often, or more often)."""
    if posting.is_counted:
        return posting.everywhere[blocks]
    offsets, sentences = runs(view.block_starts[blocks], view.blocks[blocks])
    counts = np.add.reduceat(counts_at(posting.bitmaps, sentences), offsets)
    found = _Lists([Term(1.0, posting)], len(view.blocks)).inside(blocks)
    counts[found.slots] += found.counts
    return np.minimum(counts, 255)


def _reaching(
    bounds: NDArray[np.float32], least: float, done: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The blocks whose bounds reach the least of the best, but for those that are done."""
    rest = bounds >= least if least > 0 else bounds > 0
    rest[done] = False
    return np.flatnonzero(rest)
