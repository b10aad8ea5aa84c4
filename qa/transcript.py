"""An answer as lines of text for a terminal or a pipe. Pure: nothing is printed here."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable

from qa.answer import Answer, Quote
from qa.update import Report

Mark = Callable[[str], str]
_WORTH_SHOWING = 0.2  # confidence from which a further quote is shown under an answer
_NEAREST = 3
_OPEN, _CLOSE = "\ue000", "\ue001"  # private characters that survive wrapping


def stars(text: str) -> str:
    """Marks a phrase where there are no colours."""
    return f"**{text}**"


def bold(text: str) -> str:
    """Marks a phrase on a terminal."""
    return f"\x1b[1;4m{text}\x1b[0m"


def printable(text: str) -> str:
    """Text without anything that could command a terminal or turn the reading direction.

    White space becomes a blank; control, format and private characters and lone surrogates go,
    but for the joiners that some scripts are written with.
    """
    return "".join(
        " " if c.isspace()
        else c if unicodedata.category(c)[0] != "C" or c in "\u200c\u200d"
        else ""
        for c in text
    )  # fmt: skip


def answer_lines(answer: Answer, width: int, mark: Mark) -> list[str]:
    """An answer in at most `width` columns: phrase, quote with its source, further quotes."""
    lines: list[str] = []
    if answer.resolved_question != answer.question:
        lines += [f"(searched: {printable(answer.resolved_question)})", ""]
    if not answer.answered:
        lines += _wrapped(
            f"The documents do not answer this: {printable(answer.reason or '')}.", width
        )
        if answer.quotes:
            lines += ["", "Nearest passages, not answers:"]
            for quote in answer.quotes[:_NEAREST]:
                lines += ["", *_quote_lines(quote, width, mark)]
        return lines
    first, *further = answer.quotes
    phrase = printable(answer.answer or "")
    if first.answer and (first.answer.start, first.answer.end) == (first.start, first.end):
        phrase = ""  # the sentence as a whole answers; it follows
    if phrase:
        resolved = [
            date.value for date in first.dates
            if first.answer and first.answer.start <= date.start < first.answer.end
            and date.value != date.text
        ]  # fmt: skip
        lines += _wrapped(mark(phrase) if mark is bold else phrase, width)
        if len(resolved) == 1:
            lines[-1] += f" ({resolved[0]})"
        lines.append("")
    lines += _quote_lines(first, width, mark)
    lines[-1] += f" · confidence {answer.confidence:.0%}"
    shown = [quote for quote in further if quote.confidence >= _WORTH_SHOWING]
    if shown:
        lines += ["", "Also:"]
        for quote in shown:
            lines += ["", *_quote_lines(quote, width, mark)]
            lines[-1] += f" · confidence {quote.confidence:.0%}"
    return lines


def _quote_lines(quote: Quote, width: int, mark: Mark) -> list[str]:
    text = quote.text
    if quote.answer and (quote.answer.start, quote.answer.end) != (quote.start, quote.end):
        start, end = quote.answer.start - quote.start, quote.answer.end - quote.start
        text = (
            printable(text[:start]) + _OPEN + printable(text[start:end]) + _CLOSE
            + printable(text[end:])
        )  # fmt: skip
    else:
        text = printable(text)
    lines = [f"  {line}" for line in _wrapped(text, width - 2)]
    source = printable(quote.document.title)
    if quote.document.date:
        source += f", {quote.document.date}"
    lines += [f"  {line}" for line in _wrapped(f"— {source}", width - 2)]
    page = f", page {quote.page}" if quote.page else ""
    lines.append(f"    {printable(quote.document.path)}, paragraph {quote.paragraph + 1}{page}")
    return _with_marks(lines, mark)


def _with_marks(lines: list[str], mark: Mark) -> list[str]:
    """Puts the mark on the phrase, line by line where it was wrapped."""
    result, inside = [], False
    for line in lines:
        indent = len(line) - len(line.lstrip())
        start = line.find(_OPEN)
        first = indent if inside else start
        end = line.find(_CLOSE)
        if first < 0:
            result.append(line)
            continue
        inside = end < 0
        plain_end = end if end >= 0 else len(line)
        head = line[:first]
        body = line[first:plain_end].replace(_OPEN, "")
        result.append(head + (mark(body) if body else "") + line[plain_end:].replace(_CLOSE, ""))
    return result


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False) or [
        ""
    ]


def report_lines(report: Report, sentences: int) -> list[str]:
    """What `qa index` did, in a few lines: counts first, then every file that was skipped."""
    lines = [
        f"{report.documents:,} documents, {sentences:,} sentences "
        f"({len(report.read):,} read, {report.unchanged:,} unchanged, "
        f"{len(report.removed):,} removed) in {report.seconds:.1f} s"
    ]
    if report.unsupported:
        kinds = ", ".join(f"{count:,} {suffix}" for suffix, count in report.unsupported.items())
        lines.append(f"Of kinds that are not read: {kinds}")
    if report.failed:
        lines.append(f"{len(report.failed):,} could not be read:")
        lines += [f"  {printable(p.path)}: {printable(p.reason)}" for p in report.failed]
    return lines
