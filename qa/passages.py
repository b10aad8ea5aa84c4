"""Retrieved sentences with what stands around them: paragraph, heading above, title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from qa.answer import Span
from qa.features import Passage, Surroundings
from qa.index import Index
from qa.retriever import Hit
from qa.words import Line

_NEAR = 2000  # code points on either side that are shown, and searched, of a very long paragraph
_HEADING = 120  # code points that a heading has at most
_ABOVE = 8  # paragraphs above, among which a heading is looked for
_BELOW = 0.8  # share of a heading's retrieval score that goes to the sentence below it

Stretch = tuple[int, int]  # of sentences: the number of the first, and of the one after the last


class _Setting(NamedTuple):
    """A paragraph: where it stands, its sentences, and those of the heading above it, if any.

    `answers` is True if the heading is a question that the paragraph stands right below.
    """

    start: int
    end: int
    sentences: Stretch
    heading: Stretch | None
    answers: bool


class _Head(NamedTuple):
    """What a document tells of all its sentences: where its headline stands, and its date.

    `terms` are those of its title where no sentences are the headline.
    """

    start: int
    end: int
    sentences: Stretch | None
    terms: frozenset[str]
    date: str | None


class _Place(NamedTuple):
    """A sentence's place; `near` is its paragraph, or what is near of a very long one."""

    document: int
    place: int
    start: int
    end: int
    setting: _Setting
    near: Stretch
    head: _Head


class PassageReader:
    """Reads passages from one commit of an index; threads may share it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.text = index.text
        self._setting = lru_cache(maxsize=1024)(self._read_setting)
        self._head = lru_cache(maxsize=1024)(self._read_head)

    def passages(self, hits: Sequence[Hit], terms: Iterable[str] = ()) -> list[Passage]:
        """The passages of retrieved sentences, and of those right below retrieved headings.

        An answer need not repeat the words of the heading, or of the question in a list of
        frequently asked ones, that it stands under. `terms` are what is looked for around them.
        """
        found = {hit.sentence: hit for hit in hits}
        for hit in hits:
            below = hit.sentence + 1
            lent = _BELOW * hit.score
            known = found.get(below)
            if (known is None or known.score < lent) and self._is_above(hit.sentence):
                found[below] = replace(
                    hit, sentence=below, score=lent, own=_BELOW * hit.own, block=_BELOW * hit.block
                )
        places = [self._place(sentence) for sentence in found]
        held = self._held(list(terms), places)
        lines = Line.several([self.text(p.document)[p.start : p.end] for p in places])
        return [
            self._passage(hit, line, place, held)
            for hit, line, place in zip(found.values(), lines, places, strict=True)
        ]

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
        document, place = self._index.place_of(sentence)
        layout = self._index.layout(document)
        stretch = self._setting(document, layout.paragraph_of(place)[0]).heading
        if stretch is None:
            return ""
        first, last = (number - sentence + place for number in stretch)
        return self.text(document)[layout.span(first).start : layout.span(last - 1).end]

    def _place(self, sentence: int) -> _Place:
        document, place = self._index.place_of(sentence)
        start, end, paragraph = self._index.layout(document).sentences[place].tolist()
        setting = self._setting(document, paragraph)
        near = setting.sentences
        if setting.end - setting.start > 2 * _NEAR:
            near = self._near(sentence, setting)
        return _Place(document, place, start, end, setting, near, self._head(document))

    def _near(self, sentence: int, setting: _Setting) -> Stretch:
        """The sentences of a long paragraph of which at least a part stands near a sentence."""
        document, place = self._index.place_of(sentence)
        around, base = self.around(sentence), sentence - place
        first, last = setting.sentences
        own = self._index.layout(document).sentences[first - base : last - base]
        before = int(own[:, 1].searchsorted(around.start, side="right"))
        return first + before, first + int(own[:, 0].searchsorted(around.end))

    def _held(
        self, terms: Sequence[str], places: Sequence[_Place]
    ) -> Mapping[Stretch, frozenset[str]]:
        """Which of the terms stand in each of the stretches around some sentences."""
        around = {
            stretch: None
            for place in places
            for stretch in (place.near, place.setting.heading, place.head.sentences)
            if stretch is not None
        }
        stretches = list(around)
        rows = self._index.postings.standing(terms, stretches).T.tolist()
        return {
            stretch: frozenset(compress(terms, row))
            for stretch, row in zip(stretches, rows, strict=True)
        }

    def _passage(
        self, hit: Hit, line: Line, place: _Place, held: Mapping[Stretch, frozenset[str]]
    ) -> Passage:
        setting, head = place.setting, place.head
        return Passage(
            hit=hit,
            line=line,
            around=Surroundings(
                paragraph=held[place.near],
                heading=held[setting.heading] if setting.heading else frozenset(),
                answers=setting.answers,
                headline=held[head.sentences] if head.sentences else head.terms,
            ),
            document=place.document,
            place=place.place,
            opens=place.start == setting.start,
            is_headline=(place.start, place.end) == (head.start, head.end),
            date=head.date,
        )

    def _read_head(self, document: int) -> _Head:
        whole = self._index.document(document)
        headline = whole.headline
        if headline is not None:
            layout = self._index.layout(document)
            first = int(layout.sentences[:, 0].searchsorted(headline.start))
            last = int(layout.sentences[:, 1].searchsorted(headline.end))
            if last < len(layout.sentences) and (
                layout.span(first).start == headline.start and layout.span(last).end == headline.end
            ):
                base = self._index.sentences_of(document).start
                stretch = (base + int(first), base + int(last) + 1)
                return _Head(headline.start, headline.end, stretch, frozenset(), whole.date)
        start, end = (headline.start, headline.end) if headline else (-1, -1)
        return _Head(start, end, None, Line(whole.title).known, whole.date)

    def _read_setting(self, document: int, number: int) -> _Setting:
        layout = self._index.layout(document)
        base = self._index.sentences_of(document).start

        def stretch(paragraph: int) -> Stretch:
            first, last = layout.sentences_of(paragraph)
            return base + first, base + last

        start, end = layout.paragraphs[number].tolist()
        text, heading, answers = self.text(document), None, False
        top = max(0, number - _ABOVE)
        for above, (first, last) in enumerate(reversed(layout.paragraphs[top:number].tolist()), 1):
            if _is_heading(text, first, last):
                asks = text[last - 1] == "?"
                # The answer to a question stands right below it.
                if above == 1 or not asks:
                    heading, answers = stretch(number - above), asks
                break
        return _Setting(start, end, stretch(number), heading, answers)

    def _is_above(self, sentence: int) -> bool:
        """Whether a sentence is a heading of its own, and another paragraph stands below."""
        document, place = self._index.place_of(sentence)
        layout = self._index.layout(document)
        start, end, paragraph = layout.sentences[place].tolist()
        return (
            end - start <= _HEADING
            and place + 1 < len(layout.sentences)
            and layout.paragraphs[paragraph].tolist() == [start, end]
            and int(layout.sentences[place + 1, 2]) > paragraph
            and _is_heading(self.text(document), start, end)
        )


def _is_heading(text: str, start: int, end: int) -> bool:
    if end - start > _HEADING:
        return False
    heading = text[start:end]
    return "\n" not in heading and heading[-1] not in '.!,;”"' and heading[0] not in "-*•|"
