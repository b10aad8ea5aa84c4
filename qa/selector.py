"""Candidates in, a decision out: which sentence, which phrase, how sure, or why not.

The fitted scorer (`qa.sentence_scorer`) ranks the sentences; of the best, the sentence and a phrase
inside it (`qa.phrase_scorer`) are chosen together. Then `qa.confidence` says how probable it is
that the quoted sentence answers the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from qa.answer import MAY_ANSWER
from qa.confidence import ConfidenceScorer, describe_answers
from qa.features import Passage, SearchTerm, ousted
from qa.fit import CERTAIN
from qa.phrase_scorer import NO_PHRASE, PhraseScorer
from qa.phrase_spans import sentence_spans
from qa.pick import Pick
from qa.question import Question
from qa.sentence_features import describe
from qa.sentence_scorer import SentenceScorer, describe_phrases

# Phrases are looked for in the sentences that can still come first: so many, and none that is so
# much weaker than the best that no phrase makes up for it.
WITH_PHRASE, _BEHIND = 3, 2.0


def judge(
    question: Question,
    search: Sequence[SearchTerm],
    passages: Sequence[Passage],
    scorer: SentenceScorer,
    phrases: PhraseScorer,
    confidence: ConfidenceScorer,
    count: int,
) -> list[Pick]:
    """The `count` best passages that share more than function words with the question.

    Each comes with its confidence, what comes later being no surer, and the best with a phrase.
    """
    picks = strongest(question, search, passages, scorer, phrases)
    found = confidence.probabilities(describe_answers(question, search, picks, count))
    sure = np.minimum.accumulate(found).tolist()
    return [replace(pick, confidence=each) for pick, each in zip(picks, sure, strict=False)]


def marked(
    question: Question,
    search: Sequence[SearchTerm],
    picks: Sequence[Pick],
    phrases: PhraseScorer,
) -> list[Pick]:
    """The picks, all of which may answer with a phrase, if there is one."""
    bare = [pick for pick in picks if pick.best is NO_PHRASE and pick.confidence >= MAY_ANSWER]
    spans = [sentence_spans(pick.passage.line, pick.passage.date) for pick in bare]
    found = dict(zip(map(id, bare), phrases.best(question, search, spans), strict=True))
    return [replace(pick, best=found.get(id(pick), pick.best)) for pick in picks]


def strongest(
    question: Question,
    search: Sequence[SearchTerm],
    passages: Sequence[Passage],
    scorer: SentenceScorer,
    phrases: PhraseScorer,
) -> list[Pick]:
    """What `judge` gives, without the confidence; ties keep the order they came in."""
    topical = [term for term in search if term.is_topical]
    own = frozenset(term.term for term in topical if term.term)
    topic = own.union(*(term.others for term in topical))
    passages = [passage for passage in passages if passage.touches(topic)]
    if not passages:
        return []
    numbers = describe(question, search, passages)
    scores = scorer.scores(numbers)
    order = np.argsort(-scores, kind="stable").tolist()
    near = scores[order[:WITH_PHRASE]] > scores[order[0]] - _BEHIND
    first = [passages[at] for at in order[: int(near.sum())]]
    found = phrases.best(question, search, [sentence_spans(one.line, one.date) for one in first])
    others = [ousted(question, one.line, one.around) for one in first]
    gains = scorer.gains(describe_phrases(found, others)).tolist()
    least = min(gains)
    picks = []
    for rank, at in enumerate(order):
        looked = rank < len(first)
        picks.append(
            Pick(
                passages[at],
                numbers[at],
                others[rank] if looked else 0.0,
                found[rank] if looked else NO_PHRASE,
                float(scores[at]) + (gains[rank] if looked else least),
            )
        )
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
    topic = [term for term in search if term.is_topical]
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
