"""Which sentences each term stands in: what a retriever works on, wherever it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


def inverse_document_frequency(count: int, df: int) -> float:
    """ln((1+n)/(1+df)) + 1, as scikit-learn's TfidfTransformer(smooth_idf=True): 1 and above."""
    return float(np.log((1 + count) / (1 + df)) + 1)


@dataclass(frozen=True)
class Postings:
    """Which sentences each term stands in, and how often: raw counts, sentences numbered from 0.

    `lengths`, `document` and `paragraph` tell for each sentence its number of tokens, the number of
    its document and that of its paragraph (counted through all documents; neither ever falls).
    """

    vocabulary: Mapping[str, int]
    offsets: NDArray[np.int64]
    numbers: NDArray[np.int32]
    counts: NDArray[np.float32]
    lengths: NDArray[np.float32]
    document: NDArray[np.int32]
    paragraph: NDArray[np.int32]
    documents: int

    @property
    def sentences(self) -> int:
        return len(self.lengths)

    def of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The sentences that hold the term, in order, and its count in each; empty if unknown."""
        number = self.vocabulary.get(term)
        if number is None:
            return self.numbers[:0], self.counts[:0]
        start, end = self.offsets[number], self.offsets[number + 1]
        return self.numbers[start:end], self.counts[start:end]

    def idf(self, term: str) -> float:
        """Inverse document frequency of a term over sentences; the highest for an unknown one."""
        return inverse_document_frequency(self.sentences, len(self.of(term)[0]))
