"""What a question asks for: its kind, the kind of answer it wants, and the words to look for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from qa import lexicon as lex
from qa.errors import QuestionError
from qa.names import Part, parts
from qa.terms import Token, looks_verbal, tokens
from qa.words import take_apart

MAX_LENGTH = 2000  # code points
_CONTRACTED = re.compile(r"\b(who|what|when|where|why|how)['’]?s\b", re.IGNORECASE)

Kind = Literal[
    "who", "whose", "when", "where", "why", "how", "how many", "how much", "which", "what",
    "define", "yes-no", "keywords",
]  # fmt: skip
Wanted = Literal[
    "name", "date", "time", "place", "number", "reason", "manner", "definition", "any"
]  # fmt: skip

_WITH_NOUN = ("which", "what", "whose", "how many", "how much")
_MEASURES = frozenset(
    {"many", "much", "high", "big", "large", "small", "often", "late", "early", "soon", "long"}
    | {"old", "heavy", "tall", "wide", "deep", "far", "hot", "cold", "fast"}
)


TOPICAL = 0.1  # words that weigh no more are function words


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of the question. `weight` 0..1: how much of the topic such a word carries."""

    term: str
    word: str
    text: str
    weight: float
    is_name: bool

    @property
    def is_topical(self) -> bool:
        """Whether it is more than a function word."""
        return self.weight > TOPICAL


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed.

    `focus` are the folded words between "which/what/how many" and the verb ("which main road is"
    -> main, road). `units` are the words that the number wanted should stand with, if known.
    `verb` is the term of the question's verb where its place is certain, else None. `copular`:
    nothing but "is" and one description ("Who is the mayor of Lyon?"), whose words belong together.
    `answer_follows` says on which side of the question's verb the answer stands in a plain
    sentence: True after it ("whom did France blame"), False before it ("who told her"), None open.
    """

    text: str
    kind: Kind
    wanted: Wanted
    terms: tuple[QueryTerm, ...]
    focus: tuple[str, ...]
    units: frozenset[str]
    answer_follows: bool | None
    verb: str | None
    copular: bool
    names: tuple[Part, ...]


def check(text: str) -> str:
    """The question as it may be asked, trimmed. Raises QuestionError with the next step."""
    if not isinstance(text, str):
        raise QuestionError("the question must be text")
    if not is_text(text):
        raise QuestionError("the question holds characters that are not text; type it again")
    trimmed = text.strip()
    if not trimmed:
        raise QuestionError("the question is empty; ask something, for example: Who said what?")
    if len(trimmed) > MAX_LENGTH:
        raise QuestionError(
            f"the question has {len(trimmed):,} characters, at most {MAX_LENGTH:,} are allowed; "
            "shorten it"
        )
    return trimmed


def is_text(text: str) -> bool:
    """Whether a string can be shown and encoded: no NUL, no lone surrogate."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def expanded(text: str) -> str:
    """A question with "What is" for "What's"."""
    return _CONTRACTED.sub(r"\1 is", text)


def analyse(text: str) -> Question:
    """A question's kind and terms, from its wording alone."""
    text = expanded(text)
    found = tokens(text)
    words = [token.word for token in found]
    at = next((i for i, word in enumerate(words) if word in lex.QUESTION_WORDS), None)
    if at is not None and at > 3 and words[0] in lex.AUXILIARIES:
        at = None  # "Did he say where he was?" asks whether
    kind, wanted, after, units = _kind(words, at)
    focus = _focus(text, found[after:]) if kind in _WITH_NOUN else ()
    if kind in ("which", "what") and focus:
        wanted, units = _wanted_by_noun(focus, wanted, units)
    follows, verb = _sentence_order(text, found, at, kind, after + len(focus))
    return Question(
        text=text,
        kind=kind,
        wanted=wanted,
        terms=_query_terms(text, found, at),
        focus=focus,
        units=units,
        answer_follows=follows,
        verb=verb,
        copular=at == 0
        and kind in ("who", "what", "which")
        and _copular(words, after + len(focus)),
        names=tuple(parts(take_apart(text, found))),
    )


