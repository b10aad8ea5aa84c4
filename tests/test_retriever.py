"""Retrieval, checked against an independent implementation on scikit-learn's TF-IDF."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa import Bot, codec, segment
from qa import postings as postings_module
from qa import retriever as retriever_module
from qa.answer import Document
from qa.index import Index
from qa.postings import SATURATION, inverse_document_frequency
from qa.retriever import BLOCK_SHARE, Hit, TfidfRetriever
from qa.scores import BLOCK_PIVOT, DOCUMENT_PIVOT, PIVOT
from qa.terms import terms
from qa.vocabulary import hash_of
from qa.writer import IndexWriter

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
        self.block: list[int] = []
        self.document: list[int] = []
        for number, document in enumerate(contents):
            self.document += [number] * sum(map(len, document))
            for size in blocks([[len(terms(s)) for s in par] for par in document]):
                self.block += [self.block[-1] + 1 if self.block else 0] * size
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=terms, smooth_idf=True, norm=None)
        vectorizer.fit(self.sentences)
        self.vocabulary = vectorizer.vocabulary_
        counter = TfidfVectorizer(
            analyzer=terms, use_idf=False, norm=None, vocabulary=self.vocabulary
        )
        counts = counter.fit_transform(self.sentences).tocsr()
        self._own = self._weighted(counts, PIVOT, vectorizer.idf_)
        self._around, self._whole = (
            self._weighted(
                counter.fit_transform(self._together(units)).tocsr(), pivot, vectorizer.idf_
            )
            for units, pivot in ((self.block, BLOCK_PIVOT), (self.document, DOCUMENT_PIVOT))
        )

    def _together(self, units: Sequence[int]) -> list[str]:
        """The text of each unit; `units` has the unit of each sentence."""
        return [
            " ".join(s for s, own in zip(self.sentences, units, strict=True) if own == unit)
            for unit in range(units[-1] + 1)
        ]

    @staticmethod
    def _weighted(counts, pivot, idf):  # type: ignore[no-untyped-def]
        """A matrix, texts by terms, whose product with the query's weights is the score."""
        from scipy import sparse

        lengths = np.asarray(counts.sum(axis=1)).ravel()
        saturated = counts.copy()
        saturated.data = counts.data * (SATURATION + 1) / (counts.data + SATURATION)
        norms = sparse.diags(1 / (1 - pivot + pivot * lengths / max(lengths.mean(), 1)))
        return (norms @ saturated @ sparse.diags(idf**2)).tocsr()

    def parts(self, query: dict[str, float]):  # type: ignore[no-untyped-def]
        """For each sentence its own score, that of its block, and that of its document."""
        weights = np.zeros(len(self.vocabulary))
        for term, weight in query.items():
            if term in self.vocabulary:
                weights[self.vocabulary[term]] = weight
        around, whole = self._around @ weights, self._whole @ weights
        return self._own @ weights, around[self.block], whole[self.document]

    def scores(self, query: dict[str, float]):  # type: ignore[no-untyped-def]
        own, around, _ = self.parts(query)
        return own + BLOCK_SHARE * around


def blocks(paragraphs: Sequence[Sequence[int]]) -> list[int]:
    """Sizes of a document's blocks, from the tokens of its sentences."""
    found: list[list[int]] = [[]]
    for paragraph in paragraphs:
        if sum(found[-1]) >= 80:
            found.append([])
        for tokens in paragraph:
            if sum(found[-1]) >= 320 or len(found[-1]) == 8:
                found.append([])
            found[-1].append(tokens)
    return [len(block) for block in found]


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


SMALL = postings_module.SMALL


@pytest.fixture(autouse=True)
def _pruned(monkeypatch: pytest.MonkeyPatch) -> None:
    """No collection is small enough for all of its sentences to be scored."""
    monkeypatch.setattr(postings_module, "SMALL", 0)


# --- the oracle ---------------------------------------------------------------------------------


def shown(index: Index, sentence: int) -> str:
    span = index.span(sentence)
    return index.text(index.document_of(sentence))[span.start : span.end]


@pytest.mark.parametrize("small", [0, SMALL])
@pytest.mark.parametrize(("seed", "documents"), [(1, 60), (2, 7), (3, 1), (4, 160)])
def test_scores_are_those_of_an_independent_implementation(
    document: Make,
    index_of: Build,
    seed: int,
    documents: int,
    small: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postings_module, "SMALL", small)
    contents = collection(seed, documents)
    index = indexed(document, index_of, contents)
    oracle = Oracle(contents)
    count = len(oracle.sentences)
    assert [shown(index, number) for number in range(count)] == oracle.sentences
    for view in index.postings.segments:
        assert np.repeat(np.arange(len(view.blocks)), view.blocks).tolist() == oracle.block
    retriever = TfidfRetriever(index.postings)
    for query in queries(seed, 60):
        expected = oracle.scores(query)
        hits = retriever.search(query, count)
        found = np.zeros(count)
        found[[hit.sentence for hit in hits]] = [hit.score for hit in hits]
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        assert {hit.sentence for hit in hits} == set(np.flatnonzero(expected).tolist())
        parts = np.array(oracle.parts(query))[:, [hit.sentence for hit in hits]]
        found_parts = np.array([(hit.own, hit.block, hit.document) for hit in hits])
        np.testing.assert_allclose(found_parts.reshape(-1, 3), parts.T, rtol=1e-9)
        assert all(hit.score == hit.own + BLOCK_SHARE * hit.block for hit in hits)


