"""Which amounts of a list a question passes over."""

from __future__ import annotations

import pytest

from qa.amounts import passed_over
from qa.words import Line

PRICES = "The fee is £30 for adults and £20 for juniors."


def amounts_left(text: str, amounts: list[str], asked: list[str]) -> list[str]:
    """The amounts that are not passed over when some words of the text are asked for."""
    words = Line(text).words
    at = {token.word: number for number, token in enumerate(words.tokens)}
    repeated = {at[word]: (word, 1.0) for word in asked}
    passed = passed_over(words, [(at[amount], at[amount] + 1) for amount in amounts], repeated)
    return [amount for amount in amounts if at[amount] not in passed]


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (["fee", "juniors"], ["20"]),
        (["fee", "adults"], ["30"]),
        (["fee"], ["30"]),
        ([], ["30", "20"]),
    ],
)
def test_amount_beside_the_words_asked_for(asked: list[str], left: list[str]) -> None:
    assert amounts_left(PRICES, ["30", "20"], asked) == left


def test_unlike_amounts_are_no_list() -> None:
    text = "The fee is £30 for 20 minutes and juniors pay less."
    assert amounts_left(text, ["30", "20"], ["juniors"]) == ["30", "20"]


def test_one_amount_is_no_list() -> None:
    assert amounts_left("The fee is £30 for juniors.", ["30"], ["juniors"]) == ["30"]
