"""Follow-up questions: what a short question leaves out is taken from the turns before it.

Pure and deterministic. This is carried over, and nothing else:

- "Why?", "And how many?", "Since when?", "In which year?" take the topic of the question before,
  without its own question word; so do "When was that?" and "Why did it happen?". Who was asked for
  and named takes part in it: "Who found the ring?" (Ann Dale), "When?" is "When was it that Ann
  Dale found the ring?". "How many stops?" takes what the question before is about.
- "And Macron?", "What about 2021?", "And in Yerevan?", "At night?" go in place of a phrase of the
  question before: a date for a date, what follows "in" for what follows "in", a name for a name,
  "the Team plan" for "the Plus plan", "a blue one" for "a red light". Of several names it is the
  one that was replaced last, else the subject, else the one spoken of longest, else the last. Where
  nothing is of its kind, it is asked for together with the words of the question before. "And the
  museum, when did it open?" is "When did the museum open?".
- Pronouns give way to what they stand for, the first for a person, for a thing and for several:
  "he" to whom the last answer named or the last questions spoke of, "it" to the thing or the
  subject of the latest question that has one, or, after a verb, to its object. "In Lisbon", "the
  Estuary Cup", "Who is Ann?" tell persons and things apart.
- "Who is that?" and "What does that mean?" take the last answer; "there" and "then" the last place
  and date.

What is carried over weighs half of what was typed when the question is searched (`qa.search`).

A pronoun is left alone if the question has a name or noun before it that it may stand for, if it is
the "it" of "Is it true that …" or "How long does it take to …", and if the turns before offer
nothing for it. A question without any such word is searched as typed, even if it names no topic
("Who is the director?"): whether it stands on its own cannot be told from its wording.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa import lexicon as lex
from qa.demonstratives import pointed
from qa.ellipsis import completed, is_fragment, put_in
from qa.errors import OptionError
from qa.pronouns import given_way, replaced
from qa.question import MAX_LENGTH, expanded
from qa.terms import Token, tokens

Turn = tuple[str, str | None]
"""An earlier question and its answering phrase, or None if it was refused."""

TURNS = 10  # that are looked at, the last ones
_NOT_FIRST = lex.QUESTION_WORDS | lex.AUXILIARIES
_OPENINGS = (("what", "about"), ("how", "about"), ("back", "to"), ("as", "for"))


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
        past.append((expanded(_resolved(asked, past)), answer[:MAX_LENGTH] if answer else None))
    return _resolved(question, past)


def _resolved(question: str, past: Sequence[Turn]) -> str:
    if not past or len(question) > MAX_LENGTH:
        return question
    plain = expanded(question)
    result = _carried(plain, past)
    return question if result in (None, plain) or len(result) > MAX_LENGTH else result


def _carried(question: str, past: Sequence[Turn]) -> str | None:
    """The question with what is carried over into it; None if that is nothing."""
    found = tokens(question)
    words = [token.word for token in found]
    first = 1 if words[:1] == ["and"] else 0
    opened = tuple(words[first : first + 2]) in _OPENINGS
    if first and words[1:] and words[1] in _NOT_FIRST and not opened:
        question = _capitalised(question[found[1].start :])
        found, words, first = tokens(question), words[1:], 0
    first += 2 * opened
    if first == len(found):
        return None
    asking = next((i for i in range(first, len(found)) if words[i] in _NOT_FIRST), len(found))
    if first and asking == len(found):
        new = question[found[first].start : found[-1].end]
        return put_in(past, _named(new, past) or new)
    if first and asking < len(found):
        return _set_apart(question, found, first, asking, past)
    if words[0] in lex.PREPOSITIONS and is_fragment(question):
        new = question[found[0].start : found[-1].end]
        return put_in(past, _named(new, past) or new)
    return completed(question, past) or _named(question, past)


def _set_apart(
    question: str, found: Sequence[Token], first: int, asking: int, past: Sequence[Turn]
) -> str | None:
    """ "And her brother, what did he do?" with what is set apart in place of the pronoun for it."""
    between = question[found[asking - 1].end : found[asking].start]
    if not set(between) & set(",:;–—?-"):
        return _named(question, past)
    topic = question[found[first].start : found[asking - 1].end]
    new, rest = _named(topic, past) or topic, _capitalised(question[found[asking].start :])
    asked = put_in(past, new) or new
    short = completed(rest, [(asked, None)])
    if short:
        return short
    taken = given_way(rest, new)
    if taken:
        return _named(taken, past) or taken
    return f"{_capitalised(new)}: {rest}" if new != topic else None


def _named(question: str, past: Sequence[Turn]) -> str | None:
    """The question with what its pronouns, "there", "then" and "that" stand for, if anything."""
    named = replaced(question, past)
    return pointed(named or question, past) or named


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]
