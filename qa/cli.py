"""The command `qa`: the one place that prints, and turns errors into messages and exit codes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NoReturn

import click

from qa import __version__
from qa.arguments import known, narrowed, no_blank, of_model, options_of, where
from qa.bot import Bot
from qa.catalogue import erase
from qa.console import (
    INTERRUPTED,
    NOT_ANSWERED,
    SOME_UNREADABLE,
    UNUSABLE,
    USAGE,
    complain,
    opened,
    places,
    refreshed,
    write_json,
)
from qa.errors import FolderError, IndexStoreError, QAError, QuestionError
from qa.folder import scan
from qa.measuring import eval_, train_
from qa.options import MAX_QUOTES, Options
from qa.output import Output, form
from qa.question import check
from qa.report_text import entry_line, report_lines, report_object
from qa.serving import serve
from qa.session import Session
from qa.terminal import discard, is_terminal, lines, typed, writable
from qa.transcript import short, welcome_lines

_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def main() -> NoReturn:
    """Entry point: runs the command of `sys.argv` and leaves with the contract's exit code."""
    writable()
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt as interrupt:
        if is_terminal(sys.stderr):
            click.echo(err=True)  # the cursor stands behind "^C" or behind the progress
        code = complain(": ".join(("interrupted", *map(str, interrupt.args))), INTERRUPTED)
    except BrokenPipeError:
        code = 0  # the reader has seen enough, as in `qa ask … | head`
        discard(sys.stdout)
    except OSError as error:
        what = f"use {error.filename}" if error.filename else "write the answer"
        code = complain(f"cannot {what}: {error.strerror or error}", UNUSABLE)
        discard(sys.stdout)
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
        return complain(error.format_message() + _from_environment(error), USAGE)
    except (FolderError, IndexStoreError) as error:
        return complain(error, UNUSABLE)
    except QAError as error:
        return complain(error, USAGE)


def _from_environment(error: click.UsageError) -> str:
    """Where a wrong value comes from, if it was not typed."""
    option = error.param if isinstance(error, click.BadParameter) else None
    if option is None or option.name is None or error.ctx is None:
        return ""
    source = error.ctx.get_parameter_source(option.name)
    typed_in = source is not click.core.ParameterSource.ENVIRONMENT
    return "" if typed_in else f" (from the environment variable {option.envvar})"


