"""Noun phrases and dates of a question, found by its word order; no dictionary of verbs is needed.

Only what a follow-up question needs: which phrases could be replaced by another, and which could be
what a pronoun stands for. In "When did the council of Ashcombe meet Anna Berg?" these are "the
council" (the subject), "Ashcombe" and "Anna Berg"; in "a Security Council session" the name is part
of a longer phrase and none of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa import lexicon as lex
from qa.terms import Token, looks_verbal, tokens

Role = Literal["subject", "focus", "other"]

_BE_HAVE = frozenset(
    {"is", "are", "was", "were", "am", "be", "been", "being", "has", "have", "had"}
    | {"isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt"}
)
_DAYS = lex.WEEKDAYS | {"yesterday", "today", "tomorrow"}
_ADVERBS = frozenset({"first", "last", "often", "sometimes", "always", "never", "again"})
_DETERMINERS = frozenset({"a", "an", "the", "some", "any", "each", "every", "both", "all"})
_OPENING = lex.PREPOSITIONS | lex.CONJUNCTIONS | {"this", "that", "these", "those"}


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase, its article included. `start` and `end` are code points of the question.

    `before` is the folded word before it, or "". Role: "subject" after an auxiliary, "focus" after
    "which" or "how many".
    """

    start: int
    end: int
    is_name: bool
    role: Role
    before: str


@dataclass(frozen=True, slots=True)
class _Read:
    """A question's tokens: their words, which are written as names, which have a possessive end."""

    text: str
    found: tuple[Token, ...]
    words: tuple[str, ...]
    capital: tuple[bool, ...]
    possessive: tuple[bool, ...]


@lru_cache(maxsize=256)
def noun_phrases(text: str) -> tuple[NounPhrase, ...]:
    """The noun phrases of a question, in order."""
    found = tuple(tokens(text))
    read = _Read(
        text, found, tuple(token.word for token in found),
        tuple(is_capital(text, found, i) for i in range(len(found))),
        tuple(_bare_end(text, token) < token.end for token in found),
    )  # fmt: skip
    phrases = []
    open_clause = False
    for first, last in _runs(read):
        start = first
        while start and read.words[start - 1] in _DETERMINERS:
            start -= 1
        before = read.words[start - 1] if start else ""
        if before not in lex.PREPOSITIONS:
            open_clause = False
        split = list(_split(read, start, first, last, open_clause))
        open_clause = (before in lex.AUXILIARIES - _BE_HAVE or open_clause) and [
            b for _, b, _ in split[:1]
        ] == [last]
        for a, b, role in split:
            opening = start if a == first else a
            phrases.append(
                NounPhrase(
                    start=found[opening].start,
                    end=_bare_end(text, found[b - 1]),
                    is_name=read.capital[b - 1],
                    role=role,
                    before=read.words[opening - 1] if opening else "",
                )
            )
    return tuple(phrases)


def is_capital(text: str, found: Sequence[Token], i: int) -> bool:
    """Whether token `i` is written as a name; a question's first word only if another follows."""
    surface = text[found[i].start : found[i].end]
    if not surface[0].isupper():
        return False
    if found[i].word in lex.FUNCTION_WORDS:  # US, IT, WHO, but not a question in capitals
        return len(surface) > 1 and surface.isupper() and not text.isupper()
    return (
        i > 0
        or len(found) == 1
        or surface.endswith(("'s", "’s"))
        or text[found[1].start].isupper()
        or _verbal(found[1].word)
    )


def _bare_end(text: str, token: Token) -> int:
    return token.end - 2 if text.endswith(("'s", "’s"), token.start, token.end) else token.end


def dates(text: str) -> list[tuple[int, int]]:
    """Where years, months, weekdays stand, days of the month included; prepositions are not."""
    found = tokens(text)
    runs: list[tuple[int, int]] = []
    i = 0
    while i < len(found):
        last = i
        while last < len(found) and (_is_date(text, found, last) or found[last].word.isdigit()):
            last += 1
        if any(_is_date(text, found, k) for k in range(i, last)):
            runs.append((found[i].start, found[last - 1].end))
        i = max(last, i + 1)
    return runs


def _is_date(text: str, found: Sequence[Token], i: int) -> bool:
    word = found[i].word
    if word in ("may", "march"):
        return i > 0 and text[found[i].start].isupper()
    year = len(word) == 4 and word.isascii() and word.isdigit() and 1000 <= int(word) <= 2100
    return year or word in _DAYS or word in lex.MONTHS


