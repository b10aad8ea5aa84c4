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
from qa.parts_of_speech import NUMBER_OF, open_class
from qa.terms import Token, looks_verbal, tokens

Role = Literal["subject", "focus", "other"]

_BE_HAVE = frozenset(
    {"is", "are", "was", "were", "am", "be", "been", "being", "has", "have", "had"}
    | {"isnt", "arent", "wasnt", "werent", "hasnt", "havent", "hadnt"}
)
_DAYS = lex.WEEKDAYS | {"yesterday", "today", "tomorrow"}
_ADVERBS = frozenset({"first", "last", "often", "sometimes", "always", "never", "again"})
_PLACES = frozenset({"back", "home", "away", "together", "instead"})  # "Why did he go back?"
_DETERMINERS = frozenset({"a", "an", "the", "some", "any", "each", "every", "both", "all"}) | {
    "my", "your", "our"
}  # fmt: skip
_LINKS = lex.NAME_LINKS | {"a", "an"}  # "To Kill a Mockingbird"
_SPEAKERS = frozenset({"i", "you", "we", "they", "he", "she", "it"})
# They end in "ing", or are forms of verbs, and are nouns nearly always.
_NOUNS = frozenset(
    {"meeting", "building", "evening", "morning", "wedding", "hearing", "opening", "spring"}
    | {"painting", "ruling", "warning", "training", "crossing", "landing", "recording", "funding"}
    | {"sitting", "reading", "screening", "beginning", "ceiling", "clothing", "string", "hundred"}
)
_MAIN_AUXILIARIES = frozenset({"be", "do", "have"})  # "Where will the next meeting be?"
_PREDICATES = frozenset(
    {"open", "free", "available", "ready", "safe", "due", "valid", "possible", "necessary"}
    | {"important", "famous", "dangerous", "allowed", "full", "empty", "alive", "dead", "ill"}
)
_BARE_VERBS = frozenset(
    {"become", "begin", "build", "buy", "come", "find", "get", "give", "go", "hit", "keep", "leave"}
    | {"lose", "make", "meet", "receive", "sell", "send", "take", "tell", "win"}
)
OF = frozenset({"of"})
_ADJECTIVES = frozenset(NUMBER_OF[name] for name in ("adjective", "superlative", "past"))
THINGS = lex.PLACE_NOUNS | lex.ORGANISATION_NOUNS
_VERBS = frozenset(NUMBER_OF[name] for name in ("verb", "past", "participle", "third person"))
_ABBREVIATIONS = frozenset({"st", "mr", "mrs", "ms", "dr", "prof", "gen", "col", "capt", "sgt"})
_UNMARKED = frozenset(
    {"burst", "cast", "cost", "cut", "hit", "hurt", "put", "set", "shut", "spread"}
)
_AFTER_VERB = _DETERMINERS | {"it", "them", "him", "her", "his", "its", "their"}
_OBJECTS = frozenset({"it", "them", "him", "me", "us"})
_CLAUSES = lex.CONJUNCTIONS | lex.QUESTION_WORDS | {"that", "to"}
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
    done = 0
    for first, last in _runs(read):
        start = first
        while start > done and read.words[start - 1] in _DETERMINERS:
            start -= 1
        done = last
        before = read.words[start - 1] if start else ""
        if before not in lex.PREPOSITIONS:
            open_clause = False
        cleft = before == "that" and read.words[max(0, start - 2) : start] == ("it", "that")
        split = list(_split(read, start, first, last, open_clause, cleft))
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
                    role="subject" if cleft and a == first else role,
                    before=read.words[opening - 1] if opening else "",
                )
            )
    return tuple(phrases)


