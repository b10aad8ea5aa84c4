"""A sentence as the phrase scorer sees it: arrays over its tokens, and all spans worth scoring."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa import lexicon as lex
from qa.answer import DatePhrase
from qa.parts_of_speech import ARTICLES, NEVER_FIRST, NEVER_LAST, classes
from qa.spans import Candidate, bounds, candidates
from qa.words import Words

Ints = NDArray[np.int64]
LONGEST = 10  # tokens of a span, unless `qa.spans` offers a longer one
PADDING = 3  # tokens before and after a sentence that are none
# What stands between two tokens.
GAPS = (
    "edge", "blank", "comma", "semicolon", "opening bracket", "closing bracket", "opening quote",
    "closing quote", "hyphen", "dash", "period", "other", "currency",
)  # fmt: skip
GAP_OF = {name: number for number, name in enumerate(GAPS)}
SHAPES = (
    "name", "titled", "title", "date", "year", "time", "number", "place", "whereabouts", "reason",
    "weak reason", "purpose", "manner", "quoted", "clause", "noun", "cut", "linked",
)  # fmt: skip
_BIT_OF = {name: 1 << number for number, name in enumerate(SHAPES)}
_SEMICOLON = GAP_OF["semicolon"]


class SentenceSpans:
    """The spans of one sentence with what they are without any question.

    `marks` has a row each for word class, hash of the word, hash of its last three letters, what
    stands before the token, and whether it has a possessive ending; columns are the tokens, with
    PADDING on either side. `function` tells which columns are function words. Span k are the tokens
    `first[k]` to `last[k]` (exclusive); `shapes[k]` are those of `qa.spans`, as bits.
    """

    def __init__(self, words: Words, dates: Sequence[DatePhrase]) -> None:
        """Looks at all spans of at most LONGEST tokens that do not begin or end as none can."""
        self.words = words
        self.found = candidates(words, dates)
        count = self.count = len(words.tokens)
        kinds = classes(words)
        gaps = [_gap_class(words.gap(i)) for i in range(1, count)]
        gaps.insert(0, 0)
        self._kinds = kinds
        hashes = [_hashes(token.word) for token in words.tokens]
        self.marks = np.zeros((5, count + 2 * PADDING), np.int64)
        inside = self.marks[:, PADDING : PADDING + count]
        inside[0], inside[3] = kinds, gaps[:count]
        inside[1], inside[2] = [h[0] for h in hashes], [h[1] for h in hashes]
        inside[4] = [words.end[i] != token.end for i, token in enumerate(words.tokens)]
        self.function = np.ones(count + 2 * PADDING, bool)
        self.function[PADDING : PADDING + count] = [h[2] for h in hashes]
        self._number: dict[tuple[int, int], int] = {}
        closes = [kind not in NEVER_LAST for kind in kinds]
        for first in range(count):
            if kinds[first] in NEVER_FIRST:
                continue
            for last in range(first + 1, min(count, first + LONGEST) + 1):
                if gaps[last - 1] == _SEMICOLON and last > first + 1:
                    break
                if closes[last - 1]:
                    self._number[first, last] = len(self._number)
        shapes = [0] * len(self._number)
        for candidate in self.found:
            number = self._number.setdefault(self._place(candidate), len(self._number))
            if number == len(shapes):
                shapes.append(0)
            for shape in candidate.shapes:
                shapes[number] |= _BIT_OF[shape]
        places = np.array(list(self._number), np.int64).reshape(-1, 2)
        self.first: Ints = places[:, 0]
        self.last: Ints = places[:, 1]
        self.shapes: Ints = np.array(shapes, np.int64)

    def _place(self, candidate: Candidate) -> tuple[int, int]:
        """A candidate's tokens without the articles that it begins with."""
        first = candidate.first
        while first < candidate.last - 1 and self._kinds[first] in ARTICLES:
            first += 1
        return first, candidate.last

    def number(self, candidate: Candidate) -> int:
        """The number of the span that a candidate of `found` became."""
        return self._number[self._place(candidate)]

    def candidate(self, number: int) -> Candidate:
        """A span as a phrase of the sentence, with its bounds and shapes."""
        first, last = int(self.first[number]), int(self.last[number])
        shapes = frozenset(shape for shape in SHAPES if self.shapes[number] & _BIT_OF[shape])
        return Candidate(*bounds(self.words, first, last), first, last, shapes)


@lru_cache(maxsize=1 << 15)
def _hashes(word: str) -> tuple[int, int, bool]:
    return crc(word), crc(word[-3:]), word in lex.FUNCTION_WORDS


def crc(text: str) -> int:
    """A hash of a text that is the same on every machine: 32 bits."""
    return zlib.crc32(text.encode())


@lru_cache(maxsize=1 << 12)
def _gap_class(gap: str) -> int:
    return GAP_OF[_gap_name(gap)]


def _gap_name(gap: str) -> str:
    marks = gap.strip()
    if not marks:
        return "blank" if gap else "other"
    for name, signs in _SIGNS.items():
        if not signs.isdisjoint(marks):
            return name
    if not _QUOTES.isdisjoint(marks):
        return "opening quote" if marks[-1] in '"“' and gap[-1] != " " else "closing quote"
    for name, signs in _LATER_SIGNS.items():
        if not signs.isdisjoint(marks):
            return name
    return "hyphen" if marks == "-" else "period" if "." in marks else "other"


_SIGNS = {
    "opening bracket": frozenset("(["), "closing bracket": frozenset(")]"),
    "currency": frozenset(lex.CURRENCY), "dash": frozenset("–—"),
}  # fmt: skip
_QUOTES = frozenset('"“”')
_LATER_SIGNS = {"comma": frozenset(","), "semicolon": frozenset(";:")}
