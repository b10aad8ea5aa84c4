"""What a phrase of a sentence has to do with the question: pure functions, numbers out."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa import lexicon as lex
from qa.features import SearchTerm
from qa.fit import family
from qa.question import Question
from qa.spans import Candidate
from qa.terms import looks_verbal
from qa.words import Words

PHRASE_FEATURES = (
    "wanted",  # how well its shape fits the kind of answer wanted, 0..1
    "repeats",  # share of its words that the question holds already
    "distance",  # mean distance to the question's words in the sentence, in tokens, / 10, at most 2
    "side",  # up to 1 the nearer the verb on the side where the answer belongs, down to -1 on the
    # other side, 0 where the verb is not known or not here
    "noun",  # 1 if it holds, or stands beside, the noun asked for or one of its family
    "length",  # number of words beyond four (24 for reasons and manners), / 10
    "bound",  # 1 if a question word stands right before or after it
    "agent",  # 1 if "by" stands before it (who, what)
    "name",  # 1 if it is a name, number or date, and such a thing is wanted
    "inside",  # 1 if it is cut out of a longer name
    "passed over",  # 1 if another of the sentence's amounts or dates stands closer to what is asked
)


@dataclass(frozen=True, slots=True)
class Found:
    """What of a question stands in a sentence: its terms, and at which tokens each is found.

    `topical` are the tokens that are no function words, `repeated` those that the question says,
    too; `continues` are the tokens that continue a name.
    """

    asked: Mapping[str, SearchTerm]
    positions: Mapping[str, Sequence[int]]
    topical: frozenset[int]
    repeated: frozenset[int]
    continues: frozenset[int]

    def repeats(self, phrase: Candidate) -> float:
        """The share of a phrase's topical words that the question holds already."""
        topical = repeated = 0
        for i in range(phrase.first, phrase.last):
            if i in self.topical:
                topical += 1
                repeated += i in self.repeated
        return repeated / topical if topical else 1.0


def find(search: Sequence[SearchTerm], words: Words, phrases: Sequence[Candidate]) -> Found:
    """Looks for the question's words in a sentence, once for all of its phrases."""
    asked = {term.term: term for term in search if term.term is not None and term.weight > 0.1}
    positions: dict[str, list[int]] = {}
    topical = {i for i, t in enumerate(words.tokens) if t.word not in lex.FUNCTION_WORDS}
    for position, token in enumerate(words.tokens):
        if token.term in asked:
            positions.setdefault(token.term, []).append(position)
    continues = (range(c.first + 1, c.last) for c in phrases if "name" in c.shapes)
    return Found(
        asked,
        positions,
        frozenset(topical),
        frozenset(i for places in positions.values() for i in places),
        frozenset(i for run in continues for i in run),
    )


def phrase_features(
    question: Question,
    found: Found,
    words: Words,
    candidate: Candidate,
    wanted: float,
    passed: frozenset[int],
) -> tuple[float, ...]:
    """The numbers of PHRASE_FEATURES, in their order.

    `wanted` is the first of them; `passed` are the tokens of what `passed_over` names.
    """
    first, last, shapes = candidate.first, candidate.last, candidate.shapes
    weight = distance = 0.0
    for term, places in found.positions.items():
        nearest = 0
        for place in places:
            away = first - place if place < first else place - last + 1
            if away > 0 and (away < nearest or not nearest):
                nearest = away
        if nearest:
            mass = found.asked[term].mass
            distance += mass * min(nearest, 20)
            weight += mass
    tolerated = 4 if _LONG.isdisjoint(shapes) else 24
    return (
        wanted,
        found.repeats(candidate),
        distance / weight / 10 if weight else 2.0,
        _side(question, found, words, candidate),
        _noun(question, words, candidate),
        max(0, last - first - tolerated) / 10,
        float(first - 1 in found.repeated or last in found.repeated),
        float(
            first > 0
            and words.tokens[first - 1].word == "by"
            and question.kind in ("who", "what", "which")
        ),
        float(question.wanted in _PROPER and not _EXACT.isdisjoint(shapes)),
        float(first in found.continues or last in found.continues),
        float(first in passed),
    )


