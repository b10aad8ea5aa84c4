"""Fits the confidence: questions with and without an answer in, one calibrated probability out.

The answerable questions are those of the sets; what is unanswerable is made of them in four ways:

    off-topic    a question about one article is asked of a collection of the others
    impossible   the set says that its paragraph does not answer it; it is asked of both
    removed      the sentences that answer are taken from the candidates
    small        an article alone, a paragraph alone, of which anything may be asked

A logistic regression with a penalty on the weights is fitted on all articles, those apart counting
more, and its slope and bias are then set on the articles apart alone, which the scorers have not
seen. The threshold is the one that refuses 97 of 100 off-topic questions, on all of these, in large
collections and in single articles, but no higher than one half.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.confidence import CONFIDENCE_FEATURES, ConfidenceScorer, describe_answers
from qa.errors import QuestionError
from qa.features import Passage
from qa.index import Index
from qa.phrase_scorer import PhraseScorer
from qa.question import check
from qa.questionset import Article, Asked, Filed, build_index
from qa.search import Search
from qa.selector import strongest
from qa.sentence_scorer import SentenceScorer

Floats = NDArray[np.float64]
Tell = Callable[[int, int], None]

REFUSED = 0.97  # of the off-topic questions
_AS_LIKELY_AS_NOT = 0.5  # what is more likely right than not is given
_ROWS = 3  # answers of a question that are learned from
_LATER = 0.2  # what the later ones count
_APART = 2.0  # what an article apart counts
_SHRINKAGE = 300.0
_STEPS = 50
# What a situation counts in all, beside the open answerable questions, which count 1.
_SHARES = {
    "open": 1.0, "off-topic": 1.5, "impossible": 0.5, "removed": 0.08,
    "single": 0.25, "single off-topic": 0.25, "paragraph": 0.3, "paragraph impossible": 0.5,
}  # fmt: skip
# What question sets hold too rarely to be learned from: words that belong together in the question
# ("president of Azerbaijan") stand apart; another name plays the part of one that is asked about.
_PRIOR = {"loose": -6.5, "ousted": -3.4}
# What confidence is calibrated on: questions as they come, not those made to mislead.
_USUAL = ("open", "off-topic", "single", "single off-topic", "paragraph")
_FOLDS = 5  # collections that leave articles out


@dataclass(frozen=True)
class Judged:
    """The best answers to a question: described, and whether each is right."""

    situation: str
    apart: bool
    numbers: Floats
    right: Floats
    weight: float = 1.0


class Judging:
    """Asks questions of collections made of articles, and writes down how the answers look."""

    def __init__(
        self, articles: Sequence[Article], apart: Collection[str], scorer: SentenceScorer,
        phrases: PhraseScorer, without: Mapping[Asked, PhraseScorer], most: int, seed: int,
    ) -> None:  # fmt: skip
        """`apart` are the titles that no scorer was fitted on; `without` are, for the questions
        that `phrases` was fitted on, scorers that were not. At most `most` questions are asked in
        each situation, drawn with `seed`."""
        self._articles, self._apart, self._scorer = articles, apart, scorer
        self._phrases, self._without = phrases, without
        self._most, self._random = most, random.Random(seed)

    def judged(self, tell: Tell | None = None) -> list[Judged]:
        """The questions of all situations."""
        articles = self._articles
        folds = [articles[at::_FOLDS] for at in range(min(_FOLDS, len(articles)))]
        few = max(1, self._most // len(articles))
        found: list[Judged] = []
        steps = 2 + len(folds) + len(articles)
        with _indexed(articles, False) as (search, index, filed):
            own = list(_places(articles, filed))
            answerable = [case for case in own if not case.asked.impossible]
            impossible = [case for case in own if case.asked.impossible]
            for case in self._drawn(answerable, 2 * self._most):
                found += self._asked(search, index, case, "open", "removed")
            for case in self._drawn(impossible, self._most):
                found += self._asked(search, index, case, "impossible")
        for number, left_out in enumerate(folds):
            if tell:
                tell(1 + number, steps)
            rest = [article for article in articles if article not in left_out]
            if not rest:
                continue
            with _indexed(rest, False) as (search, index, _):
                foreign = self._drawn(list(_places(left_out, [])), 2 * self._most // len(folds))
                for case in foreign:
                    found += self._asked(search, index, case, "off-topic")
        for number, article in enumerate(articles):
            if tell:
                tell(1 + len(folds) + number, steps)
            with _indexed([article], False) as (search, index, filed):
                own = [c for c in _places([article], filed) if not c.asked.impossible]
                for case in self._drawn(own, few):
                    found += self._asked(search, index, case, "single")
                others = [other for other in articles if other is not article]
                for case in self._drawn(list(_places(others, [])), few):
                    found += self._asked(search, index, case, "single off-topic")
        with _indexed(articles, True) as (search, index, filed):
            own = list(_places(articles, filed))
            for case in self._drawn([c for c in own if not c.asked.impossible], self._most):
                found += self._asked(search, index, case, "paragraph")
            for case in self._drawn([c for c in own if c.asked.impossible], self._most):
                found += self._asked(search, index, case, "paragraph impossible")
        if tell:
            tell(steps, steps)
        return found

    def _drawn(self, cases: Sequence[_Case], most: int) -> list[_Case]:
        """At most so many cases, half of the room for the articles apart, in their order."""
        apart = [case for case in cases if case.title in self._apart]
        others = [case for case in cases if case.title not in self._apart]
        first = self._sample(apart, max(most // 2, most - len(others)))
        return [*first, *self._sample(others, most - len(first))]

    def _sample(self, cases: list[_Case], most: int) -> list[_Case]:
        return cases if len(cases) <= most else self._random.sample(cases, most)

    def _asked(
        self, search: Search, index: Index, case: _Case, situation: str, without: str = ""
    ) -> Iterator[Judged]:
        """The question as `situation`; as `without`, too, with the right sentences taken away."""
        try:
            sought = search.sought(check(case.asked.question))
        except QuestionError:
            return
        within = None
        if situation.startswith("paragraph"):
            within = np.zeros(index.size, bool)
            within[index.find(case.document)] = True
        passages = search.passages(sought, within=within)
        right = {passage.sentence for passage in passages if _is_right(index, case, passage)}
        apart = case.title in self._apart
        for name, kept in (
            (situation, passages),
            (without, [passage for passage in passages if passage.sentence not in right]),
        ):
            if name and (name == situation or right):
                phrases = self._without.get(case.asked, self._phrases)
                picks = strongest(sought.question, sought.terms, kept, self._scorer, phrases)
                numbers = describe_answers(sought.question, sought.terms, picks, _ROWS)
                labels = [float(pick.passage.sentence in right) for pick in picks[:_ROWS]]
                yield Judged(name, apart, numbers, np.array(labels))


@dataclass(frozen=True)
class _Case:
    """A question, its article's title, and where its answers stand ("" and none: elsewhere)."""

    asked: Asked
    title: str
    document: str
    starts: tuple[int, ...]


