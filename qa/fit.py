"""How well a phrase fits the kind of answer that a question wants: a name, a date, a place, …"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from qa import lexicon as lex
from qa.question import Question
from qa.spans import Candidate
from qa.terms import stem
from qa.words import Words

CERTAIN = frozenset({"name", "date", "place", "number", "reason"})  # kinds that are there or not


def fit(question: Question, words: Words, candidate: Candidate) -> float:
    """How well a phrase's shape fits the kind of answer that the question wants, 0..1."""
    match question.wanted:
        case "name" if question.kind == "whose":
            return _owns(question, words, candidate)
        case "name":
            return _names(question, words, candidate)
        case "date":
            # "When is it open" asks for what comes again and again.
            habitual = any(term.word in _PRESENT for term in question.terms)
            return _best(candidate, {"date": 1.0, "year": 0.9, "time": 0.9 if habitual else 0.6})
        case "time":
            return _best(candidate, {"time": 1.0, "date": 0.4})
        case "number":
            return _numbers(question, words, candidate)
        case "place":
            return _locates(question, words, candidate)
        case "reason":
            return _best(candidate, {"reason": 1.0, "purpose": 0.9, "weak reason": 0.6})
        case "manner" if candidate.shapes & {"date", "year", "name"}:
            return 0.0
        case "manner":
            return _best(candidate, {"manner": 1.0})
        case "definition":
            return _defines(question, words, candidate)
        case _:
            return _says(question, words, candidate)


_PRESENT = frozenset({"is", "are", "do", "does"})


def _best(candidate: Candidate, fits: Mapping[str, float]) -> float:
    return max((fits.get(shape, 0.0) for shape in candidate.shapes), default=0.0)


def _names(question: Question, words: Words, candidate: Candidate) -> float:
    inside = [t.word for t in words.tokens[candidate.first : candidate.last]]
    if "name" not in candidate.shapes or candidate.shapes & {"date", "year"}:
        if "noun" not in candidate.shapes:
            return 0.0
        return 0.55 if _person_like(inside[-1]) else 0.15
    if "titled" in candidate.shapes:
        return 1.0
    if question.kind == "who" and (
        inside[-1] in lex.PLACE_NOUNS or _after(words, candidate, lex.LOCATING)
    ):
        return 0.4  # a name that stands for a place
    return 0.6 if inside[0] in lex.TITLES else 0.85


def _numbers(question: Question, words: Words, candidate: Candidate) -> float:
    if "number" not in candidate.shapes or "date" in candidate.shapes:
        return 0.0
    if question.units is lex.AGES and (age := _age(question, words, candidate)) is not None:
        return age
    text = words.text[candidate.start : candidate.end]
    paid = any(sign in text for sign in lex.CURRENCY)
    if question.units:
        if paid or "°" in text:
            return float(question.units is lex.MONEY if paid else "degrees" in question.units)
        first, last = candidate.first, candidate.last
        beside = (*words.tokens[max(first - 2, 0) : first], *words.tokens[last : last + 2])
        inside = words.tokens[candidate.first : candidate.last]
        if any(token.word in _NOT_LENGTHS for token in (*inside, *beside)):
            return 0.0
        if any(token.word in question.units for token in inside):
            return 1.0
        return 0.8 if any(token.word in question.units for token in beside) else 0.0
    if question.kind in ("how many", "how much") and not _counts(question, words, candidate):
        return 0.2
    return 0.7 if "year" in candidate.shapes else 1.0


