"""Which phrases suit which kind of question."""

from __future__ import annotations

import pytest

from qa.dates import find_dates
from qa.fit import family, fit
from qa.question import analyse
from qa.spans import candidates
from qa.terms import tokens
from qa.words import take_apart


def best(question: str, sentence: str) -> str:
    """The phrase of the sentence that fits best, the longest among equals."""
    words = take_apart(sentence, tokens(sentence))
    asked = analyse(question)
    found = candidates(words, find_dates(sentence, None))
    chosen = max(found, key=lambda c: (fit(asked, words, c), c.end - c.start))
    return sentence[chosen.start : chosen.end] if fit(asked, words, chosen) else ""


@pytest.mark.parametrize(
    ("question", "sentence", "phrase"),
    [
        ("How much is a ticket worth?", "It took 3 days and cost €25 a head.", "€25"),
        ("How heavy is it?", "It took 3 days and weighs 25 kg in all.", "25 kg"),
        ("How old is he?", "He paid 30 euros and is aged 42 now.", "42"),
        ("At what temperature does it run?", "It runs for 30 minutes at 45 °C.", "45 °C"),
        ("How much water is used?", "It takes 3 hours and uses 9.5 litres.", "9.5 litres"),
        ("How often is it cleaned?", "Clean it once a week under water.", "once a week"),
        ("What time was it?", "It began at 3.40 a.m. on the quay.", "3.40 a.m."),
        ("Who was it?", "Mayor Anna Berg spoke in Lyon.", "Anna Berg"),
        ("Where is it?", "Anna Berg spoke in Lyon.", "Lyon"),
        ("Why was it?", "It closed in May because the roof leaked.", "because the roof leaked"),
        ("How old is Mia Long?", "Mia Long, 19, came third with Otto Lind, 52.", "19"),
        ("How old is Otto Lind?", "Mia Long, 19, came third with Otto Lind, 52.", "52"),
        ("How old is Mia Long?", "The jury is led by Mia Long (61) again.", "61"),
        ("How old is Mia Long?", "The 24-year-old Mia Long won.", "24-year-old Mia"),
        ("How old is Mia Long?", "Mia Long is a 24-year-old baker.", "24-year-old baker"),
        ("How old is Mia Long?", "The 24-year-old beat Mia Long.", ""),
        ("How old is Mia Long?", "The 24-year-old Otto Lind beat Mia Long.", ""),
        ("How old is Mia Long?", "Mia Long beat Otto Lind, 52, by an hour.", ""),
        ("How long does it take?", "It lasts three nights for the 40 guests.", "three nights"),
        ("How long does it take?", "It takes half an hour on foot.", "half an hour"),
        ("How long does it take?", "It has been open for a few hours.", "a few hours"),
        ("How far ahead was she?", "She was eleven minutes ahead at 9.", "eleven minutes ahead"),
        ("When is it open?", "It is open on Mondays and Thursdays.", "Mondays and Thursdays"),
        ("When is it open?", "The hall is open Monday to Friday.", "Monday to Friday"),
        ("When did she retire?", "She retired in June.", "June"),
        ("How deep is it?", "It holds 16 cubic metres.", ""),
        ("When was it?", "It holds 16 cubic metres.", ""),
    ],
)
def test_best_fitting_phrase(question: str, sentence: str, phrase: str) -> None:
    assert best(question, sentence) == phrase


def test_family_of_a_noun() -> None:
    assert "corridor" in family("road")
    assert "road" in family("roads")
    assert family("teapot") == {"teapot"}
