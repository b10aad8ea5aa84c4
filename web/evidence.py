"""Why a passage was chosen, as the page tells it: what became of each word of the question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa import Match

_PLACES = {
    "sentence": "in the sentence",
    "paragraph": "in its paragraph",
    "heading": "in the heading above",
    "title": "in the title",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A word of the question, its weight in per cent of all, and where it, or another, was found.

    `state` is "found", "near" (another word, near in meaning) or "missing"; `found` is the word of
    the document where it is written otherwise, else None; `place` is None for what is missing.
    """

    word: str
    share: int
    state: str
    found: str | None
    place: str | None


def evidence(matches: Sequence[Match]) -> tuple[Evidence, ...]:
    """The question's words in its order."""
    return tuple(map(_told, matches))


def _told(match: Match) -> Evidence:
    share = round(match.weight * 100)
    if match.found is None:
        return Evidence(match.word, share, "missing", None, None)
    same = match.found.casefold() == match.word.casefold()
    return Evidence(
        word=match.word,
        share=share,
        state="near" if match.near else "found",
        found=None if same else match.found,
        place=_PLACES.get(match.where or ""),
    )
