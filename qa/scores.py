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

from qa.postings import Posting, Postings, SegmentView

SATURATION = 0.5
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


def saturated(counts: NDArray[Any]) -> Floats:
    """tf·(k+1) / (tf + k): 1 for a single occurrence, never above k+1."""
    tf = counts.astype(np.float64)
    return tf * (SATURATION + 1) / (tf + SATURATION)


def pivoted(lengths: NDArray[Any], mean: float, pivot: float) -> Floats:
    """1 - b + b·len/avglen, which a score is divided by."""
    return 1 - pivot + pivot * lengths.astype(np.float64) / mean


def parts(
    view: SegmentView, terms: Sequence[Term], sentences: NDArray[np.int64], means: Means
) -> tuple[Floats, Floats, Floats]:
    """The scores of some sentences of a segment, of their blocks and of their documents."""
    blocks = view.block_of[sentences]
    block_starts = view.block_starts[blocks]
    documents = np.searchsorted(view.document_ends, sentences, side="right")
    documents, which = np.unique(documents, return_inverse=True)
    document_ends = view.document_ends[documents]
    starts = np.concatenate([sentences, block_starts, document_ends - view.sentences[documents]])
    ends = np.concatenate([sentences + 1, block_starts + view.blocks[blocks], document_ends])
    offsets, inside = runs(starts, ends - starts)
    numerators = np.zeros(len(starts))
    for term in terms:
        rest, bitmaps = term.posting.rest, term.posting.bitmaps
        counts = np.searchsorted(rest, ends) - np.searchsorted(rest, starts)
        if len(bitmaps):
            counts += np.add.reduceat(counts_at(bitmaps, inside), offsets)
        numerators += term.weight * saturated(counts)
    lengths = np.add.reduceat(view.lengths[inside].astype(np.int64), offsets)
    n = len(sentences)
    own = numerators[:n] / pivoted(lengths[:n], means.sentence, PIVOT)
    around = numerators[n : 2 * n] / pivoted(lengths[n : 2 * n], means.block, BLOCK_PIVOT)
    whole = numerators[2 * n :] / pivoted(lengths[2 * n :], means.document, DOCUMENT_PIVOT)
    return own, around, whole[which]


def runs(
    starts: NDArray[np.int64], sizes: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many numbers there are before each run of them, and those of all runs."""
    ends = np.cumsum(sizes, dtype=np.int64)
    offsets = ends - sizes
    count = int(ends[-1]) if len(ends) else 0
    return offsets, np.arange(count) + np.repeat(starts - offsets, sizes)


def counts_at(bitmaps: NDArray[np.uint8], sentences: NDArray[np.int64]) -> NDArray[np.int64]:
    """In how many of the bitmaps each sentence stands."""
    byte, bit = sentences >> 3, (sentences & 7).astype(np.uint8)
    counts = np.zeros(len(sentences), np.int64)
    for bitmap in bitmaps:
        counts += (bitmap[byte] >> bit) & 1
    return counts
