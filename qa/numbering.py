"""The numbers and bullets of lists in DOCX, which stand in no text but are counted when printed."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.xml import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PLACE = re.compile(r"%([1-9])")
_LARGEST = 1_000_000  # numbers above mean a damaged file


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered: the form of its number, its text, the first number."""

    form: str = "decimal"
    text: str = "%1."
    start: int = 1


class Numbering:
    """Counts the items of a document's lists, in the order in which they stand there."""

    def __init__(self, root: Element | None = None) -> None:
        """`root` is that of `word/numbering.xml`; without it every item gets a dash."""
        self._levels: dict[str, dict[int, Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for node in root if root is not None else ():
            if local(node.tag) == "abstractNum":
                self._levels[_value(node, "abstractNumId")] = dict(map(_level, _of(node, "lvl")))
            elif local(node.tag) == "num":
                for inner in _of(node, "abstractNumId"):
                    self._lists[_value(node, "numId")] = _value(inner, "val")

    def marker(self, list_id: str, depth: int) -> str:
        """What stands before the next item of a list, on level `depth` from 0, with a blank.

        Empty if the list has no numbers: "0" takes a paragraph out of its list.
        """
        if list_id == "0":
            return ""
        plan = self._lists.get(list_id, "")
        levels = self._levels.get(plan, {})
        level = levels.get(depth)
        if level is None or level.form == "bullet":
            return "- "
        counts = self._counts[plan]
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        if level.form == "none":
            return ""

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            there = levels.get(at, Level())
            return numeral(counts.get(at, there.start), there.form)

        text = _PLACE.sub(number, level.text[:100]).strip()
        return f"{text} " if text else ""


def numeral(number: int, form: str) -> str:
    """A number as Word writes it: "decimal", "lowerLetter", "upperRoman" …"""
    if 0 < number < 5000 and form.endswith("Roman"):
        digits = ""
        for value, sign in _ROMAN:
            digits += sign * (number // value)
            number %= value
        return digits if form == "lowerRoman" else digits.upper()
    if 0 < number <= 780 and form.endswith("Letter"):
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter if form == "lowerLetter" else letter.upper()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _level(node: Element) -> tuple[int, Level]:
    found = {local(inner.tag): _value(inner, "val") for inner in node}
    level = Level(
        found.get("numFmt", "decimal"), found.get("lvlText", ""), _whole(found.get("start", "1"))
    )
    return _whole(_value(node, "ilvl")), level


def _of(node: Element, tag: str) -> list[Element]:
    return [inner for inner in node if local(inner.tag) == tag]


def _value(node: Element, name: str) -> str:
    return next((value for key, value in node.attrib.items() if local(key) == name), "")


def _whole(digits: str) -> int:
    return min(int(digits), _LARGEST) if re.fullmatch(r"\d{1,9}", digits) else 0
