"""The file that an index is kept in: its tables, its format, and what can be wrong with it.

One SQLite file holds the catalogue of files and documents, and the segments' arrays as pieces of at
most 8 or 4,096 KiB. Every piece and every document has a checksum, and `meta` has one of all
segments and removals together: what is damaged or missing is an error, never a poorer answer.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import IndexStoreError
from qa.segment import NAMES

FORMAT = 7  # raised whenever rows of an older version would be read, or cut into terms, differently
FILE_NAME = "index.sqlite"
PATIENCE = 30.0  # seconds to wait for another process that writes
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, hash TEXT NOT NULL,
    documents INTEGER NOT NULL, notes TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, file TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT, sentences INTEGER NOT NULL,
    listing INTEGER NOT NULL, checksum TEXT NOT NULL, headline TEXT NOT NULL,
    pages TEXT NOT NULL, layout BLOB NOT NULL, text BLOB NOT NULL
);
CREATE INDEX documents_of_file ON documents (file);
CREATE TABLE segments (number INTEGER PRIMARY KEY AUTOINCREMENT, sizes TEXT NOT NULL);
CREATE TABLE pieces (key INTEGER PRIMARY KEY, content BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE removed (number INTEGER PRIMARY KEY, segment INTEGER NOT NULL, words TEXT NOT NULL)
"""
PAGE_SIZE = 1 << 15  # bytes; several documents fit into one page
SMALL_PART = 8160  # bytes, of arrays that are read here and there: four to a page
LARGE_PART = 1 << 22  # bytes, of arrays that are read whole
WORDS = len(NAMES)  # numbers of the two arrays that no retrieval needs
WORD_COUNTS = WORDS + 1
_IN_STRETCHES = frozenset(map(NAMES.index, ("hashes", "starts", "postings")))
_REBUILD = "rebuild it with: qa index FOLDER --rebuild"
_SURROUNDINGS = (
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
)  # fmt: skip


def check_format(db: sqlite3.Connection, path: Path) -> None:
    row = db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    if row is None or row[0] != str(FORMAT):
        found = "no format" if row is None else f"format {row[0]}"
        raise IndexStoreError(
            f"the index at {path} has {found}, this version reads format {FORMAT}; {_REBUILD}"
        )


def missing(path: Path) -> IndexStoreError:
    return IndexStoreError(
        f"there is no index at {path}; build it with: qa index FOLDER --index {path.parent}"
    )


def damage(path: Path, what: object) -> IndexStoreError:
    return IndexStoreError(f"the index at {path} is damaged ({what}); {_REBUILD}")


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """SQLite's and the file system's errors as ours, each with the next step."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise IndexStoreError(
                f"another process is writing the index at {path}; try again when it is done"
            ) from error
        if code in _SURROUNDINGS:
            raise IndexStoreError(
                f"cannot use the index at {path}: {error}; check the disk and the permissions, or "
                "keep the index elsewhere with --index PATH"
            ) from error
        # Without a code it is Python's own error, which quotes the bytes that are no text.
        raise damage(path, error if hasattr(error, "sqlite_errorcode") else "no text") from error
    except UnicodeDecodeError as error:
        raise damage(path, "no text") from error
    except (OSError, ValueError) as error:  # a path that is no path is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise IndexStoreError(
            f"cannot use the index at {str(path)!r}: {reason}; keep it elsewhere with --index PATH"
        ) from error


def is_blank(db: sqlite3.Connection) -> bool:
    """Whether nothing was ever committed, as when the first writer was killed."""
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def meta(db: sqlite3.Connection, key: str) -> str:
    """A value of `meta`; empty if there is none."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""


def state_of(db: sqlite3.Connection) -> str:
    """One checksum of what is kept of segments, removals and all documents together."""
    digest = hashlib.blake2b(f"{FORMAT} {meta(db, 'total')}".encode(), digest_size=16)
    for table, columns in (("segments", "number, sizes"), ("removed", "number, segment, words")):
        for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY number"):
            digest.update(repr(row).encode())
    return digest.hexdigest()


def part_size(name: int) -> int:
    """The bytes of a part of the array with this number."""
    return SMALL_PART if name in _IN_STRETCHES else LARGE_PART


def write_piece(
    db: sqlite3.Connection, segment: int, name: int, content: bytes, part_size: int
) -> None:
    """Writes an array of a segment in parts. `name` is its number among the arrays."""
    view = memoryview(content)
    db.executemany(
        "INSERT INTO pieces VALUES (?, ?, ?)",
        (
            (key, part, _checksum(key, part))
            for number, at in enumerate(range(0, len(content), part_size))
            for key, part in ((_key(segment, name, number), view[at : at + part_size]),)
        ),
    )


def read_piece(
    db: sqlite3.Connection, path: Path, segment: int, name: int, first: int, last: int
) -> bytes:
    """Parts `first` to `last`, inclusive, of an array. Raises IndexStoreError if damaged."""
    parts: list[bytes] = []
    for key, content, checksum in db.execute(
        "SELECT key, content, checksum FROM pieces WHERE key BETWEEN ? AND ?",
        (_key(segment, name, first), _key(segment, name, last)),
    ):
        if (
            not isinstance(content, bytes)
            or key != _key(segment, name, first + len(parts))
            or _checksum(key, content) != checksum
        ):
            raise damage(path, f"part {first + len(parts)} of array {name} in segment {segment}")
        parts.append(content)
    if len(parts) != last - first + 1:
        raise damage(path, f"array {name} in segment {segment} is incomplete")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def delete_segment(db: sqlite3.Connection, segment: int) -> None:
    db.execute(
        "DELETE FROM pieces WHERE key BETWEEN ? AND ?",
        (_key(segment, 0, 0), _key(segment + 1, 0, 0) - 1),
    )
    db.execute("DELETE FROM segments WHERE number = ?", (segment,))
    db.execute("DELETE FROM removed WHERE segment = ?", (segment,))


def _checksum(key: int, content: bytes | memoryview) -> int:
    """Of a part and of its place: another part, however whole, is damage there."""
    return zlib.crc32(content, zlib.crc32(key.to_bytes(8, "little")))


def _key(segment: int, name: int, part: int) -> int:
    return segment << 32 | name << 26 | part
