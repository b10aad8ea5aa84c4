"""Tables and records: one document a row, whatever the columns are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answer import Document, Problem
from qa.documents import documents_in
from qa.errors import DocumentError

Found = Callable[[bytes, str], list[Any]]


def rows(content: str, path: str = "news.csv", encoding: str = "utf-8") -> list[Document]:
    found = list(documents_in(content.encode(encoding), path))
    assert all(isinstance(one, Document) for one in found), found
    return [one for one in found if isinstance(one, Document)]


def test_a_row_is_a_document_with_its_title_date_and_number() -> None:
    first, third = rows(
        "id,Title,Published At,Text,Author\n"
        '7,The Vote,2023-09-19T10:00:00Z,"The council met.\n\nIt voted, at last.",Ana Kovač\n'
        ",,,,\n"
        "9,,soon,No title here.,\n"
    )
    assert first.path == "news.csv#1"
    assert first.text == "The Vote\n\nThe council met.\n\nIt voted, at last.\n\nAuthor: Ana Kovač"
    assert (first.title, first.date) == ("The Vote", "2023-09-19")
    assert third.path == "news.csv#3"
    assert (third.title, third.date, third.text) == ("news #3", None, "No title here.")
    assert first.id != third.id


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_recognised(delimiter: str, end: str) -> None:
    lines = [("title", "text"), ("One", "It is, or was; so."), ("Two", "Said | done.")]
    quoted = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    found = rows(quoted + end)
    assert [one.text for one in found] == ["One\n\nIt is, or was; so.", "Two\n\nSaid | done."]


def test_excel_names_its_delimiter() -> None:
    assert [one.title for one in rows("sep=;\r\ntitle;text\r\na, b;c\r\n")] == ["a, b"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_tables_come_in_all_encodings(encoding: str) -> None:
    (found,) = rows("title;text\nKöln;Die Brücke ist für alle geöffnet.\n", encoding=encoding)
    assert found.text == "Köln\n\nDie Brücke ist für alle geöffnet."


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("headline,body", "The Vote\n\nThe council met."),
        ("SUBJECT,Content", "The Vote\n\nThe council met."),
        ("heading,article_body", "The Vote\n\nThe council met."),
        ("Name,Description", "The Vote\n\nThe council met."),
        ("city,verdict", "city: The Vote\nverdict: The council met."),
    ],
)
def test_usual_names_of_columns_are_known(heading: str, text: str) -> None:
    assert [one.text for one in rows(f"{heading}\nThe Vote,The council met.\n")] == [text]


def test_the_better_column_holds_the_text_and_the_others_are_kept() -> None:
    (found,) = rows("summary,text,section\nIn short.,At length.,World\n")
    assert found.text == "At length.\n\nsummary: In short.\nsection: World"


def test_a_table_without_a_heading_loses_no_row() -> None:
    found = rows("2023-09-19,The council met.\n2023-09-20,It met again.\n")
    assert [one.text for one in found] == [
        "2023-09-19\nThe council met.",
        "2023-09-20\nIt met again.",
    ]
    assert [one.path for one in found] == ["news.csv#1", "news.csv#2"]


def test_a_list_of_lines_is_a_table_of_one_column() -> None:
    found = rows("The council met.\nIt voted; at last.\n")
    assert [one.text for one in found] == ["The council met.", "It voted; at last."]


def test_cells_beyond_the_heading_are_kept() -> None:
    (found,) = rows("title,text\nThe Vote,The council met, and voted.\n")
    assert found.text == "The Vote\n\nThe council met\n\nand voted."


def test_quotation_marks_in_tables_with_tabs_may_be_meant_as_they_stand() -> None:
    (found, other) = rows('title\ttext\nOne\t"Two" and "three\nFour\tFive\n', "a.tsv")
    assert found.text == 'One\n\n"Two" and "three'
    assert other.title == "Four"


def test_a_quotation_mark_that_is_never_closed_is_told_of(found: Found) -> None:
    results = found(b'title,text\nA,b\nC,"d\nE,f\n', "a.csv")
    assert [one.path for one in results] == ["a.csv#1", "a.csv#2", "a.csv#2"]
    assert "E,f" in results[1].text
    assert "never closed" in results[2].reason


def test_html_in_cells_becomes_text() -> None:
    found = rows(
        "title,text\n"
        "A &amp; B <b>C</b>,<p>One <a href='x'>two</a></p><p>Three</p>\n"
        'D,"Four <i>five</i>\n\nSix"\n'
        "E,1 < 2 and 3 > 2 &amp; more\n"
    )
    assert found[0].text == "A & B C\n\nOne two\n\nThree"
    assert found[1].text == "D\n\nFour five\n\nSix"
    assert found[2].text == "E\n\n1 < 2 and 3 > 2 &amp; more"


def test_lines_of_json_are_documents_and_broken_ones_problems_of_their_own(found: Found) -> None:
    lines = [
        '{"title": "The Vote", "date": "2023-09-19", "text": "The council met.\u2028It voted."}',
        "",
        '{"text": ["One.", "Two."], "url": "http://x.org", "tags": ["a", "b"], "n": null}',
        '{"text": "cut off',
        '"Just a string."',
        "[]",
        '{"id": 3, "who": {"name": "Ana", "age": 44}, "ok": true}',
        '{"content": {"rendered": "<p>From a site.</p>"}, "x\\ud800": "\\ud800"}',
        "NaN",
        "[" * 100_000,
        "1" * 5_000,
    ]
    results = found("\n".join(lines).encode(), "a.jsonl")
    by_path = {one.path: getattr(one, "text", None) or one.reason for one in results}
    assert by_path.pop("a.jsonl#10") == "is no JSON"
    assert by_path.pop("a.jsonl#11") == "is no JSON"
    assert by_path == {
        "a.jsonl#1": "The Vote\n\nThe council met.\nIt voted.",
        "a.jsonl#3": "One.\n\nTwo.\n\ntags: a\ntags: b",
        "a.jsonl#4": "is no JSON",
        "a.jsonl#5": "Just a string.",
        "a.jsonl#6": "holds no text",
        "a.jsonl#7": "id: 3\nname: Ana\nage: 44\nok: true",
        "a.jsonl#8": "From a site.\n\nx\ufffd: \ufffd",
        "a.jsonl#9": "NaN",
    }
    assert results[0].date == "2023-09-19"


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ([{"text": "a"}, {"text": "b"}], ["a.json#1", "a.json#2"]),
        ({"version": 1, "articles": [{"text": "a"}, {"text": "b"}]}, ["a.json#1", "a.json#2"]),
        ({"title": "x", "body": "y", "tags": [{"a": 1}]}, ["a.json"]),
        ({"a": [{"b": 1}], "c": [{"d": 2}]}, ["a.json"]),
        ("text", ["a.json"]),
    ],
)
def test_json_is_a_list_of_documents_or_one(value: object, paths: list[str], found: Found) -> None:
    assert [one.path for one in found(json.dumps(value).encode(), "a.json")] == paths


def test_json_that_is_damaged_is_refused() -> None:
    for content in (b"{", b"[1, 2", b"[" * 100_000, b"text"):
        with pytest.raises(DocumentError, match="is no JSON, or damaged"):
            list(documents_in(content, "a.json"))
    with pytest.raises(DocumentError, match="is empty"):
        list(documents_in(b"[]", "a.json"))


def test_values_nested_deeply_are_harmless(found: Found) -> None:
    deep = '{"a": ' * 400 + '"The core."' + "}" * 400
    assert "The core." in found(deep.encode(), "a.jsonl")[0].text


CELLS = st.lists(
    st.lists(st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1), min_size=2,
             max_size=2),
    min_size=1, max_size=8,
)  # fmt: skip


@given(CELLS)
@settings(deadline=None, max_examples=100)
def test_what_was_written_as_records_is_found_again(cells: list[list[str]]) -> None:
    lines = [json.dumps({"a": one, "b": two}, ensure_ascii=False) for one, two in cells]
    try:
        found = list(documents_in("\n".join(lines).encode(), "a.jsonl"))
    except DocumentError:
        assert not any(cell.strip() for row in cells for cell in row)
        return
    texts = {one.path: one.text for one in found if isinstance(one, Document)}
    for number, row in enumerate(cells, start=1):
        for cell in row:
            for line in cell.strip().splitlines():
                assert line.strip() in texts.get(f"a.jsonl#{number}", "")


def test_many_rows_take_little_time(quickly: Callable[[], AbstractContextManager[None]]) -> None:
    line = json.dumps({"title": "The Vote", "date": "2023-09-19", "text": "It met. " * 40})
    with quickly():
        assert len(rows("\n".join([line] * 5_000), "a.jsonl")) == 5_000


def test_rows_are_problems_where_they_are_empty(found: Found) -> None:
    results = found(b'{"text": "a"}\n{"text": " "}\n', "a.jsonl")
    assert results[1] == Problem("a.jsonl#2", "is empty")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.csv", b'title,date,text\n"The ""Vote""",2023-09-19,"One\ntwo"\nB,,<p>c</p>\n' * 3),
        ("a.tsv", b"title\tdate\ttext\nThe Vote\t2023-09-19\tOne\n" * 3),
        ("a.jsonl", b'{"title": "The Vote", "text": ["a", {"b": 1.5e3}]}\n' * 3),
        ("a.json", b'[{"title": "The Vote", "text": ["a", {"b": 1.5e3}]}]'),
    ],
)
def test_broken_tables_are_read_or_refused(
    path: str, content: bytes, survives: Callable[..., None]
) -> None:
    survives(content, path, 400)
