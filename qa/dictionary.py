"""Which terms a segment has: the hash of a term in, the place of its postings out.

Hashes and places are read in parts, and only as they are asked for: a question asks for some dozens
of the hundreds of thousands of terms. The first hash of each part is in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

PART = 1020  # terms that are read together; four times their hashes fill a page of the file
_IN_MEMORY = 512  # parts that are kept: six megabytes

Read = Callable[[int, int], NDArray[Any]]


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
        self._part = lru_cache(maxsize=_IN_MEMORY)(self._read)

    def find(self, key: int) -> tuple[int, int] | None:
        """From where to where the postings of the term with this hash are; None without any."""
        hash_ = np.uint64(key)
        number = int(self._guide.searchsorted(hash_, side="right")) - 1
        if number < 0:
            return None
        hashes, starts = self._part(number)
        place = int(hashes.searchsorted(hash_))
        if place == len(hashes) or hashes[place] != hash_:
            return None
        return int(starts[place]), int(starts[place + 1])

    def every(self) -> NDArray[np.uint64]:
        """All hashes, in order."""
        return self._hashes(0, self.size) if self.size else np.empty(0, np.uint64)

    def _read(self, number: int) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
        first, last = PART * number, min(PART * (number + 1), self.size)
        return self._hashes(first, last), self._starts(first, last + 1)
