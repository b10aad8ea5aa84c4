"""What the index knows of files and documents, apart from their texts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from qa.answer import Problem
from qa.store import FILE_NAME, PATIENCE, check_format, damage, is_blank, meta, store_errors

# Of documents: by their paths, but rows of a table (and whatever else a number tells) by number.
IN_ORDER = "rtrim(path, '0123456789'), length(path), path"
_ODD_FILES = """
SELECT path FROM files WHERE
    (typeof(path), typeof(size), typeof(mtime_ns), typeof(hash), typeof(documents), typeof(notes))
    <> ('text', 'integer', 'integer', 'text', 'integer', 'text') LIMIT 1
"""


class FileState(NamedTuple):
    """How a file looked when it was last read. A tuple, because a folder may hold very many.

    `hash` is that of its content, empty if it could not be opened; `documents` counts what was
    read from it; `notes` are the rest as JSON, empty if there is nothing to tell.
    """

    path: str
    size: int
    mtime_ns: int
    hash: str
    documents: int
    notes: str = ""

    def noting(
        self, problems: Iterable[Problem] = (), unread: Iterable[tuple[str, int]] = ()
    ) -> FileState:
        """The same with these problems, and with what files inside it are not read."""
        found = {"problems": [(p.path, p.reason) for p in problems], "unread": [*unread]}
        return self._replace(notes=json.dumps(found) if any(found.values()) else "")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why there is no document of it, or what is missing."""
        if not self.notes:
            return ()
        return tuple(Problem(where, why) for where, why in json.loads(self.notes)["problems"])

    @property
    def unread(self) -> dict[str, int]:
        """The files inside it of kinds that are not read: how many of each kind."""
        if not self.notes:
            return {}
        return {str(kind): int(count) for kind, count in json.loads(self.notes)["unread"]}


class FileList(NamedTuple):
    """Every file looked at, by path, as of one commit of the index."""

    commit: str
    states: dict[str, FileState]


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


def known_files(folder: Path) -> FileList | None:
    """The files that the index in `folder` knows; None without an index. Raises IndexStoreError."""
    path = folder / FILE_NAME
    with store_errors(path):
        if not path.exists():
            return None
        with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as db:
            db.execute("BEGIN")
            if is_blank(db):
                return None
            check_format(db, path)
            return FileList(meta(db, "commit"), file_states(db, path))


def erase(folder: Path) -> None:
    """Deletes the index kept in `folder`, if there is one. Raises IndexStoreError."""
    path = folder / FILE_NAME
    with store_errors(path):
        for suffix in ("", "-wal", "-shm", "-journal"):
            (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)


def file_states(db: sqlite3.Connection, path: Path) -> dict[str, FileState]:
    """All rows of the table of files. Raises IndexStoreError if one is damaged."""
    if db.execute(_ODD_FILES).fetchone():
        raise damage(path, "list of files")
    rows = db.execute("SELECT path, size, mtime_ns, hash, documents, notes FROM files").fetchall()
    states = {row[0]: state for row, state in zip(rows, map(FileState._make, rows), strict=True)}
    try:
        for state in states.values():
            if state.notes:
                _ = state.problems, state.unread
    except (ValueError, TypeError, KeyError) as error:
        raise damage(path, "list of files") from error
    return states


def date_number(date: str | None) -> int:
    """A date as YYYYMMDD; 0 for none."""
    return int(date.replace("-", "")) if date else 0


def share_of(checksum: object) -> int:
    """What a document adds to the checksum of all (by exclusive or), or takes out of it again."""
    return int(blake2b(repr(checksum).encode(), digest_size=16).hexdigest(), 16)
