"""The command `qa`: the one place that prints, and turns errors into messages and exit codes."""

from __future__ import annotations

import codecs
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, TextIO, TypeVar

import click

from qa import __version__
from qa.answer import Answer
from qa.bot import Bot
from qa.documents import scan
from qa.errors import FolderError, IndexStoreError, OptionError, QAError, QuestionError
from qa.index import erase
from qa.options import Options
from qa.places import default_folder, default_store
from qa.question import MAX_LENGTH, check
from qa.transcript import answer_lines, counted, json_line, printable, report_lines
from qa.update import Report, refresh

NOT_ANSWERED, USAGE, UNUSABLE, SOME_UNREADABLE, INTERRUPTED = 1, 2, 3, 4, 130

_LONGEST_LINE = 1 << 20  # bytes of a line of standard input that are kept; no question has as many
_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_CHAT_HELP = """\
Ask anything; "Why?", "And Macron?" or "he" go on from the question before.
/new   forgets the conversation
/help  shows this
/quit  ends, as does Ctrl-D"""

_COMMAND = TypeVar("_COMMAND", bound=Callable[..., Any])


def main() -> NoReturn:
    """Entry point: runs the command of `sys.argv` and leaves with the contract's exit code."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as it is where the shell closed it
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        code = _run(sys.argv[1:])
        if sys.stdout is not None:
            sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        code = _complain("interrupted", INTERRUPTED)
    except BrokenPipeError:
        code = 0  # the reader has seen enough, as in `qa ask … | head`
        _discard_output()
    except OSError as error:
        code = _complain(f"cannot go on: {error.strerror or error}", UNUSABLE)
        _discard_output()
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    # Not cli.main(): that takes a broken pipe for exit code 1, which means "not answered" here,
    # and on Windows takes the question mark of a question for a pattern of file names.
    try:
        with cli.make_context("qa", arguments) as context:
            code = cli.invoke(context)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.UsageError as error:
        if error.ctx is not None:
            hint = f"Try '{error.ctx.command_path} --help' for help."
            click.echo(f"{error.ctx.get_usage()}\n{hint}\n", err=True)
        return _complain(error.format_message(), USAGE)
    except (FolderError, IndexStoreError) as error:
        return _complain(error, UNUSABLE)
    except QAError as error:
        return _complain(error, USAGE)


def _complain(error: QAError | str, code: int) -> int:
    click.echo(f"qa: {printable(str(error))}", err=True)
    return code


def _discard_output() -> None:
    """Lets what could not be written go, so that Python does not try again on leaving."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _OneALine(click.types.StringParamType):
    """A text that may be given repeatedly; in its environment variable, one on each line."""

    envvar_list_splitter = "\n"


