"""Fits the sentence scorer: described candidates of many questions in, weights out.

Listwise (ListNet's top-one likelihood, Cao et al. 2007): of each question's candidates a softmax
over the scores is to give the sentence that answers the greatest share. The weights are shrunk
towards those of an earlier model, or towards none. Newton's method on a convex loss: no learning
rate and no random numbers, the same data give the same weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEPS = 30
_DIGITS = 3  # of the weights that are kept: readable, and the same on every machine


@dataclass(frozen=True, slots=True)
class Sample:
    """A question's candidates (n x features), which of them answers, and what it counts."""

    numbers: Floats
    right: int
    weight: float = 1.0


def fit_listwise(
    samples: Sequence[Sample], shrinkage: float, start: Floats | None = None
) -> Floats:
    """One weight for each feature.

    `shrinkage` (above 0) holds the weights, in units of a feature's standard deviation, to those of
    `start`, or to 0.
    """
    numbers = np.concatenate([sample.numbers for sample in samples])
    sizes = np.array([len(sample.numbers) for sample in samples])
    starts = np.cumsum(sizes) - sizes
    right = starts + np.array([sample.right for sample in samples])
    counted = np.array([sample.weight for sample in samples])
    counted = counted / counted.sum()
    spread = numbers.std(axis=0)
    spread[spread < 1e-9] = np.inf  # a constant tells nothing
    scaled = numbers / spread
    constant = np.isinf(spread)
    prior = np.zeros(scaled.shape[1]) if start is None else start * np.where(constant, 1, spread)
    found = prior.copy()
    owner = np.repeat(np.arange(len(samples)), sizes)

    def loss_of(weights: Floats) -> tuple[float, Floats]:
        scores = scaled @ weights
        scores -= np.maximum.reduceat(scores, starts)[owner]
        odds = np.exp(scores)
        total = np.add.reduceat(odds, starts)
        loss = counted @ (np.log(total) - scores[right])
        away = weights - prior
        return float(loss + shrinkage * away @ away), odds / total[owner]

    loss, shares = loss_of(found)
    for _ in range(_STEPS):
        weighed = shares * counted[owner]
        slope = scaled.T @ weighed - counted @ scaled[right] + 2 * shrinkage * (found - prior)
        means = np.add.reduceat(scaled * shares[:, None], starts)
        curve = (scaled * weighed[:, None]).T @ scaled - (means * counted[:, None]).T @ means
        curve += 2 * shrinkage * np.eye(len(found))
        step = np.linalg.solve(curve, slope)
        length = 1.0
        while length > 1e-6:
            new_loss, new_shares = loss_of(found - length * step)
            if new_loss <= loss:
                break
            length /= 2
        gained = loss - new_loss
        if length <= 1e-6 or gained < 1e-10:
            break
        found, loss, shares = found - length * step, new_loss, new_shares
    return np.round(found / np.where(constant, 1, spread), _DIGITS) + 0.0


def hits(samples: Sequence[Sample], weights: Floats, first: int) -> float:
    """The share of the samples whose right candidate is among the `first` best."""
    found = 0
    for sample in samples:
        scores = sample.numbers @ weights
        found += int((scores > scores[sample.right]).sum()) < first
    return found / max(len(samples), 1)
