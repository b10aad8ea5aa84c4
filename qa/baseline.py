"""Light systems to compare with, over the same sentences: scikit-learn's TF-IDF cosine, and BM25.

Needs scikit-learn, which answering does not. BM25 (Robertson et al., 1994; in the variant of
Lucene) is written out here over scikit-learn's counts: on words as they stand with the usual `k1`
and `b`, and on English stems with those that do best on these very questions, which favours it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import OptionError
from qa.evaluate import Case, Run, Sentence
from qa.metrics import hit_rate

K1, B = 1.5, 0.75
_TRIED = [(k1, b) for k1 in (0.9, 1.5) for b in (0.0, 0.2, 0.4, 0.6, 0.75)]
_BATCH = 256  # questions scored at a time
_EXTRA = "pip install 'verbatim-qa[eval]'"

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Baseline:
    """A system and, for each answerable question, the rank (from 0) of its first right sentence.

    None where no right sentence shares a word with the question.
    """

    name: str
    ranks: tuple[int | None, ...]


def check() -> None:
    """Raises OptionError where scikit-learn is missing, and says how to get it."""
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise OptionError(f"--baseline needs scikit-learn, an optional extra: {_EXTRA}") from error


def baselines(run: Run, sentences: Sequence[Sentence]) -> list[Baseline]:
    """The baselines on the answerable questions of a run over the given sentences."""
    check()
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    cases = [case for case in run.cases if case.group == "answerable"]
    texts = [sentence.text for sentence in sentences]
    questions = [case.asked.question for case in cases]
    right = [_right(case, sentences) for case in cases]
    allowed = [_allowed(case, sentences) if run.mode == "paragraph" else None for case in cases]

    def ranked(documents: Any, queries: Any) -> tuple[int | None, ...]:
        scores = _scores(documents, queries)
        return tuple(map(_rank, scores, right, allowed))

    def vectors(vectorizer: Any) -> tuple[Any, Any]:
        return vectorizer.fit_transform(texts), vectorizer.transform(questions)

    counts, asked = vectors(CountVectorizer())
    stemmed, asked_stems = vectors(CountVectorizer(analyzer=_stems()))
    tried = [
        Baseline(f"BM25, stems, k1 {k1:g}, b {b:g}", ranked(bm25(stemmed, b, k1), asked_stems))
        for k1, b in _TRIED
    ]
    return [
        Baseline("TF-IDF cosine", ranked(*vectors(TfidfVectorizer()))),
        Baseline("BM25", ranked(bm25(counts, B, K1), asked)),
        max(tried, key=lambda baseline: hit_rate(baseline.ranks, 1)),
    ]


def bm25(counts: Any, b: float, k1: float) -> Any:
    """BM25 weights of a sparse matrix of counts (sentences × terms).

    The score of a sentence is the sum of its weights for the question's terms, each as often as it
    is asked.
    """
    from scipy.sparse import csr_matrix

    counts = csr_matrix(counts, dtype=np.float64)
    length = np.asarray(counts.sum(axis=1)).ravel()
    df = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log1p((counts.shape[0] - df + 0.5) / (df + 0.5))
    norm = k1 * (1 - b + b * length / max(length.mean(), 1e-9))
    tf = counts.data
    weights = idf[counts.indices] * tf * (k1 + 1) / (tf + np.repeat(norm, np.diff(counts.indptr)))
    return csr_matrix((weights, counts.indices, counts.indptr), counts.shape)


def _stems() -> Callable[[str], list[str]]:
    import Stemmer
    from sklearn.feature_extraction.text import CountVectorizer

    words = CountVectorizer().build_analyzer()
    stemmer = Stemmer.Stemmer("english")
    return lambda text: stemmer.stemWords(words(text))


def _scores(documents: Any, queries: Any) -> Iterator[Scores]:
    """For each question the scores of all sentences."""
    for at in range(0, queries.shape[0], _BATCH):
        yield from (queries[at : at + _BATCH] @ documents.T).toarray()


def _right(case: Case, sentences: Sequence[Sentence]) -> list[int]:
    return [
        number
        for number, sentence in _of(case, sentences)
        if any(sentence.place.start <= start < sentence.place.end for start in case.starts)
    ]


def _allowed(case: Case, sentences: Sequence[Sentence]) -> NDArray[np.int64]:
    """The numbers of the sentences of the question's own paragraph."""
    return np.array([number for number, _ in _of(case, sentences)], np.int64)


def _of(case: Case, sentences: Sequence[Sentence]) -> Iterator[tuple[int, Sentence]]:
    assert case.within is not None
    for number, sentence in enumerate(sentences):
        if sentence.place.document == case.within.document:
            yield number, sentence


def _rank(scores: Scores, right: Sequence[int], allowed: NDArray[np.int64] | None) -> int | None:
    """How many sentences come before the first right one; of equal ones the first comes first."""
    ranks = []
    for number in right:
        score = scores[number]
        if score <= 0:
            continue
        before = scores > score
        before[:number] |= scores[:number] == score
        ranks.append(int(before.sum() if allowed is None else before[allowed].sum()))
    return min(ranks, default=None)
