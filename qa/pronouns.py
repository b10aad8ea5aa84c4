"""What a pronoun of a follow-up question stands for, and when it is to be left alone."""

from __future__ import annotations

from collections.abc import Sequence

from qa import lexicon as lex
from qa.antecedents import PERSON, PLURAL, antecedent
from qa.phrases import NounPhrase, noun_phrases
from qa.referents import Past, last_word
from qa.terms import Token, looks_verbal, tokens

_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_THING = frozenset({"it", "its"})
_OTHERS = frozenset({"him", "her"})  # whom "he" did something to
_TO_OBJECTS = frozenset({"for", "about", "of", "to", "from", "against"})
_ALL = PERSON | _THING | PLURAL
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
_MAKE = frozenset({"make", "makes", "made", "find", "finds", "found", "think", "thought"})
_WITH_CLAUSE = _BE | {
    "take", "takes", "took", "cost", "costs", "seem", "seems", "appear", "appears", "make", "makes",
    "become", "becomes", "became", "mean", "matter", "pay", "help", "feel", "look",
    "happen", "turn",
}  # fmt: skip


def replaced(question: str, past: Past) -> str | None:
    """The question with what its pronouns stand for in place of them; None if that is nothing.

    At most one pronoun for a person, one for a thing and one for several give way, the first of
    each; and another person's, if one did something to the other.
    """
    result: str | None = None
    given: tuple[str, ...] = ()
    left = _ALL
    while left:
        once = _first_replaced(result or question, past, left, given)
        if once is None:
            return result
        result, name, pronoun = once
        given += (name,)
        left -= _group(pronoun)
        if pronoun in ("he", "she"):
            left |= _OTHERS
    return result


def _group(pronoun: str) -> frozenset[str]:
    return next(group for group in (PERSON, _THING, PLURAL) if pronoun in group)


def given_way(question: str, name: str) -> str | None:
    """The question with `name` in place of the first pronoun that it fits; None if there is none.

    What ends in "brother" or "mayor" is a person, anything else a thing, if there is a choice.
    """
    found = tokens(question)
    person = last_word(name) in lex.PERSON_NOUNS | lex.TITLES
    for group in (PERSON if person else _ALL - PERSON, _ALL):
        for i, token in enumerate(found):
            if token.word in group:
                return _with(question, token, name, found[i + 1 :])
    return None


def _first_replaced(
    question: str, past: Past, pronouns: frozenset[str], given: tuple[str, ...]
) -> tuple[str, str, str] | None:
    """The question without its first pronoun, what that stands for, and the pronoun.

    `given` stand in the question since other pronouns gave way to them.
    """
    found = tokens(question)
    shouted = question.isupper()
    for i, token in enumerate(found):
        initials = (
            not shouted and len(token.word) > 1 and question[token.start : token.end].isupper()
        )
        owner = token.word == "her" and _owned(found[i + 1 :])
        if token.word in pronouns and not initials and not (owner and "his" not in pronouns):
            if _stands_alone(question, found, i, given):
                return None
            beside = token.word in _OTHERS and bool(given)
            name = antecedent(question, past, token.word, beside)
            new = _with(question, token, name, found[i + 1 :])
            if new and name:
                return new, name, token.word
            return _first_replaced(question, past, pronouns - _group(token.word), given)
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
        ending = "’s" if token.word != "her" or _owned(following) else ""
    return question[: token.start] + name + ending + question[token.end :]


def _owned(following: Sequence[Token]) -> bool:
    return bool(following) and following[0].word not in lex.FUNCTION_WORDS


def _stands_alone(question: str, found: Sequence[Token], i: int, given: Sequence[str]) -> bool:
    """Whether a pronoun refers to something in its own question, or to nothing at all.

    In doubt it does: a question that needs nothing from before must never be changed.
    """
    words = [token.word for token in found]
    phrases = [
        p for p in noun_phrases(question)
        if not any(question[p.start : p.end] in name for name in given)
    ]  # fmt: skip
    asking = [k for k in range(i) if words[k] in lex.QUESTION_WORDS]
    opening = found[asking[-1]].start if asking else 0
    never = lex.PERSON_NOUNS | lex.TITLES if words[i] in ("it", "its") else frozenset()
    earlier = [
        p for p in phrases
        if p.end <= found[i].start and last_word(question[p.start : p.end]) not in never
    ]  # fmt: skip
    if earlier and _is_object(question, found, i, earlier[-1]):
        nearest = earlier.pop()
        if nearest.role != "other":
            earlier = [p for p in earlier if p.role == "other" and not p.is_name]
    if _is_subject(words, i) and not any(
        p.role == "subject" and p.start > opening for p in earlier
    ):
        # "Which road does it cross?": what is asked for cannot be what the pronoun stands for.
        earlier = [
            p for p in earlier
            if p.role != "focus"
            and (p.end <= opening or (p.is_name and p.before not in lex.LOCATING))
        ]  # fmt: skip
    elif words[0] not in lex.FUNCTION_WORDS and i > 0 and not given:
        return True  # "Time magazine named her what?"
    if earlier or (i > 0 and question[found[i].start].isupper() and not question.isupper()):
        return True  # capitals: "What is His Holiness called?"
    later = [p for p in phrases if p.start > found[i].start]
    first = not lex.QUESTION_WORDS.isdisjoint(words[i:])  # "After its opening, who ran the mill?"
    named = any(p.is_name and p.before not in lex.LOCATING for p in later)
    if (first and later) or (words[i] in _POSSESSIVE and named):
        return True
    return _is_bound(words, i) or (words[i] == "it" and _is_expletive(question, found, i))


def _is_object(question: str, found: Sequence[Token], i: int, nearest: NounPhrase) -> bool:
    """Whether the pronoun at `i` is the object of the verb that the phrase before it belongs to.

    It is not that verb's subject then: "How many people watched it?", "What did the queen send
    her?" It would have to be "itself", "herself".
    """
    words = [token.word for token in found]
    if words[i] in ("he", "she", "they", "his", "its", "their"):
        return False
    following = words[i + 1 : i + 2]
    if following and following[0] not in lex.PREPOSITIONS | lex.CONJUNCTIONS:
        return False
    between = [token.word for token in found if nearest.end <= token.start < found[i].start]
    if between == ["of"]:
        return True  # "the largest of them", "how many of them"
    if nearest.role == "other":
        return len(between) == 1 and between[0] in _TO_OBJECTS  # "Can I use soap for it?"
    bare = len(between) == 2 and between[1] in _TO_OBJECTS and not looks_verbal(between[0])
    if bare and nearest.role == "subject":
        between.pop()  # "What does the town pay for it?", but not "… carry with it?"
    return len(between) == 1 and between[0] not in lex.FUNCTION_WORDS


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
    if before in _BE and "who" in words[max(0, i - 2) : i] and not following:
        return True  # "A judge was named; who was it?"
    if before in _MAKE and not {"to", "that"}.isdisjoint(words[i + 1 : i + 4]):
        return True  # "Who made it to Paris?", "Who made it known that …?"
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
