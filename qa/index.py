"""The index of a folder: catalogue, documents and postings in one SQLite file.

The only module that knows the on-disk format. Each document is one row that holds its text, its
sentences and its own term counts; corpus statistics are derived when the index is opened, so a
document that is added, changed or removed touches no other row. Documents are numbered by path
when the index is opened: however it came about, the same content gives the same answers.

A reader holds a read transaction in SQLite's write-ahead log for as long as it is open: it sees
one commit, whatever a writer does meanwhile. Every row carries a checksum.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.answer import Document, IndexInfo, Span
from qa.errors import IndexStoreError
from qa.sentences import paragraphs, sentences
from qa.terms import tokens

FORMAT = 1  # raised whenever rows written by an older version would be read wrongly
FILE_NAME = "index.sqlite"

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    hash TEXT NOT NULL, problem TEXT
) WITHOUT ROWID;
CREATE TABLE documents (
    path TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT,
    headline_start INTEGER, headline_end INTEGER,
    paragraphs BLOB NOT NULL, sentences BLOB NOT NULL,
    vocabulary TEXT NOT NULL, postings BLOB NOT NULL, words TEXT NOT NULL, text TEXT NOT NULL,
    text_digest TEXT NOT NULL, checksum TEXT NOT NULL
);
"""
_ROW = (
    "path, id, title, date, headline_start, headline_end, paragraphs, sentences, vocabulary, "
    "postings, words"
)


@dataclass(frozen=True, slots=True)
class FileState:
    """What is known of a file since it was last looked at; `problem` says why it has no document."""

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


@dataclass(frozen=True)
class Postings:
    """Which sentences each term stands in, and how often: raw counts, sentences numbered from 0.

    `lengths`, `document` and `paragraph` tell for each sentence its number of tokens, its document's
    number and its paragraph's number (numbered through the whole collection; neither ever falls).
    """

    vocabulary: Mapping[str, int]
    offsets: NDArray[np.int64]
    numbers: NDArray[np.int32]
    counts: NDArray[np.float32]
    lengths: NDArray[np.float32]
    document: NDArray[np.int32]
    paragraph: NDArray[np.int32]
    documents: int

    @property
    def sentences(self) -> int:
        return len(self.lengths)

    def of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The sentences that hold the term, in order, and its count in each; empty if unknown."""
        number = self.vocabulary.get(term)
        if number is None:
            return self.numbers[:0], self.counts[:0]
        start, end = self.offsets[number], self.offsets[number + 1]
        return self.numbers[start:end], self.counts[start:end]


def known_files(folder: Path) -> dict[str, FileState] | None:
    """Every file looked at when the index in `folder` was last written, by path; None without one.

    Raises IndexStoreError.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    with _store_errors(path), closing(sqlite3.connect(path, timeout=30)) as db:
        _check_format(db, path)
        return _file_states(db)


def erase(folder: Path) -> None:
    """Deletes the index kept in `folder`, if there is one. Raises IndexStoreError."""
    path = folder / FILE_NAME
    with _store_errors(path):
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            (folder / name).unlink(missing_ok=True)


