"""Follow-up questions: what a short question leaves out is taken from the turn before it.

Pure and deterministic. Nothing is carried over into a question that stands on its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa import lexicon as lex
from qa.errors import OptionError
from qa.question import analyse
from qa.terms import tokens

Turn = tuple[str, str | None]
"""An earlier question and its answering phrase, or None if it was refused."""


def turns(history: object) -> list[Turn]:
    """A history as it may be used. Raises OptionError unless it is a list of such pairs."""
    found = []
    for pair in history if isinstance(history, Sequence) and not isinstance(history, str) else (0,):
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            raise OptionError("history must be a list of (question, answer phrase or None) pairs")
        asked, answer = pair
        if not isinstance(asked, str) or not (answer is None or isinstance(answer, str)):
            raise OptionError("history must hold questions as text, and answers as text or None")
        found.append((asked, answer))
    return found


_PERSON_PRONOUNS = {"he": "", "him": "", "she": "", "his": "’s", "her": "’s"}
_THING_PRONOUNS = {"it": "", "they": "", "them": "", "its": "’s", "their": "’s"}
_INSTEAD = re.compile(r"^(?:and|what about|how about|and what about)\s+(.+?)\s*\??$", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w’'-]*")


def resolve(question: str, history: Sequence[Turn]) -> str:
    """The question as it is to be searched, given the conversation so far (oldest turn first).

    "Why?" takes over the previous question's topic, "And Macron?" puts another name into it, and a
    pronoun gives way to the last name spoken of. Otherwise the question comes back unchanged.
    """
    if not history:
        return question
    asked, answer = history[-1]
    found = tokens(question)
    words = [token.word for token in found]
    instead = _INSTEAD.match(question.strip())
    if instead and not any(word in lex.AUXILIARIES for word in words[1:]):
        return _swapped(asked, instead[1])
    content = [w for w in words if w not in lex.FUNCTION_WORDS]
    if words and words[0] in lex.QUESTION_WORDS and not content and len(words) <= 3:
        topic = _topic(asked)
        return f"{question.strip().rstrip('?').strip()} {topic}?" if topic else question
    return _without_pronouns(question, asked, answer)


def _topic(asked: str) -> str:
    """The previous question without its question word: "Who told X?" -> "told X"."""
    found = tokens(asked)
    first = 0
    while first < len(found) and found[first].word in lex.QUESTION_WORDS | {"and", "many", "much"}:
        first += 1
    if first == len(found):
        return ""
    return asked[found[first].start : found[-1].end]


def _names(text: str) -> list[tuple[int, int]]:
    """Where runs of capitalised words stand, a question's first word left out."""
    runs: list[tuple[int, int]] = []
    for i, token in enumerate(tokens(text)):
        if not text[token.start].isupper() or token.word in lex.FUNCTION_WORDS or not i:
            continue
        if runs and text[runs[-1][1] : token.start] in (" ", "-", " of ", " of the "):
            runs[-1] = (runs[-1][0], token.end)
        else:
            runs.append((token.start, token.end))
    return runs


def _swapped(asked: str, new: str) -> str:
    """The previous question with its last name, or else its last word, replaced."""
    year = re.fullmatch(r"(?:in\s+)?(\d{4})", new.strip())
    if year:
        old = list(re.finditer(r"\b\d{4}\b", asked))
        if old:
            return asked[: old[-1].start()] + year[1] + asked[old[-1].end() :]
        return f"{asked.rstrip('? ')} in {year[1]}?"
    names = _names(asked)
    if not names:
        return f"{asked.rstrip('? ')} {new}?"
    start, end = names[-1]
    return asked[:start] + new + asked[end:]


def _without_pronouns(question: str, asked: str, answer: str | None) -> str:
    """The question with each pronoun replaced by what was spoken of.

    "he" is whom the last answer named if it was asked for, else the first person of the question
    before (its subject, mostly); "it" is the last thing named there. A name that the new question
    holds itself stands for none of its pronouns.
    """
    found = tokens(question)
    own = {token.word for token in found[1:] if question[token.start].isupper()}
    names = [asked[start:end] for start, end in _names(asked)]
    if answer and _is_name(answer):
        names.insert(0 if analyse(asked).wanted == "name" else len(names), answer)
    names = [name for name in names if own.isdisjoint(token.word for token in tokens(name))]
    if not names:
        return question
    result, at = "", 0
    for i, token in enumerate(found):
        if token.word in _PERSON_PRONOUNS:
            stands_for, ending = names[0], _PERSON_PRONOUNS[token.word]
            if token.word == "her" and i + 1 == len(found):
                ending = ""
        elif token.word in _THING_PRONOUNS:
            stands_for, ending = names[-1], _THING_PRONOUNS[token.word]
        else:
            continue
        if i:  # "It is said that …" speaks of nothing
            result += question[at : token.start] + stands_for + ending
            at = token.end
    return result + question[at:]


def _is_name(phrase: str) -> bool:
    words = _NAME.findall(phrase)
    return 0 < len(words) <= 5 and words[0][0].isupper() and words[-1][0].isupper()
