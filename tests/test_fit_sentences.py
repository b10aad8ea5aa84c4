"""The sentence scorer is fitted: what tells the right candidate gets weight, noise does not."""

from __future__ import annotations

import numpy as np

from qa.fit_sentences import Sample, fit_listwise, hits


def samples(seed: int, count: int) -> list[Sample]:
    """Candidates of which the right one has more of the first number, as a rule."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        numbers = random.normal(size=(8, 3))
        numbers[:, 2] = 1.0
        right = int(random.integers(8))
        numbers[right, 0] += 2
        found.append(Sample(numbers, right))
    return found


def test_what_tells_the_right_candidate_gets_weight() -> None:
    weights = fit_listwise(samples(1, 300), 1e-3)
    assert weights[0] > 1
    assert abs(weights[1]) < 0.3
    assert weights[2] == 0  # the same everywhere
    fresh = samples(2, 300)
    assert hits(fresh, weights, 1) > 0.5 > hits(fresh, -weights, 1)
    assert hits(fresh, weights, 8) == 1


def test_the_same_questions_give_the_same_weights() -> None:
    first, second = (fit_listwise(samples(1, 50), 1e-2) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_few_questions_change_an_earlier_model_little() -> None:
    start = np.array([0.0, 5.0, 2.0])
    weights = fit_listwise(samples(1, 5), 100.0, start)
    np.testing.assert_allclose(weights, start, atol=0.1)
