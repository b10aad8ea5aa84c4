"""The index of a folder: catalogue, documents and postings in one SQLite file.

With `record`, which makes and checks the rows, and `store`, the file, the only module that knows
the on-disk format. Each document is one row that holds its text, its sentences and its own term
counts; corpus statistics are derived when the index is opened, so a document that is added, changed
or removed touches no other row. Documents are numbered by path when the index is opened: however it
came about, the same content gives the same answers.

A reader holds a read transaction in SQLite's write-ahead log for as long as it is open: it sees
one commit, whatever a writer does meanwhile. Every document carries a checksum, and all of them
together one more: a document that is damaged or missing is an error, never a poorer answer.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.answer import Document, IndexInfo, Span
from qa.errors import IndexStoreError
from qa.postings import Postings
from qa.record import COLUMNS, TABLE, checksum_of, digest_of, lines, row_of, share_of
from qa.store import FILE_NAME, FORMAT, check_format, damage, missing, store_errors

PATIENCE = 30.0  # seconds to wait for another process that writes

_SCHEMA = f"""
{TABLE};
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    hash TEXT NOT NULL, problem TEXT
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """How a file looked when it was last read; `problem` says why it has no document."""

    path: str
    size: int
    mtime_ns: int
    hash: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document without its text, and how many sentences it has."""

    id: str
    title: str
    date: str | None
    path: str
    sentences: int


def known_files(folder: Path) -> dict[str, FileState] | None:
    """Every file looked at when the index in `folder` was last written, by path; None without one.

    Raises IndexStoreError.
    """
    path = folder / FILE_NAME
    with store_errors(path):
        if not path.exists():
            return None
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as db:
            if _is_blank(db):
                return None
            check_format(db, path)
            return _file_states(db, path)


def erase(folder: Path) -> None:
    """Deletes the index kept in `folder`, if there is one. Raises IndexStoreError."""
    path = folder / FILE_NAME
    with store_errors(path):
        for suffix in ("", "-wal", "-shm", "-journal"):
            (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


class IndexWriter:
    """Adds and removes documents; nothing is seen by readers before `commit`."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates the index kept in `folder`. Raises IndexStoreError."""
        self.path = folder / FILE_NAME
        with store_errors(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.execute("BEGIN IMMEDIATE")
                if _is_blank(self._db):
                    for statement in _SCHEMA.split(";"):
                        self._db.execute(statement)
                    self._db.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
                check_format(self._db, self.path)
                self._total = _total(self._db)
            except BaseException:
                self._db.close()
                raise

    def files(self) -> dict[str, FileState]:
        """Every file looked at before, by path."""
        with store_errors(self.path):
            return _file_states(self._db, self.path)

    def record(self, state: FileState) -> None:
        """Remembers how a file looked, so that it need not be read again."""
        with store_errors(self.path):
            self._db.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                (state.path, state.size, state.mtime_ns, state.hash, state.problem),
            )

    def put(self, document: Document) -> int:
        """Adds or replaces a document; returns its number of sentences."""
        row, count = row_of(document)
        self.remove(document.path)
        with store_errors(self.path):
            self._db.execute(f"INSERT INTO documents VALUES ({', '.join('?' * len(row))})", row)
        self._total ^= share_of(row[-1])
        return count

    def forget(self, path: str) -> None:
        """Removes a file and its document, if it has one."""
        with store_errors(self.path):
            self._db.execute("DELETE FROM files WHERE path = ?", (path,))
        self.remove(path)

    def remove(self, path: str) -> None:
        """Removes the document that was read from a file, if any."""
        with store_errors(self.path):
            for (checksum,) in self._db.execute(
                "SELECT checksum FROM documents WHERE path = ?", (path,)
            ).fetchall():
                self._total ^= share_of(checksum)
            self._db.execute("DELETE FROM documents WHERE path = ?", (path,))

    def commit(self) -> None:
        """Makes everything since the last commit visible at once, and goes on."""
        with store_errors(self.path):
            self._db.execute(
                "INSERT OR REPLACE INTO meta VALUES ('total', ?)", (f"{self._total:x}",)
            )
            self._db.execute("COMMIT")
            self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Leaves without what was not committed."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()


