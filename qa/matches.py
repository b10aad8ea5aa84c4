"""Where a question's words, and words near them in meaning, stand in candidate sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.features import SearchTerm
from qa.terms import stem
from qa.vectors import Vectors
from qa.words import FLAGS, ROW, TERM, Line, key_of

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
_NEAREST = 0.95  # likeness of two different terms at most
_NOTHING = np.array([[0, 0, -1, 0]], np.int64)


@dataclass(frozen=True)
class Matches:
    """m question terms against the T tokens of n sentences, one sentence after the other.

    `codes` (4 x T) are the columns of `Line.codes`; a sentence without tokens has an empty one.
    `starts` says where each sentence begins, `sentence` to which each token belongs. `same` (m x T)
    is True where a token is the question's term, or one of the family of the noun asked for; `like`
    (m x T) is how near its meaning is: 1 where it is the same, below 0.95 elsewhere.
    """

    codes: NDArray[np.int64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    sentence: NDArray[np.int64]
    same: Flags
    like: Floats

    @classmethod
    def of(cls, search: Sequence[SearchTerm], lines: Sequence[Line]) -> Matches:
        """Compares the terms with every token of the lines."""
        each = [line.codes if len(line.codes) else _NOTHING for line in lines]
        sizes = np.array([len(codes) for codes in each], np.int64)
        codes = np.ascontiguousarray(np.concatenate(each).T)
        keys = codes[TERM]
        terms = [term.term or stem(term.word) for term in search]
        same = keys == np.array([key_of(term) for term in terms])[:, None]
        for number, term in enumerate(search):
            if term.family:
                family = np.array([key_of(other) for other in term.family])
                same[number] |= (keys[:, None] == family).any(axis=1)
        vectors = Vectors.shipped()
        rows, places = np.unique(codes[ROW], return_inverse=True)
        own = vectors[[vectors.rows.get(term, -1) for term in terms]]
        like = (own @ vectors[rows].T)[:, places]
        np.clip(like, 0, _NEAREST, out=like)
        like[same] = 1
        starts = np.cumsum(sizes) - sizes
        return cls(codes, starts, sizes, np.repeat(np.arange(len(lines)), sizes), same, like)

    @property
    def flags(self) -> NDArray[np.int64]:
        """What kind of word each token is."""
        found: NDArray[np.int64] = self.codes[FLAGS]
        return found

    def most(self, values: NDArray[Any]) -> NDArray[Any]:
        """The greatest of each sentence's values, which are given token by token."""
        found: NDArray[Any] = np.maximum.reduceat(values, self.starts, axis=-1)
        return found

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum of each sentence's values."""
        found: NDArray[Any] = np.add.reduceat(values, self.starts, axis=-1)
        return found

    def pairs(self, least: int, most: int) -> Flags:
        """For each term but the last (m - 1 x n) whether the next one stands near after it: `least`
        to `most` tokens."""
        found = np.zeros((len(self.same) - 1, self.same.shape[1]), np.bool_)
        for away in range(least, min(most, self.same.shape[1] - 1) + 1):
            together = self.sentence[:-away] == self.sentence[away:]
            found[:, :-away] |= self.same[:-1, :-away] & self.same[1:, away:] & together
        return np.maximum.reduceat(found, self.starts, axis=1)

    def window(self, mass: NDArray[np.float64], width: int) -> NDArray[np.float64]:
        """The greatest mass of terms that stand within `width` tokens of one token, by sentence."""
        counts = np.zeros((len(self.same), self.same.shape[1] + 1), np.int32)
        np.cumsum(self.same, axis=1, out=counts[:, 1:])
        at = np.arange(self.same.shape[1])
        first, last = self.starts[self.sentence], (self.starts + self.sizes)[self.sentence]
        near = (
            counts[:, np.minimum(at + width + 1, last)] > counts[:, np.maximum(at - width, first)]
        )
        return np.maximum.reduceat(mass @ near, self.starts)
