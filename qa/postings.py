"""Which sentences each term stands in: what a retriever works on, segment by segment."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.codec import WIDTH, Decoded, borders, decode, occurrences, places_of
from qa.dictionary import Dictionary
from qa.vocabulary import hash_of

_CACHE = 38 << 20  # bytes of postings that are kept in memory
_MANY = 4  # a list of more places than one for so many blocks becomes a bitmap in memory
SMALL = 1 << 14  # sentences of a segment up to which all of them are scored
_LONG = 1 << 14  # occurrences in a list from which on bounds need not be as low as can be

SATURATION = 0.5


def saturated(counts: NDArray[Any]) -> NDArray[np.float64]:
    """tf·(k+1) / (tf + k): 1 for a single occurrence, never above k+1."""
    tf = counts.astype(np.float64)
    return tf * (SATURATION + 1) / (tf + SATURATION)


GAINS = saturated(np.arange(256)).astype(np.float32)
GAINS[255] = SATURATION + 1
STEP = GAINS[2] - GAINS[1]  # what one more occurrence adds at most, unless it is the first
_BYTE_GAINS = GAINS[np.bitwise_count(np.arange(256, dtype=np.uint8))]
_BYTE_STEPS = STEP * np.bitwise_count(np.arange(256, dtype=np.uint8)).astype(np.float32)


def inverse_document_frequency(count: int, df: int) -> float:
    """ln((1+n)/(1+df)) + 1, as scikit-learn's TfidfTransformer(smooth_idf=True): 1 and above."""
    return float(np.log((1 + count) / (1 + df)) + 1)


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of blocks, none of them empty: their first places and the places after their last ones,
    all their blocks one after the other, and how many there are before each run."""

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    blocks: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, starts: NDArray[np.int64], sizes: NDArray[Any]) -> Runs:
        first, last = (WIDTH * edge.astype(np.int32) for edge in (starts, starts + sizes))
        offsets, blocks = runs(starts, sizes)
        return cls(first, last, blocks, offsets)


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of places that follow one another, none of them empty.

    `edges` are their first places, and then the places after their last ones. All their `blocks`
    stand one after the other, those of each stretch from `offsets` on; `masks` tells which places
    of a block belong to it, lowest bit first.
    """

    edges: NDArray[np.int32]
    blocks: NDArray[np.int64]
    masks: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, first: NDArray[np.int64], last: NDArray[np.int64]) -> Stretches:
        """Those from each first place to each last one, inclusive."""
        begin, end = first >> 3, last >> 3
        sizes = end - begin + 1
        offsets, blocks = runs(begin, sizes)
        masks = np.full(len(blocks), 255, np.uint8)
        masks[offsets] = 255 << (first & 7) & 255
        masks[offsets + sizes - 1] &= (255 >> 7 - (last & 7)).astype(np.uint8)
        return cls(np.concatenate([first, last + 1]).astype(np.int32), blocks, masks, offsets)


@dataclass(frozen=True, slots=True)
class Posting:
    """A term in a segment: bitmaps if it is frequent, and a list, as in `codec`; its df there.

    Removed documents are left out.
    """

    bitmaps: NDArray[np.uint8]
    rest: NDArray[np.int32]
    df: int

    @property
    def is_frequent(self) -> bool:
        """Whether there are bitmaps."""
        return len(self.bitmaps) > 0

    def add_bounds(self, weight: float, numerator: NDArray[np.float32]) -> None:
        """Adds to each block at least what the term gives to its numerator, and little more."""
        for layer, bitmap in enumerate(self.bitmaps):
            numerator += (np.float32(weight) * (_BYTE_STEPS if layer else _BYTE_GAINS)).take(bitmap)
        blocks = self.rest >> 3
        if self.is_frequent:
            np.add.at(numerator, blocks, np.float32(weight * STEP))
        elif len(blocks) > _LONG:
            # Each occurrence as if it were the only one: more than they give together.
            np.add.at(numerator, blocks, np.float32(weight))
        else:
            ends = borders(blocks)
            gains = np.float32(weight) * GAINS[np.minimum(np.diff(ends), 255)]
            numerator[blocks[ends[:-1]]] += gains

    def totals(self, blocks: NDArray[np.int32]) -> NDArray[np.int64]:
        """How often the term stands in some blocks."""
        before = self.rest.searchsorted(WIDTH * blocks)
        totals = self.rest.searchsorted(WIDTH * (blocks + 1)) - before
        for bitmap in self.bitmaps:
            totals += np.bitwise_count(bitmap[blocks])
        return totals

    def between(self, documents: Runs) -> NDArray[np.int64]:
        """How often the term stands in each of some runs of blocks."""
        counts = self.rest.searchsorted(documents.last) - self.rest.searchsorted(documents.first)
        for bitmap in self.bitmaps:
            bits = np.bitwise_count(bitmap[documents.blocks])
            counts += np.add.reduceat(bits, documents.offsets, dtype=np.int64)
        return counts

    def stands(self, stretches: Stretches) -> NDArray[np.bool_]:
        """Whether the term stands anywhere in each of some stretches."""
        if self.is_frequent:  # the first bitmap has all places
            bits = self.bitmaps[0].take(stretches.blocks) & stretches.masks
            found: NDArray[np.bool_] = np.bitwise_or.reduceat(bits, stretches.offsets) != 0
        else:
            before = self.rest.searchsorted(stretches.edges)
            count = len(stretches.offsets)
            found = before[:count] < before[count:]
        return found

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return self.bitmaps.nbytes + self.rest.nbytes


