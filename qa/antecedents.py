"""What the turns of a conversation offer for a pronoun to stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qa import lexicon as lex
from qa.phrases import OF, THINGS, NounPhrase, dates, is_verb, noun_phrases, with_complements
from qa.question import analyse
from qa.referents import (
    Past,
    asks_for_holder,
    head_word,
    is_determined,
    is_measure,
    is_name,
    is_numeric,
    is_plural,
    is_short,
    last_word,
    natures,
)
from qa.terms import tokens

PERSON = frozenset({"he", "him", "his", "she", "her"})
PLURAL = frozenset({"they", "them", "their"})
_FEMALE = frozenset({"she", "her"})
# What belongs to something else: "the budget" of a film. Rarely what is spoken of next.
_ATTRIBUTES = lex.NUMBER_NOUNS | {"name", "title", "author", "origin", "purpose", "aim", "cause"}
_GROUPS = lex.ORGANISATION_NOUNS | {"group", "team", "band", "crew", "family", "staff", "police"}
_GOING = frozenset({"get", "go", "come", "travel", "drive", "fly", "walk", "sail", "went", "came"})
_LYING = frozenset({"lie", "stand", "located", "situated", "found", "now", "exactly"})
_TELLING = frozenset({"of", "on", "in", "at", "about", "between"})
_JOINING = frozenset({"to", "with", "and", "against"})
_WOMEN = frozenset(
    {"mrs", "ms", "miss", "lady", "dame", "queen", "princess", "woman", "girl", "mother", "sister"}
    | {"daughter", "wife", "spokeswoman", "chairwoman", "actress", "aunt", "nun", "empress"}
)
_MEN = frozenset(
    {"mr", "sir", "lord", "king", "prince", "man", "boy", "father", "brother", "son", "husband"}
    | {"spokesman", "chairman", "actor", "uncle", "monk", "emperor", "pope"}
)


def antecedent(question: str, past: Past, pronoun: str, beside: bool = False) -> str | None:
    """What the latest turn that offers something names; never what the question itself names.

    For a person: the latest of those who surely are one, else the latest who may be; `beside`
    another, who was named already, the latest at once.
    """
    own = {t.word for t in tokens(question)[1:] if question[t.start].isupper()}
    known = natures(past)
    as_object = _is_object(question, pronoun)
    doubtful = None
    for turn in reversed(range(len(past))):
        for name, sure in (
            _persons(past, turn, known, pronoun)
            if pronoun in PERSON
            else _things(past, turn, known, pronoun, as_object)
        ):
            if not own.isdisjoint(token.word for token in tokens(name)):
                continue
            if sure or beside:
                return name
            doubtful = doubtful or name
    return doubtful


def _persons(
    past: Past, turn: int, known: Mapping[str, bool], pronoun: str
) -> Iterator[tuple[str, bool]]:
    """Whom a turn may have named, and whether surely: the answer if asked for, the names in order,
    a "mayor"."""
    asked, answer = past[turn]
    phrases = noun_phrases(asked)
    lower = asked == asked.lower()  # typed without capitals: "who is antony blinken"
    question = analyse(asked)
    wanted = question.wanted
    found: list[tuple[str, bool]] = []
    of_others: list[tuple[str, bool]] = []
    named = wanted == "name" or asks_for_holder(asked)
    office = last_word(answer or "") in lex.PERSON_NOUNS and not is_plural(answer or "")
    known_by_name = bool(answer) and named and (is_name(answer or "") or office)
    for p in sorted(phrases, key=lambda phrase: phrase.role != "subject"):
        person = known.get(asked[p.start : p.end].lower())
        bare = lower and p.role == "subject" and not is_determined(asked[p.start : p.end])
        several = not p.is_name and is_plural(asked[p.start : p.end])
        owned = _owned(asked, p)
        if owned and last_word(owned) in lex.PERSON_NOUNS:
            found.append((owned, True))
        if p.is_name or bare or (person and not several):
            whole = asked[p.start : p.end] if p.is_name else with_complements(asked, p, OF)
            told = (whole, bool(person) or p.role == "subject")
            (of_others if p.before == "of" else found).append(told)
    words = [token for token in tokens(asked) if token.word != "and"]
    if answer and known_by_name:
        # "From whom did Ann learn?" speaks of Ann.
        of_subject = words[0].word in lex.PREPOSITIONS and found[:1] and found[0][1]
        found.insert(1 if of_subject else 0, (answer, True))
    if answer and wanted in ("any", "definition") and is_name(answer):
        found.append((answer, False))
    if named and not known_by_name and len(words) > 1 and words[0].word == "who":
        found.append((f"the one who {asked[words[1].start : words[-1].end]}", False))
    found += [(name, False) for name, _ in of_others]
    sexed = _MEN if pronoun in _FEMALE else _WOMEN
    for name, sure in found:
        ends = {last_word(name), tokens(name)[0].word}
        if known.get(name.lower()) is not False and sexed.isdisjoint(ends):
            yield name, sure


def _is_object(question: str, pronoun: str) -> bool:
    """Whether a pronoun follows a verb or preposition: "Who repaired it?", not "Where is it?"."""
    words = [token.word for token in tokens(question)]
    i = words.index(pronoun) if pronoun in words else 0
    return i > 0 and pronoun in ("it", "them") and words[i - 1] not in lex.AUXILIARIES


def _things(
    past: Past, turn: int, known: Mapping[str, bool], pronoun: str, as_object: bool
) -> Iterator[tuple[str, bool]]:
    """What a turn may have named: the thing asked for, else its subject, else the last phrase.

    What may well be a person ("Anna Berg") comes last, unless it is spoken of for longer.
    """
    asked, answer = past[turn]
    question = analyse(asked)
    phrases = noun_phrases(asked)
    plural = pronoun in PLURAL
    found = [(_whole(asked, p), p) for p in _by_role(phrases, as_object) if p.role != "focus"]
    others = " ".join(text.lower() for k, (text, _) in enumerate(past) if k != turn)
    suspects = {
        text for text, p in found
        if p.is_name and " " in text and text.lower() not in known and text.lower() not in others
    }  # fmt: skip
    offered = [_owner(text) for text, _ in found]
    if answer and question.kind in ("which", "what") and (plural or not is_numeric(answer)):
        of_noun = question.focus and question.wanted in ("any", "place") and is_short(answer)
        titled = not plural and tokens(answer)[:1] and tokens(answer)[0].word in lex.TITLES
        if (of_noun or is_name(answer)) and not titled:
            offered.insert(0, answer)
        elif question.wanted == "any" and is_short(answer) and is_determined(answer):
            offered[1:1] = [answer]  # "What did the queen send?" speaks of the queen first
    if answer and not plural and question.kind == "where" and is_name(answer):
        offered[1:1] = [answer]
    counted = [with_complements(asked, p, OF) for p in phrases if p.role == "focus"]
    counted = [noun for noun in counted if noun not in lex.UNITS]
    sought = [f"the {noun}" for noun in counted]
    if question.kind in ("which", "what"):
        offered += sought if question.wanted == "any" else []
    elif plural:
        offered = counted + offered
    if plural and answer and is_short(answer) and is_plural(answer) and not is_measure(answer):
        offered.append(answer)
    if plural:
        offered += _pair(asked, answer, phrases, known)
    named = {name.lower() for name in _answers_to_who(past)}

    def misfit(name: str) -> bool:
        if plural and head_word(name) in _GROUPS:
            return False
        return (plural or name[0].islower()) and is_plural(name) != plural

    def unlikely(name: str) -> int:
        suspect = name in suspects or (not plural and name.lower() in named)
        return 2 * suspect + misfit(name)

    persons = frozenset() if plural else lex.PERSON_NOUNS | lex.TITLES
    for name in sorted(offered, key=unlikely):
        several = plural and name[0].islower() and is_plural(name)
        if (several or not known.get(name.lower())) and head_word(name) not in persons:
            of_another = name[0].islower() and last_word(name) in _ATTRIBUTES
            yield name, not (of_another or name in sought or misfit(name))


def _pair(
    asked: str, answer: str | None, phrases: Sequence[NounPhrase], known: Mapping[str, bool]
) -> list[str]:
    """Two who did something together: "Ann and Carl" after "Did Ann talk to Carl?"."""
    people = [p for p in phrases if p.is_name and known.get(_text(asked, p).lower()) is not False]
    joined = [_text(asked, p) for p in people if p.before in _JOINING]
    first = [_text(asked, p) for p in people if p.role == "subject"]
    if not first and answer and is_name(answer) and analyse(asked).kind == "who":
        first = [answer]
    return [f"{first[0]} and {joined[0]}"] if first and len(joined) == 1 else []


def _answers_to_who(past: Past) -> Iterator[str]:
    """Who was named when someone was asked for: more likely a person than a thing."""
    for asked, answer in past:
        if answer and analyse(asked).kind == "who":
            yield answer


def _text(asked: str, phrase: NounPhrase) -> str:
    return asked[phrase.start : phrase.end]


def _owner(name: str) -> str:
    """What an attribute belongs to, if it is said: the film of "the budget of the film"."""
    belongs = head_word(name) in _ATTRIBUTES
    return name.partition(" of ")[2] or name if belongs else name


def _by_role(phrases: Sequence[NounPhrase], as_object: bool) -> list[NounPhrase]:
    """The subject, the object, then the last; what follows "of" after what it belongs to.

    For a pronoun that is an object, objects that are no names come first.
    """
    ranked = [p for p in phrases if p.role == "subject" and p.before != "of"]
    objects = [p for p in phrases if p.role == "other" and p.before not in lex.PREPOSITIONS]
    objects.sort(key=lambda phrase: phrase.is_name)
    parallel = [p for p in objects if as_object and not p.is_name]
    ranked = parallel + ranked + [p for p in objects if p not in parallel]
    ranked += [
        p for p in reversed(phrases)
        if p.role != "subject" and p.before != "of" and p not in objects
    ]  # fmt: skip
    return ranked + [p for p in reversed(phrases) if p.before == "of"]


def _whole(asked: str, phrase: NounPhrase) -> str:
    """A phrase with what tells which one it is: "the report on the fire", "the council of Lyon".

    What follows a subject belongs to it, and so does some of what follows an object; a name is
    told from others by itself, unless it ends in a noun.
    """
    owned = _owned(asked, phrase)
    if owned and last_word(owned) not in _ATTRIBUTES:
        return owned
    if phrase.role == "subject" and not phrase.is_name:
        return with_complements(asked, phrase)
    return with_complements(asked, phrase, OF if phrase.is_name else _TELLING)


def _owned(asked: str, phrase: NounPhrase) -> str:
    """A phrase with what is said to be its own: "Ann's sister", or "" if nothing is."""
    following = tokens(asked[phrase.end :])
    if not asked.startswith(("'s ", "’s "), phrase.end):
        return ""
    word = next((t for t in following if t.word != "s"), None)
    plain = word is not None and word.word not in lex.FUNCTION_WORDS and not is_verb(word.word)
    return asked[phrase.start : phrase.end + word.end] if word and plain else ""


def place(question: str, past: Past) -> str | None:
    """ "in Ashcombe": the last answer to "where", the last name after "in" in a question.

    "Where does the museum stand?" speaks of the museum, and of no other place. Where no place was
    spoken of, what was spoken of is one.
    """
    for asked, answer in reversed(past):
        subjects = [p for p in noun_phrases(asked) if p.role == "subject"]
        if answer and analyse(asked).wanted == "place":
            subject = with_complements(asked, subjects[0]) if subjects else ""
            rest = {t.word for t in tokens(asked[asked.find(subject) + len(subject) :])}
            site = not THINGS.isdisjoint(token.word for token in tokens(subject))
            if site and rest <= _LYING:
                return f"at {subject}"
            prepared = tokens(answer)[:1] and tokens(answer)[0].word in lex.PREPOSITIONS
            return answer if prepared else f"in {answer}"
        places = [p for p in noun_phrases(asked) if p.is_name and p.before in ("in", "at", "to")]
        if places:
            return f"in {asked[places[-1].start : places[-1].end]}"
    name = antecedent(question, past, "it")
    before = [token.word for token in tokens(question)]
    going = not _GOING.isdisjoint(before)
    return f"{'to' if going else 'at'} {name}" if name else None


def time(past: Past) -> str | None:
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
