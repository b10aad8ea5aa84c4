"""A document as a row of the index: all that can be known of it without the other documents."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from qa.answer import Document
from qa.sentences import paragraphs, sentences
from qa.terms import tokens

TABLE = """
CREATE TABLE documents (
    path TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT,
    headline_start INTEGER, headline_end INTEGER,
    paragraphs BLOB NOT NULL, sentences BLOB NOT NULL,
    vocabulary TEXT NOT NULL, postings BLOB NOT NULL, words TEXT NOT NULL, text TEXT NOT NULL,
    text_digest TEXT NOT NULL, checksum TEXT NOT NULL
)"""
COLUMNS = (
    "path, id, title, date, headline_start, headline_end, paragraphs, sentences, vocabulary, "
    "postings, words"
)
"""Those that a reader needs at once, in the order in which `checksum_of` takes them."""


def row_of(document: Document) -> tuple[tuple[object, ...], int]:
    """The row of a document, its checksum last, and the document's number of sentences."""
    text = document.text
    own = sentences(text, document.headline)
    vocabulary: dict[str, int] = {}
    words: set[str] = set()
    triples: list[tuple[int, int, int]] = []
    spans: list[tuple[int, int, int, int]] = []
    for number, sentence in enumerate(own):
        counts: dict[str, int] = {}
        for token in tokens(text[sentence.start : sentence.end]):
            counts[token.term] = counts.get(token.term, 0) + 1
            words.add(token.word)
        spans.append((sentence.start, sentence.end, sentence.paragraph, sum(counts.values())))
        triples += (
            (vocabulary.setdefault(term, len(vocabulary)), number, count)
            for term, count in counts.items()
        )
    headline = document.headline
    content = [
        document.path, document.id, document.title, document.date,
        headline.start if headline else None, headline.end if headline else None,
        np.array([(p.start, p.end) for p in paragraphs(text)], "<i4").tobytes(),
        np.array(spans, "<i4").tobytes(),
        "\n".join(vocabulary), np.array(triples, "<i4").tobytes(), "\n".join(sorted(words)),
    ]  # fmt: skip
    digest = digest_of(text.encode())
    return (*content, text, digest, checksum_of(content, digest)), len(own)


def digest_of(content: bytes) -> str:
    """A checksum: 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def checksum_of(content: Sequence[object], text_digest: str) -> str:
    """One checksum of all that is searched and shown of a document; `content` as `COLUMNS`."""
    return digest_of(repr((content, text_digest)).encode())


def share_of(checksum: object) -> int:
    """What a document adds to the checksum of all (by exclusive or), or takes out of it again."""
    return int(digest_of(repr(checksum).encode()), 16)


def lines(text: str) -> list[str]:
    """The vocabulary or words of a row."""
    return text.split("\n") if text else []
