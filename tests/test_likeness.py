"""Near duplicates: what is almost the same is found, what only shares its topic is not."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from qa.answer import Document
from qa.documents import document_id
from qa.likeness import SIZE, groups, signature
from qa.preparing import batch_of
from qa.vocabulary import hash_of

WORDS = ["ferry", "harbour", "mayor", "bridge", "island", "council", "ship", "sails", "opens"]


def text(seed: int, length: int = 120) -> list[str]:
    rng = random.Random(seed)
    return [rng.choice(WORDS) + str(rng.randrange(40)) for _ in range(length)]


def signed(words: list[str]) -> NDArray[np.uint32]:
    return signature(np.array([hash_of(word) for word in words], np.uint64))


def alike(*texts: list[str]) -> list[list[int]]:
    return groups(np.array([signed(words) for words in texts]).reshape(-1, SIZE))


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def test_equal_texts_are_near_duplicates_in_groups_in_order() -> None:
    one, other = text(1), text(2)
    assert alike(one, other, one, text(3), other, one) == [[0, 2, 5], [1, 4]]


def test_a_text_with_a_word_changed_is_a_near_duplicate() -> None:
    changed = sum(
        bool(alike(text(seed, 200), [*text(seed, 200)[:100], "other", *text(seed, 200)[101:]]))
        for seed in range(30)
    )
    assert changed >= 29


def test_other_texts_of_the_same_words_are_none() -> None:
    assert alike(*(text(seed) for seed in range(60))) == []
    words = text(1)
    assert alike(words, sorted(words)) == []


def test_half_a_text_is_no_near_duplicate() -> None:
    assert alike(*(text(1)[:60] + text(seed)[:60] for seed in range(2, 12))) == []


def test_the_share_of_equal_numbers_estimates_that_of_equal_runs() -> None:
    estimates, truths = [], []
    for seed in range(40):
        one = text(seed, 300)
        kept = 300 - 6 * seed
        other = one[:kept] + text(seed + 1000, 300 - kept)
        common = runs(one) & runs(other)
        truths.append(len(common) / len(runs(one) | runs(other)))
        estimates.append(float((signed(one) == signed(other)).mean()))
    errors = np.array(estimates) - truths
    assert abs(errors.mean()) < 0.05
    assert np.abs(errors).max() < 0.45


def test_signatures_are_the_same_for_ever() -> None:
    # They are stored: another machine, process or library version must make the same ones.
    first = [2436156764, 44684662, 3526940810, 1792866629]
    assert signed(["a", "b", "c", "d"]).tolist()[:4] == first


@pytest.mark.parametrize("words", [[], ["a"], ["a", "b"]])
def test_texts_of_a_word_or_two_have_signatures(words: list[str]) -> None:
    assert alike(words, words) == [[0, 1]]
    assert alike(words, text(1)) == []


def test_nothing_has_no_groups() -> None:
    assert alike() == []
    assert alike(text(1)) == []


def test_a_chain_of_near_duplicates_is_one_group() -> None:
    first = text(1, 300)
    texts = [[*first[:at], *text(2, 300)[at - 6 : at], *first[at + 6 :]] for at in (50, 150, 250)]
    found = alike(first, *texts)
    assert found == [[0, 1, 2, 3]]


def test_a_crowd_of_equal_texts_takes_no_square_of_time() -> None:
    signatures = np.tile(signed(text(1)), (5_000, 1))
    [group] = groups(signatures)
    assert len(group) == 5_000


def test_a_document_s_signature_is_that_of_its_terms_whatever_it_stands_with() -> None:
    words = "The ferry sails at noon. It carries twelve cars to the island and back again."
    documents = [Document(document_id(path), "T", None, path, words) for path in ("a.txt", "b.txt")]
    other = Document(document_id("c.txt"), "T", None, "c.txt", "Another text, before it.")
    together = batch_of([other, *documents]).signatures
    assert groups(together) == [[1, 2]]
    assert batch_of(documents[:1]).signatures[0].tolist() == together[1].tolist()
