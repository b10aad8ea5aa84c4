"""Question and candidate in, numbers out: pure functions behind every decision.

Shares are 0..1 of the question's *mass*, the sum over its terms of what the word carries
(`QueryTerm.weight`) times the term's inverse document frequency.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa import lexicon as lex
from qa.fit import family
from qa.names import Part, parts
from qa.question import Question
from qa.spans import Candidate
from qa.terms import looks_verbal
from qa.words import Line, Words


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


def relevant(question: Question, search: Sequence[SearchTerm]) -> frozenset[str]:
    """The terms whose places in a sentence matter to a question."""
    own = {term.term for term in search if term.term is not None}
    families = (term.family for term in search)
    return frozenset(own.union(*families, *(name.terms for name in question.names)))


def sentence_features(
    question: Question,
    search: Sequence[SearchTerm],
    sought: frozenset[str],
    line: Line,
    around: Surroundings,
    relative_score: float,
    is_headline: bool,
) -> tuple[float, ...]:
    """The numbers of SENTENCE_FEATURES, in their order; `sought` are the `relevant` terms."""
    here: dict[str, list[int]] = {}
    # A word that stands here with a capital, but for the first, is a name, however it is asked for.
    names = {term.term for term in search if term.is_name and term.term is not None}
    for position, token in enumerate(line.seen):
        if token.term in sought:
            here.setdefault(token.term, []).append(position)
            if token.capital and position:
                names.add(token.term)
    total = sum(term.mass for term in search) or 1.0
    if around.answers:
        for above in around.heading:
            here.setdefault(above, [])
    beside = around.paragraph | around.heading
    topic = sum(t.mass for t in search if t.term not in names and t.weight > 0.2)
    absent_name = False
    covered = context = headline = name = missing = unknown = corrected = exact = 0.0
    for term in search:
        if term.corrected:
            corrected += term.mass
        if term.term is not None and term.term in here:
            covered += term.mass
            exact += term.mass * (term.word in line.said)
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
            elif term.weight > 0.2:  # "how old", "how far" are answered without "old" and "far"
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
        float(_is_empty(question, search, line)),
        float(is_headline),
    )


def ousted(question: Question, line: Line, around: Surroundings) -> float:
    """1 or 0.5 if another name stands in the sentence where the question has one; else 0.

    "When did Anna Berg retire?" is not answered by "Otto Lind retired in 1931" or "Olga Berg
    retired", wherever Anna Berg stands; by "She retired" or "The founder retired" it may well be.
    Names that are no subjects tell less: one thing has many places and owners.
    """
    asked = {term.term for term in question.terms if term.weight > 0.1}
    here = line.known | around.heading if around.answers else line.known
    there: list[Part] | None = None
    most = 0.0
    for name in question.names:
        gone = [term for term in name.terms if term not in here]
        if not gone:
            continue
        there = parts(line.words) if there is None else there
        if len(gone) == len(name.terms):
            if any(part.role == name.role and asked.isdisjoint(part.terms) for part in there):
                most = max(most, 1.0 if name.role == "subject" else 0.5)
        elif name.terms[0] in gone and any(
            part.terms[-1] == name.terms[-1] and len(part.terms) > 1 and part.terms[0] not in asked
            for part in there
        ):
            return 1.0
    return most


def _is_empty(question: Question, search: Sequence[SearchTerm], line: Line) -> bool:
    if line.text.rstrip("”\"' ").endswith("?"):
        return True
    asked = {term.term for term in search}
    return question.kind not in ("yes-no", "keywords") and all(
        token.term in asked or token.word in lex.FUNCTION_WORDS for token in line.seen
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
