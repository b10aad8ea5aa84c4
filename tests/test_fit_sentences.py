"""Weights are found from candidates of which one is right."""

from __future__ import annotations

import numpy as np
import pytest

from qa.fit_sentences import Sample, fit_listwise, hits

TRUE = np.array([2.0, -1.0, 0.0])


def samples(count: int = 400) -> list[Sample]:
    """Questions whose right candidate follows from TRUE, by a softmax."""
    made = []
    random = np.random.default_rng(1)
    for _ in range(count):
        numbers = random.normal(size=(6, 3))
        odds = np.exp(numbers @ TRUE)
        made.append(Sample(numbers, int(random.choice(6, p=odds / odds.sum()))))
    return made


def test_weights_are_recovered() -> None:
    assert fit_listwise(samples(3000), 1e-6) == pytest.approx(TRUE, abs=0.2)


def test_the_same_samples_give_the_same_weights() -> None:
    assert np.array_equal(fit_listwise(samples(), 1e-3), fit_listwise(samples(), 1e-3))


def test_what_is_constant_keeps_its_weight() -> None:
    fixed = [Sample(np.c_[s.numbers, np.ones(6)], s.right) for s in samples()]
    found = fit_listwise(fixed, 1e-3, np.array([0.0, 0.0, 0.0, -5.0]))
    assert found[3] == -5


def test_strong_shrinkage_stays_at_the_start() -> None:
    start = np.array([0.5, 0.5, 0.5])
    assert fit_listwise(samples(), 1e6, start) == pytest.approx(start, abs=0.01)


def test_weight_of_a_sample_counts() -> None:
    left, right = np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])
    found = fit_listwise([Sample(left, 0, 1.0), Sample(right, 0, 3.0)], 1e-3)
    assert found[0] < 0


def test_hits_count_the_best() -> None:
    numbers = np.array([[1.0], [2.0], [3.0]])
    assert hits([Sample(numbers, 1)], np.array([1.0]), 1) == 0
    assert hits([Sample(numbers, 1)], np.array([1.0]), 2) == 1
