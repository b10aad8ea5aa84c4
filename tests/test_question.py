"""What a question is taken to ask for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.question import MAX_LENGTH, analyse, check


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("Who signed the treaty?", "who", "name"),
        ("To whom did she write?", "who", "name"),
        ("Whose dog barked?", "whose", "name"),
        ("When was the bridge opened?", "when", "date"),
        ("In which year did the mill burn down?", "which", "date"),
        ("what month does the fair begin", "what", "date"),
        ("Where do the ferries dock?", "where", "place"),
        ("Which city hosts the fair?", "which", "place"),
        ("Why was it closed?", "why", "reason"),
        ("How was it repaired?", "how", "manner"),
        ("How many people were hurt?", "how many", "number"),
        ("How much does a ticket cost?", "how much", "number"),
        ("How old is the keeper?", "how much", "number"),
        ("What does a ticket cost?", "what", "number"),
        ("What was the name of the ship?", "what", "name"),
        ("Which minister resigned?", "which", "name"),
        ("What did the court order?", "what", "any"),
        ("What is a heat pump?", "define", "definition"),
        ("Who is Antony Blinken?", "define", "definition"),
        ("who's antony blinken", "define", "definition"),
        ("Who is the Secretary of State?", "who", "name"),
        ("Did the mayor resign?", "yes-no", "any"),
        ("heat pump subsidy 2024", "keywords", "any"),
        ("???", "keywords", "any"),
    ],
)
def test_kind_and_wanted_answer(text: str, kind: str, wanted: str) -> None:
    question = analyse(text)
    assert (question.kind, question.wanted) == (kind, wanted)


def test_focus_is_the_noun_asked_for() -> None:
    assert analyse("Which main road is closed?").focus == ("main", "road")
    assert analyse("How many bridges were built?").focus == ("bridges",)
    assert analyse("Who resigned?").focus == ()


def test_units_tell_durations_ages_and_prices_apart() -> None:
    assert "aged" in analyse("How old is she?").units
    assert "weeks" in analyse("How long did it take?").units
    assert "euros" in analyse("How much do I pay?").units
    assert not analyse("How much water is in the tank?").units


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("Who told the mayor?", False),
        ("What did the court order?", True),
        ("Who will the court punish?", True),
        ("Who was arrested?", True),
        ("What was the bridge destroyed by?", None),
        ("Where is it?", None),
    ],
)
def test_side_on_which_the_answer_stands(text: str, follows: bool | None) -> None:
    assert analyse(text).answer_follows is follows


def test_function_words_weigh_little_and_names_are_known_by_their_capital() -> None:
    terms = {term.word: term for term in analyse("Where did the Mayor of Lyon live?").terms}
    assert terms["the"].weight < 0.1 < terms["live"].weight == 1.0
    assert terms["lyon"].is_name
    assert not terms["live"].is_name


def test_initials_are_no_function_words() -> None:
    weights = {term.text: term.weight for term in analyse("When did the WHO meet?").terms}
    assert weights["WHO"] > 0.1 > weights["When"]


def test_a_repeated_word_is_one_term() -> None:
    words = [term.word for term in analyse("Who saw whom, and who saw the saw?").terms]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("text", ["", "  \n", "a\0b", "\ud800", "x" * (MAX_LENGTH + 1)])
def test_what_cannot_be_asked(text: str) -> None:
    with pytest.raises(QuestionError):
        check(text)


def test_the_longest_question_may_be_asked() -> None:
    assert check(" " + "x" * MAX_LENGTH + " ") == "x" * MAX_LENGTH


@given(st.text(max_size=300))
def test_any_text_can_be_analysed(text: str) -> None:
    question = analyse(text)
    assert all(0 < term.weight <= 1 for term in question.terms)
    assert analyse(text) == question
