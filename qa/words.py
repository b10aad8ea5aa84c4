"""A sentence taken apart into words, once for all that look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from sys import intern

import numpy as np
from numpy.typing import NDArray

from qa import lexicon as lex
from qa.terms import Token, lexemes, surfaces, tokens
from qa.vectors import Vectors
from qa.vocabulary import hash_of

# What kind of word a token is: flags of `Line.codes`.
CAPITAL, NUMBER, YEAR, DATE, FUNCTION, LOCATING, REASON, PRONOUN = (1 << i for i in range(8))
TERM, WORD, ROW, FLAGS = range(4)  # the columns of `Line.codes`


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence taken apart once: its text, tokens, and which tokens are capitalised."""

    text: str
    tokens: tuple[Token, ...]
    capital: tuple[bool, ...]
    end: tuple[int, ...]  # of each token, without a possessive ending

    def gap(self, i: int) -> str:
        """What stands between token i-1 and token i."""
        return self.text[self.tokens[i - 1].end : self.tokens[i].start]


@dataclass(frozen=True, slots=True)
class Seen:
    """A token as it stands in any text: its place in what is written, and what `Words` keeps."""

    start: int
    end: int
    word: str
    term: str
    capital: bool
    bare: int


@dataclass(frozen=True)
class Line:
    """A text that is looked at word by word, and taken apart in full only where that is asked for.

    Most of the sentences that are looked at for a question are not looked at again.
    """

    text: str

    @cached_property
    def seen(self) -> tuple[Seen, ...]:
        """The tokens without their places in the text, in order."""
        return tuple([token for surface in surfaces(self.text) for token in _seen(surface)])

    @cached_property
    def known(self) -> frozenset[str]:
        """The terms of the text."""
        return frozenset([token.term for token in self.seen])

    @cached_property
    def said(self) -> frozenset[str]:
        """The folded words of the text."""
        return frozenset([token.word for token in self.seen])

    @cached_property
    def codes(self) -> NDArray[np.int64]:
        """The tokens as numbers, in order (T x 4): `key_of` term and word, row of the word's
        vector, and flags that tell what kind of word it is."""
        found = [code for surface in surfaces(self.text) for code in _codes(surface)]
        return np.array(found, np.int64).reshape(-1, 4)

    @cached_property
    def words(self) -> Words:
        """The tokens with their places."""
        found: list[Token] = []
        ends: list[int] = []
        at = 0
        for surface in surfaces(self.text):
            at = self.text.index(surface, at)  # no letter or digit stands between two tokens
            for token in _seen(surface):
                found.append(Token(at + token.start, at + token.end, token.word, token.term))
                ends.append(at + token.bare)
            at += len(surface)
        return Words(
            self.text, tuple(found), tuple([token.capital for token in self.seen]), tuple(ends)
        )


def key_of(term: str) -> int:
    """A number below 2**63 that stands for a term or word in `Line.codes`."""
    return hash_of(term) >> 1


def terms_of(text: str) -> frozenset[str]:
    """The terms of a text, each word of which is looked at once."""
    return frozenset(chain.from_iterable(map(terms_in, set(surfaces(text)))))


@lru_cache(maxsize=1 << 15)
def terms_in(surface: str) -> tuple[str, ...]:
    """The terms of one of `surfaces`: one, rarely none or two."""
    return tuple([intern(term) for _, term in lexemes(surface)])


@lru_cache(maxsize=1 << 14)
def _seen(surface: str) -> tuple[Seen, ...]:
    return tuple(
        Seen(
            t.start, t.end, t.word, t.term, surface[t.start].isupper(),
            t.start + _bare_end(surface[t.start : t.end]),
        )
        for t in tokens(surface)
    )  # fmt: skip


@lru_cache(maxsize=1 << 15)
def _codes(surface: str) -> tuple[tuple[int, int, int, int], ...]:
    rows = Vectors.shipped().rows
    return tuple(
        (key_of(token.term), key_of(token.word), rows.get(token.term, -1), _flags(token))
        for token in _seen(surface)
    )


def _flags(token: Seen) -> int:
    word = token.word
    year = len(word) == 4 and word.isdigit() and "1000" <= word < "2100"
    return (
        CAPITAL * token.capital
        | NUMBER * (word[0].isdigit() or word in lex.NUMBER_WORDS)
        | YEAR * year
        | DATE * (word in lex.MONTHS or word in lex.WEEKDAYS)
        | FUNCTION * (word in lex.FUNCTION_WORDS)
        | LOCATING * (word in _LOCATING)
        | REASON * (word in _REASONS)
        | PRONOUN * (word in _LEANING)
    )


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


@lru_cache(maxsize=1 << 13)
def _bare_end(surface: str) -> int:
    for ending in ("'s", "’s", "'", "’"):
        if surface.endswith(ending):
            return len(surface) - len(ending)
    return len(surface)


def take_apart(text: str, found: Sequence[Token]) -> Words:
    """The sentence `text` with its tokens as the generators want it."""
    return Words(
        text,
        tuple(found),
        tuple(text[t.start].isupper() for t in found),
        tuple(t.start + _bare_end(text[t.start : t.end]) for t in found),
    )
