"""How answers are written to standard output: for people, as JSON, or as a table."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass

import click

from qa.answer import Answer
from qa.console import USAGE, complain, write_json
from qa.errors import QuestionError
from qa.listing import answering, header, only, table, unanswerable
from qa.terminal import has_style
from qa.transcript import answer_lines, every_lines, short


@dataclass(frozen=True)
class Output:
    """One way of writing them: one for each question, or of `every` sentence that may answer."""

    as_json: bool
    as_csv: bool = False
    every: bool = False

    def begin(self) -> None:
        """What comes before all answers."""
        if self.as_csv:
            click.echo(header())

    def show(self, answer: Answer) -> None:
        """Writes an answer."""
        quotes = answering(answer)
        if self.as_csv:
            best = answer.quotes[:1] if answer.answered else ()
            click.echo(table(answer, quotes if self.every else best))
        elif self.as_json:
            write_json((only(answer, quotes) if self.every else answer).to_dict())
        elif self.every and answer.answered:
            click.echo("\n".join(every_lines(quotes, *form())))
        else:
            click.echo("\n".join(answer_lines(answer, *form())))

    def say(self, text: str) -> None:
        """Something beside the answers, where they are for people."""
        if not (self.as_json or self.as_csv):
            click.echo(text)

    def reject(self, error: QuestionError, number: int, question: str) -> int:
        """Says what is wrong with a question; in JSON and tables, too, so that none is missing."""
        if self.as_json:
            write_json({"question": short(question), "error": str(error), "line": number})
        elif self.as_csv:
            click.echo(unanswerable(short(question), str(error)))
        return complain(f"line {number}: {error}" if number else error, USAGE)


def form() -> tuple[int, bool]:
    """The columns that lines may have, and whether there may be styles."""
    return min(shutil.get_terminal_size((80, 24)).columns, 100), has_style(sys.stdout)