@dataclass(frozen=True)
class SegmentView:
    """A segment as retrieval sees it; the arrays are described in `segment.Arrays`.

    `first` and `first_document` are the numbers of its first sentence and document among all,
    `live` says for each document whether it is still there, `read` gives the postings from one
    place to another.
    """

    first: int
    first_document: int
    keys: NDArray[np.uint64]
    live: NDArray[np.bool_]
    sentences: NDArray[np.int32]
    spread: NDArray[np.int32]
    lengths: NDArray[np.uint16]
    blocks: NDArray[np.uint8]
    shortest: NDArray[np.uint8]
    dictionary: Dictionary
    read: Callable[[int, int], NDArray[np.int32]]

    @cached_property
    def document_ends(self) -> NDArray[np.int64]:
        """For each document the number of the sentence after its last one."""
        return np.cumsum(self.sentences, dtype=np.int64)

    @cached_property
    def first_sentences(self) -> NDArray[np.int64]:
        """For each document the number of its first sentence."""
        return self.document_ends - self.sentences

    @cached_property
    def block_starts(self) -> NDArray[np.int64]:
        """For each block the number of its first sentence."""
        ends = np.cumsum(self.blocks, dtype=np.int64)
        return ends - self.blocks

    @property
    def is_small(self) -> bool:
        """Whether it is quickest to score all of its sentences; then there are no bitmaps."""
        return len(self.lengths) <= SMALL

    @cached_property
    def every_place(self) -> NDArray[np.int32]:
        """The place of each sentence."""
        return places_of(self.blocks)

    @cached_property
    def block_lengths(self) -> NDArray[np.uint16]:
        """For each block its number of tokens."""
        return sums(self.lengths, self.block_starts)

    @cached_property
    def first_blocks(self) -> NDArray[np.int64]:
        """For each document the number of its first block."""
        return np.cumsum(self.spread, dtype=np.int64) - self.spread

    @cached_property
    def live_blocks(self) -> NDArray[np.bool_] | None:
        """For each block whether its document is still there; None if all of them are."""
        return None if self.live.all() else np.repeat(self.live, self.spread)

    def places(self, sentences: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of some of its sentences, numbered from 0: eight to a block."""
        blocks = self.block_starts.searchsorted(sentences, side="right") - 1
        found: NDArray[np.int64] = WIDTH * blocks + sentences - self.block_starts[blocks]
        return found

    def load(self, term: str) -> Posting | None:
        """The postings of a term in documents that are still there; None without any."""
        place = self.dictionary.find(hash_of(term))
        if place is None:
            return None
        found = decode(self.read(*place), len(self.blocks))
        if self.is_small and len(found.bitmaps):
            found = replace(found, bitmaps=found.bitmaps[:0], rest=occurrences(found))
        if self.live_blocks is not None:
            found = _without(found, self.live_blocks)
        if len(found.rest) * _MANY > len(self.blocks) and not self.is_small:
            found = _as_bitmap(found, len(self.blocks))
        return Posting(found.bitmaps, found.rest, found.df) if found.df else None


def _as_bitmap(found: Decoded, blocks: int) -> Decoded:
    """A long list as one more bitmap: quicker to look something up in."""
    first = np.ones(len(found.rest), bool)
    np.not_equal(found.rest[1:], found.rest[:-1], out=first[1:])
    places = found.rest[first]
    bitmap = np.zeros(blocks, np.uint8)
    np.add.at(bitmap, places >> 3, np.left_shift(np.uint8(1), (places & 7).astype(np.uint8)))
    return Decoded(np.vstack([found.bitmaps, bitmap]), found.rest[~first], found.df)


def _without(found: Decoded, live: NDArray[np.bool_]) -> Decoded:
    """The postings in blocks that are still there."""
    rest = found.rest[live[found.rest >> 3]]
    if not len(found.bitmaps):
        return Decoded(found.bitmaps, rest, len(rest) and 1 + int((np.diff(rest) != 0).sum()))
    bitmaps = np.where(live, found.bitmaps, np.uint8(0))
    return Decoded(bitmaps, rest, int(np.bitwise_count(bitmaps[0]).sum(dtype=np.int64)))


def runs(starts: NDArray[Any], sizes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many numbers there are before each run of them, and those of all runs."""
    ends = np.cumsum(sizes, dtype=np.int64)
    offsets = ends - sizes
    count = int(ends[-1]) if len(ends) else 0
    return offsets, np.arange(count) + np.repeat(starts - offsets, sizes)


def sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """The sum (below 65,536) of each run of values that begins at `starts`.

    As np.add.reduceat, but quicker. The running total may overflow: its differences are right.
    """
    total = np.cumsum(values, dtype=np.uint16)
    if not len(starts):
        return total
    found: NDArray[np.uint16] = total[np.append(starts[1:], len(values)) - 1]
    found[1:] -= found[:-1].copy()
    return found


class Postings:
    """The postings of all segments, and what is counted over them."""

    def __init__(self, segments: Sequence[SegmentView]) -> None:
        self.segments = tuple(segments)
        self.sentences = self.tokens = self.blocks = self.documents = 0
        for segment in segments:
            blocks = segment.live_blocks
            lengths = segment.lengths
            if blocks is not None:
                lengths = lengths[np.repeat(segment.live, segment.sentences)]
            self.sentences += len(lengths)
            self.tokens += int(lengths.sum(dtype=np.int64))
            self.blocks += len(segment.blocks) if blocks is None else int(blocks.sum())
            self.documents += int(np.count_nonzero(segment.live))
        self._firsts = [segment.first for segment in segments]
        self._cache: OrderedDict[str, tuple[Posting | None, ...]] = OrderedDict()
        self._cached = 0
        self._lock = threading.Lock()

    @cached_property
    def terms(self) -> int:
        """How many different terms there are, those of removed documents until a merge included."""
        if len(self.segments) == 1:
            return self.segments[0].dictionary.size
        hashes = [segment.dictionary.every() for segment in self.segments]
        return len(np.unique(np.concatenate([np.empty(0, np.uint64), *hashes])))

    def of(self, term: str) -> tuple[Posting | None, ...]:
        """A term's postings in each segment. Those asked for lately are kept in memory."""
        with self._lock:
            found = self._cache.get(term)
            if found is not None:
                self._cache.move_to_end(term)
                return found
        found = tuple(segment.load(term) for segment in self.segments)
        with self._lock:
            if term not in self._cache:
                self._cache[term] = found
                self._cached += _bytes(found)
            while self._cached > _CACHE:
                self._cached -= _bytes(self._cache.popitem(last=False)[1])
        return found

    def df(self, term: str) -> int:
        """In how many sentences a term stands."""
        return sum(posting.df for posting in self.of(term) if posting is not None)

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term over sentences; the highest for an unknown one."""
        return inverse_document_frequency(self.sentences, self.df(term))

    def standing(
        self, terms: Sequence[str], stretches: Sequence[tuple[int, int]]
    ) -> NDArray[np.bool_]:
        """Whether each term stands in each stretch of sentences (terms x stretches).

        A stretch is the number of its first sentence and that of the one after its last.
        """
        found = np.zeros((len(terms), len(stretches)), np.bool_)
        edges = np.array([(first, last - 1) for first, last in stretches], np.int64)
        edges = edges.reshape(-1, 2).T
        each = [self.of(term) for term in terms]
        for number, segment in enumerate(self.segments):
            own = edges - segment.first
            here = np.flatnonzero((own[0] >= 0) & (own[1] < len(segment.lengths)))
            if not len(here):
                continue
            there = Stretches.of(*segment.places(own[:, here]))
            for row, postings in zip(found, each, strict=True):
                posting = postings[number]
                if posting is not None:
                    row[here] = posting.stands(there)
        return found

    def document_of(self, sentence: int) -> int:
        """The number of the document that a sentence stands in."""
        segment = self.segments[bisect_right(self._firsts, sentence) - 1]
        own = sentence - segment.first
        place = int(segment.document_ends.searchsorted(own, side="right"))
        return segment.first_document + place


def _bytes(found: tuple[Posting | None, ...]) -> int:
    return 256 + sum(posting.nbytes for posting in found if posting is not None)
