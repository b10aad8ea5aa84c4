"""Wiring: a folder and its index in, one `Answer` a question out."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qa.answer import (
    Answer,
    DatePhrase,
    Document,
    IndexInfo,
    Phrase,
    Quote,
    Source,
)
from qa.catalogue import DocumentEntry
from qa.confidence import ConfidenceScorer
from qa.errors import FolderError, IndexStoreError, UnknownDocumentError
from qa.explanation import Explanation
from qa.index import Index
from qa.options import Options
from qa.phrase_scorer import PhraseScorer
from qa.pick import Pick
from qa.places import default_folder, default_store, tidy
from qa.question import MAX_LENGTH, check, is_text
from qa.retriever import Retriever
from qa.search import Search
from qa.selector import judge, marked, refusal
from qa.sentence_scorer import SentenceScorer
from qa.weights import Weights

# What answering a question that stands alone does without is imported where it is used: a command
# that asks one question is over in a fraction of a second.
if TYPE_CHECKING:
    from qa.conversation import Turn
    from qa.survey import Survey
    from qa.update import Progress

_NO_DOCUMENTS = "the list of documents to look in is empty"


class Bot:
    """Answers questions from one commit of an index. Read-only once open: threads may share it."""

    def __init__(
        self,
        index: Index,
        retriever: Retriever | None = None,
        *,
        threshold: float | None = None,
        weights: Weights | None = None,
    ) -> None:
        """Answers from an open index; `retriever` takes the place of TF-IDF over its postings.

        Less confidence than `threshold` (0..1) is a refusal; with 0, whatever comes nearest is
        given as the answer. `weights` take the place of those that ship with the package.
        Raises ModelError if they were made for another version.
        """
        self._opened: Index | None = index
        self._search = Search(index, retriever)
        weights = weights or Weights.shipped()
        self._scorer = SentenceScorer.of(weights)
        self._phrases = PhraseScorer.of(weights)
        self._confidence = ConfidenceScorer.of(weights)
        self.model_threshold = self._confidence.threshold
        self.threshold = self.model_threshold if threshold is None else threshold

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        index: str | Path | None = None,
        refresh: bool = True,
        progress: Progress | None = None,
        threshold: float | None = None,
        model: str | Path | None = None,
    ) -> Bot:
        """Opens the index of a folder, brought up to date first unless `refresh` is False.

        `folder=None` is the collection that ships with the package. `index` is the folder in which
        the index is kept (default: in the user's cache directory, one for each folder). `progress`
        is called with files done and files to do. Less confidence than `threshold` is a refusal.
        `model` is a folder that `qa train` made; None is what ships with the package. Raises
        FolderError, IndexStoreError and ModelError.
        """
        source = Path(folder) if folder is not None else default_folder()
        store = Path(index) if index is not None else default_store(source)
        if refresh:
            _refresh(source, store, progress)
        weights = Weights.load(model) if model is not None else None
        return cls(Index(store), threshold=threshold, weights=weights)

    @property
    def info(self) -> IndexInfo:
        """Version, documents and sentences of what is searched."""
        return self._index.info

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        documents: Sequence[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """Answers a question in words of the documents, or says that they do not answer it.

        At most `k` quotes (1 to 100); only from `documents` (ids, or paths in the folder; None is
        all of them, an empty list none, which is always a refusal) and from documents dated
        `since` to `until` ("YYYY-MM-DD", inclusive; undated ones are left out then). `history` are
        earlier (question, answer phrase or None) pairs, oldest first. A refusal is an Answer, too.
        Raises QuestionError, OptionError and UnknownDocumentError, and IndexStoreError once closed.
        """
        started = time.perf_counter()
        info = self.info
        options = Options.of(k, documents, since, until)
        asked = check(question)
        resolved = _resolved(asked, history)
        if len(resolved) > MAX_LENGTH or not is_text(resolved):
            resolved = asked  # what was asked before is not this question's fault
        within = self._within(options)
        sought = self._search.sought(resolved, asked)
        passages = self._search.passages(sought, options.k, within)
        picks = judge(
            sought.question, sought.terms, passages, self._scorer, self._phrases,
            self._confidence, max(options.k, 2),
        )  # fmt: skip
        reason = refusal(sought.question, sought.terms, picks, self.threshold)
        if options.documents == ():
            reason = _NO_DOCUMENTS
        picks = picks[: options.k]
        if reason is None:
            picks = marked(sought.question, sought.terms, picks, self._phrases)
        explanation = Explanation(sought.terms)
        quotes = tuple(self._quote(pick, explanation, reason is None) for pick in picks)
        first = quotes[0] if quotes else None
        phrase = (first.answer.text if first.answer else first.text) if first else None
        return Answer(
            question=question,
            resolved_question=question if resolved == asked else resolved,
            answered=reason is None,
            answer=phrase if reason is None else None,
            confidence=first.confidence if first else 0.0,
            reason=reason,
            quotes=quotes,
            corrections=sought.corrections,
            index=info,
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def document(self, id: str) -> Document:
        """A document with its text, by id (or path). Raises UnknownDocumentError."""
        return self._index.document(self._number(id))

    def documents(self, offset: int = 0, limit: int | None = None) -> list[DocumentEntry]:
        """The documents in order of their paths, without their texts."""
        return self._index.entries(offset, limit)

    def survey(self) -> Survey:
        """What the index holds and lacks: undated documents, duplicates, unreadable files."""
        from qa.survey import survey

        return survey(self._index)

    def suggestions(self, n: int = 4, document: str | None = None) -> list[str]:
        """At most `n` questions drawn from the documents, each of which is answered.

        From `document` alone (an id, or a path in the folder) if one is named. Raises
        UnknownDocumentError.
        """
        from qa.suggestions import suggest

        return suggest(
            self._index,
            self._search.reader.text,
            lambda question: self.ask(question, k=1).answered,
            n,
            None if document is None else self._number(document),
        )

    def close(self) -> None:
        """Lets go of the index; whatever is asked of the bot then raises IndexStoreError."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None

    def __enter__(self) -> Bot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _index(self) -> Index:
        if self._opened is None:
            raise IndexStoreError("the bot was closed; open it again with Bot.open")
        return self._opened

    def _number(self, id_or_path: str) -> int:
        number = self._index.find(id_or_path)
        if number is None:  # a name may hold a backslash on some systems
            number = self._index.find(tidy(id_or_path))
        if number is None:
            raise UnknownDocumentError(
                f"there is no document {id_or_path!r}; the list of documents (`qa index --list`, "
                "or /documents on the page) names them all"
            )
        return number

    def _within(self, options: Options) -> NDArray[np.bool_] | None:
        """For each document whether it may be searched; None for all."""
        if options.documents is None and not options.since and not options.until:
            return None
        allowed = np.ones(self._index.size, dtype=bool)
        if options.documents is not None:
            allowed[:] = False
            allowed[[self._number(name) for name in options.documents]] = True
        if options.since or options.until:
            allowed &= self._index.dated(options.since, options.until)
        return allowed

    def _quote(self, pick: Pick, explanation: Explanation, answers: bool) -> Quote:
        index = self._index
        sentence = pick.passage.sentence
        number = index.document_of(sentence)
        document, span = index.document(number), index.span(sentence)
        text = document.text
        place, _ = index.paragraph_of(sentence)
        around = self._search.reader.around(sentence)
        phrase = None
        if answers and pick.phrase:
            start, end = span.start + pick.phrase.start, span.start + pick.phrase.end
            phrase = Phrase(text[start:end], start, end)
        before, after = text[around.start : span.start], text[span.end : around.end]
        held = pick.passage.around
        beside = (
            ("paragraph", f"{before} {after}", held.paragraph),
            ("heading", self._search.reader.heading(sentence), held.heading),
            ("title", document.title, held.headline),
        )
        return Quote(
            text=text[span.start : span.end],
            start=span.start,
            end=span.end,
            answer=phrase,
            confidence=pick.confidence,
            before=before,
            after=after,
            document=Source(document.id, document.title, document.date, document.path),
            paragraph=place,
            page=bisect_right(document.pages, span.start) or None,
            dates=tuple(
                DatePhrase(d.text, d.start + span.start, d.end + span.start, d.value)
                for d in pick.passage.dates
            ),
            matches=explanation.of(text[span.start : span.end], beside),
        )


def _resolved(question: str, history: Sequence[Turn]) -> str:
    if history in ((), []):
        return question
    from qa.conversation import resolve, turns

    return resolve(question, turns(history))


def _refresh(folder: Path, store: Path, progress: Progress | None) -> None:
    from qa.update import refresh

    report = refresh(folder, store, progress)
    if not report.documents:
        raise FolderError(report.why_nothing(folder))
