"""The table of words: near ones are found, unknown ones do no harm."""

from __future__ import annotations

import numpy as np

from qa.terms import stem
from qa.vectors import Vectors


def test_words_of_like_meaning_are_near() -> None:
    vectors = Vectors.shipped()
    near = dict(vectors.related(stem("car")))
    assert stem("vehicle") in near
    assert all(0 < likeness <= 1 for likeness in near.values())
    assert list(near.values()) == sorted(near.values(), reverse=True)
    assert stem("car") not in near


def test_an_unknown_word_is_near_to_nothing() -> None:
    vectors = Vectors.shipped()
    assert list(vectors.related("qwrtzx")) == []
    assert not vectors[[-1, vectors.row("qwrtzx")]].any()


def test_vectors_have_length_one() -> None:
    vectors = Vectors.shipped()
    lengths = np.linalg.norm(vectors[list(range(50))], axis=1)
    np.testing.assert_allclose(lengths, 1, atol=0.02)
