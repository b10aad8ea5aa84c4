"""The dictionary of a segment finds what the plain arrays hold, and reads little for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa.dictionary import OFTEN, PART, Dictionary, guide_of


def dictionary(hashes: NDArray[np.uint64], starts: NDArray[np.uint32]) -> Dictionary:
    return Dictionary(
        len(hashes),
        guide_of(hashes),
        lambda start, end: hashes[start:end],
        lambda start, end: starts[start:end],
    )


@given(st.sets(st.integers(0, 2**64 - 1), max_size=30), st.integers(0, 2**64 - 1))
def test_every_hash_is_found_and_no_other(known: set[int], other: int) -> None:
    hashes = np.array(sorted(known), np.uint64)
    found = dictionary(hashes, np.arange(len(hashes) + 1, dtype=np.uint32) * 3)
    assert found.every().tolist() == sorted(known)
    for place, key in enumerate(sorted(known)):
        assert found.find(key) == (3 * place, 3 * place + 3)
    assert (found.find(other) is None) == (other not in known)


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 3 * PART, 3 * PART + 1])
def test_the_edges_of_parts_are_found(size: int) -> None:
    hashes = np.arange(size, dtype=np.uint64) * np.uint64(2) + np.uint64(10)
    found = dictionary(hashes, np.arange(size + 1, dtype=np.uint32))
    for place in {0, PART - 1, PART, PART + 1, 2 * PART, size - 1} & set(range(size)):
        assert found.find(int(hashes[place])) == (place, place + 1)
        assert found.find(int(hashes[place]) + 1) is None
    assert found.find(0) is None
    assert found.find(2**64 - 1) is None


def test_only_the_part_that_a_term_is_in_is_read() -> None:
    hashes = np.arange(5 * PART, dtype=np.uint64)
    read: list[tuple[int, int]] = []

    def stretch(start: int, end: int) -> NDArray[np.uint64]:
        read.append((start, end))
        return hashes[start:end]

    found = Dictionary(len(hashes), guide_of(hashes), stretch, lambda a, b: np.arange(a, b))
    assert found.find(2 * PART + 5) == (2 * PART + 5, 2 * PART + 6)
    assert found.find(2 * PART + 7) == (2 * PART + 7, 2 * PART + 8)
    assert read == [(2 * PART, 3 * PART)]


def test_who_asks_for_much_gets_all_at_once() -> None:
    hashes = np.arange((OFTEN + 5) * PART, dtype=np.uint64)
    read: list[tuple[int, int]] = []

    def stretch(start: int, end: int) -> NDArray[np.uint64]:
        read.append((start, end))
        return hashes[start:end]

    found = Dictionary(len(hashes), guide_of(hashes), stretch, lambda a, b: np.arange(a, b))
    for number in range(OFTEN + 5):
        place = number * PART + 7
        assert found.find(place) == (place, place + 1)
    assert read[OFTEN:] == [(0, len(hashes))]
    assert found.find(len(hashes)) is None
