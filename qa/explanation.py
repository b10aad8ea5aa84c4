"""Why a sentence was chosen: which words of the question it holds, and what they count."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import Match
from qa.features import SearchTerm
from qa.forms import forms
from qa.terms import surfaces

_TOPICAL = 0.1  # words that count no more say nothing of a topic


def explain(
    search: Sequence[SearchTerm],
    sentence: str,
    around: Sequence[tuple[str, str, frozenset[str]]],
) -> tuple[Match, ...]:
    """What became of each word of the question, in its order, but for those that carry nothing.

    `around` are texts that the sentence stands in or below, the nearest first: a name ("paragraph",
    "heading", "title"), the text, and which of the terms that were searched stand there. They are
    looked at for what the sentence lacks.
    """
    asked = [term for term in search if term.weight > _TOPICAL] or list(search)
    total = sum(term.mass for term in asked) or 1.0
    here = _written(sentence)
    there: dict[str, dict[str, str]] = {}
    found = []
    for term in asked:
        match = _found(term, "sentence", here)
        for name, text, held in around:
            if match is None and (term.term in held or not held.isdisjoint(_others(term))):
                if name not in there:
                    there[name] = _written(text)
                match = _found(term, name, there[name])
        word, where, near = match or (None, None, False)
        found.append(Match(term.text, round(term.mass / total, 4), word, where, near))
    return tuple(found)


def _written(text: str) -> dict[str, str]:
    """How each term of a text is written where it stands first."""
    known, found = forms(), surfaces(text)[::-1]
    written: dict[str, str] = {}
    for surface, number in zip(found, known.numbers(found), strict=True):
        if number >= 0:
            written[known.terms[number]] = surface
        else:
            written |= {known.terms[own]: surface for own in known.tokens(number)}
    return written


def _found(term: SearchTerm, where: str, written: dict[str, str]) -> tuple[str, str, bool] | None:
    """The word that stands for a question's, where, and whether it is another one."""
    if term.term in written:
        return written[term.term], where, False
    word = next((written[other] for other in sorted(_others(term)) if other in written), None)
    return None if word is None else (word, where, True)


def _others(term: SearchTerm) -> list[str]:
    """The terms that may stand for a question's."""
    return [*term.family, *(near for near, _ in term.related)]
