"""Tables of answers: every cell comes back from CSV as it was."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Answer, IndexInfo, Quote, Source
from qa.listing import COLUMNS, answering, header, only, table, unanswerable

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def quote(text: str, date: str | None, confidence: float, path: str = "a.txt") -> Quote:
    source = Source("0", "A title", date, path)
    return Quote(text, 0, len(text), None, confidence, "", "", source, 0, None, ())


def answer(question: str, *quotes: Quote, reason: str | None = None) -> Answer:
    first = quotes[0] if quotes and not reason else None
    return Answer(
        question, question, first is not None, first and first.text,
        quotes[0].confidence if quotes else 0.0, reason, quotes, (), IndexInfo("1", 1, 1), 1.0,
    )  # fmt: skip


@given(TEXTS, TEXTS)
def test_line_ends_and_quotation_marks_stay_in_their_cells(question: str, text: str) -> None:
    found = answer(question, quote(text, "2020-01-01", 0.9))
    written = "\n".join([header(), table(found, found.quotes), unanswerable(question, "no")])
    first, second = csv.DictReader(io.StringIO(written, newline=""))
    assert (first["question"], first["quote"], first["answer"]) == (question, text, text)
    assert tuple(first) == COLUMNS
    assert (second["question"], second["answered"], second["reason"]) == (question, "no", "no")


def test_what_may_answer_comes_by_date_and_undated_ones_last() -> None:
    late, early, undated, weak = (
        quote("late", "2022-01-01", 0.9), quote("early", "2020-01-01", 0.5),
        quote("undated", None, 0.4), quote("weak", "2019-01-01", 0.1),
    )  # fmt: skip
    found = answer("?", late, early, undated, weak)
    assert answering(found) == [early, late, undated]
    assert only(found, answering(found)).quotes == (late, early, undated)
    refused = answer("?", late, reason="because")
    assert answering(refused) == []
    assert only(refused, []) == refused
