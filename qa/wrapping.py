"""Lines of text for a terminal: cut to its width, which wide and combining characters count in."""

from __future__ import annotations

import unicodedata

# Where a phrase begins and ends until lines are wrapped: private characters, which `printable`
# takes out of everything else.
OPEN, CLOSE = "\ue000", "\ue001"
# In a line of Chinese or Japanese, which may end between any other two characters.
_NEVER_FIRST, _NEVER_LAST = (
    "、。，．・：；？！）〕］｝〉》」』】〙〗*",
    "（〔［｛〈《「『【〘〖*" + OPEN,
)


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """`text` in lines of at most `width` columns, each behind `indent`; long words stay whole."""
    lines, line, used = [], "", 0
    for word in text.split(" "):
        if not word:
            continue
        gap = " " if line else ""
        for unit in _units(word):
            needed = columns(unit)
            if line and used + len(gap) + needed > width:
                lines.append(indent + line)
                line, used, gap = "", 0, ""
            line += gap + unit
            used += len(gap) + needed
            gap = ""
    return [*lines, indent + line] if line or not lines else lines


def _units(word: str) -> list[str]:
    """The pieces of a word between which a line may end: only wide characters stand alone."""
    if word.isascii():
        return [word]
    units: list[str] = []
    after_wide = False
    for c in word:
        wide = _width(c) == 2
        between = (wide or after_wide) and c not in _NEVER_FIRST and (_width(c) or c == OPEN)
        if units and (not between or units[-1][-1] in _NEVER_LAST):
            units[-1] += c
        else:
            units.append(c)
        after_wide = wide or (after_wide and not between)
    return units


def columns(text: str) -> int:
    return len(text) if text.isascii() else sum(_width(c) for c in text)


def _width(c: str) -> int:
    """Columns of a character on a terminal: 0, 1 or 2."""
    if c < "\u0300":
        return 1
    if c in (OPEN, CLOSE) or unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
