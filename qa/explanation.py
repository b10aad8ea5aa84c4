"""Why a sentence was chosen: which words of the question it holds, and what they count."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import Match
from qa.features import SearchTerm
from qa.forms import forms
from qa.terms import surfaces


class Explanation:
    """The words of a question as they are looked for in its quotes."""

    def __init__(self, search: Sequence[SearchTerm]) -> None:
        """`search` are the question's terms as they are searched."""
        asked = [term for term in search if term.is_topical] or list(search)
        total = sum(term.mass for term in asked) or 1.0
        self._asked = [
            (
                term.text,
                round(term.mass / total, 4),
                term.term,
                sorted(term.others),
            )
            for term in asked
        ]
        self._wanted = {one for _, _, term, others in self._asked for one in (term, *others)}

    def of(
        self, sentence: str, around: Sequence[tuple[str, str, frozenset[str]]]
    ) -> tuple[Match, ...]:
        """What became of each word of the question, in its order, but for those that carry nothing.

        `around` are texts that the sentence stands in or below, the nearest first: a name
        ("paragraph", "heading", "title"), the text, and which of the terms that were searched stand
        there. They are looked at for what the sentence lacks.
        """
        here = self._written(sentence)
        there: dict[str, dict[str, str]] = {}
        found = []
        for text, weight, term, others in self._asked:
            match = _found(term, others, "sentence", here)
            for name, beside, held in around:
                if match is None and (term in held or not held.isdisjoint(others)):
                    if name not in there:
                        there[name] = self._written(beside)
                    match = _found(term, others, name, there[name])
            word, where, near = match or (None, None, False)
            found.append(Match(text, weight, word, where, near))
        return tuple(found)

    def _written(self, text: str) -> dict[str, str]:
        """How each of the terms in a text that are wanted is written where it stands first."""
        known, found, wanted = forms(), surfaces(text), self._wanted
        written: dict[str, str] = {}
        for surface, number in zip(found, known.numbers(found), strict=True):
            for own in (number,) if number >= 0 else known.tokens(number):
                term = known.terms[own]
                if term in wanted:
                    written.setdefault(term, surface)
        return written


def _found(
    term: str | None, others: Sequence[str], where: str, written: dict[str, str]
) -> tuple[str, str, bool] | None:
    """The word that stands for a question's, where, and whether it is another one."""
    if term in written:
        return written[term], where, False
    word = next((written[other] for other in others if other in written), None)
    return None if word is None else (word, where, True)
