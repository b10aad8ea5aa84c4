"""Retrieval, checked against an independent implementation on scikit-learn's TF-IDF."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa import Bot
from qa.answer import Document
from qa.index import Index
from qa.postings import inverse_document_frequency
from qa.retriever import (
    DOCUMENT_SHARE,
    GROUP_PIVOT,
    PARAGRAPH_SHARE,
    PIVOT,
    SATURATION,
    Hit,
    TfidfRetriever,
)
from qa.terms import terms

Make = Callable[..., Document]
Build = Callable[..., Index]

COMMON = "the ferry harbour Kovač mayor bridge said told island euro 12.5 1,250"
RARE = (
    "U.S. children ships counted Tuesday students library opened wasn't Nagorno-Karabakh 東京 cost"
)
WORDS = [*COMMON.split(), *RARE.split()]


def collection(seed: int, documents: int) -> list[list[list[str]]]:
    """Documents of paragraphs of sentences; some words are common, some sentences long."""
    rng = random.Random(seed)
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]

    def sentence() -> str:
        length = rng.choice([1, 3, 6, 9, 40])
        return "So " + " ".join(rng.choices(WORDS, weights, k=length)) + " it."

    return [
        [[sentence() for _ in range(rng.randint(1, 4))] for _ in range(rng.randint(1, 5))]
        for _ in range(documents)
    ]


def indexed(make: Make, build: Build, contents: Sequence[Sequence[Sequence[str]]]) -> Index:
    return build(
        *(
            make(f"{number:03}.txt", "\n\n".join(" ".join(sentences) for sentences in content))
            for number, content in enumerate(contents)
        )
    )


class Oracle:
    """The score of every sentence, by counting and weighting with scikit-learn and scipy."""

    def __init__(self, contents: Sequence[Sequence[Sequence[str]]]) -> None:
        self.sentences = [s for document in contents for par in document for s in par]
        paragraphs = [" ".join(paragraph) for document in contents for paragraph in document]
        documents = [" ".join(" ".join(paragraph) for paragraph in doc) for doc in contents]
        of_paragraph: list[int] = []
        of_document: list[int] = []
        number = 0
        for d, document in enumerate(contents):
            for paragraph in document:
                of_paragraph += [number] * len(paragraph)
                of_document += [d] * len(paragraph)
                number += 1
        self.document = np.array(of_document)
        self._levels = [
            (self._weighted(self.sentences, PIVOT), 1.0, np.arange(len(self.sentences))),
            (self._weighted(paragraphs, GROUP_PIVOT), PARAGRAPH_SHARE, np.array(of_paragraph)),
            (self._weighted(documents, GROUP_PIVOT), DOCUMENT_SHARE, self.document),
        ]

    @staticmethod
    def _weighted(texts: list[str], pivot: float):  # type: ignore[no-untyped-def]
        """A matrix, texts by terms, whose product with the query's weights is the score."""
        from scipy import sparse
        from sklearn.feature_extraction.text import TfidfVectorizer

        counter = TfidfVectorizer(analyzer=terms, use_idf=False, norm=None)
        counts = counter.fit_transform(texts).tocsr()
        vectorizer = TfidfVectorizer(analyzer=terms, smooth_idf=True, norm=None)
        vectorizer.fit(texts)
        assert vectorizer.vocabulary_ == counter.vocabulary_
        lengths = np.asarray(counts.sum(axis=1)).ravel()
        saturated = counts.copy()
        saturated.data = counts.data * (SATURATION + 1) / (counts.data + SATURATION)
        norms = sparse.diags(1 / (1 - pivot + pivot * lengths / max(lengths.mean(), 1)))
        idf = sparse.diags(vectorizer.idf_**2)
        return (norms @ saturated @ idf).tocsr(), vectorizer.vocabulary_

    def scores(self, query: dict[str, float]):  # type: ignore[no-untyped-def]
        total = np.zeros(len(self.sentences))
        for (matrix, vocabulary), share, group in self._levels:
            weights = np.zeros(len(vocabulary))
            for term, weight in query.items():
                if term in vocabulary:
                    weights[vocabulary[term]] = weight
            total += share * (matrix @ weights)[group]
        return total


def queries(seed: int, count: int) -> list[dict[str, float]]:
    rng = random.Random(seed)
    known = [*sorted({term for word in WORDS for term in terms(word)}), "nowhere", "so", "it"]
    return [
        {term: rng.choice([1.0, 1.0, 0.3, 2.0]) for term in rng.sample(known, rng.randint(1, 6))}
        for _ in range(count)
    ]


@pytest.fixture
def retriever(document: Make, index_of: Build) -> TfidfRetriever:
    contents = [
        [["The ferry sails.", "Cars wait."], ["The mayor said so."]],
        [["A ferry, a ferry!"], ["Nothing happened."]],
        [["Ana Kovač counts ships."]],
    ]
    return TfidfRetriever(indexed(document, index_of, contents).postings)


# --- the oracle ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "documents"), [(1, 60), (2, 7), (3, 1)])
def test_scores_are_those_of_an_independent_implementation(
    document: Make, index_of: Build, seed: int, documents: int
) -> None:
    contents = collection(seed, documents)
    index = indexed(document, index_of, contents)
    oracle = Oracle(contents)
    shown = []
    for number in range(index.info.sentences):
        span = index.span(number)
        shown.append(index.text(index.document_of(number))[span.start : span.end])
    assert shown == oracle.sentences
    retriever = TfidfRetriever(index.postings)
    for query in queries(seed, 60):
        expected = oracle.scores(query)
        hits = retriever.search(query, len(shown))
        found = np.zeros(len(shown))
        found[[hit.sentence for hit in hits]] = [hit.score for hit in hits]
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert {hit.sentence for hit in hits} == set(np.flatnonzero(expected).tolist())


