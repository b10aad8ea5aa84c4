"""Published measures of answers as pure functions.

Shares and probabilities are 0..1 throughout; a share of nothing is 0.
"""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

BINS = 10  # of the calibration error
_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normal_words(text: str) -> list[str]:
    """The words that SQuAD compares: lower case, no ASCII punctuation, no articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def exact_match(said: str, references: Sequence[str]) -> float:
    """1 if the answer is one of the references but for case, punctuation and articles, else 0.

    No reference means that nothing should be said (SQuAD 2.0).
    """
    words = normal_words(said)
    return float(any(words == wanted for wanted in _wanted(references)))


def f1(said: str, references: Sequence[str]) -> float:
    """Overlap of words with the nearest reference: harmonic mean of precision and recall, 0..1.

    As the official script of SQuAD 2.0 (Rajpurkar et al., 2018) has it: references of articles and
    punctuation alone do not count; where none is left, nothing should be said.
    """
    words = normal_words(said)
    return max(_overlap(words, wanted) for wanted in _wanted(references))


def _wanted(references: Sequence[str]) -> list[list[str]]:
    return [words for words in map(normal_words, references) if words] or [[]]


def _overlap(said: Sequence[str], wanted: Sequence[str]) -> float:
    if not said or not wanted:
        return float(list(said) == list(wanted))
    common = sum((Counter(said) & Counter(wanted)).values())
    if not common:
        return 0.0
    precision, recall = common / len(said), common / len(wanted)
    return 2 * precision * recall / (precision + recall)


def mean(values: Iterable[float]) -> float:
    """The mean, 0 of nothing."""
    found = list(values)
    return math.fsum(found) / len(found) if found else 0.0


def hit_rate(ranks: Sequence[int | None], k: int) -> float:
    """The share of questions with something right among the first `k`; ranks count from 0."""
    return mean(rank is not None and rank < k for rank in ranks)


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """Mean reciprocal rank; nothing right counts 0."""
    return mean(0.0 if rank is None else 1 / (rank + 1) for rank in ranks)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so great a share of all does not exceed (nearest rank)."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


@dataclass(frozen=True, slots=True)
class Point:
    """Answering from confidence `threshold` on: the share answered; of these, the share right."""

    threshold: float
    answered: float
    right: float


def risk_coverage(judged: Iterable[tuple[float, bool]]) -> list[Point]:
    """The risk–coverage curve (El-Yaniv & Wiener, 2010) of (confidence, whether right) pairs.

    One point for each confidence, the highest first; the risk is 1 - `right`.
    """
    pairs = sorted(judged, key=lambda pair: -pair[0])
    points: list[Point] = []
    answered = right = 0
    for threshold, group in groupby(pairs, key=lambda pair: pair[0]):
        outcomes = [outcome for _, outcome in group]
        answered += len(outcomes)
        right += sum(outcomes)
        points.append(Point(threshold, answered / len(pairs), right / answered))
    return points


def answered_at(points: Iterable[Point], least: float) -> Point | None:
    """The point that answers most while at least such a share of the answers is right."""
    reaching = [point for point in points if point.right >= least]
    return max(reaching, key=lambda point: point.answered, default=None)


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions with a confidence from `low` to `high`: their mean confidence, the share right."""

    low: float
    high: float
    questions: int
    confidence: float
    right: float


def calibration(judged: Iterable[tuple[float, bool]], bins: int = BINS) -> list[Bin]:
    """(confidence, whether right) pairs in bins of equal width; empty bins are left out."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, right in judged:
        groups[min(int(confidence * bins), bins - 1)].append((confidence, right))
    return [
        Bin(
            number / bins,
            (number + 1) / bins,
            len(group),
            mean(confidence for confidence, _ in group),
            mean(right for _, right in group),
        )
        for number, group in enumerate(groups)
        if group
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error (Naeini et al., 2015): mean distance of confidence and truth."""
    total = sum(each.questions for each in bins)
    return math.fsum(each.questions / total * abs(each.confidence - each.right) for each in bins)


def best_threshold(scored: Iterable[tuple[float, float, bool]]) -> tuple[float, float]:
    """The highest mean score that a threshold on confidence can reach, and that threshold.

    Takes for each question its confidence, its score if it is answered, and whether refusing it is
    right: it scores 1 then, else 0. As `find_best_thresh` of the official SQuAD 2.0 script, but
    for questions of the same confidence, which are answered together. Refusing all is above 1.
    """
    triples = sorted(scored, key=lambda triple: -triple[0])
    if not triples:
        return 0.0, 1.0
    total = float(sum(impossible for _, _, impossible in triples))
    best, threshold = total, math.nextafter(1.0, 2.0)
    for confidence, group in groupby(triples, key=lambda triple: triple[0]):
        total += math.fsum(score - impossible for _, score, impossible in group)
        if total > best + 1e-12:
            best, threshold = total, confidence
    return best / len(triples), threshold
