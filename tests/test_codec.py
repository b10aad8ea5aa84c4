"""Postings packed and unpacked: whatever goes in comes out, and frequent terms take few bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa import codec
from qa.codec import WIDTH, borders, decode, encode, occurrences, places_of


@pytest.fixture(scope="module", params=[6, codec.SHORT], autouse=True)
def short(request: pytest.FixtureRequest) -> Iterator[int]:
    """The length up to which a list stays as it is; a low one has more of them packed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "SHORT", request.param)
        yield request.param


def array(values: list[int]) -> NDArray[np.int32]:
    return np.array(sorted(values), np.int32)


def counted(posting: NDArray[np.int32], blocks: int) -> Counter[int]:
    """How often the term stands in each place, as bitmaps and list together say."""
    decoded = decode(posting, blocks)
    found = Counter(decoded.rest.tolist())
    assert decoded.rest.tolist() == sorted(decoded.rest.tolist())
    for bitmap in decoded.bitmaps:
        assert len(bitmap) == blocks
        bits = np.unpackbits(bitmap, bitorder="little")
        found.update(np.flatnonzero(bits).tolist())
    assert decoded.df == len(found)
    return found


@st.composite
def postings(draw: st.DrawFn) -> tuple[list[int], int]:
    """Occurrences, and how many blocks there are: few and many, rare and frequent terms."""
    blocks = draw(
        st.sampled_from([1, 2, 3, 4, 5, 8, 60, 8191, 8192, 8193, 25_000]) | st.integers(1, 50)
    )
    places = WIDTH * blocks
    place = st.integers(0, places - 1)
    own = draw(st.lists(place, min_size=1, max_size=80))
    step = draw(st.sampled_from([0, 1, 3, 31, 40]))
    if step:
        own += range(0, min(places, 4000), step) if draw(st.booleans()) else []
        own += draw(st.lists(st.sampled_from(own), max_size=40)) * draw(st.integers(1, 6))
    return own, blocks


@given(postings())
def test_what_goes_in_comes_out(case: tuple[list[int], int]) -> None:
    own, blocks = case
    posting = encode(array(own), blocks)
    assert posting.dtype == np.int32
    assert counted(posting, blocks) == Counter(own)
    assert occurrences(decode(posting, blocks)).tolist() == sorted(own)


@given(postings())
def test_packed_is_never_larger_than_a_list_and_a_little(case: tuple[list[int], int]) -> None:
    own, blocks = case
    assert len(encode(array(own), blocks)) <= len(own) + 4


def test_short_lists_stay_as_they_are(short: int) -> None:
    for count in (1, 2, short - 1, short, short + 1, 3 * short):
        own = array(list(range(count)))
        for blocks in (-(-count // WIDTH), 4 * count, 125_000):
            posting = encode(own, blocks)
            if count <= short:
                assert posting.tolist() == own.tolist()
            assert counted(posting, blocks) == Counter(range(count))


@pytest.mark.parametrize(("df", "bitmaps"), [(99, 0), (100, 0), (101, 1)])
def test_more_than_one_place_in_sixteen_makes_a_bitmap(df: int, bitmaps: int) -> None:
    blocks = 16 * 100 // WIDTH
    decoded = decode(encode(array(list(range(df))), blocks), blocks)
    assert len(decoded.bitmaps) == bitmaps
    assert len(decoded.rest) == (0 if bitmaps else df)


def test_a_term_in_every_place_takes_a_byte_for_each_block() -> None:
    own = array(list(range(32_000)))
    posting = encode(own, 4_000)
    assert posting.nbytes < 4_000 + 64
    assert counted(posting, 4_000) == Counter(range(32_000))


def test_each_layer_of_repeated_occurrences_has_its_bitmap() -> None:
    own = array([n for n in range(100) for _ in range(n % 4)] + [7] * 500)
    posting = encode(own, 13)
    assert len(decode(posting, 13).bitmaps) == 3
    assert counted(posting, 13) == Counter(own.tolist())


@pytest.mark.parametrize("place", [0, 65_535, 65_536, 131_071, 131_072, 999_999])
def test_numbers_on_either_side_of_a_half(place: int) -> None:
    own = array([*range(20), place, place, 999_999])
    assert counted(encode(own, 125_000), 125_000) == Counter(own.tolist())


@given(st.lists(st.integers(1, WIDTH), max_size=30))
def test_every_block_begins_at_a_byte(sizes: list[int]) -> None:
    places = places_of(np.array(sizes, np.uint8)).tolist()
    assert places == [WIDTH * block + n for block, size in enumerate(sizes) for n in range(size)]


@given(st.lists(st.integers(0, 4), max_size=30))
def test_borders_are_those_of_runs(values: list[int]) -> None:
    values.sort()
    found = borders(np.array(values, np.int32)).tolist()
    assert found[0] == 0
    assert found[-1] == len(values)
    runs = [values[a:b] for a, b in pairwise(found)]
    assert [run[0] for run in runs] == sorted(set(values))
    assert all(len(set(run)) == 1 for run in runs)
