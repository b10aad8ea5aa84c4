"""Answers and reports as lines of text for a terminal or a pipe. Pure: nothing is printed here."""

from __future__ import annotations

import json
import re
import shlex
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.answer import Answer, IndexInfo, Problem, Quote
from qa.catalogue import DocumentEntry
from qa.question import MAX_LENGTH
from qa.survey import Survey
from qa.update import Report

_WORTH_SHOWING = 0.2  # confidence from which a further quote is shown under an answer
_NEAREST = 3
_LONGEST_QUOTE = 1200  # characters of a sentence that are shown; a whole file may be one sentence
_NARROWEST = 20  # columns
_SHOWN = 20  # lines of a report about one thing
_FEW = 5  # paths in one of them
_MORE = " more"  # how a line ends that leaves something out

# Where a phrase begins and ends until lines are wrapped: private characters, which `printable`
# takes out of everything else.
_OPEN, _CLOSE = "\ue000", "\ue001"
_BOLD, _PLAIN = "\x1b[1;4m", "\x1b[0m"

_KEPT_FORMATS = "\u200c\u200d"  # the joiners that some scripts and emoji are written with
# In a line of Chinese or Japanese, which may end between any other two characters.
_NEVER_FIRST, _NEVER_LAST = (
    "、。，．・：；？！）〕］｝〉》」』】〙〗*",
    "（〔［｛〈《「『【〘〖*" + _OPEN,
)

# What JSON need not escape, but a terminal may obey or a reader take for the end of a line.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U0010ffff]"
)


CHAT_HELP = """\
Ask anything; "Why?", "And Macron?" or "he" go on from the question before.
/new   forgets the conversation
/help  shows this
/quit  ends, as does Ctrl-D"""


