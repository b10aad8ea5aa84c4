"""Why a sentence was chosen: which words of the question it holds, and what they count."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answer import Match
from qa.features import SearchTerm
from qa.forms import forms
from qa.terms import surfaces

_TOPICAL = 0.1  # words that count no more say nothing of a topic


def explain(
    search: Sequence[SearchTerm], sentence: str, around: Sequence[tuple[str, str]]
) -> tuple[Match, ...]:
    """What became of each word of the question, in its order, but for those that carry nothing.

    `around` are texts that the sentence stands in or below, each after its name ("paragraph",
    "heading", "title"), the nearest first; they are looked at for what the sentence lacks.
    """
    asked = [term for term in search if term.weight > _TOPICAL] or list(search)
    total = sum(term.mass for term in asked) or 1.0
    places = [("sentence", _written(sentence))]
    found = []
    for term in asked:
        match = _found(term, *places[0])
        if match is None:
            if len(places) == 1:
                places += [(name, _written(text)) for name, text in around]
            each = (_found(term, name, written) for name, written in places[1:])
            match = next((entry for entry in each if entry), None)
        word, where, near = match or (None, None, False)
        found.append(Match(term.text, round(term.mass / total, 4), word, where, near))
    return tuple(found)


def _written(text: str) -> dict[str, str]:
    """How each term of a text is written where it stands first."""
    written: dict[str, str] = {}
    known, found = forms(), list(dict.fromkeys(surfaces(text)))
    for surface, parts in zip(found, known.parts(found), strict=True):
        for _, _, number in parts:
            written.setdefault(known.terms[number], surface)
    return written


def _found(term: SearchTerm, where: str, written: dict[str, str]) -> tuple[str, str, bool] | None:
    """The word that stands for a question's, where, and whether it is another one."""
    if term.term in written:
        return written[term.term], where, False
    others = [*term.family, *(near for near, _ in term.related)]
    word = next((written[other] for other in sorted(others) if other in written), None)
    return None if word is None else (word, where, True)
