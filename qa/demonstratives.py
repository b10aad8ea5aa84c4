"""What "that", "there" and "then" of a follow-up question point at."""

from __future__ import annotations

from collections.abc import Sequence

from qa import lexicon as lex
from qa.antecedents import antecedent, place, time
from qa.phrases import is_verb, noun_phrases
from qa.question import analyse
from qa.referents import Past, is_name, is_numeric, is_short
from qa.terms import Token, looks_verbal, tokens

_BE = frozenset({"is", "was", "are", "were", "isnt", "wasnt", "arent", "werent"})
_HAVE = frozenset({"have", "has", "had"})
_THAT = frozenset({"that", "this", "those", "these"})
_SOMEONE = frozenset({"i", "you", "we", "one"})
_LASTING = frozenset({"take", "takes", "took", "cost", "costs", "last"})


def pointed(question: str, past: Past) -> str | None:
    """The question with what it points at in place of the word; None if it points at nothing.

    "Where is that?", "Was that refused?", "Who works there?", "Who was mayor then?"
    """
    found = tokens(question)
    for i, token in enumerate(found):
        if token.word in _THAT and _is_pronoun(found, i):
            return _that(question, found, i, past)
        if token.word in ("that", "this") and i + 1 < len(found):
            named = _asked_for(found[i + 1].word, past)
            if named:
                return question[: token.start] + named + question[found[i + 1].end :]
        here = token.word == "there" and _names_place(question, token)
        if token.word in ("there", "then") and i > 1 and _is_adverb(found, i) and not here:
            where = place(question, past) if token.word == "there" else time(past)
            if where and where.partition(" ")[2] in question:
                return None
            if where and found[i - 1].word in lex.PREPOSITIONS:
                where = where.removeprefix("in ").removeprefix("at ")
            return _with(question, token, where)
    return None


def _is_pronoun(found: Sequence[Token], i: int) -> bool:
    """Whether "that" stands alone, after an auxiliary: "did that go up", not "is that way"."""
    if i < 1 or found[i - 1].word not in lex.AUXILIARIES - _HAVE:
        return False
    following = [token.word for token in found[i + 1 :]]
    if not following:
        return len(found) > 2 and found[i - 1].word in _BE
    word = following[0]
    after = following[1] if len(following) > 1 else ""
    noun = word in lex.REPORTING or word.endswith("ing") or is_verb(after)
    noun |= after in lex.AUXILIARIES  # "did this win have"
    noun |= found[i - 1].word not in _BE and looks_verbal(word)  # "did these reformed"
    verb = is_verb(word) and word not in lex.AUXILIARIES and not noun
    return word in lex.PREPOSITIONS or verb or word.endswith("ly")


def _is_adverb(found: Sequence[Token], i: int) -> bool:
    """Whether "there" and "then" tell where and when, and not: "Is there …", "If so, then …"."""
    before = found[i - 1].word
    slip = before == "where" or (found[i].word == "then" and before.endswith("er"))
    if before in lex.AUXILIARIES - {"do"} or slip:
        return False  # "where there", "weaker then"
    return i + 1 == len(found) or found[i + 1].word in lex.PREPOSITIONS


def _names_place(question: str, before: Token) -> bool:
    """Whether the question itself tells which place "there" is."""
    return any(
        question[p.start].isupper() and p.before in lex.LOCATING and p.end <= before.start
        for p in noun_phrases(question)
    )


def _asked_for(noun: str, past: Past) -> str | None:
    """What was named when "which company" was asked for: "that company"."""
    for asked, answer in reversed(past):
        question = analyse(asked)
        if answer and question.focus[-1:] == (noun,) and is_name(answer):
            return answer
    return None


def _that(question: str, found: Sequence[Token], i: int, past: Past) -> str | None:
    asked, answer = past[-1]
    following = found[i + 1].word if i + 1 < len(found) else ""
    doing = _activity(asked) if following in _LASTING else None
    if doing:
        return f"{_with(question, found[i], 'it')} to {doing}".replace("?", "") + "?"
    wanted = analyse(asked).wanted
    opening = found[0].word
    if opening == "where" and not following:
        last = [p for p in noun_phrases(asked) if p.is_name]
        if wanted == "place" and answer and is_name(answer):
            return _with(question, found[i], answer)
        return _with(question, found[i], asked[last[-1].start : last[-1].end] if last else None)
    if not following:
        return _with(question, found[i], answer if answer and is_name(answer) else None)
    if answer and _is_thing(answer) and wanted in ("any", "place", "name"):
        return _with(question, found[i], answer)
    several = found[i].word in ("those", "these")
    return _with(question, found[i], antecedent(question, past, "they" if several else "it"))


def _is_thing(answer: str) -> bool:
    return is_short(answer) and not is_numeric(answer)


def _activity(asked: str) -> str | None:
    """What someone does, in a question of how it is done: "reset my password"."""
    found = tokens(asked)
    for i, token in enumerate(found[1:-1], 1):
        if token.word in _SOMEONE and found[i - 1].word in lex.AUXILIARIES:
            rest = i + 1
            if [t.word for t in found[rest : rest + 2]] in (["have", "to"], ["need", "to"]):
                rest += 2
            if rest < len(found):
                return asked[found[rest].start : found[-1].end]
    return None


def _with(question: str, token: Token, name: str | None) -> str | None:
    return question[: token.start] + name + question[token.end :] if name else None
