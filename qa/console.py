"""What the commands share: exit codes, folders opened with progress, errors and JSON shown."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click

from qa.bot import Bot
from qa.errors import FolderError, QAError
from qa.places import default_folder, default_store
from qa.report_text import index_command, unread
from qa.terminal import has_style, is_unicode, progress
from qa.transcript import json_line, printable
from qa.update import Report, refresh

NOT_ANSWERED, USAGE, UNUSABLE, SOME_UNREADABLE, INTERRUPTED = 1, 2, 3, 4, 130


def complain(error: QAError | str, code: int) -> int:
    """Shows an error; gives the exit code back."""
    with contextlib.suppress(OSError):  # the exit code says it, too
        click.echo(f"qa: {printable(str(error))}", err=True)
    return code


def places(docs: str | None, index: str | None) -> tuple[Path, Path]:
    """The folder of documents and the folder of its index."""
    source = Path(docs) if docs else default_folder()
    return source, Path(index) if index else default_store(source)


def opened(
    docs: str | None,
    index: str | None,
    model: str | None = None,
    threshold: float | None = None,
) -> Bot:
    """The bot of a folder, brought up to date; what could not be read is mentioned."""
    source, store = places(docs, index)
    report = refreshed(docs, index)
    if not report.documents:
        raise FolderError(report.why_nothing(source))
    if report.failed:
        why = index_command(docs, index)
        complain(f"{unread(len(report.failed))}; this tells why: {why}", 0)
    return Bot.open(source, index=store, refresh=False, threshold=threshold, model=model)


def refreshed(docs: str | None, index: str | None) -> Report:
    """Brings an index up to date, with progress where there is a terminal to show it on."""
    source, store = places(docs, index)
    try:
        with working() as told:
            return refresh(source, store, told)
    except KeyboardInterrupt:
        on = index_command(docs, index)
        raise KeyboardInterrupt(f"what was read is kept; this goes on from there: {on}") from None


def working(
    things: str = "files", last: str = "files read, writing the index"
) -> contextlib.AbstractContextManager[Callable[[int, int], None] | None]:
    """Progress, as `terminal.progress` shows it, where there is a terminal; else None."""

    def show(text: str) -> None:
        click.echo(text, nl=False, err=True)

    if not has_style(sys.stderr):
        return contextlib.nullcontext()
    return progress(show, shutil.get_terminal_size().columns, things, last)


def write_json(value: object) -> None:
    """One JSON object on a line of standard output."""
    click.echo(json_line(value, ascii_only=not is_unicode(sys.stdout)))