def _age(question: Question, words: Words, candidate: Candidate) -> float | None:
    """Whether a number is the age of whom the question names; None where nobody is named by it.

    "Anna Berg, 52, a baker"; "Anna Berg (52)"; "52-year-old Anna Berg"; "Anna Berg, aged 52".
    """
    tokens, first, last = words.tokens, candidate.first, candidate.last
    asked = {term.term for term in question.terms if term.weight == 1}
    number = last - first == 1 and len(tokens[first].word) <= 3 and tokens[first].word.isdigit()
    before = first - (first > 0 and tokens[first - 1].word == "aged")
    bearer = {tokens[i].term for i in _name_before(words, before)}
    if bearer and words.gap(before) in (", ", " ("):
        closes = words.text[candidate.end : candidate.end + 1] in (",", ")", ".", ";", "")
        if before < first or (number and closes):
            return float(not asked.isdisjoint(bearer))
    near = range(first, min(first + 4, len(tokens)))
    old = next((i + 1 for i in near if tokens[i].word == "old"), 0)
    if not old or words.gap(old - 1) != "-":
        return None
    while old < len(tokens) and _person_like(tokens[old].word) and words.gap(old) == " ":
        old += 1  # "the 52-year-old teacher Anna Berg"
    name = _name_after(words, old)
    if name:
        return float(any(tokens[i].term in asked for i in name))
    here = [i for i, token in enumerate(tokens) if token.term in asked]
    if not any(words.capital[i] for i in here):
        return 0.7  # "the 52-year-old" is somebody named before
    described = first > 1 and tokens[first - 1].word in ("a", "an")
    return float(described and any(i < first for i in here))


def _name_before(words: Words, i: int) -> list[int]:
    """The capitalised tokens that stand right before token i."""
    found: list[int] = []
    while i > 0 and words.capital[i - 1] and (not found or words.gap(i) in (" ", "-", ". ")):
        i -= 1
        found.append(i)
    return found


def _name_after(words: Words, i: int) -> list[int]:
    """The capitalised tokens that stand right after token i-1."""
    found: list[int] = []
    while i < len(words.tokens) and words.capital[i] and words.gap(i) in (" ", "-", ". "):
        found.append(i)
        i += 1
    return found


_NOT_LENGTHS = frozenset({"cubic", "square"})  # metres


def _locates(question: Question, words: Words, candidate: Candidate) -> float:
    inside = [t.word for t in words.tokens[candidate.first : candidate.last]]
    asked = {term.word for term in question.terms if term.is_name}
    if (
        candidate.shapes & {"date", "year", "number", "time"}
        or not asked.isdisjoint(inside)
        or not (lex.WEEKDAYS | lex.MONTHS).isdisjoint(inside)
    ):
        return 0.0
    located = "place" in candidate.shapes or _after(words, candidate, lex.LOCATING)
    nouns = {word.removesuffix("s") for word in inside}
    kind = not lex.PLACE_NOUNS.isdisjoint(nouns) and lex.ORGANISATION_ONLY.isdisjoint(nouns)
    if "name" in candidate.shapes:
        return 1.0 if located else 0.8 if kind else 0.25
    if "whereabouts" in candidate.shapes:
        return 0.75 if kind else 0.35
    return (0.7 if kind else 0.25) if located else 0.0


def _says(question: Question, words: Words, candidate: Candidate) -> float:
    """For questions that want no certain kind of thing: names, noun phrases, what was said."""
    shapes = candidate.shapes
    last = candidate.last - 1
    opening = words.tokens[candidate.first].word
    if "clause" in shapes and question.verb in _SPEAKING:
        return 1.0 if opening != "that" else 0.8
    if opening in lex.PREPOSITIONS or words.end[last] != words.tokens[last].end:
        return 0.2  # "in May"; "Anna’s", which only belongs to what follows
    if "number" in shapes and not shapes & {"name", "linked"}:
        return 0.5
    if "linked" in shapes or ("name" in shapes and question.kind == "which"):
        return 0.9
    return _best(
        candidate,
        {"name": 0.8, "noun": 0.8, "quoted": 0.8, "clause": 0.6, "purpose": 0.6, "cut": 0.6},
    ) or 0.3  # fmt: skip


_SPEAKING = frozenset(stem(word) for word in (*lex.REPORTING, "promise", "demand"))


def _person_like(noun: str) -> bool:
    """ "leaders", "spokesman", "economists": what a person or a group of them is called."""
    singular = noun.removesuffix("s")
    return singular in lex.PERSON_NOUNS or (
        len(singular) > 5 and singular.endswith(("ist", "man", "men", "woman", "women"))
    )


