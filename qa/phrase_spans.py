"""A sentence as the phrase scorer sees it: arrays over its tokens, and all spans worth scoring."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qa import lexicon as lex
from qa.answer import DatePhrase
from qa.dates import find_dates
from qa.parts_of_speech import ARTICLES, NEVER_FIRST, NEVER_LAST, classes
from qa.spans import Candidate, bounds, candidates
from qa.words import Line, Words

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
_SHIFT = 20  # no sentence has as many tokens as two to this power
_SEMICOLON = GAP_OF["semicolon"]


class SentenceSpans:
    """The spans of one sentence with what they are without any question.

    `marks` has a row each for word class, hash of the word, what stands before the token, and
    whether it is a function word and continues a name; columns are the tokens, with PADDING on
    either side. Span k are the tokens
    `first[k]` to `last[k]` (exclusive); `shapes[k]` are those of `qa.spans`, as bits.
    """

    def __init__(self, words: Words, dates: Sequence[DatePhrase]) -> None:
        """Looks at all spans of at most LONGEST tokens that do not begin or end as none can."""
        self.words = words
        self.found = candidates(words, dates)
        count = self.count = len(words.tokens)
        kinds = self._kinds = classes(words)
        gaps = [_gap_class(words.gap(i)) if i else 0 for i in range(count)]
        hashes = [_hashes(token.word) for token in words.tokens]
        goes_on = [0] * count
        for candidate in self.found:
            if "name" in candidate.shapes:
                for i in range(candidate.first + 1, candidate.last):
                    goes_on[i] = 1
        before, after = [0] * PADDING, [1] * PADDING
        self.marks = np.array(
            [
                before + kinds + before, before + [h[0] for h in hashes] + before,
                before + gaps + before, after + [h[1] for h in hashes] + after,
                before + goes_on + before,
            ],
            np.int64,
        )  # fmt: skip
        every = _every(count)
        opens = np.array([kind not in NEVER_FIRST for kind in kinds], bool)
        closes = np.array([kind not in NEVER_LAST for kind in kinds], bool)
        kept = opens[every.first] & closes[every.last - 1]
        if _SEMICOLON in gaps:  # which ends every span
            ended = np.concatenate([[0], np.cumsum(np.array(gaps) == _SEMICOLON)])
            kept &= ended[every.last] == ended[every.first + 1]
        keys = every.keys[kept]
        # Those that `qa.spans` offers, a few of them besides.
        found = [self._key(candidate) for candidate in self.found]
        others = set(found).difference(keys.tolist())
        if others:
            keys = np.concatenate([keys, np.array([*others], np.int64)])
            keys.sort()
        # The number of the span that each candidate of `found` became.
        self.numbers: list[int] = keys.searchsorted(np.array(found, np.int64)).tolist()
        shapes = [0] * len(keys)
        for number, candidate in zip(self.numbers, self.found, strict=True):
            for shape in candidate.shapes:
                shapes[number] |= _BIT_OF[shape]
        self.first: Ints = keys >> _SHIFT
        self.last: Ints = keys & ((1 << _SHIFT) - 1)
        self.shapes: Ints = np.array(shapes, np.int64)

    def _key(self, candidate: Candidate) -> int:
        """A candidate's tokens without the articles that it begins with, as one number."""
        first, last = candidate.first, candidate.last
        while first < last - 1 and self._kinds[first] in ARTICLES:
            first += 1
        return (first << _SHIFT) + last

    def candidate(self, number: int) -> Candidate:
        """A span as a phrase of the sentence, with its bounds and shapes."""
        first, last = int(self.first[number]), int(self.last[number])
        shapes = frozenset(shape for shape in SHAPES if self.shapes[number] & _BIT_OF[shape])
        return Candidate(*bounds(self.words, first, last), first, last, shapes)


@dataclass(frozen=True)
class _Every:
    """All spans of at most LONGEST tokens of a sentence, in order, and each as one number."""

    first: Ints
    last: Ints
    keys: Ints


@lru_cache(maxsize=1 << 8)
def _every(count: int) -> _Every:
    first = np.repeat(np.arange(count), LONGEST)
    last = first + np.tile(np.arange(1, LONGEST + 1), count)
    first, last = first[last <= count], last[last <= count]
    return _Every(first, last, (first << _SHIFT) + last)


@lru_cache(maxsize=1 << 8)
def sentence_spans(line: Line, date: str | None) -> SentenceSpans:
    """The spans of a sentence of a document of that date: many questions look at the same ones."""
    return SentenceSpans(line.words, find_dates(line.text, date))


@lru_cache(maxsize=1 << 15)
def _hashes(word: str) -> tuple[int, bool]:
    return crc(word), word in lex.FUNCTION_WORDS


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
