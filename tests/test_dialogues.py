"""Follow-up questions over the test documents, as typed, as searched and as rewritten by hand."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def dialogues(benchmark_script: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_script("dialogues")


@pytest.fixture(scope="module")
def tuned(dialogues: ModuleType) -> list[Any]:
    with dialogues.documents() as bot:
        return dialogues.asked_of_documents(bot, dialogues.written("tune"))


def test_each_dialogue_is_complete(dialogues: ModuleType) -> None:
    every = dialogues.written()
    assert len(every) > 40
    for dialogue in every:
        assert ("article" in dialogue) != (dialogue["collection"] == dialogues.DOCUMENTS)
        kinds = [turn["kind"] for turn in dialogue["turns"]]
        assert 2 <= len(kinds) <= 5
        assert kinds[0] == "first"
        assert "first" not in kinds[1:]
        for turn in dialogue["turns"]:
            assert turn["answers"]
            assert turn["kind"] not in dialogues.STAND_ALONE or "rewritten" not in turn


def test_what_nothing_is_tuned_on_takes_no_part_in_tuning(dialogues: ModuleType) -> None:
    for dialogue in dialogues.written("tune"):
        assert dialogue["collection"] != "squad-dev-part"


def test_follow_ups_are_searched_almost_as_well_as_rewritten_ones(
    dialogues: ModuleType,
    tuned: list[Any],
) -> None:
    following = [outcome for outcome in tuned if outcome.follows_up]
    typed, right = (sum(getattr(o, way) for o in following) for way in ("raw", "ours"))
    assert right >= typed + 3
    assert right / len(following) > 0.8
    assert dialogues.closed(following) >= 0.4


def test_no_stand_alone_question_of_a_dialogue_is_changed(tuned: list[Any]) -> None:
    alone = [outcome for outcome in tuned if not outcome.follows_up]
    assert [outcome.searched for outcome in alone] == [outcome.question for outcome in alone]
