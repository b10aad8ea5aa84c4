"""What a term's postings tell of blocks, against counting one by one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import codec, postings
from qa.codec import WIDTH, decode, encode
from qa.counts import COUNTS, TermCounts
from qa.postings import Posting, Runs, Stretches, saturated
from qa.scores import Term

BLOCKS = 40


@st.composite
def cases(draw: st.DrawFn) -> tuple[Counter[int], Posting]:
    """How often a term stands in each place, and its postings: lists, bitmaps, and both."""
    place = st.integers(0, WIDTH * BLOCKS - 1)
    own = draw(st.lists(place, min_size=1, max_size=30))
    own += list(range(0, WIDTH * BLOCKS, draw(st.sampled_from([1, 3, 8, 20, 1000]))))
    own += draw(st.lists(st.sampled_from(own), max_size=9)) * draw(st.sampled_from([1, 2, 40]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "SHORT", 3)
        found = decode(encode(np.array(sorted(own), np.int32), BLOCKS), BLOCKS)
    if draw(st.booleans()) and len(found.rest):
        found = postings._as_bitmap(found, BLOCKS)
    return Counter(own), Posting(found.bitmaps, found.rest, found.df)


SOME = st.lists(st.integers(0, BLOCKS - 1), unique=True, max_size=BLOCKS).map(
    lambda blocks: np.array(sorted(blocks), np.int32)
)


@given(st.lists(cases(), min_size=1, max_size=4), SOME)
def test_places_are_counted_in_some_blocks(
    cases: list[tuple[Counter[int], Posting]], blocks: np.ndarray
) -> None:
    terms = [Term(1.0, posting) for _, posting in cases]
    found = TermCounts(terms, BLOCKS).of(blocks)
    assert found.shape == (len(cases), len(blocks), COUNTS)
    for (counted, posting), counts in zip(cases, found.tolist(), strict=True):
        expected = [[counted[WIDTH * block + n] for n in range(WIDTH)] for block in blocks.tolist()]
        assert [row[:WIDTH] for row in counts] == expected
        totals = [sum(row) for row in expected]
        assert [row[WIDTH] for row in counts] == posting.totals(blocks).tolist() == totals
        assert posting.df == len(counted)


@given(cases(), st.lists(st.tuples(st.integers(0, 250), st.integers(0, 60)), min_size=1))
def test_a_term_stands_in_stretches_of_places(
    case: tuple[Counter[int], Posting], stretches: list[tuple[int, int]]
) -> None:
    counted, posting = case
    first, more = np.array(stretches, np.int64).T
    assert posting.stands(Stretches.of(first, first + more)).tolist() == [
        any(counted[place] for place in range(start, start + size + 1)) for start, size in stretches
    ]


@given(cases(), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), min_size=1))
def test_places_are_counted_in_runs_of_blocks(
    case: tuple[Counter[int], Posting], runs: list[tuple[int, int]]
) -> None:
    counted, posting = case
    starts, sizes = np.array(runs, np.int64).T
    assert posting.between(Runs.of(starts, sizes)).tolist() == [
        sum(counted[place] for place in range(WIDTH * start, WIDTH * (start + size)))
        for start, size in runs
    ]


@given(cases(), st.booleans())
def test_bounds_are_never_below_what_they_bound(
    case: tuple[Counter[int], Posting], roughly: bool
) -> None:
    counted, posting = case
    numerator = np.ones(BLOCKS, np.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "_LONG", 0 if roughly else 10**9)
        posting.add_bounds(2.5, numerator)
    totals = np.zeros(BLOCKS, np.int64)
    for place, count in counted.items():
        totals[place // WIDTH] += count
    exact = 1 + 2.5 * saturated(totals)
    assert (numerator * 1.0001 >= exact).all()
    assert (numerator[totals == 0] == 1).all()
    once = totals == 1
    np.testing.assert_allclose(numerator[once], exact[once], rtol=1e-6)
