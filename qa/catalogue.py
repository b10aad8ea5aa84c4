"""What the index knows of files and documents, apart from their texts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

from qa.documents import Problem
from qa.store import FILE_NAME, PATIENCE, check_format, damage, is_blank, store_errors


@dataclass(frozen=True, slots=True)
class FileState:
    """How a file looked when it was last read.

    `hash` is that of its content, empty if it could not be opened; `documents` counts what was
    read from it; `problems` says why there is none, or what is missing.
    """

    path: str
    size: int
    mtime_ns: int
    hash: str
    documents: int
    problems: tuple[Problem, ...] = ()

    def as_row(self) -> tuple[object, ...]:
        problems = json.dumps([(problem.path, problem.reason) for problem in self.problems])
        return (self.path, self.size, self.mtime_ns, self.hash, self.documents, problems)


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document without its text, and how many sentences it has."""

    id: str
    title: str
    date: str | None
    path: str
    sentences: int

    def checksum(self) -> int:
        """What tells that an entry of a list is as it was written."""
        return crc32(repr((self.id, self.title, self.date, self.path, self.sentences)).encode())


def known_files(folder: Path) -> dict[str, FileState] | None:
    """Every file looked at when the index in `folder` was last written, by path; None without one.

    Raises IndexStoreError.
    """
    path = folder / FILE_NAME
    with store_errors(path):
        if not path.exists():
            return None
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as db:
            if is_blank(db):
                return None
            check_format(db, path)
            return file_states(db, path)


def erase(folder: Path) -> None:
    """Deletes the index kept in `folder`, if there is one. Raises IndexStoreError."""
    path = folder / FILE_NAME
    with store_errors(path):
        for suffix in ("", "-wal", "-shm", "-journal"):
            (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


def file_states(db: sqlite3.Connection, path: Path) -> dict[str, FileState]:
    """All rows of the table of files. Raises IndexStoreError if one is damaged."""
    states = {}
    for row in db.execute("SELECT path, size, mtime_ns, hash, documents, problems FROM files"):
        if [type(value) for value in row] != [str, int, int, str, int, str]:
            raise damage(path, "list of files")
        problems: tuple[Problem, ...] = ()
        if row[5] != "[]":
            try:
                problems = tuple(Problem(where, why) for where, why in json.loads(row[5]))
            except (ValueError, TypeError) as error:
                raise damage(path, "list of files") from error
        states[row[0]] = FileState(row[0], row[1], row[2], row[3], row[4], problems)
    return states


def share_of(checksum: object) -> int:
    """What a document adds to the checksum of all (by exclusive or), or takes out of it again."""
    return int(blake2b(repr(checksum).encode(), digest_size=16).hexdigest(), 16)
