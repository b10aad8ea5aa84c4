"""Question and candidate in, numbers out: pure functions behind every decision.

Shares are 0..1 of the question's *mass*, the sum over its terms of what the word carries
(`QueryTerm.weight`) times the term's inverse document frequency.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from qa import lexicon as lex
from qa.names import Part, parts
from qa.question import Question
from qa.words import Line


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
