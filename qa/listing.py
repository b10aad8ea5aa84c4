"""Every sentence that answers, and answers as the rows of a table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO

from qa.answer import Answer, Quote

COLUMNS = (
    "question", "answered", "answer", "confidence", "quote", "title", "date", "path", "page",
    "paragraph", "start", "end", "resolved_date", "reason",
)  # fmt: skip


_END = "\r\n"


def answering(answer: Answer) -> list[Quote]:
    """The quotes that may answer, by the dates of their documents, undated ones last.

    Of a refusal there are none.
    """
    if not answer.answered:
        return []
    sure = [quote for quote in answer.quotes if quote.may_answer]
    return sorted(
        sure or answer.quotes[:1],
        key=lambda quote: (quote.document.by_date, quote.start),
    )


def only(answer: Answer, quotes: Sequence[Quote]) -> Answer:
    """The answer with those of its quotes alone, the best first; a refusal as it is."""
    chosen = tuple(quote for quote in answer.quotes if quote in quotes)
    return replace(answer, quotes=chosen) if answer.answered else answer


def header() -> str:
    """The first line of a table."""
    return _line(COLUMNS)


def table(answer: Answer, quotes: Sequence[Quote]) -> str:
    """`rows` as CSV, for spreadsheets and scripts."""
    return "\n".join(map(_line, rows(answer, quotes)))


def unanswerable(question: str, reason: str) -> str:
    """The line of what is no question at all."""
    return _line((question, "no", *(None,) * (len(COLUMNS) - 3), reason))


def _line(values: Sequence[object]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator=_END).writerow(values)  # quoted is what holds a part of it
    return line.getvalue().removesuffix(_END)


def rows(answer: Answer, quotes: Sequence[Quote]) -> list[tuple[str | int | float | None, ...]]:
    """A row of COLUMNS for each quote, or one without a quote where there are none.

    Paragraphs count from 1, as people are shown them.
    """
    asked = (answer.question, "yes" if answer.answered else "no")
    if not quotes:
        nothing = (None,) * (len(COLUMNS) - len(asked) - 3)
        return [(*asked, None, answer.confidence, *nothing, answer.reason)]
    return [
        (
            *asked,
            (quote.answer.text if quote.answer else quote.text),
            quote.confidence,
            quote.text,
            quote.document.title,
            quote.document.date,
            quote.document.path,
            quote.page,
            quote.paragraph + 1,
            quote.start,
            quote.end,
            resolved_date(quote),
            None,
        )
        for quote in quotes
    ]


def resolved_date(quote: Quote) -> str | None:
    """The date that the answering phrase stands for ("last month"), if it is one."""
    phrase = quote.answer
    values = [
        date.value
        for date in quote.dates
        if phrase and phrase.start <= date.start < phrase.end and date.value != date.text
    ]
    return values[0] if len(values) == 1 else None