def _after(words: Words, candidate: Candidate, prepositions: frozenset[str]) -> bool:
    at = candidate.first - 1
    if at >= 0 and words.tokens[at].word in lex.ARTICLES:
        at -= 1
    return at >= 0 and words.tokens[at].word in prepositions


def _counts(question: Question, words: Words, candidate: Candidate) -> bool:
    """Whether a number may count what is asked for: "two bridges" are no children."""
    if not question.focus or stem(question.focus[-1]) in _PEOPLE:
        return True
    wanted = family(question.focus[-1])
    counted = [
        token
        for token in words.tokens[candidate.first : candidate.last + 3]
        if token.word not in lex.FUNCTION_WORDS and not token.word[0].isdigit()
        and token.word not in lex.NUMBER_WORDS
    ]  # fmt: skip
    if not counted or any(token.term in wanted for token in counted):
        return True
    # Water is counted in litres, not in hours or euros.
    measured = counted[0].word in lex.UNITS - lex.TIME_UNITS - lex.MONEY
    return measured and question.kind == "how much"


_PEOPLE = frozenset(stem(word) for word in ("people", "men", "women", "victims", "times", "years"))


def _owns(question: Question, words: Words, candidate: Candidate) -> float:
    """Whose: "Anna's dog", "the dog of Anna"."""
    first, last = candidate.first, candidate.last
    noun = stem(question.focus[0]) if question.focus else None
    after = {token.term for token in words.tokens[last : last + 4]}
    possessive = words.end[last - 1] != words.tokens[last - 1].end
    if possessive:
        return 1.0 if noun in after else 0.6
    before = [token.term for token in words.tokens[max(first - 4, 0) : first]]
    if noun in before and words.tokens[first - 1].word in ("of", "by", "from", "the"):
        return 0.9
    return 0.4 if "name" in candidate.shapes else 0.0


def _defines(question: Question, words: Words, candidate: Candidate) -> float:
    """Is-a patterns: "X is a …", "X, the …,", "the … X"."""
    if candidate.shapes & {"date", "year", "number"}:
        return 0.0
    asked = {term.term for term in question.terms if term.is_topical}
    first, last = candidate.first, candidate.last
    tokens = words.tokens
    before = first - 1
    while before >= 0 and tokens[before].word in lex.ARTICLES:
        before -= 1
    described = before < first - 1 or words.capital[first]
    if before >= 1 and tokens[before].word in ("is", "are", "was", "were", "means"):
        subject = before - 1
        if words.text[tokens[before].start - 2 : tokens[before].start - 1] in (")", ","):
            # "Clara Venning (born in Bristol) was a …": back over what is inserted
            opening = words.text.find("(") if ")" in words.gap(before) else words.text.find(",")
            outside = [i for i in range(before) if tokens[i].end <= opening]
            subject = outside[-1] if outside else subject
        close = tokens[subject].term in asked
        return (1.0 if described else 0.3) if close else 0.4 if described else 0.1
    if described and last < len(tokens) and tokens[last].term in asked and "," in words.gap(last):
        return 0.85
    if before >= 0 and tokens[before].term in asked and "," in words.gap(first):
        return 0.9 if candidate.shapes & {"noun", "name"} else 0.3
    if before >= 0 and first > 0 and tokens[before].term in asked and "," in words.gap(before + 1):
        return 0.9 if candidate.shapes & {"noun", "name"} else 0.3
    if last < len(tokens) and tokens[last].term in asked and words.gap(last) == " ":
        return 0.9 if "title" in candidate.shapes else 0.3
    return 0.2 if candidate.shapes & {"noun", "clause"} else 0.0


@lru_cache(maxsize=1 << 10)
def family(noun: str) -> frozenset[str]:
    """The terms of a noun and of all that may stand for it: road -> corridor, street, …"""
    singular = noun.removesuffix("s")
    for group in lex.NOUN_FAMILIES:
        if noun in group or singular in group:
            return frozenset(stem(word) for word in group | {noun})
    return frozenset({stem(noun), stem(singular)})
