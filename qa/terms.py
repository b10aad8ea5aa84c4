"""Text to terms: the one place that knows tokenising, folding and stemming.

Documents and questions go through the same functions, so that what is indexed is what is looked
for. A token is a run of letters and digits ("Nagorno-Karabakh" is two), a number with its
separators ("1,250.5") or a dotted abbreviation ("U.S."). Scripts without blanks between words
(Han, Kana) give one token a character. A token's *word* is folded: case, accents, apostrophes and
possessive endings are gone; its *term* is the word's stem (Snowball, English), after irregular
forms have been led back ("told" -> "tell", "children" -> "child").
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import Stemmer

_JOINERS = "\u200c\u200d"
_VOICED = "\u3099\u309a"  # the sound marks that may follow a kana instead of standing in it
_UNSPACED = (
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
)


def _pattern(marks: str, unspaced: str = "") -> str:
    """A token: letters of scripts without blanks are tokens of their own, marks continue a word."""
    more = rf"[^\W_{unspaced}]*(?:[{marks}][^\W_{unspaced}]*)*"
    letter = rf"(?:[^\W_{unspaced}]|[{marks}])"
    inner = rf"(?:['’ʼ]{letter}{more})*"
    return (
        rf"[^\W\d_{unspaced}]{letter}{more}{inner}"  # most are: that nothing else is tried first
        rf"|(?<![^\W_])[^\W\d_{unspaced}](?:\.[^\W\d_{unspaced}])+(?![^\W_])"  # U.S., e.g.
        r"(?:\.?['’ʼ]s(?![^\W_])|\.)?"
        rf"|\d+(?:[.,]\d+)+(?![^\W_])"  # 1,250.5
        rf"|[^\W_{unspaced}]{more}{inner}"
    )


@cache
def _any_token() -> re.Pattern[str]:
    """Tokens of all scripts. Compiled when it is needed, since it takes a while.

    Vowel signs of Indic scripts, Hebrew and Arabic points, Thai vowels and combining accents are no
    `\\w`, which would cut words there. (Blocks of 128 characters.)
    """
    marks = _JOINERS + "".join(
        chr(code)
        for first in (0x0300, 0x0580, 0x0600, 0x0680, *range(0x0900, 0x1080, 0x80), 0x1780)
        for code in range(first, first + 0x80)
        if unicodedata.category(chr(code)).startswith("M")
    )
    return re.compile(rf"[{_UNSPACED}][{_VOICED}]?|{_pattern(marks, _UNSPACED)}")


_LATIN_TOKEN = re.compile(_pattern(_JOINERS))
# All but these: a set of few characters is compiled in a fraction of the time.
_NOT_LATIN = re.compile("[^\u0000-\u02ff\u2000-\u2bff]")
# For text that is all ASCII.
_ASCII_TOKEN = re.compile(
    r"[A-Za-z][A-Za-z0-9]+(?:'[A-Za-z0-9]+)*"
    r"|(?<![A-Za-z0-9])[A-Za-z](?:\.[A-Za-z])+(?![A-Za-z0-9])(?:\.?'s(?![A-Za-z0-9])|\.)?"
    r"|[0-9]+(?:[.,][0-9]+)+(?![A-Za-z0-9])"
    r"|[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*"
)
_FOLDED_AWAY = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670'’ʼ\u200c\u200d\\s]"
    "|[.,](?!\\d)|(?<!\\d)[.,]"
)
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_ELISION = re.compile(r"(?:[cdjlmnst]|qu)['’ʼ](?=\w{2})", re.IGNORECASE)
# 1,250 and 12,50,000
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?![\d,])")
# Letters that no normalisation form takes apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)

_IRREGULAR_VERBS = """
arise arose arisen|awake awoke awoken|be am is are was were been|bear bore borne born|beat beaten
become became|begin began begun|bend bent|bind bound|bite bit bitten|bleed bled|blow blew blown
break broke broken|breed bred|bring brought|build built|burn burnt|buy bought|catch caught
choose chose chosen|cling clung|come came|creep crept|deal dealt|dig dug|do does did done
draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed
feel felt|fight fought|find found|flee fled|fly flew flown|forbid forbade forbidden
forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|get got gotten
give gave given|go goes went gone|grow grew grown|hang hung|have has had|hear heard|hide hid hidden
hold held|keep kept|kneel knelt|know knew known|lead led|lean leant|leap leapt|learn learnt
leave left|lend lent|lie lay lain|light lit|lose lost|make made|mean meant|meet met
mistake mistook mistaken|overcome overcame|overthrow overthrew overthrown|pay paid|prove proven
ride rode ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen|seek sought|sell sold
send sent|shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk|sing sang sung
sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|speed sped|spend spent|spin spun
spring sprang sprung|stand stood|steal stole stolen|stick stuck|sting stung|strike struck stricken
strive strove striven|swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken
teach taught|tear tore torn|tell told|think thought|throw threw thrown|understand understood
undertake undertook undertaken|uphold upheld|wake woke woken|wear wore worn|weave wove woven
weep wept|win won|withdraw withdrew withdrawn|withstand withstood|write wrote written
die died dying dies|tie tying
"""
_IRREGULAR_NOUNS = """
child children|man men|woman women|person people|foot feet|tooth teeth|mouse mice|goose geese
crisis crises|analysis analyses|wife wives|knife knives
half halves|wolf wolves|thief thieves|shelf shelves|medium media|criterion criteria
"""


def _base_forms(table: str) -> dict[str, str]:
    groups = (group.split() for group in re.split(r"[|\n]", table))
    return {form: forms[0] for forms in groups for form in forms[1:]}


_VERB_FORMS = _base_forms(_IRREGULAR_VERBS)
_BASE_FORM = _VERB_FORMS | _base_forms(_IRREGULAR_NOUNS)
_own = threading.local()  # a Snowball stemmer must not be shared between threads


class Token(NamedTuple):
    """A token's place in the text, its folded word and its term. A tuple, as there are many."""

    start: int
    end: int
    word: str
    term: str


