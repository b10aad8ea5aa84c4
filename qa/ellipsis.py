"""What a question leaves out, from the question before: "Why?", "In which year?", "And Macron?"."""

from __future__ import annotations

from collections.abc import Sequence

from qa import lexicon as lex
from qa.phrases import (
    OF,
    NounPhrase,
    dates,
    is_adjective,
    is_capital,
    is_verb,
    noun_phrases,
    with_complements,
)
from qa.question import analyse
from qa.referents import (
    Past,
    asks_for_holder,
    is_determined,
    is_plural,
    is_short,
    last_word,
    natures,
)
from qa.terms import Token, looks_verbal, tokens

_MEASURES = frozenset(
    {"many", "much", "long", "often", "far", "old", "soon", "late", "else", *lex.DATE_NOUNS}
)
_BE = frozenset({"is", "was", "are", "were"})
_BE_HAVE = _BE | {"has", "have", "had", "be", "been"}
_EMPTY = _BE | lex.PREPOSITIONS | {"did", "does", "has", "that", "this", "so", "then", "exactly",
                                   "not", "happen", "happened", "occur", "occurred"}  # fmt: skip
_COURTESIES = frozenset({"thanks", "thank", "ok", "okay", "hello", "hi", "good", "great", "yes"})
_TIMES = lex.DATE_NOUNS | lex.TIME_UNITS
_LONGEST_FRAGMENT = 5  # words


def completed(question: str, past: Past) -> str | None:
    """A question that is little more than its question words, with the topic; None if it is more.

    "Why?", "Since when?", "In which minute?", "How many stops?", "How many were hurt?"
    """
    found = tokens(question)
    if not past:
        return None
    asked, answer = _latest(past)
    bare = _bare(question, found)
    if bare:
        counting = _counts(bare) and _counts(asked)
        topic = _clause(asked) if counting else _topic(asked, answer)
        return f"{bare} {topic}?" if topic else None
    words = [token.word for token in found]
    noun = _asked_noun(question, found)
    if noun:
        short = question[found[0].start : found[-1].end]
        counted = [asked[p.start : p.end].lower() for p in noun_phrases(asked) if p.role == "focus"]
        if noun in counted and words[0] not in lex.PREPOSITIONS:
            return asked
        if words[0] in lex.PREPOSITIONS or words[-1] in _TIMES:
            topic = _topic(asked, answer)
            return f"{short} {topic}?" if topic else None
        about = _subject(asked)
        return f"{short}: {about}?" if about else None
    uncounted = words[:2] == ["how", "many"] and words[2:] and words[2] in lex.AUXILIARIES
    many = [p for p in noun_phrases(asked) if p.before == "many"]
    named = any(question[token.start].isupper() and token.word != "i" for token in found[1:])
    if uncounted and many and not named:
        at = found[1].end
        return f"{question[:at]} {with_complements(asked, many[0], OF)}{question[at:]}"
    return None


def is_fragment(question: str) -> bool:
    """Whether a question is nothing but a preposition and what belongs to it: "By e-mail?"."""
    words = [token.word for token in tokens(question)]
    return (
        question.rstrip().endswith("?")
        and 1 < len(words) <= _LONGEST_FRAGMENT
        and (lex.QUESTION_WORDS | lex.AUXILIARIES).isdisjoint(words)
        and not any(map(is_verb, words))
    )


def _counts(question: str) -> bool:
    return not {"many", "much"}.isdisjoint(token.word for token in tokens(question))


def _bare(question: str, found: Sequence[Token]) -> str:
    """The question words of a question that has nothing else ("Since when?"), or ""."""
    words = [token.word for token in found]
    at = 1 if words and words[0] in lex.PREPOSITIONS else 0
    rest = words[at + 1 :]
    if not at < len(words) <= 6 or words[at] not in lex.QUESTION_WORDS:
        return ""
    of_event = not {"happen", "happened", "occur", "occurred"}.isdisjoint(rest)
    again = {words[at]} if words[at] in ("when", "where") else set()  # "From when to when?"
    if any(w not in _EMPTY | _MEASURES | again and not (w == "it" and of_event) for w in rest):
        return ""
    if words[at] in ("who", "what", "which", "where") and rest[:1] and rest[0] in _BE:
        return ""  # "Who is that?" asks about the answer, not the topic
    told = _MEASURES | lex.PREPOSITIONS | again
    kept = [t for i, t in enumerate(found) if i <= at or t.word in told]
    return " ".join(question[token.start : token.end] for token in kept)


