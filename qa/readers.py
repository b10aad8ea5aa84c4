"""Several processes that read files at once."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from qa.answer import Document, Problem
from qa.errors import DocumentError
from qa.folder import File, load
from qa.preparing import Outcome, Prepared, Preparer, batch_of, digest_of

_ALONE = 4 << 20  # bytes that are read faster than a second process starts
_JOB = 3 << 19  # bytes in a job
_JOB_FILES = 512
_MOST = 8  # processes
_CRASHED = "made the program that reads it stop; the file may be broken"
_LAST_WORDS = 4096  # bytes, of what a child said before it died

_Job = list[File]


def prepared(files: Sequence[File], hashes: Mapping[str, str]) -> Iterator[Prepared]:
    """As `Preparer.prepare`, in several processes if there is much to read; in no fixed order."""
    processes = min(_MOST, os.cpu_count() or 1)
    if processes < 2 or not sys.executable or sum(file.size for file in files) < _ALONE:
        yield from Preparer().prepare(files, hashes)
        return
    jobs: queue.Queue[_Job] = queue.Queue()
    for job in _jobs(files):
        jobs.put(job)
    results: queue.Queue[Prepared | BaseException | None] = queue.Queue(maxsize=2 * processes)
    stop = threading.Event()
    workers = [_Worker(jobs, hashes, results, stop) for _ in range(processes)]
    for worker in workers:
        worker.start()
    running = len(workers)
    try:
        while running:
            result = results.get()
            if result is None:
                running -= 1
            elif isinstance(result, BaseException):
                raise result
            else:
                yield result
    finally:
        stop.set()
        for worker in workers:
            worker.kill()
        while any(worker.is_alive() for worker in workers):
            with suppress(queue.Empty):
                results.get(timeout=0.05)


def _jobs(files: Sequence[File]) -> Iterator[_Job]:
    job: _Job = []
    size = 0
    for file in files:
        job.append(file)
        size += file.size
        if size > _JOB or len(job) >= _JOB_FILES:
            yield job
            job, size = [], 0
    if job:
        yield job


class _Worker(threading.Thread):
    """A child process, and the thread that gives it jobs."""

    def __init__(
        self,
        jobs: queue.Queue[_Job],
        hashes: Mapping[str, str],
        results: queue.Queue[Prepared | BaseException | None],
        stop: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._jobs, self._hashes, self._results, self._stopped = jobs, hashes, results, stop
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the thread

    def run(self) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                self._work(job)
        except BaseException as error:  # goes on in the thread that waits for results
            self._results.put(error)
        finally:
            self.kill()
            self._complaints.close()
            self._results.put(None)

    def kill(self) -> None:
        """Ends the child."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    with suppress(OSError):
                        stream.close()

    def _work(self, job: _Job) -> None:
        left = {file.path: file for file in job}
        documents = 0
        try:
            for result in self._ask(job):
                for outcome in result.outcomes:
                    left.pop(outcome.path, None)
                documents += len(result.files)
                self._results.put(result)
        except _NoChildError:
            for result in Preparer().prepare(left.values(), self._hashes):
                if self._stopped.is_set():
                    return
                self._results.put(result)
        except (OSError, EOFError, ValueError):  # a pipe that is closed meanwhile is a ValueError
            self.kill()
            if self._stopped.is_set():
                return
            if len(job) == 1 and left:
                outcome = _crashed(job[0], documents, self._last_words())
                self._results.put(Prepared(batch_of(_NONE), (), (outcome,)))
                return
            for file in left.values():
                self._work([file])

    def _last_words(self) -> str:
        """The last line that the child complained with, in brackets."""
        end = self._complaints.seek(0, os.SEEK_END)
        self._complaints.seek(max(0, end - _LAST_WORDS))
        lines = self._complaints.read().decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f" ({said})" if said else ""

    def _ask(self, job: _Job) -> Iterator[Prepared]:
        """Has the child do a job. Raises OSError or EOFError if it dies, or _NoChildError."""
        self._complaints.seek(0)  # what was said of other files is forgotten
        self._complaints.truncate()
        process = self._process or _started(self._complaints)
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        message = {
            "files": [
                (file.path, file.absolute, file.size, file.mtime_ns, file.problem) for file in job
            ],
            "hashes": {
                file.path: self._hashes[file.path] for file in job if file.path in self._hashes
            },
        }
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        while size := int.from_bytes(_exactly(process, 8), "little"):
            yield Prepared.from_bytes(_exactly(process, size))


def _crashed(file: File, documents: int, last_words: str) -> Outcome:
    """What became of a file that cost a process its life: it is not read again until it changes."""
    try:
        known = digest_of(load(file))
    except DocumentError:
        known = ""
    return Outcome(file.path, known, documents, (Problem(file.path, _CRASHED + last_words),))


class _NoChildError(Exception):
    """No child can be had; what there is to read must be read here."""


def _started(complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """A child that has told that it is ready. Raises _NoChildError."""
    package = str(Path(__file__).resolve().parent.parent)
    paths = [package, os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "qa.worker"],  # -P: nothing from the current folder
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
            start_new_session=True,  # Ctrl-C is the parent's: a child that starts would die of it
        )
    except OSError as error:
        raise _NoChildError from error
    try:
        _exactly(process, 8)
    except EOFError as error:
        with process:
            process.kill()
        raise _NoChildError from error
    return process


def _exactly(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None
    content = process.stdout.read(size)
    if len(content) < size:
        raise EOFError("the reading process has stopped")
    return content


_NONE: tuple[Document, ...] = ()
