"""The command `qa`: the one place that prints, and turns errors into messages and exit codes."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from qa import __version__
from qa.bot import Bot
from qa.errors import FolderError, IndexStoreError, QAError, QuestionError
from qa.index import erase
from qa.places import default_folder, default_store
from qa.transcript import Mark, answer_lines, bold, printable, report_lines, stars
from qa.update import refresh

NOT_ANSWERED, USAGE, UNUSABLE, SOME_UNREADABLE, INTERRUPTED = 1, 2, 3, 4, 130
_COMMAND = TypeVar("_COMMAND", bound=Callable[..., Any])
_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main() -> NoReturn:
    """Entry point: runs the command and leaves with the exit code that the README lists."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (FolderError, IndexStoreError) as error:
        code = _complain(error, UNUSABLE)
    except QAError as error:
        code = _complain(error, USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as in `qa ask … | head`: nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _complain(error: QAError, code: int) -> int:
    click.echo(f"qa: {printable(str(error))}", err=True)
    return code


def _where(command: _COMMAND) -> _COMMAND:
    command = click.option(
        "--index", "index", metavar="PATH", envvar="QA_INDEX",
        help="Folder to keep the index in.  [default: one for each folder, in the user's cache]",
    )(command)  # fmt: skip
    return click.option(
        "--docs", metavar="FOLDER", envvar="QA_DOCS",
        help="Folder of documents.  [default: the article that ships with the package]",
    )(command)  # fmt: skip


def _narrowed(command: _COMMAND) -> _COMMAND:
    for option in (
        click.option("--until", metavar="DATE", envvar="QA_UNTIL",
                     help="Only documents dated until then, e.g. 2023-09-30."),
        click.option("--since", metavar="DATE", envvar="QA_SINCE",
                     help="Only documents dated since then, e.g. 2023-09-01."),
        click.option("--document", "documents", metavar="ID-OR-PATH", multiple=True,
                     envvar="QA_DOCUMENT", help="Only this document; may be given repeatedly."),
        click.option("-k", "k", type=int, default=5, show_default=True, envvar="QA_K",
                     help="At most so many quotes."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(context_settings=_HELP, epilog="qa COMMAND --help tells more, with examples.")
@click.version_option(__version__, prog_name="qa")
def cli() -> None:
    """Answers questions from a folder of your documents, only in words that stand in them."""


@cli.command()
@click.argument("question")
@_where
@_narrowed
@click.option("--json", "as_json", is_flag=True, envvar="QA_JSON", help="One JSON object a line.")
def ask(
    question: str, docs: str | None, index: str | None, k: int, documents: tuple[str, ...],
    since: str | None, until: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Answer QUESTION; with "-", each line of standard input.

    Exit code: 0 answered, 1 not answered, 2 usage, 3 folder or index unusable.

    \b
    Examples:
      qa ask "Who is the Secretary of State?"
      qa ask --docs articles/ --since 2024-01-01 "Why was the bridge closed?"
      qa ask --docs articles/ --json - < questions.txt > answers.jsonl
    """
    with _open(docs, index) as bot:
        narrowed: dict[str, Any] = {
            "k": k, "documents": documents or None, "since": since, "until": until
        }  # fmt: skip
        if question == "-":
            return _ask_all(bot, sys.stdin, narrowed, as_json)
        answer = bot.ask(question, **narrowed)
        _show(answer, as_json)
        return 0 if answer.answered else NOT_ANSWERED


def _ask_all(bot: Bot, lines: Iterable[str], narrowed: dict[str, Any], as_json: bool) -> int:
    """Answers line by line; a line that is no question is reported and the rest goes on."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            answer = bot.ask(line.strip(), **narrowed)
        except QuestionError as error:
            code = _complain(QuestionError(f"line {number}: {error}"), USAGE)
            if as_json:
                click.echo(json.dumps({"question": printable(line.strip()), "error": str(error)}))
            continue
        if not as_json:
            click.echo(f"? {printable(answer.question)}\n")
        _show(answer, as_json)
        if not as_json:
            click.echo()
        if not answer.answered:
            code = max(code, NOT_ANSWERED)
    return code


@cli.command()
@_where
@_narrowed
def chat(
    docs: str | None, index: str | None, k: int, documents: tuple[str, ...],
    since: str | None, until: str | None,
) -> int:  # fmt: skip
    """Hold a conversation; follow-up questions such as "Why?" or "And Macron?" are understood.

    \b
    Example:
      qa chat --docs articles/
    """
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    with _open(docs, index) as bot:
        if interactive:
            import readline  # noqa: F401  (line editing and history, as soon as it is imported)

            click.echo(
                f"{bot.info.documents:,} documents, {bot.info.sentences:,} sentences. "
                "Ask away; /help tells more, /quit ends.\n"
            )
            for suggestion in bot.suggestions(3):
                click.echo(f"  {printable(suggestion)}")
        history: list[tuple[str, str | None]] = []
        while (line := _read_line("\n? " if interactive else "")) is not None:
            match line.strip():
                case "":
                    continue
                case "/quit" | "/exit":
                    break
                case "/new":
                    history.clear()
                    click.echo("A new conversation.")
                case command if command.startswith("/"):
                    click.echo("/new forgets the conversation, /quit ends; anything else is asked.")
                case question:
                    if interactive:
                        click.echo()
                    try:
                        answer = bot.ask(
                            question, k=k, documents=documents or None, since=since, until=until,
                            history=history,
                        )  # fmt: skip
                    except QuestionError as error:
                        _complain(error, USAGE)
                        continue
                    _show(answer, as_json=False)
                    if not interactive:
                        click.echo()
                    history.append((answer.resolved_question, answer.answer))
    return 0


def _read_line(prompt: str) -> str | None:
    try:
        return input(prompt)
    except EOFError:
        return None


@cli.command()
@_where
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="QA_HOST", help="Address to listen on."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    envvar="QA_PORT",
    help="Port to listen on; 0 takes a free one.",
)
def serve(docs: str | None, index: str | None, host: str, port: int) -> int:  # fmt: skip
    """Serve the chat page and the JSON endpoint until interrupted.

    \b
    Examples:
      qa serve --docs articles/
      curl 'http://127.0.0.1:8000/ask?q=Who+told+Pashinyan'
    """
    with _open(docs, index) as bot:
        from web import create_app, server

        def ready(url: str) -> None:
            click.echo(
                f"{bot.info.documents:,} documents, {bot.info.sentences:,} sentences. "
                f"Open {url} in a browser; Ctrl-C ends.",
                err=True,
            )

        try:
            app = create_app(bot, {"HOSTS": server.hosts(host)})
            server.serve(app, host, port, ready=ready)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise click.ClickException(
                f"cannot listen on {host}:{port} ({reason}); choose another port with --port"
            ) from error
    return 0


@cli.command()
@click.argument("folder", required=False)
@_where
@click.option("--rebuild", is_flag=True, help="Throw the index away and read everything anew.")
@click.option("--list", "listed", is_flag=True, help="List the documents: id, date, path, title.")
@click.option("--json", "as_json", is_flag=True, envvar="QA_JSON", help="The report as JSON.")
def index(
    folder: str | None, docs: str | None, index: str | None, rebuild: bool, listed: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Bring the index of FOLDER up to date and report what was read, removed and skipped.

    Exit code: 0 all read, 3 folder or index unusable, 4 done, but some files could not be read.

    \b
    Examples:
      qa index articles/
      qa index articles/ --list
    """
    named = folder or docs
    source = Path(named) if named else default_folder()
    store = Path(index) if index else default_store(source)
    if rebuild:
        erase(store)
    report = refresh(source, store, _progress())
    with Bot.open(source, index=store, refresh=False) as bot:
        if as_json:
            plain = {
                "read": list(report.read), "unchanged": report.unchanged,
                "removed": list(report.removed),
                "failed": [{"path": p.path, "reason": p.reason} for p in report.failed],
                "unsupported": report.unsupported, "seconds": round(report.seconds, 3),
                "index": {"path": str(store), "version": bot.info.version,
                          "documents": bot.info.documents, "sentences": bot.info.sentences},
            }  # fmt: skip
            click.echo(json.dumps(plain, ensure_ascii=False))
        elif listed:
            for entry in bot.documents():
                date, path, title = entry.date or "-", printable(entry.path), printable(entry.title)
                click.echo(f"{entry.id}  {date:10}  {path}  {title}")
        if not as_json:
            lines = report_lines(report, bot.info.sentences)
            click.echo("\n".join(lines), err=listed)
    if not report.documents:
        raise (
            FolderError(report.why_nothing(source))
            if not report.failed
            else click.exceptions.Exit(SOME_UNREADABLE)
        )
    return SOME_UNREADABLE if report.failed else 0


def _open(docs: str | None, index: str | None) -> Bot:
    return Bot.open(docs, index=index, progress=_progress())


def _progress() -> Callable[[int, int], None] | None:
    """Shows how far the reading is, from the first second on, on a terminal only."""
    if not sys.stderr.isatty():
        return None
    started = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total:
            click.echo("\r\x1b[K", nl=False, err=True)
        elif done and now - started > 1 and now - last > 0.1:
            rate = done / (now - started)
            left = (total - done) / rate
            click.echo(
                f"\r\x1b[Kreading {done:,} of {total:,} files, {rate:,.0f} a second, "
                f"{left // 60:.0f}:{left % 60:02.0f} left",
                nl=False, err=True,
            )  # fmt: skip
            last = now

    return show


def _show(answer: Any, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
        return
    fancy = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    mark: Mark = bold if fancy else stars
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    click.echo("\n".join(answer_lines(answer, width, mark)))
