"""Whether names and nouns are persons or things, one or several."""

from __future__ import annotations

import pytest

from qa.phrases import noun_phrases
from qa.referents import head_word, is_measure, is_name, is_numeric, is_plural, nature


@pytest.mark.parametrize(
    ("question", "natures"),
    [
        ("Who is the mayor of Selmouth?", [True, False]),
        ("Who was the first keeper?", [True]),
        ("When did Prime Minister Pashinyan call the office?", [True, None]),
        ("Where was Ines Valcourt born?", [True]),
        ("Who found the Orsini Trough in Lisbon?", [False, False]),
        ("What did Lumenar publish?", [None]),
        ("When was Emma published?", [False]),
        ("Where did Chopin give his first concert?", [True]),
        ("When was the Institute of Notre Dame founded?", [False]),
    ],
)
def test_persons_and_things(question: str, natures: list[bool | None]) -> None:
    assert [nature(question, phrase) for phrase in noun_phrases(question)] == natures


@pytest.mark.parametrize("phrase", ["the threats", "Ann and Carl", "the English", "people"])
def test_several(phrase: str) -> None:
    assert is_plural(phrase)


@pytest.mark.parametrize("phrase", ["the council of elders", "the bus", "the Museum of Tides"])
def test_one(phrase: str) -> None:
    assert not is_plural(phrase)


def test_nobody_in_particular_is_no_name() -> None:
    assert is_name("Ann Dale")
    assert not is_name("Anyone")


def test_numbers_and_measures() -> None:
    assert is_numeric("17 million")
    assert is_measure("2.1 million euros")
    assert is_numeric("five unused days")
    assert not is_measure("five unused days")
    assert not is_numeric("the five")


def test_the_head_of_a_phrase() -> None:
    assert head_word("the Institute of Notre Dame") == "institute"
    assert head_word("the mayor in office") == "mayor"
    assert head_word("") == ""
