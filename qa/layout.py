"""Lines of printed pages back to paragraphs: whole sentences, without what every page repeats.

A page knows only where each line stands. A paragraph ends where the next line is further away, of
another size, set in, or where its first word would still have fitted onto the line before.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line: its text, and its box in points, the origin at the bottom left of the page.

    `first_word` is how wide its first word is. `hyphen` tells that the line ends in a hyphen, which
    is not in `text`.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    first_word: float = 0.0
    hyphen: bool = False

    @property
    def size(self) -> float:
        """The height of the line, in points."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in the order in which they are printed, and its height in points."""

    lines: tuple[Line, ...]
    height: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and the usual height of its lines.

    `pages` gives for each page that it stands on, from 0, where that begins in `text`.
    """

    text: str
    size: float
    pages: tuple[tuple[int, int], ...]


# The part of a page, at its top and at its bottom, in which headers and footers stand.
_MARGIN = 0.09
_REPEATED = 3  # pages on which a line must stand in the same place to be a header or footer

_PAGE_NUMBER = re.compile(
    r"(?:page\s?|p\.\s?|[-–—|]\s?)?(\d{1,4})(?:\s?(?:/|of)\s?\d{1,4}|\s?[-–—|])?", re.IGNORECASE
)
_NUMBER_AT_END = re.compile(r"(?:^|\s)(\d{1,4})$")
_NUMBER_AT_START = re.compile(r"(\d{1,4})(?:\s|$)")
_NUMBERS = re.compile(r"\d+|\b(?:[ivxlc]{1,7}|[IVXLC]{1,7})\b")
_BULLET = re.compile(r"[•‣◦▪●■○∙➢✓]")
_ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]{0,3}$")
_OPEN = re.compile(r"\w[-–]$")
_LEADER = re.compile(r"\.\s?\.\s?\.?\s?\w{1,5}$")  # in a table of contents
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"[^\W\d_]{1,40}$")
_FIRST_WORD = re.compile(r"[^\W\d_]{1,40}")

# Differences in height up to this share are those of single letters, not of type.
_SAME_SIZE = 0.15

# Lines whose distance is above this share of the usual one are not of one paragraph.
_FURTHER = 1.25

# Without other lines to compare with, the distance between two lines, in heights, and the least
# indentation and room at the end of a line that mean something.
_FAR = 1.7
_INDENT = 0.6
_ROOM = 0.3
_MUCH_ROOM = 0.3  # of the width of the column


def paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """The paragraphs of all pages, in the order given, across page ends where a sentence runs on.

    Headers, footers and page numbers are left out where they are known for sure. No other text is
    lost or changed, but for hyphens at line ends and the white space between lines.
    """
    lines = [(number, line) for number, page in enumerate(_unrepeated(pages)) for line in page]
    known = frozenset(word.lower() for _, line in lines for word in _WORD.findall(line.text[:2000]))
    usual = _usual_distances(line for _, line in lines)
    found: list[Paragraph] = []
    group: list[tuple[int, Line]] = []
    for place, margin in _with_margins(lines, usual):
        if group and not _goes_on(group[-1], place, margin, usual):
            found.append(_paragraph(group, known))
            group = []
        group.append(place)
    if group:
        found.append(_paragraph(group, known))
    return found


def _unrepeated(pages: Sequence[Page]) -> list[list[Line]]:
    """The lines of each page without headers, footers and page numbers."""
    places: defaultdict[tuple[str | int, int], set[int]] = defaultdict(set)
    for number, page in enumerate(pages):
        for line in page.lines:
            if _in_margin(line, page):
                for key in _likenesses(line, number):
                    places[key].add(number)

    def wanted(line: Line, number: int, page: Page) -> bool:
        if not _in_margin(line, page):
            return True
        alone = _PAGE_NUMBER.fullmatch(line.text)
        if alone and int(alone[1]) == number + 1:
            return False
        repeated = any(len(places[key]) >= _REPEATED for key in _likenesses(line, number))
        # At the top of the first page it may be the title; there it stays.
        is_title = number == 0 and not alone and line.bottom > page.height / 2
        return not repeated or is_title

    kept = [
        [line for line in page.lines if wanted(line, number, page)]
        for number, page in enumerate(pages)
    ]
    return kept if any(kept) else [list(page.lines) for page in pages]


def _in_margin(line: Line, page: Page) -> bool:
    return line.bottom > (1 - _MARGIN) * page.height or line.top < _MARGIN * page.height


def _likenesses(line: Line, page: int) -> list[tuple[str | int, int]]:
    """What a header can have in common with that of another page, each with its height there.

    These are its words, numbers aside, and how far its page number is from the count of pages.
    """
    height = round(line.bottom / 4)
    found: list[tuple[str | int, int]] = [(_NUMBERS.sub("#", line.text[:300]), height)]
    for match in (_NUMBER_AT_START.match(line.text), _NUMBER_AT_END.search(line.text[-6:])):
        if match:
            found.append((int(match[1]) - page, height))
    return found


def _usual_distances(lines: Iterable[Line]) -> dict[int, float]:
    """For each size of lines how far apart such lines are, as a rule."""
    distances: defaultdict[int, list[float]] = defaultdict(list)
    for above, below in pairwise(lines):
        distance = above.bottom - below.bottom
        if _alike(above, below) and 0 < distance < _FAR * max(above.size, below.size):
            distances[round(below.size)].append(distance)
    return {size: median(found) for size, found in distances.items()}


def _alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _is_below(above: Line, below: Line, usual: dict[int, float]) -> bool:
    """Whether a line stands where the next one of the same paragraph stands."""
    distance = above.bottom - below.bottom
    furthest = _FAR * max(above.size, below.size)
    if round(below.size) in usual:
        furthest = min(furthest, _FURTHER * usual[round(below.size)] + 1)
    return (
        _alike(above, below)
        and 0 < distance <= furthest
        and below.left < above.right
        and above.left < below.right
    )


def _with_margins(
    lines: Sequence[tuple[int, Line]], usual: dict[int, float]
) -> Iterable[tuple[tuple[int, Line], float]]:
    """Each line with the right end of the longest line of its column near it."""
    block: list[tuple[int, Line]] = []
    for place in lines:
        if block and (block[-1][0] != place[0] or not _is_below(block[-1][1], place[1], usual)):
            yield from _ended(block)
            block = []
        block.append(place)
    yield from _ended(block)


def _ended(block: list[tuple[int, Line]]) -> Iterable[tuple[tuple[int, Line], float]]:
    margin = max((line.right for _, line in block), default=0.0)
    return [(place, margin) for place in block]


def _goes_on(
    before: tuple[int, Line], after: tuple[int, Line], margin: float, usual: dict[int, float]
) -> bool:
    """Whether a line belongs to the paragraph of the line before it."""
    above, below = before[1], after[1]
    if above.hyphen:
        return True
    ended = bool(_ENDED.search(above.text[-6:]))
    begins = below.text[0].isupper() or bool(_BULLET.match(below.text))
    if before[0] != after[0] or below.bottom > above.top:
        # The next page or column.
        return _alike(above, below) and not ended and not begins
    if abs(above.bottom - below.bottom) < _INDENT * min(above.size, below.size):
        return True  # beside it, in the same line
    if not _is_below(above, below, usual) or _BULLET.match(below.text):
        return False
    if _LEADER.search(above.text[-20:]):
        return False
    if _OPEN.search(above.text[-2:]):
        return True
    room = margin - above.right
    if not ended and below.text[0].islower():
        # Room that the next word would fill is no end of a paragraph here, but of a list's item.
        return room < _MUCH_ROOM * (margin - min(above.left, below.left))
    set_in = below.left - above.left > _INDENT * below.size
    if set_in and not (_BULLET.match(above.text) and not ended):
        return False
    # Would the first word have fitted onto the line before, it was not the width that ended it.
    return room < below.first_word + _ROOM * below.size


def _paragraph(group: Sequence[tuple[int, Line]], known: frozenset[str]) -> Paragraph:
    """Puts lines together."""
    pieces: list[str] = []
    length = 0
    pages: list[tuple[int, int]] = []
    before: Line | None = None
    for number, line in group:
        between = _between(before, line, known) if before else ""
        length += len(between)
        if not pages or pages[-1][0] != number:
            pages.append((number, length))
        pieces += (between, line.text)
        length += len(line.text)
        before = line
    if before is not None and before.hyphen:
        pieces.append("-")
    return Paragraph("".join(pieces), median(line.size for _, line in group), tuple(pages))


def _between(above: Line, below: Line, known: frozenset[str]) -> str:
    """What stands between two lines of a paragraph: a blank, a hyphen or nothing."""
    if above.hyphen:
        first, second = _LAST_WORD.search(above.text[-41:]), _FIRST_WORD.match(below.text)
        if not first or not second or not second[0][0].islower():
            return "-"
        whole = (first[0] + second[0]).lower()
        compound = f"{first[0]}-{second[0]}".lower()
        return "-" if compound in known and whole not in known else ""
    if _OPEN.search(above.text[-2:]) and below.text[0].isalnum():
        return ""  # "2010-" and "2015", "well-" and "Known"
    wide = above.text[-1] >= "\u2e80" and below.text[0] >= "\u2e80"
    return "" if wide and not _is_hangul(below.text[0]) else " "


def _is_hangul(character: str) -> bool:
    return "\uac00" <= character <= "\ud7ff"
