"""Outcomes in, figures out: what `qa eval` reports, as frozen values that are plain JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.baseline import Baseline
from qa.evaluate import Mode, Outcome, Run
from qa.metrics import (
    Bin,
    Point,
    answered_at,
    best_threshold,
    calibration,
    calibration_error,
    f1,
    hit_rate,
    mean,
    quantile,
    reciprocal_rank,
    risk_coverage,
)
from qa.questionset import QuestionSet

HITS = (1, 3, 5, 20)
TRUSTED = 0.9  # share of the answers that are right, for which the share answered is told
WORST = 20  # mistakes that are shown
_POINTS = 200  # of the curve that are kept
_TRIED = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Ranking:
    """Shares of the answerable questions with a right sentence among the first 1, 3, 5 and 20."""

    name: str
    hit_1: float
    hit_3: float
    hit_5: float
    hit_20: float
    mrr: float


@dataclass(frozen=True)
class Squad2:
    """SQuAD 2.0 over answerable and impossible questions, a refusal being the empty answer.

    `best_f1` is what the best threshold reaches, `refusing` what saying nothing does.
    """

    exact: float
    f1: float
    f1_answerable: float
    f1_impossible: float
    best_f1: float
    best_threshold: float
    refusing: float


@dataclass(frozen=True)
class Level:
    """What a threshold does. Shares: `answered` of all questions that count for the confidence,
    `right` of those answered; `lost` of those whose first sentence is right; the other refusals of
    their kind, None where there are none of it."""

    threshold: float
    answered: float
    right: float
    lost: float
    off_topic_refused: float | None
    impossible_refused: float | None
    squad2_f1: float | None


@dataclass(frozen=True)
class OfKind:
    """Figures of the answerable questions of a kind; `given` is the share answered."""

    kind: str
    questions: int
    hit_1: float
    hit_5: float
    exact: float
    f1: float
    given: float


@dataclass(frozen=True)
class Mistake:
    """A wrong answer, and what was expected (nothing where no answer is known)."""

    id: str
    question: str
    kind: str
    group: str
    confidence: float
    answered: bool
    given: str
    sentence: str
    document: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """All figures of one way to ask. Shares are 0..1, times milliseconds.

    `first_reference` is hit@1 where only the first reference counts. `exact` and `f1` are of the
    phrase, whatever the confidence; `f1_first` knows the first reference only; `given_exact` and
    `given_f1` take a refusal for an empty answer. `curve` and `bins` are over answerable and, if
    asked, off-topic questions, in the given paragraph also impossible ones: a sentence is right or
    not. `levels` tell what other thresholds would do, the bot's own, `default`, among them.
    `trusted` is the most that can be answered with nine of ten answers right.
    """

    mode: Mode
    documents: int
    sentences: int
    answerable: int
    impossible: int
    off_topic: int
    rankings: tuple[Ranking, ...]
    first_reference: float
    exact: float
    f1: float
    f1_first: float
    given_exact: float
    given_f1: float
    squad2: Squad2 | None
    default: Level
    levels: tuple[Level, ...]
    trusted: Point | None
    curve: tuple[Point, ...]
    calibration_error: float
    bins: tuple[Bin, ...]
    median_ms: float
    p99_ms: float
    kinds: tuple[OfKind, ...]
    worst: tuple[Mistake, ...]


@dataclass(frozen=True)
class Summary:
    """What `qa eval` reports of a question set; `to_dict()` is its JSON."""

    name: str
    sha256: str
    articles: int
    paragraphs: int
    questions: int
    off_topic: str | None
    sample: int | None
    verbatim: str
    model: str | None
    threshold: float
    modes: tuple[Figures, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: the fields by name, the modes by theirs."""
        plain = asdict(self)
        return plain | {"modes": {mode["mode"]: mode for mode in plain["modes"]}}


def summary(
    questions: QuestionSet,
    modes: Iterable[Figures],
    *,
    off_topic: str | None,
    sample: int | None,
    verbatim: str,
    model: str | None,
    threshold: float,
) -> Summary:
    """A set's figures with what they are of."""
    return Summary(
        name=questions.name,
        sha256=questions.sha256,
        articles=len(questions.articles),
        paragraphs=sum(len(article.paragraphs) for article in questions.articles),
        questions=questions.size,
        off_topic=off_topic,
        sample=sample,
        verbatim=verbatim,
        model=model,
        threshold=threshold,
        modes=tuple(modes),
    )


