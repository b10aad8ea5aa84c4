"""Question sets in SQuAD JSON: what is read, what is put up with, what is told to be wrong."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import QuestionSetError
from qa.index import Index
from qa.questionset import Article, Paragraph, Reference, build_index, file_articles, read_questions

CONTEXT = "The ferry carries 120 cars. It sails twice a day."


def asked(**fields: Any) -> dict[str, Any]:
    return {
        "id": "q1",
        "question": "How many cars?",
        "answers": [{"text": "120", "answer_start": 18}],
    } | fields


def plain(*questions: Any, context: Any = CONTEXT, title: Any = "New_Ferry") -> dict[str, Any]:
    paragraph = {"context": context, "qas": list(questions)}
    return {"version": "1.1", "data": [{"title": title, "paragraphs": [paragraph]}]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ferry.json"


def read(file: Path, value: Any) -> Any:
    file.write_text(json.dumps(value), "utf-8")
    return read_questions(file)


def only(question_set: Any) -> Any:
    return question_set.articles[0].paragraphs[0].questions[0]


def test_both_versions_are_read(file: Path) -> None:
    found = read(
        file,
        plain(asked(), asked(id="q2", question="How many ships?", answers=[], is_impossible=True)),
    )
    assert (found.name, found.size, found.moved) == ("ferry.json", 2, 0)
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.articles[0].title == "New_Ferry"
    first, second = found.articles[0].paragraphs[0].questions
    assert (first.id, first.question) == ("q1", "How many cars?")
    assert first.answers == (Reference("120", 18),)
    assert not first.impossible
    assert second.impossible
    assert not second.answers


def test_an_impossible_question_has_no_answers(file: Path) -> None:
    found = only(read(file, plain(asked(is_impossible=True))))
    assert (found.impossible, found.answers) == (True, ())
    assert only(read(file, plain(asked(answers=[])))).impossible


def test_a_mark_at_the_beginning_of_the_file_is_put_up_with(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(plain(asked())).encode())
    assert read_questions(file).size == 1


@pytest.mark.parametrize("start", [0, 17, 19, -1, 4000])
def test_an_answer_is_found_near_a_wrong_place(file: Path, start: int) -> None:
    found = read(file, plain(asked(answers=[{"text": "120", "answer_start": start}])))
    assert only(found).answers == (Reference("120", 18),)
    assert found.moved == 1


def test_the_nearest_of_several_places_is_taken(file: Path) -> None:
    answer = {"text": "a day", "answer_start": 21}
    found = read(file, plain(asked(answers=[answer]), context="A day\n is a day  in a  Day."))
    assert only(found).answers[0].start == 20


def test_without_a_place_the_first_is_taken(file: Path) -> None:
    found = read(file, plain(asked(answers=[{"text": "The"}])))
    assert only(found).answers == (Reference("The", 0),)
    assert found.moved == 0


def test_ids_are_made_where_they_are_missing_and_told_apart(file: Path) -> None:
    nameless = [{key: value for key, value in asked().items() if key != "id"}] * 2
    questions = read(file, plain(asked(id=7), asked(id=7), *nameless)).articles[0].paragraphs[0]
    ids = [question.id for question in questions.questions]
    assert ids[:2] == ["7", "7#2"]
    assert len(set(ids)) == 4
    assert only(read(file, plain(nameless[0], title="Other"))).id == ids[2]


def test_what_is_no_text_is_replaced(file: Path) -> None:
    found = read(file, plain(asked(question="Who\ud800 is\0?")))
    assert only(found).question == "Who\ufffd is\ufffd?"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "not SQuAD JSON"),
        ({"data": {}}, "not SQuAD JSON"),
        ({"data": []}, "no question"),
        (plain(), "no question"),
        ({"data": ["x"]}, "article 1: it must be an object"),
        ({"data": [{"title": "T"}]}, "article 1 ('T'): 'paragraphs' must be a list, and"),
        (plain(asked(), title=["T"]), "article 1: 'title' must be text"),
        (plain(asked(), context=3), "paragraph 1: 'context' must be text"),
        (plain(asked(), context=" "), "paragraph 1: 'context' must be text"),
        (plain(asked(), 3), "paragraph 1, question 2: it must be an object"),
        (plain(asked(question="")), "question 1: 'question' must be text"),
        (plain(asked(answers=None)), "question 1: 'answers' must be a list"),
        (plain(asked(answers=["120"])), "question 1, answer 1: it must be an object"),
        (plain(asked(answers=[{"text": "121", "answer_start": 18}])), "'121' does not stand in"),
        (plain(asked(answers=[{"text": "120", "answer_start": "18"}])), "must be a whole number"),
        (plain(asked(is_impossible="no")), "'is_impossible' must be true or false"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(file: Path, value: Any, told: str) -> None:
    with pytest.raises(QuestionSetError) as error:
        read(file, value)
    assert told in str(error.value)
    assert str(file) in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"{", "not JSON"), (b"\xff\xfe{", "not UTF-8"), (b"[" * 100_000, "nested too deeply")],
)
def test_a_file_that_is_no_json_is_told(file: Path, content: bytes, told: str) -> None:
    file.write_bytes(content)
    with pytest.raises(QuestionSetError, match=told):
        read_questions(file)


@pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionSetError, match="cannot read the questions"):
        read_questions(tmp_path / name)


def article(title: str, *contexts: str) -> Article:
    return Article(title, tuple(Paragraph(context, ()) for context in contexts))


_CONTEXTS = st.lists(st.text(min_size=1).filter(lambda text: "\0" not in text), min_size=1)


@given(st.lists(st.tuples(st.text(), _CONTEXTS), min_size=1, max_size=5), st.booleans())
def test_every_paragraph_stands_where_it_is_said_to(
    titled: list[tuple[str, list[str]]], apart: bool
) -> None:
    articles = [article(title, *contexts) for title, contexts in titled]
    filed = file_articles(articles, apart)
    paths = [each.document.path for documents in filed for each in documents]
    assert len(set(paths)) == len(paths)
    for one, documents in zip(articles, filed, strict=True):
        assert len(documents) == (len(one.paragraphs) if apart else 1)
        places = [(each.document, start) for each in documents for start in each.starts]
        for paragraph, (document, start) in zip(one.paragraphs, places, strict=True):
            assert document.text.startswith(paragraph.context, start)


def test_the_index_holds_the_articles(tmp_path: Path) -> None:
    articles = [article("New_Ferry", CONTEXT, "Tickets cost 5 euros."), article("", "Nobody.")]
    filed = build_index(articles, tmp_path / "store")
    index = Index(tmp_path / "store")
    assert [(entry.title, entry.sentences) for entry in index.entries()] == [
        ("New Ferry", 3), ("", 1)
    ]  # fmt: skip
    for documents in filed:
        number = index.find(documents[0].document.id)
        assert number is not None
        assert index.document(number) == documents[0].document
    index.close()
