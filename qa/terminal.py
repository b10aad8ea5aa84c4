"""The standard streams: lines that come in, and what may go out on each."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO, TextIO

_LONGEST_LINE = 1 << 20  # bytes that are kept of a line; no question has as many
_BAR, _SHORTEST = 24, 8  # columns of a bar of progress
_TICK = 0.2  # seconds after which progress is looked at again


def writable() -> None:
    """Makes sure that every text can be written to both streams, also where the shell closed one.

    Characters that a stream cannot carry are written as escapes.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether somebody sits before the stream; nobody does if it is closed, which None means."""
    return stream is not None and stream.isatty()


def has_style(stream: TextIO) -> bool:
    """Whether bold print and progress are wanted there."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal(stream) and not plain


def is_unicode(stream: TextIO) -> bool:
    """Whether the stream can carry every character."""
    return codecs.lookup(stream.encoding).name.startswith("utf")


def discard(stream: TextIO) -> None:
    """Lets go of what could not be written, so that Python does not try again on leaving."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def lines(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream; bytes that are not UTF-8 come as lone surrogates.

    Of a line over 1 MiB the beginning comes, so that endless ones do not fill the memory.
    """
    mark = "\ufeff"  # as Windows puts before the first line
    while line := stream.readline(_LONGEST_LINE):
        rest = line
        while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST_LINE)
        yield line.decode("utf-8", "surrogateescape").removeprefix(mark)
        mark = ""


def typed(prompt: str) -> Iterator[str]:
    """Lines typed at a prompt, with line editing and history; ends at the end of the input."""
    # Windows lacks it: its consoles edit lines themselves.
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    while True:
        try:
            line = input(prompt)
        except EOFError:
            return
        yield line


@contextlib.contextmanager
def progress(
    show: Callable[[str], None],
    width: int,
    things: str = "files",
    last: str = "files read, writing the index",
) -> Iterator[Callable[[int, int], None]]:
    """Has `show` called with what to write while a reading of files goes on, if it takes long.

    Gives what is to be called with the files done and the files to do, or with whatever `things`
    are worked through; `last` tells what comes when all are done. Between such calls the time goes
    on; nothing is left on the terminal at the end.
    """
    pace = Pace(width, things, last)
    over = threading.Event()

    def tick() -> None:
        with contextlib.suppress(OSError):  # nobody looks any more
            while not over.wait(_TICK):
                if line := pace.line():
                    show(line)

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    try:
        yield pace.update
    finally:
        over.set()
        ticking.join()
        if line := pace.end():
            show(line)


class Pace:
    """How far a reading of many files, or other things, is, from the first second on."""

    def __init__(
        self, width: int, things: str = "files", last: str = "files read, writing the index"
    ) -> None:
        """For lines of less than `width` columns: in the last one some terminals begin a new."""
        self._width = width - 1
        self._things, self._last = things, last
        self._created = self._begun = self._updated = time.monotonic()
        self._done = self._total = 0
        self._shown = ""

    def update(self, done: int, total: int) -> None:
        """Tells how many files are done, and how many were to do at the beginning."""
        self._updated = time.monotonic()
        if not done:
            self._begun = self._updated  # listing the files is not what the rate is about
        self._done, self._total = done, total

    def line(self) -> str:
        """What to write over the line written before; "" if it may stay as it is."""
        now = time.monotonic()
        if not self._total or now - self._created <= 1:
            return ""
        told = self._told(now)
        if told == self._shown:
            return ""
        self._shown = told
        return f"\r\x1b[K{told}"

    def end(self) -> str:
        """What takes the line away again; "" if there is none."""
        shown, self._shown = self._shown, ""
        return "\r\x1b[K" if shown else ""

    def _told(self, now: float) -> str:
        done, total = self._done, self._total
        if done >= total:
            return f"{total:,} {self._last} ..."[: self._width]
        counts = f"{done:,} of {total:,} {self._things}"
        texts = [counts]
        if done:
            rate = done / max(self._updated - self._begun, 1e-3)
            left = _clock((total - done) / rate - (now - self._updated))
            texts = [f"{counts}, {_rate(rate)}, {left} left", f"{counts}, {left} left", counts]
        text = next((each for each in texts if len(each) <= self._width), counts[: self._width])
        bar = min(_BAR, self._width - len(text) - 3)
        if bar < _SHORTEST:
            return text
        full = done * bar // total
        return f"[{'#' * full}{'.' * (bar - full)}] {text}"


def _rate(rate: float) -> str:
    return f"{rate:,.0f} a second" if rate >= 1 else f"{rate * 60:,.0f} a minute"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(1, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
