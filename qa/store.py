"""The file that an index is kept in: its name, its format, and what can be wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.errors import IndexStoreError

FORMAT = 3  # raised whenever rows of an older version would be read, or cut into terms, differently
FILE_NAME = "index.sqlite"
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
        raise damage(path, error) from error
    except UnicodeDecodeError as error:  # SQLite's message quotes what is damaged
        raise damage(path, "no text") from error
    except (OSError, ValueError) as error:  # a path that is no path is a ValueError
        reason = getattr(error, "strerror", None) or error
        raise IndexStoreError(
            f"cannot use the index at {str(path)!r}: {reason}; keep it elsewhere with --index PATH"
        ) from error
