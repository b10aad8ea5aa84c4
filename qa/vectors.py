"""Word vectors: how near the meanings of two terms are. A table of words, read where it is needed.

Each of some 32,000 English terms has a vector of unit length (GloVe, Pennington et al. 2014, drawn
towards WordNet's synonyms and derivations), and the terms nearest to it. `qa/model/README.md` tells
the sources, `tests/benchmarks/word_table.py` makes the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.vocabulary import hashes_of

NAME = "words"
KEYS = "word-keys"
DIMENSIONS = 80
RELATED = 16
SCALE = 250.0  # of the whole numbers that stand for a vector's components
RECORD = np.dtype(
    [("vector", "i1", DIMENSIONS), ("related", "<u2", RELATED), ("likeness", "u1", RELATED)]
)
_ROW = np.uint64((1 << 15) - 1)  # the bits of a key that have the row, beside those of the hash

Floats = NDArray[np.float32]


class Vectors:
    """The table; `row` numbers are those of its terms, and -1 is that of any other term."""

    def __init__(self, folder: Path) -> None:
        """Opens the table in `folder`. Nothing is read before it is asked for."""
        self._folder = folder

    @classmethod
    def shipped(cls) -> Vectors:
        """The table that ships with the package, opened once."""
        return _shipped()

    def row(self, term: str) -> int:
        """The row of a term."""
        return int(self.rows([term])[0])

    def rows(self, terms: Iterable[str]) -> NDArray[np.int64]:
        """The rows of some terms."""
        wanted = hashes_of(terms) & ~_ROW
        found = self._keys.take(self._keys.searchsorted(wanted), mode="clip")
        return np.where(found & ~_ROW == wanted, (found & _ROW).astype(np.int64), -1)

    def __getitem__(self, rows: NDArray[np.int64] | Sequence[int]) -> Floats:
        """The vectors of some rows, one below the other; zeros for -1."""
        wanted = np.asarray(rows, np.int64)
        found: Floats = self._table["vector"][wanted].astype(np.float32)
        found *= np.float32(1 / SCALE)
        found[wanted < 0] = 0
        return found

    def related(self, term: str, most: int = RELATED) -> list[tuple[str, float]]:
        """The terms nearest to a term in meaning, the nearest first, and how near (0..1)."""
        row = self.row(term)
        if row < 0:
            return []
        record = self._table[row]
        rows, likeness = record["related"][:most].tolist(), record["likeness"][:most].tolist()
        return [(self._term(near), like / 255) for near, like in zip(rows, likeness, strict=True)]

    @cached_property
    def _table(self) -> NDArray[np.void]:
        found: NDArray[np.void] = np.load(
            self._folder / f"{NAME}.npy", mmap_mode="r", allow_pickle=False
        )
        return found.view(np.ndarray)

    @cached_property
    def _keys(self) -> NDArray[np.uint64]:
        """`keys_of` the terms: quicker to have than a dictionary of 32,000 strings."""
        found: NDArray[np.uint64] = np.load(self._folder / f"{KEYS}.npy", allow_pickle=False)
        return found

    @cached_property
    def _text(self) -> tuple[bytes, NDArray[np.int32]]:
        """The terms, a line each, and where each ends."""
        lines = (self._folder / f"{NAME}.txt").read_bytes()
        return lines, np.flatnonzero(np.frombuffer(lines, np.uint8) == ord("\n")).astype(np.int32)

    def _term(self, row: int) -> str:
        lines, ends = self._text
        return lines[int(ends[row - 1]) + 1 if row else 0 : int(ends[row])].decode()


def keys_of(terms: Sequence[str]) -> NDArray[np.uint64]:
    """In order, a number for each term: the upper 49 bits of its hash, and its row in the others.

    Raises ValueError where the hashes of two terms are alike in these bits.
    """
    hashes = hashes_of(terms) & ~_ROW
    if len(terms) > _ROW or len(np.unique(hashes)) < len(terms):
        raise ValueError("the terms cannot be told apart by their hashes")
    return np.sort(hashes | np.arange(len(terms), dtype=np.uint64))


@cache
def _shipped() -> Vectors:
    return Vectors(Path(__file__).resolve().parent / "model")
