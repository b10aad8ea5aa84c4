"""Question sets in SQuAD JSON, versions 1.1 and 2.0: read, checked, and made into a collection.

The layout (Rajpurkar et al., 2016 and 2018): `data[].title`, `data[].paragraphs[].context`,
`….qas[].id / question / is_impossible`, `….answers[].text / answer_start`. All places are in code
points. What cannot change a figure is put up with: missing ids, answers that stand near the place
given. What would is an error that names the place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.answer import Document
from qa.documents import document_id
from qa.errors import QuestionSetError

LAYOUT = (
    '{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers"}]}]}]}'
)
BETWEEN = "\n\n"  # paragraphs of an article
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_NO_NAME = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A right answer and where it begins in its paragraph's `context`."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set. `impossible`: its paragraph does not answer it; then no `answers`."""

    id: str
    question: str
    answers: tuple[Reference, ...]
    impossible: bool


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph and what is asked about it."""

    context: str
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A run of paragraphs under a title ("" if the set tells none)."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A file of questions. `name` is the file's, `sha256` of its bytes, in hexadecimal digits.

    `moved` counts the answers that did not stand where the file says, and were found elsewhere in
    their paragraph.
    """

    name: str
    sha256: str
    articles: tuple[Article, ...]
    moved: int = 0

    @property
    def size(self) -> int:
        """How many questions there are."""
        return sum(len(p.questions) for article in self.articles for p in article.paragraphs)


@dataclass(frozen=True, slots=True)
class Filed:
    """An article as a document, and where each of its paragraphs begins in the document's text."""

    document: Document
    starts: tuple[int, ...]


def read_questions(path: str | Path) -> QuestionSet:
    """Reads a question set. Raises QuestionSetError, which names what is wrong and where."""
    file = Path(path)
    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QuestionSetError(f"cannot read the questions in {file}: {reason.lower()}") from error
    try:
        plain = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{file} is not UTF-8 (byte {error.start}); save it so") from error
    except RecursionError as error:
        raise QuestionSetError(f"{file} is nested too deeply to be a question set") from error
    except ValueError as error:
        raise QuestionSetError(f"{file} is not JSON: {error}") from error
    return _Reading(str(file)).question_set(plain, file.name, hashlib.sha256(content).hexdigest())


def file_articles(articles: Iterable[Article], apart: bool = False) -> list[list[Filed]]:
    """For each article its documents: one, with blank lines between the paragraphs.

    With `apart`, each paragraph is a document of its own under the article's title.
    """
    filed = []
    for number, article in enumerate(articles, 1):
        title = article.title.replace("_", " ").strip()
        name = f"{number:04}-{_NO_NAME.sub('-', title).strip('-')[:60] or 'article'}"
        contexts = [paragraph.context for paragraph in article.paragraphs]
        groups = [[context] for context in contexts] if apart else [contexts]
        filed.append(
            [
                _filed(f"{name}/{place:04}" if apart else name, title, group)
                for place, group in enumerate(groups, 1)
            ]
        )
    return filed


def build_index(
    articles: Iterable[Article], folder: Path, apart: bool = False
) -> list[list[Filed]]:
    """Writes the index of a collection made of articles into `folder`; gives `file_articles`."""
    from qa.writer import IndexWriter

    filed = file_articles(articles, apart)
    writer = IndexWriter(folder)
    try:
        for documents in filed:
            for each in documents:
                writer.put(each.document)
        writer.commit()
    finally:
        writer.close()
    return filed


def _filed(path: str, title: str, contexts: Sequence[str]) -> Filed:
    starts, at = [], 0
    for context in contexts:
        starts.append(at)
        at += len(context) + len(BETWEEN)
    text = BETWEEN.join(contexts)
    return Filed(Document(document_id(path), title, None, path, text), tuple(starts))


