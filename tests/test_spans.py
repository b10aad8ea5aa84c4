"""Which phrases of a sentence are offered as answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.dates import find_dates
from qa.spans import Candidate, candidates
from qa.terms import tokens
from qa.words import take_apart


def offered(text: str) -> list[Candidate]:
    return candidates(take_apart(text, tokens(text)), find_dates(text, "2023-09-19"))


def shapes_of(text: str, phrase: str) -> set[str]:
    found: set[str] = set()
    for candidate in offered(text):
        if text[candidate.start : candidate.end] == phrase:
            found |= candidate.shapes
    return found


@pytest.mark.parametrize(
    ("text", "phrase", "shape"),
    [
        ("President Emmanuel Macron of France told them.", "Emmanuel Macron", "titled"),
        ("President Emmanuel Macron of France told them.", "President", "title"),
        ("He met Secretary of State Antony Blinken.", "Antony Blinken", "titled"),
        ("He met Secretary of State Antony Blinken.", "Secretary of State", "title"),
        ("Azerbaijan’s blockade of the Lachin Corridor.", "Azerbaijan", "name"),
        ("Azerbaijan’s blockade of the Lachin Corridor.", "Lachin Corridor", "name"),
        ("It concerns Nagorno-Karabakh alone.", "Nagorno-Karabakh", "name"),
        ("A letter to J. R. Smith was found.", "J. R. Smith", "name"),
        ("They met in Lake Town on Tuesday.", "Lake Town", "place"),
        ("They met in Lake Town on Tuesday.", "Tuesday", "date"),
        ("It was built in 1834 by monks.", "1834", "year"),
        ("The fine was $1,250.50 in all.", "$1,250.50", "number"),
        ("Prices rose by 12.5% in May.", "12.5%", "number"),
        ("Twenty-one people were hurt.", "Twenty-one people", "number"),
        ("It lasted for three weeks.", "three weeks", "number"),
        ("It has gone on for months.", "months", "number"),
        ("He has been there for a dozen years.", "a dozen years", "number"),
        ("The walk takes about an hour.", "an hour", "number"),
        ("They stay for several days.", "several days", "number"),
        ("Lessons are on Mondays, Tuesdays and Fridays.", "Mondays, Tuesdays and Fridays", "time"),
        ("Guests come at weekends.", "weekends", "time"),
        ("It opened on 3 June.", "3 June", "date"),
        ("It closed because the roof leaked, they say.", "because the roof leaked", "reason"),
        ("They met to discuss the crisis.", "to discuss the crisis", "purpose"),
        ("The dam was repaired by pouring concrete.", "pouring concrete", "manner"),
        ("He called it “a shame for us all” twice.", "a shame for us all", "quoted"),
        ("Both condemned the use of force.", "use of force", "linked"),
    ],
)
def test_a_phrase_is_offered_with_its_shape(text: str, phrase: str, shape: str) -> None:
    assert shape in shapes_of(text, phrase)


def test_a_weekday_is_no_name() -> None:
    assert "name" not in shapes_of("It happened on Tuesday.", "Tuesday")


def test_an_hourly_rate_is_no_length_of_time() -> None:
    assert "number" not in shapes_of("They earn £9 an hour.", "an hour")


def test_a_weekday_that_comes_again_is_no_date() -> None:
    assert "date" not in shapes_of("It opens every Monday.", "Monday")


def test_the_number_of_a_list_item_is_no_quantity() -> None:
    assert "number" not in shapes_of("1. Fill the tank with 2 litres.", "1")
    assert "number" in shapes_of("1. Fill the tank with 2 litres.", "2 litres")


def test_a_phrase_takes_in_the_partner_of_its_quotation_mark() -> None:
    text = "They act to ensure “unimpeded” access to the road."
    assert shapes_of(text, "to ensure “unimpeded” access to the road")


@given(st.text(max_size=200))
def test_offsets_are_within_any_text(text: str) -> None:
    for candidate in offered(text):
        assert 0 <= candidate.start < candidate.end <= len(text)
        assert candidate.first < candidate.last
        assert candidate.shapes
