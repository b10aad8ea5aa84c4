"""Question terms in, candidate sentences out: TF-IDF over sentences, helped by their surroundings.

A sentence's score is its own TF-IDF score and half that of its block, a run of sentences of some
hundred tokens. Both are

    sum over the question's terms of  qtf * idf² * tf·(k+1) / (tf + k)   /   (1 - b + b·len/avglen)

with scikit-learn's smooth idf over sentences, ln((1+n)/(1+df)) + 1, which stays positive in the
smallest collection; tf saturated as in BM25 (Robertson & Walker 1994) and length normalised by a
pivot (Singhal, Buckley & Mitra 1996). No term is left out as a stop word: idf sees to that.

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

SATURATION = 0.5
PIVOT = 0.2
BLOCK_PIVOT = 0.4
BLOCK_SHARE = 0.5
_SLACK = 1.0001  # bounds are in single precision
_FIRST = (32, 256)  # blocks that are scored first, to learn what the best k must reach
_MANY = 5000  # blocks from which on it pays to bound them better
_CHUNK = 1 << 12  # blocks scored at a time

_TABLE = 1 << 10  # counts whose saturation is looked up; no block has so many

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence's number in the index and its retrieval score (above 0, no upper bound)."""

    sentence: int
    score: float


class Retriever(Protocol):
    """Finds candidate sentences; the seam at which another engine can take over."""

    def search(
        self, query: Mapping[str, float], k: int, within: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The best `k` sentences for weighted terms, best first.

        `within` says for each document whether it may be searched; None means all.
        """
        ...


def saturated(counts: NDArray[Any]) -> Floats:
    """tf·(k+1) / (tf + k): 1 for a single occurrence, never above k+1."""
    tf = counts.astype(np.float64)
    return tf * (SATURATION + 1) / (tf + SATURATION)


def pivoted(lengths: NDArray[Any], mean: float, pivot: float) -> Floats:
    """1 - b + b·len/avglen, which a score is divided by."""
    return 1 - pivot + pivot * lengths.astype(np.float64) / mean


@dataclass(frozen=True, slots=True)
class _Term:
    """A question term in one segment."""

    weight: float
    posting: Posting


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
        self._mean = max(postings.tokens / max(postings.sentences, 1), 1.0)
        self._block_mean = max(postings.tokens / max(postings.blocks, 1), 1.0)
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
        norms = pivoted(length, self._block_mean, BLOCK_PIVOT)
        reach = 1 / pivoted(shortest, self._mean, PIVOT) + BLOCK_SHARE / norms
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
        for number, frame in enumerate(self._frames):
            terms = [
                _Term(weight, posting)
                for weight, (_, postings) in zip(weights, found, strict=True)
                if (posting := postings[number]) is not None
            ]
            if terms:
                self._search_segment(frame, terms, best, within)
        return best.hits()

    def _idf(self, postings: Sequence[Posting | None]) -> float:
        df = sum(posting.df for posting in postings if posting is not None)
        return inverse_document_frequency(self._postings.sentences, df)

    def _search_segment(
        self, frame: _Frame, terms: Sequence[_Term], best: _Best, within: NDArray[np.bool_] | None
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
        bounds = (numerator + np.float32(anywhere)) * reach
        first = _highest(bounds)
        self._score(frame, terms, first, best)
        rest = _reaching(bounds, best.least, first)
        if len(rest) > _MANY:
            exact = numerator[rest]
            for term in terms:
                if len(term.posting.bitmaps):
                    exact += (self._bounded * term.weight)[term.posting.everywhere[rest]]
            exact *= reach[rest]
            near = exact >= best.least
            rest, bounds = rest[near], exact[near]
            # The best bounds first: what they reach may spare the others.
            order = np.argsort(-bounds, kind="stable")
            rest, bounds = rest[order], bounds[order]
        else:
            bounds = bounds[rest]
        for at in range(0, len(rest), _CHUNK):
            wanted = bounds[at : at + _CHUNK] >= best.least
            self._score(frame, terms, np.sort(rest[at : at + _CHUNK][wanted]), best)

    def _numerators(self, terms: Sequence[_Term], blocks: int) -> NDArray[np.float32]:
        """For each block the sum over the terms that are no frequent ones."""
        numerator = np.zeros(blocks, np.float32)
        for term in terms:
            posting = term.posting
            if not len(posting.bitmaps):
                numerator[posting.blocks] += (self._bounded * term.weight)[posting.counts]
        return numerator

    def _score(
        self, frame: _Frame, terms: Sequence[_Term], blocks: NDArray[np.int64], best: _Best
    ) -> None:
        """Scores all sentences of some blocks, in order."""
        if not len(blocks):
            return
        view = frame.view
        sizes = view.blocks[blocks].astype(np.int64)
        ends = np.cumsum(sizes)
        offsets = ends - sizes
        shift = view.block_starts[blocks] - offsets
        sentences = np.arange(ends[-1]) + np.repeat(shift, sizes)
        own, around = np.zeros(len(sentences)), np.zeros(len(blocks))
        for term in terms:
            posting = term.posting
            slot, counts, found = _inside(posting, blocks)
            places = found - np.repeat(shift[slot], counts)
            if len(posting.bitmaps):
                tf = _counts_at(posting.bitmaps, sentences)
                tf += np.bincount(places, minlength=len(sentences))
                own += term.weight * self._saturate(tf)
                around += term.weight * self._saturate(np.add.reduceat(tf, offsets))
            elif len(places):
                around[slot] += term.weight * self._saturate(counts)
                runs = borders(places)
                tf = runs[1:] - runs[:-1]
                own[places[runs[:-1]]] += term.weight * self._saturate(tf)
        scores = own / pivoted(view.lengths[sentences], self._mean, PIVOT)
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
        self._scores = np.empty(0)
        self._keys = np.empty(0, np.uint64)
        self._sentences = np.empty(0, np.int64)
        self.least = 0.0

    def add(self, view: SegmentView, sentences: NDArray[np.int64], scores: Floats) -> None:
        good = scores >= self.least if self.least > 0 else scores > 0
        chosen = np.flatnonzero(good)
        if len(chosen) > self._k:
            cut = np.partition(scores[chosen], len(chosen) - self._k)[len(chosen) - self._k]
            chosen = chosen[scores[chosen] >= cut]
        documents = np.searchsorted(view.document_ends, sentences[chosen], side="right")
        scores = np.concatenate([self._scores, scores[chosen]])
        keys = np.concatenate([self._keys, view.keys[documents]])
        numbers = np.concatenate([self._sentences, sentences[chosen] + view.first])
        order = np.lexsort((numbers, keys, -scores))[: self._k]
        self._scores, self._keys, self._sentences = scores[order], keys[order], numbers[order]
        if len(order) == self._k:
            self.least = float(self._scores[-1])

    def hits(self) -> list[Hit]:
        return [
            Hit(sentence, score)
            for sentence, score in zip(self._sentences.tolist(), self._scores.tolist(), strict=True)
        ]


def _highest(bounds: NDArray[np.float32]) -> NDArray[np.int64]:
    """The blocks with the highest bounds, in order: some dozens, all there are at most."""
    fewest, most = _FIRST
    top = float(bounds.max(initial=0.0))
    high = bounds > 0
    for share in (0.9, 0.75, 0.6, 0.45, 0.3, 0.15, 0.0):
        high = bounds > share * top
        if np.count_nonzero(high) >= fewest:
            break
    chosen = np.flatnonzero(high)
    if len(chosen) > most:
        chosen = np.sort(chosen[np.argpartition(-bounds[chosen], most)[:most]])
    return chosen


def _inside(
    posting: Posting, blocks: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int32]]:
    """What a posting's list has in some blocks, in order.

    The places in `blocks` of those that are in the list, for each of them how many sentences there
    are (repeated ones counted), and all these sentences.
    """
    if not len(posting.blocks):
        return np.empty(0, np.intp), np.empty(0, np.int64), posting.rest
    at = np.searchsorted(posting.blocks, blocks)
    at[at == len(posting.blocks)] = 0
    slot = np.flatnonzero(posting.blocks[at] == blocks)
    at = at[slot]
    begins = posting.borders[at].astype(np.int64)
    counts = posting.borders[at + 1] - begins
    shift = begins - (np.cumsum(counts) - counts)
    return slot, counts, posting.rest[np.arange(counts.sum()) + np.repeat(shift, counts)]


def _reaching(
    bounds: NDArray[np.float32], least: float, done: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The blocks whose bounds reach the least of the best, but for those that are done."""
    rest = bounds >= least if least > 0 else bounds > 0
    rest[done] = False
    return np.flatnonzero(rest)


def _counts_at(bitmaps: NDArray[np.uint8], sentences: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many of the bitmaps each sentence stands."""
    byte, bit = sentences >> 3, (sentences & 7).astype(np.uint8)
    counts = np.zeros(len(sentences), np.int64)
    for bitmap in bitmaps:
        counts += (bitmap[byte] >> bit) & 1
    return counts
