"""An answer as the page shows it: texts cut into pieces, so that the browser counts nothing.

JavaScript counts UTF-16 units and documents are counted in code points; cutting happens here only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Answer, DatePhrase, Phrase, Quote, Source

_CONTEXT = 400
_LONG_PHRASE = 90


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `date` is what it means if it is a date phrase, or the end of one."""

    text: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A quote in pieces: the paragraph before, the sentence in three parts, the paragraph after.

    `share` is the confidence in per cent, `grade` the same in a word.
    """

    context_before: str
    before: tuple[Piece, ...]
    marked: tuple[Piece, ...]
    after: tuple[Piece, ...]
    context_after: str
    source: Source
    start: int
    end: int
    paragraph: int
    page: int | None
    share: int
    grade: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: what was asked, and the answer or the refusal with its passages.

    `size` is "short" or "long", after the length of the answering phrase.
    """

    question: str
    resolved: str
    answered: bool
    answer: str | None
    size: str
    reason: str | None
    best: Passage | None
    more: tuple[Passage, ...]


def turn(answer: Answer) -> Turn:
    """`answer` ready to be shown. On refusal nothing is marked: the passages are no answers."""
    passages = tuple(_passage(quote, answer.answered) for quote in answer.quotes)
    return Turn(
        question=answer.question,
        resolved=answer.resolved_question,
        answered=answer.answered,
        answer=answer.answer if answer.answered else None,
        size="long" if len(answer.answer or "") > _LONG_PHRASE else "short",
        reason=answer.reason,
        best=passages[0] if passages else None,
        more=passages[1:],
    )


def _passage(quote: Quote, with_mark: bool) -> Passage:
    phrase = quote.answer if with_mark else None
    before, marked, after = _cut(quote.text, quote.start, phrase, quote.dates)
    return Passage(
        context_before=_tail(quote.before),
        before=before,
        marked=marked,
        after=after,
        context_after=_head(quote.after),
        source=quote.document,
        start=quote.start,
        end=quote.end,
        paragraph=quote.paragraph + 1,
        page=quote.page,
        share=round(quote.confidence * 100),
        grade=_grade(quote.confidence),
    )


def _cut(
    text: str, offset: int, phrase: Phrase | None, dates: Sequence[DatePhrase]
) -> tuple[tuple[Piece, ...], tuple[Piece, ...], tuple[Piece, ...]]:
    """The sentence `text`, which begins at `offset`, before, in and after `phrase`."""
    size = len(text)
    start, end = (phrase.start - offset, phrase.end - offset) if phrase else (size, size)
    inside = [
        (date.start - offset, date.end - offset, date.value)
        for date in sorted(dates, key=lambda date: date.start)
        if offset <= date.start < date.end <= offset + size
    ]
    return (
        _pieces(text, 0, start, inside),
        _pieces(text, start, end, inside),
        _pieces(text, end, size, inside),
    )


def _pieces(
    text: str, start: int, end: int, dates: Sequence[tuple[int, int, str]]
) -> tuple[Piece, ...]:
    """`text[start:end]` in pieces; a date that runs on beyond `end` is told where it ends."""
    pieces = []
    at = start
    for first, last, value in dates:
        if last <= at or first >= end or last > end:
            continue
        first = max(first, at)
        pieces += [Piece(text[at:first]), Piece(text[first:last], value)]
        at = last
    pieces.append(Piece(text[at:end]))
    return tuple(piece for piece in pieces if piece.text)


def _tail(text: str) -> str:
    """The last words of a long text."""
    if len(text) <= _CONTEXT:
        return text
    return "… " + text[-_CONTEXT:].partition(" ")[2]


def _head(text: str) -> str:
    """The first words of a long text."""
    if len(text) <= _CONTEXT:
        return text
    return text[:_CONTEXT].rpartition(" ")[0] + " …"


def _grade(confidence: float) -> str:
    if confidence >= 0.75:
        return "high"
    return "fair" if confidence >= 0.5 else "low"
