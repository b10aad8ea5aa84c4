"""Which words are looked for, and which of the hits are read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from qa.answer import Document
from qa.index import Index
from qa.search import Search
from qa.sentence_features import SENTENCE_FEATURES, describe

Make = Callable[..., Document]
Build = Callable[..., Index]

TESTS = Path(__file__).resolve().parent


def test_words_near_in_meaning_are_looked_for_too(document: Make, index_of: Build) -> None:
    index = index_of(
        document("a.txt", "The vehicle was sold in Selce."),
        document("b.txt", "The choir sang in the morning."),
    )
    search = Search(index)
    sought = search.sought("Where was the car bought?")
    [first, *_] = search.passages(sought)
    assert first.line.text == "The vehicle was sold in Selce."


def test_a_word_that_is_there_outweighs_its_neighbours(document: Make, index_of: Build) -> None:
    index = index_of(
        document("a.txt", "A vehicle stood there."), document("b.txt", "A car stood there.")
    )
    search = Search(index)
    sought = search.sought("Which car stood there?")
    [first, *_] = search.passages(sought)
    assert first.line.text == "A car stood there."


def test_nothing_is_looked_for_without_a_topic(document: Make, index_of: Build) -> None:
    search = Search(index_of(document("a.txt", "It is what it was.")))
    assert search.passages(search.sought("What is it?")) == []


def test_every_passage_is_described_by_finite_numbers(document: Make, index_of: Build) -> None:
    index = index_of(
        document("a.txt", "The ferry sails. ?! The ferry carries 120 cars to Selce on Sunday.")
    )
    search = Search(index)
    for question in ("How many cars does the ferry carry?", "ferry", "Zzz ferry?", "Who sails it?"):
        sought = search.sought(question)
        numbers = describe(sought.question, sought.terms, search.passages(sought))
        assert numbers.shape[1] == len(SENTENCE_FEATURES)
        assert np.isfinite(numbers).all()


def test_words_carried_over_weigh_less_than_those_typed(document: Make, index_of: Build) -> None:
    index = index_of(
        document("a.txt", "The clinics keep patient records."), document("b.txt", "Invoices rest.")
    )
    search = Search(index)
    searched = "Do the clinics keep invoices?"
    alone = {term.word: term for term in search.sought(searched, searched).terms}
    after = {term.word: term for term in search.sought(searched, "And invoices?").terms}
    assert after["invoices"] == alone["invoices"]
    assert after["clinics"].mass == alone["clinics"].mass / 2
    assert after["clinics"].weight == alone["clinics"].weight / 2


def test_a_misspelt_word_that_was_typed_weighs_as_much(document: Make, index_of: Build) -> None:
    search = Search(index_of(document("a.txt", "The clinics keep invoices.")))
    sought = search.sought("Do the clinics keep invioces?", "And invioces?")
    assert sought.corrections[0].searched == "invoices"
    assert {term.word: term.weight for term in sought.terms}["invoices"] == 1


ALIKE = """
import json, sys
from pathlib import Path
from qa import Bot
from qa.index import Index
from qa.search import Search

with Bot.open(sys.argv[1], index=sys.argv[2]) as bot:
    for question in sys.argv[3:]:
        print(json.dumps({**bot.ask(question).to_dict(), "took_ms": 0}))
search = Search(Index(Path(sys.argv[2])))
for question in sys.argv[3:]:
    print([repr(passage.hit) for passage in search.passages(search.sought(question))])
"""


def test_every_process_finds_the_same_to_the_last_bit(tmp_path: Path) -> None:
    # Of the words that may stand for a road, many stand in one sentence: their weights are added.
    (tmp_path / "folder").mkdir()
    for number, text in enumerate(
        (
            "The corridor, the highway, the lane, the route, the street and the bridge are shut.",
            "A street and a bridge lead there. No route does.",
            "The lane is narrow. The street is not. A highway passes by.",
            "The street was paved. So was the lane.",
        )
    ):
        (tmp_path / "folder" / f"{number}.txt").write_text(text)
    questions = ("Which road is shut?", "Which roads lead there?", "Which road was paved?")
    printed = {
        subprocess.run(
            [sys.executable, "-c", ALIKE, tmp_path / "folder", tmp_path / "store", *questions],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(TESTS.parent)},
            stdout=subprocess.PIPE, check=True,
        ).stdout
        for seed in "123456"
    }  # fmt: skip
    assert len(printed) == 1
