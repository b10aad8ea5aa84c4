"""Misspelt words of a question: the nearest known word, and the question with it in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from qa.answer import Correction
from qa.terms import fold, stem, tokens

_SHORTEST = 5  # letters of a word that may be a misspelling
_TWO_EDITS = 9  # letters from which on two edits are forgiven


class Speller:
    """Finds known words near others, among those with the same first letter.

    `known` gives the words that begin with a letter, and the number of documents that hold each.
    Those of the letters asked for lately are kept by length. Threads may share it.
    """

    def __init__(self, known: Callable[[str], Mapping[str, int]]) -> None:
        self._known = known
        self._shelf = lru_cache(maxsize=4)(self._read_shelf)

    def _read_shelf(self, first: str) -> tuple[Mapping[str, int], Mapping[int, list[str]]]:
        known = self._known(first)
        by_length: dict[int, list[str]] = {}
        for word in known:
            if len(word) >= _SHORTEST - 1:
                by_length.setdefault(len(word), []).append(word)
        return known, by_length

    def nearest(self, word: str) -> str | None:
        """The known word that the folded `word` is most likely a misspelling of, or None.

        None for a known word, for one of fewer than five letters, and for one with a digit. The
        first letter must be right. One edit is forgiven (a letter too many, missing or wrong, or
        two neighbours swapped), two from nine letters on. The lengths differ by one at most even
        then: two letters more or fewer are an ending ("profession", "professional") far more often
        than a slip. Of several words the nearest wins, then the one in more documents, then the
        alphabet.
        """
        if len(word) < _SHORTEST or any(c.isdigit() for c in word):
            return None
        known, by_length = self._shelf(word[0])
        if word in known:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        near = process.extract(
            word,
            [
                other
                for length in (len(word) - 1, len(word), len(word) + 1)
                for other in by_length.get(length, ())
            ],
            scorer=OSA.distance,
            score_cutoff=1 if len(word) < _TWO_EDITS else 2,
            limit=None,
        )
        return min(
            ((distance, -known[other], other) for other, distance, _ in near),
            default=(0, 0, None),
        )[2]


def respelt(question: str, corrections: Sequence[Correction]) -> str:
    """The question with its misspelt words replaced, each as a whole; capitals stay capitals."""
    searched = {stem(fold(correction.asked)): correction.searched for correction in corrections}
    result, at = "", 0
    for token in tokens(question):
        word = searched.get(token.term)
        if word is None:
            continue
        end = token.start + len(without_possessive(question[token.start : token.end]))
        surface = question[token.start : end]
        if len(surface) > 1 and surface.isupper():
            word = word.upper()
        elif surface[0].isupper():
            word = word.capitalize()
        result += question[at : token.start] + word
        at = end
    return result + question[at:]


def without_possessive(surface: str) -> str:
    """A word as written, without 's at its end."""
    return surface[:-2] if surface.endswith(("'s", "’s")) and len(surface) > 2 else surface
