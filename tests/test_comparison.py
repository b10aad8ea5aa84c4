"""What is kept of a run, and what is told of changes since."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa.comparison import Kept, SavedRun, compare, load, save, saved_run
from qa.errors import QuestionSetError
from qa.evaluate import Outcome, Run

KEPT = Kept("open", "1", "Who?", "answerable", True, "Ana", "Ana came.", "Bridge", 0.9)


def run(*outcomes: Kept, sha256: str = "ab") -> SavedRun:
    return SavedRun("set.json", sha256, "0.1.0", outcomes)


def test_outcomes_are_kept() -> None:
    outcome = Outcome(
        id="1", question="Who?", kind="who", group="answerable", references=("Ana",), rank=0,
        rank_of_first=0, phrase="Ana", sentence="Ana came.", document="Bridge", confidence=0.9,
        answered=True, took_ms=1.0,
    )  # fmt: skip
    refused = replace(outcome, id="2", answered=False)
    kept = saved_run("set.json", "ab", "0.1.0", [Run("open", (), (outcome, refused), 1, 1, 0.5)])
    assert kept == run(KEPT, replace(KEPT, id="2", answer=None))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    saved = run(KEPT, replace(KEPT, id="é", answer=None))
    save(saved, tmp_path / "run.json")
    assert load(tmp_path / "run.json") == saved
    assert [file.name for file in tmp_path.iterdir()] == ["run.json"]


def test_the_same_run_has_no_changes() -> None:
    found = compare(run(KEPT), run(replace(KEPT, confidence=0.8, sentence="Ana came back.")))
    assert (found.compared, found.changes, found.worse) == (1, (), 0)


@pytest.mark.parametrize(
    ("before", "after", "change", "worse"),
    [
        ({}, {"right": False}, "newly wrong", True),
        ({"right": False}, {}, "newly right", False),
        ({}, {"answer": None}, "newly refused", True),
        ({"answer": None}, {}, "newly answered", False),
        ({"right": False}, {"right": False, "answer": None}, "newly refused", False),
        ({"right": False, "answer": None}, {"right": False}, "newly answered", True),
        ({"answer": "Ana Kovač"}, {}, "another answer", False),
    ],
)
def test_changes(
    before: dict[str, object], after: dict[str, object], change: str, worse: bool
) -> None:
    found = compare(run(replace(KEPT, **before)), run(replace(KEPT, **after)))  # type: ignore[arg-type]
    assert [(each.change, each.worse) for each in found.changes] == [(change, worse)]
    assert found.worse == worse


def test_answers_to_unanswerable_questions_are_for_the_worse() -> None:
    silent = Kept("open", "1", "Who?", "off-topic", False, None, "", "", 0.1)
    found = compare(run(silent), run(replace(silent, answer="Ana")))
    assert [(each.change, each.worse) for each in found.changes] == [("newly answered", True)]
    found = compare(run(replace(silent, answer="Ana")), run(silent))
    assert found.worse == 0


def test_questions_of_one_run_only_are_counted() -> None:
    other = replace(KEPT, mode="paragraph")
    found = compare(run(KEPT, other), run(KEPT, replace(KEPT, id="2"), sha256="cd"))
    assert (found.compared, found.added, found.gone, found.other_set) == (1, 1, 1, True)


@pytest.mark.parametrize(
    "content", [None, "", "[]", "{}", '{"format": 1}', '{"format": 1, "outcomes": [{"id": 1}]}']
)
def test_what_is_no_saved_run_is_told(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "run.json"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(QuestionSetError, match="--save"):
        load(file)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="name another file"):
        save(run(KEPT), tmp_path / "missing" / "run.json")
