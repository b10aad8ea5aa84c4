"""Candidate answer phrases inside a sentence: names, dates, quantities, clauses, noun phrases.

Each generator is a pure function over the sentence's tokens; none knows the question. Spans are
token ranges, so that the same phrase found twice is one candidate with both shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa import lexicon as lex
from qa.answer import DatePhrase
from qa.terms import Token

_NAME_LINKS = frozenset(
    [
        "of",
        "the",
        "and",
        "for",
        "de",
        "la",
        "le",
        "les",
        "du",
        "des",
        "di",
        "da",
        "del",
        "della",
        "van",
        "von",
        "der",
        "den",
        "zu",
        "al",
        "el",
        "bin",
        "ibn",
        "y",
        "e",
    ]
)
_MAX_WORDS = 16
_CLAUSE_END = re.compile(r"[,;:.!?—–()\[\]“”\"]")
_CLAUSE_BREAKS = frozenset(["while", "although", "though", "whereas", "but", "unless"])
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]{2,})[”\"“»]")
_VERBAL = ("ed", "ly", "ing")
_CURRENCY = "$€£¥₹"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase: tokens `first` to `last` (exclusive), and the shapes it has.

    `start` and `end` are code points within the sentence. Shapes: "name", "date", "number",
    "reason", "weak reason", "purpose", "manner", "place", "quoted", "noun", "clause", "year",
    "titled" (a name after a title), "title" (before a name).
    """

    start: int
    end: int
    first: int
    last: int
    shapes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence taken apart once: its text, tokens, and which tokens are capitalised."""

    text: str
    tokens: tuple[Token, ...]
    capital: tuple[bool, ...]
    end: tuple[int, ...]  # of each token, without a possessive ending

    def gap(self, i: int) -> str:
        """What stands between token i-1 and token i."""
        return self.text[self.tokens[i - 1].end : self.tokens[i].start]


@lru_cache(maxsize=1 << 13)
def _bare_end(surface: str) -> int:
    for ending in ("'s", "’s", "'", "’"):
        if surface.endswith(ending):
            return len(surface) - len(ending)
    return len(surface)


def take_apart(text: str, found: Sequence[Token]) -> Words:
    """The sentence `text` with its tokens as the generators want it."""
    return Words(
        text,
        tuple(found),
        tuple(text[t.start].isupper() for t in found),
        tuple(t.start + _bare_end(text[t.start : t.end]) for t in found),
    )


def candidates(words: Words, dates: Sequence[DatePhrase]) -> list[Candidate]:
    """All candidate phrases of a sentence, in text order. `dates` have offsets within the sentence.

    Noun phrases and clauses are cut at punctuation; nothing is longer than sixteen words but
    reasons, quotations and clauses.
    """
    shapes: dict[tuple[int, int], set[str]] = {}
    for generator in (_names, _numbers, _reasons, _manners, _places, _quotations, _nouns, _clauses):
        for first, last, shape in generator(words):
            if first < last:
                shapes.setdefault((first, last), set()).add(shape)
    for first, last, shape in _dates(words, dates):
        shapes.setdefault((first, last), set()).add(shape)
    return [
        Candidate(*_bounds(words, first, last), first, last, frozenset(found))
        for (first, last), found in sorted(shapes.items())
    ]


def _bounds(words: Words, first: int, last: int) -> tuple[int, int]:
    start, end = words.tokens[first].start, words.end[last - 1]
    if start and words.text[start - 1] in _CURRENCY:
        start -= 1
    if end < len(words.text) and words.text[end] in "%°" + _CURRENCY:
        end += 1
    inside = words.text[start:end]
    # Take in a quotation mark or bracket whose partner is inside.
    for opening, closing in ("“”", "()", "‘’", "«»"):
        if opening in inside and inside.count(opening) > inside.count(closing):
            following = words.text[end : end + 2].find(closing)
            if following >= 0:
                end += following + 1
        elif closing in inside and inside.count(closing) > inside.count(opening) and start:
            if words.text[start - 1] == opening:
                start -= 1
    return start, end


def _joined(words: Words, i: int) -> bool:
    """Whether token i follows token i-1 with nothing but a blank, hyphen or period between."""
    gap = words.gap(i)
    return gap in (" ", "-", "\u00a0", "‑", "\n") or (
        gap in (". ", ".") and len(words.tokens[i - 1].word) <= 3 and words.capital[i - 1]
    )


def _name_like(words: Words, i: int) -> bool:
    word = words.tokens[i].word
    if not words.capital[i]:
        return False
    if word in lex.WEEKDAYS or (word in lex.MONTHS and word not in ("may", "march", "august")):
        return False
    if i == 0 and word.endswith(("ing", "ly", "ed")) and not words.capital[1:2] == (True,):
        return False  # a capital letter at the start of a sentence says nothing
    return not (word in lex.FUNCTION_WORDS and len(word) > 1 and not _all_capital(words, i))


def _all_capital(words: Words, i: int) -> bool:
    surface = words.text[words.tokens[i].start : words.end[i]]
    return len(surface) > 1 and surface.isupper()


def _name_runs(words: Words) -> Iterator[tuple[int, int]]:
    i, count = 0, len(words.tokens)
    while i < count:
        if not _name_like(words, i):
            i += 1
            continue
        last = i + 1
        while last < count:
            if _joined(words, last) and (
                _name_like(words, last)
                or (words.tokens[last].word.isdigit() and words.gap(last) != "\n")
            ):
                if words.end[last - 1] != words.tokens[last - 1].end:
                    break  # a possessive ends a name: "Azerbaijan's Defence Ministry" is two
                last += 1
                continue
            link = last
            while link < count and link < last + 2 and (
                words.tokens[link].word in _NAME_LINKS and not words.capital[link]
                and words.gap(link) == " "
            ):  # fmt: skip
                link += 1
            if last < link < count and words.gap(link) == " " and _name_like(words, link):
                last = link + 1
                continue
            break
        yield i, last
        i = last


def _names(words: Words) -> Iterator[tuple[int, int, str]]:
    for first, last in _name_runs(words):
        yield first, last, "name"
        # "President Emmanuel Macron of France": every part that the links separate is a name, too.
        cuts = [
            k for k in range(first + 1, last)
            if words.tokens[k].word in _NAME_LINKS and not words.capital[k]
        ]  # fmt: skip
        edges = [first, *cuts, last]
        for a, b in zip(edges, edges[1:], strict=False):
            a_ = a
            while a_ < b and words.tokens[a_].word in _NAME_LINKS and not words.capital[a_]:
                a_ += 1
            if a_ < b:
                yield a_, b, "name"
                bare = a_
                while bare < b and words.tokens[bare].word in lex.TITLES:
                    bare += 1
                if a_ < bare < b:
                    yield bare, b, "name"
                    yield bare, b, "titled"
                if cuts and b != last and bare < b:
                    yield bare, last, "name"
        bare = first
        while bare < last and (
            words.tokens[bare].word in lex.TITLES
            or (words.tokens[bare].word in ("of", "the", "for", "state", "affairs")
                and bare > first)
        ):  # fmt: skip
            bare += 1
        if first < bare < last:
            yield bare, last, "name"
            yield bare, last, "titled"
            yield first, bare, "title"
        # "prime minister Sam Miller": the title in small letters stands before the run
        if first and words.tokens[first - 1].word in lex.TITLES and words.gap(first) == " ":
            yield first, last, "titled"


def _dates(words: Words, dates: Sequence[DatePhrase]) -> Iterator[tuple[int, int, str]]:
    for date in dates:
        inside = [i for i, t in enumerate(words.tokens) if date.start <= t.start < date.end]
        if inside:
            yield inside[0], inside[-1] + 1, "date"
    for i, token in enumerate(words.tokens):
        if len(token.word) == 4 and token.word.isdigit() and 1000 <= int(token.word) <= 2100:
            following = words.tokens[i + 1].word if i + 1 < len(words.tokens) else ""
            if following not in lex.UNITS and words.text[token.start - 1 : token.start] not in (
                "$", "€", "£",
            ):  # fmt: skip
                yield i, i + 1, "year"


def _is_number(words: Words, i: int) -> bool:
    word = words.tokens[i].word
    return word[0].isdigit() or word in lex.NUMBER_WORDS


def _numbers(words: Words) -> Iterator[tuple[int, int, str]]:
    i, count = 0, len(words.tokens)
    while i < count:
        if not _is_number(words, i) or (
            i == 0 and words.text[words.tokens[0].end : words.tokens[0].end + 1] in tuple(".)")
        ):  # the number of a list's item says nothing
            if words.tokens[i].word in lex.TIME_UNITS and words.tokens[i].word.endswith("s"):
                yield i, i + 1, "number"  # "for months"
            i += 1
            continue
        last = i + 1
        while (
            last < count
            and words.gap(last) in (" ", "-", "–", " to ", "\u00a0", ", ")
            and (_is_number(words, last) and words.gap(last) != ", ")
        ):
            last += 1
        yield i, last, "number"
        end = last
        while (
            end < count and end < last + 2 and words.gap(end) in (" ", "-", "\u00a0")
            and words.tokens[end].word in lex.UNITS | {"old", "of", "per", "cent"}
        ):  # fmt: skip
            end += 1
        if end > last and words.tokens[end - 1].word != "of":
            yield i, end, "number"
        # The number with the noun it counts: "three new bridges".
        noun = last
        while (
            noun < count and noun < last + 3 and words.gap(noun) in (" ", "-")
            and words.tokens[noun].word not in lex.FUNCTION_WORDS
        ):  # fmt: skip
            noun += 1
        if noun > last:
            yield i, noun, "number"
        i = last


def _clause_from(words: Words, first: int, longest: int = 30) -> int:
    """Where the clause that begins at token `first` ends: at punctuation or a new thought."""
    last = first + 1
    while last < len(words.tokens) and last < first + longest:
        gap = words.gap(last)
        if _CLAUSE_END.search(gap) and not _inside_quote(words, first, last):
            break
        if words.tokens[last].word in _CLAUSE_BREAKS:
            break
        last += 1
    return last


def _inside_quote(words: Words, first: int, last: int) -> bool:
    between = words.text[words.tokens[first].start - 1 : words.tokens[last].start]
    gap = words.gap(last).strip()
    return gap in ("“", "”", "‘", "’") or (between.count("“") > between.count("”") and "”" in gap)


def _marked(words: Words, markers: Sequence[str], shape: str) -> Iterator[tuple[int, int, str]]:
    plain = [t.word for t in words.tokens]
    for marker in markers:
        parts = marker.split()
        if parts[0] not in plain:
            continue
        for i in range(len(plain) - len(parts)):
            if plain[i : i + len(parts)] == parts:
                last = _clause_from(words, i)
                if last - i > len(parts):
                    yield i, last, shape
                    yield i + len(parts), last, shape


def _reasons(words: Words) -> Iterator[tuple[int, int, str]]:
    yield from _marked(words, lex.REASON_MARKERS, "reason")
    yield from _marked(words, lex.WEAK_REASON_MARKERS, "weak reason")
    for i in range(1, len(words.tokens) - 1):
        # "to" before a verb gives a purpose: not before a name, an article or a number.
        following = words.tokens[i + 1].word
        if (
            words.tokens[i].word == "to"
            and not words.capital[i + 1]
            and following not in lex.FUNCTION_WORDS
            and not following[0].isdigit()
        ):
            yield i, _clause_from(words, i), "purpose"


def _manners(words: Words) -> Iterator[tuple[int, int, str]]:
    yield from _marked(words, lex.MANNER_MARKERS, "manner")


def _places(words: Words) -> Iterator[tuple[int, int, str]]:
    for i in range(len(words.tokens) - 1):
        before = words.tokens[i].word
        if before in ("in", "at", "near", "from", "outside", "on", "inside") or (
            before == "to" and (words.capital[i + 1] or words.tokens[i + 1].word in lex.ARTICLES)
        ):
            first = i + 1
            if words.tokens[first].word in ("the", "a", "an", "its", "their", "his", "her"):
                first += 1
            last = first
            while (
                last < len(words.tokens)
                and last < first + 5
                and (last == first or words.gap(last) in (" ", "-", ", "))
            ):
                if words.tokens[last].word in lex.FUNCTION_WORDS or (
                    last > first and words.gap(last) == ", " and not words.capital[last]
                ):
                    break
                last += 1
            if first < last and not _is_number(words, first):
                yield first, last, "place"


def _quotations(words: Words) -> Iterator[tuple[int, int, str]]:
    for match in _QUOTED.finditer(words.text):
        start, end = match.span(1)
        inside = [i for i, t in enumerate(words.tokens) if start <= t.start < end]
        if inside:
            yield inside[0], inside[-1] + 1, "quoted"


def _nouns(words: Words) -> Iterator[tuple[int, int, str]]:
    """Runs of words between function words and punctuation, and two such runs linked by "of"."""
    runs = []
    first = None
    for i in range(len(words.tokens) + 1):
        ends = i == len(words.tokens) or words.tokens[i].word in lex.FUNCTION_WORDS
        breaks = not ends and first is not None and not _joined(words, i)
        if (ends or breaks) and first is not None:
            runs.append((first, i))
            first = None
        if not ends and first is None:
            first = i
    for number, (a, b) in enumerate(runs):
        # The verb or adverb that so often opens or closes such a run.
        verbal = not words.capital[a] and (
            words.tokens[a].word.endswith(_VERBAL) or (a > 0 and words.tokens[a - 1].word == "to")
        )
        if b - a <= 6:
            yield a, b, "cut" if verbal else "noun"
            if b - a > 1 and not words.capital[a]:
                yield a + 1, b, "noun" if verbal else "cut"
            if b - a > 1 and words.tokens[b - 1].word.endswith((*_VERBAL, "s")):
                yield a, b - 1, "noun" if words.tokens[b - 1].word.endswith(_VERBAL) else "cut"
        if number + 1 < len(runs):
            c, d = runs[number + 1]
            linked = all(
                words.tokens[i].word in ("of", "the", "a", "and", "for", "in") for i in range(b, c)
            )
            if (
                linked
                and c - b <= 2
                and d - a <= _MAX_WORDS
                and all(words.gap(i) == " " for i in range(b, c + 1))
            ):
                if not verbal:
                    yield a, d, "linked"
                elif a + 1 < b:
                    yield a + 1, d, "linked"


def _clauses(words: Words) -> Iterator[tuple[int, int, str]]:
    """What follows a verb-like word up to the next punctuation: objects and reported speech."""
    for i in range(1, len(words.tokens)):
        before = words.tokens[i - 1].word
        if (
            before in lex.AUXILIARIES
            or before in lex.REPORTING
            or before == "that"
            or before.endswith(("ed", "ing"))
        ):
            last = _clause_from(words, i)
            if last - i >= 2:
                yield i, last, "clause"
