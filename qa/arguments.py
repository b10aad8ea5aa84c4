"""The options that several commands share, each with its environment variable."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from qa.bot import Bot
from qa.errors import UnknownDocumentError
from qa.options import Options
from qa.places import inside

_COMMAND = TypeVar("_COMMAND", bound=Callable[..., Any])


class _OneALine(click.types.StringParamType):
    """A text that may be given repeatedly; in its environment variable, one on each line."""

    envvar_list_splitter = "\n"


def no_blank(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuses an empty name, which would mean the working directory: `--docs "$UNSET"`."""
    if value is not None and not value.strip():
        raise click.BadParameter("the name is empty", context, option)
    return value


def where(command: _COMMAND) -> _COMMAND:
    """Adds --docs and --index."""
    command = click.option(
        "--index", "index", metavar="PATH", envvar="QA_INDEX", callback=no_blank,
        help="Folder to keep the index in.  [default: one for each folder, in the user's cache]",
    )(command)  # fmt: skip
    return click.option(
        "--docs", metavar="FOLDER", envvar="QA_DOCS", callback=no_blank,
        help="Folder of documents.  [default: the article that ships with the package]",
    )(command)  # fmt: skip


def of_model(command: _COMMAND) -> _COMMAND:
    """Adds --model."""
    return click.option(
        "--model", metavar="FOLDER", envvar="QA_MODEL", callback=no_blank,
        help="Folder of weights that `qa train` made.  [default: those that ship with the package]",
    )(command)  # fmt: skip


def narrowed(command: _COMMAND) -> _COMMAND:
    """Adds what narrows a question down, and the form of its answer."""
    for option in (
        click.option("--json", "as_json", is_flag=True, envvar="QA_JSON",
                     help="Answer in JSON, one object a question, each on one line."),
        click.option("--until", metavar="DATE", envvar="QA_UNTIL",
                     help="Only documents dated until then, e.g. 2023-09-30."),
        click.option("--since", metavar="DATE", envvar="QA_SINCE",
                     help="Only documents dated since then, e.g. 2023-09-01."),
        click.option("--document", "documents", metavar="ID-OR-PATH", multiple=True,
                     type=_OneALine(), envvar="QA_DOCUMENT",
                     help="Only this document; may be given repeatedly."),
        click.option("-k", "k", type=int, default=5, show_default=True, envvar="QA_K",
                     help="At most so many quotes, 1 to 100."),
    ):  # fmt: skip
        command = option(command)
    return command


def options_of(k: int, names: Sequence[str], since: str | None, until: str | None) -> Options:
    """The options, checked before anything is read. Raises OptionError."""
    return Options.of(k, [name.strip("\r") for name in names] or None, since, until)


def known(bot: Bot, folder: Path, options: Options) -> Options:
    """The options with documents by their ids, so that a wrong name is told before any question.

    Raises UnknownDocumentError.
    """
    if options.documents is None:
        return options
    return replace(options, documents=tuple(_id(bot, folder, name) for name in options.documents))


def _id(bot: Bot, folder: Path, name: str) -> str:
    """The id of a document; its path may also lead there from the working directory."""
    try:
        return bot.document(name).id
    except UnknownDocumentError as error:
        path = inside(folder, name)
        if path is not None:
            with contextlib.suppress(UnknownDocumentError):
                return bot.document(path).id
        raise error from None  # which tells the name as it was typed
