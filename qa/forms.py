"""Words as they are written, each taken apart once and kept as numbers for the next text."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from qa import lexicon as lex
from qa.terms import lexemes, surfaces, tokens
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

    `words` and `terms` have their folded words and terms, `codes` (4 x forms) `key_of` term and
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

    def parts(self, written: Sequence[str]) -> list[tuple[Part, ...]]:
        """Of each of some `surfaces` the tokens in it: where they begin and end, and their forms'
        numbers."""
        return [
            ((0, len(surface), number),) if number >= 0 else self._several[-number - 1]
            for surface, number in zip(written, self._looked_up(written), strict=True)
        ]

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """The forms of each text's tokens, in order."""
        each = [surfaces(text) for text in texts]
        numbers = self._looked_up(list(chain.from_iterable(each)))
        found, at = [], 0
        for written in each:
            end = at + len(written)
            own = numbers[at:end]
            if own and min(own) < 0:
                own = [number for parts in self.parts(written) for _, _, number in parts]
            found.append(own)
            at = end
        return found

    def _looked_up(self, written: Sequence[str]) -> list[int]:
        new = set(written).difference(self._numbers)
        if new:
            with self._lock:
                self._add(new.difference(self._numbers))
        return list(map(self._numbers.__getitem__, written))

    def _add(self, written: Iterable[str]) -> None:
        first = number = len(self.words)
        words, terms, numbers, capital = [], [], {}, []
        for surface in written:
            parts = _parts(surface)
            several = []
            for start, end, word, term in parts:
                words.append(word)
                terms.append(term)
                capital.append(surface[start].isupper())
                several.append((start, end, number))
                number += 1
            if len(parts) == 1 and parts[0][:2] == (0, len(surface)):
                numbers[surface] = number - 1
            else:
                self._several.append(tuple(several))
                numbers[surface] = -len(self._several)
        if number > self.codes.shape[1]:
            room = max(number, 2 * self.codes.shape[1])
            self.codes = np.concatenate(
                [self.codes, np.empty((4, room - self.codes.shape[1]), np.int64)], axis=1
            )
        added = self.codes[:, first:number]
        added[TERM], added[WORD] = keys_of(terms), keys_of(words)
        added[ROW] = Vectors.shipped().rows(terms)
        added[FLAGS] = list(map(_flags, words))
        added[FLAGS] |= CAPITAL * np.array(capital, np.int64)
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


def _parts(surface: str) -> list[tuple[int, int, str, str]]:
    """The tokens of a surface: where they begin and end, their folded words and terms."""
    if surface.isascii() and surface.isalpha():  # most are: nothing to take apart
        [(word, term)] = lexemes(surface)
        return [(0, len(surface), word, term)]
    return [(token.start, token.end, token.word, token.term) for token in tokens(surface)]


def _flags(word: str) -> int:
    flags = _kinds().get(word, 0)
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