def test_frequent_terms_are_bitmaps_and_repeated_ones_several(
    document: Make, index_of: Build
) -> None:
    postings = indexed(document, index_of, collection(4, 160)).postings
    [the], [so], [rare] = (postings.of(term) for term in ("the", "so", "librari"))
    assert the is not None
    assert so is not None
    assert rare is not None
    assert len(the.bitmaps) > 2  # so that what is tested here is tested with them
    assert len(so.bitmaps) == 1
    assert len(rare.rest) > 0


# --- exactness ----------------------------------------------------------------------------------


@pytest.fixture(params=["small", "as it is", "pruned early", "packed"])
def stressed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small collections take the ways of large ones."""
    if request.param == "small":
        monkeypatch.setattr(postings_module, "SMALL", SMALL)
    elif request.param != "as it is":
        monkeypatch.setattr(retriever_module, "_FEW", 2)
        monkeypatch.setattr(retriever_module, "_SPARSE", 2 if request.param == "packed" else 99)
        monkeypatch.setattr(retriever_module, "_CHUNK", 4)
        monkeypatch.setattr(retriever_module, "_FIRST", 2)
        monkeypatch.setattr(postings_module, "_LONG", 2)
    if request.param == "packed":
        monkeypatch.setattr(codec, "SHORT", 3)
        monkeypatch.setattr(segment, "SHORT", 3)
    return str(request.param)


def in_segments(
    store: Path, make: Make, contents: Sequence[Sequence[Sequence[str]]], seed: int
) -> None:
    """The contents in several segments, with documents around them that are removed again."""
    rng = random.Random(seed)
    numbers = list(range(len(contents)))
    rng.shuffle(numbers)
    removed = collection(seed + 100, 30)
    writer = IndexWriter(store)
    for place, number in enumerate(numbers):
        text = "\n\n".join(" ".join(paragraph) for paragraph in contents[number])
        writer.put(make(f"{number:03}.txt", text))
        if place < len(removed):
            gone = "\n\n".join(" ".join(paragraph) for paragraph in removed[place])
            writer.put(make(f"gone/{place}.txt", gone))
        if place in (40, 60, 65):
            writer.commit()
    for place in range(len(removed)):
        writer.forget(f"gone/{place}.txt")
    writer.commit()
    writer.close()


def answers(index: Index, hits: Sequence[Hit]) -> list[tuple[str, int, Hit]]:
    """Where the hits stand, and themselves without the number of the sentence."""
    return [
        (
            index.entry(index.document_of(hit.sentence)).path,
            index.span(hit.sentence).start,
            replace(hit, sentence=0),
        )
        for hit in hits
    ]


@pytest.mark.parametrize("seed", [5])
@pytest.mark.usefixtures("stressed")
def test_the_best_k_are_the_first_k_of_all(
    document: Make, index_of: Build, tmp_path: Path, seed: int
) -> None:
    contents = collection(seed, 70)
    contents += contents[:30]  # twins, so that there are ties
    one = indexed(document, index_of, contents)
    in_segments(tmp_path, document, contents, seed)
    oracle = Oracle(contents)
    with closing(Index(tmp_path)) as several:
        assert len(several.postings.segments) > 1
        assert not several.postings.segments[0].live.all()
        rng = np.random.default_rng(seed)
        for query in queries(seed, 10):
            chosen = rng.random(len(contents)) < 0.5
            for filtered in (False, True):
                whole = []
                for index in (one, several):
                    retriever = TfidfRetriever(index.postings)
                    within = None
                    if filtered:
                        within = np.zeros(index.size, bool)
                        within[[index.find(f"{n:03}.txt") for n in np.flatnonzero(chosen)]] = True
                    found = retriever.search(query, 10**9, within)
                    order = [
                        (-hit.score, hash_of(path), start)
                        for hit, (path, start, _) in zip(found, answers(index, found), strict=True)
                    ]
                    assert order == sorted(order)
                    for k in (1, 7, 30, len(found), len(found) + 1):
                        assert retriever.search(query, k, within) == found[:k]
                    whole.append(answers(index, found))
                assert whole[0] == whole[1]
                expected = oracle.scores(query)
                if filtered:
                    document_of = [one.document_of(n) for n in range(len(expected))]
                    expected = expected * chosen[document_of]
                assert len(whole[0]) == np.count_nonzero(expected)
                np.testing.assert_allclose(
                    [hit.score for _, _, hit in whole[0]],
                    sorted(expected[expected > 0], reverse=True),
                    rtol=1e-9,
                )


@pytest.mark.usefixtures("stressed")
def test_small_collections_score_alike_to_the_last_bit(
    document: Make, index_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = indexed(document, index_of, collection(8, 90))
    monkeypatch.setattr(postings_module, "SMALL", SMALL)
    with closing(Index(index.path.parent)) as small:
        for number, query in enumerate(queries(8, 40)):
            within = np.arange(90) % 3 > 0 if number % 2 else None
            alike = TfidfRetriever(small.postings).search(query, 20, within)
            monkeypatch.setattr(postings_module, "SMALL", 0)
            assert TfidfRetriever(index.postings).search(query, 20, within) == alike
            monkeypatch.setattr(postings_module, "SMALL", SMALL)


def test_bounds_that_are_as_tight_as_can_be_lose_nothing(document: Make, index_of: Build) -> None:
    # With one sentence a document, the bound of a block is the score of its sentence.
    rng = random.Random(8)
    pool = [" ".join(rng.choices(WORDS, k=rng.choice([2, 3, 5]))) + "." for _ in range(60)]
    pool += ["東" * n + " it." for n in range(200, 1200, 100)]
    index = indexed(document, index_of, [[[rng.choice(pool)]] for _ in range(500)])
    retriever = TfidfRetriever(index.postings)
    for query in [*queries(8, 20), {"東": 1.0}, {"東": 1.0, "it": 0.1}, {"the": 1.0}]:
        whole = retriever.search(query, 10**9)
        for k in (1, 2, 5, 13, 34, 89):
            assert retriever.search(query, k) == whole[:k]


def test_most_blocks_of_a_large_collection_are_never_scored(
    document: Make, index_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever_module, "_FEW", 20)
    rng = random.Random(9)
    ordinary = [f"So the {rng.choice(WORDS)} and the {rng.choice(WORDS)} it." for _ in range(6000)]
    ordinary[3000] = "So Ekaterina counted the ferry."
    index = index_of(
        *(document(f"{n:04}.txt", "\n\n".join(ordinary[n * 10 : n * 10 + 10])) for n in range(600))
    )
    scored: list[int] = []
    original = retriever_module._Best.add

    def add(self: object, view: object, sentences: NDArray[np.int64], *scores: object) -> None:
        scored.append(len(sentences))
        original(self, view, sentences, *scores)  # type: ignore[arg-type]

    monkeypatch.setattr(retriever_module._Best, "add", add)
    retriever = TfidfRetriever(index.postings)
    query = {"ekaterina": 1.0, "count": 1.0, "the": 1.0, "so": 1.0}
    [first, *_] = retriever.search(query, 1)
    assert "Ekaterina" in shown(index, first.sentence)
    assert sum(scored) < 3000
    scored.clear()
    assert retriever.search(query, 10**9)[0] == first
    assert sum(scored) == 6000


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


def test_a_block_may_repeat_a_word_more_often_than_a_table_holds(
    document: Make, index_of: Build
) -> None:
    contents = [[["So " + "東" * 600 + " it."] * 3, ["So it."] * 3]] * 2
    index = indexed(document, index_of, contents)
    oracle = Oracle(contents)
    hits = TfidfRetriever(index.postings).search({"東": 1.0, "it": 0.5}, 20)
    found = {hit.sentence: hit.score for hit in hits}
    expected = oracle.scores({"東": 1.0, "it": 0.5})
    np.testing.assert_allclose([found[n] for n in range(len(expected))], expected, rtol=1e-9)


# --- what a user notices ------------------------------------------------------------------------


def test_the_sentence_comes_first_then_its_surroundings(retriever: TfidfRetriever) -> None:
    # Sentences: 0 ferry sails, 1 cars, 2 mayor | 3 a ferry, 4 nothing | 5 ships
    found = [hit.sentence for hit in retriever.search({"ferri": 1.0}, 10)]
    assert set(found[:2]) == {0, 3}
    assert set(found[2:]) == {1, 2, 4}  # the same block
    assert 5 not in found


def test_twins_come_in_an_order_that_their_paths_decide(document: Make, index_of: Build) -> None:
    index = indexed(document, index_of, [[["The ferry sails.", "The ferry sails."]]] * 40)
    hits = TfidfRetriever(index.postings).search({"ferri": 1.0}, 25)
    paths = [f"{n:03}.txt" for n in range(40)]
    expected = [path for path in sorted(paths, key=hash_of) for _ in range(2)][:25]
    assert [path for path, _, _ in answers(index, hits)] == expected
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
            return [Hit(1, 1.0, 1.0, 0.0, 0.0)] if query else []

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