def is_capital(text: str, found: Sequence[Token], i: int) -> bool:
    """Whether token `i` is written as a name; a question's first word only if another follows."""
    surface = text[found[i].start : found[i].end]
    if surface.isdigit():  # "E-340", "Apollo 11"
        return i > 1 and found[i].start - found[i - 1].end == 1 and is_capital(text, found, i - 1)
    if not surface[0].isupper():
        return any(letter.isupper() for letter in surface)
    following = found[i + 1].start if i + 1 < len(found) else len(text)
    if found[i].word in lex.FUNCTION_WORDS:  # US, IT, WHO, but not a question in capitals
        title = i > 0 and len(surface) > 1 and text[following : following + 1].isupper()
        return (len(surface) > 1 and surface.isupper() and not text.isupper()) or (
            title and not text.isupper() and text[found[i].start - 1] == " "
            and text[found[i].start - 2].isalnum()
        )  # fmt: skip
    return (
        i > 0
        or len(found) == 1
        or surface.endswith(("'s", "’s"))
        or text[following].isupper()
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
            following = _following(read, i, last)
            last += 1
            if following >= count or not _joined(read, following):
                break
            last = following
        if last > i:
            yield i, last
        i = max(last, i + 1)


def _following(read: _Read, first: int, last: int) -> int:
    """Which token may go on with the run of `first` to `last`: the next one, or a linked name."""
    words, capital, after = read.words, read.capital, last + 1
    link = words[after] if capital[last] and after < len(words) else ""
    if link in ("a", "an") and capital[after + 1 : after + 2] == (True,):
        return after + 1
    linked = after + 1
    if link == "of":
        linked += words[linked : linked + 1] == ("the",)
        if linked < len(words) and capital[linked] and not _office(words, last, linked):
            return linked
    museum = link == "and" and words[first] in THINGS and "of" in words[first:last]
    return linked if museum and linked < len(words) and capital[linked] else after


def _joined(read: _Read, i: int) -> bool:
    """Whether tokens i-1 and i may belong together: "St. Agnes", "Nagorno-Karabakh"."""
    gap = read.text[read.found[i - 1].end : read.found[i].start]
    initial = len(read.words[i - 1]) == 1 or read.words[i - 1] in _ABBREVIATIONS
    title = gap == ": " and read.capital[i - 1] and read.capital[i]
    return gap in (" ", "-", "‑") or (gap == ". " and initial) or title


def _office(words: Sequence[str], title: int, following: int) -> bool:
    """Whether "of" parts two phrases: "President of France", but not "Secretary of State"."""
    return words[title] in lex.TITLES and words[following] not in lex.TITLES | {"state"}


def _split(
    read: _Read, start: int, first: int, last: int, open_clause: bool, cleft: bool
) -> Iterator[tuple[int, int, Role]]:
    """The noun phrases in a run of tokens, the articles before which begin at `start`.

    `open_clause`: the subject before it still lacks its verb ("did the council of Ashcombe meet").
    `cleft`: it begins with the subject of "was it that Anna Berg cast the bell".
    """
    words, capital = read.words, read.capital
    before = words[start - 1] if start else ""
    i = first
    if start == first and before in _SPEAKERS and not capital[first]:
        i = first + 1  # "How do I fix error E-217?"
        if i < last and not capital[i] and words[last - 1] not in _PLACES:
            yield i, last, "other"
            return
    elif before in lex.AUXILIARIES or open_clause:
        plain = before in _BE_HAVE
        bare = start == first and last - first == 1 and not capital[first] and not plain
        whole = words[last : last + 1] and words[last] in _MAIN_AUXILIARIES
        bare = bare and not whole
        past = _verbal(words[first]) or words[first] in _UNMARKED
        participle = plain and start == first and not capital[first] and past
        if not bare and not participle:
            i = last if whole else _verb(read, first, last, plain)
            if before == "do":  # "Do bees make honey?"
                i = next((k for k in range(first + 1, i) if words[k - 1].endswith("s")), i)
            if plain and i == last == len(words) and words[: start - 1] in ((), ("why",)):
                i -= last - first > 1 and not capital[i - 1]  # "Is the bridge safe?"
            elif plain and i == last and last - first > 1 and words[last - 1] in _PREDICATES:
                i -= 1  # "When is the museum open?"
            owner = next((k + 1 for k in range(first, i) if read.possessive[k]), i)
            yield first, owner, "other" if open_clause else "subject"
            if i + 1 < last and not any(capital[i:last]) and is_plural_noun(words[last - 1]):
                yield i + 1, last, "other"  # "How long do clinics keep patient records?"
                return
    elif before in ("many", "much"):
        inverted = words[last : last + 1] and words[last] in lex.AUXILIARIES
        i = last if inverted and not any(capital[first:last]) else first + 1
        yield first, i, "focus"
    elif before in ("which", "whose") or (before == "what" and _is_focus(read, first, last)):
        i = _verb(read, first, last, True)
        if last - first > 1 and words[last : last + 1] and words[last] in _OBJECTS:
            i = min(i, last - 1)  # "Which company designs it?"
        yield first, i, "focus"
    elif not any(capital[first:last]):
        infinitive = before == "to" and words[last : last + 1] and words[last] in _AFTER_VERB
        if start < first or (before in _OPENING and not _verbal(words[first]) and not infinitive):
            ends = looks_verbal(words[last - 1]) and words[last - 1] not in _NOUNS
            yield first, last - (last - first > 1 and ends), "other"
        elif last - first > 1 and _verbal(words[first]):
            yield first + 1, last, "other"  # "Who closed roads?"
        return
    while i < last:
        name = i
        while i < last and (capital[i] or (i > name and words[i] in _LINKS)):
            i += 1
            if read.possessive[i - 1]:
                break
        if i == name:
            i += 1
            continue
        if i < last and not (read.possessive[i - 1] or is_verb(words[i]) or cleft):
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
    lower = next((i for i in range(first, last) if not read.capital[i]), last)
    if first < lower < last - 1 and not participle and is_plural_noun(read.words[last - 1]):
        return lower  # "Did Port Ellery score goals?"
    for i in range(first + 1, last):
        if (
            read.capital[i]
            or read.possessive[i - 1]
            or read.words[i] in lex.TITLES | {"of", "the", "and"}
        ):
            continue
        follows = read.words[last] if last < len(read.words) else "is"
        unmarked = participle and read.words[i] in _UNMARKED and i + 1 == last
        if unmarked and follows not in lex.AUXILIARIES | lex.PREPOSITIONS:
            return i  # "Which river burst its banks?"
        gerund = participle and read.words[i].endswith("ing")
        if gerund and any(_verbal(word) for word in read.words[i + 1 : last]):
            continue  # "Why was the open boxing match cancelled?"
        if participle and _verbal(read.words[i]):
            return i
        if not participle and (i + 1 == last or read.capital[i + 1]):
            return last if i + 1 == last and _is_noun(read, i) else i
        if not participle and read.words[i] in _BARE_VERBS:
            return i
        if read.words[i] in _ADVERBS or read.words[i].endswith("ly"):
            return i
    return last


def _is_noun(read: _Read, i: int) -> bool:
    """Whether token `i`, which might be a verb, is none: "does the house in Lyon belong to"."""
    if is_verb(read.words[i]):
        return False
    if is_adjective(read.words[i - 1]) and not read.capital[i - 1]:
        return True  # "does the burned house in Lyon cost"
    for word, capital in zip(read.words[i + 1 :], read.capital[i + 1 :], strict=True):
        if word in _CLAUSES:
            return False
        bare = word in _MAIN_AUXILIARIES or (is_verb(word) and not looks_verbal(word))
        if bare and not capital:
            return True
    return False


def _verbal(word: str) -> bool:
    return (looks_verbal(word) and word not in _NOUNS) or word in lex.REPORTING


@lru_cache(maxsize=1024)
def is_verb(word: str) -> bool:
    """Whether a folded word is a form of a verb, and of nothing else: "belong", not "close"."""
    return _verbal(word) or (word not in lex.FUNCTION_WORDS and open_class(word) in _VERBS)


def is_adjective(word: str) -> bool:
    """Whether a folded word is one, or a participle, and comes before a noun."""
    return open_class(word) in _ADJECTIVES


def is_plural_noun(word: str) -> bool:
    return open_class(word) == NUMBER_OF["plural"]


def with_complements(
    text: str, phrase: NounPhrase, links: frozenset[str] = lex.PREPOSITIONS
) -> str:
    """A noun phrase with those that `links` tie to it: "the line to the airport in Oslo"."""
    end = phrase.end
    for other in noun_phrases(text):
        link = text[end : other.start].split() if other.start >= end else []
        if len(link) == 1 and link[0].lower() in links:
            end = other.end
    return text[phrase.start : end]
