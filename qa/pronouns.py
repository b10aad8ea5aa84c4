"""What a pronoun of a follow-up question stands for, and when it is to be left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from qa import lexicon as lex
from qa.phrases import (
    NounPhrase,
    asks_for_holder,
    dates,
    is_determined,
    is_name,
    is_plural,
    is_short,
    last_word,
    nature,
    noun_phrases,
)
from qa.question import analyse
from qa.terms import Token, tokens

Past = Sequence[tuple[str, str | None]]
"""Earlier questions, resolved, and their answers, oldest first."""

_PERSON = frozenset({"he", "him", "his", "she", "her"})
_FEMALE = frozenset({"she", "her"})
_POSSESSIVE = frozenset({"his", "her", "its", "their"})
_PLURAL = frozenset({"they", "them", "their"})
_THING = frozenset({"it", "its"}) | _PLURAL
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
_WOMEN = frozenset(
    {"mrs", "ms", "miss", "lady", "dame", "queen", "princess", "woman", "girl", "mother", "sister"}
    | {"daughter", "wife", "spokeswoman", "chairwoman", "actress", "aunt", "nun", "empress"}
)
_MEN = frozenset(
    {"mr", "sir", "lord", "king", "prince", "man", "boy", "father", "brother", "son", "husband"}
    | {"spokesman", "chairman", "actor", "uncle", "monk", "emperor", "pope"}
)


def replaced(question: str, past: Past) -> str | None:
    """The question with what its pronouns stand for in place of them; None if that is nothing.

    At most one pronoun for a person and one for a thing give way, the first of each.
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
    first = _pronoun_replaced(question, past, _PERSON | _THING, None)
    if first is None:
        return None
    once, name, pronoun = first
    others = _THING if pronoun in _PERSON else _PERSON
    second = _pronoun_replaced(once, past, others, name)
    return once if second is None else second[0]


def _pronoun_replaced(
    question: str, past: Past, pronouns: frozenset[str], given: str | None
) -> tuple[str, str, str] | None:
    """The question without its first pronoun, what that stands for, and the pronoun.

    `given` stands in the question since another pronoun gave way to it.
    """
    found = tokens(question)
    shouted = question.isupper()
    for i, token in enumerate(found):
        initials = (
            not shouted and len(token.word) > 1 and question[token.start : token.end].isupper()
        )
        if token.word in pronouns and not initials:
            if _stands_alone(question, found, i, given):
                return None
            name = _antecedent(question, past, token.word)
            new = _with(question, token, name, found[i + 1 :])
            return (new, name, token.word) if new and name else None
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


def _stands_alone(question: str, found: Sequence[Token], i: int, given: str | None) -> bool:
    """Whether a pronoun refers to something in its own question, or to nothing at all.

    In doubt it does: a question that needs nothing from before must never be changed.
    """
    words = [token.word for token in found]
    phrases = [p for p in noun_phrases(question) if question[p.start : p.end] != given]
    asking = [k for k in range(i) if words[k] in lex.QUESTION_WORDS]
    opening = found[asking[-1]].start if asking else 0
    never = lex.PERSON_NOUNS | lex.TITLES if words[i] in ("it", "its") else frozenset()
    earlier = [
        p for p in phrases
        if p.end <= found[i].start and last_word(question[p.start : p.end]) not in never
    ]  # fmt: skip
    if earlier and _is_object(question, found, i, earlier[-1]):
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
    elif words[0] not in lex.FUNCTION_WORDS and i > 0 and given is None:
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
    if words[i] in ("he", "she", "they", "his", "its", "their") or nearest.role == "other":
        return False
    following = words[i + 1 : i + 2]
    if following and following[0] not in lex.PREPOSITIONS | lex.CONJUNCTIONS:
        return False
    between = [token.word for token in found if nearest.end <= token.start < found[i].start]
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


def _antecedent(question: str, past: Past, pronoun: str) -> str | None:
    """What the latest turn that offers something names; never what the question itself names.

    For a person: the latest of those who surely are one, else the latest who may be.
    """
    own = {t.word for t in tokens(question)[1:] if question[t.start].isupper()}
    known = natures(past)
    doubtful = None
    for turn in reversed(range(len(past))):
        offered = _persons if pronoun in _PERSON else _things
        for name, sure in offered(past, turn, known, pronoun):
            if not own.isdisjoint(token.word for token in tokens(name)):
                continue
            if sure:
                return name
            doubtful = doubtful or name
    return doubtful


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


