"""How passages are judged, and when the bot refuses. Documents are written for each test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa import Answer, Bot
from qa.confidence import ConfidenceScorer
from qa.weights import Weights

Ask = Callable[[str], Answer]


@pytest.fixture
def asking(tmp_path: Path) -> Callable[[str], Ask]:
    """Makes a collection of one text and returns a function that asks it."""

    def make(text: str) -> Ask:
        folder = tmp_path / "documents"
        folder.mkdir()
        (folder / "note.txt").write_text(text, "utf-8")
        return Bot.open(folder, index=tmp_path / "index").ask

    return make


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        ("The mill was bought by Anna Berg.", "Who bought the mill?", "Anna Berg"),
        ("Anna Berg bought the mill from Otto Lind.", "Who bought the mill?", "Anna Berg"),
        ("Police arrested Otto Lind.", "Who was arrested?", "Otto Lind"),
        ("Otto Lind was arrested by Anna Berg.", "Who was arrested?", "Otto Lind"),
        ("The mill burned down in 1931, not in 1930.", "When did the mill burn down?", "1931"),
        ("The mill stands in Marlow.", "Where does the mill stand?", "Marlow"),
        ("The mill employed 45 workers.", "How many workers did the mill employ?", "45"),
        ("A ticket costs 12 euros and lasts 3 days.", "How much does a ticket cost?", "12 euros"),
        ("A ticket costs 12 euros and lasts 3 days.", "How long does a ticket last?", "3 days"),
        ("Anna Berg’s dog barked at Otto Lind.", "Whose dog barked?", "Anna Berg"),
        ("It was made by Carver & Daughters in Marlow.", "Who made it?", "Carver & Daughters"),
        ("The camp lasts three nights.", "How long does the camp last?", "three nights"),
        ("Lessons are given on Mondays.", "When are lessons given?", "Mondays"),
        ("The baker, Mia Long, 52, stopped.", "How old is Mia Long?", "52"),
        ("A gauge is a device that measures.", "What is a gauge?", "device"),
    ],
)
def test_kind_of_answer_decides_the_phrase(
    asking: Callable[[str], Ask], text: str, question: str, answer: str
) -> None:
    given = asking(text)(question)
    assert given.answered, given.reason
    assert given.answer is not None
    assert given.answer.startswith(answer)


def test_one_sentence_is_a_collection(asking: Callable[[str], Ask]) -> None:
    given = asking("The ferry leaves at noon.")("When does the ferry leave?")
    assert given.quotes[0].text == "The ferry leaves at noon."


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Who sold the windmill?", "'windmill' stand"),
        ("Who painted the barn in Tuscany?", "'painted', 'barn' and 'Tuscany' stand nowhere"),
        ("What is it?", "nothing to look for"),
    ],
)
def test_reason_of_a_refusal(asking: Callable[[str], Ask], question: str, reason: str) -> None:
    given = asking("Anna Berg bought the mill. It was old.")(question)
    assert not given.answered
    assert reason in (given.reason or "").replace("'sold' and ", "")


def test_wrong_kind_of_thing_is_no_answer(asking: Callable[[str], Ask]) -> None:
    given = asking("Anna Berg bought the mill. It was old.")("When did Anna Berg buy the mill?")
    assert not given.answered
    assert given.reason == "the passages that hold the question's words give no date for it"


PRICES = "The annual fee is £210 for adults and £95 for juniors. Lockers: large £30, small £12."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How much is the annual fee for juniors?", "£95"),
        ("How much is the annual fee for adults?", "£210"),
        ("What is the fee for juniors?", "£95"),
        ("annual fee for juniors", "£95"),
        ("How much is the annual fee?", "£210"),
        ("How much does a small locker cost?", "£12"),
        ("How much does a large locker cost?", "£30"),
    ],
)
def test_amount_in_a_list(asking: Callable[[str], Ask], question: str, answer: str) -> None:
    assert asking(PRICES)(question).answer == answer


RACE = (
    "Harbour Run: Otto Lind breaks the record\n\n"
    "Otto Lind won the Harbour Run in 2019. Mia Long came second. "
    "She won the Fennick Cup in 2021. Ilka Strand left the town in 2015. "
    "Paul Strand moved to Porto in 2011."
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("When did Otto Lind win the Harbour Run?", "2019"),
        ("When did Mia Long win the Harbour Run?", None),
        ("When did Ilka Strand win the Harbour Run?", None),
        ("When did Mia Long win the Fennick Cup?", "2021"),
        ("When did Ilka Strand move to Porto?", None),
        ("When did Paul Strand move to Porto?", "2011"),
        ("When did Mia Long move to Porto?", None),
    ],
)
def test_what_is_said_of_another_name_is_no_answer(
    asking: Callable[[str], Ask], question: str, answer: str | None
) -> None:
    assert asking(RACE)(question).answer == answer


def test_headline_counts_for_its_document(asking: Callable[[str], Ask]) -> None:
    ask = asking("Marlow mill\n\nThe owner is Anna Berg. It was sold in 1931.")
    assert ask("When was the Marlow mill sold?").answer == "1931"


def test_confidence_and_refusal_agree(asking: Callable[[str], Ask]) -> None:
    ask = asking("Anna Berg bought the mill. Otto Lind sold it in 1931 because it leaked.")
    threshold = ConfidenceScorer.of(Weights.shipped()).threshold
    for question in ("Who bought the mill?", "Why was it sold?", "Who is the king of Spain?"):
        given = ask(question)
        assert given.answered == (given.confidence >= threshold)
        assert 0 <= given.confidence <= 1
        assert [q.confidence for q in given.quotes][:1] in ([], [given.confidence])
