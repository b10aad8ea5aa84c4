"""Figures of outcomes made up for the purpose, counted by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from qa.baseline import Baseline
from qa.evaluate import Outcome, Run
from qa.questionset import Article, QuestionSet
from qa.summary import figures, summary


def outcome(id: str, confidence: float, rank: int | None = 0, **fields: Any) -> Outcome:
    values: dict[str, Any] = {
        "id": id, "question": f"{id}?", "kind": "who", "group": "answerable",
        "references": ("Ana Kovač",), "rank": rank, "rank_of_first": rank, "phrase": "Ana",
        "sentence": "Ana Kovač cut it.", "document": "Bridge", "confidence": confidence,
        "answered": confidence >= 0.5, "took_ms": 2.0,
    }  # fmt: skip
    return Outcome(**values | fields)


OUTCOMES = (
    outcome("a", 0.9, phrase="Ana Kovač"),
    outcome("b", 0.7, 3, kind="when", took_ms=9.0),
    outcome("c", 0.4),
    outcome("d", 0.2, None, phrase="", took_ms=1.0),
    outcome("off", 0.6, None, group="off-topic", references=()),
    outcome("off2", 0.1, None, group="off-topic", references=()),
    outcome("no", 0.8, None, group="impossible", references=()),
    outcome("no2", 0.3, None, group="impossible", references=()),
)


def of(mode: Any = "open", *outcomes: Outcome) -> Any:
    return figures(Run(mode, (), outcomes or OUTCOMES, 2, 9, 0.5), [], 0.5)


def test_counts_and_ranks() -> None:
    found = figures(Run("open", (), OUTCOMES, 2, 9, 0.5), [Baseline("BM25", (0, 1, None, 4))], 0.5)
    assert (found.answerable, found.impossible, found.off_topic) == (4, 2, 2)
    own, rival = found.rankings
    assert (own.hit_1, own.hit_3, own.hit_5, own.hit_20) == (0.5, 0.5, 0.75, 0.75)
    assert own.mrr == pytest.approx((1 + 0.25 + 1) / 4)
    assert (rival.name, rival.hit_1, rival.hit_5) == ("BM25", 0.25, 0.75)


def test_phrases_count_whether_refused_or_not() -> None:
    found = of()
    half = 2 * 0.5 / 1.5  # "Ana" for "Ana Kovač"
    assert found.exact == 0.25
    assert found.f1 == pytest.approx((1 + half + half + 0) / 4)
    assert found.given_exact == 0.25
    assert found.given_f1 == pytest.approx((1 + half) / 4)


def test_squad_2_takes_refusals_for_empty_answers() -> None:
    squad2 = of().squad2
    half = 2 * 0.5 / 1.5
    assert squad2.f1 == pytest.approx((1 + half + 0 + 0 + 0 + 1) / 6)
    assert squad2.f1_impossible == 0.5
    assert squad2.refusing == pytest.approx(2 / 6)
    # From 0.4 on: "a", "b" and "c" are answered, and one of the impossible ones is.
    assert squad2.best_threshold == 0.4
    assert squad2.best_f1 == pytest.approx((1 + half + half + 1) / 6)
    assert of("open", *OUTCOMES[:6]).squad2 is None


def test_thresholds() -> None:
    found = of()
    level = found.default
    assert level in found.levels
    assert (level.threshold, level.answered) == (0.5, 3 / 6)  # a, b, off; not the impossible ones
    assert level.right == pytest.approx(1 / 3)
    assert level.lost == 0.5  # c
    assert level.off_topic_refused == 0.5
    assert level.impossible_refused == 0.5
    low = found.levels[0]
    assert (low.threshold, low.lost, low.off_topic_refused) == (0.1, 0, 0)
    assert low.answered == 5 / 6  # nothing can be said to d


def test_impossible_questions_count_for_the_confidence_where_the_paragraph_is_given() -> None:
    assert sum(each.questions for each in of("open").bins) == 6
    assert sum(each.questions for each in of("paragraph").bins) == 8
    assert of("paragraph").worst[0].id == "no"


def test_curve_and_trust() -> None:
    found = of()
    assert [point.threshold for point in found.curve] == [0.9, 0.7, 0.6, 0.4, 0.2, 0.1]
    assert (found.trusted.threshold, found.trusted.answered) == (0.9, 1 / 6)
    assert of("open", outcome("x", 0.9, 3)).trusted is None


def test_kinds_and_times() -> None:
    found = of()
    assert [(kind.kind, kind.questions) for kind in found.kinds] == [("who", 3), ("when", 1)]
    assert found.kinds[0].hit_1 == pytest.approx(2 / 3)
    assert (found.median_ms, found.p99_ms) == (2.0, 9.0)


def test_the_worst_mistakes_are_the_surest() -> None:
    worst = of().worst
    assert [mistake.id for mistake in worst] == ["b", "off", "off2"]
    assert (worst[0].given, worst[0].expected, worst[0].answered) == ("Ana", ("Ana Kovač",), True)
    assert worst[1].expected == ()
    many = of("open", *(outcome(str(n), 0.5, 1) for n in range(50)))
    assert len(many.worst) == 20


def test_nothing_to_count_is_no_error() -> None:
    found = of("open", outcome("x", 0.0, None, group="impossible", phrase="", references=()))
    assert (found.f1, found.calibration_error, found.trusted) == (0, 0, None)
    assert found.squad2.f1 == 1


def test_it_is_plain_json() -> None:
    questions = QuestionSet("small.json", "ab", (Article("", ()),))
    told = summary(
        questions, [of()], off_topic=None, sample=None, verbatim="1", model=None, threshold=0.5
    )
    plain = json.loads(json.dumps(told.to_dict(), allow_nan=False))
    assert plain["sha256"] == "ab"
    assert plain["modes"]["open"]["rankings"][0]["hit_1"] == 0.5
    assert plain["modes"]["open"]["default"]["off_topic_refused"] == 0.5
