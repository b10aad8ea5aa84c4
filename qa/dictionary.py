"""Which terms a segment has: the hash of a term in, the place of its postings out.

Hashes and places are read in parts, and only as they are asked for: a question asks for some dozens
of the hundreds of thousands of terms. The first hash of each part is in memory; all are, once many
parts have been asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PART = 1020  # terms that are read together; four times their hashes fill a page of the file
OFTEN = 128  # parts that are read before all are: who asks much is to wait for no more of them

Read = Callable[[int, int], NDArray[Any]]
Part = tuple[NDArray[np.uint64], NDArray[np.uint32]]


def guide_of(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The first hash of each part of the hashes, which ascend."""
    return hashes[::PART]


class Dictionary:
    """The terms of a segment, known by their hashes."""

    def __init__(self, size: int, guide: NDArray[np.uint64], hashes: Read, starts: Read) -> None:
        """`size` is the number of terms, `guide` is `guide_of` their hashes.

        `hashes` and `starts` give what `segment.Arrays` calls so, from one place to another.
        """
        self.size = size
        self._guide, self._hashes, self._starts = guide, hashes, starts
        self._part = lru_cache(maxsize=OFTEN)(self._read)
        self._whole: Part | None = None

    def find(self, key: int) -> tuple[int, int] | None:
        """From where to where the postings of the term with this hash are; None without any."""
        hash_ = np.uint64(key)
        part = self._whole or self._part_of(hash_)
        if part is None:
            return None
        hashes, starts = part
        place = int(hashes.searchsorted(hash_))
        if place == len(hashes) or hashes[place] != hash_:
            return None
        return int(starts[place]), int(starts[place + 1])

    def every(self) -> NDArray[np.uint64]:
        """All hashes, in order."""
        return self._hashes(0, self.size) if self.size else np.empty(0, np.uint64)

    def _part_of(self, hash_: np.uint64) -> Part | None:
        number = int(self._guide.searchsorted(hash_, side="right")) - 1
        if number < 0:
            return None
        if self._part.cache_info().misses >= OFTEN:
            self._whole = self._hashes(0, self.size), self._starts(0, self.size + 1)
            self._part.cache_clear()
            return self._whole
        return self._part(number)

    def _read(self, number: int) -> Part:
        first, last = PART * number, min(PART * (number + 1), self.size)
        return self._hashes(first, last), self._starts(first, last + 1)
