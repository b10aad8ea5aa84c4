"""What is looked at to judge a sentence: the question's words, the sentence, what is around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from qa.answer import DatePhrase
from qa.dates import find_dates
from qa.names import Part, parts
from qa.question import TOPICAL, Question
from qa.retriever import Hit
from qa.words import Line


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A question word as it is searched. `term` is None where no document holds it.

    `mass` is `weight`, what such a word carries (0..1), times inverse document frequency.
    """

    text: str
    word: str
    term: str | None
    mass: float
    weight: float
    is_name: bool
    corrected: bool
    family: frozenset[str] = frozenset()  # terms that may stand for the noun asked for
    related: tuple[tuple[str, float], ...] = ()  # terms near in meaning, and their search weights

    @property
    def is_topical(self) -> bool:
        """Whether it is more than a function word."""
        return self.weight > TOPICAL

    @property
    def others(self) -> frozenset[str]:
        """The terms that may stand for it: of the noun's family, and near in meaning."""
        return self.family.union(near for near, _ in self.related)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The terms around a candidate sentence, as far as they were looked for.

    `paragraph` are those of its paragraph, its own among them, `heading` those of the heading
    above; `answers` is True if that is a question and the sentence stands right below.
    """

    paragraph: frozenset[str]
    heading: frozenset[str]
    answers: bool
    headline: frozenset[str]


@dataclass(frozen=True)
class Passage:
    """A candidate sentence with what is needed to judge it.

    `document` is its document's number, `place` its own in it, from 0; `opens` is True for the
    first sentence of a paragraph, `date` is the document's, or None.
    """

    hit: Hit
    line: Line
    around: Surroundings
    document: int
    place: int
    opens: bool
    is_headline: bool
    date: str | None

    @property
    def sentence(self) -> int:
        """The sentence's number in the index."""
        return self.hit.sentence

    @cached_property
    def dates(self) -> tuple[DatePhrase, ...]:
        """The sentence's date expressions, with offsets within it."""
        return find_dates(self.line.text, self.date)

    def touches(self, topic: frozenset[str]) -> bool:
        """Whether any of the terms, which were looked for, stands in the sentence or around it."""
        around = self.around  # the paragraph holds the sentence, too
        return not (
            topic.isdisjoint(around.paragraph)
            and topic.isdisjoint(around.heading)
            and topic.isdisjoint(around.headline)
        )


def ousted(question: Question, line: Line, around: Surroundings) -> float:
    """1 or 0.5 if another name stands in the sentence where the question has one; else 0.

    "When did Anna Berg retire?" is not answered by "Otto Lind retired in 1931" or "Olga Berg
    retired", wherever Anna Berg stands; by "She retired" or "The founder retired" it may well be.
    Names that are no subjects tell less: one thing has many places and owners.
    """
    if not question.names:
        return 0.0
    asked = {term.term for term in question.terms if term.is_topical}
    here = {token.term for token in line.words.tokens}
    if around.answers:
        here |= around.heading
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
