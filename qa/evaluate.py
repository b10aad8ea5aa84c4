"""Asks the questions of a set and writes down what came of each: outcomes, without any threshold.

A set is asked in up to three ways:

    open        all paragraphs of the set are one collection, each article a document of it
    paragraph   only the question's own paragraph is searched. Each paragraph is a document of its
                own, as in `bot.ask(question, documents=[paragraph])`: how rare a word is comes from
                the whole set, as published systems know it from their training data; five
                sentences would not tell. Nothing else of the other paragraphs is seen.
    documents   a folder of the user's is asked; the set's paragraphs are only looked at to tell
                what is right

The bot answers with threshold 0 here, so that its best sentence and phrase are known for refused
questions, too; whether it would have refused is told by the confidence. A threshold applied first
would falsify every other figure.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from qa.answer import Answer, Quote
from qa.bot import Bot
from qa.errors import QuestionError
from qa.index import Index
from qa.metrics import exact_match, f1, normal_words
from qa.question import analyse
from qa.questionset import Asked, Filed, Paragraph, QuestionSet, build_index
from qa.weights import Weights

Mode = Literal["open", "paragraph", "documents"]
Group = Literal["answerable", "impossible", "off-topic"]
Tell = Callable[[int, int], None]

DEPTH = 20  # quotes that are looked at
SEED = 0  # of the questions that a sample takes


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document, by its id."""

    document: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A question to ask and what is right.

    `starts` are the places in `within.document` at which a right sentence has something, one for
    each reference; without them (and for questions without an answer) `references` alone tell.
    `within` is the place of the question's own paragraph.
    """

    asked: Asked
    group: Group
    within: Place | None = None
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a question.

    `rank` counts from 0 the first quote that is right; None if none of the first 20 is, or no
    answer is known. `rank_of_first` takes only the first reference for right. `phrase` is what the
    bot would say whatever its confidence ("" where it found nothing at all); `answered` is whether
    it does at its own threshold. `sentence` and `document` (a title) are those of the first quote.
    """

    id: str
    question: str
    kind: str
    group: Group
    references: tuple[str, ...]
    rank: int | None
    rank_of_first: int | None
    phrase: str
    sentence: str
    document: str
    confidence: float
    answered: bool
    took_ms: float

    @property
    def right(self) -> bool:
        """Whether the first quote is right."""
        return self.rank == 0

    @property
    def given(self) -> str:
        """What the bot says: "" for a refusal."""
        return self.phrase if self.answered else ""

    @cached_property
    def exact(self) -> float:
        """1 if the phrase is a reference answer, else 0, refused or not."""
        return exact_match(self.phrase, self.references)

    @cached_property
    def f1(self) -> float:
        """The phrase's F1 with the nearest reference, refused or not."""
        return f1(self.phrase, self.references)


@dataclass(frozen=True)
class Run:
    """All outcomes of one way to ask. `cases` and `outcomes` stand in the same order.

    `threshold` is the confidence below which the model refuses.
    """

    mode: Mode
    cases: tuple[Case, ...]
    outcomes: tuple[Outcome, ...]
    documents: int
    sentences: int
    threshold: float


@dataclass(frozen=True)
class Sentence:
    """A sentence of a collection and its place there."""

    place: Place
    text: str


class Collection:
    """A question set as a collection of its own, in a folder that is thrown away."""

    def __init__(self, questions: QuestionSet, mode: Mode, weights: Weights | None = None) -> None:
        """Indexes the set's paragraphs as `mode` ("open" or "paragraph") wants them.

        `weights` take the place of those that ship with the package.
        """
        self.mode = mode
        self._folder = tempfile.TemporaryDirectory(prefix="verbatim-")
        self._index: Index | None = None
        try:
            filed = build_index(questions.articles, Path(self._folder.name), mode == "paragraph")
            self._index = Index(Path(self._folder.name))
        except BaseException:
            self.close()
            raise
        self.bot = Bot(self._index, threshold=0, weights=weights)
        self.cases = tuple(
            case
            for article, documents in zip(questions.articles, filed, strict=True)
            for paragraph, place in zip(article.paragraphs, _places(documents), strict=True)
            for case in _cases(paragraph, place)
        )

    def sentences(self) -> Iterator[Sentence]:
        """The sentences, split as the index has them, those of a document in order."""
        assert self._index is not None
        for entry in self.bot.documents():
            document = self.bot.document(entry.id)
            number = self._index.find(entry.id)
            assert number is not None
            for sentence in self._index.sentences_of(number):
                span = self._index.span(sentence)
                place = Place(entry.id, span.start, span.end)
                yield Sentence(place, document.text[span.start : span.end])

    def close(self) -> None:
        if self._index is not None:
            self._index.close()
        self._folder.cleanup()

    def __enter__(self) -> Collection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _places(documents: Sequence[Filed]) -> Iterator[tuple[str, int]]:
    for filed in documents:
        for start in filed.starts:
            yield filed.document.id, start