class IndexWriter:
    """Adds and removes documents; nothing is seen by readers before `commit`."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates the index kept in `folder`. Raises IndexStoreError."""
        self.path = folder / FILE_NAME
        with _store_errors(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("BEGIN IMMEDIATE")
            if not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute("INSERT INTO meta VALUES ('format', ?)", (str(FORMAT),))
            _check_format(self._db, self.path)

    def files(self) -> dict[str, FileState]:
        """Every file looked at before, by path."""
        with _store_errors(self.path):
            return _file_states(self._db)

    def record(self, state: FileState) -> None:
        """Remembers how a file looked, so that it need not be read again."""
        with _store_errors(self.path):
            self._db.execute(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
                (state.path, state.size, state.mtime_ns, state.hash, state.problem),
            )

    def put(self, document: Document) -> int:
        """Adds or replaces a document; returns its number of sentences."""
        row, count = _analysed(document)
        with _store_errors(self.path):
            self._db.execute(
                f"INSERT OR REPLACE INTO documents VALUES ({', '.join('?' * len(row))})", row
            )
        return count

    def forget(self, path: str) -> None:
        """Removes a file and its document, if it has one."""
        with _store_errors(self.path):
            self._db.execute("DELETE FROM files WHERE path = ?", (path,))
        self.remove(path)

    def remove(self, path: str) -> None:
        """Removes the document that was read from a file, if any."""
        with _store_errors(self.path):
            self._db.execute("DELETE FROM documents WHERE path = ?", (path,))

    def commit(self) -> None:
        """Makes everything since the last commit visible at once, and goes on."""
        with _store_errors(self.path):
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
        if not self.path.is_file():
            raise IndexStoreError(
                f"there is no index at {self.path}; build it with: qa index FOLDER --index {folder}"
            )
        self._lock = threading.Lock()
        with _store_errors(self.path):
            self._db = sqlite3.connect(
                self.path, timeout=30, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.execute("BEGIN")
                _check_format(self._db, self.path)
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
        first_sentence = first_paragraph = 0
        self._first: list[int] = []
        self._first_paragraph: list[int] = []
        for row in self._db.execute(
            f"SELECT {_ROW}, text_digest, checksum FROM documents ORDER BY path"
        ):
            *content, digest, checksum = row
            if _checksum(content, digest) != checksum:
                raise IndexStoreError(
                    f"the index at {self.path} is damaged (document {row[0]!r}); {_REBUILD}"
                )
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
                [vocabulary.setdefault(word, len(vocabulary)) for word in words.split("\n")], "<i4"
            )
            chunk = local.copy()
            chunk[:, 0] = numbers[local[:, 0]]
            chunk[:, 1] += first_sentence
            chunks.append(chunk)
            first_sentence += len(own)
            first_paragraph += len(paragraph_spans[-1])
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
        """Every folded word of the documents and how many documents hold it. Read when asked for."""
        found: Counter[str] = Counter()
        with self._lock, _store_errors(self.path):
            for (words,) in self._db.execute("SELECT words FROM documents ORDER BY path"):
                found.update(words.split("\n"))
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
        with self._lock, _store_errors(self.path):
            row = self._db.execute(
                "SELECT text, text_digest FROM documents WHERE path = ?", (entry.path,)
            ).fetchone()
        if row is None or _digest(row[0].encode()) != row[1]:
            raise IndexStoreError(
                f"the index at {self.path} is damaged (text of {entry.path!r}); {_REBUILD}"
            )
        text: str = row[0]
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
            self._db.close()


_REBUILD = "rebuild it with: qa index FOLDER --rebuild"


def _analysed(document: Document) -> tuple[tuple[object, ...], int]:
    """A document's row, which is all that can be known of it without the others; its sentences."""
    text = document.text
    own = sentences(text, document.headline)
    vocabulary: dict[str, int] = {}
    words: set[str] = set()
    triples: list[tuple[int, int, int]] = []
    spans: list[tuple[int, int, int, int]] = []
    for number, sentence in enumerate(own):
        counts: dict[str, int] = {}
        for token in tokens(text[sentence.start : sentence.end]):
            counts[token.term] = counts.get(token.term, 0) + 1
            words.add(token.word)
        spans.append((sentence.start, sentence.end, sentence.paragraph, sum(counts.values())))
        triples += (
            (vocabulary.setdefault(term, len(vocabulary)), number, count)
            for term, count in counts.items()
        )
    headline = document.headline
    content = [
        document.path, document.id, document.title, document.date,
        headline.start if headline else None, headline.end if headline else None,
        np.array([(p.start, p.end) for p in paragraphs(text)], "<i4").tobytes(),
        np.array(spans, "<i4").tobytes(),
        "\n".join(vocabulary), np.array(triples, "<i4").tobytes(), "\n".join(sorted(words)),
    ]  # fmt: skip
    digest = _digest(text.encode())
    return (*content, text, digest, _checksum(content, digest)), len(own)


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _checksum(content: Sequence[object], text_digest: str) -> str:
    """One digest of all that is searched and shown of a document."""
    return _digest(repr((content, text_digest)).encode())


def _file_states(db: sqlite3.Connection) -> dict[str, FileState]:
    rows = db.execute("SELECT path, size, mtime_ns, hash, problem FROM files")
    return {row[0]: FileState(*row) for row in rows}


def _check_format(db: sqlite3.Connection, path: Path) -> None:
    row = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    if row is None or row[0] != str(FORMAT):
        found = "no format" if row is None else f"format {row[0]}"
        raise IndexStoreError(
            f"the index at {path} has {found}, this version reads format {FORMAT}; {_REBUILD}"
        )


@contextmanager
def _store_errors(path: Path) -> Iterator[None]:
    """SQLite's and the file system's errors as ours, each with the next step."""
    try:
        yield
    except sqlite3.OperationalError as error:
        message = str(error)
        if "locked" in message or "busy" in message:
            raise IndexStoreError(
                f"another process is writing the index at {path}; try again when it is done"
            ) from error
        raise IndexStoreError(
            f"cannot use the index at {path}: {message}; check the disk and the permissions, or "
            "keep the index elsewhere with --index PATH"
        ) from error
    except sqlite3.DatabaseError as error:
        raise IndexStoreError(f"the index at {path} is damaged ({error}); {_REBUILD}") from error
    except OSError as error:
        raise IndexStoreError(
            f"cannot use the index at {path}: {error.strerror or error}; "
            "keep it elsewhere with --index PATH"
        ) from error
