"""Candidate answer phrases inside a sentence: names, dates, quantities, clauses, noun phrases.

Each generator is a pure function over the sentence's tokens; none knows the question. Spans are
token ranges, so that the same phrase found twice is one candidate with both shapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from qa import lexicon as lex
from qa.answer import DatePhrase
from qa.names import joined, names
from qa.terms import looks_verbal
from qa.words import Words

_MAX_WORDS = 16
_PERIOD = (
    r"(?:second|minute|hour|day|night|morning|evening|weekday|week|month|quarter|year|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME = re.compile(
    r"\b(?:\d{1,2}(?:[.:]\d\d)? ?(?:a\.?m\b\.?|p\.?m\b\.?|o['’]clock\b)|\d{1,2}:\d\d\b"
    r"|noon\b|midnight\b"
    r"|(?:(?:first|second|third|fourth|last) \w+ (?:of|in) )?(?:every|each) (?:\w+ ){0,2}?"
    rf"{_PERIOD}\b|(?:dai|week|month|year|annual|hour|night)ly\b"
    rf"|(?:once|twice|\w+ times) (?:a|an|per|every|each) {_PERIOD}\b"
    rf"|{_DAY}s(?:(?:, | and |, and | or ){_DAY}s){{0,6}}\b|week(?:day|end)s\b"
    rf"|{_DAY}(?: to | through |[-–]){_DAY}\b)",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.!?—–()\[\]“”\"]")
_CLAUSE_BREAKS = frozenset(["while", "although", "though", "whereas", "but", "unless"])
_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]{2,})[”\"“»]")
_VERBAL = ("ed", "ly", "ing")


class Candidate(NamedTuple):
    """A phrase: tokens `first` to `last` (exclusive), and the shapes it has.

    `start` and `end` are code points within the sentence. Shapes: "name", "titled" (a name after a
    title), "title" (before a name), "date", "year", "time", "number", "place", "whereabouts" (a
    place with its preposition), "reason", "weak reason", "purpose", "manner", "quoted", "clause",
    "noun", "cut" (a part of a noun phrase), "linked" (two of them).
    """

    start: int
    end: int
    first: int
    last: int
    shapes: frozenset[str]


def candidates(words: Words, dates: Sequence[DatePhrase]) -> list[Candidate]:
    """All candidate phrases of a sentence, in text order. `dates` have offsets within the sentence.

    Noun phrases and clauses are cut at punctuation; nothing is longer than sixteen words but
    reasons, quotations and clauses.
    """
    shapes: dict[tuple[int, int], set[str]] = {}
    for generator in (names, _numbers, _reasons, _manners, _places, _quotations, _nouns, _clauses):
        for first, last, shape in generator(words):
            if first < last:
                shapes.setdefault((first, last), set()).add(shape)
    for first, last, shape in (*_dates(words, dates), *_times(words)):
        shapes.setdefault((first, last), set()).add(shape)
    every = [(*place, frozenset(found)) for place, found in sorted(shapes.items())]
    if not _SIGNS.search(words.text):  # as in most sentences: phrases begin and end with a word
        tokens, ends = words.tokens, words.end
        return [
            Candidate(tokens[first].start, ends[last - 1], first, last, found)
            for first, last, found in every
        ]
    pairs = _pairs(words)
    return [
        Candidate(*_bounds(words, first, last, pairs), first, last, found)
        for first, last, found in every
    ]


def bounds(words: Words, first: int, last: int) -> tuple[int, int]:
    """Start and end of the phrase of some tokens, with its currency sign and closing marks."""
    return _bounds(words, first, last, _pairs(words))


def _pairs(words: Words) -> list[tuple[str, str]]:
    return [pair for pair in _PAIRS if pair[0] in words.text or pair[1] in words.text]


_PAIRS = (("“", "”"), ("(", ")"), ("‘", "’"), ("«", "»"))
_SIGNS = re.compile(f"[{re.escape('%°' + lex.CURRENCY)}“”()‘’«»]")


def _bounds(
    words: Words, first: int, last: int, pairs: Sequence[tuple[str, str]]
) -> tuple[int, int]:
    start, end = words.tokens[first].start, words.end[last - 1]
    if start and words.text[start - 1] in lex.CURRENCY:
        start -= 1
    if end < len(words.text) and words.text[end] in "%°" + lex.CURRENCY:
        end += 1
    inside = words.text[start:end] if pairs else ""
    # Take in a quotation mark or bracket whose partner is inside.
    for opening, closing in pairs:
        if opening in inside and inside.count(opening) > inside.count(closing):
            following = words.text[end : end + 2].find(closing)
            if following >= 0:
                end += following + 1
        elif inside.count(closing) > inside.count(opening) and words.text[:start].endswith(opening):
            start -= 1
    return start, end


def _dates(words: Words, dates: Sequence[DatePhrase]) -> Iterator[tuple[int, int, str]]:
    known: set[int] = set()
    for date in dates:
        inside = [i for i, t in enumerate(words.tokens) if date.start <= t.start < date.end]
        if inside:
            yield inside[0], inside[-1] + 1, "date"
            known.update(inside)
    for i, token in enumerate(words.tokens):
        if words.capital[i]:
            if i not in known and token.word in _CALENDAR:
                yield from _undated(words, i)
        elif len(token.word) == 4 and token.word.isdigit() and 1000 <= int(token.word) <= 2100:
            following = words.tokens[i + 1].word if i + 1 < len(words.tokens) else ""
            if following not in lex.UNITS and words.text[token.start - 1 : token.start] not in (
                "$", "€", "£",
            ):  # fmt: skip
                yield i, i + 1, "year"


_CALENDAR = lex.WEEKDAYS | lex.MONTHS


def _undated(words: Words, i: int) -> Iterator[tuple[int, int, str]]:
    """A weekday or month of which nobody knows the year: "in June", "on 3 June"."""
    word = words.tokens[i].word
    before = words.tokens[i - 1].word if i else ""
    beside = {t.word for t in (*words.tokens[max(i - 2, 0) : i], *words.tokens[i + 1 : i + 3])}
    again = before in ("every", "each") or not lex.WEEKDAYS.isdisjoint(beside)  # Monday to Friday
    if word in lex.WEEKDAYS and not word.endswith("s") and not again:
        yield i, i + 1, "date"
    if word in lex.MONTHS and (before in _IN_MONTH or before[:1].isdigit()):
        first, last = i - before[:1].isdigit(), i + 1
        if first == i and last < len(words.tokens) and words.gap(last) == " ":
            last += words.tokens[last].word[0].isdigit()
        yield first, last, "date"


_IN_MONTH = frozenset({"in", "on", "since", "until", "till", "early", "late", "last", "next", "by"})


def _times(words: Words) -> Iterator[tuple[int, int, str]]:
    """Times of the day, and how often: "3.40 a.m.", "the first Tuesday of every month"."""
    if not any(token.word[0].isdigit() or token.word in _TIMELY for token in words.tokens):
        return
    for match in _TIME.finditer(words.text):
        start, end = match.span()
        inside = [i for i, t in enumerate(words.tokens) if start <= t.start < end]
        if inside:
            yield inside[0], inside[-1] + 1, "time"


# One of them, or a digit, is in whatever `_TIME` finds.
_TIMELY = (
    lex.WEEKDAYS
    | {"noon", "midnight", "every", "each", "once", "twice", "times", "weekday", "weekdays"}
    | {"weekend", "weekends", "annually"}
    | {f"{unit}ly" for unit in ("dai", "week", "month", "year", "hour", "night")}
)


def _is_number(words: Words, i: int) -> bool:
    word = words.tokens[i].word
    return word[0].isdigit() or word in lex.NUMBER_WORDS or _is_rough(words, i)


def _is_rough(words: Words, i: int) -> bool:
    """Whether a quantity opens here without a number: "few hours", "couple of days", "an hour"."""
    word = words.tokens[i].word
    if word in lex.ROUGH_NUMBERS:
        following = words.tokens[i + 1 : i + 3]
        if word == "couple" and following and following[0].word == "of":
            following = following[1:]
        return bool(following) and following[0].word in lex.UNITS
    return (
        word in ("a", "an")
        and 0 < i < len(words.tokens) - 1
        and words.tokens[i + 1].word in lex.TIME_UNITS
        and words.tokens[i - 1].word in lex.LASTING
    )


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
        first, last = i, i + 1
        if i and words.tokens[i - 1].word == "a" and not words.tokens[i].word[0].isdigit():
            first = i - 1  # "a dozen years"
        if words.tokens[i].word == "half" and last < count - 1 and (
            words.tokens[last].word in lex.ARTICLES and words.tokens[last + 1].word in lex.UNITS
        ):  # fmt: skip
            last += 1  # "half an hour"
        while (
            last < count
            and words.gap(last) in (" ", "-", "–", " to ", "\u00a0", ", ")
            and (_is_number(words, last) and words.gap(last) != ", ")
        ):
            last += 1
        yield first, last, "number"
        end = last
        while (
            end < count and end < last + 2 and words.gap(end) in (" ", "-", "\u00a0", " °", "°")
            and words.tokens[end].word in _MEASURING
        ):  # fmt: skip
            end += 1
        if end > last and words.tokens[end - 1].word != "of":
            yield first, end, "number"
        # The number with the noun it counts: "three new bridges".
        noun = last
        while (
            noun < count and noun < last + 3 and words.gap(noun) in (" ", "-")
            and words.tokens[noun].word not in lex.FUNCTION_WORDS
        ):  # fmt: skip
            noun += 1
        if noun > last:
            yield first, noun, "number"
        i = last


_MEASURING = lex.UNITS | {"old", "of", "per", "cent", "c", "f"}


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


def _marked(
    words: Words, markers: Mapping[str, Sequence[Sequence[str]]], shape: str
) -> Iterator[tuple[int, int, str]]:
    """Clauses after a marker, with it and without; `markers` by their first word."""
    for i, token in enumerate(words.tokens):
        for parts in markers.get(token.word, ()):
            behind = i + len(parts)
            if behind < len(words.tokens) and all(
                words.tokens[i + k].word == part for k, part in enumerate(parts)
            ):
                last = _clause_from(words, i)
                if last > behind:
                    yield i, last, shape
                    yield behind, last, shape


def _by_first_word(markers: Sequence[str]) -> dict[str, list[list[str]]]:
    split = [marker.split() for marker in markers]
    return {parts[0]: [p for p in split if p[0] == parts[0]] for parts in split}


_STRONG = _by_first_word(lex.REASON_MARKERS)
_WEAK = _by_first_word(lex.WEAK_REASON_MARKERS)
_MEANS = _by_first_word(lex.MANNER_MARKERS)


def _reasons(words: Words) -> Iterator[tuple[int, int, str]]:
    yield from _marked(words, _STRONG, "reason")
    yield from _marked(words, _WEAK, "weak reason")
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
    yield from _marked(words, _MEANS, "manner")


def _places(words: Words) -> Iterator[tuple[int, int, str]]:
    for i in range(len(words.tokens) - 1):
        before = words.tokens[i].word
        if before in lex.LOCATING or (
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
                if before != "to" and first > i + 1:
                    yield i, last, "whereabouts"


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
        breaks = not ends and first is not None and not joined(words, i)
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
            linked = not looks_verbal(words.tokens[c].word) and all(
                words.tokens[i].word in ("of", "the", "a", "and", "for", "in", "on")
                for i in range(b, c)
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
