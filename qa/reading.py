"""What a reader hands back, and the rules for titles and dates that all readers share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath

from qa.answer import Span
from qa.decoding import clean

# A title longer than this, in characters, is cut; a line longer than this is no title.
LONGEST_TITLE = 300

# Where a title is looked for in the text, in characters from its beginning.
_TOP = 20_000

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+)?"
_TIME = r"(?:(?:T|,?\s+(?:at\s+)?)\d{1,2}(?::\d\d)?(?!\d).*)?$"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?!\d)" + _TIME, re.IGNORECASE)
_DAY_FIRST = re.compile(
    _WEEKDAY
    + r"(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([a-z]{3,9})\.?,?\s+(\d{4})(?!\d)"
    + _TIME,
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    _WEEKDAY + r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)" + _TIME,
    re.IGNORECASE,
)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_. ]?)(\d\d)\2(\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one file: a document before it has a path.

    `headline` is the place of the title in `text`, or None where the file names no title. `date`
    is "YYYY-MM-DD" or None; `created`, of the same form, is a day that only the file's own notes
    tell, which counts where neither text nor file name gives a date. `pages` is as in Document.
    `name` is what the path gets at its end, such as "#12" for a row; empty for a whole file.
    """

    text: str
    headline: Span | None = None
    date: str | None = None
    created: str | None = None
    pages: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside a file: its name, with "/" between folders, and how to get at its bytes.

    The name may be anything at all. `load` raises DocumentError. An empty name stands for the only
    thing that a packed file holds, which goes by that file's own name.
    """

    name: str
    load: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a part of a file holds no document, or is incomplete. `name` is as in Reading."""

    reason: str
    name: str = ""


def collapsed(text: str) -> str:
    """`text` with every run of white space as one blank, and none at its ends."""
    return " ".join(text.split())


def title_span(text: str, start: int, end: int) -> Span | None:
    """The part of `text[start:end]` that serves as a title: trimmed, at most LONGEST_TITLE long.

    None if nothing but white space is there.
    """
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    if len(piece) > LONGEST_TITLE:
        cut = piece[: LONGEST_TITLE + 1].rsplit(None, 1)[0].rstrip()
        piece = cut if len(cut) <= LONGEST_TITLE else piece[:LONGEST_TITLE]
    return Span(start, start + len(piece)) if piece else None


def place_of(title: str, text: str) -> Span | None:
    """Where `title` stands near the top of `text` as a paragraph or line of its own, or None."""
    words = title.split()
    if not words or max(words, key=len) not in text[:_TOP]:
        return None
    wanted = " ".join(words)
    for paragraph in re.finditer(r"[^\n]+(?:\n[^\n]+)*", text[:_TOP]):
        # Hardly any paragraph begins like the title; the others need not be looked at closely.
        if paragraph[0].lstrip().startswith(words[0]) and collapsed(paragraph[0]) == wanted:
            return title_span(text, *paragraph.span())
        for line in re.finditer(r"[^\n]+", paragraph[0]):
            if line[0].lstrip().startswith(words[0]) and collapsed(line[0]) == wanted:
                start = paragraph.start()
                return title_span(text, start + line.start(), start + line.end())
    return None


def with_title(title: str, text: str) -> tuple[str, Span | None]:
    """`text` and the place of `title` in it; the title becomes its first paragraph if need be."""
    span = place_of(title, text)
    if span is not None or not title.strip():
        return text, span
    head = collapsed(title)
    return (f"{head}\n\n{text}" if text else head), title_span(head, 0, len(head))


def with_title_and_pages(
    title: str, text: str, pages: tuple[int, ...]
) -> tuple[str, Span | None, tuple[int, ...]]:
    """As `with_title`; the places of pages move with the text. The title is on the first page."""
    titled, span = with_title(title, text)
    added = len(titled) - len(text)
    return titled, span, (pages[0], *(page + added for page in pages[1:])) if pages else ()


def calendar_date(year: int | str, month: int | str, day: int | str) -> str | None:
    """ "YYYY-MM-DD", or None if there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except (ValueError, OverflowError):
        return None


def written_date(value: str) -> str | None:
    """The day that `value` states as a whole, as "YYYY-MM-DD": no more, no less than one date.

    Understands "2023-09-19", "2023-09-19T10:00:00Z", "20230919", "19 September 2023",
    "September 19, 2023", "Tue, 19 Sept. 2023 10:00 GMT". The day is the one written, whatever the
    time zone. None for months, years, impossible days, and "01/02/2023", which means two days.
    """
    value = collapsed(value[:200])
    if match := _YEAR_FIRST.match(value):
        year, separator, month, day = match.groups()
        if separator or len(month) == len(day) == 2:
            return calendar_date(year, month, day)
    elif match := _DAY_FIRST.match(value):
        day, name, year = match.groups()
        return calendar_date(year, _month(name), day)
    elif match := _MONTH_FIRST.match(value):
        name, day, year = match.groups()
        return calendar_date(year, _month(name), day)
    return None


def _month(name: str) -> int:
    """The number of a month, from 1; 0 if `name` is none."""
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name.lower()) or (number == 9 and name.lower() == "sept"):
            return number
    return 0


@lru_cache(maxsize=64)  # all rows of a table are asked for the name of the same file
def from_name(path: str) -> tuple[str, str | None]:
    """Title and date that the name of a file gives: "2023-09-19-the_vote.txt" is "the vote"."""
    stem = PurePosixPath(path).stem
    day = None
    for match in _IN_NAME.finditer(stem):
        day = calendar_date(match[1], match[3], match[4])
        if day is not None:
            rest = stem[: match.start()] + " " + stem[match.end() :]
            # A name that is only a date is its own best title.
            if any(character.isalnum() for character in rest):
                stem = rest
            break
    stem = clean(stem)
    if any(character.isalpha() for character in stem):
        stem = stem.replace("_", " ").replace("-", " ")
    return collapsed(stem)[:LONGEST_TITLE].rstrip() or "untitled", day