@click.group(
    context_settings=_HELP,
    invoke_without_command=True,
    no_args_is_help=False,
    subcommand_metavar="COMMAND [ARGS]...",
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
@where
@of_model
@narrowed
@click.option("--csv", "as_csv", is_flag=True, envvar="QA_CSV",
              help="Answer as a table, one row a question: for spreadsheets.")  # fmt: skip
@click.option("--all", "every", is_flag=True, envvar="QA_ALL",
              help="Every sentence that may answer, up to 100, by date.")  # fmt: skip
def ask(
    words: tuple[str, ...], docs: str | None, index: str | None, model: str | None, k: int,
    documents: tuple[str, ...], since: str | None, until: str | None, as_json: bool,
    as_csv: bool, every: bool,
) -> int:  # fmt: skip
    """Answer QUESTION; with "-", each line of standard input.

    Exit code: 0 answered, 1 not answered, 2 usage, 3 folder or index unusable. For several
    questions the highest of theirs.

    \b
    Examples:
      qa ask "Who is the Secretary of State?"
      qa ask --docs articles/ --since 2024-01-01 "Why was the bridge closed?"
      qa ask --docs articles/ --all "Who resigned?"
      qa ask --docs articles/ --csv - < questions.txt > answers.csv
      qa ask --docs articles/ --json - < questions.txt > answers.jsonl
    """
    if len(words) > 1:
        raise click.UsageError('put the question in quotes: qa ask "Who is the mayor?"')
    if as_json and as_csv:
        raise click.UsageError("choose one of --json and --csv")
    options = options_of(MAX_QUOTES if every else k, documents, since, until)
    question = words[0]
    if question != "-":
        check(question)
    with opened(docs, index, model) as bot:
        options = known(bot, places(docs, index)[0], options)
        output = Output(as_json, as_csv, every)
        output.begin()
        if question == "-":
            return _ask_all(bot, options, output)
        answer = bot.ask(question, **asdict(options))
        output.show(answer)
        return 0 if answer.answered else NOT_ANSWERED


def _ask_all(bot: Bot, options: Options, output: Output) -> int:
    """Answers line by line; a line that is no question is reported and the rest goes on."""
    code = None
    for number, line in enumerate(_piped(), 1):
        question = line.strip()
        if not question:
            continue
        try:
            answer = bot.ask(question, **asdict(options))
        except QuestionError as error:
            code = output.reject(error, number, question)
            continue
        output.say(("" if code is None else "\n") + f"? {short(question)}\n")
        output.show(answer)
        code = max(code or 0, 0 if answer.answered else NOT_ANSWERED)
    if code is None:
        raise QuestionError("standard input holds no question; write one on each line")
    return code


def _piped() -> Iterator[str]:
    # The shell may have closed it: then there is none.
    return lines(sys.stdin.buffer) if sys.stdin is not None else iter(())


@cli.command(short_help="Hold a conversation, with follow-up questions.")
@where
@of_model
@narrowed
def chat(
    docs: str | None, index: str | None, model: str | None, k: int, documents: tuple[str, ...],
    since: str | None, until: str | None, as_json: bool,
) -> int:  # fmt: skip
    """Hold a conversation; follow-up questions such as "Why?" or "And Macron?" are understood.

    Reads questions from a pipe, too, one a line.

    \b
    Examples:
      qa chat --docs articles/
      printf 'Who is Antony Blinken?\\nWhen did he call?\\n' | qa chat
    """
    interactive = is_terminal(sys.stdin) and is_terminal(sys.stdout)
    options = options_of(k, documents, since, until)
    with opened(docs, index, model) as bot:
        options = known(bot, places(docs, index)[0], options)
        if interactive:
            click.echo("\n".join(welcome_lines(bot.info, bot.suggestions(3))))
        output = Output(as_json)
        session = Session(
            bot, options, lambda chosen: known(bot, places(docs, index)[0], chosen), *form()
        )
        for number, line in enumerate(typed("? ") if interactive else _piped(), 1):
            match line.strip():
                case "":
                    continue
                case "/quit" | "/exit":
                    break
                case command if command.startswith("/"):
                    try:
                        click.echo("\n".join(session.command(command)), err=as_json)
                    except QAError as error:
                        complain(error, USAGE)
                case question:
                    try:
                        answer = session.ask(question)
                    except QuestionError as error:
                        output.reject(error, 0 if interactive else number, question)
                        continue
                    output.say("" if interactive else f"? {short(question)}\n")
                    output.show(answer)
                    output.say("")
        else:
            if interactive:
                click.echo()  # the prompt still stands there
    return 0


@cli.command(name="index", short_help="Bring the index of a folder up to date.")
@click.argument("folder", required=False, callback=no_blank)
@where
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

    Only new and changed files are read. Ctrl-C keeps what was read; the next run goes on.

    Told are files moved; documents without a date; duplicates and near duplicates; files of kinds
    that are not read; and each file, or part of one such as a row, a page or an attachment, that
    could not be read, with the reason. Long lists are cut; with --json they are complete.

    Exit code: 0 all read, 3 folder or index unusable, 4 done, but some files, or parts of some,
    could not be read.

    \b
    Examples:
      qa index articles/
      qa index articles/ --list
      qa index articles/ --json
    """
    given = context.get_parameter_source("docs") is click.core.ParameterSource.COMMANDLINE
    if folder and given:
        raise click.UsageError("name the folder once, as FOLDER or with --docs")
    docs = folder or docs
    source, store = places(docs, index)
    if rebuild:
        scan(source)  # a folder that has gone missing must not cost its index
        erase(store)
    report = refreshed(docs, index)
    with Bot.open(source, index=store, refresh=False) as bot:
        if listed:
            for entry in bot.documents():
                write_json(asdict(entry)) if as_json else click.echo(entry_line(entry))
        if as_json and not listed:
            write_json(report_object(report, bot.survey(), str(store), bot.info))
        else:
            click.echo(
                "\n".join(report_lines(report, bot.survey(), bot.info.sentences)), err=listed
            )
    if report.failed:
        return SOME_UNREADABLE
    if not report.documents:
        raise FolderError(report.why_nothing(source))
    return 0


cli.add_command(serve)
cli.add_command(eval_)
cli.add_command(train_)
