"""Amounts in a list: which of a sentence's prices, ages or counts a question does not ask for."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from qa import lexicon as lex
from qa.words import Words

Span = tuple[int, int]


def passed_over(
    words: Words, amounts: Sequence[Span], asked: Mapping[int, tuple[str, float]]
) -> frozenset[int]:
    """The tokens of those amounts in a list that the question does not ask for.

    `amounts` are the token ranges of what may be wanted, in text order; `asked` are the tokens that
    repeat a word of the question, with its term and mass. In "The fee is £30 for adults and £20 for
    juniors" the words around each amount tell it from the others; those before the first ("fee")
    belong to all, unless nothing else does tell.
    """
    spans: list[Span] = []
    for first, last in amounts:
        # "12,799 feet (3,901 m)" is one amount, given twice.
        if spans and (first < spans[-1][1] or "(" in words.gap(first)):
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    edges = [spans[0][0]] if spans else []
    for (_, last), (first, _) in itertools.pairwise(spans):
        parts = (
            i for i in range(first, last - 1, -1)
            if words.tokens[i].word in _PARTING or not _PARTED.isdisjoint(words.gap(i))
        )  # fmt: skip
        edge = next(parts, None)
        if edge is None or _measure(words, spans[0]) != _measure(words, (first, last)):
            return frozenset()  # not a list of like things
        edges.append(edge)
    if len(edges) < 2:
        return frozenset()
    edges.append(len(words.tokens))
    own = [
        sum(dict(asked[i] for i in range(start, end) if i in asked).values())
        for start, end in itertools.pairwise(edges)
    ]
    best = max(own)
    passed = [span for span, mass in zip(spans, own, strict=True) if mass < best]
    if not passed and any(place < edges[0] for place in asked):
        passed = spans[1:]
    return frozenset(i for first, last in passed for i in range(first, last))


def _measure(words: Words, span: Span) -> str:
    """What an amount is measured in, as far as it is written beside it: a currency or a unit."""
    first, last = span
    start = words.tokens[first].start
    sign = words.text[max(start - 1, 0) : start]
    if sign and sign in lex.CURRENCY:
        return sign
    inside = (token.word for token in words.tokens[first : last + 1])
    return next((word.removesuffix("s") for word in inside if word in lex.UNITS), "")


_PARTING = frozenset({"and", "or", "but", "while", "whereas", "then"})
_PARTED = frozenset(",;")
