"""A sentence taken apart into words, once for all that look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.terms import Token


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
