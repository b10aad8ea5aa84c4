"""Candidates in, a decision out: which sentence, which phrase, how sure, or why not.

The fitted scorer (`qa.sentence_scorer`) ranks the sentences; of the best, the sentence and a phrase
inside it (`qa.phrase_scorer`) are chosen together. Then a logistic function of what speaks for and
against the choice gives the confidence: the probability that the quoted sentence answers the
question.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.features import Passage, SearchTerm, ousted
from qa.phrase_rules import CERTAIN, KEPT_WHOLE, best_phrase, without_phrase
from qa.phrase_scorer import shipped
from qa.question import Question
from qa.sentence_features import SENTENCE_FEATURES, describe
from qa.sentence_scorer import SentenceScorer
from qa.spans import Candidate

CONFIDENCE_OF_OUSTED = -2.4  # another name plays the part of one that the question names
CONFIDENCE_WEIGHTS: Mapping[str, float] = {
    "coverage": 2.9, "context": 1.7, "headline": 1.2, "missing name": -2.4, "absent name": -1.0,
    "missing topic": -1.5, "unknown": -0.3, "corrected": -0.3, "exact": 0.4, "empty": -2.2,
}  # fmt: skip
CONFIDENCE_BIAS = -3.7
CONFIDENCE_OF_WANTED = 0.9  # the phrase is of the kind wanted
# What is wanted is not there. A reason may be given without a word that marks it; a date may not.
CONFIDENCE_WITHOUT_WANTED: Mapping[str, float] = {
    "name": -1.0, "place": -1.0, "reason": -1.0, "date": -2.0, "number": -2.0,
}  # fmt: skip
CONFIDENCE_OF_LOOSENESS = -3.0  # words that belong together in the question stand apart
CONFIDENCE_OF_PHRASE = 0.08  # a point of the phrase's score
CONFIDENCE_OF_MARGIN = 2.1  # ahead of the best passage that says something else
THRESHOLD = 0.5  # an answer is given where it is more likely right than not
# Phrases are looked for only in the sentences that can still come first: so many of them, and none
# that is so much weaker than the best one so far that no phrase could lift it there.
_WITH_PHRASE, _BEHIND = 12, 6.5
_MARKED = 5  # sentences whose phrase is chosen among all spans


@dataclass(frozen=True, slots=True)
class Pick:
    """A judged passage; `phrase` is None where nothing in it fits. `strength` has no unit."""

    passage: Passage
    features: Mapping[str, float]
    ousted: float
    phrase: Candidate | None
    wanted: float
    phrase_score: float
    strength: float
    confidence: float = 0.0

    def said(self) -> frozenset[str]:
        """The words of the phrase, or else of the sentence."""
        line = self.passage.line
        if self.phrase is None or self.phrase.end - self.phrase.start == len(line.text):
            return line.said
        tokens = line.words.tokens[self.phrase.first : self.phrase.last]
        return frozenset(token.word for token in tokens)


def judge(
    question: Question,
    search: Sequence[SearchTerm],
    passages: Sequence[Passage],
    scorer: SentenceScorer,
) -> list[Pick]:
    """The passages that share more than function words with the question, strongest first.

    Each comes with its best phrase and its confidence; ties keep the order they came in.
    """
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
    picks = _marked(question, search, picks)
    # A question or a heading says nothing that could speak against an answer.
    said = [(pick.strength, pick.said()) for pick in picks if not pick.features["empty"]]
    ranked = []
    ceiling = 1.0  # what comes later is no surer
    for pick in picks:
        ceiling = min(ceiling, _confidence(question, search, pick, said))
        ranked.append(replace(pick, confidence=ceiling))
    return ranked


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


def _weigh(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    return sum(weight * features[name] for name, weight in weights.items())


def _confidence(
    question: Question,
    search: Sequence[SearchTerm],
    pick: Pick,
    said: Sequence[tuple[float, frozenset[str]]],
) -> float:
    # An amount may stand at the end of a list, far from what the list is about.
    bound = question.copular and question.wanted != "number"
    loose = bound and sum(term.weight > 0.1 for term in search) > 1
    own = pick.said()
    # "Macron" agrees with "Emmanuel Macron": only what says something else speaks against a pick.
    against = next((s for s, words in said if not (words <= own or own <= words)), None)
    margin = pick.strength - (pick.strength - 3 if against is None else against)
    logit = (
        CONFIDENCE_BIAS
        + _weigh(CONFIDENCE_WEIGHTS, pick.features)
        + CONFIDENCE_OF_OUSTED * pick.ousted
        + CONFIDENCE_OF_WANTED * pick.wanted
        + (CONFIDENCE_WITHOUT_WANTED.get(question.wanted, 0.0) if pick.wanted < 0.3 else 0.0)
        + CONFIDENCE_OF_LOOSENESS * (1 - pick.features["order"]) * loose
        + CONFIDENCE_OF_PHRASE * pick.phrase_score
        + CONFIDENCE_OF_MARGIN * math.tanh(margin / 2)
    )
    return round(1 / (1 + math.exp(-logit)), 4)


def refusal(
    question: Question,
    search: Sequence[SearchTerm],
    picks: Sequence[Pick],
    threshold: float = THRESHOLD,
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
