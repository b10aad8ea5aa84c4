"""Questions drawn from the documents themselves, so that an empty page invites to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from qa import lexicon as lex
from qa.index import Index
from qa.spans import candidates
from qa.terms import stem, tokens
from qa.words import Words, take_apart

_POINTING = lex.PRONOUNS | frozenset(
    {"this", "that", "these", "those", "such", "its", "his", "her", "their", "then", "also"}
)
_LOOKED_AT = 400  # sentences
_END = re.compile(r"[,;:.!?—–()“”\"«»\n]| that | which | who | while | after | before ")


def suggest(index: Index, is_answered: Callable[[str], bool], n: int) -> list[str]:
    """At most `n` different questions that `is_answered` accepts, from as many documents as can be.

    Deterministic: documents are gone through evenly, the first sentences first.
    """
    found: list[str] = []
    documents: set[int] = set()
    later: list[str] = []
    for document, question in _questions(index):
        if question in found or question in later:
            continue
        known = " ".join(question.split()[:2])
        if document in documents or 2 * sum(q.startswith(known) for q in found) >= n:
            later.append(question)
        elif is_answered(question):
            found.append(question)
            documents.add(document)
        if len(found) >= n:
            return found
    for question in later[: 10 * n]:
        if len(found) >= n:
            break
        if is_answered(question):
            found.append(question)
    return found


def _questions(index: Index) -> Iterator[tuple[int, str]]:
    count = len(index.entries)
    step = max(1, count // 25)
    looked_at = 0
    for position in range(8):
        for document in range(0, count, step):
            numbers = index.sentences_of(document)
            if position >= len(numbers):
                continue
            looked_at += 1
            if looked_at > _LOOKED_AT:
                return
            sentence = numbers[position]
            if index.is_headline(sentence):
                continue
            span, whole = index.span(sentence), index.text(document)
            text = whole[span.start : span.end]
            for question in from_sentence(text, whole):
                yield document, question


def from_sentence(text: str, document: str) -> Iterator[str]:
    """Questions that a sentence answers: "X signed the treaty." -> "Who signed the treaty?".

    `document` is the whole text: a word that stands there in small letters, too, is no name.
    """
    words = take_apart(text, tokens(text))
    yield from _of_subject(text, words, document)
    for candidate in candidates(words, ()):
        if "titled" in candidate.shapes and candidate.last - candidate.first == 2:
            yield f"Who is {text[candidate.start : candidate.end]}?"


def _of_subject(text: str, words: Words, document: str) -> Iterator[str]:
    subject = _subject(words)
    if subject is None or subject + 1 >= len(words.tokens):
        return
    verb = words.tokens[subject]
    rest = text[verb.start :]
    end = _END.search(rest, verb.end - verb.start)
    clause = " ".join((rest[: end.start()] if end else rest).split())
    name = text[: words.end[subject - 1]]
    if verb.word in ("is", "was") and not 3 <= len(clause.split()) <= 14:
        return
    if verb.word in ("is", "was") and words.tokens[subject + 1].word in ("a", "an", "the"):
        plain = name[0].lower() + name[1:]
        common = name.startswith(("The ", "A ")) or re.search(rf"\b{re.escape(plain)}\b", document)
        yield f"What {verb.word} {plain if common else name}?"
    elif _past(verb.word) and 3 <= len(clause.split()) <= 12 and _stands_alone(clause):
        yield f"Who {clause}?"


def _subject(words: Words) -> int | None:
    """How many tokens a sentence's opening name has, titles and "the" included; None without."""
    i = 0
    if words.tokens and words.tokens[0].word == "the":
        i = 1
    first = i
    while i < len(words.tokens) and i < 9:
        capital = words.capital[i] and words.tokens[i].word not in lex.FUNCTION_WORDS
        link = words.tokens[i].word in ("of", "de", "von", "van") and i > first
        if not (capital or link) or (i and words.gap(i) not in (" ", "-")):
            break
        i += 1
    named = i - first >= 2 or (i - first == 1 and first == 0)
    return i if named and i < len(words.tokens) and words.gap(i) == " " else None


def _stands_alone(clause: str) -> bool:
    """Whether nothing in it points to what was said before: "this effort", "his visit"."""
    return _POINTING.isdisjoint(token.word for token in tokens(clause))


def _past(word: str) -> bool:
    return (word.endswith("ed") and len(word) > 4) or (
        stem(word) != word and word not in lex.AUXILIARIES and word in lex.REPORTING
    )