def _cases(paragraph: Paragraph, place: tuple[str, int]) -> Iterator[Case]:
    document, start = place
    within = Place(document, start, start + len(paragraph.context))
    for asked in paragraph.questions:
        yield Case(
            asked,
            "impossible" if asked.impossible else "answerable",
            within,
            tuple(start + at for at in _beginnings(asked)),
        )


def _beginnings(asked: Asked) -> Iterator[int]:
    for reference in asked.answers:
        blank = len(reference.text) - len(reference.text.lstrip())
        yield reference.start + blank  # sentences are trimmed


def sampled(cases: Sequence[Case], most: int | None) -> tuple[Case, ...]:
    """At most so many of the cases, in their order, the same ones each time; None is all."""
    if most is None or most >= len(cases):
        return tuple(cases)
    chosen = random.Random(SEED).sample(range(len(cases)), most)
    return tuple(cases[number] for number in sorted(chosen))


def off_topic(questions: QuestionSet, other: QuestionSet, most: int) -> tuple[Case, ...]:
    """At most so many questions of another set, those about articles of this set left out."""
    own = {article.title for article in questions.articles} - {""}
    foreign = [
        Case(asked, "off-topic")
        for article in other.articles
        if article.title not in own
        for paragraph in article.paragraphs
        for asked in paragraph.questions
    ]
    return sampled(foreign, most)


def own_cases(questions: QuestionSet) -> tuple[Case, ...]:
    """The questions of a set, to be asked of another collection than the set's paragraphs."""
    return tuple(
        Case(asked, "impossible" if asked.impossible else "answerable")
        for article in questions.articles
        for paragraph in article.paragraphs
        for asked in paragraph.questions
    )


def ask_all(bot: Bot, mode: Mode, cases: Iterable[Case], tell: Tell | None = None) -> Run:
    """Asks `bot`, which was made with threshold 0. `tell` hears how many are done, and of how many.

    In the mode "paragraph" each question is asked of the document that its place names.
    """
    todo = tuple(cases)
    outcomes = []
    for number, case in enumerate(todo):
        if tell:
            tell(number, len(todo))
        outcomes.append(_outcome(bot, mode, case, bot.model_threshold))
    if tell:
        tell(len(todo), len(todo))
    info = bot.info
    return Run(
        mode, todo, tuple(outcomes), info.documents, info.sentences, bot.model_threshold
    )  # fmt: skip


def _outcome(bot: Bot, mode: Mode, case: Case, threshold: float) -> Outcome:
    asked = case.asked
    documents = [case.within.document] if mode == "paragraph" and case.within else None
    answer: Answer | None
    try:
        answer = bot.ask(asked.question, k=DEPTH, documents=documents)
    except QuestionError:  # too long, for instance: nothing is said to it
        answer = None
    quotes = answer.quotes if answer else ()
    first = quotes[0] if quotes else None
    confidence = answer.confidence if answer else 0.0
    return Outcome(
        id=asked.id,
        question=asked.question,
        kind=analyse(asked.question).kind,
        group=case.group,
        references=tuple(reference.text for reference in asked.answers),
        rank=_rank(quotes, case, len(asked.answers)),
        rank_of_first=_rank(quotes, case, 1),
        phrase=(answer.answer or "") if answer else "",
        sentence=first.text if first else "",
        document=first.document.title if first else "",
        confidence=confidence,
        answered=first is not None and confidence >= threshold,
        took_ms=answer.took_ms if answer else 0.0,
    )


def _rank(quotes: Sequence[Quote], case: Case, references: int) -> int | None:
    if case.group != "answerable":
        return None
    if case.within is None:
        wanted = [normal_words(r.text) for r in case.asked.answers[:references]]
        right = [any(_holds(normal_words(q.text), words) for words in wanted) for q in quotes]
    else:
        starts, document = case.starts[:references], case.within.document
        right = [
            quote.document.id == document and any(quote.start <= at < quote.end for at in starts)
            for quote in quotes
        ]
    return right.index(True) if True in right else None


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether the words stand there, one after the other."""
    size = len(wanted)
    return bool(size) and any(
        words[at : at + size] == wanted for at in range(len(words) - size + 1)
    )