def passed_over(found: Found, words: Words, amounts: Sequence[Candidate]) -> frozenset[int]:
    """The tokens of those amounts in a list that the question does not ask for.

    `amounts` are the phrases of the kind wanted, in text order. In "The fee is £30 for adults and
    £20 for juniors" the words around each amount tell it from the others; those before the first
    ("fee") belong to all, unless nothing else does tell.
    """
    spans: list[tuple[int, int]] = []
    for candidate in amounts:
        # "12,799 feet (3,901 m)" is one amount, given twice.
        if spans and (candidate.first < spans[-1][1] or "(" in words.gap(candidate.first)):
            spans[-1] = (spans[-1][0], max(spans[-1][1], candidate.last))
        else:
            spans.append((candidate.first, candidate.last))
    edges = [spans[0][0]] if spans else []
    for (_, last), (first, _) in itertools.pairwise(spans):
        parts = (
            i for i in range(first, last - 1, -1)
            if words.tokens[i].word in _PARTING or not _PARTED.isdisjoint(words.gap(i))
        )  # fmt: skip
        edge = next(parts, None)
        if edge is None or _measure(words, spans[0]) != _measure(words, (first, last)):
            return frozenset()  # not a list of like things
        edges.append(edge)
    if len(edges) < 2:
        return frozenset()
    edges.append(len(words.tokens))
    own = [
        sum(
            found.asked[term].mass
            for term, places in found.positions.items()
            if any(start <= place < end for place in places)
        )
        for start, end in itertools.pairwise(edges)
    ]
    best = max(own)
    passed = [span for span, mass in zip(spans, own, strict=True) if mass < best]
    if not passed and any(place < edges[0] for run in found.positions.values() for place in run):
        passed = spans[1:]
    return frozenset(i for first, last in passed for i in range(first, last))


def _measure(words: Words, span: tuple[int, int]) -> str:
    """What an amount is measured in, as far as it is written beside it: a currency or a unit."""
    first, last = span
    start = words.tokens[first].start
    sign = words.text[max(start - 1, 0) : start]
    if sign and sign in lex.CURRENCY:
        return sign
    inside = (token.word for token in words.tokens[first : last + 1])
    return next((word.removesuffix("s") for word in inside if word in lex.UNITS), "")


_PARTING = frozenset({"and", "or", "but", "while", "whereas", "then"})
_PARTED = frozenset(",;")
_LONG = frozenset({"reason", "purpose", "manner"})
_EXACT = frozenset({"name", "number", "date", "year"})
_PROPER = ("name", "date", "time", "number", "place", "any")


def _side(question: Question, found: Found, words: Words, candidate: Candidate) -> float:
    """A subject stands before its verb, an object after it; the passive turns them round."""
    if question.answer_follows is None or question.verb is None:
        return 0.0
    best = 0.0
    for position in found.positions.get(question.verb, ()):
        if candidate.first <= position < candidate.last:
            continue
        follows = candidate.first > position
        before = {t.word for t in words.tokens[max(position - 3, 0) : position]}
        verb = words.tokens[position].word
        passive = bool(before & _BE) and looks_verbal(verb)
        distance = candidate.first - position if follows else position - candidate.last + 1
        near = 1 - min(distance, 15) / 15
        if follows != (question.answer_follows != passive):
            near = -near
        if abs(near) > abs(best):
            best = near
    return best


_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])


def _noun(question: Question, words: Words, candidate: Candidate) -> float:
    if not question.focus:
        return 0.0
    related = family(question.focus[-1])
    if candidate.shapes & {"manner", "reason", "clause"}:
        return 0.0
    first, last = candidate.first, candidate.last
    if first and words.gap(first) == " ":
        first -= 1
    if last < len(words.tokens) and words.gap(last) == " ":
        last += 1
    return float(any(token.term in related for token in words.tokens[first:last]))
