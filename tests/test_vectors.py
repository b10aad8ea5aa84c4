"""The table of words that ships with the package."""

from __future__ import annotations

import numpy as np
import pytest

from qa.terms import stem
from qa.vectors import DIMENSIONS, Vectors


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    return Vectors.shipped()


@pytest.mark.parametrize(
    ("word", "near"),
    [("buy", "purchase"), ("car", "automobile"), ("negotiate", "talks"), ("photo", "photograph")],
)
def test_synonyms_and_derivations_are_related(vectors: Vectors, word: str, near: str) -> None:
    assert stem(near) in dict(vectors.related(stem(word)))


def test_related_terms_come_nearest_first(vectors: Vectors) -> None:
    likeness = [share for _, share in vectors.related("music")]
    assert likeness == sorted(likeness, reverse=True)
    assert all(0 < share <= 1 for share in likeness)


def test_vectors_have_unit_length(vectors: Vectors) -> None:
    found = vectors[[vectors.rows[word] for word in ("music", "car", "buy")]]
    assert found.shape == (3, DIMENSIONS)
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=0.02)


def test_unknown_words_have_no_direction(vectors: Vectors) -> None:
    assert vectors.related("zzyzzxq") == []
    assert not vectors[[-1]].any()
