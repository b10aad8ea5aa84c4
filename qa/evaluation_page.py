"""The figures of `qa eval` as one self-contained HTML page: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from qa.chart import calibration_chart, risk_coverage_chart
from qa.comparison import CHANGES, Changed, Comparison, Kept
from qa.evaluation_text import GROUPS, TITLES, level_heads, level_row, share
from qa.summary import TRUSTED, Figures, Mistake, Summary

_SHOWN = 50  # changes of a kind

_STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf6; --raised: #fff; --ink: #1d1b17; --dim: #645f55;
  --line: #e2ded3; --accent: #1f5a50; --pale: #e3efec; --mark: #ffe58f; --on-mark: #1d1b17;
  --warn: #8a3b12; }
@media (prefers-color-scheme: dark) { :root { --paper: #15171a; --raised: #1e2125; --ink: #ebe7de;
  --dim: #a9a498; --line: #33373c; --accent: #8fd3c3; --pale: #24423c; --mark: #5d4a0c;
  --on-mark: #fff2c2; --warn: #f0b48a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 4rem;
  background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; }
h1 { font-size: 1.6rem; margin: .5rem 0 .25rem; }
h2 { font-size: 1.25rem; margin: 3rem 0 .25rem; }
h3 { font-size: 1rem; margin: 0 0 .75rem; }
p { margin: .25rem 0 1rem; } .dim { color: var(--dim); }
.tiles { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); }
.tile, .card { background: var(--raised); border: 1px solid var(--line); border-radius: 10px; }
.tile { padding: .75rem 1rem; }
.tile b { display: block; font-size: 1.55rem; font-weight: 600; line-height: 1.2; }
.tile span { color: var(--dim); font-size: .875rem; }
.cards { display: grid; gap: 1rem; margin-top: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); }
.card { padding: 1rem 1.25rem; min-width: 0; } .narrow { max-width: 36rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .875rem;
  font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .4rem; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
th { color: var(--dim); font-weight: 500; vertical-align: bottom; }
th, td:first-child { white-space: normal; overflow-wrap: normal; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr:last-child td { border-bottom: 0; }
tr.here td { font-weight: 600; background: var(--pale); }
.bar { background: linear-gradient(var(--pale), var(--pale)) no-repeat left / var(--share) 100%; }
svg { display: block; width: 100%; height: auto; font-size: 12px; }
svg text { fill: var(--dim); } svg .axis { font-size: 13px; }
svg .note { fill: var(--ink); font-size: 13px; paint-order: stroke; stroke: var(--raised);
  stroke-width: 4px; stroke-linejoin: round; }
.grid { stroke: var(--line); } .goal { stroke: var(--dim); stroke-dasharray: 4 4; }
.curve { fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-linejoin: round; }
.thin { fill: none; stroke: var(--accent); opacity: .5; }
.here, .dot { fill: var(--accent); stroke: var(--raised); stroke-width: 1.5; }
dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: .15rem .75rem; }
dt { color: var(--dim); } dd { margin: 0; min-width: 0; }
mark { background: var(--mark); color: var(--on-mark); padding: 0 .1em; border-radius: 3px; }
.worse { color: var(--warn); }
@media (max-width: 32rem) { .card { padding: .875rem 1rem; } }
"""


def page(summary: Summary, comparison: Comparison | None = None) -> str:
    """The report as HTML."""
    parts = [*_head(summary)]
    if comparison:
        parts += _comparison(comparison)
    for figures in summary.modes:
        parts += _mode(figures)
    for figures in summary.modes:
        if figures.worst:
            parts += _worst(figures)
    title = escape(f"Answers to {summary.name}")
    return "\n".join([
        '<!doctype html>', '<html lang="en">', '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>", f"<style>{_STYLE}</style>", *parts, "</html>", "",
    ])  # fmt: skip


def _head(summary: Summary) -> Iterator[str]:
    yield f"<h1>{escape(summary.name)}</h1>"
    sample = f", a sample of {summary.sample:,}" if summary.sample else ""
    model = f", model {summary.model}" if summary.model else ""
    yield '<p class="dim">' + _text(
        f"{summary.questions:,} questions on {summary.paragraphs:,} paragraphs of "
        f"{summary.articles:,} articles{sample}. Answered by verbatim-qa {summary.verbatim}{model}"
        f", which refuses below a confidence of {100 * summary.threshold:.0f} %."
    ) + "</p>"  # fmt: skip


