"""Where a question's words, and words near them in meaning, stand in candidate sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.features import SearchTerm
from qa.forms import FLAGS, ROW, TERM, Codes, keys_of
from qa.terms import stem
from qa.vectors import Vectors
from qa.words import Line

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
_NEAREST = 0.95  # likeness of two different terms at most
_NOTHING = np.array([[0], [0], [-1], [0]], np.int64)


@dataclass(frozen=True)
class Matches:
    """m question terms against the T tokens of n sentences, one sentence after the other.

    `codes` (4 x T) are the `Line.codes`; a sentence without tokens has an empty one. `starts` says
    where each sentence begins, `sentence` to which each token belongs. `same` (m x T) is True where
    a token is the question's term, or one of the family of the noun asked for; `asked` (T) where it
    is any of the question's terms. `like` (m x T) is how near its meaning is: 1 where it is the
    same, below 0.95 elsewhere. `vectors` (T x dimensions) and `own` (m x dimensions) are those of
    the tokens and of the terms.
    """

    codes: Codes
    starts: Ints
    sizes: Ints
    sentence: Ints
    same: Flags
    asked: Flags
    like: Floats
    vectors: Floats
    own: Floats

    @classmethod
    def of(
        cls,
        search: Sequence[SearchTerm],
        lines: Sequence[Line],
        others: Sequence[SearchTerm] = (),
    ) -> Matches:
        """Compares the terms with every token of the lines. `others` are only `asked`."""
        each = [line.codes if line.codes.shape[1] else _NOTHING for line in lines]
        sizes = np.array([codes.shape[1] for codes in each], np.int64)
        codes = np.concatenate(each, axis=1)
        keys, count = codes[TERM], len(search)
        terms = [term.term or stem(term.word) for term in (*search, *others)]
        found = keys == keys_of(terms)[:, None]
        asked, same = found.any(axis=0), found[:count]
        for number, term in enumerate(search):
            if term.family:
                same[number] |= (keys == keys_of(term.family)[:, None]).any(axis=0)
        table = Vectors.shipped()
        own, vectors = table[table.rows(terms[:count])], table[codes[ROW]]
        # One by one: a product of so small matrices costs more than it saves.
        like = np.array([vectors @ each for each in own])
        np.clip(like, 0, _NEAREST, out=like)
        np.maximum(like, same, out=like)
        starts = np.cumsum(sizes) - sizes
        sentence = np.repeat(np.arange(len(lines)), sizes)
        return cls(codes, starts, sizes, sentence, same, asked, like, vectors, own)

    @property
    def flags(self) -> Ints:
        """What kind of word each token is."""
        found: Ints = self.codes[FLAGS]
        return found

    @cached_property
    def hits(self) -> tuple[Ints, Ints]:
        """Where terms stand: the term and the token of each True of `same`."""
        terms, tokens = np.nonzero(self.same)
        return terms, tokens

    def most(self, values: NDArray[Any]) -> NDArray[Any]:
        """The greatest of each sentence's values, which are given token by token."""
        found: NDArray[Any] = np.maximum.reduceat(values, self.starts, axis=-1)
        return found

    def total(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum of each sentence's values."""
        found: NDArray[Any] = np.add.reduceat(values, self.starts, axis=-1)
        return found

    def summed_vectors(self, weights: Floats) -> Floats:
        """For each sentence the sum of its tokens' vectors, each times its weight."""
        ends = (self.starts + self.sizes).tolist()
        return np.array(
            [
                weights[start:end] @ self.vectors[start:end]
                for start, end in zip(self.starts.tolist(), ends, strict=True)
            ]
        )

    def any_bits(self, values: Ints) -> Ints:
        """The bits that any of each sentence's values has."""
        found: Ints = np.bitwise_or.reduceat(values, self.starts)
        return found

    def held(self, chosen: Flags | None = None) -> Flags:
        """Which terms each sentence holds (m x n). `chosen` says for each hit if it counts."""
        terms, tokens = self.hits
        if chosen is not None:
            terms, tokens = terms[chosen], tokens[chosen]
        found = np.zeros((len(self.same), len(self.starts)), np.bool_)
        found[terms, self.sentence[tokens]] = True
        return found

    def pairs(self, most: int) -> tuple[Flags, Flags]:
        """For each term but the last (m - 1 x n) whether the next one stands after it: first at a
        distance of one to `most` tokens, then right beside it."""
        terms, tokens = self.hits
        before = terms < len(self.same) - 1
        terms, tokens = terms[before], tokens[before]
        there = tokens[:, None] + np.arange(1, most + 1)
        inside = there < (self.starts + self.sizes)[self.sentence[tokens]][:, None]
        there[~inside] = 0
        follows = self.same[terms[:, None] + 1, there] & inside
        near = np.zeros((len(self.same) - 1, len(self.starts)), np.bool_)
        beside = near.copy()
        for found, chosen in ((near, follows.any(axis=1)), (beside, follows[:, 0])):
            found[terms[chosen], self.sentence[tokens[chosen]]] = True
        return near, beside

    def window(self, mass: NDArray[np.float64], width: int) -> NDArray[np.float64]:
        """The greatest mass of terms that stand within `width` tokens of one token, by sentence."""
        terms, tokens = self.hits
        # With so many empty places after each sentence no window reaches into the next one.
        reach = 2 * width + 1
        places = tokens + reach * self.sentence[tokens]
        counts = np.zeros(
            (len(self.same), self.same.shape[1] + reach * (len(self.starts) + 1) + 1), np.int32
        )
        counts[terms, places + 1] = 1
        np.cumsum(counts, axis=1, out=counts)
        # The best window, or one as good, begins where a term stands.
        near = counts[:, places + reach] > counts[:, places]
        best = np.zeros(len(self.starts))
        np.maximum.at(best, self.sentence[tokens], mass @ near)
        return best
