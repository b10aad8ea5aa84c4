"""Words as they are written, each taken apart once and kept as numbers for the next text."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain
from typing import cast

import numpy as np
from numpy.typing import NDArray

from qa import lexicon as lex
from qa.terms import stems, surfaces, tokens
from qa.vectors import Vectors

TERM, WORD, ROW, FLAGS = range(4)  # the rows of `Forms.codes`
# What kind of word it is: the flags.
CAPITAL, NUMBER, YEAR, DATE, FUNCTION, LOCATING, REASON, PRONOUN = (1 << i for i in range(8))
AMOUNT = 1 << 8  # a number that is no year
FULL = 1 << 15  # forms from which on they give way to new ones
_FIRST = 1 << 10

Codes = NDArray[np.int64]
Part = tuple[int, int, int]


class Forms:
    """What tokens are, by the numbers of the forms in which they are written.

    `words` and `terms` have their folded words and terms, `codes` (4 x forms) `keys_of` term and
    word, the row of the word's vector, and flags that tell what kind of word it is. Forms that are
    looked up are added; threads may share them.
    """

    def __init__(self) -> None:
        self.words: list[str] = []
        self.terms: list[str] = []
        self.codes: Codes = np.empty((4, _FIRST), np.int64)
        self._numbers: dict[str, int] = {}  # of what is written; below 0 if it is not one token
        self._several: list[tuple[Part, ...]] = []
        self._lock = threading.Lock()

    def numbers(self, written: Sequence[str]) -> list[int]:
        """The numbers of some `surfaces`; below 0 for those that are not just one token."""
        found = list(map(self._numbers.get, written))
        if None in found:
            new = {
                surface for surface, number in zip(written, found, strict=True) if number is None
            }
            with self._lock:
                self._add(new.difference(self._numbers))
            found = list(map(self._numbers.get, written))
        return cast(list[int], found)

    def parts(self, number: int) -> tuple[Part, ...]:
        """The tokens of a surface with a number below 0: where each begins and ends in it, and its
        own number."""
        return self._several[-number - 1]

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """The forms of each text's tokens, in order."""
        each = [surfaces(text) for text in texts]
        numbers = self.numbers(list(chain.from_iterable(each)))
        found, at = [], 0
        for written in each:
            end = at + len(written)
            own = numbers[at:end]
            if own and min(own) < 0:
                own = list(chain.from_iterable(map(self.tokens, own)))
            found.append(own)
            at = end
        return found

    def tokens(self, number: int) -> list[int]:
        """The forms of the tokens of a surface."""
        return [number] if number >= 0 else [own for _, _, own in self.parts(number)]

    def _add(self, written: Iterable[str]) -> None:
        plain: list[str] = []
        odd: list[str] = []
        for surface in written:
            (plain if surface.isascii() and surface.isalpha() else odd).append(surface)
        first = len(self.words)
        numbers = dict(zip(plain, range(first, first + len(plain)), strict=True))
        words = [surface.lower() for surface in plain]  # nothing to take apart or away
        terms = stems(words)
        flags = list(map(_flags, plain, words))
        for surface in odd:
            parts = []
            for token in tokens(surface):
                parts.append((token.start, token.end, first + len(words)))
                words.append(token.word)
                terms.append(token.term)
                flags.append(_flags(surface[token.start : token.end], token.word))
            if len(parts) == 1 and parts[0][:2] == (0, len(surface)):
                numbers[surface] = parts[0][2]
            else:
                self._several.append(tuple(parts))
                numbers[surface] = -len(self._several)
        last, room = first + len(words), self.codes.shape[1]
        if last > room:
            more = np.empty((4, max(last, 2 * room) - room), np.int64)
            self.codes = np.concatenate([self.codes, more], axis=1)
        rows = Vectors.shipped().rows(terms)
        self.codes[:, first:last] = keys_of(terms), keys_of(words), rows, flags
        self.words += words
        self.terms += terms
        self._numbers |= numbers  # the last, as others look for them without the lock


_kept = Forms()


def forms() -> Forms:
    """The forms that have been seen so far, or as many as memory should hold."""
    global _kept
    if len(_kept.words) > FULL:
        _kept = Forms()
    return _kept


def keys_of(terms: Iterable[str]) -> NDArray[np.int64]:
    """The numbers that stand for terms or words in `Forms.codes`: good for this process only."""
    return np.array(list(map(hash, terms)), np.int64)


def _flags(written: str, word: str) -> int:
    flags = _kinds().get(word, 0)
    if written[0].isupper():
        flags |= CAPITAL
    if word[0].isdigit():
        flags |= NUMBER | AMOUNT
        if len(word) == 4 and word.isdigit() and "1000" <= word < "2100":
            flags ^= YEAR | AMOUNT
    return flags


@cache
def _kinds() -> dict[str, int]:
    kinds: dict[str, int] = {}
    for flag, words in (
        (NUMBER | AMOUNT, lex.NUMBER_WORDS), (DATE, lex.MONTHS), (DATE, lex.WEEKDAYS),
        (FUNCTION, lex.FUNCTION_WORDS), (LOCATING, _LOCATING), (REASON, _REASONS),
        (PRONOUN, _LEANING),
    ):  # fmt: skip
        for word in words:
            kinds[word] = kinds.get(word, 0) | flag
    return kinds


_LOCATING = frozenset(["in", "at", "near", "from", "on", "of", "to"])
_REASONS = frozenset(
    [
        "because", "due", "since", "therefore", "thus", "reason", "reasons", "result", "resulted",
        "caused", "owing", "order",
    ]
)  # fmt: skip
_LEANING = frozenset(
    ["he", "she", "it", "they", "this", "these", "his", "her", "their", "its", "that", "those",
     "such"]
)  # fmt: skip
