"""Segments: merged in whatever order, they hold what one segment of all documents would."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
from numpy.typing import NDArray

from qa import codec, segment
from qa.answer import Document
from qa.codec import decode, occurrences
from qa.preparing import batch_of
from qa.segment import Arrays, Source, build, from_arrays, from_batch
from qa.vocabulary import hash_of

Make = Callable[..., Document]


@pytest.fixture(params=[2, codec.SHORT], autouse=True)
def short(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small segments are packed as large ones are."""
    monkeypatch.setattr(codec, "SHORT", request.param)
    monkeypatch.setattr(segment, "SHORT", request.param)


def library(make: Make, count: int) -> list[Document]:
    rng = random.Random(3)
    words = ["the", "the", "the", "ferry", "harbour", "Kovač", "12.5", "l'été", "rare"]
    return [
        make(
            f"{n}.txt",
            "\n\n".join(
                "So " + " ".join(rng.choices([*words, f"own{n}"], k=rng.randrange(30))) + " it."
                for _ in range(rng.randrange(1, 9))
            ),
        )
        for n in range(count)
    ]


def source(documents: list[Document], first: int, wanted: list[bool] | None = None) -> Source:
    batch = batch_of(documents)
    count = len(documents)
    return from_batch(
        batch,
        np.arange(first, first + count, dtype=np.int64),
        np.array([hash_of(one.path) for one in documents], np.uint64),
        np.array([20230101 + n for n in range(count)], np.int32),
        np.array([True] * count if wanted is None else wanted, bool),
    )


def counted(arrays: Arrays) -> dict[int, Counter[int]]:
    """For each term how often it stands in each place."""
    return {
        key: Counter(
            occurrences(
                decode(arrays.postings[arrays.starts[n] : arrays.starts[n + 1]], len(arrays.blocks))
            ).tolist()
        )
        for n, key in enumerate(arrays.hashes.tolist())
    }


def same(one: Arrays, other: Arrays, but: str = "") -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Arrays)
        if field.name != but
    )


def every(arrays: Arrays) -> NDArray[np.bool_]:
    return np.ones(len(arrays.numbers), bool)


def test_a_segment_counts_every_token_of_every_sentence(document: Make) -> None:
    own = source(library(document, 20), 0)
    arrays = build([own])
    expected: dict[int, Counter[int]] = {}
    for term, place in zip(own.hashes[own.terms].tolist(), own.places.tolist(), strict=True):
        expected.setdefault(term, Counter())[place] += 1
    assert counted(arrays) == expected
    assert arrays.hashes.tolist() == sorted(expected)
    assert arrays.lengths.tolist() == own.lengths.tolist()


def test_merged_is_as_built_in_one_go(document: Make) -> None:
    documents = library(document, 20)
    whole = build([source(documents, 0)])
    parts = [build([source(documents[a:b], a)]) for a, b in ((0, 1), (1, 12), (12, 20))]
    dates = np.concatenate([part.dates for part in parts])
    merged = build([from_arrays(part, every(part)) for part in parts])
    assert merged.dates.tolist() == dates.tolist()
    assert same(merged, whole, but="dates")
    again = build([from_arrays(merged, every(merged))])
    assert same(again, merged)
    first = build([from_arrays(part, every(part)) for part in parts[:2]])
    twice = build([from_arrays(part, every(part)) for part in (first, parts[2])])
    assert same(twice, merged)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_not_wanted_leaves_no_trace(document: Make, seed: int) -> None:
    documents = library(document, 20)
    rng = random.Random(seed)
    wanted = [rng.random() < 0.5 for _ in documents]
    kept = [n for n, w in enumerate(wanted) if w]
    at_once = build([source(documents, 0, wanted)])
    whole = build([source(documents, 0)])
    later = build([from_arrays(whole, np.array(wanted))])
    assert same(at_once, later)
    alone = build([source([documents[n] for n in kept], 0)])
    assert at_once.numbers.tolist() == kept
    for name in ("sentences", "spread", "lengths", "blocks", "hashes", "starts", "postings", "keys",
                 "signatures"):  # fmt: skip
        assert np.array_equal(getattr(at_once, name), getattr(alone, name)), name


def test_a_segment_of_nothing(document: Make) -> None:
    documents = library(document, 3)
    for sources in ([source([], 0)], [source(documents, 0, [False] * 3)]):
        arrays = build(sources)
        assert len(arrays.numbers) == len(arrays.hashes) == len(arrays.postings) == 0
        assert arrays.starts.tolist() == [0]
        assert same(build([from_arrays(arrays, every(arrays))]), arrays)


def test_a_document_without_a_word_changes_nothing_for_the_others(document: Make) -> None:
    arrays = build([source([document("a.txt", "?!"), document("b.txt", "Ferry.")], 0)])
    assert arrays.sentences.tolist() == [0, 1]
    assert counted(arrays) == {hash_of("ferri"): Counter({0: 1})}
