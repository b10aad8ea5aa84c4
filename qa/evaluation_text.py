"""The figures of `qa eval` as lines of text. Pure: nothing is printed here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from qa.comparison import CHANGES, Comparison, Kept
from qa.metrics import Point
from qa.summary import Figures, Level, Mistake, Summary
from qa.transcript import printable

_CHANGED = 20  # questions of a kind of change that are shown
_LONGEST = 300  # characters of a sentence
TITLES = {
    "open": "Open: all paragraphs of the set are searched",
    "paragraph": "Given paragraph: only the question's own paragraph is searched",
    "documents": "Your documents: right is a sentence that holds a reference answer",
}
GROUPS = {"answerable": "", "impossible": "not answered there", "off-topic": "off-topic"}


def share(value: float | None) -> str:
    """A share as a percentage; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def summary_lines(summary: Summary, width: int) -> list[str]:
    """All figures as tables, for a terminal of so many columns."""
    of = f" (a sample of {summary.sample:,})" if summary.sample else ""
    lines = [
        f"{printable(summary.name)}: {summary.questions:,} questions on {summary.paragraphs:,} "
        f"paragraphs of {summary.articles:,} articles{of}"
    ]
    for figures in summary.modes:
        lines += ["", *_mode_lines(figures)]
    for figures in summary.modes:
        if figures.worst:
            lines += ["", f"Worst mistakes. {TITLES[figures.mode]}"]
            for mistake in figures.worst:
                lines += ["", *_mistake_lines(mistake, width)]
    return lines


def _mode_lines(figures: Figures) -> Iterator[str]:
    yield TITLES[figures.mode]
    yield (
        f"  {figures.answerable:,} questions with an answer, {figures.impossible:,} without, "
        f"{figures.off_topic:,} off-topic; {figures.sentences:,} sentences"
    )
    if figures.answerable:
        yield ""
        yield from _table(
            ("right sentence among the first", "1", "3", "5", "20", "MRR"),
            [
                (r.name, *map(share, (r.hit_1, r.hit_3, r.hit_5, r.hit_20)), f"{r.mrr:.3f}")
                for r in figures.rankings
            ],
        )
        yield ""
        yield from _table(
            ("phrase", "EM", "F1"),
            [
                ("best reference, refused or not", share(figures.exact), share(figures.f1)),
                ("first reference only, refused or not", "", share(figures.f1_first)),
                ("a refusal counts as empty", share(figures.given_exact), share(figures.given_f1)),
            ],
        )
    if figures.squad2:
        squad2, best = figures.squad2, _threshold(figures.squad2.best_threshold)
        yield ""
        yield from _table(
            ("SQuAD 2.0, refusals are empty", "EM", "F1"),
            [
                ("at the threshold", share(squad2.exact), share(squad2.f1)),
                ("questions with an answer", "", share(squad2.f1_answerable)),
                ("questions without", "", share(squad2.f1_impossible)),
                (f"best threshold ({best})", "", share(squad2.best_f1)),
                ("always refusing", "", share(squad2.refusing)),
            ],
        )  # fmt: skip
    yield ""
    yield from _table(
        level_heads(figures),
        [level_row(level, figures, "* ") for level in figures.levels],
    )
    yield "  * the threshold that is used"
    yield f"  {trusted_line(figures.trusted)}"
    yield ""
    yield from _table(
        ("confidence", "questions", "mean", "right"),
        [
            (f"{100 * b.low:.0f}–{100 * b.high:.0f} %", f"{b.questions:,}", share(b.confidence),
             share(b.right))
            for b in figures.bins
        ],
    )  # fmt: skip
    yield f"  expected calibration error {figures.calibration_error:.3f}"
    if figures.kinds:
        yield ""
        yield from _table(
            ("kind of question", "questions", "first", "in five", "EM", "F1", "answered"),
            [
                (k.kind, f"{k.questions:,}",
                 *map(share, (k.hit_1, k.hit_5, k.exact, k.f1, k.given)))
                for k in figures.kinds
            ],
        )  # fmt: skip
    yield ""
    yield (
        f"  time a question: median {figures.median_ms:.1f} ms, "
        f"99th percentile {figures.p99_ms:.1f} ms"
    )