def _kind(words: list[str], at: int | None) -> tuple[Kind, Wanted, int, frozenset[str]]:
    """Kind, wanted answer, where the words after the question words begin, units."""
    none: frozenset[str] = frozenset()
    if at is None:
        if words and words[0] in lex.AUXILIARIES:
            return "yes-no", "any", 1, none
        measured = next((w for w in words if w in lex.UNITS_OF and w in lex.MEASURED), None)
        if measured:  # "ticket price", "pool temperature"
            return "keywords", "number", 0, lex.UNITS_OF[measured]
        return "keywords", "any", 0, none
    word, after = words[at], at + 1
    following = words[after] if after < len(words) else ""
    if word == "how" and following in _MEASURES:
        if following in ("often", "late", "early"):
            return "when", "time", after + 1, none
        kind: Kind = "how many" if following == "many" else "how much"
        units = lex.UNITS_OF.get(following, none)
        if following == "far" and not {"ahead", "behind"}.isdisjoint(words):
            units |= lex.TIME_UNITS
        if following == "much" and not lex.PAYMENT_WORDS.isdisjoint(words):
            units = lex.MONEY
        return kind, "number", after + 1, units
    if word == "how" and following in ("come", "comes"):
        return "why", "reason", after + 1, none
    rest = [w for w in words[after:] if w not in lex.ARTICLES]
    if word in ("who", "what") and _is_definition(rest):
        return "define", "definition", after, none
    match word:
        case "who" | "whom":
            return "who", "name", after, none
        case "whose":
            return "whose", "name", after, none
        case "when":
            return "when", "date", after, none
        case "where":
            return "where", "place", after, none
        case "why":
            return "why", "reason", after, none
        case "how":
            return "how", "manner", after, none
        case "which":
            return "which", "any", after, none
        case _ if rest[:1] and rest[0] in lex.AUXILIARIES and not lex.PRICE_WORDS.isdisjoint(words):
            return "what", "number", after, lex.MONEY
        case _ if rest[1:2] in (["name"], ["names"]):
            return "what", "name", after, none
        case _ if not lex.REASON_NOUNS.isdisjoint(rest[:2]):
            return "what", "reason", after, none
        case _ if rest[1:2] == ["date"]:
            return "what", "date", after, none
        case _ if len(rest) > 1 and rest[0] in ("is", "was") and rest[1] in lex.UNITS_OF:
            return "what", "number", after, lex.UNITS_OF[rest[1]]
        case _:
            return "what", "any", after, none


def _is_definition(rest: list[str]) -> bool:
    """ "Who is Antony Blinken", "What is a heat pump": nothing but a copula and a short name."""
    if len(rest) < 2 or rest[0] not in ("is", "are", "was", "were"):
        return False
    topic = rest[1:]
    return len(topic) <= 4 and not any(
        w in lex.FUNCTION_WORDS or w in lex.NUMBER_NOUNS or w in lex.TITLES or w in lex.PERSON_NOUNS
        or looks_verbal(w)
        for w in topic
    )  # fmt: skip


def _focus(text: str, following: list[Token]) -> tuple[str, ...]:
    """The words up to a verb or name: "which main road is", "which dog bit Carl"."""
    focus: list[str] = []
    for token in following[:4]:
        word = token.word
        if _family_of(word):
            focus.append(word)
            break
        verb = looks_verbal(word) and not word.endswith("ing")
        if verb or word in lex.FUNCTION_WORDS or text[token.start].isupper():
            break
        focus.append(word)
    return tuple(focus)


def _family_of(word: str) -> bool:
    singular = word.removesuffix("s")
    return any(
        w in group
        for w in (word, singular)
        for group in (
            lex.DATE_NOUNS, lex.NUMBER_NOUNS, lex.PLACE_NOUNS, lex.PERSON_NOUNS,
            lex.ORGANISATION_NOUNS,
        )
    )  # fmt: skip


