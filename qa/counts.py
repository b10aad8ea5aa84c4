"""How often each term of a question stands in some blocks of a segment, asked of all at once.

The lists of the terms are put one after the other, the places of each term behind those of the one
before: a single list in order, in which one search finds what would take one for each term.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.codec import WIDTH
from qa.postings import runs
from qa.scores import Term

COUNTS = WIDTH + 1  # of a block: those of its eight places, and their sum

# For each byte of a bitmap what it adds to the counts of a block.
_BYTE_COUNTS = np.zeros((256, COUNTS), np.uint16)
_BYTE_COUNTS[:, :WIDTH] = np.arange(256)[:, None] >> np.arange(WIDTH) & 1
_BYTE_COUNTS[:, WIDTH] = _BYTE_COUNTS.sum(axis=1)


class TermCounts:
    """The terms of a question in one segment of so many blocks; `weights` are theirs.

    `places` are those in their lists, each as often as the term stands there, behind those of the
    terms before: WIDTH * blocks to a term.
    """

    def __init__(self, terms: Sequence[Term], blocks: int) -> None:
        self.weights = np.array([term.weight for term in terms])
        self._terms = terms
        wide = len(terms) * WIDTH * blocks >= 1 << 31
        number = np.int64 if wide else np.int32
        self._first: NDArray[Any] = WIDTH * blocks * np.arange(len(terms), dtype=number)
        lists = [term.posting.rest for term in terms]
        self.places: NDArray[Any] = np.concatenate(lists, dtype=number)
        end = 0
        for own, first in zip(lists, self._first, strict=True):
            begin, end = end, end + len(own)
            self.places[begin:end] += first

    def of(self, blocks: NDArray[np.int32]) -> NDArray[np.uint16]:
        """How often each term stands in some blocks, terms x blocks x COUNTS: in each place of a
        block, and then in all of it."""
        counts = np.zeros((len(self._terms), len(blocks), COUNTS), np.uint16)
        for term, own in zip(self._terms, counts, strict=True):
            for bitmap in term.posting.bitmaps:
                own += _BYTE_COUNTS.take(bitmap.take(blocks), axis=0)
        if len(self.places):
            wanted = (self._first[:, None] + WIDTH * blocks).reshape(-1)
            begins = self.places.searchsorted(wanted)
            found = np.flatnonzero(self.places.take(begins, mode="clip") >> 3 == wanted >> 3)
            begins = begins[found]
            sizes = self.places.searchsorted(wanted[found] + WIDTH) - begins
            row = COUNTS * found
            flat = counts.reshape(-1)
            flat[row + WIDTH] += sizes.astype(np.uint16)
            _, each = runs(begins, sizes)
            np.add.at(flat, np.repeat(row, sizes) + (self.places[each] & 7), np.uint16(1))
        return counts