def figures(run: Run, rivals: Sequence[Baseline], threshold: float) -> Figures:
    """The figures of a run at the bot's own threshold."""
    groups = {
        group: [outcome for outcome in run.outcomes if outcome.group == group]
        for group in ("answerable", "impossible", "off-topic")
    }
    answerable = groups["answerable"]
    counted = [*answerable, *groups["off-topic"]]
    if run.mode != "open":
        counted += groups["impossible"]
    judged = [(outcome.confidence, outcome.right) for outcome in counted]
    curve = risk_coverage(judged)
    bins = calibration(judged)
    times = [outcome.took_ms for outcome in run.outcomes]
    ranks = [outcome.rank for outcome in answerable]
    return Figures(
        mode=run.mode,
        documents=run.documents,
        sentences=run.sentences,
        answerable=len(answerable),
        impossible=len(groups["impossible"]),
        off_topic=len(groups["off-topic"]),
        rankings=(ranking("Verbatim", ranks), *(ranking(r.name, r.ranks) for r in rivals)),
        first_reference=hit_rate([outcome.rank_of_first for outcome in answerable], 1),
        exact=mean(outcome.exact for outcome in answerable),
        f1=mean(outcome.f1 for outcome in answerable),
        f1_first=mean(f1(outcome.phrase, outcome.references[:1]) for outcome in answerable),
        given_exact=mean(outcome.exact * outcome.answered for outcome in answerable),
        given_f1=mean(outcome.f1 * outcome.answered for outcome in answerable),
        squad2=_squad2(answerable, groups["impossible"]),
        default=_level(threshold, counted, groups),
        levels=tuple(_level(tried, counted, groups) for tried in sorted({*_TRIED, threshold})),
        trusted=answered_at(curve, TRUSTED),
        curve=_thinned(curve),
        calibration_error=calibration_error(bins),
        bins=tuple(bins),
        median_ms=quantile(times, 0.5),
        p99_ms=quantile(times, 0.99),
        kinds=_kinds(answerable),
        worst=_worst(counted),
    )


def ranking(name: str, ranks: Sequence[int | None]) -> Ranking:
    """How well a system ranks; ranks count from 0."""
    hits = {f"hit_{k}": hit_rate(ranks, k) for k in HITS}
    return Ranking(name=name, mrr=reciprocal_rank(ranks), **hits)


def _squad2(answerable: Sequence[Outcome], impossible: Sequence[Outcome]) -> Squad2 | None:
    if not impossible:
        return None
    both = [*answerable, *impossible]
    exact = [_given(o, o.exact) for o in both]
    overlap = [_given(o, o.f1) for o in both]
    # Saying nothing needs no threshold.
    best, threshold = best_threshold(
        (o.confidence, o.f1, o.group == "impossible") for o in both if o.phrase
    )
    said = [o for o in both if o.phrase]
    silent = sum(o.group == "impossible" for o in both if not o.phrase)
    return Squad2(
        exact=mean(exact),
        f1=mean(overlap),
        f1_answerable=mean(overlap[: len(answerable)]),
        f1_impossible=mean(overlap[len(answerable) :]),
        best_f1=(best * len(said) + silent) / len(both),
        best_threshold=threshold,
        refusing=len(impossible) / len(both),
    )


def _given(outcome: Outcome, score: float) -> float:
    """A question's score where a refusal is an empty answer."""
    return score if outcome.answered else float(outcome.group == "impossible")


def _level(threshold: float, counted: Sequence[Outcome], groups: dict[str, list[Outcome]]) -> Level:
    def given(outcome: Outcome) -> bool:
        return bool(outcome.phrase) and outcome.confidence >= threshold

    def refused(group: str) -> float | None:
        return mean(not given(o) for o in groups[group]) if groups[group] else None

    both = [*groups["answerable"], *groups["impossible"]]
    overlap = [o.f1 if given(o) else float(o.group == "impossible") for o in both]
    return Level(
        threshold=threshold,
        answered=mean(map(given, counted)),
        right=mean(outcome.right for outcome in counted if given(outcome)),
        lost=mean(not given(outcome) for outcome in counted if outcome.right),
        off_topic_refused=refused("off-topic"),
        impossible_refused=refused("impossible"),
        squad2_f1=mean(overlap) if groups["impossible"] else None,
    )


def _thinned(curve: Sequence[Point]) -> tuple[Point, ...]:
    """About so many points of a curve that they cannot be told from all when it is drawn."""
    kept: list[Point] = []
    for point in curve:
        if not kept or point.answered - kept[-1].answered >= 1 / _POINTS or point is curve[-1]:
            kept.append(point)
    return tuple(kept)


def _kinds(answerable: Sequence[Outcome]) -> tuple[OfKind, ...]:
    kinds: dict[str, list[Outcome]] = {}
    for outcome in answerable:
        kinds.setdefault(outcome.kind, []).append(outcome)
    return tuple(
        OfKind(
            kind=kind,
            questions=len(each),
            hit_1=hit_rate([o.rank for o in each], 1),
            hit_5=hit_rate([o.rank for o in each], 5),
            exact=mean(o.exact for o in each),
            f1=mean(o.f1 for o in each),
            given=mean(o.answered for o in each),
        )
        for kind, each in sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    )


def _worst(counted: Sequence[Outcome]) -> tuple[Mistake, ...]:
    """The most confident of the wrong ones."""
    wrong = [outcome for outcome in counted if not outcome.right and outcome.phrase]
    wrong.sort(key=lambda outcome: -outcome.confidence)
    return tuple(
        Mistake(
            id=o.id,
            question=o.question,
            kind=o.kind,
            group=o.group,
            confidence=o.confidence,
            answered=o.answered,
            given=o.phrase,
            sentence=o.sentence,
            document=o.document,
            expected=tuple(dict.fromkeys(o.references)),
        )
        for o in wrong[:WORST]
    )
