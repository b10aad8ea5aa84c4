"""Follow-up questions: what a short question leaves out is taken from the turns before it.

Pure and deterministic. This is carried over, and nothing else:

- "Why?", "And how many?", "Since when?" take the topic of the question before, without its own
  question word; so do "When was that?" and "Why did it happen?". Who was asked for and named takes
  part in it: "Who found the ring?" (Ann Dale), "When?" is "When was it that Ann Dale found the
  ring?".
- "And Macron?", "What about 2021?", "And in Yerevan?" go in place of a phrase of the question
  before: a date for a date, what follows "in" for what follows "in", a name for a name. Of several
  names it is the one that was replaced last, else the subject, else the one spoken of longest, else
  the last. Where nothing is of its kind, it is asked for together with the words of the question
  before.
- Pronouns give way to what they stand for, the first for a person and the first for a thing: "he"
  to whom the last answer named or the last questions spoke of, "it" to the thing or the subject of
  the latest question that has one. "In Lisbon", "the Estuary Cup", "Who is Ann?" tell persons and
  things apart. "Who is that?" takes the last answer; "there" and "then" at a question's end.

A pronoun is left alone if the question has a name or noun before it that it may stand for, if it is
the "it" of "Is it true that …" or "How long does it take to …", and if the turns before offer
nothing for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa import lexicon as lex
from qa.errors import OptionError
from qa.phrases import NounPhrase, asks_for_holder, dates, is_capital, is_short, noun_phrases
from qa.pronouns import natures, replaced
from qa.question import MAX_LENGTH, analyse
from qa.terms import Token, looks_verbal, tokens

Turn = tuple[str, str | None]
"""An earlier question and its answering phrase, or None if it was refused."""

TURNS = 10  # that are looked at, the last ones
_MEASURES = frozenset(
    {"many", "much", "long", "often", "far", "old", "soon", "late", "else", *lex.DATE_NOUNS}
)
_BE = frozenset({"is", "was", "are", "were"})
_EMPTY = _BE | lex.PREPOSITIONS | {"did", "does", "has", "that", "this", "so", "then", "exactly",
                                   "not", "happen", "happened", "occur", "occurred"}  # fmt: skip
_COURTESIES = frozenset({"thanks", "thank", "ok", "okay", "hello", "hi", "good", "great", "yes"})


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


def resolve(question: str, history: Sequence[Turn]) -> str:
    """The question as it is to be searched, given the conversation so far (oldest turn first).

    Earlier questions may be as typed or as resolved. Only the last 10 turns count, and of each text
    the first 2,000 code points. A question that stands on its own comes back unchanged, and so does
    one that would grow beyond 2,000 code points.
    """
    past: list[Turn] = []
    for asked, answer in history[-TURNS:]:
        asked = asked[:MAX_LENGTH]
        past.append((_resolved(asked, past), answer[:MAX_LENGTH] if answer else None))
    return _resolved(question, past)


def _resolved(question: str, past: Sequence[Turn]) -> str:
    if not past or len(question) > MAX_LENGTH:
        return question
    result = _carried(question, past)
    return question if result is None or len(result) > MAX_LENGTH else result


def _carried(question: str, past: Sequence[Turn]) -> str | None:
    """The question with what is carried over into it; None if that is nothing."""
    found = tokens(question)
    words = [token.word for token in found]
    asking = lex.QUESTION_WORDS | lex.AUXILIARIES
    about = words[1:3] == ["what", "about"] or words[1:3] == ["how", "about"]
    if words[:1] == ["and"] and words[1:] and words[1] in asking and not about:
        question = question[found[1].start :]
        question = question[0].upper() + question[1:]
        found, words = tokens(question), words[1:]
    first = 1 if words[:1] == ["and"] else 0
    if words[first : first + 2] in (["what", "about"], ["how", "about"]):
        first += 2
    rest = found[first:]
    if first and not rest:
        return None
    if first and asking.isdisjoint(words[first:]):
        new = question[rest[0].start : rest[-1].end]
        return _put_in(past, replaced(new, past) or new)
    bare = _bare(question, found)
    if bare:
        asked, answer = _latest(past)
        counting = {"many", "much"} & {token.word for token in tokens(bare)}
        topic = _clause(asked) if counting else _topic(asked, answer)
        if topic:
            return f"{bare} {topic}?"
    return replaced(question, past)


def _bare(question: str, found: Sequence[Token]) -> str:
    """The question words of a question that has nothing else ("Since when?"), or ""."""
    words = [token.word for token in found]
    at = 1 if words and words[0] in lex.PREPOSITIONS else 0
    rest = words[at + 1 :]
    if not at < len(words) <= 6 or words[at] not in lex.QUESTION_WORDS:
        return ""
    of_event = not {"happen", "happened", "occur", "occurred"}.isdisjoint(rest)
    if any(w not in _EMPTY | _MEASURES and not (w == "it" and of_event) for w in rest):
        return ""
    if words[at] in ("who", "what", "which", "where") and rest[:1] and rest[0] in _BE:
        return ""  # "Who is that?" asks about the answer, not the topic
    kept = [t for i, t in enumerate(found) if i <= at or t.word in _MEASURES | lex.PREPOSITIONS]
    return " ".join(question[token.start : token.end] for token in kept)


def _latest(past: Sequence[Turn]) -> Turn:
    """The latest turn that has a topic: not "Thanks!" or a "Why?" that nothing stood before."""
    for turn in reversed(past):
        words = {token.word for token in tokens(turn[0])}
        if not words <= lex.FUNCTION_WORDS | _EMPTY | _MEASURES | _COURTESIES:
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


def _put_in(past: Sequence[Turn], new: str) -> str | None:
    """The question before with `new` in place of the phrase that it stands beside."""
    asked = _latest(past)[0]
    found = tokens(new)
    words = [token.word for token in found]
    if all(word in lex.FUNCTION_WORDS for word in words) and not new.isupper():
        return None
    preposition = words[0] if words[0] in lex.PREPOSITIONS and len(words) > 1 else ""
    core = new[found[1].start :] if preposition else new
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
        return _swapped(asked, same[-1], core) if same else f"{plain} {new}?"
    named = any(is_capital(f"and {new}", tokens(f"and {new}"), i + 1) for i in range(len(found)))
    place = _place(past, asked, new, phrases, named)
    if place:
        return _swapped(asked, place, new)
    topic = _topic(asked, None)
    return f"{new}: {topic}?" if topic else None


def _place(
    past: Sequence[Turn], asked: str, new: str, phrases: Sequence[NounPhrase], named: bool
) -> NounPhrase | None:
    """The phrase of the question before that a name, or else a noun, goes in place of."""
    alike = [p for p in phrases if p.is_name == named and (named or p.role != "focus")]
    counted = [p for p in phrases if p.role == "focus" and p.before in ("many", "much")]
    if not named and counted:
        return counted[0]
    if not alike:
        return next((p for p in phrases if p.role == "subject"), None)
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


def _swapped(asked: str, phrase: NounPhrase, new: str) -> str:
    return asked[: phrase.start] + new + asked[phrase.end :]
