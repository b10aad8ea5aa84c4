"""Kept runs of `qa eval`, and what has changed since: the regression test of an archive."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from qa.errors import QuestionSetError
from qa.evaluate import Run

FORMAT = 1

Change = Literal[
    "newly right", "newly wrong", "newly answered", "newly refused", "another answer",
]  # fmt: skip
CHANGES: tuple[Change, ...] = (
    "newly wrong", "newly right", "newly refused", "newly answered", "another answer",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """What is kept of an outcome. `answer` is None for a refusal."""

    mode: str
    id: str
    question: str
    group: str
    right: bool
    answer: str | None
    sentence: str
    document: str
    confidence: float


@dataclass(frozen=True)
class SavedRun:
    """What was asked, by whom it was answered, and what came of it."""

    name: str
    sha256: str
    verbatim: str
    outcomes: tuple[Kept, ...]


@dataclass(frozen=True)
class Changed:
    """A question that came out otherwise than before. `worse` is what a user would complain of."""

    change: Change
    worse: bool
    before: Kept
    after: Kept


@dataclass(frozen=True)
class Comparison:
    """What changed since a saved run; only questions in both are compared."""

    since: str
    compared: int
    added: int
    gone: int
    other_set: bool
    changes: tuple[Changed, ...]

    @property
    def worse(self) -> int:
        """How many questions came out worse."""
        return sum(changed.worse for changed in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self) | {"worse": self.worse}


def saved_run(name: str, sha256: str, verbatim: str, runs: Sequence[Run]) -> SavedRun:
    """What is kept of some runs on a question set."""
    outcomes = tuple(
        Kept(
            mode=run.mode,
            id=outcome.id,
            question=outcome.question,
            group=outcome.group,
            right=outcome.right,
            answer=outcome.given or None,
            sentence=outcome.sentence,
            document=outcome.document,
            confidence=outcome.confidence,
        )
        for run in runs
        for outcome in run.outcomes
    )
    return SavedRun(name, sha256, verbatim, outcomes)


def save(run: SavedRun, file: Path) -> None:
    """Writes a run, in whole or not at all. Raises QuestionSetError."""
    text = json.dumps({"format": FORMAT, **asdict(run)}, ensure_ascii=False, indent=0)
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text + "\n", "utf-8")
        part.replace(file)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QuestionSetError(
            f"cannot save the run as {file} ({reason}); name another file"
        ) from error


def load(file: Path) -> SavedRun:
    """Reads a run that `save` wrote. Raises QuestionSetError."""
    hint = "name a file that `qa eval --save` wrote"
    try:
        plain = json.loads(file.read_text("utf-8"))
        if not isinstance(plain, dict) or plain.get("format") != FORMAT:
            raise QuestionSetError(f"{file} is no saved run of this version; {hint}")
        outcomes = tuple(Kept(**outcome) for outcome in plain["outcomes"])
        return SavedRun(plain["name"], plain["sha256"], plain["verbatim"], outcomes)
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise QuestionSetError(f"cannot read the run saved as {file} ({reason}); {hint}") from error


def compare(before: SavedRun, after: SavedRun) -> Comparison:
    """What changed between two runs, question by question; the worst kinds of change first."""
    earlier, later = _by_key(before), _by_key(after)
    common = [key for key in later if key in earlier]
    changes = [
        changed for key in common if (changed := _changed(earlier[key], later[key])) is not None
    ]
    changes.sort(key=lambda changed: CHANGES.index(changed.change))
    return Comparison(
        since=f"{before.name}, verbatim-qa {before.verbatim}",
        compared=len(common),
        added=len(later) - len(common),
        gone=len(earlier) - len(common),
        other_set=before.sha256 != after.sha256,
        changes=tuple(changes),
    )


def _by_key(run: SavedRun) -> Mapping[tuple[str, str], Kept]:
    return {(kept.mode, kept.id): kept for kept in run.outcomes}


def _changed(before: Kept, after: Kept) -> Changed | None:
    if before.right != after.right:
        change: Change = "newly right" if after.right else "newly wrong"
        return Changed(change, before.right, before, after)
    if (before.answer is None) != (after.answer is None):
        change = "newly refused" if after.answer is None else "newly answered"
        # Refusing is wrong where the sentence is right, and right everywhere else.
        worse = after.right == (after.answer is None)
        return Changed(change, worse, before, after)
    if before.answer != after.answer:
        return Changed("another answer", False, before, after)
    return None