def _runs(read: _Read) -> Iterator[tuple[int, int]]:
    """Words that carry a topic and follow one another; "of" links two names."""
    words, capital, count = read.words, read.capital, len(read.words)

    def topical(i: int) -> bool:
        return (capital[i] or words[i] not in lex.FUNCTION_WORDS) and not _is_date(
            read.text, read.found, i
        )

    i = 0
    while i < count:
        last = i
        while last < count and topical(last):
            following = last + 1
            if capital[last] and words[following : following + 1] == ("of",):
                following += 2 if words[following + 1 : following + 2] == ("the",) else 1
                if following >= count or not capital[following] or _office(words, last, following):
                    following = last + 1
            last += 1
            if following >= count or _gap(read, following) not in (" ", "-", "‑"):
                break
            last = following
        if last > i:
            yield i, last
        i = max(last, i + 1)


def _gap(read: _Read, i: int) -> str:
    return read.text[read.found[i - 1].end : read.found[i].start]


def _office(words: Sequence[str], title: int, following: int) -> bool:
    """Whether "of" parts two phrases: "President of France", but not "Secretary of State"."""
    return words[title] in lex.TITLES and words[following] not in lex.TITLES | {"state"}


def _split(
    read: _Read, start: int, first: int, last: int, open_clause: bool
) -> Iterator[tuple[int, int, Role]]:
    """The noun phrases in a run of tokens, the articles before which begin at `start`.

    `open_clause`: the subject before it still lacks its verb ("did the council of Ashcombe meet").
    """
    words, capital = read.words, read.capital
    before = words[start - 1] if start else ""
    i = first
    if before in lex.AUXILIARIES or open_clause:
        plain = before in _BE_HAVE
        bare = start == first and last - first == 1 and not capital[first] and not plain
        bare = bare and words[last : last + 1] not in (("do",), ("have",), ("be",))
        if not bare and not (plain and _verbal(words[first])):
            i = _verb(read, first, last, plain)
            if before == "do":  # "Do bees make honey?"
                i = next((k for k in range(first + 1, i) if words[k - 1].endswith("s")), i)
            if plain and i == last == len(words) and words[: start - 1] in ((), ("why",)):
                i -= last - first > 1 and not capital[i - 1]  # "Is the bridge safe?"
            owner = next((k + 1 for k in range(first, i) if read.possessive[k]), i)
            yield first, owner, "other" if open_clause else "subject"
    elif before in ("many", "much"):
        i = first + 1
        yield first, i, "focus"
    elif before in ("which", "whose") or (before == "what" and _is_focus(read, first, last)):
        i = _verb(read, first, last, True)
        yield first, i, "focus"
    elif not any(capital[first:last]):
        if start < first or (before in _OPENING and not _verbal(words[first])):
            yield first, last - (last - first > 1 and _verbal(words[last - 1])), "other"
        elif last - first > 1 and _verbal(words[first]):
            yield first + 1, last, "other"  # "Who closed roads?"
        return
    while i < last:
        name = i
        while i < last and (capital[i] or (i > name and words[i] in ("of", "the"))):
            i += 1
            if read.possessive[i - 1]:
                break
        if i == name:
            i += 1
            continue
        if i < last and not read.possessive[i - 1] and not _verbal(words[i]):
            while i < last and not capital[i]:  # a name before a noun is part of its phrase
                i += 1
        yield name, i, "other"


def _is_focus(read: _Read, first: int, last: int) -> bool:
    """Whether "what" asks for a noun: "what road is", "what company sold", not "what caused"."""
    follows = read.words[last] if last < len(read.words) else ""
    verb = _verbal(read.words[first]) and not read.words[first].endswith("ing")
    return not verb and (last - first > 1 or follows in lex.AUXILIARIES)


def _verb(read: _Read, first: int, last: int, participle: bool) -> int:
    """Where a run's verb stands, after the subject it begins with; `last` if it holds none."""
    for i in range(first + 1, last):
        if read.capital[i] or read.possessive[i - 1] or read.words[i] in lex.TITLES | {"of", "the"}:
            continue
        if _verbal(read.words[i]) if participle else i + 1 == last or read.capital[i + 1]:
            return i
        if read.words[i] in _ADVERBS or read.words[i].endswith("ly"):
            return i
    return last


def _verbal(word: str) -> bool:
    return looks_verbal(word) or word in lex.REPORTING