class Index:
    """One commit of an index, open for reading; threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Opens the index kept in `folder`. Raises IndexStoreError if it is missing or unusable."""
        self.path = folder / FILE_NAME
        self._lock = threading.Lock()
        self._closed = False
        with store_errors(self.path):
            if not self.path.is_file():
                raise missing(self.path)
            self._db = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.execute("BEGIN")
                if _is_blank(self._db):
                    raise missing(self.path)
                check_format(self._db, self.path)
                self._load()
            except BaseException:
                self._db.close()
                raise

    def _load(self) -> None:
        entries: list[DocumentEntry] = []
        headlines: list[Span | None] = []
        spans: list[NDArray[np.int32]] = []
        paragraph_spans: list[NDArray[np.int32]] = []
        vocabulary: dict[str, int] = {}
        chunks: list[NDArray[np.int32]] = []
        version = hashlib.blake2b(str(FORMAT).encode(), digest_size=8)
        total = first_sentence = first_paragraph = 0
        self._first: list[int] = []
        self._first_paragraph: list[int] = []
        self._digests: list[str] = []
        for row in self._db.execute(
            f"SELECT {COLUMNS}, text_digest, checksum FROM documents ORDER BY path"
        ):
            *content, digest, checksum = row
            if checksum_of(content, digest) != checksum or (entries and row[0] <= entries[-1].path):
                raise damage(self.path, f"document {row[0]!r}")
            total ^= share_of(checksum)
            self._digests.append(digest)
            path, id_, title, date, start, end, paragraph_blob, blob, words, postings, _ = content
            own = np.frombuffer(blob, "<i4").reshape(-1, 4)
            number = len(entries)
            entries.append(DocumentEntry(id_, title, date, path, len(own)))
            headlines.append(None if start is None else Span(start, end))
            version.update(checksum.encode())
            self._first.append(first_sentence)
            self._first_paragraph.append(first_paragraph)
            shifted = own.copy()
            shifted[:, 2] += first_paragraph
            spans.append(np.c_[shifted, np.full(len(own), number, "<i4")])
            paragraph_spans.append(np.frombuffer(paragraph_blob, "<i4").reshape(-1, 2))
            local = np.frombuffer(postings, "<i4").reshape(-1, 3)
            numbers = np.array(
                [vocabulary.setdefault(word, len(vocabulary)) for word in lines(words)], "<i4"
            )
            chunk = local.copy()
            chunk[:, 0] = numbers[local[:, 0]]
            chunk[:, 1] += first_sentence
            chunks.append(chunk)
            first_sentence += len(own)
            first_paragraph += len(paragraph_spans[-1])
        if total != _total(self._db):
            raise damage(self.path, "documents are missing")
        self.entries = tuple(entries)
        self._headlines = headlines
        self._spans = np.concatenate(spans) if spans else np.empty((0, 5), "<i4")
        self._paragraphs = (
            np.concatenate(paragraph_spans) if paragraph_spans else np.empty((0, 2), "<i4")
        )
        merged = np.concatenate(chunks) if chunks else np.empty((0, 3), "<i4")
        merged = merged[np.argsort(merged[:, 0], kind="stable")]
        self.postings = Postings(
            vocabulary=vocabulary,
            offsets=np.searchsorted(merged[:, 0], np.arange(len(vocabulary) + 1)),
            numbers=np.ascontiguousarray(merged[:, 1]),
            counts=merged[:, 2].astype(np.float32),
            lengths=self._spans[:, 3].astype(np.float32),
            document=np.ascontiguousarray(self._spans[:, 4]),
            paragraph=np.ascontiguousarray(self._spans[:, 2]),
            documents=len(entries),
        )
        self.info = IndexInfo(version.hexdigest(), len(entries), first_sentence)

    @cached_property
    def by_id(self) -> Mapping[str, int]:
        """Document numbers by id."""
        return {entry.id: number for number, entry in enumerate(self.entries)}

    @cached_property
    def by_path(self) -> Mapping[str, int]:
        """Document numbers by path."""
        return {entry.path: number for number, entry in enumerate(self.entries)}

    @cached_property
    def words(self) -> Mapping[str, int]:
        """Every folded word, and how many documents hold it. Read when asked for."""
        found: Counter[str] = Counter()
        with self._lock, store_errors(self.path):
            for (words,) in self._db.execute("SELECT words FROM documents ORDER BY path"):
                found.update(lines(words))
        return found

    def span(self, sentence: int) -> Span:
        """Where a sentence stands in its document's text."""
        return Span(int(self._spans[sentence, 0]), int(self._spans[sentence, 1]))

    def document_of(self, sentence: int) -> int:
        """The number of the document that a sentence stands in."""
        return int(self._spans[sentence, 4])

    def paragraph_of(self, sentence: int) -> tuple[int, Span]:
        """A sentence's paragraph: its number within the document, from 0, and its place."""
        number = int(self._spans[sentence, 2])
        start, end = self._paragraphs[number]
        return number - self._first_paragraph[self.document_of(sentence)], Span(
            int(start), int(end)
        )

    def paragraphs_above(self, sentence: int, most: int) -> Iterator[Span]:
        """The paragraphs before a sentence's own in its document, the nearest first."""
        number = int(self._spans[sentence, 2])
        first = self._first_paragraph[self.document_of(sentence)]
        for above in range(number - 1, max(first, number - most) - 1, -1):
            start, end = self._paragraphs[above]
            yield Span(int(start), int(end))

    def sentences_of(self, document: int) -> range:
        """The numbers of a document's sentences."""
        first = self._first[document]
        return range(first, first + self.entries[document].sentences)

    def is_headline(self, sentence: int) -> bool:
        """Whether the sentence is its document's headline."""
        return self._headlines[self.document_of(sentence)] == self.span(sentence)

    def text(self, document: int) -> str:
        """A document's whole text, read from the index. Raises IndexStoreError if damaged."""
        entry = self.entries[document]
        with self._lock, store_errors(self.path):
            if self._closed:
                raise IndexStoreError("the bot was closed; open it again with Bot.open")
            row = self._db.execute(
                "SELECT text FROM documents WHERE path = ?", (entry.path,)
            ).fetchone()
        text = row[0] if row else None
        if not isinstance(text, str) or digest_of(text.encode()) != self._digests[document]:
            raise damage(self.path, f"text of {entry.path!r}")
        return text

    def document(self, number: int) -> Document:
        """A document with its text."""
        entry = self.entries[number]
        return Document(
            entry.id, entry.title, entry.date, entry.path, self.text(number),
            self._headlines[number],
        )  # fmt: skip

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()


def _total(db: sqlite3.Connection) -> int:
    row = db.execute("SELECT value FROM meta WHERE key = 'total'").fetchone()
    try:
        return int(row[0], 16) if row else 0
    except (TypeError, ValueError):
        return -1  # damaged: equal to no total


def _is_blank(db: sqlite3.Connection) -> bool:
    """Whether nothing was ever committed, as when the first writer was killed."""
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _file_states(db: sqlite3.Connection, path: Path) -> dict[str, FileState]:
    states = {}
    for row in db.execute("SELECT path, size, mtime_ns, hash, problem FROM files"):
        if [type(value) for value in row[:4]] != [str, int, int, str]:
            raise damage(path, "list of files")
        states[row[0]] = FileState(*row)
    return states
