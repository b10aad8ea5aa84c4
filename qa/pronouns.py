"""What a pronoun of a follow-up question stands for, and when it is to be left alone."""

from __future__ import annotations

from collections.abc import Sequence

from qa import lexicon as lex
from qa.phrases import NounPhrase, dates, noun_phrases
from qa.question import analyse
from qa.terms import Token, tokens

_PERSON = frozenset({"he", "him", "his", "she", "her"})
_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_THING = frozenset({"it", "its", "they", "them", "their"})
_BE = frozenset({"is", "was", "are", "were", "be", "been", "isnt", "wasnt"})
_HAVE = frozenset({"has", "have", "had"})
_THAT = frozenset({"that", "this", "those", "these"})
_CLAUSE = _THAT | {"to", "who", "which", "whether", "if", "when", "like"}
# "Is it true?", "How far is it?", "Does it rain?": nothing that was spoken of.
_OF_NOTHING = frozenset(
    {"true", "false", "possible", "impossible", "likely", "unlikely", "raining", "snowing", "rain"}
    | {"snow", "time", "late", "early", "cold", "hot", "warm", "dark", "far", "day"}
)
_SINCE = frozenset({"before", "after", "until", "since"})  # "How long was it before …"
_KNOWN = (lex.REPORTING - {"call", "called"}) | {
    "known", "found", "discovered", "revealed", "decided", "learned", "believed", "agreed",
}  # fmt: skip
_WITH_CLAUSE = _BE | {
    "take", "takes", "took", "cost", "costs", "seem", "seems", "appear", "appears", "make", "makes",
    "become", "becomes", "became", "mean", "matter", "pay", "help", "feel", "look",
    "happen", "turn",
}  # fmt: skip


def replaced(question: str, past: Sequence[tuple[str, str | None]]) -> str | None:
    """The question with what its first pronoun stands for in place of it; None if that is nothing.

    `past` are the earlier questions, resolved, and their answers, oldest first.
    """
    found = tokens(question)
    words = [token.word for token in found]
    if len(words) > 2 and words[-1] in _THAT and words[-2] in _BE:
        return _with(question, found[-1], _answer(past))
    if len(words) > 2 and words[-1] in ("there", "then") and words[-2] not in _BE:
        where = _place(past) if words[-1] == "there" else _time(past)
        if where and words[-2] in lex.PREPOSITIONS:
            where = where.removeprefix("in ")
        return _with(question, found[-1], where)
    shouted = question.isupper()
    for i, token in enumerate(found):
        initials = (
            not shouted and len(token.word) > 1 and question[token.start : token.end].isupper()
        )
        if token.word in _PERSON | _THING and not initials:
            if _stands_alone(question, found, i):
                return None
            return _with(question, token, _antecedent(question, past, token.word), found[i + 1 :])
    return None


def _with(
    question: str, token: Token, name: str | None, following: Sequence[Token] = ()
) -> str | None:
    if not name:
        return None
    for article in ("a ", "an ", "A ", "An "):
        if name.startswith(article):
            name = f"the {name[len(article) :]}"
    surface = question[token.start : token.end]
    ending = ""
    if surface.endswith(("'s", "’s")):
        ending = surface[-2:]  # "When it's open"
    elif token.word in _POSSESSIVE:
        owned = following and following[0].word not in lex.FUNCTION_WORDS
        ending = "’s" if owned or token.word != "her" else ""
    return question[: token.start] + name + ending + question[token.end :]


def _stands_alone(question: str, found: Sequence[Token], i: int) -> bool:
    """Whether a pronoun refers to something in its own question, or to nothing at all.

    In doubt it does: a question that needs nothing from before must never be changed.
    """
    words = [token.word for token in found]
    phrases = noun_phrases(question)
    asking = [k for k in range(i) if words[k] in lex.QUESTION_WORDS]
    opening = found[asking[-1]].start if asking else 0
    earlier = [p for p in phrases if p.end <= found[i].start]
    if _is_subject(words, i) and not any(
        p.role == "subject" and p.start > opening for p in earlier
    ):
        # "Which road does it cross?": what is asked for cannot be what the pronoun stands for.
        earlier = [
            p for p in earlier
            if p.role != "focus"
            and (p.end <= opening or (p.is_name and p.before not in lex.LOCATING))
        ]  # fmt: skip
    elif words[0] not in lex.FUNCTION_WORDS and i > 0:
        return True  # "Time magazine named her what?"
    if earlier or (i > 0 and question[found[i].start].isupper() and not question.isupper()):
        return True  # capitals: "What is His Holiness called?"
    later = [p for p in phrases if p.start > found[i].start]
    first = not lex.QUESTION_WORDS.isdisjoint(words[i:])  # "After its opening, who ran the mill?"
    named = any(p.is_name and p.before not in lex.LOCATING for p in later)
    if (first and later) or (words[i] in _POSSESSIVE and named):
        return True
    return _is_bound(words, i) or (words[i] == "it" and _is_expletive(question, found, i))


def _is_subject(words: Sequence[str], i: int) -> bool:
    """Whether the pronoun at `i` begins the subject: "did he", "is her", but not "had its"."""
    if i == 0 or words[i - 1] not in lex.AUXILIARIES:
        return False
    if i > 1 and lex.QUESTION_WORDS.isdisjoint(words[:i]):
        return False
    return words[i] not in _POSSESSIVE or words[i - 1] not in _HAVE