def _mode(figures: Figures) -> Iterator[str]:
    name, _, what = TITLES[figures.mode].partition(": ")
    yield f"<h2>{escape(name)}</h2>"
    yield '<p class="dim">' + escape(
        f"{what[0].upper()}{what[1:]}. {figures.answerable:,} questions with an answer, "
        f"{figures.impossible:,} without, {figures.off_topic:,} off-topic; "
        f"{figures.sentences:,} sentences."
    ) + "</p>"  # fmt: skip
    yield '<div class="tiles">'
    for value, label in _tiles(figures):
        yield f'<div class="tile"><b>{_text(value)}</b><span>{_text(label)}</span></div>'
    yield '</div><div class="cards">'
    if figures.answerable:
        yield _card("Right sentence among the first", _rankings(figures))
    yield _card(
        "How many questions are answered, and how many of the answers are right",
        risk_coverage_chart(figures.curve, figures.default.threshold, TRUSTED),
    )
    yield _card(
        f"Confidence and truth, expected calibration error {figures.calibration_error:.3f}",
        calibration_chart(figures.bins),
    )
    if figures.answerable or figures.squad2:
        yield _card("The marked phrase", _phrases(figures))
    yield "</div>"
    yield '<div class="cards">' + _card("What other thresholds would do", _levels(figures))
    if figures.kinds:
        yield _card("By kind of question", _kinds(figures))
    yield "</div>"


def _text(text: str) -> str:
    """Text of ours, in which a number and its unit stay together."""
    return escape(text).replace(" %", "&nbsp;%").replace(" ms", "&nbsp;ms")


def _tiles(figures: Figures) -> Iterator[tuple[str, str]]:
    own = figures.rankings[0]
    if figures.answerable:
        yield share(own.hit_1), "right sentence first"
        yield share(own.hit_5), "among the first five"
        yield share(figures.f1), "F1 of the phrase"
    if figures.squad2:
        yield share(figures.squad2.f1), "SQuAD 2.0 F1"
    if figures.trusted:
        yield share(figures.trusted.answered), "answered with 90 % right"
    if figures.off_topic:
        yield share(figures.default.off_topic_refused), "off-topic refused"
    yield f"{figures.calibration_error:.3f}", "calibration error"
    yield f"{figures.median_ms:.1f} ms", f"a question (99 %: {figures.p99_ms:.0f} ms)"


def _card(title: str, inside: str) -> str:
    return f'<section class="card"><h3>{escape(title)}</h3>{inside}</section>'


def _rankings(figures: Figures) -> str:
    rows = [
        [ranking.name, *map(share, (ranking.hit_1, ranking.hit_3, ranking.hit_5, ranking.hit_20)),
         f"{ranking.mrr:.3f}"]
        for ranking in figures.rankings
    ]  # fmt: skip
    bars = [ranking.hit_1 for ranking in figures.rankings]
    return _table(["", "1", "3", "5", "20", "MRR"], rows, bars=bars)


def _phrases(figures: Figures) -> str:
    rows = [
        ["best reference", share(figures.exact), share(figures.f1)],
        ["first reference only", "", share(figures.f1_first)],
        ["a refusal counts as empty", share(figures.given_exact), share(figures.given_f1)],
    ]
    if figures.squad2:
        squad2 = figures.squad2
        best = f"{squad2.best_threshold:.2f}" if squad2.best_threshold <= 1 else "none"
        rows += [
            ["SQuAD 2.0", share(squad2.exact), share(squad2.f1)],
            ["– questions with an answer", "", share(squad2.f1_answerable)],
            ["– questions without", "", share(squad2.f1_impossible)],
            [f"– at the best threshold, {best}", "", share(squad2.best_f1)],
            ["– always refusing", "", share(squad2.refusing)],
        ]
    return _table(["", "EM", "F1"], rows)


