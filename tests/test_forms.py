"""Forms of words: what they are is looked up once, and does not depend on what was seen before."""

from __future__ import annotations

import threading

import pytest

from qa import forms as forms_module
from qa.forms import AMOUNT, CAPITAL, DATE, FLAGS, FUNCTION, NUMBER, ROW, YEAR, Forms, forms
from qa.vectors import Vectors


def flags_of(word: str) -> int:
    known = Forms()
    [[number]] = known.of([word])
    return int(known.codes[FLAGS, number])


@pytest.mark.parametrize(
    ("word", "flags"),
    [
        ("bridge", 0),
        ("Bridge", CAPITAL),
        ("the", FUNCTION),
        ("1931", NUMBER | YEAR),
        ("19310", NUMBER | AMOUNT),
        ("twelve", NUMBER | AMOUNT),
        ("Monday", CAPITAL | DATE),
    ],
)
def test_flags_tell_what_kind_of_word_it_is(word: str, flags: int) -> None:
    assert flags_of(word) == flags


def test_a_form_keeps_its_number() -> None:
    known = Forms()
    first = known.of(["the old bridge", "a new bridge"])
    assert known.of(["the old bridge", "a new bridge"]) == first
    assert first[0][2] == first[1][2]
    assert [known.words[number] for number in first[0]] == ["the", "old", "bridge"]


def test_one_surface_may_be_several_tokens() -> None:
    known = Forms()
    [numbers] = known.of(["l'Assemblée"])
    assert [known.words[number] for number in numbers] == ["l", "assemblee"]
    [number] = known.numbers(["l'Assemblée"])
    assert number < 0
    assert known.parts(number) == ((0, 1, numbers[0]), (2, 11, numbers[1]))


def test_known_words_have_a_vector() -> None:
    known = Forms()
    [[bridge, unknown]] = known.of(["bridge qwrtzx"])
    assert known.codes[ROW, bridge] == Vectors.shipped().row("bridg")
    assert known.codes[ROW, unknown] == -1


def test_too_many_forms_give_way_to_new_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    before = forms()
    before.of(["some words"])
    monkeypatch.setattr(forms_module, "_kept", before)
    monkeypatch.setattr(forms_module, "FULL", 1)
    assert forms() is not before


def test_threads_may_share_them() -> None:
    known = Forms()
    texts = [" ".join(f"word{n}" for n in range(at, at + 40)) for at in range(400)]
    found: list[list[list[str]]] = []

    def look() -> None:
        found.append([[known.words[n] for n in known.of([text])[0]] for text in texts])

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[text.split() for text in texts]] * 4
