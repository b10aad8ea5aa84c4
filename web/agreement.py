"""Whether several sources say the same: their phrases compared, in the order of their dates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Phrase, Quote

_LONGEST = 90  # code points of a phrase that can be held against another
_AROUND_DATES = 2  # words, such as "on the", with which a phrase is still a date alone
_ARTICLES = frozenset({"a", "an", "the"})
# "2" does not say the same as "2 million".
_SCALES = frozenset(
    {"dozen", "hundred", "thousand", "million", "billion", "trillion", "percent", "per", "point"}
)
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a source says; `agrees` if the best one does, too; `meaning` if it is a date."""

    phrase: str
    meaning: str | None
    quote: Quote
    agrees: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """The statements of two documents or more, by date, undated ones last, and how they compare."""

    statements: tuple[Statement, ...]

    @property
    def verdict(self) -> str:
        """It in a few words: "3 sources, 2 agree"."""
        count = len(self.statements)
        agreeing = sum(statement.agrees for statement in self.statements)
        if agreeing == count:
            return f"{count} sources agree"
        return f"{count} sources differ" if agreeing == 1 else f"{count} sources, {agreeing} agree"


def agreement(quotes: Sequence[Quote]) -> Agreement | None:
    """What the documents of `quotes`, best first, say; None if fewer than two can be compared.

    Of each document its best phrase counts. All are held against the first. Phrases of over 90
    code points are descriptions, which no two sources put alike: they are left out.
    """
    said: dict[str, Quote] = {}
    for quote in quotes:
        if quote.answer is not None and len(quote.answer.text) <= _LONGEST:
            said.setdefault(quote.document.id, quote)
    if len(said) < 2 or quotes[0] not in said.values():
        return None
    best = quotes[0]
    statements = [
        Statement(quote.answer.text, meaning(quote), quote, agree(best, quote))
        for quote in said.values()
        if quote.answer is not None
    ]
    statements.sort(key=lambda one: one.quote.document.by_date)
    return Agreement(tuple(statements))


def agree(one: Quote, other: Quote) -> bool:
    """Whether the phrases of two quotes say the same.

    Dates do if one is the other, or more exact: "last month" and "in August 2023", whatever their
    words. Others do if they hold the same words but for case, accents and articles, or one of them
    holds all that the other does, in a row: "Blinken" and "Antony Blinken".
    """
    if one.answer is None or other.answer is None:
        return False
    days = meaning(one), meaning(other)
    if days[0] and days[1]:
        return days[0].startswith(days[1]) or days[1].startswith(days[0])
    short, long = sorted((_words(one.answer), _words(other.answer)), key=len)
    return any(_same(short, long, place) for place in range(len(long) - len(short) + 1))


def meaning(quote: Quote) -> str | None:
    """The date that the phrase of a quote stands for; None if it is no date, or more than one."""
    phrase = quote.answer
    dates = [date for date in quote.dates if phrase and phrase.start <= date.start < phrase.end]
    if phrase is None or len(dates) != 1:
        return None
    others = len(_WORD.findall(phrase.text)) - len(_WORD.findall(dates[0].text))
    return dates[0].value if others <= _AROUND_DATES else None


def _same(short: Sequence[str], long: Sequence[str], place: int) -> bool:
    end = place + len(short)
    if not short or list(long[place:end]) != list(short):
        return not short and not long
    following = long[end] if end < len(long) else ""
    return not (short[-1].isdecimal() and following in _SCALES)


def _words(phrase: Phrase) -> tuple[str, ...]:
    words = tuple(_folded(phrase.text))
    return tuple(word for word in words if word not in _ARTICLES) or words


def _folded(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    for word in _WORD.finditer(bare.casefold()):
        yield word.group()
