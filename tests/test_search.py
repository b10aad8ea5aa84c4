"""Which words are looked for, and which of the hits are read."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from qa.answer import Document
from qa.index import Index
from qa.search import Search
from qa.sentence_features import SENTENCE_FEATURES, describe

Make = Callable[..., Document]
Build = Callable[..., Index]


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
