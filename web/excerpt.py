"""A document's text as the page shows it: paragraphs in pieces, some of them marked.

A very long document is shown as the part around the mark, so that a browser can hold it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Document

_PART = 150_000
# A title further down is one in running text, and is left where it stands.
_HEAD = 400
_NOTES = 12
_BREAK = re.compile(r"\n(?:[^\S\n]*\n)+")
# A line at the top that says something about the document: "Author: Ada Lindqvist".
_NOTE = re.compile(
    r"(?:[^\S\n]*+\n)*+[^\S\n]*+"
    r"(?:title|headline|date|published|posted|author|by|byline|source|url)[^\S\n]*+:[^\n]{0,300}+(?:\n|\Z)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not; `around`, `phrase` and `rest` are the text in three parts.

    `phrase` is what is marked within the mark; without one, `around` is the whole text. `page` is
    the number, from 1, of the page that begins here, or None.
    """

    around: str
    marked: bool = False
    phrase: str = ""
    rest: str = ""
    page: int | None = None

    @property
    def text(self) -> str:
        """All of the run."""
        return self.around + self.phrase + self.rest


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is marked, and the phrase within; both may be empty."""

    start: int
    end: int
    phrase: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a document is shown.

    `kicker` is what stands before the headline, such as "date 2023-09-19"; `headline` is empty
    where the title does not stand in the text; `notes` are lines about the document ("Author: …")
    above its first paragraph. Only paragraphs tell of pages, the first one always. `earlier` and
    `later` are places of the text to continue at, or None.
    """

    kicker: tuple[Piece, ...]
    headline: tuple[Piece, ...]
    notes: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    earlier: int | None
    later: int | None


def excerpt(
    document: Document, start: int, end: int, phrase: tuple[int, int] | None = None
) -> Excerpt:
    """`document` with `text[start:end]` marked, and `phrase`, a range of the text, within that.

    Nothing is marked if `start == end`, and nothing of a phrase that lies outside of the mark.
    """
    text, mark = document.text, _Mark(start, end, phrase or (start, start))
    first, last = _part(text, start, end)
    head = document.headline
    kicker: tuple[Piece, ...] = ()
    headline: tuple[Piece, ...] = ()
    top = first
    if head is not None and first == 0 and head.start <= _HEAD:
        if any(map(str.isalnum, text[: head.start])):
            kicker = tuple(_pieces(text, 0, head.start, mark))
        headline = tuple(_pieces(text, head.start, head.end, mark))
        top = head.end
    body = _below_notes(text, top, last) if first == 0 else first
    notes = tuple(_pieces(text, top, body, mark)) if body > top else ()
    earlier, later = _next(text, first, last)
    paragraphs = _paragraphs(text, body, last, mark, document.pages)
    return Excerpt(kicker, headline, notes, paragraphs, earlier, later)


def _part(text: str, start: int, end: int) -> tuple[int, int]:
    """The range to show: all of a text of ordinary length, else paragraphs around the mark."""
    if len(text) <= _PART:
        return 0, len(text)
    first = max(0, start - _PART // 2)
    if first:
        first = max(first, text.find("\n", first, start) + 1)
    last = min(len(text), max(end, first + _PART))
    if last < len(text):
        following = text.find("\n", last, last + _PART)
        last = following if following >= 0 else last
    return first, last


def _next(text: str, first: int, last: int) -> tuple[int | None, int | None]:
    earlier = max(0, first - _PART // 2) if first else None
    later = last + _PART // 2 if last < len(text) else None
    return earlier, None if later is None else min(later, len(text))


def _below_notes(text: str, top: int, last: int) -> int:
    """Where the lines about the document end that begin at `top`; `top` if there are none."""
    for _ in range(_NOTES):
        note = _NOTE.match(text, top, last)
        if note is None:
            break
        top = note.end()
    return top


def _paragraphs(
    text: str, first: int, last: int, mark: _Mark, pages: tuple[int, ...]
) -> tuple[tuple[Piece, ...], ...]:
    """The paragraphs of `text[first:last]`: what lies between empty lines."""
    found = []
    shown = 0
    for low, high in _between_breaks(text, first, last):
        if not text[low:high].strip():
            continue
        paragraph: list[Piece] = []
        for start, end in _within_pages(*_trimmed(text, low, high), pages):
            pieces = list(_runs(text, start, end, mark))
            page = bisect_right(pages, start)
            if page != shown and text[start:end].strip():
                pieces[0] = replace(pieces[0], page=page)
                shown = page
            paragraph += pieces
        found.append(tuple(paragraph))
    return tuple(found)


def _within_pages(low: int, high: int, pages: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The range in parts, each of which lies on one page."""
    for place in sorted(set(pages[bisect_right(pages, low) : bisect_right(pages, high - 1)])):
        yield low, place
        low = place
    yield low, high


def _between_breaks(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    at = first
    for match in _BREAK.finditer(text, first, last):
        yield at, match.start()
        at = match.end()
    yield at, last


def _pieces(text: str, low: int, high: int, mark: _Mark) -> Iterator[Piece]:
    """`text[low:high]` without the line breaks around it."""
    return _runs(text, *_trimmed(text, low, high), mark)


def _trimmed(text: str, low: int, high: int) -> tuple[int, int]:
    """The range without line breaks at its beginning and end."""
    while low < high and text[low] == "\n":
        low += 1
    while low < high and text[high - 1] == "\n":
        high -= 1
    return low, high


def _runs(text: str, low: int, high: int, mark: _Mark) -> Iterator[Piece]:
    start, end = max(low, mark.start), min(high, mark.end)
    if start >= end:
        yield Piece(text[low:high])
        return
    if low < start:
        yield Piece(text[low:start])
    yield _marked(text, start, end, *mark.phrase)
    if end < high:
        yield Piece(text[end:high])


def _marked(text: str, start: int, end: int, first: int, last: int) -> Piece:
    first, last = max(start, first), min(end, last)
    if first >= last:
        return Piece(text[start:end], marked=True)
    return Piece(text[start:first], True, text[first:last], text[last:end])
