"""What `qa index` did and found, as lines of text and as plain values. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from qa.answer import IndexInfo, Problem
from qa.catalogue import DocumentEntry
from qa.survey import Survey
from qa.transcript import counted, printable
from qa.update import Report

_SHOWN = 20  # lines of a report about one thing
_FEW = 5  # paths in one of them
_MORE = " more"  # how a line ends that leaves something out


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
