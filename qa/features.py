"""Question and candidate in, numbers out: pure functions behind every decision.

Shares are 0..1 of the question's *mass*, the sum over its terms of what the word carries
(`QueryTerm.weight`) times the term's inverse document frequency.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa import lexicon as lex
from qa.fit import family, fit
from qa.question import Question
from qa.spans import Candidate
from qa.terms import looks_verbal
from qa.words import Words


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A question word as it is searched. `term` is None where no document holds it."""

    text: str
    word: str
    term: str | None
    mass: float
    weight: float
    is_name: bool
    corrected: bool
    family: frozenset[str] = frozenset()  # terms that may stand for the noun asked for


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The terms around a candidate sentence.

    `heading` are those of the heading above it; `answers` is True if that is a question and the
    sentence stands right below.
    """

    paragraph: frozenset[str]
    heading: frozenset[str]
    answers: bool
    headline: frozenset[str]


SENTENCE_FEATURES = (
    "coverage",  # mass found in the sentence, or in the question that it stands below
    "context",  # mass found only in its paragraph, or in the heading above
    "headline",  # mass found only in its document's headline
    "missing name",  # mass of names found in none of the three
    "absent name",  # 1 if a name of the question is found in none of the three
    "missing topic",  # share of the mass of all other words found in none of the three
    "unknown",  # mass of words that stand nowhere in the documents
    "corrected",  # mass of words taken for misspellings
    "order",  # share of neighbouring question words that stand near one another here, in order
    "exact",  # share of the covered mass found in the question's own word form
    "retrieval",  # retrieval score as a share of the best sentence's
    "empty",  # 1 if the sentence is a question itself or says nothing but what the question says
    "heading",  # 1 if it is its document's headline
)


def sentence_features(
    question: Question,
    search: Sequence[SearchTerm],
    words: Words,
    around: Surroundings,
    relative_score: float,
    is_headline: bool,
) -> tuple[float, ...]:
    """The numbers of SENTENCE_FEATURES, in their order."""
    here: dict[str, list[int]] = {}
    for position, token in enumerate(words.tokens):
        here.setdefault(token.term, []).append(position)
    forms = {token.word for token in words.tokens}
    total = sum(term.mass for term in search) or 1.0
    # A word that stands here with a capital, but for the first, is a name, however it is asked for.
    names = {
        token.term
        for position, token in enumerate(words.tokens)
        if position and words.capital[position]
    } | {term.term for term in search if term.is_name and term.term is not None}
    if around.answers:
        for above in around.heading:
            here.setdefault(above, [])
    beside = around.paragraph | around.heading
    topic = sum(t.mass for t in search if t.term not in names and t.weight > 0.1)
    absent_name = False
    covered = context = headline = name = missing = unknown = corrected = exact = 0.0
    for term in search:
        if term.corrected:
            corrected += term.mass
        if term.term is not None and term.term in here:
            covered += term.mass
            exact += term.mass * (term.word in forms)
        elif not term.family.isdisjoint(here):
            covered += term.mass  # "which road": the answer may be a corridor
            exact += term.mass
        elif term.term is not None and term.term in beside:
            context += term.mass
        elif term.term is not None and term.term in around.headline:
            headline += term.mass
        else:
            absent_name |= term.is_name
            if term.term in names or term.is_name:
                name += term.mass
            elif term.weight > 0.1:
                missing += term.mass
            unknown += term.mass * (term.term is None)
    return (
        covered / total,
        context / total,
        headline / total,
        name / total,
        float(absent_name),
        missing / topic if topic else 0.0,
        unknown / total,
        corrected / total,
        _order(search, here),
        exact / covered if covered else 0.0,
        relative_score,
        float(_is_empty(question, search, words)),
        float(is_headline),
    )


def _is_empty(question: Question, search: Sequence[SearchTerm], words: Words) -> bool:
    if words.text.rstrip("”\"' ").endswith("?"):
        return True
    asked = {term.term for term in search}
    return question.kind not in ("yes-no", "keywords") and all(
        token.term in asked or token.word in lex.FUNCTION_WORDS for token in words.tokens
    )


def _order(search: Sequence[SearchTerm], here: dict[str, list[int]]) -> float:
    content = [term for term in search if term.weight > 0.1]
    if len(content) < 2:
        return 0.0
    near = sum(
        any(
            0 < second - first <= 4
            for first in here.get(a.term or "", ())
            for second in here.get(b.term or "", ())
        )
        for a, b in itertools.pairwise(content)
    )
    return near / (len(content) - 1)


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
)


@dataclass(frozen=True, slots=True)
class Found:
    """What of a question stands in a sentence: its terms, and at which tokens each is found.

    `continues` are the tokens that continue a name.
    """

    asked: Mapping[str, SearchTerm]
    positions: Mapping[str, Sequence[int]]
    continues: frozenset[int]


def find(search: Sequence[SearchTerm], words: Words, phrases: Sequence[Candidate]) -> Found:
    """Looks for the question's words in a sentence, once for all of its phrases."""
    asked = {term.term: term for term in search if term.term is not None and term.weight > 0.1}
    positions: dict[str, list[int]] = {}
    for position, token in enumerate(words.tokens):
        if token.term in asked:
            positions.setdefault(token.term, []).append(position)
    continues = (range(c.first + 1, c.last) for c in phrases if "name" in c.shapes)
    return Found(asked, positions, frozenset(i for run in continues for i in run))


def phrase_features(
    question: Question, found: Found, words: Words, candidate: Candidate
) -> tuple[float, ...]:
    """The numbers of PHRASE_FEATURES, in their order."""
    asked = found.asked
    inside = words.tokens[candidate.first : candidate.last]
    content = [t for t in inside if t.word not in lex.FUNCTION_WORDS]
    repeats = sum(t.term in asked for t in content) / len(content) if content else 1.0
    weight = distance = 0.0
    for term, places in found.positions.items():
        outside = [p for p in places if not candidate.first <= p < candidate.last]
        if outside:
            nearest = min(
                candidate.first - p if p < candidate.first else p - candidate.last + 1
                for p in outside
            )
            distance += asked[term].mass * min(nearest, 20)
            weight += asked[term].mass
    shapes = candidate.shapes
    tolerated = 24 if shapes & {"reason", "purpose", "manner"} else 4
    return (
        fit(question, words, candidate),
        repeats,
        distance / weight / 10 if weight else 2.0,
        _side(question, found, words, candidate),
        _noun(question, words, candidate),
        max(0, len(inside) - tolerated) / 10,
        float(_bound(asked, words, candidate)),
        float(
            candidate.first > 0
            and words.tokens[candidate.first - 1].word == "by"
            and question.kind in ("who", "what", "which")
        ),
        float(question.wanted in _PROPER and bool(shapes & {"name", "number", "date", "year"})),
        float(candidate.first in found.continues or candidate.last in found.continues),
    )


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


def _bound(asked: Mapping[str, SearchTerm], words: Words, candidate: Candidate) -> bool:
    before, after = candidate.first - 1, candidate.last
    return (before >= 0 and words.tokens[before].term in asked) or (
        after < len(words.tokens) and words.tokens[after].term in asked
    )
