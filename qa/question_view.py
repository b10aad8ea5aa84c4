"""A question as the phrase scorer compares sentences with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qa import lexicon as lex
from qa.features import SearchTerm
from qa.fit import family
from qa.phrase_spans import SentenceSpans, crc
from qa.question import Question
from qa.terms import looks_verbal, stem, tokens
from qa.words import Words

# What a token is to the question.
ROLES = (
    "none", "function word", "content word", "verb", "noun asked for", "of its family",
    "next to the question word", "last word", "same beginning", "verb in the passive",
)  # fmt: skip
CONTENT, VERB, NOUN, FAMILY, NEXT, LAST, BEGINNING, PASSIVE = range(2, 10)
KINDS = (
    "who", "whose", "when", "where", "why", "how", "how many", "how much", "which", "what",
    "define", "yes-no", "keywords",
)  # fmt: skip
WANTED = ("name", "date", "time", "place", "number", "reason", "manner", "definition", "any")
NOUN_KINDS = ("none", "date", "number", "place", "person", "organisation", "plural", "singular")


class QuestionView:
    """A question as phrases are compared with it: `levels` are hashes from coarse to fine."""

    def __init__(self, question: Question, search: Sequence[SearchTerm]) -> None:
        """Looks at the words around the question word."""
        self.question = question
        self.asked = {term.term: term for term in search if term.term is not None}
        found = tokens(question.text)
        words = [token.word for token in found]
        at = next((i for i, word in enumerate(words) if word in lex.QUESTION_WORDS), 0)
        following = words[at + 1] if at + 1 < len(words) else ""
        head = question.focus[-1] if question.focus else ""
        self.head = stem(head) if head else None
        self.family = family(head) if head else frozenset()
        self.noun_kind = _noun_kind(head)
        self.prepositions = np.array(
            [crc(word) for word in {words[at - 1] if at else "", *words[-1:]} & lex.PREPOSITIONS],
            np.int64,
        )
        content = [t for t in found if t.term in self.asked and self.asked[t.term].is_topical]
        after = found[at + 1 + len(question.focus) :]
        self.next = next((token.term for token in after if token in content), None)
        self.last = content[-1].term if content else None
        self.beginnings = {token.word[:5] for token in content if len(token.word) > 5}
        noun = self.head or following
        if not head and following in lex.AUXILIARIES and question.verb:
            noun += " " + question.verb
        self.levels = np.array(
            [
                crc("all"),
                crc(f"{question.kind}|{question.wanted}|{question.answer_follows}"),
                crc(f"{words[at] if words else ''} {noun}"),
            ],
            np.uint32,
        )

    def roles(self, spans: SentenceSpans) -> tuple[list[int], list[float]]:
        """What each token of a sentence is to the question, and the mass of the word it repeats."""
        roles, masses = [], []
        for place, token in enumerate(spans.words.tokens):
            term = self.asked.get(token.term)
            role, mass = 0, 0.0
            if term is not None:
                if not term.is_topical:
                    role = 1
                else:
                    mass, role = term.mass, self._role(token.term)
                    if role == VERB and _passive(spans.words, place):
                        role = PASSIVE
            elif token.term in self.family:
                role = FAMILY
            elif len(token.word) > 5 and token.word[:5] in self.beginnings:
                role = BEGINNING
            roles.append(role)
            masses.append(mass)
        return roles, masses

    def repeated(self, spans: SentenceSpans) -> dict[int, tuple[str, float]]:
        """The tokens that repeat a word of the question, with its term and mass."""
        return {
            place: (token.term, self.asked[token.term].mass)
            for place, token in enumerate(spans.words.tokens)
            if token.term in self.asked and self.asked[token.term].is_topical
        }

    def _role(self, term: str) -> int:
        if term == self.head:
            return NOUN
        if term == self.question.verb:
            return VERB
        return NEXT if term == self.next else LAST if term == self.last else CONTENT


def _passive(words: Words, verb: int) -> bool:
    """Whether a form of "to be" stands before a verb: "was arrested", "were not often seen"."""
    before = {token.word for token in words.tokens[max(verb - 3, 0) : verb]}
    return not before.isdisjoint(_BE) and looks_verbal(words.tokens[verb].word)


_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])


def _noun_kind(head: str) -> str:
    forms = {head, head.removesuffix("s")}
    for kind, nouns in {
        "date": lex.DATE_NOUNS, "number": lex.NUMBER_NOUNS, "place": lex.PLACE_NOUNS,
        "person": lex.PERSON_NOUNS, "organisation": lex.ORGANISATION_NOUNS,
    }.items():  # fmt: skip
        if forms & nouns:
            return kind
    if not head:
        return "none"
    person = head.endswith(("ist", "er", "or", "man"))
    return "person" if person else "plural" if head.endswith("s") else "singular"