def _persons(
    past: Past, turn: int, known: Mapping[str, bool], pronoun: str
) -> Iterator[tuple[str, bool]]:
    """Whom a turn may have named, and whether surely: the answer if asked for, the names in order,
    a "mayor"."""
    asked, answer = past[turn]
    phrases = noun_phrases(asked)
    lower = asked == asked.lower()  # typed without capitals: "who is antony blinken"
    wanted = analyse(asked).wanted
    found: list[tuple[str, bool]] = []
    named = wanted == "name" or asks_for_holder(asked)
    if answer and named and (is_name(answer) or last_word(answer) in lex.PERSON_NOUNS):
        found.append((answer, True))
    for p in sorted(phrases, key=lambda phrase: phrase.role != "subject"):
        person = known.get(asked[p.start : p.end].lower())
        bare = lower and p.role == "subject" and not is_determined(asked[p.start : p.end])
        if p.is_name or bare or person:
            found.append((asked[p.start : p.end], bool(person) or p.role == "subject"))
    if answer and wanted in ("any", "definition") and is_name(answer):
        found.append((answer, False))
    sexed = _MEN if pronoun in _FEMALE else _WOMEN
    for name, sure in found:
        ends = {last_word(name), tokens(name)[0].word}
        if known.get(name.lower()) is not False and sexed.isdisjoint(ends):
            yield name, sure


def _things(
    past: Past, turn: int, known: Mapping[str, bool], pronoun: str
) -> Iterator[tuple[str, bool]]:
    """What a turn may have named: the thing asked for, else its subject, else the last phrase.

    What may well be a person ("Anna Berg") comes last, unless it is spoken of for longer.
    """
    asked, answer = past[turn]
    question = analyse(asked)
    phrases = noun_phrases(asked)
    plural = pronoun in _PLURAL
    found = [(_whole(asked, phrases, p), p) for p in _by_role(phrases) if p.role != "focus"]
    others = " ".join(text.lower() for k, (text, _) in enumerate(past) if k != turn)
    suspects = {
        text for text, p in found
        if p.is_name and " " in text and text.lower() not in known and text.lower() not in others
    }  # fmt: skip
    offered = [text for text, _ in found]
    if answer and question.kind in ("which", "what"):
        of_noun = question.focus and question.wanted in ("any", "place") and is_short(answer)
        if of_noun or is_name(answer):
            offered.insert(0, answer)
        elif question.wanted == "any" and is_short(answer) and is_determined(answer):
            offered[1:1] = [answer]  # "What did the queen send?" speaks of the queen first
    counted = [asked[p.start : p.end] for p in phrases if p.role == "focus"]
    if question.kind in ("which", "what"):
        offered += [f"the {noun}" for noun in counted if question.wanted == "any"]
    elif plural:
        offered = counted + offered
    if plural and is_short(answer or "") and is_plural(answer or ""):
        offered.append(answer or "")
    people = [text for text, p in found if p.is_name and known.get(text.lower()) is not False]
    if plural and len(people) == 2:
        offered.append(" and ".join(people))

    def unlikely(name: str) -> int:
        misfit = (plural or name[0].islower()) and is_plural(name) != plural
        return 2 * (name in suspects) + misfit

    persons = frozenset() if plural else lex.PERSON_NOUNS | lex.TITLES
    for name in sorted(offered, key=unlikely):
        if not known.get(name.lower()) and last_word(name) not in persons:
            yield name, True


def _by_role(phrases: Sequence[NounPhrase]) -> list[NounPhrase]:
    """The subject first, then the last; what follows "of" after what it belongs to."""
    ranked = [p for p in phrases if p.role == "subject" and p.before != "of"]
    ranked += [p for p in reversed(phrases) if p.role != "subject" and p.before != "of"]
    return ranked + [p for p in reversed(phrases) if p.before == "of"]


def _whole(asked: str, phrases: Sequence[NounPhrase], phrase: NounPhrase) -> str:
    """A phrase with the name that "of" ties to it: "the lighthouse of Cape Orlin"."""
    end = phrase.end
    for other in phrases if asked.startswith(" of ", end) else ():
        if other.is_name and asked[end : other.start].lower() in (" of ", " of the "):
            end = other.end
    return asked[phrase.start : end]


def _answer(past: Past) -> str | None:
    answer = past[-1][1]
    return answer if answer and is_name(answer) else None


def _place(past: Past) -> str | None:
    """ "in Ashcombe": the last answer to "where", or the last name after "in" in a question."""
    for asked, answer in reversed(past):
        if answer and analyse(asked).wanted == "place":
            prepared = tokens(answer)[:1] and tokens(answer)[0].word in lex.PREPOSITIONS
            return answer if prepared else f"in {answer}"
        places = [p for p in noun_phrases(asked) if p.is_name and p.before in ("in", "at", "to")]
        if places:
            return f"in {asked[places[-1].start : places[-1].end]}"
    return None


def _time(past: Past) -> str | None:
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
