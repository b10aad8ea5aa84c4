"""Which sentences each term stands in: what a retriever works on, segment by segment."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.codec import Decoded, borders, decode
from qa.vocabulary import hash_of

_CACHE = 44 << 20  # bytes of postings that are kept in memory


def inverse_document_frequency(count: int, df: int) -> float:
    """ln((1+n)/(1+df)) + 1, as scikit-learn's TfidfTransformer(smooth_idf=True): 1 and above."""
    return float(np.log((1 + count) / (1 + df)) + 1)


@dataclass(frozen=True)
class Posting:
    """A term in a segment: bitmaps if it is frequent, and a list, as in `codec`; its df there.

    `blocks` are the blocks of the sentences in the list; those of `blocks[i]` stand in the list
    from `borders[i]` to `borders[i + 1]`. Removed documents are left out.
    """

    bitmaps: NDArray[np.uint8]
    rest: NDArray[np.int32]
    blocks: NDArray[np.int32]
    borders: NDArray[np.int32]
    df: int
    block_of: NDArray[np.int32]
    block_starts: NDArray[np.int64]

    @cached_property
    def counts(self) -> NDArray[np.uint8]:
        """How often the term stands in each of `blocks` (255: so often, or more often)."""
        return np.minimum(np.diff(self.borders), 255).astype(np.uint8)

    @property
    def is_counted(self) -> bool:
        """Whether `everywhere` is there already."""
        return "everywhere" in self.__dict__

    @cached_property
    def everywhere(self) -> NDArray[np.uint8]:
        """The same for each block of the segment, bitmaps included."""
        counts = np.zeros(len(self.block_of), np.uint8)
        for bitmap in self.bitmaps:
            counts += np.unpackbits(bitmap, bitorder="little", count=len(counts))
        total = sums(counts, self.block_starts)
        total[self.blocks] += np.diff(self.borders).astype(np.uint16)
        return np.minimum(total, 255).astype(np.uint8)

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, with `everywhere` of a frequent term."""
        arrays = (self.bitmaps, self.rest, self.blocks, self.borders, self.blocks)
        frequent = int(self.block_of[-1]) + 1 if len(self.bitmaps) else 0
        return frequent + sum(array.nbytes for array in arrays)


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
    blocks: NDArray[np.uint16]
    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    read: Callable[[int, int], NDArray[np.int32]]

    @cached_property
    def document_ends(self) -> NDArray[np.int64]:
        """For each document the number of the sentence after its last one."""
        return np.cumsum(self.sentences, dtype=np.int64)

    @cached_property
    def block_starts(self) -> NDArray[np.int64]:
        """For each block the number of its first sentence."""
        ends = np.cumsum(self.blocks, dtype=np.int64)
        return ends - self.blocks

    @cached_property
    def block_of(self) -> NDArray[np.int32]:
        """For each sentence the number of its block."""
        return np.repeat(np.arange(len(self.blocks), dtype=np.int32), self.blocks)

    @cached_property
    def live_sentences(self) -> NDArray[np.bool_] | None:
        """For each sentence whether its document is still there; None if all of them are."""
        return None if self.live.all() else np.repeat(self.live, self.sentences)

    @cached_property
    def live_blocks(self) -> NDArray[np.bool_] | None:
        """The same for each block."""
        return None if self.live.all() else np.repeat(self.live, self.spread)

    def load(self, term: str) -> Posting | None:
        """The postings of a term in documents that are still there; None without any."""
        key = np.uint64(hash_of(term))
        place = int(np.searchsorted(self.hashes, key))
        if place == len(self.hashes) or self.hashes[place] != key:
            return None
        stored = self.read(int(self.starts[place]), int(self.starts[place + 1]))
        decoded = decode(stored, len(self.lengths))
        if self.live_sentences is not None:
            decoded = _without(decoded, self.live_sentences)
            if not decoded.df:
                return None
        own = self.block_of[decoded.rest]
        ends = borders(own)
        return Posting(
            decoded.bitmaps, decoded.rest, own[ends[:-1]], ends.astype(np.int32), decoded.df,
            self.block_of, self.block_starts,
        )  # fmt: skip


def _without(decoded: Decoded, live: NDArray[np.bool_]) -> Decoded:
    """The postings in sentences that are still there."""
    rest = decoded.rest[live[decoded.rest]]
    if not len(decoded.bitmaps):
        return Decoded(decoded.bitmaps, rest, len(rest) and 1 + int((np.diff(rest) != 0).sum()))
    mask = np.packbits(live, bitorder="little")
    bitmaps = decoded.bitmaps[:, : len(mask)] & mask
    return Decoded(bitmaps, rest, int(np.unpackbits(bitmaps[0]).sum(dtype=np.int64)))


def sums(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.uint16]:
    """The sum (below 65,536) of each run of values that begins at `starts`.

    As np.add.reduceat, but quicker. The running total may overflow: its differences are right.
    """
    total = np.cumsum(values, dtype=np.uint16)
    found: NDArray[np.uint16] = total[np.append(starts[1:], len(values)) - 1]
    found[1:] -= found[:-1].copy()
    return found


class Postings:
    """The postings of all segments, and what is counted over them."""

    def __init__(self, segments: Sequence[SegmentView]) -> None:
        self.segments = tuple(segments)
        self.sentences = self.tokens = self.blocks = self.documents = 0
        for segment in segments:
            wanted = segment.live_sentences
            lengths = segment.lengths if wanted is None else segment.lengths[wanted]
            blocks = segment.live_blocks
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
        hashes = [segment.hashes for segment in self.segments]
        if len(hashes) == 1:
            return len(hashes[0])
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

    def document_of(self, sentence: int) -> int:
        """The number of the document that a sentence stands in."""
        segment = self.segments[bisect_right(self._firsts, sentence) - 1]
        own = sentence - segment.first
        place = int(np.searchsorted(segment.document_ends, own, side="right"))
        return segment.first_document + place


def _bytes(found: tuple[Posting | None, ...]) -> int:
    return 256 + sum(posting.nbytes for posting in found if posting is not None)
