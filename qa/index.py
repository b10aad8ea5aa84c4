"""The index of a folder, open for reading: one commit of it, whatever a writer does meanwhile.

With `store`, the file, `batch` and `segment`, what is in it, `writer` and `catalogue` the only
modules that know the on-disk format. A reader holds a read transaction in SQLite's write-ahead log
for as long as it is open. Opening reads what every question needs, some ten bytes a sentence;
postings, documents and words are read, and checked, when they are asked for.

Sentences, blocks and documents are numbered through all segments, those of removed documents too;
the numbers hold for one open index. However an index came about, the same documents give the same
answers.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answer import Document, IndexInfo, Problem, Span
from qa.batch import Layout, Row
from qa.catalogue import IN_ORDER, DocumentEntry, date_number, file_states, share_of
from qa.dictionary import Dictionary
from qa.errors import IndexStoreError
from qa.postings import Postings, SegmentView
from qa.segment import DTYPES, NAMES
from qa.store import (
    FILE_NAME,
    FORMAT,
    PATIENCE,
    WORD_COUNTS,
    WORDS,
    check_format,
    damage,
    is_blank,
    meta,
    missing,
    part_size,
    read_piece,
    state_of,
    store_errors,
)  # fmt: skip
from qa.vocabulary import hash_of
from qa.wordlist import beginning_with

_HEX = frozenset("0123456789abcdef")
_NO_PAGES = "[]"
_decoded = json.JSONDecoder().decode  # which json.loads takes twice as long to come to
_IN_MEMORY = 512  # documents whose texts are kept


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment: its number, how many bytes its arrays have, and those that are in memory."""

    number: int
    sizes: Mapping[str, int]
    numbers: NDArray[np.int64]
    dates: NDArray[np.int32]
    view: SegmentView


@dataclass(frozen=True, slots=True)
class _Stored:
    """A document as it is kept, its row checked."""

    entry: DocumentEntry
    document: Document
    layout: Layout


