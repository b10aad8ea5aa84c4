"""Writes the index: documents come in batches, each commit makes one new segment of them.

Documents that are removed stay in their segments, and are listed as removed, until the segment is
merged with others. `merge` keeps the number of segments small: a commit of ten documents writes ten
documents, and each document is written again only when as many have come after it as there are in
its segment, divided by four.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answer import Document
from qa.batch import Batch, Row
from qa.catalogue import DocumentEntry, FileList, FileState, date_number, file_states, share_of
from qa.likeness import SIZE
from qa.preparing import batch_of, words_in
from qa.segment import DTYPES, NAMES, Arrays, Source, build, from_arrays, from_batch
from qa.store import (
    FILE_NAME,
    FORMAT,
    PAGE_SIZE,
    PATIENCE,
    SCHEMA,
    WORD_COUNTS,
    WORDS,
    check_format,
    damage,
    delete_segment,
    is_blank,
    meta,
    part_size,
    read_piece,
    state_of,
    store_errors,
    write_piece,
)
from qa.vocabulary import hash_of
from qa.wordlist import packed, unpacked

_GROWTH = 4  # a segment is merged with those after it once they have a quarter of its sentences
_WASTE = 4  # a segment is written anew once one in so many of its documents is removed
_FREE = 20  # the file is shrunk once one in so many of its pages is free


@dataclass
class _Pending:
    """A batch that waits for the commit."""

    batch: Batch
    numbers: NDArray[np.int64]
    wanted: NDArray[np.bool_]


class IndexWriter:
    """Adds and removes documents; nothing is seen by readers before `commit`."""

    def __init__(self, folder: Path) -> None:
        """Opens or creates the index kept in `folder`. Raises IndexStoreError."""
        self.path = folder / FILE_NAME
        self._pending: list[_Pending] = []
        self._numbers: dict[int, NDArray[np.int64]] = {}
        with store_errors(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            try:
                self._db.execute("PRAGMA temp_store=MEMORY")  # no folder for temporary files needed
                self._db.execute(f"PRAGMA page_size={PAGE_SIZE}")
                self._db.execute("PRAGMA auto_vacuum=INCREMENTAL")
                self._db.execute("PRAGMA journal_mode=WAL")
                self._db.execute("PRAGMA synchronous=FULL")
                self._db.execute("BEGIN IMMEDIATE")
                if is_blank(self._db):
                    for statement in SCHEMA.split(";"):
                        self._db.execute(statement)
                    self._set("format", str(FORMAT))
                    self._set("total", "0")
                    self._set("commit", "0")
                    self._set("state", state_of(self._db))
                check_format(self._db, self.path)
                if meta(self._db, "state") != state_of(self._db):
                    raise damage(self.path, "list of segments")
                self._total = int(meta(self._db, "total"), 16)
            except BaseException:
                self._db.close()
                raise

    def files(self, known: FileList | None = None) -> dict[str, FileState]:
        """Every file looked at before, by path: `known`, if nothing was committed since."""
        with store_errors(self.path):
            if known and known.commit and known.commit == meta(self._db, "commit"):
                return known.states
            return file_states(self._db, self.path)

    def record(self, state: FileState) -> None:
        """Remembers how a file looked, so that it need not be read again."""
        with store_errors(self.path):
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", state)

    def put(self, document: Document) -> int:
        """Adds or replaces a document that is a file; returns its number of sentences."""
        batch = batch_of([document])
        self.take(batch, [document.path])
        return int(batch.sentences[0])

    def take(self, batch: Batch, files: Sequence[str]) -> None:
        """Adds or replaces documents; `files` names for each of them the file it was read from.

        A document that is there already, with nothing changed, stays as it is.
        """
        numbers = np.full(len(batch.rows), -1, np.int64)
        pending = _Pending(batch, numbers, np.zeros(len(batch.rows), bool))
        self._pending.append(pending)
        counts = batch.sentences.tolist()
        each = zip(batch.rows, batch.checksums, files, counts, strict=True)
        with store_errors(self.path):
            for place, (row, checksum, file, count) in enumerate(each):
                numbers[place] = self._insert(row, checksum, file, count)
                pending.wanted[place] = numbers[place] >= 0

    def forget(self, path: str) -> None:
        """Removes a file and all documents read from it."""
        with store_errors(self.path):
            self._db.execute("DELETE FROM files WHERE path = ?", (path,))
        self.keep(path, ())

    def keep(self, file: str, paths: Iterable[str]) -> None:
        """Removes the documents that were read from a file, all but those with these paths."""
        kept = frozenset(paths)
        with store_errors(self.path):
            for number, path in self._db.execute(
                "SELECT number, path FROM documents WHERE file = ?", (file,)
            ).fetchall():
                if path not in kept:
                    self._remove(number)

    def commit(self) -> None:
        """Makes everything since the last commit visible at once, and goes on."""
        with store_errors(self.path):
            self._flush()
            self._seal()

    def merge(self, every: bool = False) -> bool:
        """Merges and commits segments where there are too many; whether there was anything to do.

        `every` leaves one segment.
        """
        with store_errors(self.path):
            self._flush()
            chosen = self._segments() if every else self._due()
            waste = self._waste()
            if len(chosen) < 2 and not (chosen and chosen[0] in waste):
                return False
            sources, words = [], Counter[str]()
            for segment in chosen:
                arrays = self._arrays(segment)
                gone = waste.get(segment, [])
                sources.append(from_arrays(arrays, ~np.isin(arrays.numbers, gone)))
                words.update(self._words(segment))
            for segment in chosen:
                words.subtract(_removed_words(self._db, segment))
                delete_segment(self._db, segment)
            self._write(sources, words)
            self._seal()
        return True

    def close(self) -> None:
        """Leaves without what was not committed; what merged segments took of the disk is freed."""
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            (pages,) = self._db.execute("PRAGMA page_count").fetchone()
            (free,) = self._db.execute("PRAGMA freelist_count").fetchone()
            if free * _FREE > pages:
                self._db.executescript("PRAGMA incremental_vacuum")
        except sqlite3.Error:
            pass  # another one writes, or the disk is full: nothing is lost
        finally:
            self._db.close()

    def _insert(self, row: Row, checksum: str, file: str, sentences: int) -> int:
        """The document's number in the catalogue, or -1 if it is there already."""
        before = self._db.execute(
            "SELECT number, file, checksum FROM documents WHERE path = ?", (row.path,)
        ).fetchone()
        if before and before[1:] == (file, checksum):
            return -1
        if before:
            self._remove(before[0])
        self._total ^= share_of(checksum)
        entry = DocumentEntry(row.id, row.title, row.date, row.path, sentences)
        return self._db.execute(
            "INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.path, file, row.id, row.title, row.date, sentences, entry.checksum(), checksum,
                json.dumps(row.headline), json.dumps(row.pages), row.layout, row.text,
            ),
        ).lastrowid or 0  # fmt: skip

    def _remove(self, number: int) -> None:
        checksum, layout, text = self._db.execute(
            "SELECT checksum, layout, text FROM documents WHERE number = ?", (number,)
        ).fetchone()
        self._total ^= share_of(checksum)
        self._db.execute("DELETE FROM documents WHERE number = ?", (number,))
        for pending in self._pending:
            own = pending.numbers == number
            if own.any():
                pending.wanted &= ~own
                return
        self._db.execute(
            "INSERT INTO removed VALUES (?, ?, ?)",
            (number, self._segment_of(number), "\n".join(sorted(words_in(layout, text)))),
        )

    def _segment_of(self, number: int) -> int:
        for segment in self._segments():
            if segment not in self._numbers:
                self._numbers[segment] = self._array(segment, "numbers")
            if (self._numbers[segment] == number).any():
                return segment
        raise damage(self.path, f"document number {number} is in no segment")

    def _segments(self) -> list[int]:
        return [n for (n,) in self._db.execute("SELECT number FROM segments ORDER BY number")]

    def _waste(self) -> dict[int, list[int]]:
        """The removed documents of each segment that has some."""
        found: dict[int, list[int]] = {}
        for number, segment in self._db.execute("SELECT number, segment FROM removed"):
            found.setdefault(segment, []).append(number)
        return found

    def _due(self) -> list[int]:
        """The newest segments, as many as it is time to merge into one."""
        segments = self._segments()
        sizes = [self._size(segment) for segment in segments]
        waste = self._waste()
        first = len(segments)
        for place in range(len(segments) - 1, -1, -1):
            gone = len(waste.get(segments[place], ()))
            documents = self._size(segments[place], "numbers")
            after = sum(sizes[place + 1 :])
            if gone * _WASTE > documents or (after and sizes[place] <= _GROWTH * after):
                first = place
        return segments[first:]

    def _size(self, segment: int, name: str = "lengths") -> int:
        """How many sentences (or whatever else) a segment has."""
        return self._sizes(segment)[name] // np.dtype(DTYPES[name]).itemsize

    def _sizes(self, segment: int) -> dict[str, int]:
        """How many bytes each array of a segment has."""
        (sizes,) = self._db.execute(
            "SELECT sizes FROM segments WHERE number = ?", (segment,)
        ).fetchone()
        return {name: int(size) for name, size in json.loads(sizes).items()}

    def _array(self, segment: int, name: str) -> NDArray[Any]:
        content = self._piece(segment, NAMES.index(name), self._sizes(segment)[name])
        array = np.frombuffer(content, DTYPES[name])
        return array.reshape(-1, SIZE) if name == "signatures" else array

    def _arrays(self, segment: int) -> Arrays:
        return Arrays(**{name: self._array(segment, name) for name in NAMES})

    def _words(self, segment: int) -> dict[str, int]:
        size = self._sizes(segment)
        words = self._piece(segment, WORDS, size["words"])
        counts = self._piece(segment, WORD_COUNTS, size["word_counts"])
        return unpacked(words, counts)

    def _piece(self, segment: int, name: int, size: int) -> bytes:
        if not size:
            return b""
        part = part_size(name)
        return read_piece(self._db, self.path, segment, name, 0, (size - 1) // part)

    def _flush(self) -> None:
        """What is pending becomes a segment."""
        sources = []
        words: Counter[str] = Counter()
        for pending in self._pending:
            if not pending.wanted.any():
                continue
            words.update(pending.batch.words)
            for ordinal in np.flatnonzero(~pending.wanted):
                row = pending.batch.rows[ordinal]
                words.subtract(words_in(row.layout, row.text))
            rows = pending.batch.rows
            sources.append(
                from_batch(
                    pending.batch,
                    pending.numbers,
                    np.array([hash_of(row.path) for row in rows], np.uint64),
                    np.array([date_number(row.date) for row in rows], np.int32),
                    pending.wanted,
                )
            )
        self._pending.clear()
        if sources:
            self._write(sources, words)

    def _write(self, sources: Sequence[Source], words: Counter[str]) -> None:
        arrays = build(sources)
        if not len(arrays.numbers):
            return
        contents = [
            np.ascontiguousarray(getattr(arrays, name), DTYPES[name]).tobytes() for name in NAMES
        ]
        contents += packed(words)
        sizes = dict(zip((*NAMES, "words", "word_counts"), map(len, contents), strict=True))
        segment = self._db.execute(
            "INSERT INTO segments VALUES (NULL, ?)", (json.dumps(sizes),)
        ).lastrowid
        for name, content in enumerate(contents):
            write_piece(self._db, segment or 0, name, content, part_size(name))

    def _seal(self) -> None:
        self._numbers.clear()
        self._set("total", f"{self._total:x}")
        self._set("state", state_of(self._db))
        self._db.execute("UPDATE meta SET value = value + 1 WHERE key = 'commit'")
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def _set(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))


def _removed_words(db: sqlite3.Connection, segment: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for (words,) in db.execute("SELECT words FROM removed WHERE segment = ?", (segment,)):
        found.update(words.split("\n"))
    return found