class _Reading:
    """Reads one file, and knows what it has seen of it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._ids: Counter[str] = Counter()
        self._moved = 0

    def question_set(self, plain: object, name: str, sha256: str) -> QuestionSet:
        if not isinstance(plain, dict) or not isinstance(plain.get("data"), list):
            raise QuestionSetError(f"{self._file} is not SQuAD JSON, which looks like {LAYOUT}")
        articles = tuple(
            self._article(article, f"article {number}")
            for number, article in enumerate(plain["data"], 1)
        )
        if not any(p.questions for article in articles for p in article.paragraphs):
            raise QuestionSetError(f"{self._file} holds no question; add some under 'qas'")
        return QuestionSet(name, sha256, articles, self._moved)

    def _article(self, plain: object, place: str) -> Article:
        fields = self._object(plain, place)
        title = fields.get("title") or ""
        if not isinstance(title, str):
            raise self._wrong(place, "'title' must be text")
        if title:
            place = f"{place} ({title!r})"
        return Article(
            _clean(title),
            tuple(
                self._paragraph(paragraph, f"{place}, paragraph {number}")
                for number, paragraph in enumerate(self._list(fields, "paragraphs", place), 1)
            ),
        )

    def _paragraph(self, plain: object, place: str) -> Paragraph:
        fields = self._object(plain, place)
        context = self._text(fields, "context", place)
        return Paragraph(
            context,
            tuple(
                self._asked(asked, context, f"{place}, question {number}")
                for number, asked in enumerate(self._list(fields, "qas", place), 1)
            ),
        )

    def _asked(self, plain: object, context: str, place: str) -> Asked:
        fields = self._object(plain, place)
        question = self._text(fields, "question", place)
        impossible = fields.get("is_impossible", False)
        if not isinstance(impossible, bool):
            raise self._wrong(place, "'is_impossible' must be true or false")
        answers = [] if impossible else self._list(fields, "answers", place)
        references = tuple(
            self._reference(answer, context, f"{place}, answer {number}")
            for number, answer in enumerate(answers, 1)
        )
        return Asked(self._id(fields, context, question), question, references, not references)

    def _reference(self, plain: object, context: str, place: str) -> Reference:
        fields = self._object(plain, place)
        text = self._text(fields, "text", place)
        start = fields.get("answer_start")
        if start is not None and (isinstance(start, bool) or not isinstance(start, int)):
            raise self._wrong(place, "'answer_start' must be a whole number")
        if start is None or not context.startswith(text, max(start, 0)):
            self._moved += start is not None
            start = _nearest(context, text, start or 0)
            if start is None:
                raise self._wrong(place, f"its text {_short(text)} does not stand in the paragraph")
        return Reference(text, start)

    def _id(self, fields: Mapping[str, Any], context: str, question: str) -> str:
        """The question's id; one made of its text where there is none. No two are the same."""
        given = fields.get("id")
        if isinstance(given, bool) or not isinstance(given, str | int) or given == "":
            given = hashlib.sha256(f"{question}\0{context}".encode()).hexdigest()[:16]
        name = _clean(str(given))
        self._ids[name] += 1
        return name if self._ids[name] == 1 else f"{name}#{self._ids[name]}"

    def _object(self, plain: object, place: str) -> Mapping[str, Any]:
        if not isinstance(plain, dict):
            raise self._wrong(place, "it must be an object, in braces")
        return plain

    def _list(self, fields: Mapping[str, Any], name: str, place: str) -> list[Any]:
        value = fields.get(name)
        if not isinstance(value, list):
            raise self._wrong(place, f"{name!r} must be a list" + _missing(fields, name))
        return value

    def _text(self, fields: Mapping[str, Any], name: str, place: str) -> str:
        value = fields.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(place, f"{name!r} must be text" + _missing(fields, name))
        return _clean(value)

    def _wrong(self, place: str, what: str) -> QuestionSetError:
        return QuestionSetError(f"{self._file}: {place}: {what}; correct the file")


def _missing(fields: Mapping[str, Any], name: str) -> str:
    return "" if name in fields else ", and is missing"


def _clean(text: str) -> str:
    """The text without what no document holds; places stay the same."""
    return _NO_TEXT.sub("\ufffd", text)


def _nearest(context: str, text: str, start: int) -> int | None:
    """Where `text` stands nearest to `start`; case and the kind of white space may differ."""
    words = map(re.escape, text.split())
    found = re.finditer(r"\s+".join(words), context, re.IGNORECASE)
    return min((m.start() for m in found), key=lambda at: abs(at - start), default=None)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
