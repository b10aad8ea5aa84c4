"""Question terms in, candidate sentences out: TF-IDF over sentences, helped by their surroundings.

A sentence's score is the sum of three TF-IDF scores: its own, its paragraph's and its document's
(the headline is one of the document's sentences). Each is

    sum over the question's terms of  qtf * idf² * tf·(k+1) / (tf + k)   /   (1 - b + b·len/avglen)

with scikit-learn's smooth idf, ln((1+n)/(1+df)) + 1, which stays positive in the smallest
collection; tf saturated as in BM25 (Robertson & Walker 1994) and length normalised by a pivot
(Singhal, Buckley & Mitra 1996). No term is left out as a stop word: idf sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.postings import Postings, inverse_document_frequency

SATURATION = 0.5
PIVOT = 0.2
GROUP_PIVOT = 0.4
PARAGRAPH_SHARE = 0.5
DOCUMENT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence's number in the index and its retrieval score (above 0, no upper bound)."""

    sentence: int
    score: float


class Retriever(Protocol):
    """Finds candidate sentences; the seam at which another engine can take over."""

    def search(
        self, query: Mapping[str, float], k: int, within: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        """The best `k` sentences for weighted terms, best first, ties in index order.

        `within` says for each document whether it may be searched; None means all.
        """
        ...


def tfidf_scores(
    query: Sequence[tuple[float, NDArray[np.int32], NDArray[np.float32]]],
    lengths: NDArray[np.float32],
    pivot: float,
) -> NDArray[np.float64]:
    """The score of each text of a collection (formula above).

    `query` holds for each term its weight, the numbers of the texts it stands in and how often;
    `lengths` is each text's number of tokens. Texts with none of the terms score 0.
    """
    scores = np.zeros(len(lengths))
    for weight, texts, counts in query:
        idf = inverse_document_frequency(len(lengths), len(texts))
        scores[texts] += weight * idf**2 * (counts * (SATURATION + 1) / (counts + SATURATION))
    mean = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
    result: NDArray[np.float64] = scores / (1 - pivot + pivot * lengths.astype(np.float64) / mean)
    return result


class TfidfRetriever:
    """Exhaustive scoring of all sentences of documents that hold a question term."""

    def __init__(self, postings: Postings) -> None:
        self._postings = postings
        self._paragraph_lengths = np.bincount(
            postings.paragraph, weights=postings.lengths, minlength=1
        ).astype(np.float32)
        self._document_lengths = np.bincount(
            postings.document, weights=postings.lengths, minlength=postings.documents
        ).astype(np.float32)

    def search(
        self, query: Mapping[str, float], k: int, within: NDArray[np.bool_] | None = None
    ) -> list[Hit]:
        p = self._postings
        found = [(weight, *p.of(term)) for term, weight in query.items()]
        by_sentence = [entry for entry in found if len(entry[1])]
        if not by_sentence or k < 1:
            return []
        scores = tfidf_scores(by_sentence, p.lengths, PIVOT)
        for group, lengths, share in (
            (p.paragraph, self._paragraph_lengths, PARAGRAPH_SHARE),
            (p.document, self._document_lengths, DOCUMENT_SHARE),
        ):
            grouped = [
                (weight, *_grouped(group[sentences], counts))
                for weight, sentences, counts in by_sentence
            ]
            scores += share * tfidf_scores(grouped, lengths, GROUP_PIVOT)[group]
        if within is not None:
            scores[~within[p.document]] = 0
        best = np.argsort(-scores, kind="stable")[:k] if k >= len(scores) else _top(scores, k)
        return [Hit(int(s), float(scores[s])) for s in best if scores[s] > 0]


def _grouped(
    groups: NDArray[np.int32], counts: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Counts summed by group; `groups` never falls, since groups follow one another."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return groups[starts], np.add.reduceat(counts, starts)


def _top(scores: NDArray[np.float64], k: int) -> NDArray[np.intp]:
    """Numbers of the k highest scores, best first, ties by number, exactly as a full sort."""
    threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
    candidates = np.flatnonzero(scores >= threshold)
    best: NDArray[np.intp] = candidates[np.argsort(-scores[candidates], kind="stable")][:k]
    return best