def _is_bound(words: Sequence[str], i: int) -> bool:
    """Whether it stands for who is asked for: "Who lost his keys?", not "Who appointed him?"."""
    asked = [k for k in range(i) if words[k] in ("who", "which", "what", "whose")]
    if not asked:
        return False
    if words[i] in _POSSESSIVE and words[i - 1] in _HAVE:
        return True
    after = words[i + 1] if i + 1 < len(words) else "."
    owns = words[i] in _POSSESSIVE and not (
        words[i] == "her" and after in {*lex.FUNCTION_WORDS, "."}
    )
    clause = words[i] not in ("him", "them") and after in lex.AUXILIARIES
    between = [word for word in words[asked[-1] + 1 : i] if word not in lex.FUNCTION_WORDS]
    return words[asked[-1]] == "who" and bool(between) and (owns or clause)


def _is_expletive(question: str, found: Sequence[Token], i: int) -> bool:
    """Whether the "it" at `i` stands for nothing: weather, time, or a clause that follows."""
    words = [token.word for token in found]
    if i == 0:
        return True
    before, following = words[i - 1], words[i + 1 : i + 2]
    capital = [question[token.start].isupper() for token in found]
    since = words[i + 1 :][following == ["been"] :][:1]
    if not _OF_NOTHING.isdisjoint(following) or not _SINCE.isdisjoint(since):
        return True
    if before in _BE and not _OF_NOTHING.isdisjoint(words[max(0, i - 2) : i]):
        return lex.FUNCTION_WORDS.issuperset(following)  # "What time is it in Paris?"
    if before not in _BE and _WITH_CLAUSE.isdisjoint(following):
        return False
    known = 2 if following and following[0] in _KNOWN else 1
    if before in _BE and capital[i + known : i + known + 1] == [True]:
        return True  # "Was it Macron who called?", "When was it announced France would?"
    for k in range(i + 1, len(words)):
        to_a_name = words[k] == "to" and capital[k + 1 : k + 2] == [
            True
        ]  # "Was it sold to Macron?"
        if words[k] in _CLAUSE and not to_a_name:
            return True
    return False


def _antecedent(question: str, past: Sequence[tuple[str, str | None]], pronoun: str) -> str | None:
    """What the latest turn that offers something names; never what the question itself names."""
    own = {t.word for t in tokens(question)[1:] if question[t.start].isupper()}
    for asked, answer in reversed(past):
        offered = _persons(asked, answer) if pronoun in _PERSON else _things(asked, answer)
        for name in offered:
            if own.isdisjoint(token.word for token in tokens(name)):
                return name
    return None


def _persons(asked: str, answer: str | None) -> list[str]:
    """Whom a turn may have named: the answer if asked for, the names in order, a "mayor"."""
    phrases = noun_phrases(asked)
    lower = asked == asked.lower()  # typed without capitals: "who is antony blinken"
    names = [
        asked[p.start : p.end]
        for p in phrases
        if p.is_name or (lower and p.role == "subject" and not _determined(asked, p))
    ]
    if answer and _is_name(answer):
        names.insert(0 if analyse(asked).wanted == "name" else len(names), answer)
    nouns = [asked[p.start : p.end] for p in phrases if not p.is_name and p.role == "subject"]
    names = [name for name in names if _last(name) not in lex.PLACE_NOUNS | lex.ORGANISATION_NOUNS]
    return names + [noun for noun in nouns if _last(noun) in lex.PERSON_NOUNS]


def _things(asked: str, answer: str | None) -> list[str]:
    """What a turn may have named: the thing asked for, else its subject, else the last phrase."""
    question = analyse(asked)
    phrases = [p for p in noun_phrases(asked) if p.role != "focus"]
    person = question.kind == "who" or asked.lower().startswith("who ")
    found = [asked[p.start : p.end] for p in _by_role(phrases)]
    if person and question.kind == "define":
        return []
    if answer and _is_name(answer) and not person and question.kind in ("which", "what"):
        found.insert(0, answer)
    return [name for name in found if _last(name) not in lex.PERSON_NOUNS | lex.TITLES]


def _determined(asked: str, phrase: NounPhrase) -> bool:
    return asked[phrase.start : phrase.end].lower().startswith(("a ", "an ", "the "))


def _by_role(phrases: Sequence[NounPhrase]) -> list[NounPhrase]:
    subjects = [p for p in phrases if p.role == "subject"]
    return subjects + [p for p in reversed(phrases) if p.role != "subject"]


def _answer(past: Sequence[tuple[str, str | None]]) -> str | None:
    answer = past[-1][1]
    return answer if answer and _is_name(answer) else None


def _place(past: Sequence[tuple[str, str | None]]) -> str | None:
    """ "in Ashcombe": the last answer to "where", or the last name after "in" in a question."""
    for asked, answer in reversed(past):
        if answer and analyse(asked).wanted == "place":
            prepared = tokens(answer)[:1] and tokens(answer)[0].word in lex.PREPOSITIONS
            return answer if prepared else f"in {answer}"
        places = [p for p in noun_phrases(asked) if p.is_name and p.before in ("in", "at", "to")]
        if places:
            return f"in {asked[places[-1].start : places[-1].end]}"
    return None


def _time(past: Sequence[tuple[str, str | None]]) -> str | None:
    """ "in 2019": the last answer to "when", or the last date in a question."""
    for asked, answer in reversed(past):
        if answer and analyse(asked).wanted == "date":
            return f"in {answer}" if answer.isdigit() else answer
        known = dates(asked)
        if known:
            start, end = known[-1]
            before = tokens(asked[:start])
            prepared = before and before[-1].word in lex.PREPOSITIONS
            return asked[before[-1].start if prepared else start : end]
    return None


def _is_name(phrase: str) -> bool:
    words = tokens(phrase)
    return 0 < len(words) <= 6 and all(phrase[words[i].start].isupper() for i in (0, -1))


def _last(name: str) -> str:
    words = tokens(name)
    return words[-1].word if words else ""
