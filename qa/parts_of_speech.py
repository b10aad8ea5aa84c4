"""Parts of speech, roughly: closed classes by list, open ones by list, ending and neighbours.

After Brill's rule-based tagger (1992): each word gets the class that it has most often, then a few
rules look at the classes beside it. No more is wanted than what tells the edges of phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from qa import lexicon as lex
from qa.terms import looks_verbal
from qa.words import Words

CLASSES = (
    "outside", "a", "the", "possessive", "be", "have", "do", "modal", "of", "in", "to", "by", "at",
    "for", "from", "with", "as", "preposition", "pronoun", "relative", "and", "or", "conjunction",
    "because", "that", "not", "function", "many", "number word", "ordinal", "year", "number",
    "month", "weekday", "time unit", "unit", "name", "title", "capitals", "initial", "roman",
    "noun", "plural", "adjective", "superlative", "adverb", "verb", "past", "participle", "gerund",
    "third person",
)  # fmt: skip
NUMBER_OF = {name: number for number, name in enumerate(CLASSES)}


def _numbered(names: str) -> frozenset[int]:
    return frozenset(NUMBER_OF[name] for name in names.split(", "))


ARTICLES = _numbered("a, the")
# No phrase begins, or ends, with one of these.
NEVER_FIRST = _numbered("a, the, of, and, or")
NEVER_LAST = _numbered(
    "a, the, possessive, be, have, modal, of, in, to, by, at, for, from, with, as, preposition, "
    "relative, and, or, conjunction, because"
)
VERBS = _numbered("be, have, do, modal, verb, past, participle, third person")

_BY_WORD = {
    word: NUMBER_OF[name]
    for name, words in {
        "function": lex.FUNCTION_WORDS,
        "many": "more most less least very many much several some few all both each every any",
        "conjunction": lex.CONJUNCTIONS,
        "pronoun": lex.PRONOUNS,
        "relative": "which who whom whose what when where how why",
        "preposition": lex.PREPOSITIONS,
        "ordinal": "first second third fourth fifth sixth seventh eighth ninth tenth last next",
        "number word": lex.NUMBER_WORDS,
        "modal": lex.AUXILIARIES,
        "not": "not no never",
        "because": "because since due",
        "that": "that this these those",
        "or": "or",
        "and": "and",
        "as": "as like",
        "with": "with without",
        "from": "from",
        "for": "for",
        "at": "at on near",
        "by": "by",
        "to": "to",
        "in": "in within into",
        "of": "of",
        "do": "do does did",
        "have": "has have had having",
        "be": "is are was were be been being am",
        "possessive": "his her its their my our your",
        "a": "a an",
        "the": "the",
    }.items()
    for word in (words.split() if isinstance(words, str) else words)
}
_ENDINGS = {
    "adverb": "ly", "gerund": "ing", "past": "ed", "superlative": "est",
    "noun": "tion sion ment ness ity ism ist",
    "adjective": "ous ful ive able ible al ic less ant ent ary ish ian ese",
}  # fmt: skip
_BY_ENDING = {
    ending: NUMBER_OF[name] for name, endings in _ENDINGS.items() for ending in endings.split()
}


def classes(words: Words) -> list[int]:
    """The class of each token of a sentence, as a place in CLASSES."""
    tokens, text = words.tokens, words.text
    found = [
        class_of(text[token.start : words.end[i]], token.word) for i, token in enumerate(tokens)
    ]
    return _corrected(words, found)


@lru_cache(maxsize=1 << 15)
def class_of(surface: str, word: str) -> int:
    """The class of a token alone: as it is written without its possessive ending, and folded."""
    capital = surface[:1].isupper()
    if word in lex.MONTHS and capital:
        return NUMBER_OF["month"]
    if word in lex.WEEKDAYS:
        return NUMBER_OF["weekday"]
    if word in _BY_WORD and not (len(surface) > 1 and surface.isupper()):
        return _BY_WORD[word]
    if word[:1].isdigit():
        year = word.isdigit() and len(word) == 4 and 1000 <= int(word) <= 2100
        return NUMBER_OF["year" if year else "number"]
    if word in lex.TIME_UNITS:
        return NUMBER_OF["time unit"]
    if word in lex.UNITS:
        return NUMBER_OF["unit"]
    return _capital(surface, word) if capital else open_class(word)


def _capital(surface: str, word: str) -> int:
    if word in lex.TITLES:
        return NUMBER_OF["title"]
    if len(surface) == 1:
        return NUMBER_OF["initial"]
    if set(surface) <= set("IVX"):
        return NUMBER_OF["roman"]
    return NUMBER_OF["capitals" if surface.isupper() else "name"]


def open_class(word: str) -> int:
    """What a folded word is most often: by the list, else by its ending, else a noun."""
    known = _listed().get(word)
    if known is not None:
        return known
    for length in (2, 3, 4):
        if len(word) > length + 1 and word[-length:] in _BY_ENDING:
            return _BY_ENDING[word[-length:]]
    if looks_verbal(word):
        return NUMBER_OF["past"]
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return NUMBER_OF["plural" if plural else "noun"]


@cache
def _listed() -> dict[str, int]:
    """The words of `parts_of_speech.txt`, read when the first sentence is looked at."""
    text = Path(__file__).with_suffix(".txt").read_text("utf-8")
    found: dict[str, int] = {}
    for part in text.split("\n[")[1:]:
        name, words = part.split("]", 1)
        found.update(dict.fromkeys(words.split(), NUMBER_OF[name]))
    return found


_BEFORE_NOUN = _numbered("a, the, possessive, adjective, ordinal")
_BEFORE_PAST = _numbered("name, capitals, pronoun, relative, noun, plural")
_OBJECT = _numbered("a, the, possessive, name")
_BE_HAVE = _numbered("be, have")
_BETWEEN = _numbered("adverb, function, not, many")
_TO, _MODAL, _BY = NUMBER_OF["to"], NUMBER_OF["modal"], NUMBER_OF["by"]
_NAMES = _numbered("name, capitals, initial")
_NOUN, _PLURAL = NUMBER_OF["noun"], NUMBER_OF["plural"]
_VERB, _PAST = NUMBER_OF["verb"], NUMBER_OF["past"]
_PARTICIPLE, _THIRD = NUMBER_OF["participle"], NUMBER_OF["third person"]


def _corrected(words: Words, found: Sequence[int]) -> list[int]:
    """Classes that the neighbours make unlikely, put right."""
    last = len(found) - 1
    fixed = list(found)
    if last > 0 and fixed[0] == NUMBER_OF["name"] and fixed[1] not in _NAMES:
        word = words.tokens[0].word  # the capital letter is the sentence's
        if word in _listed() or word.endswith("ly"):
            fixed[0] = open_class(word)
    for i, own in enumerate(fixed):
        before = fixed[i - 1] if i else 0
        after = fixed[i + 1] if i < last else 0
        if own == _VERB:
            if before in _BEFORE_NOUN:
                fixed[i] = _NOUN
        elif own == _NOUN:
            if before in (_TO, _MODAL) and after in _OBJECT:
                fixed[i] = _VERB
        elif own == _PAST:
            apart = i > 1 and before in _BETWEEN and fixed[i - 2] in _BE_HAVE
            if before in _BE_HAVE or apart:
                fixed[i] = _PARTICIPLE
        elif own == _PARTICIPLE:
            if before in _BEFORE_PAST and after != _BY and words.gap(i) == " ":
                fixed[i] = _PAST
        elif own == _PLURAL:
            if before in _BEFORE_PAST and before not in (_NOUN, _PLURAL) and after in _OBJECT:
                fixed[i] = _THIRD
        elif own == _THIRD and before in _BEFORE_NOUN:
            fixed[i] = _PLURAL
    return fixed
