"""A document's text as the page shows it: paragraphs in pieces, some of them marked.

A very long document is shown as the part around the mark, so that a browser can hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Document, Span

_PART = 150_000
# A title further down is one in running text, and is left where it stands.
_HEAD = 400
_BREAK = re.compile(r"\n(?:[^\S\n]*\n)+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, marked or not."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a document is shown.

    `kicker` is what stands before the headline, `headline` is empty where the title does not stand
    in the text. `earlier` and `later` are places of the text to continue at, or None.
    """

    kicker: str
    headline: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    earlier: int | None
    later: int | None


def excerpt(document: Document, start: int, end: int) -> Excerpt:
    """`document` with `text[start:end]` marked; nothing is marked if `start == end`."""
    text = document.text
    first, last = _part(text, start, end)
    head = document.headline
    if head is None or first > 0 or head.start > _HEAD:
        return Excerpt(
            "", (), _paragraphs(text, first, last, start, end), *_next(text, first, last)
        )
    kicker = text[: head.start].strip()
    return Excerpt(
        kicker=kicker if any(map(str.isalnum, kicker)) else "",
        headline=_headline(text, head, start, end),
        paragraphs=_paragraphs(text, head.end, last, start, end),
        earlier=None,
        later=_next(text, first, last)[1],
    )


def _headline(text: str, head: Span, start: int, end: int) -> tuple[Piece, ...]:
    return tuple(_pieces(text, head.start, head.end, start, end))


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


def _paragraphs(
    text: str, first: int, last: int, start: int, end: int
) -> tuple[tuple[Piece, ...], ...]:
    """The paragraphs of `text[first:last]`: what lies between empty lines."""
    found = []
    for low, high in _between_breaks(text, first, last):
        if text[low:high].strip():
            found.append(tuple(_pieces(text, low, high, start, end)))
    return tuple(found)


def _between_breaks(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    at = first
    for match in _BREAK.finditer(text, first, last):
        yield at, match.start()
        at = match.end()
    yield at, last


def _pieces(text: str, low: int, high: int, start: int, end: int) -> Iterator[Piece]:
    start, end = max(low, start), min(high, end)
    if start >= end:
        yield Piece(text[low:high].strip("\n"))
        return
    if text[low:start].strip("\n"):
        yield Piece(text[low:start].lstrip("\n"))
    yield Piece(text[start:end], marked=True)
    if text[end:high].strip("\n"):
        yield Piece(text[end:high].rstrip("\n"))
