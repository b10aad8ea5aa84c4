"""Questions drawn from the documents themselves, so that an empty page invites to ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from qa import lexicon as lex
from qa.index import Index
from qa.spans import candidates
from qa.terms import stem, tokens
from qa.words import Words, take_apart

_POINTING = lex.PRONOUNS | frozenset(
    {"this", "that", "these", "those", "such", "its", "his", "her", "their", "then", "also"}
)
_SENTENCES = 400  # that are looked at
_DOCUMENTS = 25
_ASKED = 8  # questions that are tried for each one wanted
_LONGEST = 1000  # code points of a sentence worth asking about
_KNOWN_FROM = 50_000  # code points of a document that tell whether a word is a name there
_END = re.compile(r"[,;:.!?—–()“”\"«»\n]| that | which | who | while | after | before ")


def suggest(
    index: Index,
    text: Callable[[int], str],
    is_answered: Callable[[str], bool],
    n: int,
    document: int | None = None,
) -> list[str]:
    """At most `n` different questions that `is_answered` accepts, from as many documents as can be.

    From `document` alone if its number is given. `text` gives a document's text by its number.
    Deterministic: documents are gone through evenly, the first sentences first. At most 400
    sentences are looked at and 8 questions tried for each one wanted, however large the collection
    is.
    """
    found: list[str] = []
    documents: set[int] = set()
    later: list[str] = []
    asked = 0
    chosen = index.spread(_DOCUMENTS) if document is None else [document]
    for source, question in _questions(index, text, chosen):
        if len(found) >= n or asked >= _ASKED * n // 2:
            break
        if question in found or question in later:
            continue
        known = " ".join(question.split()[:2])
        if source in documents or 2 * sum(q.startswith(known) for q in found) >= n:
            later.append(question)
            continue
        asked += 1
        if is_answered(question):
            found.append(question)
            documents.add(source)
    for question in later[: _ASKED * n - asked]:
        if len(found) >= n:
            break
        if is_answered(question):
            found.append(question)
    return found


def _questions(
    index: Index, text: Callable[[int], str], chosen: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Each document's first sentences in turn: the fewer documents, the further into each."""
    for position in range(_SENTENCES // max(1, len(chosen))):
        for document in chosen:
            numbers = index.sentences_of(document)
            if position >= len(numbers):
                continue
            sentence = numbers[position]
            span = index.span(sentence)
            if index.is_headline(sentence) or span.end - span.start > _LONGEST:
                continue
            whole = text(document)
            for question in from_sentence(whole[span.start : span.end], whole[:_KNOWN_FROM]):
                yield document, question


def from_sentence(text: str, document: str) -> Iterator[str]:
    """Questions that a sentence answers: "X signed the treaty." -> "Who signed the treaty?".

    `document` is text around it: a word that stands there in small letters, too, is no name.
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