def _asked_noun(question: str, found: Sequence[Token]) -> str:
    """What a question asks for that has no more than that: "(In) which minute?", or ""."""
    words = [token.word for token in found]
    at = 1 if words and words[0] in lex.PREPOSITIONS else 0
    counting = words[at : at + 2] in (["how", "many"], ["how", "much"])
    if not counting and words[at : at + 1] not in (["which"], ["what"], ["whose"]):
        return ""
    noun = found[at + 1 + counting :]
    of = next((k for k, token in enumerate(noun) if token.word == "of"), len(noun))
    plain = lex.FUNCTION_WORDS.isdisjoint(t.word for t in (*noun[:of], *noun[of + 1 :]))
    if of == 2 and is_adjective(noun[0].word):
        noun, of = noun[1:], 1
    if of != 1 or len(noun) not in (1, 3) or not plain:
        return ""  # a word more, and it may be a verb: "Which doctor cures?"
    surface = question[noun[0].start : noun[0].end]
    if surface[0].isupper() and not (counting and surface.isupper()):
        return ""
    return surface.lower() if counting or not is_verb(noun[0].word) else ""


def _subject(asked: str) -> str:
    """What a question is about, with what belongs to it: "the line to the airport in Brennick"."""
    phrases = [p for p in noun_phrases(asked) if p.role != "focus"]
    subjects = [p for p in phrases if p.role == "subject"] or phrases
    return with_complements(asked, subjects[0]) if subjects else ""


def _latest(past: Past) -> tuple[str, str | None]:
    """The latest turn that has a topic: not "Thanks!", "Who said that?" or a "Why?" of nothing."""
    for turn in reversed(past):
        words = {token.word for token in tokens(turn[0])}
        words -= lex.FUNCTION_WORDS | _EMPTY | _MEASURES | _COURTESIES
        if words and (turn[1] or not all(map(is_verb, words))):
            return turn
    return past[-1]


def _topic(asked: str, answer: str | None) -> str:
    """A question as the clause that another question word may open.

    "In which year did X fall?" gives "did X fall", "How much water does it lose?" "does it lose
    water"; and "Who found X?" "was it that Y found X" if the answer was Y.
    """
    found = tokens(asked)
    words = [token.word for token in found]
    asking, first = _question_words(words)
    focus = next((p for p in noun_phrases(asked) if p.role == "focus"), None)
    after = next((k for k, t in enumerate(found) if focus and t.start >= focus.end), len(words))
    if focus and first < after < len(words) and words[after] not in lex.PREPOSITIONS:
        noun = asked[focus.start : focus.end]
        known = noun if asking == "how" else f"the {noun}"
        return _with_answer(asked, found, after, _named(answer, asked) or known)
    named = _named(answer, asked)
    if named and asking == "who" and words[0] == "who" and first < len(words):
        return _with_answer(asked, found, first, named)
    return _from(asked, found, first)


def _clause(asked: str) -> str:
    """A question without its question words, in the order that it has."""
    found = tokens(asked)
    return _from(asked, found, _question_words([token.word for token in found])[1])


def _question_words(words: Sequence[str]) -> tuple[str, int]:
    """The question word that opens a question, or "", and where what follows it begins."""
    first = 0
    while first < len(words) and words[first] in lex.PREPOSITIONS | {"and"}:
        first += 1
    if first == len(words) or words[first] not in lex.QUESTION_WORDS:
        return "", 0
    asking = words[first]
    first += 1
    while first < len(words) and words[first] in _MEASURES:
        first += 1
    return asking, first


def _named(answer: str | None, asked: str) -> str | None:
    """The answer as it may take the place of what was asked for, if it can."""
    question = analyse(asked)
    wanted = question.kind in ("who", "which", "what") and question.wanted in ("name", "any")
    wanted |= bool(question.focus) and question.wanted == "place"
    return answer if answer and (wanted or asks_for_holder(asked)) and is_short(answer) else None


def _with_answer(asked: str, found: Sequence[Token], verb: int, answer: str) -> str:
    """The clause that begins at token `verb`, with an answer where it belongs."""
    word, plain = found[verb].word, asked.rstrip("?!. \t\n")
    rest = plain[found[verb].end :].strip()
    if word in _BE or word in lex.AUXILIARIES - {"do", "does", "did"}:
        subject = next(
            (p for p in noun_phrases(asked) if p.role == "subject" and p.before == word), None
        )
        if subject is None or asks_for_holder(asked):
            return f"{word} {answer} {rest}".rstrip()
    elif word not in lex.AUXILIARIES:
        many = any(p.before == "many" for p in noun_phrases(asked))
        present = (many or word.endswith("s")) and not looks_verbal(word)
        return f"{'is' if present else 'was'} it that {answer} {plain[found[verb].start :]}"
    return f"{_from(asked, found, verb)} {answer}"


def _from(asked: str, found: Sequence[Token], first: int) -> str:
    topic = asked[found[first].start : found[-1].end] if first < len(found) else ""
    lower = topic and found[first].word in lex.AUXILIARIES
    return topic[0].lower() + topic[1:] if lower else topic


