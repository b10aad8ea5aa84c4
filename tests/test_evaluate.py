"""Asking a set: which paragraph is searched, what is right, what a sample takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.bot import Bot
from qa.evaluate import Case, Collection, Outcome, Run, ask_all, off_topic, own_cases, sampled
from qa.questionset import Article, Asked, Paragraph, QuestionSet, Reference

FERRY = "The ferry to Selce carries 120 cars. It sails twice a day."
BRIDGE = "Mayor Ana Kovač cut the ribbon of the bridge. The repairs cost 2.5 million euros."
MUSEUM = "The museum of Selce opened in 1998. Luka Perić directs it."


def asked(id: str, question: str, context: str, *texts: str) -> Asked:
    answers = tuple(Reference(text, context.index(text)) for text in texts)
    return Asked(id, question, answers, not answers)


def paragraph(context: str, *questions: Asked) -> Paragraph:
    return Paragraph(context, questions)


SET = QuestionSet(
    "small.json",
    "00",
    (
        Article(
            "Harbour",
            (
                paragraph(
                    FERRY,
                    asked("cars", "How many cars does the ferry carry?", FERRY, "120"),
                    asked("ship", "Who built the ferry to Selce?", FERRY),
                ),
                paragraph(MUSEUM, asked("year", "When did the museum open?", MUSEUM, "1998")),
            ),
        ),
        Article(
            "Bridge",
            (
                paragraph(
                    BRIDGE,
                    asked("who", "Who cut the ribbon of the bridge?", BRIDGE, "Ana Kovač", "Mayor"),
                    asked("cost", "What did the repairs cost?", BRIDGE, "2.5 million euros"),
                ),
            ),
        ),
    ),
)


def run(mode: str, questions: QuestionSet = SET) -> dict[str, Outcome]:
    with Collection(questions, mode) as collection:  # type: ignore[arg-type]
        found = ask_all(collection.bot, collection.mode, collection.cases)
    return {outcome.id: outcome for outcome in found.outcomes}


@pytest.mark.parametrize("mode", ["open", "paragraph"])
def test_what_came_of_each_question(mode: str) -> None:
    found = run(mode)
    assert list(found) == ["cars", "ship", "year", "who", "cost"]
    for name, phrase in (("cars", "120"), ("year", "1998"), ("who", "Ana Kovač")):
        assert found[name].rank == 0
        assert phrase in found[name].phrase
        assert found[name].group == "answerable"
    assert found["cars"].kind == "how many"
    assert found["cars"].document == "Harbour"
    assert found["cars"].sentence == "The ferry to Selce carries 120 cars."
    assert found["ship"].group == "impossible"
    assert found["ship"].rank is None
    assert all(0 <= outcome.confidence <= 1 for outcome in found.values())


def test_only_the_own_paragraph_is_searched_where_it_is_given() -> None:
    elsewhere = Asked("x", "Who directs the museum of Selce?", (Reference("120", 27),), False)
    article = Article("Harbour", (paragraph(FERRY, elsewhere), paragraph(MUSEUM)))
    questions = QuestionSet("x.json", "00", (article,))
    assert run("open", questions)["x"].sentence in MUSEUM
    given = run("paragraph", questions)["x"]
    assert given.sentence in FERRY


def test_refused_questions_keep_their_nearest_answer() -> None:
    nothing = Asked("x", "Which ferry did the pope of Rome sell to Tokyo?", (), True)
    found = run("open", QuestionSet("x", "", (Article("", (paragraph(FERRY, nothing),)),)))["x"]
    assert not found.answered
    assert found.given == ""
    assert found.phrase
    assert found.phrase in FERRY


def test_a_question_that_cannot_be_asked_counts_as_refused() -> None:
    long = Asked("x", "ferry " * 1000, (Reference("120", 27),), False)
    found = run("open", QuestionSet("x", "", (Article("", (paragraph(FERRY, long),)),)))["x"]
    assert (found.answered, found.phrase, found.rank, found.confidence) == (False, "", None, 0)


def test_an_answer_that_begins_with_a_blank_is_found() -> None:
    blank = Asked("x", "How often does it sail?", (Reference(" It sails twice", 36),), False)
    found = run("open", QuestionSet("x", "", (Article("", (paragraph(FERRY, blank),)),)))["x"]
    assert found.rank is not None


def test_any_reference_may_be_quoted_and_the_first_is_told_apart() -> None:
    two = Asked("x", "How many cars does the ferry carry?",
                (Reference("twice", 46), Reference("120", 27)), False)  # fmt: skip
    found = run("open", QuestionSet("x", "", (Article("", (paragraph(FERRY, two),)),)))["x"]
    assert found.rank == 0
    assert found.rank_of_first == 1


def test_sentences_stand_where_they_say() -> None:
    with Collection(SET, "open") as collection:
        sentences = list(collection.sentences())
        assert len(sentences) == 6
        for sentence in sentences:
            text = collection.bot.document(sentence.place.document).text
            assert text[sentence.place.start : sentence.place.end] == sentence.text


def test_a_sample_is_the_same_each_time_and_in_order() -> None:
    cases = own_cases(SET)
    assert sampled(cases, None) == sampled(cases, 5) == cases
    few = sampled(cases, 3)
    assert few == sampled(cases, 3)
    assert [case for case in cases if case in few] == list(few)


def test_off_topic_questions_are_about_other_articles() -> None:
    other = QuestionSet(
        "other.json",
        "11",
        (
            SET.articles[0],
            Article("Moon", (paragraph("It is far.", asked("moon", "How far?", "far", "far")),)),
        ),
    )
    found = off_topic(SET, other, 10)
    assert [(case.asked.id, case.group, case.within) for case in found] == [
        ("moon", "off-topic", None)
    ]


def test_own_documents_are_asked(folder: Path, store: Path) -> None:
    cases = [
        Case(asked("1", "Who cut the ribbon?", BRIDGE, "Ana Kovač"), "answerable"),
        Case(asked("2", "How many cars does the ferry carry?", BRIDGE, "5 million"), "answerable"),
        Case(Asked("3", "Who is the pope?", (), True), "impossible"),
    ]
    with Bot.open(folder, index=store, threshold=0) as bot:
        found = ask_all(bot, "documents", cases)
    assert [outcome.right for outcome in found.outcomes] == [True, False, False]
    assert isinstance(found, Run)
    assert found.documents == 4


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with Collection(SET, "open") as collection:
        ask_all(collection.bot, "open", collection.cases, lambda *counts: told.append(counts))
    assert told == [(done, 5) for done in range(6)]


def test_the_collection_is_thrown_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Collection(SET, "open"):
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("qa.evaluate.Index", fail)
    with pytest.raises(RuntimeError):
        Collection(SET, "open")
    assert not list(tmp_path.iterdir())


def test_answers_do_not_depend_on_the_threshold(
    folder: Path, store: Path, document: Callable[..., object]
) -> None:
    with (
        Bot.open(folder, index=store) as usual,
        Bot.open(folder, index=store, threshold=0) as open_minded,
    ):
        for question in ("Who cut the ribbon?", "What did the repairs cost?"):
            first, second = usual.ask(question), open_minded.ask(question)
            assert second.answered
            assert first.confidence == second.confidence
            assert [q.text for q in first.quotes] == [q.text for q in second.quotes]
