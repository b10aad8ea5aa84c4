"""Near duplicates: documents that say almost the same in almost the same words.

MinHash (Broder 1997) over runs of three terms: the share of equal numbers in two signatures
estimates which share of all such runs the two documents have in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import shake_256

import numpy as np
from numpy.typing import NDArray

from qa.codec import borders

SIZE = 16  # numbers in a signature
_ALIKE = 13  # equal numbers from which on two documents are near duplicates: about 0.8
_BAND = 2  # neighbouring numbers that must all be equal for two documents to be compared at all
_CROWD = 16  # documents of one band, the first ones, that are compared with all of its others
# Any odd numbers, the same ones for ever: signatures are stored.
_ODD = np.frombuffer(shake_256(b"near duplicates").digest(8 * SIZE), "<u8") | np.uint64(1)


def signature(terms: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The signature of a document: 16 numbers, from the hashes of its terms in order."""
    if len(terms) == 0:
        return np.zeros(SIZE, np.uint32)
    runs = terms if len(terms) < 3 else terms[:-2] + terms[1:-1] * _ODD[0] + terms[2:] * _ODD[1]
    runs = runs ^ (runs >> np.uint64(31))
    mixed = runs[:, None] * _ODD
    least: NDArray[np.uint32] = (mixed >> np.uint64(32)).min(axis=0).astype(np.uint32)
    return least


def groups(signatures: NDArray[np.uint32]) -> list[list[int]]:
    """Documents that are near duplicates of each other, as numbers of rows, each group in order."""
    parent = list(range(len(signatures)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    for first in range(0, SIZE, _BAND):
        for near in _equal_rows(signatures[:, first : first + _BAND]):
            for place, one in enumerate(near[:_CROWD]):
                others = near[place + 1 :]
                alike = (signatures[others] == signatures[one]).sum(axis=1) >= _ALIKE
                for other in others[alike]:
                    low, high = sorted((root(int(one)), root(int(other))))
                    parent[high] = low
    found: dict[int, list[int]] = {}
    for number in range(len(signatures)):
        found.setdefault(root(number), []).append(number)
    return [group for group in found.values() if len(group) > 1]


def _equal_rows(band: NDArray[np.uint32]) -> Iterable[NDArray[np.intp]]:
    """The numbers of rows that are equal, for each that is there more than once."""
    key = np.ascontiguousarray(band).astype(np.uint64) @ np.array([1 << 32, 1], np.uint64)
    order = np.argsort(key, kind="stable")
    ends = borders(key[order])
    several = np.flatnonzero(ends[1:] - ends[:-1] > 1)
    return (order[ends[run] : ends[run + 1]] for run in several)
