"""An answer as the page shows it: texts cut into pieces, so that the browser counts nothing.

JavaScript counts UTF-16 units and documents are counted in code points; cutting happens here only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa import Phrase

from .agreement import Agreement, agreement
from .evidence import Evidence, evidence
from .output import sentence

if TYPE_CHECKING:
    from qa import Answer, Correction, DatePhrase, Quote, Source

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

    `phrase` is the place of what is marked, as links to the document carry it, or None. `share` is
    the confidence in per cent, `grade` the same in a word. `is_headline` if the sentence is what
    its document is called: then the title would only be read twice. `evidence` tells why it was
    chosen, `citation` where it stands, in one line.
    """

    context_before: str
    before: tuple[Piece, ...]
    marked: tuple[Piece, ...]
    after: tuple[Piece, ...]
    context_after: str
    source: Source
    start: int
    end: int
    phrase: str | None
    paragraph: int
    page: int | None
    share: int
    grade: str
    is_headline: bool
    evidence: tuple[Evidence, ...]
    citation: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange: what was asked, and the answer or the refusal with its passages.

    `spelling` are pairs of a word as asked and as searched. `best` answers, or is the nearest
    passage of a refusal; `more` may answer too; `related` only come near. `headed` says whether
    `answer` is short enough, and enough of its sentence, to stand above it. `agreement` compares
    what several documents say. `version` is that of the index that was searched.
    """

    question: str
    resolved: str
    answered: bool
    spelling: tuple[tuple[str, str], ...]
    answer: str | None
    headed: bool
    reason: str | None
    best: Passage | None
    more: tuple[Passage, ...]
    related: tuple[Passage, ...]
    agreement: Agreement | None
    version: str


def turn(answer: Answer) -> Turn:
    """`answer` ready to be shown. Nothing is marked in what is no answer."""
    first, further = answer.quotes[:1], answer.quotes[1:]
    more = [quote for quote in further if answer.answered and quote.may_answer]
    related = [quote for quote in further if quote not in more]
    best = _passage(first[0], _answering(first[0]) if answer.answered else None) if first else None
    return Turn(
        question=answer.question,
        resolved=answer.resolved_question,
        spelling=tuple(map(_spelling, answer.corrections)),
        answered=answer.answered,
        answer=answer.answer if answer.answered else None,
        headed=best is not None and _is_headed(best),
        reason=sentence(answer.reason) if answer.reason else None,
        best=best,
        more=tuple(_passage(quote, quote.answer) for quote in more),
        related=tuple(_passage(quote, None) for quote in related),
        agreement=agreement((*first, *more)) if answer.answered else None,
        version=answer.index.version,
    )


def _spelling(correction: Correction) -> tuple[str, str]:
    """The word as asked, and the known one, which is folded to small letters, written alike."""
    asked, searched = correction.asked, correction.searched
    return asked, searched.capitalize() if asked[:1].isupper() and searched.islower() else searched


def _is_headed(best: Passage) -> bool:
    """A phrase that is long, or is all of its sentence, would only be read twice."""
    length = sum(len(piece.text) for piece in best.marked)
    others = "".join(piece.text for piece in best.before + best.after)
    return 0 < length <= _LONG_PHRASE and any(map(str.isalnum, others))


def _answering(quote: Quote) -> Phrase:
    """The phrase of the best quote; without one its sentence is the answer."""
    return quote.answer or Phrase(quote.text, quote.start, quote.end)


def _passage(quote: Quote, phrase: Phrase | None) -> Passage:
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
        phrase=f"{phrase.start}-{phrase.end}" if phrase else None,
        paragraph=quote.paragraph + 1,
        page=quote.page,
        share=round(quote.confidence * 100),
        grade=_grade(quote.confidence),
        is_headline=quote.text.split() == quote.document.title.split(),
        evidence=evidence(quote.matches),
        citation=_citation(quote),
    )


def _citation(quote: Quote) -> str:
    """Title, date, path and place of a quote."""
    source = quote.document
    place = f"page {quote.page}" if quote.page else f"paragraph {quote.paragraph + 1}"
    return ", ".join(part for part in (source.title, source.date, source.path, place) if part)


def _cut(
    text: str, offset: int, phrase: Phrase | None, dates: Sequence[DatePhrase]
) -> tuple[tuple[Piece, ...], tuple[Piece, ...], tuple[Piece, ...]]:
    """The sentence `text`, which begins at `offset`, before, in and after `phrase`."""
    size = len(text)
    start, end = (phrase.start - offset, phrase.end - offset) if phrase else (size, size)
    inside = [
        (date.start - offset, date.end - offset, date.value)
        for date in sorted(dates, key=lambda date: date.start)
        # A date that names its year says all of itself.
        if offset <= date.start < date.end <= offset + size and date.value[:4] not in date.text
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
