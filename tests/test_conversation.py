"""What is carried over into a follow-up question, and what is not."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.conversation import Turn, resolve, turns
from qa.errors import OptionError

BLINKEN: list[Turn] = [("Who is Antony Blinken?", "Secretary of State")]
MACRON: list[Turn] = [("Who told Pashinyan about the session?", "Emmanuel Macron")]
FRANCE: list[Turn] = [
    ("Who told Pashinyan that France will call a Security Council session?", "Emmanuel Macron")
]
TALK: list[Turn] = [("When did Antony Blinken talk with Pashinyan?", "Tuesday")]
WHEN: list[Turn] = [("When did the council of Ashcombe meet in 2019?", "in May")]
ROAD: list[Turn] = [("Which road is blockaded?", "Lachin Corridor")]
LIBRARY: list[Turn] = [("When did the library in Ashcombe open?", "2019")]
PEOPLE: list[Turn] = [("How many people live in Ashcombe?", "1,200")]
RACE: list[Turn] = [("Who won the race?", "Anna Berg")]
LOWER: list[Turn] = [("who is antony blinken", "secretary of state")]

FOLLOW_UPS = [
    # question words alone take the topic
    (MACRON, "Why?", "Why told Pashinyan about the session?"),
    (MACRON, "And why?", "Why told Pashinyan about the session?"),
    (TALK, "and when", "When did Antony Blinken talk with Pashinyan?"),
    (TALK, "Why is that?", "Why did Antony Blinken talk with Pashinyan?"),
    (PEOPLE, "And how many?", "How many people live in Ashcombe?"),
    (PEOPLE, "Since when?", "Since when people live in Ashcombe?"),
    (PEOPLE, "In which year?", "In which year people live in Ashcombe?"),
    (RACE, "When did it happen?", "When won the race?"),
    ([("In which year did the mill close?", "1990")], "Why?", "Why did the mill close?"),
    ([("Did the mill close?", None)], "When?", "When did the mill close?"),
    # a phrase in place of another
    (BLINKEN, "And Macron?", "Who is Macron?"),
    (MACRON, "And Blinken?", "Who told Blinken about the session?"),
    (WHEN, "And in 2021?", "When did the council of Ashcombe meet in 2021?"),
    (WHEN, "And 2021?", "When did the council of Ashcombe meet in 2021?"),
    (WHEN, "And on Tuesday?", "When did the council of Ashcombe meet on Tuesday?"),
    (WHEN, "What about Dunmarrow?", "When did the council of Dunmarrow meet in 2019?"),
    (FRANCE, "And the UN?", "Who told Pashinyan that the UN will call a Security Council session?"),
    (PEOPLE, "And in Dunmarrow?", "How many people live in Dunmarrow?"),
    (PEOPLE, "And in 2020?", "How many people live in Ashcombe in 2020?"),
    (PEOPLE, "And children?", "How many children live in Ashcombe?"),
    (LIBRARY, "And the museum?", "When did the museum in Ashcombe open?"),
    (TALK, "And in Yerevan?", "When did Antony Blinken talk with Pashinyan in Yerevan?"),
    (BLINKEN, "And his wife?", "Who is Antony Blinken’s wife?"),
    (LOWER, "and macron?", "who is macron"),
    ([("What did Macron's visit cost?", None)], "And Blinken?", "What did Blinken's visit cost?"),
    ([("Is the bridge safe?", None)], "And the tunnel?", "Is the tunnel safe?"),
    # nothing of its kind: asked for together with the topic
    ([("Which road is closed?", None)], "What about Carl?", "Carl: road is closed?"),
    (RACE, "And Carl?", "Carl: won the race?"),
    # pronouns
    (FRANCE, "Who is he?", "Who is Emmanuel Macron?"),
    (ROAD, "What is it?", "What is Lachin Corridor?"),
    (FRANCE, "What is it?", "What is the Security Council session?"),
    (LIBRARY, "What are they?", "What are the library?"),
    (BLINKEN, "When did he talk to Pashinyan?", "When did Antony Blinken talk to Pashinyan?"),
    (BLINKEN, "What is his office?", "What is Antony Blinken’s office?"),
    (BLINKEN, "Who appointed him?", "Who appointed Antony Blinken?"),
    (BLINKEN, "Which country is he from?", "Which country is Antony Blinken from?"),
    (RACE, "Who told her about it?", "Who told Anna Berg about it?"),
    (RACE, "Where was her mother born?", "Where was Anna Berg’s mother born?"),
    (LOWER, "when did he talk", "when did antony blinken talk"),
    (MACRON, "When did he say so?", "When did Emmanuel Macron say so?"),
    (TALK, "Where did he meet Pashinyan?", "Where did Antony Blinken meet Pashinyan?"),
    (ROAD, "Why is it blockaded?", "Why is Lachin Corridor blockaded?"),
    (ROAD, "Since when it's closed?", "Since when Lachin Corridor's closed?"),
    (LIBRARY, "Who built it?", "Who built the library?"),
    (LIBRARY, "Was it sold to Macron?", "Was the library sold to Macron?"),
    (RACE, "Who is that?", "Who is Anna Berg?"),
    # there and then
    (LIBRARY, "Who works there?", "Who works in Ashcombe?"),
    (LIBRARY, "Who was mayor then?", "Who was mayor in 2019?"),
    ([("Where is the crisis?", "Artsakh")], "Who comes from there?", "Who comes from Artsakh?"),
    # chains
    ([*TALK, ("Why?", None)], "When?", "When did Antony Blinken talk with Pashinyan?"),
    (
        [*BLINKEN, ("When did he talk to Pashinyan?", "Tuesday"), ("Why?", None)],
        "And Macron?",
        "Why did Macron talk to Pashinyan?",
    ),
    ([*TALK, ("And Macron?", None)], "And Aliyev?", "When did Antony Blinken talk with Aliyev?"),
    (
        [*BLINKEN, ("Which road is closed?", None)],
        "Where was he born?",
        "Where was Antony Blinken born?",
    ),
]


@pytest.mark.parametrize(("history", "question", "searched"), FOLLOW_UPS)
def test_follow_ups(history: list[Turn], question: str, searched: str) -> None:
    assert resolve(question, history) == searched


@pytest.mark.parametrize(("history", "question", "searched"), FOLLOW_UPS)
def test_earlier_questions_may_be_given_as_they_were_searched(
    history: list[Turn], question: str, searched: str
) -> None:
    told: list[Turn] = []
    for asked, answer in history:
        told.append((resolve(asked, told), answer))
    assert resolve(question, told) == searched
    assert resolve(searched, told) == searched


@pytest.mark.parametrize(
    "question",
    [
        "Who is Emmanuel Macron?",
        "And who is Emmanuel Macron?",
        "Why did the council convene?",
        "What did France request?",
        "How many people live in Ashcombe?",
        "What happened to the mill?",
        "And?",
        "What about?",
        "And then?",
        # what the pronoun stands for is in the question itself
        "Why did Macron say he would call?",
        "What did Blinken say about his talks?",
        "Why does the council think it is late?",
        "If a ferry is late, when does it sail?",
        "How do bees make their honey?",
        "What happens to water when it boils?",
        "Which company sold its shares?",
        "Which business had its goods in the hall?",
        "Who lost his keys?",
        "Who said that he would call?",
        "Who grouped the pieces and published them?",
        "In her music, what did Anna Berg look for?",
        "When did his friends find Chopin a flat?",
        "Bert's mazurkas have more of what than his other works?",
        "What building known for its beams was completed in 1957?",
        # nothing that was spoken of
        "It is said that the mill burned down; when?",
        "How long does it take to drive to Paris?",
        "What does it cost to see the doctor?",
        "How much did it cost to build the bridge?",
        "Is it raining?",
        "Does it snow in Ashcombe?",
        "Is it true?",
        "Is it true that the mill burned down?",
        "Is it possible to swim?",
        "Is it a good idea to swim?",
        "Why is it important to vote?",
        "How far is it to Paris?",
        "What time is it in Paris?",
        "Was it Macron who called?",
        "When was it announced France would call?",
        "How long was it before the mill closed?",
        # no pronouns at all
        "What does IT stand for?",
        "What is His Holiness called?",
        'Where is the "It\'s our oil" campaign?',
        "How many seats are there?",
    ],
)
@pytest.mark.parametrize("history", [BLINKEN, FRANCE, LIBRARY, [*ROAD, *RACE]])
def test_a_question_that_stands_on_its_own_is_left_alone(
    question: str, history: list[Turn]
) -> None:
    assert resolve(question, history) == question


def test_no_question_of_the_collection_is_changed() -> None:
    questions = json.loads((Path(__file__).parent / "data" / "questions.json").read_text("utf-8"))
    history = [*BLINKEN, *LIBRARY]
    changed = [
        question["question"]
        for question in questions
        if resolve(question["question"], history) != question["question"]
    ]
    assert changed == []


def test_a_pronoun_for_which_there_is_nothing_stays() -> None:
    assert resolve("When did he call?", [("Which road is closed?", None)]) == "When did he call?"


def test_without_a_history_nothing_changes() -> None:
    assert resolve("Why?", ()) == "Why?"


def test_only_the_last_turns_count() -> None:
    padding: list[Turn] = [("Which road is closed?", None)]
    assert resolve("Who is he?", BLINKEN + padding * 9) == "Who is Antony Blinken?"
    assert resolve("Who is he?", BLINKEN + padding * 10) == "Who is he?"


@pytest.mark.parametrize(
    "text",
    [" " * 100_000, "And" + " " * 100_000 + "x", "And " * 25_000, "it " * 33_000, "A of " * 20_000],
)
def test_long_texts_take_no_time(text: str) -> None:
    started = time.perf_counter()
    assert resolve(text, [("Who is Antony Blinken?", None)] * 3) == text
    resolve("Why?", [(text, text)] * 1000)
    resolve("And he?", [(text, text)] * 1000)
    assert time.perf_counter() - started < 1


def test_what_would_grow_too_long_stays_as_it_was() -> None:
    history: list[Turn] = [("Who said " + "word " * 398 + "?", None)]
    assert len(history[0][0]) == 2000
    assert resolve("And since when exactly?", history) == "And since when exactly?"


@pytest.mark.parametrize("history", ["abc", 7, [("q",)], [(5, "x")], [None], [("q", 1)], None])
def test_what_is_no_history_is_refused(history: object) -> None:
    with pytest.raises(OptionError):
        turns(history)


VOCABULARY = (
    "And and what about Who why When is did it he her their that there then to of the in 2019 "
    "May Tuesday Macron’s Macron Council mill opened open ? , ’s many How’s"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=9).map(" ".join)
TEXT = WORDS | st.text(max_size=80)


@given(TEXT, st.lists(st.tuples(TEXT, st.none() | TEXT), max_size=4))
def test_any_history_is_borne(question: str, history: list[Turn]) -> None:
    resolved = resolve(question, history)
    assert isinstance(resolved, str)
    assert resolve(question, history) == resolved
