"""TF-IDF scores of units of text: sentences, blocks (runs of sentences) and whole documents.

    sum over the question's terms of  qtf * idf² * tf·(k+1) / (tf + k)   /   (1 - b + b·len/avglen)

with scikit-learn's smooth idf over sentences, ln((1+n)/(1+df)) + 1, which stays positive in the
smallest collection; tf saturated as in BM25 (Robertson & Walker 1994) and length normalised by a
pivot (Singhal, Buckley & Mitra 1996). No term is left out as a stop word: idf sees to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.postings import Posting, Postings, Runs, SegmentView, saturated

PIVOT = 0.2
BLOCK_PIVOT = 0.4
DOCUMENT_PIVOT = 0.4

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Term:
    """A question term in one segment, and its weight: qtf * idf²."""

    weight: float
    posting: Posting


@dataclass(frozen=True, slots=True)
class Means:
    """How many tokens sentences, blocks and documents have on average, 1 at least."""

    sentence: float
    block: float
    document: float

    @classmethod
    def of(cls, postings: Postings) -> Means:
        counts = (postings.sentences, postings.blocks, postings.documents)
        return cls(*(max(postings.tokens / max(count, 1), 1.0) for count in counts))


def pivoted(lengths: NDArray[Any], mean: float, pivot: float) -> Floats:
    """1 - b + b·len/avglen, which a score is divided by."""
    return 1 - pivot + pivot * lengths.astype(np.float64) / mean


def document_scores(
    view: SegmentView, terms: Sequence[Term], sentences: NDArray[np.int64], mean: float
) -> Floats:
    """The scores of the documents of some sentences of a segment; `mean` as in `Means`."""
    documents = np.searchsorted(view.document_ends, sentences, side="right")
    documents, which = np.unique(documents, return_inverse=True)
    own = Runs.of(view.first_blocks[documents], view.spread[documents])
    scores = np.zeros(len(documents))
    for term in terms:
        scores += term.weight * saturated(term.posting.between(own))
    lengths = np.add.reduceat(view.block_lengths[own.blocks], own.offsets, dtype=np.int64)
    found: Floats = (scores / pivoted(lengths, mean, DOCUMENT_PIVOT))[which]
    return found
