"""What names and nouns of a conversation refer to: persons or things, one or several."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qa import lexicon as lex
from qa.phrases import THINGS, NounPhrase, is_verb, noun_phrases
from qa.question import analyse
from qa.terms import tokens

Past = Sequence[tuple[str, str | None]]
"""Earlier questions, resolved, and their answers, oldest first."""

_AT = frozenset({"in", "at", "on", "near", "inside", "outside"})
_OFFICES = (lex.TITLES | lex.PERSON_NOUNS) - {"mother", "father", "sister", "brother", "wife"} - {
    "husband", "son", "daughter", "child", "saint", "st"
}  # fmt: skip
_MADE = frozenset(
    {"published", "built", "released", "written", "established", "launched", "constructed"}
    | {"produced", "filmed", "recorded", "composed", "demolished", "printed", "located"}
)
_PERSONAL = frozenset({"he", "him", "his", "she", "her"})
_PEOPLES = ("ish", "ench", "utch", "ese", "wiss")  # "the English"
_NO_ONE = frozenset({"anyone", "anybody", "someone", "somebody", "everyone", "nobody", "people"})
_HUMAN = frozenset(
    {"born", "die", "died", "marry", "married", "talk", "talked", "speak", "spoke", "resign"}
    | {"resigned", "study", "studied", "teach", "taught", "wife", "husband", "think", "thought"}
)


def natures(past: Past) -> dict[str, bool]:
    """Names and nouns of the conversation known to be persons (True) or things (False).

    "Who is Ines Valcourt?" tells as much as "in Lisbon" or "the Orsini Trough".
    """
    known: dict[str, bool] = {}
    for asked, answer in past:
        for text, person in _natures(asked, answer):
            known.setdefault(text, person)
    return known


@lru_cache(maxsize=256)
def _natures(asked: str, answer: str | None) -> tuple[tuple[str, bool], ...]:
    """What one turn tells of them."""
    known = []
    question = analyse(asked)
    for phrase in noun_phrases(asked):
        person = nature(asked, phrase)
        if question.kind == "define":
            person = asked.lower().startswith("who")
        if person is not None:
            known.append((asked[phrase.start : phrase.end].lower(), person))
    if answer and question.kind in ("which", "what") and question.focus:
        known.append((answer.lower(), question.focus[-1] in lex.PERSON_NOUNS))
    if answer and question.wanted == "place":
        known.append((answer.lower(), False))
    return tuple(known)


def nature(asked: str, phrase: NounPhrase) -> bool | None:
    """Whether a phrase of a question is a person (True) or a thing, from its words and its place.

    None if neither tells: "Macron", "Lumenar".
    """
    text = asked[phrase.start : phrase.end]
    words = [token.word for token in tokens(text.partition(" of ")[0])]
    if not phrase.is_name:
        if words[-1] in lex.PERSON_NOUNS | lex.TITLES:
            return True
        return True if phrase.role == "subject" and asks_for_holder(asked) else None
    if words[-1] in THINGS:
        return False
    if not (lex.TITLES.isdisjoint(words) and lex.PERSON_NOUNS.isdisjoint(words)):
        return True
    if phrase.role == "subject" and not _MADE.isdisjoint(_words(asked[phrase.end :])):
        return False
    if phrase.role == "subject" and not _HUMAN.isdisjoint(_words(asked)):
        return True
    if is_determined(text) or phrase.before in _AT or words[0] in THINGS:
        return False
    after = _words(asked[phrase.end :])
    if phrase.role == "subject" and "become" in after and not _OFFICES.isdisjoint(after):
        return True  # "When did Ann become head coach?"
    if phrase.role == "subject" and not _PERSONAL.isdisjoint(_words(asked[phrase.end :])):
        return True  # "Where did Chopin give his first concert?"
    before = [token.word for token in tokens(asked[max(0, phrase.start - 50) : phrase.start])[-2:]]
    if before[1:] == ["of"] and before[0] in _OFFICES:
        return False  # "the mayor of Selmouth"
    return None


def asks_for_holder(asked: str) -> bool:
    """Whether a question asks who it is that a description fits: "Who was the first keeper?" """
    words = _words(asked)
    return (
        words[:1] == ("who",)
        and words[1:2] in (("is",), ("was",), ("are",), ("were",))
        and words[2:3] in (("the",), ("a",), ("an",))
        and not any(map(is_verb, words[3:]))
    )


@lru_cache(maxsize=256)
def _words(asked: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokens(asked))


def is_determined(phrase: str) -> bool:
    """Whether a phrase begins with an article."""
    return phrase.lower().startswith(("a ", "an ", "the "))


_NEVER_FIRST = lex.PREPOSITIONS | lex.PRONOUNS | lex.CONJUNCTIONS | lex.AUXILIARIES | _NO_ONE
_LONGEST = 120  # code points of an answer that can stand in a question


def is_name(phrase: str) -> bool:
    """Whether an answer is written as a name: its first and last word."""
    words = tokens(phrase) if len(phrase) <= _LONGEST else []
    written = 0 < len(words) <= 6 and all(phrase[words[i].start].isupper() for i in (0, -1))
    return written and words[0].word not in _NO_ONE


def is_short(phrase: str) -> bool:
    """Whether an answer can stand in a question: a few words that name something."""
    words = [token.word for token in tokens(phrase[: _LONGEST + 1])]
    return (
        len(phrase) <= _LONGEST
        and 0 < len(words) <= 6
        and words[0]
        not in (lex.PREPOSITIONS | lex.PRONOUNS | lex.CONJUNCTIONS | lex.AUXILIARIES | _NO_ONE)
    )


def is_plural(name: str) -> bool:
    """Whether a phrase looks like several: "the threats", "Ann and Carl"."""
    name = name.partition(" of ")[0]
    last = last_word(name)
    return (
        last in ("people", "children", "men", "women")
        or (name.startswith("the ") and name[4:5].isupper() and last.endswith(_PEOPLES))
        or (last.endswith("s") and not last.endswith(("ss", "us", "is")) and name[-1] == "s")
        or " and " in name
    )


def last_word(name: str) -> str:
    """The last word of a phrase, folded, or ""."""
    words = tokens(name)
    return words[-1].word if words else ""


def head_word(name: str) -> str:
    """The last word of a phrase before what tells more of it: "the Institute of Notre Dame"."""
    words = [token.word for token in tokens(name)]
    links = (i for i in range(1, len(words)) if words[i] in lex.PREPOSITIONS)
    return words[next(links, len(words)) - 1] if words else ""


def is_numeric(phrase: str) -> bool:
    """Whether a phrase begins with a number: "17 million", "five days"."""
    words = tokens(phrase)
    return bool(words) and (words[0].word[0].isdigit() or words[0].word in lex.NUMBER_WORDS)


def is_measure(phrase: str) -> bool:
    """Whether a phrase is a number of units: "2.1 million euros", "seven years"."""
    units = lex.UNITS | lex.NUMBER_WORDS
    return all(token.word[0].isdigit() or token.word in units for token in tokens(phrase))
