"""Parts of speech of words in their sentences."""

from __future__ import annotations

import pytest

from qa.parts_of_speech import CLASSES, classes
from qa.words import Line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The bridge was closed", "the noun be participle"),
        ("Anna closed the bridge", "name past the noun"),
        ("However, they quickly moved in 1931", "adverb pronoun adverb past in year"),
        ("to plan the visit", "to verb the noun"),
    ],
)
def test_classes(text: str, expected: str) -> None:
    assert " ".join(CLASSES[number] for number in classes(Line(text).words)) == expected
