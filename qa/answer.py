"""The values that travel through the package. All are frozen; none knows where it is stored.

Every `start` and `end` counts Unicode code points of the document's text, `end` exclusive, so that
`document.text[start:end]` is exactly the text shown.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

MAY_ANSWER = 0.2  # confidence below which a passage only comes near


@dataclass(frozen=True, slots=True)
class Span:
    """A range of a text, `start` inclusive, `end` exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was read.

    `text` is fixed when the file is read: every offset anywhere points into it.
    `headline` is the place of the title in `text`, or None where the title stands outside of it
    (a file name). `date` is "YYYY-MM-DD" or None. `path` is relative to the folder, with "/".
    `pages` gives for each page where it begins in `text`, the first at 0; pages without text begin
    where the next one does. It is empty for formats that have no pages.
    """

    id: str
    title: str
    date: str | None
    path: str
    text: str
    headline: Span | None = None
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a part of one, that holds no document for the index or is incomplete, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, trimmed of white space, and the number of the paragraph it stands in."""

    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of a document's text and its place there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """A date expression and what it means: "YYYY", "YYYY-MM", "YYYY-MM-DD" or "YYYY-Www"."""

    text: str
    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Source:
    """Which document a quote comes from."""

    id: str
    title: str
    date: str | None
    path: str

    @property
    def by_date(self) -> tuple[str, str]:
        """What sorts sources by their dates, undated ones last."""
        return self.date or "9", self.path


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a word of the question: why a quote was chosen.

    `weight` 0..1 is its share of all that the question's words carry. `found` is the word that
    stands for it, as written, and `where`: "sentence", "paragraph", "heading" or "title"; both are
    None where there is none. `near` if it is another word, near in meaning.
    """

    word: str
    weight: float
    found: str | None
    where: str | None
    near: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence, verbatim, with the answering phrase inside it if there is one."""

    text: str
    start: int
    end: int
    answer: Phrase | None
    confidence: float
    before: str
    after: str
    document: Source
    paragraph: int
    page: int | None
    dates: tuple[DatePhrase, ...]
    matches: tuple[Match, ...] = ()

    @property
    def may_answer(self) -> bool:
        """Whether it is more than a passage that only comes near."""
        return self.confidence >= MAY_ANSWER


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question that no document holds, and the word that was searched instead."""

    asked: str
    searched: str


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What was searched. `version` changes whenever the searchable content does."""

    version: str
    documents: int
    sentences: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The one object that every way in returns; `to_dict()` is its JSON."""

    question: str
    resolved_question: str
    answered: bool
    answer: str | None
    confidence: float
    reason: str | None
    quotes: tuple[Quote, ...]
    corrections: tuple[Correction, ...]
    index: IndexInfo
    took_ms: float

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON object: plain dicts, lists, strings, numbers and None."""
        plain: dict[str, Any] = _listed(asdict(self))
        return plain


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return value
