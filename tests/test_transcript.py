"""What a terminal is shown: readable in its width, marked, and never commanded by a text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import (
    Answer,
    Correction,
    DatePhrase,
    DocumentEntry,
    IndexInfo,
    Phrase,
    Problem,
    Quote,
    Report,
    Source,
    Survey,
)
from qa.report_text import entry_line, index_command, report_lines, report_object, unread
from qa.transcript import answer_lines, counted, json_line, printable, short

INFO = IndexInfo("v1", 2, 30)
DANGEROUS = (
    "\x1b[31mred\x1b]0;owned\x07\x9b2J\x08\x7f\r\0"  # ANSI, OSC, C1, backspace, delete
    "\u202eright\u2066to\u200fleft\u061c\ufeff\u2028line\u2029\x85end"
    "\ue000private\ue001\udcffsurrogate\U000e0041tag"
)
NEVER_SHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    "\ue000\ue001\ud800-\udfff\U000e0000-\U000e007f]"
)
STYLE = re.compile("\x1b\\[1;4m|\x1b\\[0m")


def quote(
    text: str = "The mayor of Ostwick is Ada Lindqvist.",
    phrase: str | None = "Ada Lindqvist",
    *,
    confidence: float = 0.9,
    title: str = "Ostwick votes",
    date: str | None = "2024-05-06",
    path: str = "news/ostwick.txt",
    page: int | None = None,
    dates: tuple[DatePhrase, ...] = (),
) -> Quote:
    at = 100 + text.index(phrase) if phrase is not None else 0
    return Quote(
        text=text,
        start=100,
        end=100 + len(text),
        answer=Phrase(phrase, at, at + len(phrase)) if phrase is not None else None,
        confidence=confidence,
        before="",
        after="",
        document=Source("id", title, date, path),
        paragraph=2,
        page=page,
        dates=dates,
    )


def answer(*quotes: Quote, **changed: Any) -> Answer:
    best = quotes[0] if quotes else None
    phrase = best.answer.text if best and best.answer else best.text if best else None
    values: dict[str, Any] = {
        "question": "Who is the mayor?",
        "resolved_question": "Who is the mayor?",
        "answered": True,
        "answer": phrase,
        "confidence": best.confidence if best else 0.0,
        "reason": None,
        "quotes": quotes,
        "corrections": (),
        "index": INFO,
        "took_ms": 1.0,
    }
    return Answer(**{**values, **changed})


def refusal(*quotes: Quote, reason: str = "'Japan' stands nowhere in the documents") -> Answer:
    return answer(*quotes, answered=False, answer=None, confidence=0.0, reason=reason)


def report(**changed: Any) -> Report:
    values: dict[str, Any] = {
        "read": (), "unchanged": 0, "removed": (), "failed": (), "unsupported": {}, "seconds": 0.0,
        "documents": 2,
    }  # fmt: skip
    return Report(**{**values, **changed})


def survey(
    undated: tuple[str, ...] = (),
    same: tuple[tuple[str, ...], ...] = (),
    near: tuple[tuple[str, ...], ...] = (),
    terms: int = 9,
) -> Survey:
    return Survey(terms, undated, same, near, ())


def columns(line: str) -> int:
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in STYLE.sub("", line)
    )  # fmt: skip


def test_an_answer_is_its_phrase_then_the_marked_sentence_then_the_source() -> None:
    assert answer_lines(answer(quote()), 80) == [
        "Ada Lindqvist",
        "",
        "  The mayor of Ostwick is **Ada Lindqvist**.",
        "  — Ostwick votes, 2024-05-06",
        "    news/ostwick.txt, paragraph 3 · confidence 90%",
    ]


def test_on_a_terminal_the_phrase_is_bold_instead() -> None:
    lines = answer_lines(answer(quote()), 80, styled=True)
    assert lines[0] == "\x1b[1;4mAda Lindqvist\x1b[0m"
    assert lines[2] == "  The mayor of Ostwick is \x1b[1;4mAda Lindqvist\x1b[0m."
    assert "*" not in "".join(lines)


def test_undated_documents_and_pages() -> None:
    lines = answer_lines(answer(quote(date=None, page=7)), 80)
    assert lines[3:] == [
        "  — Ostwick votes",
        "    news/ostwick.txt, page 7 · confidence 90%",
    ]
    headline = answer_lines(answer(quote(title=quote().text, page=1)), 80)
    assert headline[-1] == "    headline, page 1 · confidence 90%"


def test_a_sentence_that_answers_as_a_whole_is_shown_once() -> None:
    text = "The bridge closed because it cracked."
    for whole in (quote(text, text), quote(text, None)):
        lines = answer_lines(answer(whole), 80)
        assert lines[0] == f"  {text}"
        assert "*" not in "".join(lines)


def test_signs_around_a_sentence_that_answers_do_not_make_it_shown_twice() -> None:
    lines = answer_lines(answer(quote("- Tickets cost 12 euros.", "Tickets cost 12 euros")), 80)
    assert lines[0] == "  - Tickets cost 12 euros."


def test_a_headline_is_not_shown_again_as_the_title_of_its_document() -> None:
    headline = quote("Ostwick \n votes for Ada", "Ada", title="Ostwick votes for Ada")
    assert answer_lines(answer(headline), 80) == [
        "Ada",
        "",
        "  Ostwick votes for **Ada**",
        "  — news/ostwick.txt, 2024-05-06",
        "    headline · confidence 90%",
    ]
    assert "\n".join(answer_lines(refusal(headline), 80)).count("Ostwick votes") == 1


def test_a_relative_date_is_resolved() -> None:
    text = "They met last month in Ostwick."
    dated = quote(text, "last month", dates=(DatePhrase("last month", 109, 119, "2023-08"),))
    assert answer_lines(answer(dated), 80)[0] == "last month (2023-08)"
    plain = quote("It was 1999.", "1999", dates=(DatePhrase("1999", 107, 111, "1999"),))
    assert answer_lines(answer(plain), 80)[0] == "1999"


def test_further_quotes_stand_below_unless_they_are_improbable() -> None:
    likely = quote("Lindqvist was elected mayor in May.", "Lindqvist", confidence=0.4)
    unlikely = quote("The town hall was painted.", "town hall", confidence=0.05)
    text = "\n".join(answer_lines(answer(quote(), likely, unlikely), 80))
    assert "Also:\n\n  **Lindqvist** was elected mayor" in text
    assert "confidence 40%" in text
    assert "town hall" not in text


def test_of_a_refusal_nothing_looks_like_an_answer() -> None:
    passages = [quote(f"Passage {n} speaks of Japan.", "Japan") for n in range(5)]
    for styled in (False, True):
        lines = answer_lines(refusal(*passages), 80, styled)
        text = "\n".join(lines)
        assert lines[0] == (
            "The documents do not answer this: 'Japan' stands nowhere in the documents."
        )
        assert lines[2] == "Nearest passages, not answers:"
        assert "Passage 2" in text
        assert "Passage 3" not in text
        assert not any(mark in text for mark in ("**", "\x1b", "confidence"))


def test_a_refusal_without_passages_or_reason() -> None:
    assert answer_lines(refusal(reason="nothing is there."), 80) == [
        "The documents do not answer this: nothing is there."
    ]
    assert answer_lines(refusal(reason=""), 80) == ["The documents do not answer this."]


def test_what_was_searched_is_said() -> None:
    followed = answer(
        quote(),
        resolved_question="Who is the mayor of Frnace’s secretry?",
        corrections=(Correction("Frnace", "france"), Correction("secretry", "secretary")),
    )
    assert answer_lines(followed, 100)[:4] == [
        "(understood as: Who is the mayor of Frnace’s secretry?)",
        "(searched for 'France' instead of 'Frnace' and 'secretary' instead of 'secretry')",
        "",
        "Ada Lindqvist",
    ]


@pytest.mark.parametrize("width", [20, 33, 80, 100])
@pytest.mark.parametrize("styled", [False, True])
def test_no_line_is_wider_than_the_terminal(width: int, styled: bool) -> None:
    phrase = "Ada Lindqvist and all of her friends from the choir of Saint Anne in Ostwick"
    text = f"In the end, as was said in all the papers, the prize went to {phrase}, as it does."
    long = answer(
        quote(text, phrase, title="A title that is rather long " * 3, path="a folder/" * 9),
        resolved_question="And who " + "really " * 40 + "won?",
    )
    lines = answer_lines(long, width, styled)
    assert max(map(columns, lines)) <= width
    shown = " ".join(STYLE.sub("", line).strip("* ") for line in lines)
    assert phrase in shown.replace("**", "")


def test_bold_ends_with_each_line_and_covers_no_indent() -> None:
    phrase = "one two three four five six seven eight nine ten eleven twelve thirteen"
    lines = answer_lines(answer(quote(f"It was {phrase}, he said.", phrase)), 30, styled=True)
    marked = [line for line in lines if "\x1b" in line]
    assert len(marked) >= 6
    for line in marked:
        assert line.count("\x1b[1;4m") == line.count("\x1b[0m") == 1
        assert not re.search(r"\x1b\[1;4m[ \x1b]", line)
    assert " ".join(re.findall("\x1b\\[1;4m(.*?)\x1b", " ".join(marked))) == f"{phrase} {phrase}"


def test_an_address_stays_whole() -> None:
    address = "https://example.org/" + "a" * 100
    lines = answer_lines(answer(quote(f"See {address} for Ada.", "Ada")), 40)
    assert f"  {address}" in lines


def test_languages_without_blanks_are_wrapped_too() -> None:
    text = "市長はアダさんです。" * 12
    lines = answer_lines(answer(quote(text, "アダさん")), 40)
    assert max(map(columns, lines)) <= 42  # a full stop may hang
    assert not any(line.strip().startswith("。") for line in lines)
    assert "**アダさん**" in "".join(line.strip() for line in lines)


def test_a_file_that_is_one_sentence_is_shown_around_its_phrase(
    quickly: Callable[[], AbstractContextManager[None]],
) -> None:
    text = "before " * 50_000 + "Ada Lindqvist " + "after " * 50_000
    with quickly():
        lines = answer_lines(answer(quote(text, "Ada Lindqvist")), 80)
    assert len(lines) < 30
    assert lines[2].startswith("  […] ")
    assert "**Ada Lindqvist** after" in " ".join(line.strip() for line in lines)
    assert any(line.endswith("[…]") for line in lines)
    unmarked = "\n".join(answer_lines(refusal(quote("word " * 50_000, None)), 80))
    assert len(unmarked) < 2000


def test_nothing_in_a_document_or_question_commands_the_terminal() -> None:
    hostile = quote(
        f"A {DANGEROUS} b Ada c.", "Ada", title=DANGEROUS, path=DANGEROUS, date=DANGEROUS
    )
    asked = answer(
        hostile,
        question=DANGEROUS,
        resolved_question=f"{DANGEROUS}?",
        corrections=(Correction(DANGEROUS, DANGEROUS),),
    )
    refused = refusal(hostile, reason=DANGEROUS)
    for shown in (asked, refused):
        for line in answer_lines(shown, 80):
            assert not NEVER_SHOWN.search(line)
        for line in answer_lines(shown, 80, styled=True):
            assert not NEVER_SHOWN.search(STYLE.sub("", line))
    phrase = quote(f"A {DANGEROUS} b.", DANGEROUS)
    for line in answer_lines(answer(phrase), 80, styled=True):
        assert not NEVER_SHOWN.search(STYLE.sub("", line))


def test_reports_and_lists_do_not_either() -> None:
    told = report(
        removed=(DANGEROUS,),
        failed=(Problem(DANGEROUS, DANGEROUS),),
        unsupported={DANGEROUS: 2},
        moved=((DANGEROUS, DANGEROUS),),
    )
    many = report(failed=(Problem(DANGEROUS, DANGEROUS),) * 50)
    found = survey((DANGEROUS,), ((DANGEROUS, "a"),), ((DANGEROUS, "b"),))
    entry = DocumentEntry("id", DANGEROUS, None, DANGEROUS, 3)
    for line in [
        *report_lines(told, found, 3), *report_lines(many, found, 3), entry_line(entry),
        short(DANGEROUS),
    ]:  # fmt: skip
        assert not NEVER_SHOWN.search(line)


@given(st.text(st.characters(exclude_categories=[])))
def test_printable_is_safe_idempotent_and_leaves_ordinary_text_alone(text: str) -> None:
    shown = printable(text)
    assert not NEVER_SHOWN.search(shown)
    assert printable(shown) == shown
    shown.encode()


@pytest.mark.parametrize(
    "text",
    ["plain, text!", "Straße é 日本語 العربية עברית", "नमस्\u200dते", "👩\u200d💻 €½", "e\u0301"],
)
def test_printable_keeps_what_scripts_are_written_with(text: str) -> None:
    assert printable(text) == text
    assert printable("a\tb\u00a0c\nd") == "a b c d"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ),
    st.booleans(),
)
def test_json_is_one_safe_line_and_loses_nothing(value: object, ascii_only: bool) -> None:
    line = json_line(value, ascii_only)
    assert json.loads(line) == value
    assert not NEVER_SHOWN.search(line)
    assert len(line.splitlines()) == 1
    line.encode("ascii" if ascii_only else "utf-8")


def test_json_refuses_what_json_does_not_know() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_line(float("nan"))


def test_json_is_fast_on_much_text(quickly: Callable[[], AbstractContextManager[None]]) -> None:
    for text in ("word " * 200_000, "\u202e" * 100_000):
        with quickly():
            json_line({"text": text})


def test_a_report_counts_and_then_names_every_file_that_failed() -> None:
    failed = (Problem("a.txt", "is empty"), Problem("b/c.csv#7", "holds no text"))
    told = report(
        read=("n.txt",),
        unchanged=1234,
        removed=("o.txt", "p.txt"),
        failed=failed,
        unsupported={".xls": 3, "(no suffix)": 1},
        seconds=2,
        documents=1235,
    )
    assert report_lines(told, survey(terms=4000), 99_000) == [
        "1,235 documents, 99,000 sentences, 4,000 different terms",
        "1 file read, 1,234 unchanged, 2 removed in 2.0 s",
        "Of kinds that are not read: 3 .xls, 1 (no suffix)",
        "All or part of 2 files could not be read:",
        "  a.txt: is empty",
        "  b/c.csv#7: holds no text",
    ]
    assert json.loads(json_line(report_object(told, survey(("n.txt",)), "/store", INFO))) == {
        "read": ["n.txt"],
        "unchanged": 1234,
        "removed": ["o.txt", "p.txt"],
        "moved": [],
        "undated": ["n.txt"],
        "duplicates": [],
        "near_duplicates": [],
        "failed": [
            {"path": "a.txt", "reason": "is empty"},
            {"path": "b/c.csv#7", "reason": "holds no text"},
        ],
        "unsupported": {".xls": 3, "(no suffix)": 1},
        "seconds": 2,
        "index": {"path": "/store", "version": "v1", "documents": 2, "sentences": 30, "terms": 9},
    }


def test_a_report_tells_of_undated_and_like_documents() -> None:
    found = survey(("u.txt",), (("a.txt", "b.txt"),), (("c.txt", "d.txt"), ("e.txt", "f.txt")))
    assert report_lines(report(documents=1), found, 1) == [
        "1 document, 1 sentence, 9 different terms",
        "0 files read, 0 unchanged, 0 removed in 0.0 s",
        "1 document without a date, left out where a period is asked for:",
        "  u.txt",
        "1 group of documents with the same text:",
        "  a.txt, b.txt",
        "2 groups of documents with almost the same text:",
        "  c.txt, d.txt",
        "  e.txt, f.txt",
    ]
    assert "1 different term" in report_lines(report(), survey(terms=1), 0)[0]


def test_a_moved_file_is_neither_read_nor_removed_for_its_reader() -> None:
    told = report(
        read=("new.txt", "other.txt"), removed=("old.txt",), moved=(("old.txt", "new.txt"),)
    )
    lines = report_lines(told, survey(), 5)
    assert lines[1] == "1 file read, 1 moved, 0 unchanged, 0 removed in 0.0 s"
    assert lines[2:] == ["1 file moved or renamed:", "  old.txt -> new.txt"]
    assert report_object(told, survey(), "", INFO)["removed"] == ("old.txt",)


def test_long_lists_are_cut_and_it_is_said_where_they_are_whole() -> None:
    names = [f"{n}.txt" for n in range(1000)]
    hint = "`qa index --json` lists everything."
    for told, found, cut in [
        (report(), survey(tuple(names)), "0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 995 more"),
        (report(), survey(same=(tuple(names),)), "4.txt and 995 more"),
        (report(), survey(near=tuple(zip(names, names, strict=True))), "and 980 more"),
        (report(moved=tuple(zip(names, names, strict=True))), survey(), "and 980 more"),
    ]:
        lines = report_lines(told, found, 5)
        assert len(lines) < 30
        assert any(line.endswith(cut) for line in lines)
        assert lines[-1] == hint
    for count in (1, 20):
        failed = tuple(Problem(name, "is empty") for name in names[:count])
        assert (
            report_lines(report(failed=failed), survey(), 5)[-1]
            == f"  {names[count - 1]}: is empty"
        )
    assert hint not in report_lines(report(), survey(tuple(names[:5])), 5)


def test_many_problems_are_told_by_their_reasons_the_most_frequent_first() -> None:
    failed = [Problem(f"{n:02}.pdf", "seems to be scanned") for n in range(30)]
    failed += [Problem("x.txt", "is empty"), Problem("y.txt", "is locked")]
    failed += [Problem("z.txt", "is locked")]
    lines = report_lines(report(failed=tuple(failed)), survey(), 5)
    assert lines[2:] == [
        "All or part of 33 files could not be read:",
        "  30 × seems to be scanned: 00.pdf, 01.pdf, 02.pdf, 03.pdf, 04.pdf and 25 more",
        "  2 × is locked: y.txt, z.txt",
        "  x.txt: is empty",
        "`qa index --json` lists everything.",
    ]
    different = tuple(Problem(f"{n}.pdf", f"lacks page {n}") for n in range(50))
    lines = report_lines(report(failed=different), survey(), 5)
    assert lines[3] == "  0.pdf: lacks page 0"
    assert lines[-2:] == ["  and 30 more", "`qa index --json` lists everything."]


def test_the_command_that_reports_can_be_typed_as_it_stands() -> None:
    assert index_command(None, None) == "qa index"
    assert index_command("my docs", "/store") == "qa index 'my docs' --index /store"


def test_small_things() -> None:
    assert counted(1, "document") == "1 document"
    assert counted(0, "document") == "0 documents"
    assert counted(1234, "file") == "1,234 files"
    assert unread(1) == "all or part of 1 file could not be read"
    assert unread(1234) == "all or part of 1,234 files could not be read"
    assert short("Who?") == "Who?"
    assert short("x" * 1_000_000) == "x" * 60 + " […]"
    assert entry_line(DocumentEntry("0f", "T", None, "a.txt", 1)) == "0f  -           a.txt  T"