def printable(text: str) -> str:
    """Text without anything that could command a terminal or turn the reading direction.

    White space becomes a blank; control, format and private characters and lone surrogates go,
    but for the joiners that some scripts are written with.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if c.isspace()
        else c if c in _KEPT_FORMATS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
        else ""
        for c in text
    )  # fmt: skip


def json_line(value: object, ascii_only: bool = False) -> str:
    """`value` as JSON on one line that may be shown on a terminal: what is unsafe is escaped.

    `ascii_only` is for streams that cannot carry every character.
    """
    line = json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)
    return _UNSAFE.sub(lambda unsafe: json.dumps(unsafe[0])[1:-1], line)


def short(question: str) -> str:
    """A question to repeat before its answer; of one that is too long to be asked, the start."""
    question = printable(question)
    return question if len(question) <= MAX_LENGTH else f"{question[:60]} […]"


def answer_lines(answer: Answer, width: int, styled: bool = False) -> list[str]:
    """An answer in `width` columns: phrase, quote with its source, further quotes.

    The phrase is marked in its sentence by **stars**, or `styled` for a terminal. A line is wider
    only where it is a single long word, such as an address. In a refusal nothing is marked.
    """
    page = _Page(max(width, _NARROWEST), styled)
    lines = list(page.searched(answer))
    if lines:
        lines.append("")
    lines += page.found(answer) if answer.answered else page.refused(answer)
    return list(_with_style(lines)) if styled else lines


def size(info: IndexInfo) -> str:
    """ "1 document, 12 sentences"."""
    return f"{counted(info.documents, 'document')}, {counted(info.sentences, 'sentence')}"


def welcome_lines(info: IndexInfo, suggestions: Sequence[str]) -> list[str]:
    """What a conversation begins with."""
    lines = [f"{size(info)}. Ask away; /help tells more, /quit ends.", ""]
    if suggestions:
        lines += ["For example:", *(f"  {printable(question)}" for question in suggestions), ""]
    return lines


def index_command(docs: str | None, index: str | None) -> str:
    """`qa index` for a folder and a place of its index, as it can be typed."""
    options = [*([docs] if docs else []), *(["--index", index] if index else [])]
    return shlex.join(["qa", "index", *options])


def report_lines(report: Report, survey: Survey, sentences: int) -> list[str]:
    """What `qa index` did and found: counts first, then what a reader should know of.

    Of long lists the beginning is shown, and at the end where the rest is to be had.
    """
    lines = [
        f"{counted(report.documents, 'document')}, {counted(sentences, 'sentence')}, "
        f"{counted(survey.terms, 'different term')}",
        _done(report),
    ]
    if report.moved:
        lines.append(f"{counted(len(report.moved), 'file')} moved or renamed:")
        lines += _some(f"{printable(old)} -> {printable(new)}" for old, new in report.moved)
    if survey.undated:
        undated = counted(len(survey.undated), "document")
        lines.append(f"{undated} without a date, left out where a period is asked for:")
        lines.append(f"  {_few(survey.undated)}")
    for kind, groups in (
        ("documents with the same text", survey.duplicates),
        ("documents with almost the same text", survey.near_duplicates),
    ):
        if groups:
            lines.append(f"{counted(len(groups), 'group')} of {kind}:")
            lines += _some(_few(group) for group in groups)
    if report.unsupported:
        kinds = (f"{count:,} {printable(kind)}" for kind, count in report.unsupported.items())
        lines.append(f"Of kinds that are not read: {', '.join(kinds)}")
    if report.failed:
        lines.append(f"{unread(len(report.failed)).capitalize()}:")
        lines += _reasons(report.failed)
    if any(line.endswith(_MORE) for line in lines):
        lines.append("`qa index --json` lists everything.")
    return lines


def unread(problems: int) -> str:
    """ "all or part of 3 files could not be read"; whether all of one or part, its reason tells."""
    return f"all or part of {counted(problems, 'file')} could not be read"


def _done(report: Report) -> str:
    """Files in numbers; one that was moved is neither read anew nor removed for its reader."""
    moved = len(report.moved)
    done = [
        f"{counted(len(report.read) - moved, 'file')} read",
        *([f"{moved:,} moved"] if moved else []),
        f"{report.unchanged:,} unchanged",
        f"{len(report.removed) - moved:,} removed",
    ]
    return f"{', '.join(done)} in {report.seconds:.1f} s"


def _reasons(problems: Sequence[Problem]) -> list[str]:
    """Each problem in a line; if they are many, each reason with some of its files instead."""
    if len(problems) <= _SHOWN:
        return [f"  {printable(each.path)}: {printable(each.reason)}" for each in problems]
    paths: dict[str, list[str]] = {}
    for each in problems:
        paths.setdefault(each.reason, []).append(each.path)
    often = sorted(paths.items(), key=lambda reason: -len(reason[1]))
    return _some(
        f"{len(files):,} × {printable(reason)}: {_few(files)}"
        if len(files) > 1
        else f"{printable(files[0])}: {printable(reason)}"
        for reason, files in often
    )


def _some(lines: Iterable[str]) -> list[str]:
    """The first lines, set in; how many more there are."""
    found = list(lines)
    rest = [f"  and {len(found) - _SHOWN:,}{_MORE}"] * (len(found) > _SHOWN)
    return [f"  {line}" for line in found[:_SHOWN]] + rest


def _few(paths: Sequence[str]) -> str:
    """The first paths, and how many more there are."""
    shown = ", ".join(printable(path) for path in paths[:_FEW])
    return f"{shown} and {len(paths) - _FEW:,}{_MORE}" if len(paths) > _FEW else shown


def report_object(report: Report, survey: Survey, store: str, info: IndexInfo) -> dict[str, Any]:
    """The report as plain values, with where the index is kept and what it holds now."""
    return {
        "read": report.read,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "moved": report.moved,
        "undated": survey.undated,
        "duplicates": survey.duplicates,
        "near_duplicates": survey.near_duplicates,
        "failed": [asdict(problem) for problem in report.failed],
        "unsupported": report.unsupported,
        "seconds": round(report.seconds, 3),
        "index": {"path": store, **asdict(info), "terms": survey.terms},
    }


def entry_line(entry: DocumentEntry) -> str:
    """A document in a list: id, date, path, title."""
    path, title = printable(entry.path), printable(entry.title)
    return f"{entry.id}  {entry.date or '-':10}  {path}  {title}"


def counted(number: int, noun: str) -> str:
    """ "1 document", "1,234 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of an answer, for one width and one way of marking."""

    width: int
    styled: bool

    def searched(self, answer: Answer) -> Iterator[str]:
        """What was searched, where it is not what was asked."""
        if answer.resolved_question != answer.question:
            yield from self.wrapped(f"(understood as: {printable(answer.resolved_question)})")
        if answer.corrections:
            swaps = " and ".join(
                f"'{printable(_like(c.asked, c.searched))}' instead of '{printable(c.asked)}'"
                for c in answer.corrections
            )
            yield from self.wrapped(f"(searched for {swaps})")

    def found(self, answer: Answer) -> list[str]:
        best, *further = answer.quotes
        lines = []
        if _has_phrase(best):  # else the sentence as a whole answers, and follows at once
            meaning = _meaning(best)
            lines += self.wrapped(self.phrase(best) + (f" ({meaning})" if meaning else ""))
            lines.append("")
        lines += self.quote(best, answer.confidence)
        shown = [quote for quote in further if quote.confidence >= _WORTH_SHOWING]
        if shown:
            lines += ["", "Also:"]
        for quote in shown:
            lines += ["", *self.quote(quote, quote.confidence)]
        return lines

    def refused(self, answer: Answer) -> list[str]:
        reason = printable(answer.reason or "").rstrip(".")
        lines = self.wrapped(
            "The documents do not answer this" + (f": {reason}." if reason else ".")
        )
        if answer.quotes:
            lines += ["", "Nearest passages, not answers:"]
        for quote in answer.quotes[:_NEAREST]:
            lines += ["", *self.quote(quote, None)]
        return lines

    def phrase(self, quote: Quote) -> str:
        phrase = printable(quote.answer.text if quote.answer else "")
        return f"{_OPEN}{phrase}{_CLOSE}" if self.styled else phrase

    def quote(self, quote: Quote, confidence: float | None) -> list[str]:
        """A sentence and where it stands; with its phrase marked unless `confidence` is None."""
        marked = confidence is not None and _has_phrase(quote)
        source, path = printable(quote.document.title), printable(quote.document.path)
        page = None if quote.page is None else f"page {quote.page}"
        place = f"{path}, {page or f'paragraph {quote.paragraph + 1}'}"
        if _is_headline(quote):  # else the same words would be read twice
            source, place = path, f"headline, {page}" if page else "headline"
        if quote.document.date:
            source += f", {printable(quote.document.date)}"
        if confidence is not None:
            place += f" · confidence {confidence:.0%}"
        return [
            *self.wrapped(self.sentence(quote, marked), "  "),
            *self.wrapped(f"— {source}", "  "),
            *self.wrapped(place, "    "),
        ]

    def sentence(self, quote: Quote, marked: bool) -> str:
        """The sentence, shortened around its phrase if it is very long."""
        text, start, end = quote.text, 0, 0
        if marked and quote.answer:
            start, end = quote.answer.start - quote.start, quote.answer.end - quote.start
        first = max(0, min(start - _LONGEST_QUOTE // 3, len(text) - _LONGEST_QUOTE))
        last = min(len(text), max(first + _LONGEST_QUOTE, end))
        before, after = printable(text[first:start]), printable(text[end:last])
        phrase = printable(text[start:end])
        if phrase:
            phrase = f"{_OPEN}{phrase}{_CLOSE}" if self.styled else f"**{phrase}**"
        return (
            ("[…] " if first else "") + before + phrase + after
            + (" […]" if last < len(text) else "")
        )  # fmt: skip

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        return _wrapped(text, self.width - len(indent), indent)


def _has_phrase(quote: Quote) -> bool:
    """Whether the answer is less than the whole sentence, but for points and signs of a list."""
    phrase = quote.answer
    if phrase is None:
        return False
    start, end = phrase.start - quote.start, phrase.end - quote.start
    return any(map(str.isalnum, quote.text[:start] + quote.text[end:]))


def _is_headline(quote: Quote) -> bool:
    """Whether the sentence is what its document is called."""
    return quote.text.split() == quote.document.title.split()


def _meaning(quote: Quote) -> str | None:
    """The date that a phrase such as "last month" stands for, if it is one."""
    phrase = quote.answer
    values = [
        date.value for date in quote.dates
        if phrase and phrase.start <= date.start < phrase.end and date.value != date.text
    ]  # fmt: skip
    return values[0] if len(values) == 1 else None


def _like(asked: str, searched: str) -> str:
    """The word that was searched, which is known without its capitals, as it would be asked."""
    return searched.capitalize() if asked[:1].isupper() else searched


def _with_style(lines: list[str]) -> Iterator[str]:
    """Sets the marked phrase in bold, anew in each line that it was wrapped over."""
    inside = False
    for line in lines:
        indent = line[: len(line) - len(line.lstrip(" "))] if inside else ""
        styled = indent + (_BOLD if inside else "") + line[len(indent) :]
        inside = line.rfind(_OPEN) > line.rfind(_CLOSE) or (inside and _CLOSE not in line)
        yield styled.replace(_OPEN, _BOLD).replace(_CLOSE, _PLAIN) + (_PLAIN if inside else "")


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    """`text` in lines of at most `width` columns, each behind `indent`; long words stay whole."""
    lines, line, used = [], "", 0
    for word in text.split(" "):
        if not word:
            continue
        gap = " " if line else ""
        for unit in _units(word):
            columns = _columns(unit)
            if line and used + len(gap) + columns > width:
                lines.append(indent + line)
                line, used, gap = "", 0, ""
            line += gap + unit
            used += len(gap) + columns
            gap = ""
    return [*lines, indent + line] if line or not lines else lines


def _units(word: str) -> list[str]:
    """The pieces of a word between which a line may end: only wide characters stand alone."""
    if word.isascii():
        return [word]
    units: list[str] = []
    after_wide = False
    for c in word:
        wide = _width(c) == 2
        between = (wide or after_wide) and c not in _NEVER_FIRST and (_width(c) or c == _OPEN)
        if units and (not between or units[-1][-1] in _NEVER_LAST):
            units[-1] += c
        else:
            units.append(c)
        after_wide = wide or (after_wide and not between)
    return units


def _columns(text: str) -> int:
    return len(text) if text.isascii() else sum(_width(c) for c in text)


def _width(c: str) -> int:
    """Columns of a character on a terminal: 0, 1 or 2."""
    if c < "\u0300":
        return 1
    if c in (_OPEN, _CLOSE) or unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
