"""The commands that measure and fit: `qa eval` and `qa train`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa import __version__
from qa.arguments import of_model, where
from qa.console import NOT_ANSWERED, opened, working, write_json
from qa.errors import OptionError
from qa.questionset import QuestionSet, read_questions
from qa.terminal import is_terminal
from qa.weights import Weights

if TYPE_CHECKING:
    from qa.evaluate import Mode

_MODES: dict[str, tuple[Mode, ...]] = {
    "both": ("open", "paragraph"), "open": ("open",), "paragraph": ("paragraph",),
    "documents": ("documents",),
}  # fmt: skip
_FILE = click.Path(path_type=Path)


@click.command(name="eval", short_help="Measure the answers to a set of questions.")
@click.argument("file", metavar="FILE", type=_FILE)
@click.option("--mode", type=click.Choice(list(_MODES)), envvar="QA_MODE",
              help="Search all paragraphs of the set (open), only the question's own (paragraph), "
              "or your own folder (documents).  [default: both of the first two]")  # fmt: skip
@click.option("--off-topic", "other", metavar="OTHER", type=_FILE, envvar="QA_OFF_TOPIC",
              help="Also ask questions of this set, which are to be refused.")  # fmt: skip
@click.option("--baseline", is_flag=True, envvar="QA_BASELINE",
              help="Compare with scikit-learn's TF-IDF and with BM25.")  # fmt: skip
@click.option("--sample", metavar="N", type=click.IntRange(1), envvar="QA_SAMPLE",
              help="Ask only so many questions, the same ones each time.")  # fmt: skip
@click.option("--report", metavar="PAGE", type=_FILE, envvar="QA_REPORT",
              help="Write a page with curves, as one HTML file.")  # fmt: skip
@click.option("--save", "saved", metavar="RUN", type=_FILE, envvar="QA_SAVE",
              help="Keep all answers in this file, to compare with later.")  # fmt: skip
@click.option("--compare", "earlier", metavar="RUN", type=_FILE, envvar="QA_COMPARE",
              help="Tell which answers changed since they were kept there.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, envvar="QA_JSON",
              help="All figures as one JSON object, shares from 0 to 1.")  # fmt: skip
@where
@of_model
@click.pass_context
def eval_(
    context: click.Context, file: Path, mode: str | None, other: Path | None, baseline: bool,
    sample: int | None, report: Path | None, saved: Path | None, earlier: Path | None,
    as_json: bool, docs: str | None, index: str | None, model: str | None,
) -> int:  # fmt: skip
    """Measure the answers to the questions in FILE, a set in SQuAD JSON (v1.1 or v2.0).

    A sentence is right if a reference answer begins in it. Told are the share of questions with a
    right sentence among the first 1, 3, 5 and 20; EM and F1 of the phrase, as SQuAD has them; what
    each threshold of confidence would answer and refuse; how far the confidence can be trusted;
    the time a question takes; and the worst mistakes. What is refused counts in all of these,
    with the answer that would have been given, unless it says otherwise.

    With --docs on the command line, or --mode documents, the questions are asked of your own
    folder. There, a sentence is right if it holds a reference answer.

    Exit code: 0 measured, 1 measured, but with --compare some answers got worse, 2 usage or a
    malformed FILE, 3 folder or index unusable.

    \b
    Examples:
      qa eval questions.json
      qa eval dev.json --off-topic train.json --baseline --report dev.html
      qa eval questions.json --docs articles/ --save before.json
      qa eval questions.json --docs articles/ --compare before.json
    """
    typed = {
        name for name in ("docs", "index")
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }  # fmt: skip
    mode = mode or ("documents" if typed else "both")
    if typed and mode != "documents":
        raise click.UsageError(f"--{min(typed)} goes with --mode documents")
    if baseline and mode == "documents":
        raise click.UsageError("--baseline compares on the set's own paragraphs: leave out --docs")
    # What may go wrong must do so before minutes are spent.
    for place in (report, saved):
        if place is not None and (place.is_dir() or not place.absolute().parent.is_dir()):
            raise OptionError(f"cannot write {place}: name a file in a folder that exists")

    from qa import comparison
    from qa.baseline import check
    from qa.evaluation_page import page
    from qa.evaluation_text import comparison_lines, summary_lines
    from qa.measure import measured, measured_on
    from qa.summary import summary

    if baseline:
        check()
    weights = Weights.load(model) if model else None
    before = comparison.load(earlier) if earlier else None
    questions = _read(file)
    foreign = _read(other) if other else None

    results = []
    for each in _MODES[mode]:
        if each == "documents":
            with opened(docs, index, model, threshold=0) as bot:
                results.append(
                    measured_on(bot, questions, watch=_watch, other=foreign, sample=sample)
                )
        else:
            results.append(
                measured(questions, each, watch=_watch, other=foreign, sample=sample,
                         beside=baseline, weights=weights)
            )  # fmt: skip
    told = summary(
        questions, [figures for _, figures in results], off_topic=foreign.name if foreign else None,
        sample=sample, verbatim=__version__, model=model, threshold=results[0][0].threshold,
    )  # fmt: skip
    run = comparison.saved_run(
        questions.name, questions.sha256, __version__, [run for run, _ in results]
    )
    changes = comparison.compare(before, run) if before else None
    if saved:
        comparison.save(run, saved)
    if report:
        report.write_text(page(told, changes), "utf-8")
    if as_json:
        write_json(told.to_dict() | ({"comparison": changes.to_dict()} if changes else {}))
    else:
        width = _width()
        lines = summary_lines(told, width)
        if changes:
            lines += ["", *comparison_lines(changes, width)]
        click.echo("\n".join(lines))
    return NOT_ANSWERED if changes and changes.worse else 0


def _read(file: Path) -> QuestionSet:
    questions = read_questions(file)
    if questions.moved:
        click.echo(
            f"qa: {questions.moved:,} answers in {questions.name} do not stand where it says; "
            "the nearest place was taken", err=True,
        )  # fmt: skip
    return questions


def _watch() -> AbstractContextManager[Callable[[int, int], None] | None]:
    return working("questions", "questions asked, counting")


def _width() -> int:
    return min(shutil.get_terminal_size((100, 24)).columns, 120) if is_terminal(sys.stdout) else 100


@click.command(name="train", short_help="Fit and calibrate the answers on sets of questions.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
@click.option("--out", metavar="FOLDER", required=True, type=_FILE, envvar="QA_OUT",
              help="Folder to write the weights into, for --model.")  # fmt: skip
@click.option("--start", metavar="FOLDER", envvar="QA_START",
              help='Weights to start from: a folder, or "shipped". Few questions change them '
              "little.  [default: none]")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, envvar="QA_SEED",
              help="Another number draws and splits the questions otherwise.")  # fmt: skip
def train_(files: tuple[Path, ...], out: Path, start: str | None, seed: int) -> int:
    """Fit and calibrate the answers on the questions in FILE..., sets in SQuAD JSON (v1.1 or v2.0).

    What is fitted on some articles is chosen on others, and the confidence calibrated on yet
    others. The same files and seed give the same weights to the last bit. `qa eval --model`
    measures them.

    Exit code: 0 fitted, 2 usage, malformed files or too few questions.

    \b
    Examples:
      qa train questions.json --start shipped --out weights/
      qa ask --model weights/ --docs articles/ "Why was the bridge closed?"
    """
    from qa.train import train

    first = Weights.shipped() if start == "shipped" else Weights.load(start) if start else None
    command = " ".join(["qa train", *(file.name for file in files)])
    command += (f" --start {Path(start).name}" if start else "") + (
        f" --seed {seed}" if seed else ""
    )
    with working("steps", "steps done, writing") as told:
        made = train(
            files, out, start=first, seed=seed, command=command,
            progress=told and (lambda _, done, total: told(done, total)),
        )  # fmt: skip
    click.echo(f"Written into {out}:")
    for name, score in made.about["scores"].items():
        click.echo(f"  {name}: {score:g}")
    return 0
