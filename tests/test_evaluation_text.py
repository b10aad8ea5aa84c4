"""The report of `qa eval` as text and as a page: every figure is there, nothing breaks out."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from qa.baseline import Baseline
from qa.comparison import Kept, SavedRun, compare
from qa.evaluate import Outcome, Run
from qa.evaluation_page import page
from qa.evaluation_text import comparison_lines, summary_lines
from qa.questionset import Article, QuestionSet
from qa.summary import Summary, figures, summary

EVIL = "<script>alert('x')</script>&\x1b[31m"


def outcome(number: int, group: str, confidence: float, rank: int | None) -> Outcome:
    return Outcome(
        id=str(number), question=f"Question {number}, {EVIL}?", kind="who", group=group,  # type: ignore[arg-type]
        references=("Ana",) if group == "answerable" else (), rank=rank, rank_of_first=rank,
        phrase="Ana", sentence=f"Ana came. {EVIL}", document=EVIL, confidence=confidence,
        answered=confidence >= 0.5, took_ms=3.25,
    )  # fmt: skip


def told(*groups: str, mode: Any = "open") -> Summary:
    outcomes = [
        outcome(number, group, 0.95 - number / 10, number % 3 if group == "answerable" else None)
        for number, group in enumerate(groups)
    ]
    run = Run(mode, (), tuple(outcomes), 1, 12, 0.5)
    rivals = [Baseline("BM25", (0,) * groups.count("answerable"))]
    questions = QuestionSet(f"{EVIL}.json", "ab", (Article("A", ()),))
    return summary(
        questions, [figures(run, rivals, 0.5)], off_topic=None, sample=10, verbatim="9.9",
        model=None, threshold=0.5,
    )  # fmt: skip


ALL = ("answerable", "answerable", "answerable", "impossible", "off-topic", "answerable")


def changes() -> Any:
    kept = Kept("open", "1", f"Who {EVIL}?", "answerable", True, "Ana", "Ana came.", EVIL, 0.9)
    before = SavedRun("set.json", "ab", "0.1.0", (kept, replace(kept, id="2")))
    after = SavedRun(
        "set.json", "cd", "0.2.0",
        (replace(kept, right=False, answer="Luka"), replace(kept, id="2", answer=None)),
    )  # fmt: skip
    return compare(before, after)


class Structure(HTMLParser):
    """Which elements are open where, and whether all are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.seen.add(tag)
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    "groups", [ALL, ("answerable",), ("impossible",), ("off-topic",), ("answerable", "impossible")]
)
@pytest.mark.parametrize("mode", ["open", "paragraph", "documents"])
def test_text_and_page_can_tell_any_set(groups: tuple[str, ...], mode: str) -> None:
    found = told(*groups, mode=mode)
    text = "\n".join(summary_lines(found, 80))
    html = page(found)
    for shown in (text, html):
        assert "nan" not in shown.replace("unanswerable", "").lower().replace("ana", "")
        assert "None" not in shown
    structure = Structure()
    structure.feed(html)
    assert structure.open == []
    assert "script" not in structure.seen
    assert "svg" in structure.seen
    assert not re.search(r"(?:src|href|url)\s*[=(]|@import|https?://", html)


def test_the_text_names_every_figure() -> None:
    text = "\n".join(summary_lines(told(*ALL), 80))
    for wanted in ("4 questions with an answer, 1 without, 1 off-topic", "MRR", "BM25", "SQuAD 2.0",
                   "* 0.50", "off-topic refused", "impossible refused", "calibration error",
                   "kind of question", "median 3.2 ms", "Worst mistakes", "expected: Ana",
                   "nine of ten"):  # fmt: skip
        assert wanted in text
    assert "\x1b" not in text


def test_columns_that_would_be_empty_are_left_out() -> None:
    text = "\n".join(summary_lines(told("answerable"), 80))
    assert "impossible refused" not in text
    assert "off-topic refused" not in text


def test_lines_keep_to_the_width() -> None:
    lines = summary_lines(told(*ALL), 72)
    assert max(map(len, lines[lines.index("") :])) < 120
    mistakes = lines[next(i for i, line in enumerate(lines) if line.startswith("Worst")) + 1 :]
    assert max(map(len, mistakes)) <= 72


def test_changes_are_told() -> None:
    text = "\n".join(comparison_lines(changes(), 80))
    for wanted in ("2 questions compared", "newly wrong          1  (1 for the worse)",
                   "Newly wrong", "before: Ana (90 %)", "now:    Luka", "refused (90 %)",
                   "not the same"):  # fmt: skip
        assert wanted in text
    html = page(told(*ALL), changes())
    assert "Changed since the saved run" in html
    assert "<script" not in html


def test_the_page_marks_the_phrase_in_its_sentence() -> None:
    assert "<mark>Ana</mark> came. &lt;script&gt;" in page(told(*ALL))
