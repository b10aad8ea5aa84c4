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
from qa.codec import borders, decode, encode, occurrences


@pytest.fixture(scope="module", params=[6, codec.SHORT], autouse=True)
def short(request: pytest.FixtureRequest) -> Iterator[int]:
    """The length up to which a list stays as it is; a low one has more of them packed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "SHORT", request.param)
        yield request.param


def array(values: list[int]) -> NDArray[np.int32]:
    return np.array(sorted(values), np.int32)


def counted(posting: NDArray[np.int32], sentences: int) -> Counter[int]:
    """How often the term stands in each sentence, as bitmaps and list together say."""
    decoded = decode(posting, sentences)
    found = Counter(decoded.rest.tolist())
    assert decoded.rest.tolist() == sorted(decoded.rest.tolist())
    for bitmap in decoded.bitmaps:
        bits = np.unpackbits(bitmap, bitorder="little")
        assert not bits[sentences:].any()
        found.update(np.flatnonzero(bits).tolist())
    assert decoded.df == len(found)
    return found


@st.composite
def postings(draw: st.DrawFn) -> tuple[list[int], int]:
    """Occurrences, and how many sentences there are: few and many, rare and frequent terms."""
    sentences = draw(
        st.sampled_from([1, 2, 31, 32, 33, 64, 500, 65_535, 65_536, 65_537, 200_000])
        | st.integers(1, 400)
    )
    place = st.integers(0, sentences - 1)
    own = draw(st.lists(place, min_size=1, max_size=80))
    step = draw(st.sampled_from([0, 1, 3, 31, 40]))
    if step:
        own += range(0, min(sentences, 4000), step) if draw(st.booleans()) else []
        own += draw(st.lists(st.sampled_from(own), max_size=40)) * draw(st.integers(1, 6))
    return own, sentences


@given(postings())
def test_what_goes_in_comes_out(case: tuple[list[int], int]) -> None:
    own, sentences = case
    posting = encode(array(own), sentences)
    assert posting.dtype == np.int32
    assert counted(posting, sentences) == Counter(own)
    assert sorted(occurrences(posting, sentences).tolist()) == sorted(own)


@given(postings())
def test_packed_is_never_larger_than_a_list_and_a_little(case: tuple[list[int], int]) -> None:
    own, sentences = case
    assert len(encode(array(own), sentences)) <= len(own) + 4


def test_short_lists_stay_as_they_are(short: int) -> None:
    for count in (1, 2, short - 1, short, short + 1, 3 * short):
        own = array(list(range(count)))
        for sentences in (count, 33 * count, 1_000_000):
            posting = encode(own, sentences)
            if count <= short:
                assert posting.tolist() == own.tolist()
            assert counted(posting, sentences) == Counter(range(count))


@pytest.mark.parametrize(("df", "bitmaps"), [(99, 0), (100, 0), (101, 1)])
def test_more_than_one_sentence_in_thirty_two_makes_a_bitmap(df: int, bitmaps: int) -> None:
    sentences = 32 * 100
    decoded = decode(encode(array(list(range(df))), sentences), sentences)
    assert len(decoded.bitmaps) == bitmaps
    assert len(decoded.rest) == (0 if bitmaps else df)


def test_a_term_in_every_sentence_takes_a_bit_for_each() -> None:
    own = array(list(range(32_000)))
    posting = encode(own, 32_000)
    assert posting.nbytes < 32_000 // 8 + 64
    assert counted(posting, 32_000) == Counter(range(32_000))


def test_each_layer_of_repeated_occurrences_has_its_bitmap() -> None:
    own = array([n for n in range(100) for _ in range(n % 4)] + [7] * 500)
    posting = encode(own, 100)
    assert len(decode(posting, 100).bitmaps) == 3
    assert counted(posting, 100) == Counter(own.tolist())


@pytest.mark.parametrize("place", [0, 65_535, 65_536, 131_071, 131_072, 999_999])
def test_numbers_on_either_side_of_a_half(place: int) -> None:
    own = array([*range(20), place, place, 999_999])
    assert counted(encode(own, 1_000_000), 1_000_000) == Counter(own.tolist())


@given(st.lists(st.integers(0, 4), max_size=30))
def test_borders_are_those_of_runs(values: list[int]) -> None:
    values.sort()
    found = borders(np.array(values, np.int32)).tolist()
    assert found[0] == 0
    assert found[-1] == len(values)
    runs = [values[a:b] for a, b in pairwise(found)]
    assert [run[0] for run in runs] == sorted(set(values))
    assert all(len(set(run)) == 1 for run in runs)
