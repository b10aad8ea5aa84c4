"""Phrases by rules: named features with weights set by hand, for what few questions teach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.answer import DatePhrase
from qa.features import SearchTerm
from qa.fit import fit
from qa.question import Question
from qa.rule_features import PHRASE_FEATURES, find, passed_over, phrase_features
from qa.spans import Candidate, candidates
from qa.words import Words

PHRASE_WEIGHTS: Mapping[str, float] = {
    "wanted": 3.0, "repeats": -2.5, "distance": -1.2, "side": 1.5, "noun": 2.5, "length": -1.1,
    "bound": 0.2, "agent": 1.3, "name": 0.8, "inside": -1.1, "passed over": -1.5,
}  # fmt: skip
KEPT_WHOLE = ("yes-no", "keywords")
CERTAIN = frozenset({"name", "date", "place", "number", "reason"})  # kinds that are there or not


def scored_phrases(
    question: Question, search: Sequence[SearchTerm], words: Words, phrases: Sequence[Candidate]
) -> list[tuple[float, Candidate, float]]:
    """The phrases of a sentence that may answer, in text order: score, phrase, how well it fits."""
    found = find(search, words, phrases)
    # A wrong kind of phrase is worse than none.
    fits = ((phrase, fit(question, words, phrase)) for phrase in phrases)
    fitting = [(phrase, wanted) for phrase, wanted in fits if wanted > 0]
    passed: frozenset[int] = frozenset()
    if question.wanted == "number":
        passed = passed_over(found, words, [phrase for phrase, wanted in fitting if wanted > 0.3])
    scored = []
    for phrase, wanted in fitting:
        if found.repeats(phrase) == 1:
            continue  # what the question says itself is no answer to it
        numbers = phrase_features(question, found, words, phrase, wanted, passed)
        score = sum(weight * number for weight, number in zip(_OF_PHRASE, numbers, strict=True))
        scored.append((score, phrase, wanted))
    return scored


_OF_PHRASE = tuple(PHRASE_WEIGHTS[name] for name in PHRASE_FEATURES)


def best_phrase(
    question: Question, search: Sequence[SearchTerm], words: Words, dates: Sequence[DatePhrase]
) -> tuple[Candidate | None, float, float]:
    """The best phrase, how well it fits the kind of answer wanted (0..1), and its score."""
    if question.kind in KEPT_WHOLE and question.wanted == "any":
        return Candidate(0, len(words.text), 0, len(words.tokens), frozenset()), 0.8, 2.0
    scored = scored_phrases(question, search, words, candidates(words, dates))
    if not scored:
        return None, 0.0, without_phrase(question)
    score, phrase, wanted = max(scored, key=lambda entry: entry[0])
    return phrase, wanted, score


def without_phrase(question: Question) -> float:
    """A phrase's score where there is none: worse where a certain kind is wanted."""
    return -3.0 if question.wanted in CERTAIN else 0.0
