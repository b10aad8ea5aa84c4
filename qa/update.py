"""Brings an index up to date with its folder and reports what was done with every file."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from qa.answer import Problem
from qa.catalogue import FileList, FileState, known_files
from qa.documents import READERS, kind_of
from qa.folder import File, scan
from qa.preparing import Outcome
from qa.writer import IndexWriter

_COMMIT_EVERY = 10.0  # seconds: what a killed process can cost

Progress = Callable[[int, int], None]
"""Called with the number of new and changed files looked at, and to be looked at."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each file: paths of those read and removed; the rest in numbers.

    `moved` are pairs of paths, old and new, of files with the same content; they are among those
    read and removed, too. `failed` could not be read, or not all of it; `unsupported` counts the
    files of other kinds, by suffix, those in archives and mails too; `documents` is how many the
    index holds now.
    """

    read: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    failed: tuple[Problem, ...]
    unsupported: dict[str, int]
    seconds: float
    documents: int
    moved: tuple[tuple[str, str], ...] = ()

    def why_nothing(self, folder: Path) -> str:
        """The message for a folder in which no document was found."""
        kinds = ", ".join(sorted(READERS))
        if self.failed:
            first = self.failed[0]
            return (
                f"none of the {len(self.failed)} documents in {folder} can be read "
                f"({first.path}: {first.reason}); `qa index` lists them all"
            )
        if self.unsupported:
            return f"no file in {folder} is of a kind that can be read ({kinds}); convert some"
        return f"there is no document in {folder}; put some there ({kinds}) or name another folder"


@dataclass
class _Changes:
    """What was done, as it goes on."""

    known: dict[str, FileState]
    read: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)


def refresh(folder: Path, store: Path, progress: Progress | None = None) -> Report:
    """Reads new and changed files of `folder` into the index kept in `store`; forgets deleted ones.

    A file whose size and time of change are as before is not opened. What is done so far is
    committed every few seconds, so an interruption loses little and damages nothing.
    Raises FolderError and IndexStoreError; a file that cannot be read is reported, not raised.
    """
    started = time.perf_counter()
    files = scan(folder)
    supported = {file.path: file for file in files if file.supported}
    unsupported = Counter(kind_of(file.path) for file in files if not file.supported)
    known = known_files(store)
    waiting = _waiting(supported, known.states) if known else []
    if known is None or waiting or known.states.keys() - supported.keys():
        changes = _update(supported, store, known, waiting, progress)
    else:
        changes = _Changes(known.states)
    states = changes.known.values()
    noted = sorted(state for state in states if state.notes)
    for state in noted:
        unsupported.update(state.unread)
    in_use = sum(state.documents > 0 for state in states)
    return Report(
        read=tuple(changes.read),
        unchanged=in_use - len(changes.read),
        removed=tuple(changes.removed),
        failed=tuple(problem for state in noted for problem in state.problems),
        unsupported=dict(sorted(unsupported.items())),
        seconds=time.perf_counter() - started,
        documents=sum(state.documents for state in states),
        moved=tuple(changes.moved),
    )


def _waiting(supported: dict[str, File], known: dict[str, FileState]) -> list[File]:
    """The files that are new or have changed."""
    return [
        file
        for file, state in zip(supported.values(), map(known.get, supported), strict=True)
        if state is None
        or file.mtime_ns != state.mtime_ns
        or file.size != state.size
        # A file that could not be opened may be readable now without any change to it.
        or not state.hash
        or file.problem is not None
        if not (state and file.problem and [file.problem] == [p.reason for p in state.problems])
    ]


def _update(
    supported: dict[str, File],
    store: Path,
    before: FileList | None,
    waiting: list[File],
    progress: Progress | None,
) -> _Changes:
    """Does the work of `refresh`; `waiting` are the files that differ from what was before."""
    writer = IndexWriter(store)
    try:
        changes = _Changes(writer.files(before))
        known = changes.known
        gone = {path: known[path] for path in sorted(known.keys() - supported.keys())}
        for path in gone:
            writer.forget(path)
            del known[path]
        changes.removed += gone
        if before is None or known is not before.states:  # another process wrote meanwhile
            waiting = _waiting(supported, known)
        _read(writer, waiting, changes, progress)  # an index of nothing is an index, too
        origin = {state.hash: path for path, state in gone.items() if state.hash}
        changes.moved += [
            (origin.pop(known[path].hash), path)
            for path in changes.read
            if known[path].hash in origin
        ]
        writer.merge()
    finally:
        writer.close()
    return changes


def _read(
    writer: IndexWriter, waiting: list[File], changes: _Changes, progress: Progress | None
) -> None:
    """Reads files into the index; commits every few seconds, at the end, and if interrupted."""
    from qa.readers import prepared  # not needed where nothing has changed

    by_path = {file.path: file for file in waiting}
    hashes = {path: state.hash for path, state in changes.known.items() if path in by_path}
    paths: dict[str, list[str]] = {}
    looked_at = 0
    committed = time.monotonic()
    if progress and waiting:
        progress(0, len(waiting))
    try:
        for batch in prepared(waiting, hashes):
            with _uninterrupted():
                writer.take(batch.batch, batch.files)
                for row, owner in zip(batch.batch.rows, batch.files, strict=True):
                    paths.setdefault(owner, []).append(row.path)
                for outcome in batch.outcomes:
                    file = by_path[outcome.path]
                    _settle(writer, file, outcome, paths.pop(file.path, []), changes)
            looked_at += len(batch.outcomes)
            if progress:
                progress(looked_at, len(waiting))
            if time.monotonic() - committed > _COMMIT_EVERY:
                _commit(writer, paths)
                committed = time.monotonic()
    except KeyboardInterrupt:
        _commit(writer, paths)
        raise
    _commit(writer, paths)
    changes.read.sort()


def _commit(writer: IndexWriter, unfinished: Iterable[str]) -> None:
    """Commits; files of which only a part has been read yet will be read again, if need be."""
    with _uninterrupted():
        for path in unfinished:
            writer.record(FileState(path, -1, 0, "", 0))
        writer.commit()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Lets Ctrl-C, and a polite kill, wait until what is done within it is done as a whole."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number, handler in before.items():
        if handler is not None:
            signal.signal(number, lambda number, frame: waiting.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)
    if waiting:
        signal.raise_signal(waiting[0])


def _settle(
    writer: IndexWriter, file: File, outcome: Outcome, paths: list[str], changes: _Changes
) -> None:
    """Records what became of a file, and removes what it no longer holds."""
    before = changes.known.get(file.path)
    if not outcome.changed and before is not None:
        state = before._replace(size=file.size, mtime_ns=file.mtime_ns)
    else:
        writer.keep(file.path, paths)
        found = FileState(file.path, file.size, file.mtime_ns, outcome.hash, outcome.documents)
        state = found.noting(outcome.problems, outcome.unread)
        if outcome.documents:
            changes.read.append(file.path)
    writer.record(state)
    changes.known[file.path] = state
