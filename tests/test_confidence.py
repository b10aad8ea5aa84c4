"""Confidence: what it looks at, and how it is fitted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from qa.answer import Document
from qa.confidence import CONFIDENCE_FEATURES, ConfidenceScorer, describe_answers
from qa.errors import ModelError
from qa.fit_confidence import REFUSED, Judged, Judging, fit_confidence, logistic
from qa.index import Index
from qa.phrase_scorer import PhraseScorer
from qa.questionset import Article, Asked, Paragraph, Reference
from qa.search import CANDIDATES, Search
from qa.selector import strongest
from qa.sentence_scorer import SentenceScorer
from qa.weights import Section, Weights

AT = {name: place for place, name in enumerate(CONFIDENCE_FEATURES)}
SIZE = len(CONFIDENCE_FEATURES)


def numbers_of(index: Index, question: str) -> np.ndarray:
    search = Search(index)
    sought = search.sought(question)
    picks = strongest(
        sought.question, sought.terms, search.passages(sought, CANDIDATES),
        SentenceScorer.of(Weights.shipped()), PhraseScorer.of(Weights.shipped()),
    )  # fmt: skip
    return describe_answers(sought.question, sought.terms, picks)


def test_what_says_something_else_speaks_against_an_answer(
    index_of: Callable[..., Index], document: Callable[..., Document]
) -> None:
    first = document("a.txt", "The mayor of Ostwick is Ada Lindqvist.")
    other = document("b.txt", "The mayor of Ostwick is Olga Brandt.")
    same = document("c.txt", "Everybody knows that the mayor of Ostwick is Ada Lindqvist.")
    question = "Who is the mayor of Ostwick?"
    alone = numbers_of(index_of(first), question)[0]
    agreed = numbers_of(index_of(first, same), question)[0]
    opposed = numbers_of(index_of(first, other), question)[0]
    assert alone[AT["alone"]] == agreed[AT["alone"]] == 1
    assert opposed[AT["alone"]] == 0
    assert agreed[AT["agreement"]] == pytest.approx(1)
    assert opposed[AT["agreement"]] < 0.9
    assert opposed[AT["first share"]] <= opposed[AT["agreement"]] + 1e-9


def test_nothing_found_is_no_row(index_of: Callable[..., Index]) -> None:
    assert describe_answers(*_nothing(index_of())).shape == (0, SIZE)


def _nothing(index: Index) -> tuple[object, ...]:
    sought = Search(index).sought("Who is the mayor?")
    return sought.question, sought.terms, []


def test_a_scorer_comes_back_from_its_section() -> None:
    scorer = ConfidenceScorer(np.arange(SIZE) / 8, -1.5, 0.4)
    again = ConfidenceScorer.of(Weights({"confidence": scorer.section()}))
    assert again.weights.tolist() == scorer.weights.tolist()
    assert (again.bias, again.threshold) == (-1.5, 0.4)
    with pytest.raises(ModelError, match="qa train"):
        ConfidenceScorer.of(Weights({"confidence": Section.linear({"old": 1.0})}))


def test_a_confidence_is_a_probability() -> None:
    scorer = ConfidenceScorer(np.full(SIZE, 9.0), -2.0, 0.5)
    extreme = np.array([np.full(SIZE, -1e6), np.zeros(SIZE), np.full(SIZE, 1e6)])
    found = scorer.probabilities(extreme).tolist()
    assert found == [0.0, 0.1192, 1.0]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.5, 3.0, 30.0]))
def test_the_regression_is_scikit_learns(seed: int, shrinkage: float) -> None:
    random = np.random.default_rng(seed)
    numbers = random.normal(size=(120, 4)) * [1, 5, 0.1, 1]
    right = (numbers[:, 0] + random.normal(size=120) > 0).astype(float)
    counted = random.uniform(0.5, 2, 120)
    weights, bias = logistic(numbers, right, counted, shrinkage)
    spread, middle = numbers.std(axis=0), numbers.mean(axis=0)
    theirs = LogisticRegression(C=1 / shrinkage, tol=1e-10, max_iter=10_000)
    theirs.fit((numbers - middle) / spread, right, sample_weight=counted)
    ours = numbers @ weights + bias
    assert ours == pytest.approx(theirs.decision_function((numbers - middle) / spread), abs=1e-3)


def judged(situation: str, found: float, right: bool, apart: bool) -> Judged:
    numbers = np.zeros((1, SIZE))
    numbers[0, AT["found"]] = found
    return Judged(situation, apart, numbers, np.array([float(right)]))


def test_the_threshold_refuses_nearly_all_off_topic_questions() -> None:
    random = np.random.default_rng(1)
    cases = [judged("open", random.normal(0.8, 0.2), True, n % 3 == 0) for n in range(300)]
    cases += [judged("off-topic", random.normal(0.3, 0.2), False, n % 3 == 0) for n in range(300)]
    scorer = fit_confidence(cases)
    assert scorer.weights[AT["found"]] > 0
    assert not scorer.weights[AT["order"]]
    off = [scorer.probabilities(c.numbers)[0] for c in cases if c.situation == "off-topic"]
    refused = np.mean(np.array(off) < scorer.threshold)
    # What is more likely right than not is given all the same.
    assert refused >= REFUSED or scorer.threshold == 0.5
    assert refused > 0.9


TEXTS = {
    "Bridge": "Mayor Ana Kovač cut the ribbon of the bridge. The repairs cost 2.5 million euros.",
    "Museum": "The museum of Selce opened in 1998. Luka Perić directs it with a staff of twelve.",
    "Ferry": "The ferry to Selce carries 120 cars. It sails twice a day in summer.",
}
ASKED = {
    "Bridge": ("Who cut the ribbon of the bridge?", "Ana Kovač"),
    "Museum": ("When did the museum of Selce open?", "1998"),
    "Ferry": ("How many cars does the ferry carry?", "120"),
}


def article(title: str) -> Article:
    text, (question, answer) = TEXTS[title], ASKED[title]
    asked = (
        Asked(title, question, (Reference(answer, text.index(answer)),), False),
        Asked(f"{title} no", f"Which pope saw the {title.lower()}?", (), True),
    )
    return Article(title, (Paragraph(text, asked),))


def test_questions_are_asked_in_every_situation() -> None:
    articles = [article(title) for title in TEXTS]
    scorer, phrases = (kind.of(Weights.shipped()) for kind in (SentenceScorer, PhraseScorer))
    found = Judging(articles, {"Ferry"}, scorer, phrases, {}, 50, 0).judged()
    situations = {case.situation for case in found}
    assert situations == {
        "open", "removed", "impossible", "off-topic", "single", "single off-topic", "paragraph",
        "paragraph impossible",
    }  # fmt: skip
    for case in found:
        assert len(case.numbers) == len(case.right)
        if case.situation not in ("open", "single", "paragraph"):
            assert not case.right.any()
    assert any(case.right[:1].any() for case in found if case.situation == "open")
    assert any(case.apart for case in found)
    again = Judging(articles, {"Ferry"}, scorer, phrases, {}, 50, 0).judged()
    assert all(np.array_equal(a.numbers, b.numbers) for a, b in zip(found, again, strict=True))
