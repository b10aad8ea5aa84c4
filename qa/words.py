"""A sentence taken apart into words, once for all that look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from qa.forms import Codes, forms
from qa.terms import Token, surfaces


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


@dataclass(frozen=True)
class Line:
    """A text that is looked at word by word, and taken apart in full only where that is asked for.

    Most of the sentences that are looked at for a question are not looked at again.
    """

    text: str

    @classmethod
    def several(cls, texts: Sequence[str]) -> list[Line]:
        """The lines of some texts that are all looked at: quicker than one after the other."""
        lines = [cls(text) for text in texts]
        known = forms()
        each = known.of(texts)
        codes = known.codes.take(list(chain.from_iterable(each)), axis=1)
        at = 0
        for line, numbers in zip(lines, each, strict=True):
            vars(line)["codes"] = codes[:, at : at + len(numbers)]
            at += len(numbers)
        return lines

    @cached_property
    def codes(self) -> Codes:
        """The tokens as numbers, in order (4 x T): columns of `Forms.codes`."""
        known = forms()
        [numbers] = known.of([self.text])
        return known.codes.take(np.array(numbers, np.int64), axis=1)

    @cached_property
    def known(self) -> frozenset[str]:
        """The terms of the text."""
        known = forms()
        [numbers] = known.of([self.text])
        return frozenset(map(known.terms.__getitem__, numbers))

    @cached_property
    def words(self) -> Words:
        """The tokens with their places."""
        known, text = forms(), self.text
        words, terms = known.words, known.terms
        written = surfaces(text)
        found: list[Token] = []
        capital: list[bool] = []
        ends: list[int] = []
        at = 0
        for surface, number in zip(written, known.numbers(written), strict=True):
            at = text.index(surface, at)  # no letter or digit stands between two tokens
            size = len(surface)
            parts = ((0, size, number),) if number >= 0 else known.parts(number)
            for start, end, own in parts:
                found.append(Token(at + start, at + end, words[own], terms[own]))
                capital.append(surface[start].isupper())
                ends.append(at + start + _bare_end(surface[start:end]))
            at += size
        return Words(text, tuple(found), tuple(capital), tuple(ends))


def take_apart(text: str, found: Sequence[Token]) -> Words:
    """The sentence `text` with its tokens as the generators want it."""
    return Words(
        text,
        tuple(found),
        tuple(text[t.start].isupper() for t in found),
        tuple(t.start + _bare_end(text[t.start : t.end]) for t in found),
    )


def _bare_end(surface: str) -> int:
    """The length of a word without a possessive ending."""
    if surface[-1] in "s'’" and not surface.isalpha():
        for ending in ("'s", "’s", "'", "’"):
            if surface.endswith(ending):
                return len(surface) - len(ending)
    return len(surface)
