"""A question in, candidate sentences out: which words are looked for, and what is read of the hits.

Besides its own terms a question is searched with terms near to them in meaning, at a lower weight:
readers rarely use the words of the sentence that answers them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.answer import Correction
from qa.features import Passage, SearchTerm
from qa.fit import family
from qa.index import Index
from qa.passages import PassageReader
from qa.question import Question, analyse
from qa.retriever import Retriever, TfidfRetriever
from qa.spelling import Speller, respelt, without_possessive
from qa.vectors import Vectors

CANDIDATES = 60  # sentences that are retrieved
_READ = 24  # sentences of these that are read, the best by their own scores and their documents'
_OF_DOCUMENT = 0.4
_LOOKED_UP = 16  # unknown words of a question for which a known one is looked for
_OF_CARRIED = 0.5  # weight of a word that an earlier question lent to a follow-up
_OF_FAMILY = 0.5  # weight of what may stand for the noun asked for
# Weight of a term near in meaning: so much for one that means the same, nothing for one no nearer
# than the least, so many a term and in all.
_OF_RELATED, _LEAST_LIKE, _RELATED, _MOST_RELATED = 0.6, 0.4, 3, 12
_LEAST_RELATED = 0.12  # a term that would count less is not worth the look
_NO_TOPIC = 0.3  # words that carry no more have no related ones


@dataclass(frozen=True)
class Sought:
    """A question as it is searched: respelt and analysed, its terms as the documents know them."""

    question: Question
    terms: tuple[SearchTerm, ...]
    corrections: tuple[Correction, ...]


class Search:
    """Searches one commit of an index; threads may share it."""

    def __init__(self, index: Index, retriever: Retriever | None = None) -> None:
        """`retriever` takes the place of TF-IDF over the index's postings."""
        self._index = index
        self._retriever = retriever or TfidfRetriever(index.postings)
        self.reader = PassageReader(index)
        self._df = lru_cache(maxsize=1 << 12)(index.postings.df)
        self._idf = lru_cache(maxsize=1 << 12)(index.postings.idf)

    def sought(self, text: str, typed: str | None = None) -> Sought:
        """What a question looks for.

        `typed` is what stood there before words of earlier questions were carried over into it;
        these weigh half, or else the sentence that answered the earlier question would come first
        again.
        """
        question = analyse(text)
        corrections = self._corrections(question)
        if corrections:
            question = analyse(respelt(text, corrections))
        terms = self._terms(question, corrections)
        if typed is not None and typed != text:
            own = {asked.term for asked in analyse(respelt(typed, corrections)).terms}
            terms = [t if asked.term in own else _carried(t)
                     for asked, t in zip(question.terms, terms, strict=True)]  # fmt: skip
        return Sought(question, tuple(terms), corrections)

    def passages(
        self, sought: Sought, count: int = 1, within: NDArray[np.bool_] | None = None
    ) -> list[Passage]:
        """The passages of the best sentences, `count` at least, and of those below headings.

        `within` says for each document whether it may be searched; None means all.
        """
        # Function words find nothing that the others do not: as many right sentences are read
        # without them, in a third less time where there are a million.
        topic = [asked for asked in sought.terms if asked.is_topical]
        if not topic:
            return []
        query = {term: weight for asked in sought.terms for term, weight in asked.related}
        query |= {term: _OF_FAMILY for asked in sought.terms for term in sorted(asked.family)}
        query |= {asked.term: asked.weight for asked in topic if asked.term is not None}
        hits = self._retriever.search(query, max(CANDIDATES, count), within)
        hits.sort(key=lambda hit: -hit.score - _OF_DOCUMENT * hit.document)
        return self.reader.passages(hits[: max(_READ, count)], query)

    @cached_property
    def _speller(self) -> Speller:
        """The documents' words, read when a question holds one that they do not."""
        return Speller(self._index.words)

    def _corrections(self, question: Question) -> tuple[Correction, ...]:
        """Known words for those of the question that seem misspelt."""
        unknown = [
            asked for asked in question.terms if asked.weight == 1 and not self._df(asked.term)
        ]
        nearest = [(asked, self._speller.nearest(asked.word)) for asked in unknown[:_LOOKED_UP]]
        return tuple(
            Correction(without_possessive(asked.text), word) for asked, word in nearest if word
        )

    def _terms(self, question: Question, corrections: Sequence[Correction]) -> list[SearchTerm]:
        """The question's terms as the documents know them."""
        corrected = {correction.searched for correction in corrections}
        head = question.focus[-1] if question.focus else None
        related = self._related(question)
        return [
            SearchTerm(
                text=asked.text,
                word=asked.word,
                term=asked.term if self._df(asked.term) else None,
                mass=asked.weight * self._idf(asked.term),
                weight=asked.weight,
                is_name=asked.is_name,
                corrected=asked.word in corrected,
                family=family(head) if head == asked.word else frozenset(),
                related=tuple(related.get(asked.term, ())),
            )
            for asked in question.terms
        ]

    def _related(self, question: Question) -> dict[str, list[tuple[str, float]]]:
        """For each term of the question the known ones near in meaning, and their weights."""
        vectors = Vectors.shipped()
        own = {asked.term for asked in question.terms}
        near = [
            (likeness, asked, term)
            for asked in question.terms
            if asked.weight > _NO_TOPIC
            for term, likeness in vectors.related(asked.term, _RELATED)
            if likeness > _LEAST_LIKE and term not in own
        ]
        near.sort(key=lambda entry: -entry[0])
        found: dict[str, list[tuple[str, float]]] = {}
        for likeness, asked, term in near[:_MOST_RELATED]:
            weight = _OF_RELATED * asked.weight * (likeness - _LEAST_LIKE) / (1 - _LEAST_LIKE)
            if weight > _LEAST_RELATED and self._df(term):
                # What stands in few sentences is not to outweigh the word that was asked for.
                weight *= min(1.0, (self._idf(asked.term) / self._idf(term)) ** 2)
                if weight > _LEAST_RELATED:
                    found.setdefault(asked.term, []).append((term, weight))
        return found


def _carried(term: SearchTerm) -> SearchTerm:
    """A term as it counts where it was carried over from an earlier question."""
    return replace(
        term,
        mass=term.mass * _OF_CARRIED,
        weight=term.weight * _OF_CARRIED,
        related=tuple((near, weight * _OF_CARRIED) for near, weight in term.related),
    )
