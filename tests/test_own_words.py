"""Questions in readers' own words, joined with the texts that they are about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
STYLES = {"paraphrased", "keywords", "misspelt", "plain", "near-miss"}


@pytest.fixture(scope="module")
def own_words(benchmark_script: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_script("own_words")


def test_answers_are_cut_out_of_their_paragraphs(own_words: ModuleType) -> None:
    squad = {
        "data": [{"title": "A", "paragraphs": [{"context": "The ferry sails."}, {"context": "B"}]}]
    }
    written = [
        {"title": "A", "paragraph": 0, "question": "Boat?", "style": "plain", "answer": [4, 9]},
        {"title": "A", "paragraph": 0, "question": "Captain?", "style": "near-miss"},
    ]
    [article] = own_words.joined(written, squad)["data"]
    first, second = article["paragraphs"]
    assert first["qas"][0]["answers"] == [{"text": "ferry", "answer_start": 4}]
    assert first["qas"][1]["is_impossible"]
    assert second == {"context": "B", "qas": []}
    with pytest.raises(KeyError):
        own_words.joined([{**written[0], "title": "C"}], squad)


@pytest.mark.parametrize("part", ["train", "dev"])
def test_each_question_names_its_place(part: str) -> None:
    written = json.loads((HERE / "data" / f"own-words-{part}.json").read_text("utf-8"))
    assert len({(one["title"], one["question"]) for one in written}) == len(written)
    for one in written:
        assert one["style"] in STYLES
        start, end = one.get("answer", (0, 1))
        assert 0 <= start < end
    near = [one for one in written if "answer" not in one]
    assert 0.1 < len(near) / len(written) < 0.2