class Index:
    """One commit of an index, open for reading; threads may share it."""

    def __init__(self, folder: Path) -> None:
        """Opens the index kept in `folder`. Raises IndexStoreError if it is missing or unusable."""
        self.path = folder / FILE_NAME
        self._lock = threading.Lock()
        self._closed = False
        self._stored = lru_cache(maxsize=_IN_MEMORY)(self._read_document)
        self._located = lru_cache(maxsize=8 * _IN_MEMORY)(self._locate)
        with store_errors(self.path):
            if not self.path.is_file():
                raise missing(self.path)
            self._db = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                self._db.execute("PRAGMA temp_store=MEMORY")
                self._db.execute("BEGIN")
                if is_blank(self._db):
                    raise missing(self.path)
                check_format(self._db, self.path)
                if meta(self._db, "state") != state_of(self._db):
                    raise damage(self.path, "list of segments")
                self._load()
            except BaseException:
                self._db.close()
                raise

    def _load(self) -> None:
        removed = [number for (number,) in self._db.execute("SELECT number FROM removed")]
        segments: list[_Segment] = []
        first = first_document = 0
        for number, sizes in self._db.execute("SELECT number, sizes FROM segments ORDER BY number"):
            segments.append(
                self._segment(number, json.loads(sizes), removed, first, first_document)
            )
            first += len(segments[-1].view.lengths)
            first_document += len(segments[-1].numbers)
        self._segments = segments
        self._first_documents = [segment.view.first_document for segment in segments]
        self.size = first_document
        self.postings = Postings([segment.view for segment in segments])
        version = blake2b(f"{FORMAT} {meta(self._db, 'total')}".encode(), digest_size=8).hexdigest()
        self.info = IndexInfo(version, first_document - len(removed), self.postings.sentences)

    def _segment(
        self, number: int, sizes: Mapping[str, int], removed: list[int], first: int, document: int
    ) -> _Segment:
        whole = partial(self._array, number, sizes)
        hashes, starts, postings = (
            partial(self._stretch, number, name) for name in ("hashes", "starts", "postings")
        )
        numbers = whole("numbers")
        view = SegmentView(
            first=first,
            first_document=document,
            keys=whole("keys"),
            live=~np.isin(numbers, removed),
            sentences=whole("sentences"),
            spread=whole("spread"),
            lengths=whole("lengths"),
            blocks=whole("blocks"),
            shortest=whole("shortest"),
            dictionary=Dictionary(sizes.get("hashes", 0) // 8, whole("guide"), hashes, starts),
            read=postings,
        )
        return _Segment(number, sizes, numbers, whole("dates"), view)

    def _array(self, segment: int, sizes: Mapping[str, int], name: str) -> NDArray[Any]:
        return np.frombuffer(self._whole(segment, sizes, name, NAMES.index(name)), DTYPES[name])

    def _stretch(self, segment: int, name: str, start: int, end: int) -> NDArray[Any]:
        """An array of a segment from one place to another."""
        dtype, number = np.dtype(DTYPES[name]), NAMES.index(name)
        begin, part = start * dtype.itemsize, part_size(number)
        last = max(end * dtype.itemsize - 1, begin) // part
        content = self._read(segment, number, begin // part, last)
        return np.frombuffer(content, dtype, end - start, begin % part)

    def _whole(self, segment: int, sizes: Mapping[str, int], name: str, number: int) -> bytes:
        size = sizes.get(name, -1)
        if size < 0:
            raise damage(self.path, "list of segments")
        last = (size - 1) // part_size(number)
        content = self._read(segment, number, 0, last) if size else b""
        if len(content) != size:
            raise damage(self.path, f"array {name} of segment {segment}")
        return content

    def _read(self, segment: int, name: int, first: int, last: int) -> bytes:
        with self._lock, store_errors(self.path):
            self._check_open()
            return read_piece(self._db, self.path, segment, name, first, last)

    def _select(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, store_errors(self.path):
            self._check_open()
            return self._db.execute(query, values).fetchall()

    def _check_open(self) -> None:
        if self._closed:
            raise IndexStoreError("the bot was closed; open it again with Bot.open")

    def find(self, id_or_path: str) -> int | None:
        """The number of a document by its id, or else by its path; None if there is none."""
        if any("\ud800" <= character <= "\udfff" for character in id_or_path):
            return None  # what cannot be written names nothing
        for column in ("id", "path"):
            for (number,) in self._select(
                f"SELECT number FROM documents WHERE {column} = ?", id_or_path
            ):
                return self._document_at(number)
        # Identifiers are made of paths, and so are the keys: that it is nowhere can be checked.
        keys = [hash_of(id_or_path)]
        if len(id_or_path) == 16 and _HEX.issuperset(id_or_path):
            keys.append(int.from_bytes(bytes.fromhex(id_or_path), "little"))
        for view in self.postings.segments:
            if np.isin(view.keys[view.live], np.array(keys, np.uint64)).any():
                raise damage(self.path, "list of documents")
        return None

    def _document_at(self, number: int) -> int:
        for segment in self._segments:
            place = int(np.searchsorted(segment.numbers, number))
            if place < len(segment.numbers) and segment.numbers[place] == number:
                return segment.view.first_document + place
        raise damage(self.path, f"document number {number} is in no segment")

    def entries(self, offset: int = 0, limit: int | None = None) -> list[DocumentEntry]:
        """The documents in order of their paths, row 2 before row 10, without their texts."""
        expected = max(0, self.info.documents - offset)
        count = expected if limit is None else min(limit, expected)
        chosen = f"SELECT number FROM documents ORDER BY {IN_ORDER} LIMIT ? OFFSET ?"
        return self._listed(count, f"WHERE number IN ({chosen})", count, offset)

    def _listed(self, count: int, condition: str, *values: object) -> list[DocumentEntry]:
        """The entries of `count` documents, each of them checked."""
        entries = []
        chosen = f"SELECT id, title, date, path, sentences, listing FROM documents {condition}"
        for *row, checksum in self._select(f"{chosen} ORDER BY {IN_ORDER}", *values):
            entries.append(DocumentEntry(*row))
            if entries[-1].checksum() != checksum:
                raise damage(self.path, f"document {entries[-1].path!r}")
        if len(entries) != count:
            raise damage(self.path, "list of documents")
        return entries

    def entry(self, document: int) -> DocumentEntry:
        """A document without its text."""
        return self._stored(document).entry

    def text(self, document: int) -> str:
        """A document's whole text. Raises IndexStoreError if it is damaged."""
        return self._stored(document).document.text

    def document(self, number: int) -> Document:
        """A document with its text."""
        return self._stored(number).document

    def dated(self, since: str | None, until: str | None) -> NDArray[np.bool_]:
        """For each document whether it has a date from `since` to `until`, inclusive."""
        first, last = date_number(since) or 1, date_number(until) or 9999_99_99
        dates = np.concatenate([np.empty(0, np.int32), *(s.dates for s in self._segments)])
        return (dates >= first) & (dates <= last)

    def undated(self) -> list[str]:
        """The paths of the documents without a date, in order."""
        count = sum(
            int(np.count_nonzero(segment.view.live & (segment.dates == 0)))
            for segment in self._segments
        )
        return [e.path for e in self._listed(count, "WHERE date IS NULL")]

    def problems(self) -> tuple[Problem, ...]:
        """What could not be read of the folder, in order of the files' paths."""
        with self._lock, store_errors(self.path):
            self._check_open()
            states = file_states(self._db, self.path)
        noted = sorted(state for state in states.values() if state.notes)
        return tuple(problem for state in noted for problem in state.problems)

    def signatures(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """The numbers of all documents, and what `likeness` has of each."""
        from qa.likeness import SIZE  # not needed to answer

        numbers, rows = [np.empty(0, np.int64)], [np.empty((0, SIZE), np.uint32)]
        for segment in self._segments:
            found = self._array(segment.number, segment.sizes, "signatures").reshape(-1, SIZE)
            numbers.append(np.flatnonzero(segment.view.live) + segment.view.first_document)
            rows.append(found[segment.view.live])
        return np.concatenate(numbers), np.concatenate(rows)

    def words(self, first: str) -> dict[str, int]:
        """The folded words that begin with a character, and how many documents hold each."""
        found: dict[str, int] = {}
        for segment in self._segments:
            words = self._whole(segment.number, segment.sizes, "words", WORDS)
            counts = self._whole(segment.number, segment.sizes, "word_counts", WORD_COUNTS)
            for word, count in beginning_with(first, words, counts):
                found[word] = found.get(word, 0) + count
        for (removed,) in self._select("SELECT words FROM removed"):
            for word in removed.split("\n"):
                if word.startswith(first):
                    found[word] = found.get(word, 0) - 1
        return {word: count for word, count in found.items() if count > 0}

    def document_of(self, sentence: int) -> int:
        """The number of the document that a sentence stands in."""
        return self._located(sentence)[0]

    def span(self, sentence: int) -> Span:
        """Where a sentence stands in its document's text."""
        document, place = self._located(sentence)
        return self.layout(document).span(place)

    def paragraph_of(self, sentence: int) -> tuple[int, Span]:
        """A sentence's paragraph: its number within the document, from 0, and its place."""
        document, place = self._located(sentence)
        return self.layout(document).paragraph_of(place)

    def place_of(self, sentence: int) -> tuple[int, int]:
        """The number of a sentence's document, and which of its sentences it is, from 0."""
        return self._located(sentence)

    def layout(self, document: int) -> Layout:
        """Where a document's sentences and paragraphs stand."""
        return self._stored(document).layout

    def spread(self, most: int) -> list[int]:
        """The numbers of at most so many documents (or few more), evenly spread over all paths."""
        found = self._select("SELECT number FROM documents ORDER BY path")
        return [self._document_at(number) for (number,) in found[:: max(1, len(found) // most)]]

    def sentences_of(self, document: int) -> range:
        """The numbers of a document's sentences."""
        first = self._first_sentence(document)
        return range(first, first + self.entry(document).sentences)

    def is_headline(self, sentence: int) -> bool:
        """Whether the sentence is its document's headline."""
        return self.document(self.document_of(sentence)).headline == self.span(sentence)

    def _locate(self, sentence: int) -> tuple[int, int]:
        document = self.postings.document_of(sentence)
        return document, sentence - self._first_sentence(document)

    def _first_sentence(self, document: int) -> int:
        segment, place = self._kept_in(document)
        return segment.view.first + int(segment.view.first_sentences[place])

    def _kept_in(self, document: int) -> tuple[_Segment, int]:
        """A document's segment, and which of its documents it is."""
        segment = self._segments[bisect_right(self._first_documents, document) - 1]
        return segment, document - segment.view.first_document

    def _read_document(self, document: int) -> _Stored:
        segment, place = self._kept_in(document)
        number = int(segment.numbers[place])
        rows = self._select(
            "SELECT path, id, title, date, headline, pages, layout, text, sentences, checksum "
            "FROM documents WHERE number = ?",
            number,
        )
        if not rows:
            raise damage(self.path, f"document number {number} is missing")
        row = rows[0]
        try:
            path, id_, title, date, headline, pages, layout, text, sentences, checksum = row
            span = _decoded(headline)
            packed = Row(
                path, id_, title, date, tuple(span) if span else None,
                tuple(_decoded(pages)) if pages != _NO_PAGES else (), layout, text,
            )  # fmt: skip
            stored, places = packed.unpacked(checksum)
            if hash_of(path) != segment.view.keys[place] or sentences != len(places.sentences):
                raise ValueError("another document")
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            raise damage(self.path, f"document {row[0]!r}") from error
        return _Stored(DocumentEntry(id_, title, date, path, sentences), stored, places)

    def verify(self) -> None:
        """Reads and checks everything. Raises IndexStoreError, which names what is damaged."""
        total = count = 0
        for segment in self._segments:
            for number, name in enumerate((*NAMES, "words", "word_counts")):
                self._whole(segment.number, segment.sizes, name, number)
        removed = {n for (n,) in self._select("SELECT number FROM removed")}
        for segment in self._segments:
            for place, number in enumerate(segment.numbers.tolist()):
                if number in removed:
                    continue
                self._read_document(segment.view.first_document + place)
                count += 1
        for (checksum,) in self._select("SELECT checksum FROM documents"):
            total ^= share_of(checksum)
            count -= 1
        if count or [(f"{total:x}",)] != self._select("SELECT value FROM meta WHERE key = 'total'"):
            raise damage(self.path, "documents are missing or superfluous")
        [(found,)] = self._select("PRAGMA integrity_check(1)")
        if found != "ok":
            raise damage(self.path, found)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()
            self._stored.cache_clear()
