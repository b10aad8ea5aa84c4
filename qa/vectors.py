"""Word vectors: how near the meanings of two terms are. A table of words, read where it is needed.

Each of some 32,000 English terms has a vector of unit length (GloVe, Pennington et al. 2014, drawn
towards WordNet's synonyms and derivations), and the terms nearest to it. `qa/model/README.md` tells
the sources, `tests/benchmarks/word_table.py` makes the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

NAME = "words"
DIMENSIONS = 80
RELATED = 16
SCALE = 250.0  # of the whole numbers that stand for a vector's components
RECORD = np.dtype(
    [("vector", "i1", DIMENSIONS), ("related", "<u2", RELATED), ("likeness", "u1", RELATED)]
)

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

    @cached_property
    def _terms(self) -> list[str]:
        return (self._folder / f"{NAME}.txt").read_text("utf-8").splitlines()

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each term."""
        return {term: row for row, term in enumerate(self._terms)}

    @cached_property
    def _table(self) -> NDArray[np.void]:
        found: NDArray[np.void] = np.load(
            self._folder / f"{NAME}.npy", mmap_mode="r", allow_pickle=False
        )
        return found.view(np.ndarray)

    def __getitem__(self, rows: NDArray[np.int64] | Sequence[int]) -> Floats:
        """The vectors of some rows, one below the other; zeros for -1."""
        wanted = np.asarray(rows, np.int64)
        found: Floats = self._table["vector"][wanted].astype(np.float32)
        found *= np.float32(1 / SCALE)
        found[wanted < 0] = 0
        return found

    def related(self, term: str) -> list[tuple[str, float]]:
        """The terms nearest to a term in meaning, the nearest first, and how near (0..1)."""
        row = self.rows.get(term)
        if row is None:
            return []
        record = self._table[row]
        likeness = (record["likeness"] / 255).tolist()
        return list(zip(map(self._terms.__getitem__, record["related"]), likeness, strict=True))


@cache
def _shipped() -> Vectors:
    return Vectors(Path(__file__).resolve().parent / "model")
