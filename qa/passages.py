"""Retrieved sentences with what stands around them: paragraph, heading above, title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from qa.answer import Span
from qa.features import Passage, Surroundings
from qa.index import Index
from qa.retriever import Hit
from qa.words import Line, terms_of

_NEAR = 2000  # code points on either side that are shown, and searched, of a very long paragraph
_HEADING = 120  # code points that a heading has at most
_ABOVE = 8  # paragraphs above, among which a heading is looked for
_BELOW = 0.8  # share of a heading's retrieval score that goes to the sentence below it


class PassageReader:
    """Reads passages from one commit of an index; threads may share it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.text = index.text
        self._terms_at = lru_cache(maxsize=1024)(self._read_terms)
        self._line = lru_cache(maxsize=512)(self._read_line)
        self._title_terms = lru_cache(maxsize=1024)(self._read_title_terms)

    def passages(self, hits: Sequence[Hit]) -> list[Passage]:
        """The passages of retrieved sentences, and of those right below retrieved headings.

        An answer need not repeat the words of the heading, or of the question in a list of
        frequently asked ones, that it stands under.
        """
        found = {hit.sentence: hit for hit in hits}
        for hit in hits:
            below = hit.sentence + 1
            lent = _BELOW * hit.score
            known = found.get(below)
            if (known is None or known.score < lent) and self._is_above(hit.sentence, below):
                found[below] = replace(
                    hit, sentence=below, score=lent, own=_BELOW * hit.own, block=_BELOW * hit.block
                )
        return [self._passage(hit) for hit in found.values()]

    def around(self, sentence: int) -> Span:
        """A sentence's paragraph, or the part of a very long one that is near the sentence."""
        _, paragraph = self._index.paragraph_of(sentence)
        if paragraph.end - paragraph.start <= 2 * _NEAR:
            return paragraph
        span = self._index.span(sentence)
        text = self.text(self._index.document_of(sentence))
        start, end = max(paragraph.start, span.start - _NEAR), min(paragraph.end, span.end + _NEAR)
        # Not in the middle of a word, where there is a blank to cut at.
        first, last = text.find(" ", start, span.start), text.rfind(" ", span.end, end)
        return Span(
            first + 1 if first >= 0 and start > paragraph.start else start,
            last if last >= 0 and end < paragraph.end else end,
        )

    def heading(self, sentence: int) -> str:
        """The heading that a sentence stands below; empty without one."""
        span = self._heading_above(sentence)
        text = self.text(self._index.document_of(sentence))
        return text[span.start : span.end] if span else ""

    def _passage(self, hit: Hit) -> Passage:
        sentence = hit.sentence
        number = self._index.document_of(sentence)
        span, around = self._index.span(sentence), self.around(sentence)
        _, paragraph = self._index.paragraph_of(sentence)
        heading = self._heading_above(sentence)
        surroundings = Surroundings(
            paragraph=self._terms_at(number, around.start, around.end),
            heading=self._terms_at(number, heading.start, heading.end) if heading else frozenset(),
            answers=heading is not None and self._asks(number, heading),
            headline=self._title_terms(number),
        )
        return Passage(
            hit=hit,
            line=self._line(sentence),
            around=surroundings,
            document=number,
            place=sentence - self._index.sentences_of(number).start,
            opens=span.start == paragraph.start,
            is_headline=self._index.is_headline(sentence),
            date=self._index.entry(number).date,
        )

    def _read_line(self, sentence: int) -> Line:
        span = self._index.span(sentence)
        return Line(self.text(self._index.document_of(sentence))[span.start : span.end])

    def _heading_above(self, sentence: int) -> Span | None:
        """The nearest paragraph above that looks like a heading, a question included."""
        number = self._index.document_of(sentence)
        for distance, paragraph in enumerate(self._index.paragraphs_above(sentence, _ABOVE)):
            if self._is_heading(number, paragraph):
                # The answer to a question stands right below it.
                return None if distance and self._asks(number, paragraph) else paragraph
        return None

    def _is_above(self, heading: int, below: int) -> bool:
        """Whether a sentence is a heading of its own, and `below` opens the next paragraph."""
        number = self._index.document_of(heading)
        if below not in self._index.sentences_of(number):
            return False
        place, paragraph = self._index.paragraph_of(heading)
        next_place, _ = self._index.paragraph_of(below)
        alone = self._index.span(heading) == paragraph
        return alone and next_place > place and self._is_heading(number, paragraph)

    def _is_heading(self, document: int, paragraph: Span) -> bool:
        if paragraph.end - paragraph.start > _HEADING:
            return False
        text = self.text(document)[paragraph.start : paragraph.end]
        return "\n" not in text and text[-1] not in '.!,;”"' and text[0] not in "-*•|"

    def _asks(self, document: int, paragraph: Span) -> bool:
        return self.text(document)[paragraph.end - 1] == "?"

    def _read_terms(self, document: int, start: int, end: int) -> frozenset[str]:
        return terms_of(self.text(document)[start:end])

    def _read_title_terms(self, document: int) -> frozenset[str]:
        return terms_of(self._index.entry(document).title)
