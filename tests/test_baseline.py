"""The systems to compare with, against formulas written out for one sentence at a time."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from qa.baseline import baselines, bm25, check
from qa.errors import OptionError
from qa.evaluate import Case, Place, Run, Sentence
from qa.questionset import Asked, Reference

TEXTS = [
    "The ferry carries 120 cars.",
    "It sails twice a day between Selce and the island, twice.",
    "Ferry tickets cost 5 euros.",
]


def by_hand(texts: list[list[str]], words: list[str], at: int, b: float, k1: float) -> float:
    """Okapi BM25 with Lucene's idf."""
    average = sum(map(len, texts)) / len(texts)
    total = 0.0
    for word in words:
        df = sum(word in text for text in texts)
        tf = texts[at].count(word)
        idf = math.log(1 + (len(texts) - df + 0.5) / (df + 0.5))
        total += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(texts[at]) / average))
    return total


@pytest.mark.parametrize(("b", "k1"), [(0.75, 1.5), (0.0, 0.9), (1.0, 2.0)])
def test_bm25_is_the_formula(b: float, k1: float) -> None:
    vectorizer = CountVectorizer()
    counts = vectorizer.fit_transform(TEXTS)
    split = vectorizer.build_analyzer()
    question = "Does the ferry sail twice? ferry"
    scores = (vectorizer.transform([question]) @ bm25(counts, b, k1).T).toarray()[0]
    known = [word for word in split(question) if word in vectorizer.vocabulary_]
    texts = [split(text) for text in TEXTS]
    expected = [by_hand(texts, known, at, b, k1) for at in range(len(TEXTS))]
    assert scores == pytest.approx(expected)


def case(question: str, document: str, *starts: int) -> Case:
    asked = Asked("q", question, tuple(Reference("x", start) for start in starts), False)
    return Case(asked, "answerable", Place(document, 0, 200), starts)


def sentences() -> list[Sentence]:
    places = [Place("a", 0, 27), Place("a", 28, 85), Place("b", 0, 27)]
    return [Sentence(place, text) for place, text in zip(places, TEXTS, strict=True)]


def test_ranks_count_what_comes_before() -> None:
    cases = (
        case("ferry tickets", "a", 18),  # sentence 2 comes first
        case("the island", "a", 19, 40),  # sentence 1, where the second reference stands
        case("Paris", "b", 3),  # no word is known
    )
    everywhere = baselines(Run("open", cases, (), 2, 3, 0.5), sentences())
    assert [each.name.partition(",")[0] for each in everywhere] == [
        "TF-IDF cosine", "BM25", "BM25"
    ]  # fmt: skip
    for each in everywhere:
        assert each.ranks == (1, 0, None)
    for each in baselines(Run("paragraph", cases, (), 2, 3, 0.5), sentences()):
        assert each.ranks == (0, 0, None)


def test_of_equal_sentences_the_first_comes_first() -> None:
    twice = [Sentence(Place("a", at, at + 9), "The ferry") for at in (0, 10)]
    for each in baselines(Run("open", (case("ferry", "a", 12),), (), 1, 2, 0.5), twice):
        assert each.ranks == (1,)


def test_a_missing_library_is_told_with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(OptionError, match=r"pip install 'verbatim-qa\[eval\]'"):
        check()


def test_numbers_are_numbers() -> None:
    assert np.isfinite(bm25(np.array([[1, 0], [0, 2], [0, 0]]), 0.75, 1.5).data).all()
