"""Options: what means something is taken as it is, what means nothing is an error that says so."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import OptionError
from qa.options import MAX_QUOTES, Options


def test_without_options_nothing_is_narrowed() -> None:
    assert Options() == Options(5, None, None, None) == Options.of(5, None, None, None)


@pytest.mark.parametrize("k", [1, 5, MAX_QUOTES])
def test_numbers_of_quotes(k: int) -> None:
    assert Options(k).k == k


@pytest.mark.parametrize("k", [0, -1, MAX_QUOTES + 1, 10**30, True, 2.0, "3", None, [1]])
def test_numbers_that_mean_nothing(k: Any) -> None:
    with pytest.raises(OptionError, match="k must be"):
        Options(k)


@pytest.mark.parametrize("day", ["2023-09-19", "2024-02-29", "0001-01-01", "9999-12-31"])
def test_days(day: str) -> None:
    assert (Options(since=day).since, Options(until=day).until) == (day, day)
    assert Options(since=day, until=day)  # one day is a period


@pytest.mark.parametrize(
    "day",
    ["soon", "", "2023", "2023-09", "2023-9-19", "2023-02-29", "2023-13-01", "20230919",
     "2023-09-19\n", " 2023-09-19", "2023-09-19T00:00", "2023-W38-2", "٢٠٢٣-٠٩-١٩", "0000-01-01",
     20230919, b"2023-09-19", ["2023-09-19"]],
)  # fmt: skip
def test_days_that_are_none(day: Any) -> None:
    with pytest.raises(OptionError, match="since must be a date like 2023-09-19"):
        Options(since=day)
    with pytest.raises(OptionError, match="until must be a date like 2023-09-19"):
        Options(until=day)


def test_a_period_must_not_end_before_it_begins() -> None:
    assert Options(since="2023-09-18", until="2023-09-19")
    with pytest.raises(OptionError, match="later than until"):
        Options(since="2023-09-19", until="2023-09-18")


@pytest.mark.parametrize("documents", [["a", "b"], ("a", "b"), {"a": 1, "b": 2}.keys()])
def test_documents_are_kept_in_order(documents: Any) -> None:
    assert Options.of(5, documents, None, None).documents == ("a", "b")


def test_no_document_is_not_the_same_as_all() -> None:
    assert Options.of(5, [], None, None).documents == ()


@pytest.mark.parametrize("documents", ["a.txt", b"a.txt", 7, [7], [["a"]], [None], {"a": "b"}])
def test_documents_that_mean_nothing(documents: Any) -> None:
    with pytest.raises(OptionError, match="documents must be"):
        Options.of(5, documents, None, None)


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.dates().map(str),
    st.lists(st.one_of(st.text(max_size=4), st.integers()), max_size=3),
)  # fmt: skip


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_whatever_comes_it_is_options_or_an_option_error(
    k: Any, documents: Any, since: Any, until: Any
) -> None:
    try:
        options = Options.of(k, documents, since, until)
    except OptionError:
        return
    assert 1 <= options.k <= MAX_QUOTES
    assert (options.since or "") <= (options.until or "9999")
