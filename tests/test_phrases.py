"""Noun phrases and dates of a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.phrases import dates, noun_phrases, with_complements


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("When did the council of Ashcombe meet in 2019?", ["the council", "*Ashcombe"]),
        (
            "Who told Pashinyan that France will call a Security Council session?",
            ["*Pashinyan", "*France", "a Security Council session"],
        ),
        ("When did Antony Blinken talk with Pashinyan?", ["*Antony Blinken", "*Pashinyan"]),
        ("Who is the Secretary of State?", ["*the Secretary of State"]),
        ("Who is the President of France?", ["*the President", "*France"]),
        ("What did the Court of Justice order?", ["*the Court of Justice"]),
        ("How many people live in Ashcombe?", ["people", "*Ashcombe"]),
        ("When was the old bridge built?", ["the old bridge"]),
        ("What did Macron's visit cost?", ["*Macron"]),
        ("How do bees make honey?", ["bees"]),
        ("Why was the spring meeting cancelled?", ["the spring meeting"]),
        ("When was the meeting held?", ["the meeting"]),
        ("Where will the next meeting be?", ["the next meeting"]),
        ("When is the museum open?", ["the museum"]),
        ("When will the vote take place?", ["the vote"]),
        ("Who is Wilfred Amberley?", ["*Wilfred Amberley"]),
        ("Who repairs St. Agnes School?", ["*St. Agnes School"]),
        ("What is the Museum of Clocks and Tides?", ["*the Museum of Clocks and Tides"]),
        ("Was it that Anna Berg cast the bell?", ["*Anna Berg", "the bell"]),
        ("Which river burst its banks?", ["river"]),
        ("Which company designs it?", ["company"]),
        ("How much net profit did Lumenar make?", ["net profit", "*Lumenar"]),
        ("How long do the clinics keep patient records?", ["the clinics", "patient records"]),
        (
            "Whom does the burned warehouse in Castelmar belong to?",
            ["the burned warehouse", "*Castelmar"],
        ),
        ("How long will the line to Oslo be?", ["the line", "*Oslo"]),
        ("Who found the Joan B. Kroc Institute?", ["*the Joan B. Kroc Institute"]),
        ("When was Ludwig van Beethoven born?", ["*Ludwig van Beethoven"]),
        ("Who wrote To Kill a Mockingbird?", ["*To Kill a Mockingbird"]),
        ("How do I fix error E-217?", ["*error E-217"]),
        ("How do I reset my password?", ["my password"]),
        ("What caused it?", []),
        ("WHO IS HE?", []),
        ("", []),
    ],
)
def test_noun_phrases(question: str, phrases: list[str]) -> None:
    assert [
        "*" * phrase.is_name + question[phrase.start : phrase.end]
        for phrase in noun_phrases(question)
    ] == phrases


def test_roles_and_what_stands_before() -> None:
    found = noun_phrases("Which road did the council of Ashcombe close?")
    assert [(phrase.role, phrase.before) for phrase in found] == [
        ("focus", "which"),
        ("subject", "did"),
        ("other", "of"),
    ]


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("How long will the line to the port in Oslo be?", "the line to the port in Oslo"),
        ("Where did the council meet in May?", "the council"),
        ("Who is the mayor of Selmouth?", "the mayor of Selmouth"),
    ],
)
def test_what_belongs_to_a_phrase(question: str, whole: str) -> None:
    assert with_complements(question, noun_phrases(question)[0]) == whole


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Who met on Friday, 5 May 2023 and in 2019?", ["Friday, 5 May 2023", "2019"]),
        ("May he march in May?", ["May"]),
        ("Are 5 of 1250 ships late?", ["1250"]),
        ("Who is late?", []),
    ],
)
def test_dates(question: str, found: list[str]) -> None:
    assert [question[start:end] for start, end in dates(question)] == found


@given(st.text(max_size=80) | st.text("AbC of's’-?.Ⅷ東", max_size=40))
def test_phrases_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for phrase in noun_phrases(text):
        assert at <= phrase.start < phrase.end <= len(text)
        at = phrase.end