def trusted_line(trusted: Point | None) -> str:
    """What can be answered with nine of ten answers right."""
    if trusted is None:
        return "at no threshold nine of ten answers are right"
    return (
        f"with nine of ten answers right: {share(trusted.answered)} answered, "
        f"at threshold {_threshold(trusted.threshold)}"
    )


def level_heads(figures: Figures) -> list[str]:
    """The heads of the table of thresholds, without columns that would be empty."""
    heads = ["threshold", "answered", "right of these", "right ones lost"]
    heads += ["off-topic refused"] * (figures.off_topic > 0)
    return heads + ["impossible refused", "SQuAD 2.0 F1"] * (figures.impossible > 0)


def level_row(level: Level, figures: Figures, mark: str = "") -> list[str]:
    """The row of a threshold; `mark` goes before the one that is used."""
    shares: list[float | None] = [level.answered, level.right, level.lost]
    shares += [level.off_topic_refused] * (figures.off_topic > 0)
    shares += [level.impossible_refused, level.squad2_f1] * (figures.impossible > 0)
    used = level.threshold == figures.default.threshold
    return [f"{mark if used else ''}{_threshold(level.threshold)}", *map(share, shares)]


def _threshold(value: float) -> str:
    return "none" if value > 1 else f"{value:.2f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns under their heads, the first one to the left, indented by two."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [
            text.ljust(width) if not number else text.rjust(width)
            for number, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield f"  {'  '.join(cells)}".rstrip()


def _mistake_lines(mistake: Mistake, width: int) -> Iterator[str]:
    said = "given" if mistake.answered else "refused, would have been"
    group = GROUPS[mistake.group]
    yield from _wrapped("? ", f"{mistake.question}{f' ({group})' if group else ''}", width)
    expected = " | ".join(mistake.expected) or "nothing"
    yield from _wrapped("  expected: ", expected, width)
    yield from _wrapped(f"  {said}: ", f"{mistake.given} ({100 * mistake.confidence:.0f} %)", width)
    yield from _wrapped("  from: ", f"{mistake.sentence} — {mistake.document}", width)


def comparison_lines(comparison: Comparison, width: int) -> list[str]:
    """What changed since a saved run."""
    lines = [
        f"Since the saved run ({printable(comparison.since)}): {comparison.compared:,} questions "
        f"compared, {comparison.added:,} new, {comparison.gone:,} gone"
    ]
    if comparison.other_set:
        lines.append("  the question file is not the same")
    for change in CHANGES:
        found = [changed for changed in comparison.changes if changed.change == change]
        worse = sum(changed.worse for changed in found)
        lines.append(
            f"  {change:15} {len(found):6,}" + (f"  ({worse:,} for the worse)" if worse else "")
        )
    for change in CHANGES:
        found = [changed for changed in comparison.changes if changed.change == change]
        if found:
            lines += ["", f"{change[0].upper()}{change[1:]}"]
        for changed in found[:_CHANGED]:
            lines.append("")
            lines += _wrapped("? ", changed.after.question, width)
            lines += _wrapped("  before: ", _told(changed.before), width)
            lines += _wrapped("  now:    ", _told(changed.after), width)
        if len(found) > _CHANGED:
            lines += ["", f"... and {len(found) - _CHANGED:,} more; --json lists them all"]
    return lines


def _told(kept: Kept) -> str:
    sure = f"{100 * kept.confidence:.0f} %"
    if kept.answer is None:
        return f"refused ({sure}); nearest: {kept.sentence or 'nothing'}"
    return f"{kept.answer} ({sure}) — {kept.document}: {kept.sentence}"


def _wrapped(head: str, text: str, width: int) -> list[str]:
    plain = " ".join(printable(text).split())
    if len(plain) > _LONGEST:
        plain = f"{plain[: _LONGEST - 3]}..."
    return textwrap.wrap(plain, width, initial_indent=head, subsequent_indent=" " * 4) or [head]