def _no_blank(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Refuses an empty name, which would mean the working directory: `--docs "$UNSET"`."""
    if value is not None and not value.strip():
        raise click.BadParameter("the name is empty", context, option)
    return value


def _where(command: _COMMAND) -> _COMMAND:
    command = click.option(
        "--index", "index", metavar="PATH", envvar="QA_INDEX", callback=_no_blank,
        help="Folder to keep the index in.  [default: one for each folder, in the user's cache]",
    )(command)  # fmt: skip
    return click.option(
        "--docs", metavar="FOLDER", envvar="QA_DOCS", callback=_no_blank,
        help="Folder of documents.  [default: the article that ships with the package]",
    )(command)  # fmt: skip


def _narrowed(command: _COMMAND) -> _COMMAND:
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


@click.group(
    context_settings=_HELP,
    invoke_without_command=True,
    no_args_is_help=False,
    epilog="Each option can also be set in the environment: QA_DOCS for --docs, QA_K for -k. "
    "`qa COMMAND --help` tells more, with examples.",
)
@click.version_option(__version__, prog_name="qa")
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Answers questions from a folder of your documents, only in words that stand in them."""
    if context.invoked_subcommand is not None:
        return None
    click.echo(context.get_help())
    return USAGE


@cli.command(short_help="Answer a question, or each line of standard input.")
@click.argument("words", metavar="QUESTION", nargs=-1, required=True)
@_where
@_narrowed
def ask(
    words: tuple[str, ...], docs: str | None, index: str | None, k: int,
    documents: tuple[str, ...], since: str | None, until: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Answer QUESTION; with "-", each line of standard input.

    Exit code: 0 answered, 1 not answered, 2 usage, 3 folder or index unusable. For several
    questions the highest of theirs.

    \b
    Examples:
      qa ask "Who is the Secretary of State?"
      qa ask --docs articles/ --since 2024-01-01 "Why was the bridge closed?"
      qa ask --docs articles/ --json - < questions.txt > answers.jsonl
    """
    if len(words) > 1:
        raise click.UsageError('put the question in quotes: qa ask "Who is the mayor?"')
    options = _options(k, documents, since, until)
    question = words[0]
    if question != "-":
        check(question)
    with _opened(docs, index, options) as bot:
        if question == "-":
            return _ask_all(bot, options, as_json)
        answer = _ask(bot, question, options)
        _show(answer, as_json)
        return 0 if answer.answered else NOT_ANSWERED


def _ask_all(bot: Bot, options: Options, as_json: bool) -> int:
    """Answers line by line; a line that is no question is reported and the rest goes on."""
    code = None
    for number, line in enumerate(_lines(), 1):
        question = line.strip()
        if not question:
            continue
        if not as_json:
            click.echo(("" if code is None else "\n") + f"? {_short(question)}\n")
        code = code or 0
        try:
            answer = _ask(bot, question, options)
        except QuestionError as error:
            code = _reject(error, number, question, as_json)
            continue
        _show(answer, as_json)
        if not answer.answered:
            code = max(code, NOT_ANSWERED)
    if code is None:
        raise QuestionError("standard input holds no question; write one on each line")
    return code


def _reject(error: QuestionError, number: int, question: str, as_json: bool) -> int:
    """Says what is wrong with one of many questions. In JSON too, so that none is missing."""
    if as_json:
        _write_json({"question": _short(question), "error": str(error), "line": number})
    return _complain(f"line {number}: {error}", USAGE)


def _short(question: str) -> str:
    question = printable(question)
    return question if len(question) <= MAX_LENGTH else f"{question[:60]} […]"


@cli.command(short_help="Hold a conversation, with follow-up questions.")
@_where
@_narrowed
def chat(
    docs: str | None, index: str | None, k: int, documents: tuple[str, ...],
    since: str | None, until: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Hold a conversation; follow-up questions such as "Why?" or "And Macron?" are understood.

    Reads questions from a pipe, too, one a line.

    \b
    Examples:
      qa chat --docs articles/
      printf 'Who is Antony Blinken?\\nWhen did he call?\\n' | qa chat
    """
    interactive = _is_terminal(sys.stdin) and _is_terminal(sys.stdout)
    options = _options(k, documents, since, until)
    with _opened(docs, index, options) as bot:
        if interactive:
            _welcome(bot)
        history: list[tuple[str, str | None]] = []
        for number, line in enumerate(_typed() if interactive else _lines(), 1):
            match line.strip():
                case "":
                    continue
                case "/quit" | "/exit":
                    break
                case "/new":
                    history.clear()
                    click.echo("A new conversation.", err=as_json)
                case "/help":
                    click.echo(_CHAT_HELP, err=as_json)
                case command if command.startswith("/"):
                    _complain(f"there is no command {_short(command)}; try /help", USAGE)
                case question:
                    if not as_json:
                        click.echo("" if interactive else f"? {_short(question)}\n")
                    try:
                        answer = _ask(bot, question, options, history)
                    except QuestionError as error:
                        _reject(error, number, question, as_json)
                        continue
                    _show(answer, as_json)
                    if not as_json:
                        click.echo()
                    history.append((answer.resolved_question, answer.answer))
    return 0


def _welcome(bot: Bot) -> None:
    click.echo(f"{_size(bot)}. Ask away; /help tells more, /quit ends.\n")
    suggestions = bot.suggestions(3)
    if suggestions:
        click.echo("For example:")
        click.echo("".join(f"  {printable(question)}\n" for question in suggestions))


def _typed() -> Iterator[str]:
    """Lines typed at a prompt, with line editing and history where the system has them."""
    try:
        import readline  # noqa: F401  (works as soon as it is imported)
    except ImportError:  # Windows, whose consoles edit lines themselves
        pass
    sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
    while True:
        try:
            yield input("? ")
        except EOFError:
            click.echo()
            return


def _lines() -> Iterator[str]:
    """Lines of standard input; what is not UTF-8 becomes surrogates, which no question may hold."""
    if sys.stdin is None:  # as it is where the shell closed it
        return
    stream = sys.stdin.buffer
    mark = "\ufeff"
    while line := stream.readline(_LONGEST_LINE):
        rest = line
        while len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(_LONGEST_LINE)
        yield line.decode("utf-8", "surrogateescape").removeprefix(mark)
        mark = ""


@cli.command(short_help="Serve the chat page and the JSON endpoint.")
@_where
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="QA_HOST", help="Address to listen on."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="QA_PORT",
    help="Port to listen on; 0 takes a free one.",
)  # fmt: skip
def serve(docs: str | None, index: str | None, host: str, port: int) -> int:
    """Serve the chat page and the JSON endpoint until interrupted.

    \b
    Examples:
      qa serve --docs articles/
      curl 'http://127.0.0.1:8000/ask?q=Who+told+Pashinyan'
    """
    import threading

    from web import attach, create_app, server

    app = create_app(None, {"HOSTS": server.hosts(host)})
    try:
        listening = server.Server(app, host, port, threads=4)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise OptionError(
            f"cannot listen on {host}:{port} ({reason}); choose another --host or --port"
        ) from error
    # It answers from now on: that the index is being opened, until it is.
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    try:
        with _opened(docs, index, Options()) as bot:
            attach(app, bot)
            click.echo(f"{_size(bot)}. Open {listening.url} in a browser; Ctrl-C ends.", err=True)
            try:
                while thread.is_alive():
                    thread.join(1)  # without a limit, Windows would not see Ctrl-C
            finally:
                listening.close()
                thread.join(5)
    finally:
        listening.close()
    return 0


@cli.command(name="index", short_help="Bring the index of a folder up to date.")
@click.argument("folder", required=False, callback=_no_blank)
@_where
@click.option("--rebuild", is_flag=True, envvar="QA_REBUILD",
              help="Throw the index away and read everything anew.")  # fmt: skip
@click.option("--list", "listed", is_flag=True, envvar="QA_LIST",
              help="List the documents: id, date, path, title.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, envvar="QA_JSON",
              help="The report as one JSON object; the list as one for each document.")  # fmt: skip
@click.pass_context
def index_(
    context: click.Context, folder: str | None, docs: str | None, index: str | None,
    rebuild: bool, listed: bool, as_json: bool,
) -> int:  # fmt: skip
    """Bring the index of FOLDER up to date and report what was read, removed and skipped.

    Exit code: 0 all read, 3 folder or index unusable, 4 done, but some files could not be read.

    \b
    Examples:
      qa index articles/
      qa index articles/ --list
    """
    given = context.get_parameter_source("docs") is click.core.ParameterSource.COMMANDLINE
    if folder and given:
        raise click.UsageError("name the folder once, as FOLDER or with --docs")
    source, store = _places(folder or docs, index)
    if rebuild:
        scan(source)  # a folder that has gone missing must not cost its index
        erase(store)
    report = refresh(source, store, _progress())
    with Bot.open(source, index=store, refresh=False) as bot:
        if listed:
            _show_documents(bot, as_json)
        if as_json and not listed:
            _write_json(_plain(report, store, bot))
        else:
            click.echo("\n".join(report_lines(report, bot.info.sentences)), err=listed)
    if report.failed:
        return SOME_UNREADABLE
    if not report.documents:
        raise FolderError(report.why_nothing(source))
    return 0


def _show_documents(bot: Bot, as_json: bool) -> None:
    for entry in bot.documents():
        if as_json:
            _write_json(
                {"id": entry.id, "title": entry.title, "date": entry.date, "path": entry.path,
                 "sentences": entry.sentences}
            )  # fmt: skip
        else:
            path, title = printable(entry.path), printable(entry.title)
            click.echo(f"{entry.id}  {entry.date or '-':10}  {path}  {title}")


def _plain(report: Report, store: Path, bot: Bot) -> dict[str, Any]:
    return {
        "read": report.read,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "failed": [{"path": p.path, "reason": p.reason} for p in report.failed],
        "unsupported": report.unsupported,
        "seconds": round(report.seconds, 3),
        "index": {
            "path": str(store), "version": bot.info.version,
            "documents": bot.info.documents, "sentences": bot.info.sentences,
        },
    }  # fmt: skip


def _places(docs: str | None, index: str | None) -> tuple[Path, Path]:
    source = Path(docs) if docs else default_folder()
    return source, Path(index) if index else default_store(source)


def _options(
    k: int, documents: tuple[str, ...], since: str | None, until: str | None
) -> Options:  # fmt: skip
    """The options, checked before anything is read."""
    names = [name.strip("\r") for name in documents]
    return Options.of(k, names or None, since, until)


def _opened(docs: str | None, index: str | None, options: Options) -> Bot:
    """The bot of a folder, brought up to date; what could not be read is mentioned."""
    source, store = _places(docs, index)
    report = refresh(source, store, _progress())
    if not report.documents:
        raise FolderError(report.why_nothing(source))
    if report.failed:
        files = counted(len(report.failed), "file")
        _complain(f"{files} in {source} could not be read; `qa index` with that folder tells why", 0)
    bot = Bot.open(source, index=store, refresh=False)
    for name in options.documents or ():
        bot.document(name)  # so that a wrong name is told before any question
    return bot


def _ask(
    bot: Bot, question: str, options: Options, history: Sequence[tuple[str, str | None]] = ()
) -> Answer:
    return bot.ask(
        question, k=options.k, documents=options.documents, since=options.since,
        until=options.until, history=history,
    )  # fmt: skip


def _show(answer: Answer, as_json: bool) -> None:
    if as_json:
        _write_json(answer.to_dict())
        return
    width = min(shutil.get_terminal_size((80, 24)).columns, 100)
    click.echo("\n".join(answer_lines(answer, width, _has_style(sys.stdout))))


def _write_json(value: object) -> None:
    encoding = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name
    click.echo(json_line(value, ascii_only=not encoding.startswith("utf")))


def _size(bot: Bot) -> str:
    info = bot.info
    return f"{counted(info.documents, 'document')}, {counted(info.sentences, 'sentence')}"


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _has_style(stream: TextIO | None) -> bool:
    """Whether bold and progress bars are wanted there."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return _is_terminal(stream) and not plain


def _progress() -> Callable[[int, int], None] | None:
    """Shows how far the reading is, from the first second on, on a terminal only."""
    if not _has_style(sys.stderr):
        return None
    started = last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total and last > started:
            click.echo("\r\x1b[K", nl=False, err=True)
        elif 0 < done < total and now - started > 1 and now - last > 0.1:
            rate = done / (now - started)
            left = (total - done) / rate
            click.echo(
                f"\r\x1b[Kreading {done:,} of {total:,} files, {rate:,.0f} a second, "
                f"{left // 60:.0f}:{left % 60:02.0f} left",
                nl=False, err=True,
            )  # fmt: skip
            last = now

    return show
