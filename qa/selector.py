"""Candidates in, a decision out: which sentence, which phrase, how sure, or why not.

The fitted scorer (`qa.sentence_scorer`) ranks the sentences; of the best, the sentence and a phrase
inside it (`qa.phrase_rules`) are chosen together. Then `qa.confidence` says how probable it is that
the quoted sentence answers the question, and `qa.phrase_scorer` marks the phrases.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from qa.confidence import ConfidenceScorer, describe_answers
from qa.features import Passage, SearchTerm, ousted
from qa.phrase_rules import CERTAIN, KEPT_WHOLE, best_phrase, without_phrase
from qa.phrase_scorer import shipped
from qa.pick import Pick
from qa.question import Question
from qa.sentence_features import SENTENCE_FEATURES, describe
from qa.sentence_scorer import SentenceScorer

# Phrases are looked for only in the sentences that can still come first: so many of them, and none
# that is so much weaker than the best one so far that no phrase could lift it there.
_WITH_PHRASE, _BEHIND = 12, 6.5
_MARKED = 5  # sentences whose phrase is chosen among all spans


def judge(
    question: Question,
    search: Sequence[SearchTerm],
    passages: Sequence[Passage],
    scorer: SentenceScorer,
    confidence: ConfidenceScorer,
) -> list[Pick]:
    """The passages that share more than function words with the question, strongest first.

    Each comes with its best phrase and its confidence, what comes later being no surer.
    """
    picks = strongest(question, search, passages, scorer)
    found = confidence.probabilities(describe_answers(question, search, picks))
    sure = np.minimum.accumulate(found).tolist()
    return _marked(
        question,
        search,
        [replace(pick, confidence=each) for pick, each in zip(picks, sure, strict=True)],
    )


def _marked(question: Question, search: Sequence[SearchTerm], picks: Sequence[Pick]) -> list[Pick]:
    """The picks, the first of them with the phrases of the fitted scorer instead of the rules'."""
    if question.kind in KEPT_WHOLE and question.wanted == "any":
        return list(picks)
    first = [pick for pick in picks[:_MARKED] if pick.phrase is not None]
    best = shipped().best(
        question, search, [(pick.passage.line.words, pick.passage.dates) for pick in first]
    )
    phrases = {pick.passage.sentence: found.phrase for pick, found in zip(first, best, strict=True)}
    return [
        replace(pick, phrase=phrases.get(pick.passage.sentence) or pick.phrase) for pick in picks
    ]


def strongest(
    question: Question,
    search: Sequence[SearchTerm],
    passages: Sequence[Passage],
    scorer: SentenceScorer,
) -> list[Pick]:
    """What `judge` gives, without the confidence; ties keep the order they came in."""
    topic = frozenset(
        known
        for term in search
        if term.weight > 0.1
        for known in {
            *term.family, *(near for near, _ in term.related), *([term.term] if term.term else [])
        }
    )  # fmt: skip
    passages = [passage for passage in passages if passage.touches(topic)]
    numbers = describe(question, search, passages)
    scores = scorer.scores(numbers)
    picks = []
    best = -math.inf
    for rank, at in enumerate(np.argsort(-scores, kind="stable").tolist()):
        passage, score = passages[at], float(scores[at])
        phrase, wanted, phrase_score, other = None, 0.0, without_phrase(question), 0.0
        if rank < _WITH_PHRASE and score > best - _BEHIND:
            phrase, wanted, phrase_score = best_phrase(
                question, search, passage.line.words, passage.dates
            )
            other = ousted(question, passage.line, passage.around)
        strength = score + scorer.phrase * phrase_score + scorer.ousted * other
        best = max(best, strength)
        features = dict(zip(SENTENCE_FEATURES, numbers[at].tolist(), strict=True))
        picks.append(Pick(passage, features, other, phrase, wanted, phrase_score, strength))
    picks.sort(key=lambda pick: -pick.strength)
    return picks


def refusal(
    question: Question,
    search: Sequence[SearchTerm],
    picks: Sequence[Pick],
    threshold: float,
) -> str | None:
    """Why the documents do not answer, in plain words; None where the first pick does.

    It does if its confidence is `threshold` or more.
    """
    if picks and picks[0].confidence >= threshold:
        return None
    topic = [term for term in search if term.weight > 0.1]
    if not topic:
        return "the question names nothing to look for"
    unknown = _weightiest(term for term in topic if term.term is None)
    if unknown:
        return f"{_listed(unknown)} {_stands(unknown)} nowhere in the documents"
    if not picks:
        return "no passage within the chosen documents and dates holds the question's words"
    best = picks[0]
    around = best.passage.around
    here = best.passage.line.known | around.paragraph | around.heading | around.headline
    apart = _weightiest(term for term in topic if term.term not in here)
    if apart:
        return f"no passage that is about the rest of the question mentions {_listed(apart)}"
    if question.wanted in CERTAIN and best.wanted < 0.5:
        return f"the passages that hold the question's words give no {_MISSING[question.wanted]}"
    if len(picks) > 1 and picks[1].strength > best.strength - 0.5:
        return "several passages hold the question's words, and none stands out as its answer"
    return "passages hold words of the question, but none clearly answers it"


_MISSING = {
    "name": "name that would answer it", "date": "date for it", "place": "place for it",
    "number": "number for it", "reason": "reason for it",
}  # fmt: skip


def _weightiest(terms: Iterable[SearchTerm]) -> list[str]:
    """The words that carry most: "say" and "long" are named only where nothing else is to name."""
    found = list(terms)
    return [t.text for t in found if t.weight == 1] or [t.text for t in found if t.weight > 0.2]


def _listed(words: Sequence[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" and {quoted[-1]}"


def _stands(words: Sequence[str]) -> str:
    return "stands" if len(words) == 1 else "stand"
