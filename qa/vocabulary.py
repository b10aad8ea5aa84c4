"""Numbers for the terms of many documents, each surface form taken apart only once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from qa.terms import lexemes

FULL = 250_000  # surface forms from which on a vocabulary should give way to a new one


class Vocabulary(dict[str, int]):
    """The number of the term of each surface form; below 0 where it is not just one token.

    Forms that are looked up are added. `words` has the folded word of each, or several with a line
    end between them.
    """

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self._terms: dict[str, int] = {}
        self._digests: list[bytes] = []
        self._odd: list[list[int]] = []

    def __missing__(self, surface: str) -> int:
        found = lexemes(surface)
        if len(found) == 1:
            word, term = found[0]
            self.words[surface] = word
            number = self._number(term)
        else:
            self.words[surface] = "\n".join(word for word, _ in found)
            self._odd.append([self._number(term) for _, term in found])
            number = -len(self._odd)
        self[surface] = number
        return number

    def _number(self, term: str) -> int:
        number = self._terms.setdefault(term, len(self._digests))
        if number == len(self._digests):
            self._digests.append(_digest(term))
        return number

    def hashes(self, numbers: Iterable[int]) -> NDArray[np.uint64]:
        """`hash_of` the terms with these numbers."""
        return np.frombuffer(b"".join(map(self._digests.__getitem__, numbers)), "<u8")

    def flat(
        self, several: NDArray[np.int64], counts: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The terms of surface forms, and each sentence's number of them, odd forms resolved.

        `several` are what was looked up, `counts` how many of these each sentence has.
        """
        parts = [self._odd[-n - 1] if n < 0 else [n] for n in several.tolist()]
        sizes = np.fromiter(map(len, parts), np.int64, len(parts))
        before = np.r_[0, np.cumsum(sizes)][np.r_[0, np.cumsum(counts)]]
        flat = np.array(list(chain.from_iterable(parts)), np.int64)
        return flat, np.diff(before).astype(np.int32)


def hash_of(text: str) -> int:
    """64 bits that stand for a term, or for a path."""
    return int.from_bytes(_digest(text), "little")


def hashes_of(texts: Iterable[str]) -> NDArray[np.uint64]:
    """`hash_of` each text."""
    return np.frombuffer(b"".join(map(_digest, texts)), "<u8")


def apart(words: Iterable[str]) -> set[str]:
    """Words of `Vocabulary.words`, none of them several or empty."""
    return {word for several in words for word in several.split("\n") if word}


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