def tokens(text: str) -> list[Token]:
    """The tokens of `text`, in order."""
    found = []
    for match in _tokens_of(text).finditer(text):
        start = match.start()
        for part in _parts(match[0]):
            word = fold(part)
            if word:
                found.append(Token(start, start + len(part), word, stem(word)))
            start += len(part) + 1
    return found


def terms(text: str) -> list[str]:
    """The terms of `text`, in order, repeated as often as they occur."""
    return [token.term for token in tokens(text)]


def surfaces(text: str) -> list[str]:
    """Tokens as they are written, before `lexemes` takes each apart: much faster than `tokens`."""
    return _tokens_of(text).findall(text)


def _tokens_of(text: str) -> re.Pattern[str]:
    """What finds the tokens of a text: the simpler the text, the quicker; all find the same."""
    if text.isascii():
        return _ASCII_TOKEN
    return _any_token() if _NOT_LATIN.search(text) else _LATIN_TOKEN


def lexemes(surface: str) -> tuple[tuple[str, str], ...]:
    """The folded word and the term of each token in one of `surfaces`: one, rarely none or two."""
    if surface.isascii() and surface.isalpha():  # most are: nothing to take apart or away
        word = surface.lower()
        return ((word, stem(word)),)
    words = (fold(part) for part in _parts(surface))
    return tuple((word, stem(word)) for word in words if word)


@lru_cache(maxsize=1 << 14)
def fold(word: str) -> str:
    """A token without case, accents, inner punctuation and possessive ending; may be empty.

    In numbers a comma before groups of digits goes ("1,250" is "1250", "12,50,000" is "1250000"),
    any other comma is a decimal one and becomes a point ("12,5" is "12.5"); points stay.
    """
    if word.isascii():
        plain = word.lower()
    else:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
        plain = plain.translate(_PLAIN)
    plain = _FOLDED_AWAY.sub("", _POSSESSIVE.sub("", plain))
    if "," in plain:
        plain = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), plain).replace(",", ".")
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def looks_verbal(word: str) -> bool:
    """Whether a folded word looks like an inflected verb: "closed", "closing", "held"."""
    return word in _VERB_FORMS or (len(word) > 4 and word.endswith(("ed", "ing")))


@lru_cache(maxsize=1 << 14)
def stem(word: str) -> str:
    """The term of a folded word: its stem, irregular forms led back to the base form first."""
    term: str = _stemmer().stemWord(_BASE_FORM.get(word, word))
    return term


def stems(words: Sequence[str]) -> list[str]:
    """The terms of folded words that are not to be remembered here."""
    found: list[str] = _stemmer().stemWords([_BASE_FORM.get(word, word) for word in words])
    return found


def _stemmer() -> Any:
    stemmer = getattr(_own, "stemmer", None)
    if stemmer is None:
        stemmer = _own.stemmer = Stemmer.Stemmer("english", 0)  # no cache but ours
    return stemmer


def _parts(surface: str) -> tuple[str, ...]:
    """French and Italian elision: l'Assemblée is two words, O'Brien is one."""
    elided = _ELISION.match(surface)
    return (surface[: elided.end() - 1], surface[elided.end() :]) if elided else (surface,)