@pytest.mark.parametrize("seed", [4, 5])
def test_the_best_k_are_the_first_k_of_all(document: Make, index_of: Build, seed: int) -> None:
    contents = collection(seed, 25)
    index = indexed(document, index_of, contents + contents[:10])  # twins, so that there are ties
    retriever = TfidfRetriever(index.postings)
    rng = np.random.default_rng(seed)
    for query in queries(seed, 25):
        within = rng.random(35) < 0.5
        for allowed in (None, within):
            whole = retriever.search(query, index.info.sentences, allowed)
            assert whole == sorted(whole, key=lambda hit: (-hit.score, hit.sentence))
            for k in (1, 2, 7, 30, len(whole), len(whole) + 1, 10**9):
                assert retriever.search(query, k, allowed) == whole[:k]


def test_a_filter_takes_out_sentences_and_changes_no_score(document: Make, index_of: Build) -> None:
    index = indexed(document, index_of, collection(6, 20))
    retriever = TfidfRetriever(index.postings)
    for query in queries(6, 20):
        everything = retriever.search(query, index.info.sentences)
        for document_number in (0, 7, 19):
            within = np.zeros(20, dtype=bool)
            within[document_number] = True
            assert retriever.search(query, 1000, within) == [
                hit for hit in everything if index.document_of(hit.sentence) == document_number
            ]
        assert retriever.search(query, 5, np.zeros(20, dtype=bool)) == []


# --- what a user notices ------------------------------------------------------------------------


def test_the_sentence_comes_first_then_its_surroundings(retriever: TfidfRetriever) -> None:
    # Sentences: 0 ferry sails, 1 cars, 2 mayor | 3 a ferry, 4 nothing | 5 ships
    found = [hit.sentence for hit in retriever.search({"ferri": 1.0}, 10)]
    assert set(found[:2]) == {0, 3}
    assert found[2:] == [1, 4, 2]  # the same paragraph before the same document
    assert 5 not in found


def test_twins_come_in_the_order_of_the_index(document: Make, index_of: Build) -> None:
    index = indexed(document, index_of, [[["The ferry sails."]]] * 40)
    hits = TfidfRetriever(index.postings).search({"ferri": 1.0}, 25)
    assert [hit.sentence for hit in hits] == list(range(25))
    assert len({hit.score for hit in hits}) == 1


@pytest.mark.parametrize("k", [0, -1])
def test_less_than_one_is_nothing(retriever: TfidfRetriever, k: int) -> None:
    assert retriever.search({"ferri": 1.0}, k) == []


@pytest.mark.parametrize("query", [{}, {"nowhere": 1.0}, {"nowhere": 1.0, "neither": 2.0}])
def test_terms_that_stand_nowhere_find_nothing(
    retriever: TfidfRetriever, query: dict[str, float]
) -> None:
    assert retriever.search(query, 5) == []


def test_a_term_that_stands_nowhere_changes_nothing(retriever: TfidfRetriever) -> None:
    assert retriever.search({"ferri": 1.0, "nowhere": 3.0}, 9) == retriever.search(
        {"ferri": 1.0}, 9
    )


def test_one_document_with_one_sentence_is_found(document: Make, index_of: Build) -> None:
    index = index_of(document("a.txt", "The ferry sails."))
    retriever = TfidfRetriever(index.postings)
    for term in ("ferri", "sail", "the"):
        [hit] = retriever.search({term: 1.0}, 5)
        assert hit.sentence == 0
        assert hit.score > 0


def test_an_empty_index_finds_nothing(index_of: Build) -> None:
    retriever = TfidfRetriever(index_of().postings)
    assert retriever.search({"ferri": 1.0}, 5) == []
    assert retriever.search({"ferri": 1.0}, 5, np.zeros(0, dtype=bool)) == []
    assert index_of().postings.idf("ferri") == 1.0


def test_rarer_terms_weigh_more_and_unknown_ones_most(document: Make, index_of: Build) -> None:
    idf = index_of(document("a.txt", "The ferry sails. The ferry waits. The ships.")).postings.idf
    assert 1 <= idf("the") <= idf("ferri") < idf("ship") < idf("nowhere")
    assert inverse_document_frequency(1, 1) == 1.0


def test_another_engine_can_take_over(document: Make, index_of: Build) -> None:
    class Last:
        """The whole seam: one method."""

        def search(
            self, query: Mapping[str, float], k: int, within: NDArray[np.bool_] | None = None
        ) -> list[Hit]:
            return [Hit(1, 1.0)] if query else []

    index = index_of(document("a.txt", "The ferry sails at noon. The ferry is red."))
    answer = Bot(index, Last()).ask("When does the ferry sail?")
    assert [quote.text for quote in answer.quotes] == ["The ferry is red."]


def test_asking_again_gives_the_same_to_the_last_bit(retriever: TfidfRetriever) -> None:
    query = {"ferri": 1.0, "the": 0.3, "say": 1.0}
    first: list[Hit] = retriever.search(query, 9)
    assert all(retriever.search(query, 9) == first for _ in range(5))


@given(st.lists(st.sampled_from(["The ferry sails.", "Cars wait.", "?!", "Ferry."]), max_size=9))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_sentence_that_holds_the_term_is_found(
    document: Make, index_of: Build, texts: list[str]
) -> None:
    index = index_of(*(document(f"{n}.txt", text) for n, text in enumerate(texts)))
    hits = TfidfRetriever(index.postings).search({"ferri": 1.0}, 100)
    holding = [n for n in range(len(texts)) if "erry" in index.text(n)]
    assert sorted(index.document_of(hit.sentence) for hit in hits) == holding
    assert all(hit.score > 0 for hit in hits)