def _levels(figures: Figures) -> str:
    used = [level.threshold for level in figures.levels].index(figures.default.threshold)
    rows = [level_row(level, figures) for level in figures.levels]
    return _table(level_heads(figures), rows, here=used)


def _kinds(figures: Figures) -> str:
    rows = [
        [k.kind, f"{k.questions:,}", *map(share, (k.hit_1, k.hit_5, k.f1, k.given))]
        for k in figures.kinds
    ]
    return _table(["kind", "questions", "first", "in five", "F1", "answered"], rows)


def _table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    bars: Sequence[float] = (),
    here: int | None = None,
) -> str:
    """A table; `bars` lie behind the second column, `here` is a row that stands out."""
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    for number, row in enumerate(rows):
        cells = [f"<td>{escape(cell)}</td>" for cell in row]
        if bars:
            cells[1] = (
                f'<td class="bar" style="--share: {100 * bars[number]:.1f}%">{escape(row[1])}</td>'
            )
        lines.append("".join(cells))
    body = "".join(
        f'<tr class="here">{line}</tr>' if here is not None and number == here + 1
        else f"<tr>{line}</tr>"
        for number, line in enumerate(lines)
    )  # fmt: skip
    return f'<div class="wide"><table>{body}</table></div>'


def _worst(figures: Figures) -> Iterator[str]:
    name = TITLES[figures.mode].partition(": ")[0]
    yield f"<h2>Worst mistakes – {escape(name[0].lower() + name[1:])}</h2>"
    yield '<p class="dim">The wrong answers with the highest confidence.</p><div class="cards">'
    for mistake in figures.worst:
        group = GROUPS[mistake.group]
        title = f"{mistake.question}{f' ({group})' if group else ''}"
        yield _card(title, _mistake(mistake))
    yield "</div>"


def _mistake(mistake: Mistake) -> str:
    said = "given" if mistake.answered else "refused"
    return _pairs([
        ("expected", escape(" | ".join(mistake.expected) or "nothing")),
        (said, escape(f"{mistake.given} ({100 * mistake.confidence:.0f} %)")),
        ("from", f"{_marked(mistake.sentence, mistake.given)} — {escape(mistake.document)}"),
    ])  # fmt: skip


def _marked(sentence: str, phrase: str) -> str:
    before, found, after = sentence.partition(phrase) if phrase else (sentence, "", "")
    if not found or not (before or after):
        return escape(sentence)
    return f"{escape(before)}<mark>{escape(found)}</mark>{escape(after)}"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    inside = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in pairs)
    return f"<dl>{inside}</dl>"


def _comparison(comparison: Comparison) -> Iterator[str]:
    yield "<h2>Changed since the saved run</h2>"
    other = " The question file is not the same." if comparison.other_set else ""
    yield '<p class="dim">' + escape(
        f"{comparison.since}: {comparison.compared:,} questions compared, "
        f"{comparison.added:,} new, {comparison.gone:,} gone.{other}"
    ) + "</p>"  # fmt: skip
    groups = {change: [c for c in comparison.changes if c.change == change] for change in CHANGES}
    rows = [
        [change, f"{len(found):,}", f"{sum(c.worse for c in found):,}"]
        for change, found in groups.items()
    ]
    changed = _table(["", "questions", "for the worse"], rows)
    yield f'<div class="narrow">{_card("What changed", changed)}</div>'
    for change, found in groups.items():
        if found:
            cut = f", the first {_SHOWN}" if len(found) > _SHOWN else ""
            yield f"<h2>{escape(change[0].upper() + change[1:])}{cut}</h2>"
            yield '<div class="cards">'
            yield from map(_changed, found[:_SHOWN])
            yield "</div>"


def _changed(changed: Changed) -> str:
    pairs = [("before", _told(changed.before)), ("now", _told(changed.after))]
    return _card(changed.after.question, _pairs(pairs))


def _told(kept: Kept) -> str:
    sure = f"{100 * kept.confidence:.0f} %"
    if kept.answer is None:
        return f"refused ({sure}); nearest: {escape(kept.sentence or 'nothing')}"
    marked = _marked(kept.sentence, kept.answer)
    return f"{escape(kept.answer)} ({sure}): {marked} — {escape(kept.document)}"
