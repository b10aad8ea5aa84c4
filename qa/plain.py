"""Plain text: the text as it stands, and the title and date that its first lines give."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.answer import Span
from qa.decoding import decode
from qa.reading import LONGEST_TITLE, Reading, calendar_date, written_date

# How far the heading of a text can reach, in characters and in lines with something on them.
_TOP = 8_000
_MOST_LINES = 12

_LONGEST_LINE = 1_000

# A line that stands alone at the top is a title up to this length, in characters.
_SHORT = 160

_LABEL = re.compile(
    r"(title|headline|date|published|posted|author|by|byline|source|url)[ \t]*:[ \t]*(?=\S)",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?P<mark>(?:date|published|posted)[ \t:]+)?"
    r"(?P<year>\d{4})(?P<s>[-/.])(?P<month>\d{1,2})(?P=s)(?P<day>\d{1,2})(?!\d)"
    r"(?:[T ]\d\d?:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?(?!\S))?"
    r"(?=\s|[:|,–—-]|$)[\s:|,–—-]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-*+•>|#]|\d{1,3}[.)])(?:\s|$)")
_RULE = re.compile(r"(?:={3,}|-{3,}|\*{3,}|~{3,}|_{3,})$")
_ENDS_AS_SENTENCE = re.compile(r"[.:;,。．؛،][\"'”’»)\]]*$")
_ENDS_AS_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.)+$")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    alone: bool  # a blank line follows, and after it more text


def read_plain(content: bytes) -> Reading:
    """Reads a `.txt` file; its text is kept as it stands. DocumentError if it is not text."""
    text = decode(content)
    headline, date = heading(text)
    return Reading(text, headline, date)


def heading(text: str) -> tuple[Span | None, str | None]:
    """The place of the title and the date ("YYYY-MM-DD") in the first lines, where they tell.

    Understood are " date 2023-09-19 The title", "2023-09-19 The title", "Title: ..." and
    "Date: ..." lines, a date on a line of its own, and a short line set off from the text below.
    """
    lines = _top(text)
    title: Span | None = None
    date: str | None = None
    at = 0
    while at < len(lines) and (label := _LABEL.match(lines[at].text)):
        name, value = label[1].lower(), lines[at].text[label.end() :]
        if name in ("title", "headline"):
            title = title or _span(lines[at], label.end(), LONGEST_TITLE)
        elif name in ("date", "published", "posted"):
            stated = written_date(value)
            if stated is None and _DATED.match(lines[at].text):
                break
            date = date or stated
        at += 1
    if title is not None or at == len(lines):
        return title, date
    line = lines[at]
    following = lines[at + 1] if at + 1 < len(lines) else None
    dated = _DATED.match(line.text)
    if dated:
        stated = calendar_date(dated["year"], dated["month"], dated["day"])
        rest = line.text[dated.end() :]
        # One date after the other is a chronicle or a log; none of them dates the whole.
        chronicle = following is not None and _DATED.match(following.text) is not None
        if rest and dated["mark"]:
            return _span(line, dated.end(), LONGEST_TITLE), date or stated
        if rest and stated and not chronicle:
            title = _span(line, dated.end(), _SHORT) if _reads_as_title(rest) else None
            return title, date or stated
        if chronicle:
            return None, date
    day = written_date(line.text)
    if day is not None:
        date = date or day
        if following is None:
            return None, date
        at += 1
        line, following = following, lines[at + 1] if at + 1 < len(lines) else None
    below = _own_date(following) if following else None
    set_off = line.alone or below or (following and _RULE.match(following.text))
    if set_off and _reads_as_title(line.text):
        title = _span(line, 0, _SHORT)
        if title is not None:
            date = date or below
    return title, date


def _own_date(line: _Line) -> str | None:
    """The date that is all there is on a line, "Date:" before it or not."""
    label = _LABEL.match(line.text)
    dates = label and label[1].lower() in ("date", "published", "posted")
    return written_date(line.text[label.end() :] if label and dates else line.text)


def _reads_as_title(text: str) -> bool:
    if _BULLET.match(text) or not any(character.isalnum() for character in text):
        return False
    end = text[-20:]
    return not _ENDS_AS_SENTENCE.search(end) or bool(_ENDS_AS_ABBREVIATION.search(end))


def _span(line: _Line, offset: int, longest: int) -> Span | None:
    """The rest of `line` from `offset` on, or None if it is too long for a title."""
    length = line.end - line.start - offset
    return Span(line.start + offset, line.end) if 0 < length <= longest else None


def _top(text: str) -> list[_Line]:
    """The first lines that have something on them, trimmed."""
    lines: list[_Line] = []
    start = 0
    while start < min(len(text), _TOP) and len(lines) < _MOST_LINES:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        # The beginning of a line too long for a title is all that is needed of it.
        raw = text[start : min(end, start + _LONGEST_LINE)]
        words = raw.strip()
        if words:
            first = start + len(raw) - len(raw.lstrip())
            below = text[end + 1 : end + 1 + _TOP]
            alone = below[: below.find("\n") + 1].isspace() and not below.isspace()
            lines.append(_Line(first, first + len(words), words, alone))
        start = end + 1
    return lines