def _places(articles: Sequence[Article], filed: Sequence[Sequence[Filed]]) -> Iterator[_Case]:
    """The questions of articles with their places; without `filed`, of another collection."""
    for number, article in enumerate(articles):
        places = (
            [(f.document.id, start) for f in filed[number] for start in f.starts] if filed else []
        )
        for at, paragraph in enumerate(article.paragraphs):
            document, start = places[at] if places else ("", 0)
            for asked in paragraph.questions:
                starts = tuple(start + answer.start for answer in asked.answers) if places else ()
                yield _Case(asked, article.title, document, starts)


def _is_right(index: Index, case: _Case, passage: Passage) -> bool:
    if not case.starts or index.entry(passage.document).id != case.document:
        return False
    span = index.span(passage.sentence)
    return any(span.start <= start < span.end for start in case.starts)


@contextmanager
def _indexed(
    articles: Sequence[Article], apart: bool
) -> Iterator[tuple[Search, Index, list[list[Filed]]]]:
    """A collection of articles, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="verbatim-") as folder:
        filed = build_index(articles, Path(folder), apart)
        index = Index(Path(folder))
        try:
            yield Search(index), index, filed
        finally:
            index.close()


def fit_confidence(judged: Sequence[Judged]) -> ConfidenceScorer:
    """The fitted, calibrated scorer with its threshold. The same cases give the same weights."""
    totals: dict[str, float] = {}
    for case in judged:
        totals[case.situation] = totals.get(case.situation, 0.0) + _counts(case)
    opens = totals.get("open", 1.0)
    rows, labels, weights, apart, usual, first = [], [], [], [], [], []
    for case in judged:
        share = _SHARES[case.situation] * opens / totals[case.situation]
        for rank in range(len(case.numbers)):
            rows.append(case.numbers[rank])
            labels.append(case.right[rank])
            weights.append(share * _counts(case) * (_LATER if rank else 1.0))
            apart.append(case.apart)
            usual.append(case.situation in _USUAL)
            first.append(rank == 0)
    numbers, right, counted = np.array(rows), np.array(labels), np.array(weights)
    prior = np.array([_PRIOR.get(name, 0.0) for name in CONFIDENCE_FEATURES])
    found, bias = logistic(numbers, right, counted, _SHRINKAGE, prior)
    # Slope and bias anew, where neither scorer has seen the questions.
    kept = np.array(first) & np.array(usual) & (np.array(apart) if any(apart) else True)
    logits = numbers @ found + bias
    slope, shift = logistic(logits[kept, None], right[kept], counted[kept], 1e-6)
    scorer = ConfidenceScorer(
        np.round(found * slope[0], 3) + 0.0, round(float(bias * slope[0] + shift), 3), 0.5
    )
    foreign = [
        float(scorer.probabilities(case.numbers[:1])[0]) if len(case.numbers) else 0.0
        for case in judged
        if case.situation == "off-topic"
    ]
    if not foreign:
        return scorer
    threshold = float(np.quantile(foreign, REFUSED, method="higher"))
    return replace(scorer, threshold=min(round(threshold + 0.005, 2), _AS_LIKELY_AS_NOT))


def _counts(case: Judged) -> float:
    return case.weight * (_APART if case.apart else 1.0)


def logistic(
    numbers: Floats, right: Floats, counted: Floats, shrinkage: float, prior: Floats | None = None
) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression, by Newton's method.

    `shrinkage` times the squares of their distances from `prior` (0 without) is the penalty, in
    units of each feature's standard deviation; the bias has none.
    """
    spread = numbers.std(axis=0)
    spread[spread < 1e-9] = np.inf
    middle = numbers.mean(axis=0)
    scaled = np.c_[(numbers - middle) / spread, np.ones(len(numbers))]
    penalty = np.full(scaled.shape[1], shrinkage)
    penalty[-1] = 0
    towards = np.zeros(scaled.shape[1])
    if prior is not None:
        towards[:-1] = prior * np.where(np.isinf(spread), 0, spread)
    found = towards.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(scaled @ found, -30, 30)))
        slope = scaled.T @ (counted * (p - right)) + penalty * (found - towards)
        curve = (scaled * (counted * np.maximum(p * (1 - p), 1e-6))[:, None]).T @ scaled
        step = np.linalg.solve(curve + np.diag(penalty + 1e-9), slope)
        found -= step * min(1.0, 5 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-8:
            break
    weights = found[:-1] / spread
    return weights, float(found[-1] - weights @ middle)