def put_in(past: Past, new: str) -> str | None:
    """The question before with `new` in place of the phrase that it stands beside."""
    asked = _latest(past)[0]
    found = tokens(new)
    words = [token.word for token in found]
    if all(word in lex.FUNCTION_WORDS for word in words) and not new.isupper():
        return None
    preposition = words[0] if words[0] in lex.PREPOSITIONS and len(words) > 1 else ""
    core = new[found[1].start :] if preposition else new
    if preposition:
        new = new[0].lower() + new[1:]
    elif new.endswith(("'s", "’s")):
        new = core = new[:-2]
    plain = asked.rstrip("?!. \t\n")
    if dates(f"in {core}") or words[-1] in lex.DATE_NOUNS:
        known = dates(asked)
        if not known:
            return f"{plain} {new if preposition or not core.isdigit() else f'in {core}'}?"
        start, end = known[-1]
        before = tokens(asked[:start])
        if before and before[-1].word in lex.PREPOSITIONS and not core.isdigit():
            start, core = before[-1].start, new
        return asked[:start] + core + asked[end:]
    phrases = noun_phrases(asked)
    if preposition:
        same = [phrase for phrase in phrases if phrase.before == preposition]
        return _swapped(asked, same[-1], core, True) if same else f"{plain} {new}?"
    if words[-1] in ("one", "ones"):
        return _modified(asked, phrases, new, found[:-1])
    named = _written_as_name(new)
    place = _place(past, asked, new, phrases, named)
    if place:
        return _swapped(asked, place, new)
    topic = _topic(asked, None)
    return f"{new}: {topic}?" if topic else None


def _written_as_name(new: str) -> bool:
    """Whether the last word of what is put in is a name's: "Macron", "E-340", not "Wii games"."""
    found = tokens(f"and {new}")
    last = len(found) - 1
    while last > 1 and found[last].word.isdigit():
        last -= 1
    return is_capital(f"and {new}", found, last)


def _modified(
    asked: str, phrases: Sequence[NounPhrase], new: str, modifiers: Sequence[Token]
) -> str | None:
    """ "And a blue one?" after "a steady red light": "a steady blue light"."""
    own = [t for t in modifiers if t.word not in lex.FUNCTION_WORDS]
    for phrase in phrases if own else ():
        found = [t for t in tokens(asked) if phrase.start <= t.start < phrase.end]
        bare = [t for t in found if t.word not in lex.ARTICLES]
        if not phrase.is_name and len(bare) > 1:
            first = bare[max(0, len(bare) - 1 - len(own))].start
            told = new[own[0].start : own[-1].end]
            return asked[:first] + told + " " + asked[bare[-1].start :]
    return None


def _place(
    past: Past, asked: str, new: str, phrases: Sequence[NounPhrase], named: bool
) -> NounPhrase | None:
    """The phrase of the question before that a name, or else a noun, goes in place of."""
    head = last_word(new)
    for phrase in phrases:
        if last_word(asked[phrase.start : phrase.end]) == head:
            return phrase
    alike = [p for p in phrases if p.is_name == named and (named or p.role != "focus")]
    counted = [p for p in phrases if p.role == "focus" and p.before in ("many", "much")]
    if not named and counted:
        return counted[0]
    if not alike:
        return next((p for p in phrases if p.role == "subject"), None)
    for test in (is_plural, is_determined) if not named else ():
        alike = [p for p in alike if test(asked[p.start : p.end]) == test(new)] or alike
    before = [question.lower() for question, _ in past[:-1]]
    for phrase in alike if before else ():
        start, end = asked[: phrase.start].lower(), asked[phrase.end :].lower()
        if before[-1].startswith(start) and before[-1].endswith(end):
            return phrase
    known = natures(past)
    kind = known.get(new.lower())
    if kind is not None:  # a place that was spoken of goes in place of a place
        alike = [p for p in alike if known.get(asked[p.start : p.end].lower()) is kind] or alike
    subjects = [p for p in alike if p.role == "subject"]
    if subjects:
        return subjects[-1]

    def age(phrase: NounPhrase) -> int:
        name = asked[phrase.start : phrase.end].lower()
        return next((turn for turn, text in enumerate(before) if name in text), len(before))

    return min(reversed(alike), key=age)


def _swapped(asked: str, phrase: NounPhrase, new: str, with_relative: bool = False) -> str:
    """`new` in place of a phrase, and of what tells more of it: "in bays (closed to boats)"."""
    end = phrase.end
    if with_relative:
        following = tokens(asked[end:])
        plain = not _BE_HAVE.isdisjoint(token.word for token in tokens(asked[: phrase.start]))
        if following and not plain and is_verb(following[0].word):
            end += following[-1].end
    return asked[: phrase.start] + new + asked[end:]