def _wanted_by_noun(
    focus: tuple[str, ...], wanted: Wanted, units: frozenset[str]
) -> tuple[Wanted, frozenset[str]]:
    head = focus[-1]
    forms = {head, head.removesuffix("s")}
    if forms & {"time", "hour"}:
        return "time", units
    if forms & lex.DATE_NOUNS:
        return "date", units
    if forms & lex.NUMBER_NOUNS:
        return "number", lex.UNITS_OF.get(head, units)
    if forms & lex.PLACE_NOUNS:
        return "place", units
    if forms & (lex.PERSON_NOUNS | lex.ORGANISATION_NOUNS) or focus[0] in ("name", "names"):
        return "name", units
    return wanted, units


def _query_terms(text: str, found: list[Token], at: int | None) -> tuple[QueryTerm, ...]:
    terms: dict[str, QueryTerm] = {}
    shouted = text.isupper()
    for i, token in enumerate(found):
        surface = text[token.start : token.end]
        is_name = (
            surface[0].isupper() and i > 0 and not shouted and token.word not in lex.FUNCTION_WORDS
        )
        initials = len(surface) > 1 and surface.isupper() and not shouted  # WHO, IT, US
        measure = at is not None and i == at + 1 and found[at].word == "how"
        if token.word in lex.FUNCTION_WORDS and not initials:
            weight = 0.05
        elif measure and token.word in _MEASURES:
            weight = 0.2  # "how long": the answer is a number of metres or days
        elif token.word in lex.FUNCTION_WORDS or token.word in lex.LIGHT_WORDS:
            weight = 0.4
        else:
            weight = 1.0
        known = terms.get(token.term)
        if known is None or known.weight < weight:
            terms[token.term] = QueryTerm(token.term, token.word, surface, weight, is_name)
    return tuple(terms.values())


def _sentence_order(
    text: str, found: list[Token], at: int | None, kind: Kind, after: int
) -> tuple[bool | None, str | None]:
    """On which side of which verb the answer stands; `after`: the token after the focus."""
    if at is None or kind not in ("who", "what", "which", "whose", "how many"):
        return None, None
    words = [token.word for token in found]
    following = words[after] if after < len(words) else ""
    rest = found[after + 1 :]
    if following in _INVERTING or (following in _MODAL and rest and _subject(text, rest[0])):
        return True, _verb_after_subject(text, rest)
    participle = bool(rest) and looks_verbal(rest[0].word)
    while after < len(words) and words[after] in lex.AUXILIARIES:
        after += 1
    known = after < len(words) and words[after] not in lex.FUNCTION_WORDS
    verb = found[after].term if known else None
    if following in ("is", "are", "was", "were"):
        # "What was condemned" asks for the object, "What was it condemned by" for the subject.
        return (words[-1] != "by", verb) if participle else (None, verb)
    return False, verb


_INVERTING = frozenset({"do", "does", "did"})
_MODAL = lex.AUXILIARIES - _INVERTING - {"is", "are", "was", "were", "am", "be", "been", "being"}


def _subject(text: str, token: Token) -> bool:
    """Whether a word after "will" opens the subject: "Who will the court …", "Whom has Ann …"."""
    return text[token.start].isupper() or token.word in lex.ARTICLES | lex.PRONOUNS


def _verb_after_subject(text: str, rest: list[Token]) -> str | None:
    """The word after a subject that is a name, else the last before a preposition or article."""
    last = None
    after_name = False
    for token in rest:
        if token.word in lex.FUNCTION_WORDS:
            if last is not None and token.word != "of":
                break
            continue
        last = token.term
        capital = text[token.start].isupper()
        if after_name and not capital:
            break
        after_name = capital and text[token.end - 2 : token.end] not in ("'s", "’s")
    return last


def _copular(words: list[str], after: int) -> bool:
    rest = words[after + 1 :]
    return (
        words[after : after + 1] in (["is"], ["are"], ["was"], ["were"])
        and bool(rest)
        and rest[0] in lex.ARTICLES
        and not any(looks_verbal(w) for w in rest)
    )
