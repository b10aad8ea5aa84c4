"""The options that several commands share, each with its environment variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

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
