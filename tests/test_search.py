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
