"""What is carried over into a follow-up question, and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
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
RECORDS: list[Turn] = [("How long do the clinics keep patient records?", "30 years")]
LIGHT: list[Turn] = [("What does a steady red light mean?", None)]
LOWER: list[Turn] = [("who is antony blinken", "secretary of state")]

FOLLOW_UPS = [
    # question words alone take the topic
    (MACRON, "Why?", "Why was it that Emmanuel Macron told Pashinyan about the session?"),
    (MACRON, "And why?", "Why was it that Emmanuel Macron told Pashinyan about the session?"),
    ([(MACRON[0][0], None)], "Why?", "Why told Pashinyan about the session?"),
    (TALK, "and when", "When did Antony Blinken talk with Pashinyan?"),
    (TALK, "Why is that?", "Why did Antony Blinken talk with Pashinyan?"),
    (PEOPLE, "And how many?", "How many people live in Ashcombe?"),
    (PEOPLE, "Since when?", "Since when is it that people live in Ashcombe?"),
    (PEOPLE, "In which year?", "In which year is it that people live in Ashcombe?"),
    (RACE, "When did it happen?", "When was it that Anna Berg won the race?"),
    ([("In which year did the mill close?", "1990")], "Why?", "Why did the mill close?"),
    ([("Did the mill close?", None)], "When?", "When did the mill close?"),
    (PEOPLE, "How many people?", "How many people live in Ashcombe?"),
    (PEOPLE, "How many are there?", "How many people are there?"),
    (LIBRARY, "Within how many weeks?", "Within how many weeks did the library in Ashcombe open?"),
    (LIBRARY, "In which month?", "In which month did the library in Ashcombe open?"),
    (LIBRARY, "How many books?", "How many books: the library in Ashcombe?"),
    (TALK, "From when to when?", "From when to when did Antony Blinken talk with Pashinyan?"),
    (RACE, "For how much?", "For how much was it that Anna Berg won the race?"),
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
    (RECORDS, "And invoices?", "How long do the clinics keep invoices?"),
    (LIGHT, "And a blue one?", "What does a steady blue light mean?"),
    (
        [("What does the Plus plan cost?", None)],
        "And the Team plan?",
        "What does the Team plan cost?",
    ),
    ([("What does error E-217 mean?", None)], "And E-340?", "What does E-340 mean?"),
    ([("What is Canberra's population?", None)], "And Sydney's?", "What is Sydney's population?"),
    (
        [("What grew in bays closed to boats?", None)],
        "And in bays that stayed open?",
        "What grew in bays that stayed open?",
    ),
    (LIBRARY, "At night?", "When did the library in Ashcombe open at night?"),
    # what is spoken of is set apart
    (LIBRARY, "And the museum, when did it open?", "When did the museum open?"),
    (BLINKEN, "And his wife, what did she do?", "What did Antony Blinken’s wife do?"),
    (BLINKEN, "What about the museum, who built it?", "Who built the museum?"),
    (BLINKEN, "Back to the fire: who started it?", "Who started the fire?"),
    (WHEN, "And Dunmarrow, why?", "Why did the council of Dunmarrow meet in 2019?"),
    (BLINKEN, "And the museum, who is the director?", "And the museum, who is the director?"),
    (
        [*LIBRARY, ("Who said that?", None)],
        "And the museum?",
        "When did the museum in Ashcombe open?",
    ),
    # nothing of its kind: asked for together with the topic
    ([("Which road is closed?", None)], "What about Carl?", "Carl: is the road closed?"),
    (RACE, "And Carl?", "Carl: won the race?"),
    # pronouns
    (FRANCE, "Who is he?", "Who is Emmanuel Macron?"),
    (ROAD, "What is it?", "What is Lachin Corridor?"),
    (FRANCE, "What is it?", "What is the Security Council session?"),
    (LIBRARY, "What are they?", "What are the library in Ashcombe?"),
    (BLINKEN, "When did he talk to Pashinyan?", "When did Antony Blinken talk to Pashinyan?"),
    (BLINKEN, "What is his office?", "What is Antony Blinken’s office?"),
    (BLINKEN, "Who appointed him?", "Who appointed Antony Blinken?"),
    (BLINKEN, "Which country is he from?", "Which country is Antony Blinken from?"),
    (RACE, "Who told her about it?", "Who told Anna Berg about the race?"),
    (RACE, "Where was her mother born?", "Where was Anna Berg’s mother born?"),
    (LOWER, "when did he talk", "when did antony blinken talk"),
    (MACRON, "When did he say so?", "When did Emmanuel Macron say so?"),
    (TALK, "Where did he meet Pashinyan?", "Where did Antony Blinken meet Pashinyan?"),
    (ROAD, "Why is it blockaded?", "Why is Lachin Corridor blockaded?"),
    (ROAD, "Since when it's closed?", "Since when Lachin Corridor's closed?"),
    (LIBRARY, "Who built it?", "Who built the library in Ashcombe?"),
    (LIBRARY, "Was it sold to Macron?", "Was the library in Ashcombe sold to Macron?"),
    (RACE, "Who is that?", "Who is Anna Berg?"),
    (RACE, "What did she pay for it?", "What did Anna Berg pay for the race?"),
    ([*TALK, ("And Macron?", None)], "What did he tell him?", "What did Macron tell Pashinyan?"),
    (
        [("How large was the budget of the film?", None), ("What was the budget?", None)],
        "Who directed it?",
        "Who directed the film?",
    ),
    (
        [("When did Spectre open?", None), ("What was the budget?", None)],
        "Who directed it?",
        "Who directed Spectre?",
    ),
    (
        [("Did the council approve the plan?", None)],
        "Who is against it?",
        "Who is against the plan?",
    ),
    (
        [("Who sold the town to the English?", None)],
        "What did they rename it?",
        "What did the English rename the town?",
    ),
    (
        [("When was Ann Berg's sister born?", None)],
        "Where does she live?",
        "Where does Ann Berg's sister live?",
    ),
    (
        [("When was Emma published?", None), *RACE, ("When was Emma published?", None)],
        "Where was she born?",
        "Where was Anna Berg born?",
    ),
    # that
    (
        [("How do I reset my password?", None)],
        "How long does that take?",
        "How long does it take to reset my password?",
    ),
    (
        [("Did the council approve the plan?", None)],
        "Was that expected?",
        "Was the council expected?",
    ),
    ([("When did Ann enter Parker School?", "1990")], "Where is that?", "Where is Parker School?"),
    (
        [("What did they call him?", "Warraghiggey")],
        "What does that mean?",
        "What does Warraghiggey mean?",
    ),
    (
        [("Which company bought the mill?", "Lumenar AG")],
        "Who runs that company?",
        "Who runs Lumenar AG?",
    ),
    # there and then
    (
        [("Where is the museum?", "Havnby")],
        "What does it cost there?",
        "What does the museum cost there?",
    ),
    (
        [("Where is the museum?", "Havnby")],
        "What do guides cost there?",
        "What do guides cost at the museum?",
    ),
    (
        [("When was Lumenar founded?", None)],
        "How many people work there?",
        "How many people work at Lumenar?",
    ),
    (LIBRARY, "How do I get there by bus?", "How do I get in Ashcombe by bus?"),
    (
        [*RACE, ("Who lives in Ashcombe?", None)],
        "What did she do there?",
        "What did Anna Berg do in Ashcombe?",
    ),
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
    ([*TALK, ("And Macron?", None)], "And Aliyev?", "When did Aliyev talk with Pashinyan?"),
    (
        [*BLINKEN, ("Which road is closed?", None)],
        "Where was he born?",
        "Where was Antony Blinken born?",
    ),
]


# What is asked, what is answered (None: refused), what is searched where it differs.
Told = tuple[str, str | None] | tuple[str, str | None, str]
DIALOGUES: dict[str, list[Told]] = {
    "the latest topic, not an older one": [
        ("Who won the Northern Cup?", "Tarnwick Rovers"),
        ("Why was the spring meeting cancelled?", "because of the storm"),
        ("When will it be held instead?", None, "When will the spring meeting be held instead?"),
        ("Who cancelled it?", None, "Who cancelled the spring meeting?"),
    ],
    "what was asked for becomes the topic": [
        ("Who won the Northern Cup?", "Tarnwick Rovers"),
        ("Which event did the council cancel?", "the summer party"),
        ("Why was it cancelled?", None, "Why was the summer party cancelled?"),
        ("When?", None, "When was the summer party cancelled?"),
    ],
    "a person found by who, after a bare question": [
        ("Who discovered the Orsini Trough?", "Ines Valcourt"),
        ("When?", "1952", "When was it that Ines Valcourt discovered the Orsini Trough?"),
        ("Where was she born?", "in Trieste", "Where was Ines Valcourt born?"),
        ("And when did she die?", "17 November 1989", "When did Ines Valcourt die?"),
        ("Of what?", None, "Of what did Ines Valcourt die?"),
    ],
    "a thing is no person, though nobody else was named": [
        ("Who discovered the Orsini Trough?", None),
        ("When?", "1952", "When discovered the Orsini Trough?"),
        ("Where was she born?", None,
         "Where was the one who discovered the Orsini Trough born?"),
    ],
    "a place is no person": [
        ("Who resigned in Selmouth?", "Ottoline Greaves"),
        ("When?", "on Thursday", "When was it that Ottoline Greaves resigned in Selmouth?"),
        ("Why did she resign?", "threats", "Why did Ottoline Greaves resign?"),
        ("When did they begin?", None, "When did threats begin?"),
    ],
    "they are several": [
        ("Why did Ottoline Greaves resign?", "months of threats"),
        ("When did the threats begin?", "in March"),
        ("Why did they begin?", None, "Why did the threats begin?"),
        ("What will she teach?", "chemistry", "What will Ottoline Greaves teach?"),
    ],
    "she changes with the one spoken of": [
        ("Who is Daniel Okafor?", "substitute"),
        ("How old is he?", "19", "How old is Daniel Okafor?"),
        ("Who is Grace Okafor?", "His elder sister"),
        ("Whom does she coach?", None, "Whom does Grace Okafor coach?"),
    ],
    "an office and its holder": [
        ("Who is the treasurer of the society?", "Anselm Dube"),
        ("What did he report?", "a balance", "What did Anselm Dube report?"),
        ("And the chair?", None, "What did the chair report?"),
        ("Why?", None, "Why did the chair report?"),
    ],
    "an office without an answer": [
        ("Who is the treasurer?", "Anselm Dube"),
        ("And the chair?", None, "Who is the chair?"),
        ("What did she propose?", None, "What did the chair propose?"),
    ],
    "a deputy for the mayor": [
        ("Who takes over from the mayor?", "Casimir Blythe"),
        ("Since when?", None, "Since when is it that Casimir Blythe takes over from the mayor?"),
        ("What did he say about the hotel?", None, "What did Casimir Blythe say about the hotel?"),
    ],
    "it for what was watched": [
        ("Where was the final played?", "at the Meadow Bowl"),
        ("How many people watched it?", "41,870", "How many people watched the final?"),
        ("Who won?", None),
    ],
    "a thing and a person in one question": [
        ("What is the Neptune Medal?", None),
        ("Who was the first woman to receive it?", "Ines Valcourt",
         "Who was the first woman to receive the Neptune Medal?"),
        ("When did she receive it?", "1961", "When did Ines Valcourt receive the Neptune Medal?"),
    ],
    "the lighthouse stays the topic": [
        ("When was the lighthouse of Cape Orlin built?", "1834"),
        ("Who designed it?", "Matthias Vreeland", "Who designed the lighthouse of Cape Orlin?"),
        ("How high is it?", "46 metres", "How high is the lighthouse of Cape Orlin?"),
        ("Who was the first keeper?", "Ezra Tolliver"),
        ("Where was he born?", None, "Where was Ezra Tolliver born?"),
    ],
    "people are not lighthouses": [
        ("How high is the lighthouse?", "46 metres"),
        ("Who was the first keeper?", "Ezra Tolliver"),
        ("When was it built?", None, "When was the lighthouse built?"),
    ],
    "what a queen sent": [
        ("What did the queen send Prudence Tolliver?", "a silver watch"),
        ("Who sold it?", None, "Who sold the silver watch?"),
    ],
    "a storm": [
        ("How strong was Storm Brunhild?", "168 kilometres an hour"),
        ("Who died?", "three people"),
        ("When did it happen?", "on Saturday", "When was it that three people died?"),
    ],
    "which, then by whom": [
        ("Which river burst its banks?", "the Aldry"),
        ("Where?", "at Pellstow", "Where was it that the Aldry burst its banks?"),
        ("How deep was it?", None, "How deep was the Aldry?"),
    ],
    "counted things": [
        ("How much water does the pool lose?", "4,000 litres"),
        ("Why?", "cracks in the basin", "Why does the pool lose water?"),
        ("When will it reopen?", "May 2024", "When will the pool reopen?"),
    ],
    "names with small words in them": [
        ("What is the Museum of Clocks and Tides?", None),
        ("Where is it?", "Havnby", "Where is the Museum of Clocks and Tides?"),
        ("When is it open?", "daily", "When is the Museum of Clocks and Tides open?"),
        ("And on Thursday?", None, "When is the Museum of Clocks and Tides open on Thursday?"),
        ("Where is it?", None, "Where is the Museum of Clocks and Tides?"),
    ],
    "an organ and its church": [
        ("Who repairs the organ of St. Wendel Cathedral?", "Nadia Ferrante"),
        ("How many pipes does it have?", "4,812",
         "How many pipes does the organ of St. Wendel Cathedral have?"),
        ("Where did she learn?", "in Strasbourg", "Where did Nadia Ferrante learn?"),
        ("With whom?", None, "With whom did Nadia Ferrante learn?"),
    ],
    "two prices": [
        ("How much does a ticket cost for adults?", "14 euros"),
        ("And for students?", "9 euros", "How much does a ticket cost for students?"),
        ("And for children?", "free", "How much does a ticket cost for children?"),
        ("Where is it sold?", None, "Where is the ticket sold?"),
    ],
    "the subject gives way to a name": [
        ("What did Joan Amberley say about Burrell Homes?", None),
        ("And Wilfred Amberley?", None, "What did Wilfred Amberley say about Burrell Homes?"),
        ("When?", None, "When did Wilfred Amberley say about Burrell Homes?"),
        ("How did he vote?", None, "How did Wilfred Amberley vote?"),
    ],
    "a place that was spoken of gives way to no person": [
        ("Where was Ines Valcourt born?", "Trieste"),
        ("When did Ines Valcourt die in Lisbon?", "1989"),
        ("And Trieste?", None, "When did Ines Valcourt die in Trieste?"),
    ],
    "a meeting": [
        ("Where will the next meeting be?", "in the clubhouse"),
        ("When does it begin?", "7 p.m.", "When does the next meeting begin?"),
        ("And the summer party?", None, "When does the summer party begin?"),
    ],
    "a word of thanks in between": [
        ("Who cast the bronze compass?", "Tomas Valcourt"),
        ("Thanks!", None),
        ("When?", "1958", "When was it that Tomas Valcourt cast the bronze compass?"),
        ("Where does it stand?", None, "Where does the bronze compass stand?"),
    ],
    "typed without capitals": [
        ("where was ines valcourt born?", "Trieste"),
        ("when?", "4 May 1911", "when was ines valcourt born?"),
        ("when did she die?", None, "when did ines valcourt die?"),
    ],
    "the same subject, or another": [
        ("Who is Antony Blinken?", "Secretary of State"),
        ("When did he talk to Pashinyan?", "Tuesday",
         "When did Antony Blinken talk to Pashinyan?"),
        ("Why?", None, "Why did Antony Blinken talk to Pashinyan?"),
        ("And Macron?", None, "Why did Macron talk to Pashinyan?"),
        ("What did they discuss?", None, "What did Macron and Pashinyan discuss?"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES)
@pytest.mark.parametrize("as_searched", [True, False])
def test_dialogues(dialogue: list[Told], as_searched: bool) -> None:
    """Each turn is searched as told, whether the history holds what was typed or searched."""
    history: list[Turn] = []
    searched = []
    for told in dialogue:
        searched.append(resolve(told[0], history))
        history.append((searched[-1] if as_searched else told[0], told[1]))
    assert searched == [told[-1] if len(told) == 3 else told[0] for told in dialogue]


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
        "Which friend of Chopin became like a brother to him?",
        "How many students at Notre Dame travel to study there?",
        "What does Chopin's Op. 63 have that is rare?",
        "Which character tortures Bond?",
        "What was telenet",
        "How many weren't in Langlade's party?",
        "What time did these reformed men gather?",
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
        "When did Anna Berg release her first album?",
        "Who made it known that Macron called?",
        "Why did Macron not make it to Paris?",
        "A new judge was named in 1919; who was it?",
        "Which ship had a cat with it?",
    ],
)
@pytest.mark.parametrize("history", [BLINKEN, FRANCE, LIBRARY, [*ROAD, *RACE]])
def test_a_question_that_stands_on_its_own_is_left_alone(
    question: str, history: list[Turn]
) -> None:
    assert resolve(question, history) == question


def _collection() -> list[str]:
    data = Path(__file__).parent / "data"
    return [
        question["question"]
        for name in ("questions.json", "seed-questions.json")
        for question in json.loads((data / name).read_text("utf-8"))
    ]


COLLECTION = _collection()
FRAGMENTS = ["Why?", "When?", "And Macron?", "And in 2019?", "And the chair?", "Who is that?"]
FRAGMENTS += ["When did he talk to Pashinyan?", "What did they say about it?", "Thanks!"]
EARLIER = st.sampled_from([question for question in COLLECTION if question.strip()] + FRAGMENTS)
ANSWERS = st.none() | st.sampled_from(
    ["Antony Blinken", "a silver watch", "in 2019", "the Lachin Corridor", "because of the storm"]
)


@pytest.mark.parametrize("history", [BLINKEN, [*BLINKEN, *LIBRARY], [*ROAD, *RACE]])
def test_no_question_of_the_collection_is_changed(history: list[Turn]) -> None:
    assert [question for question in COLLECTION if resolve(question, history) != question] == []


@given(st.sampled_from(COLLECTION), st.lists(st.tuples(EARLIER, ANSWERS), max_size=5))
def test_no_question_of_the_collection_is_changed_by_any_history(
    question: str, history: list[Turn]
) -> None:
    assert resolve(question, history) == question


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
def test_long_texts_take_no_time(
    text: str, quickly: Callable[[], AbstractContextManager[None]]
) -> None:
    with quickly():
        assert resolve(text, [("Who is Antony Blinken?", None)] * 3) == text
        resolve("Why?", [(text, text)] * 1000)
        resolve("And he?", [(text, text)] * 1000)


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
