"""Names in a sentence: runs of capitalised words, with and without the titles before them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from qa import lexicon as lex
from qa.words import Words


@dataclass(frozen=True, slots=True)
class Part:
    """A name and the part it plays in its clause.

    `terms` are its words without titles, in order. `role`: "subject", "object", "owner" ("Anna’s"),
    or the preposition before it.
    """

    terms: tuple[str, ...]
    role: str


def joined(words: Words, i: int) -> bool:
    """Whether token i follows token i-1 with nothing but a blank, hyphen, & or period between."""
    gap = words.gap(i)
    if gap in (" ", "-", "\u00a0", "‑", "\n", " & ", "&"):
        return True
    before = words.tokens[i - 1].word
    return (
        gap in (". ", ".")
        and len(before) <= 3
        and words.capital[i - 1]
        and before not in lex.COMPANY_ENDINGS  # "Holt Ltd. Anna Berg" is two
    )


def _name_like(words: Words, i: int) -> bool:
    word = words.tokens[i].word
    if not words.capital[i]:
        return False
    if word in lex.WEEKDAYS or (word in lex.MONTHS and word not in ("may", "march", "august")):
        return False
    if i == 0 and word.endswith(("ing", "ly", "ed")) and words.capital[1:2] != (True,):
        return False  # a capital letter at the start of a sentence says nothing
    return not (word in lex.FUNCTION_WORDS and len(word) > 1 and not _all_capital(words, i))


def _all_capital(words: Words, i: int) -> bool:
    surface = words.text[words.tokens[i].start : words.end[i]]
    return len(surface) > 1 and surface.isupper()


def name_runs(words: Words) -> Iterator[tuple[int, int]]:
    """The longest runs that may be one name: "President Emmanuel Macron of France"."""
    i, count = 0, len(words.tokens)
    while i < count:
        if not _name_like(words, i):
            i += 1
            continue
        last = i + 1
        while last < count:
            if joined(words, last) and (
                _name_like(words, last)
                or (words.tokens[last].word.isdigit() and words.gap(last) != "\n")
            ):
                if words.end[last - 1] != words.tokens[last - 1].end:
                    break  # a possessive ends a name: "Azerbaijan's Defence Ministry" is two
                last += 1
                continue
            link = last
            while link < count and link < last + 2 and (
                words.tokens[link].word in lex.NAME_LINKS and not words.capital[link]
                and words.gap(link) == " "
            ):  # fmt: skip
                link += 1
            if last < link < count and words.gap(link) == " " and _name_like(words, link):
                last = link + 1
                continue
            break
        yield i, last
        i = last


def names(words: Words) -> Iterator[tuple[int, int, str]]:
    """Token ranges and shapes: each run ("name"), its parts, and the run without its titles.

    "titled" is what stands after a title, "title" the title itself.
    """
    for first, last in name_runs(words):
        yield first, last, "name"
        # "President Emmanuel Macron of France": every part that the links separate is a name, too.
        cuts = [
            k for k in range(first + 1, last)
            if words.tokens[k].word in lex.NAME_LINKS and not words.capital[k]
        ]  # fmt: skip
        edges = [first, *cuts, last]
        for a, b in itertools.pairwise(edges):
            a_ = a
            while a_ < b and words.tokens[a_].word in lex.NAME_LINKS and not words.capital[a_]:
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


def parts(words: Words) -> list[Part]:
    """The names of a sentence or question with the parts they play, as far as word order tells."""
    found: list[Part] = []
    end, role, leaning = 0, "", False
    for first, last in _single(words):
        leaning |= any(token.word in _PERSONS for token in words.tokens[end:first])
        if not (end and _coordinated(words, end, first)):
            role = _role(words, first)
            if role == "subject" and leaning:
                role = ""  # "She and Otto Lind": who is meant stands somewhere else
        owner = words.end[last - 1] != words.tokens[last - 1].end
        plain = [
            t.term for t in words.tokens[first:last]
            if t.word not in lex.TITLES and t.word not in lex.FUNCTION_WORDS
        ]  # fmt: skip
        if plain and not (last == 1 and _may_be_common(words.tokens[0].word)):
            found.append(Part(tuple(plain), "owner" if owner else role))
        end = last
    return found


def _may_be_common(word: str) -> bool:
    """Whether the first word of a sentence may have its capital from there alone."""
    return word in lex.NUMBER_WORDS or word in lex.LIGHT_WORDS or word.endswith(_COMMON)


_COMMON = ("s", "ly", "ing", "ion", "ism", "ity", "ment", "ness")


def _single(words: Words) -> Iterator[tuple[int, int]]:
    """The runs of names, cut at "and"."""
    for first, last in name_runs(words):
        for i in range(first, last):
            if words.tokens[i].word == "and" and not words.capital[i]:
                yield first, i
                first = i + 1
        yield first, last


_PERSONS = frozenset({"he", "she", "they", "it", "we", "i"})


def _coordinated(words: Words, end: int, first: int) -> bool:
    """Whether the name that opens at `first` goes on a list of names: "Anna, Otto and Pia"."""
    if first == end:
        return words.gap(first) == ", "
    return first == end + 1 and words.tokens[end].word in ("and", "or")


def _role(words: Words, first: int) -> str:
    """The role of a name from what stands before it, articles and titles left out."""
    at = first - 1
    while at >= 0 and not words.capital[at] and (words.tokens[at].word in _INTRODUCING):
        at -= 1
    if at < 0:
        return "subject"
    word = words.tokens[at].word
    if word == "by":
        return "subject"  # of the passive: "was won by Anna"
    if word in lex.PREPOSITIONS:
        return word
    opens = words.gap(at + 1) != " " or word[0].isdigit() or word in _OPENING
    return "subject" if opens else "object"


_INTRODUCING = lex.ARTICLES | lex.TITLES | lex.PERSON_NOUNS
_OPENING = lex.CONJUNCTIONS | lex.AUXILIARIES | lex.QUESTION_WORDS | lex.WEEKDAYS | lex.MONTHS
