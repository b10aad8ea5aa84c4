"""Brings an index up to date with its folder and reports what was done with every file."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qa.documents import READERS, File, load, read, scan
from qa.errors import DocumentError
from qa.index import FileState, IndexWriter, known_files

_COMMIT_EVERY = 5.0  # seconds: what an interruption can cost

Progress = Callable[[int, int], None]
"""Called with the number of files looked at and to be looked at."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that holds no document for the index, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each file: paths of those read and removed; the rest in numbers.

    `failed` could not be read; `unsupported` counts the files of other kinds, by suffix.
    """

    read: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    failed: tuple[Problem, ...]
    unsupported: dict[str, int]
    seconds: float

    @property
    def documents(self) -> int:
        """How many files of the folder are in the index now."""
        return len(self.read) + self.unchanged

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


def refresh(folder: Path, store: Path, progress: Progress | None = None) -> Report:
    """Reads new and changed files of `folder` into the index kept in `store`; forgets deleted ones.

    A file whose size and time of change are as before is not opened. What is done so far is
    committed every few seconds, so an interruption loses little and damages nothing.
    Raises FolderError and IndexStoreError; a file that cannot be read is reported, not raised.
    """
    started = time.perf_counter()
    files = scan(folder)
    supported = {file.path: file for file in files if file.supported}
    unsupported = Counter(_suffix(file) for file in files if not file.supported)
    known = known_files(store)
    if known is None or _differs(supported, known):
        done, removed, known = _update(supported, store, progress)
    else:
        done, removed = (), ()
    failed = tuple(
        Problem(path, state.problem) for path, state in sorted(known.items()) if state.problem
    )
    return Report(
        read=done,
        unchanged=len(supported) - len(failed) - len(done),
        removed=removed,
        failed=failed,
        unsupported=dict(sorted(unsupported.items())),
        seconds=time.perf_counter() - started,
    )


def _differs(supported: dict[str, File], known: dict[str, FileState]) -> bool:
    return supported.keys() != known.keys() or any(
        not _unchanged(file, known[path]) for path, file in supported.items()
    )


def _unchanged(file: File, state: FileState) -> bool:
    # A file that could not be opened may be readable now without any change to it.
    return (
        (file.size, file.mtime_ns) == (state.size, state.mtime_ns)
        and file.problem is None
        and (state.hash != "" or state.problem is None)
    ) or (file.problem is not None and file.problem == state.problem)


def _update(
    supported: dict[str, File], store: Path, progress: Progress | None
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, FileState]]:
    """Does the work of `refresh`; returns paths read, paths removed and all files as they stand."""
    writer = IndexWriter(store)
    try:
        known = writer.files()
        removed = sorted(known.keys() - supported.keys())
        for path in removed:
            writer.forget(path)
            del known[path]
        waiting = [
            file
            for path, file in supported.items()
            if path not in known or not _unchanged(file, known[path])
        ]
        done = []
        committed = time.monotonic()
        for count, file in enumerate(waiting):
            if progress:
                progress(count, len(waiting))
            before = known.get(file.path)
            state = _take_in(writer, file, before)
            writer.record(state)
            known[file.path] = state
            if state.problem is None and (before is None or before.hash != state.hash):
                done.append(file.path)
            if time.monotonic() - committed > _COMMIT_EVERY:
                writer.commit()
                committed = time.monotonic()
        writer.commit()
        if progress and waiting:
            progress(len(waiting), len(waiting))
    finally:
        writer.close()
    return tuple(done), tuple(removed), known


def _take_in(writer: IndexWriter, file: File, before: FileState | None) -> FileState:
    """Reads one file into the index, or says why not."""

    def state(digest: str, problem: str | None) -> FileState:
        return FileState(file.path, file.size, file.mtime_ns, digest, problem)

    if file.problem is not None:
        writer.remove(file.path)
        return state("", file.problem)
    try:
        content = load(file)
    except DocumentError as error:
        writer.remove(file.path)
        return state("", str(error))
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    if before is not None and before.hash == digest:
        return state(digest, before.problem)
    try:
        if not writer.put(read(content, file.path)):
            raise DocumentError("holds no words")
    except DocumentError as error:
        writer.remove(file.path)
        return state(digest, str(error))
    return state(digest, None)


def _suffix(file: File) -> str:
    return Path(file.path).suffix.lower() or "(no suffix)"
