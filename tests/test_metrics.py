"""The measures, against the official SQuAD 2.0 script's behaviour, numpy and counting by hand."""

from __future__ import annotations

import collections
import re
import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import metrics

# What follows does what evaluate-v2.0.py does, step by step, to compare with.


def official_normalize(s: str) -> str:
    def remove_articles(text: str) -> str:
        return re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", text)

    def white_space_fix(text: str) -> str:
        return " ".join(text.split())

    def remove_punc(text: str) -> str:
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    return white_space_fix(remove_articles(remove_punc(s.lower())))


def official_exact(gold: str, said: str) -> int:
    return int(official_normalize(gold) == official_normalize(said))


def official_f1(gold: str, said: str) -> float:
    gold_toks = official_normalize(gold).split() if gold else []
    said_toks = official_normalize(said).split() if said else []
    common = collections.Counter(gold_toks) & collections.Counter(said_toks)
    same = sum(common.values())
    if len(gold_toks) == 0 or len(said_toks) == 0:
        return int(gold_toks == said_toks)
    if same == 0:
        return 0
    precision = 1.0 * same / len(said_toks)
    recall = 1.0 * same / len(gold_toks)
    return (2 * precision * recall) / (precision + recall)


def official_golds(references: list[str]) -> list[str]:
    return [text for text in references if official_normalize(text)] or [""]


def official_best(scored: list[tuple[float, float, bool]]) -> float:
    """`find_best_thresh`, with the probability of no answer as 1 - confidence."""
    current = best = float(sum(impossible for _, _, impossible in scored))
    for _, score, impossible in sorted(scored, key=lambda one: 1 - one[0]):
        current += -1 if impossible else score
        best = max(best, current)
    return best / len(scored)


WORDS = st.lists(
    st.sampled_from(["a", "an", "The", "the", "Normandy", "France", "in", "1.5", "theatre", "!"])
).map(" ".join)
TEXTS = st.text() | WORDS | st.text(alphabet="aAnthe .,-'’ \n\u00a0éİ")


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_exact_match_and_f1_are_the_official_ones(said: str, references: list[str]) -> None:
    golds = official_golds(references)
    assert metrics.normal_words(said) == official_normalize(said).split()
    assert metrics.exact_match(said, references) == max(official_exact(g, said) for g in golds)
    assert metrics.f1(said, references) == pytest.approx(max(official_f1(g, said) for g in golds))


@pytest.mark.parametrize(
    ("said", "references", "exact", "f1"),
    [
        ("the 10th century", ["10th Century!"], 1, 1),
        ("in the 10th century", ["10th century", "century"], 0, 0.8),
        ("", [], 1, 1),
        ("France", [], 0, 0),
        ("", ["France"], 0, 0),
        ("The", ["the"], 1, 1),
        ("France", ["the", "France"], 1, 1),
    ],
)
def test_what_answers_count(said: str, references: list[str], exact: float, f1: float) -> None:
    assert metrics.exact_match(said, references) == exact
    assert metrics.f1(said, references) == pytest.approx(f1)


def test_ranks() -> None:
    ranks = [0, 4, None, 1]
    assert metrics.hit_rate(ranks, 1) == 0.25
    assert metrics.hit_rate(ranks, 5) == 0.75
    assert metrics.reciprocal_rank(ranks) == pytest.approx((1 + 0.2 + 0.5) / 4)
    assert metrics.hit_rate([], 1) == metrics.reciprocal_rank([]) == 0


@given(
    st.lists(st.floats(0, 1e6), min_size=1),
    st.sampled_from([0.01, 0.25, 0.5, 0.9, 0.99, 1.0]),
)
def test_quantiles_are_numpys(values: list[float], share: float) -> None:
    expected = np.quantile(values, share, method="inverted_cdf")
    assert metrics.quantile(values, share) == expected


def test_quantile_of_nothing() -> None:
    assert metrics.quantile([], 0.5) == 0


CONFIDENCES = st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0])
JUDGED = st.lists(st.tuples(CONFIDENCES, st.booleans()), min_size=1)


@given(JUDGED)
def test_the_curve_counts_what_each_threshold_answers(judged: list[tuple[float, bool]]) -> None:
    points = metrics.risk_coverage(judged)
    assert [p.threshold for p in points] == sorted({c for c, _ in judged}, reverse=True)
    for point in points:
        answered = [right for confidence, right in judged if confidence >= point.threshold]
        assert point.answered == len(answered) / len(judged)
        assert point.right == pytest.approx(np.mean(answered))
    assert points[-1].answered == 1


def test_the_curve_by_hand() -> None:
    judged = [(0.9, True), (0.8, True), (0.8, False), (0.3, True), (0.1, False)]
    points = metrics.risk_coverage(judged)
    assert [(p.threshold, p.answered) for p in points] == [
        (0.9, 0.2), (0.8, 0.6), (0.3, 0.8), (0.1, 1.0)
    ]  # fmt: skip
    best = metrics.answered_at(points, 0.75)
    assert best is not None
    assert (best.threshold, best.answered, best.right) == (0.3, 0.8, 0.75)
    assert metrics.answered_at(points[1:], 0.9) is None


@given(JUDGED)
def test_bins_hold_every_question_once(judged: list[tuple[float, bool]]) -> None:
    bins = metrics.calibration(judged)
    assert sum(each.questions for each in bins) == len(judged)
    for each in bins:
        assert each.low - 1e-9 <= each.confidence <= each.high + 1e-9
    right = sum(each.questions * each.right for each in bins)
    assert right == pytest.approx(sum(outcome for _, outcome in judged))
    assert 0 <= metrics.calibration_error(bins) <= 1


def test_calibration_error_by_hand() -> None:
    judged = [(0.95, True), (0.85, True), (0.85, False), (1.0, False)]
    bins = metrics.calibration(judged)
    assert [(each.low, each.questions, each.right) for each in bins] == [
        (0.8, 2, 0.5),
        (0.9, 2, 0.5),
    ]
    assert metrics.calibration_error(bins) == pytest.approx(0.5 * 0.35 + 0.5 * 0.475)
    assert metrics.calibration_error([]) == 0


SCORED = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.booleans()).map(
        lambda one: (one[0], 0.0 if one[2] else one[1], one[2])
    ),
    min_size=1,
    unique_by=lambda one: 1 - one[0],
)


@given(SCORED)
def test_the_best_threshold_is_the_official_one(scored: list[tuple[float, float, bool]]) -> None:
    best, threshold = metrics.best_threshold(scored)
    assert best == pytest.approx(official_best(scored))
    reached = [s if c >= threshold else float(impossible) for c, s, impossible in scored]
    assert np.mean(reached) == pytest.approx(best)


def test_questions_of_one_confidence_are_answered_together() -> None:
    scored = [(0.5, 1.0, False), (0.5, 0.0, True), (0.5, 0.0, True)]
    best, threshold = metrics.best_threshold(scored)
    assert best == pytest.approx(2 / 3)
    assert threshold > 1
