"""Documents made ready for the index: rows of the catalogue, and their tokens as arrays.

All that can be known of documents without the others. A batch knows nothing of where it will be
kept, so that it can be made in another process.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from qa.answer import Document, Span


@dataclass(frozen=True, slots=True)
class Row:
    """A document as a row of the catalogue; `layout` and `text` are packed."""

    path: str
    id: str
    title: str
    date: str | None
    headline: tuple[int, int] | None
    pages: tuple[int, ...]
    layout: bytes
    text: bytes

    @classmethod
    def of(cls, document: Document, layout: Layout) -> tuple[Row, str]:
        """The row of a document, and its checksum."""
        place, plain, text = document.headline, layout.to_bytes(), document.text.encode()
        row = cls(
            path=document.path,
            id=document.id,
            title=document.title,
            date=document.date,
            headline=(place.start, place.end) if place else None,
            pages=document.pages,
            layout=zlib.compress(plain, 1),
            text=zlib.compress(text, 1),
        )
        return row, row._checksum(plain, text)

    def unpacked(self, checksum: str) -> tuple[Document, Layout]:
        """The document again. Raises ValueError if it is not the one with this checksum."""
        try:
            plain, text = zlib.decompress(self.layout), zlib.decompress(self.text)
        except zlib.error as error:
            raise ValueError(str(error)) from error
        if self._checksum(plain, text) != checksum:
            raise ValueError("wrong checksum")
        headline = Span(*self.headline) if self.headline else None
        document = Document(
            self.id, self.title, self.date, self.path, text.decode(), headline, self.pages
        )
        return document, Layout.from_bytes(plain)

    def _checksum(self, layout: bytes, text: bytes) -> str:
        """One checksum of all that is shown of the document: 32 hexadecimal digits."""
        head = (self.path, self.id, self.title, self.date, self.headline, self.pages)
        digest = hashlib.blake2b(repr(head).encode(), digest_size=16)
        digest.update(layout)
        digest.update(text)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a document's sentences and paragraphs stand, in code points of its text.

    `sentences` has a row for each: start, end, number of its paragraph; `paragraphs` start and end.
    """

    sentences: NDArray[np.int32]
    paragraphs: NDArray[np.int32]

    def span(self, sentence: int) -> Span:
        """Where a sentence stands."""
        start, end, _ = self.sentences[sentence].tolist()
        return Span(start, end)

    def paragraph_of(self, sentence: int) -> tuple[int, Span]:
        """The number of a sentence's paragraph, and where it stands."""
        number = int(self.sentences[sentence, 2])
        return number, Span(*self.paragraphs[number].tolist())

    def sentences_of(self, paragraph: int) -> tuple[int, int]:
        """The first sentence of a paragraph, and the one after its last."""
        numbers = self.sentences[:, 2]
        return int(numbers.searchsorted(paragraph)), int(numbers.searchsorted(paragraph + 1))

    def to_bytes(self) -> bytes:
        """Small differences instead of large numbers, which pack well."""
        parts = [np.array([len(self.sentences)], np.int32)]
        for table in (self.sentences, self.paragraphs):
            steps = table.T.copy()
            steps[:, 1:] -= table.T[:, :-1]
            parts.append(steps.ravel())
        return np.concatenate(parts).astype("<i4").tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> Layout:
        """The layout that `to_bytes` made."""
        numbers = np.frombuffer(content, "<i4")
        count = int(numbers[0])
        first = numbers[1 : 1 + 3 * count].reshape(3, count)
        second = numbers[1 + 3 * count :].reshape(2, -1)
        return cls(first.cumsum(axis=1, dtype=np.int32).T, second.cumsum(axis=1, dtype=np.int32).T)


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents with their tokens. Blocks are runs of at most eight sentences, of some 100 tokens.

    rows        one for each document, and `checksums` of them
    words       each folded word, and how many of the documents hold it
    hashes      `hash_of` each term, in some order
    tokens      for each token the number of its term, sentence after sentence
    lengths     for each sentence its number of tokens
    blocks      for each block its number of sentences
    sentences, spread    for each document its number of sentences, and of blocks
    signatures  for each document what tells near duplicates
    """

    rows: list[Row]
    checksums: list[str]
    words: dict[str, int]
    hashes: NDArray[np.uint64]
    tokens: NDArray[np.uint32]
    lengths: NDArray[np.uint16]
    blocks: NDArray[np.uint8]
    sentences: NDArray[np.int32]
    spread: NDArray[np.int32]
    signatures: NDArray[np.uint32]

    def to_bytes(self) -> bytes:
        """The batch for another process: a line of JSON, and what is no text behind it."""
        packed = [part for row in self.rows for part in (row.layout, row.text)]
        arrays = [getattr(self, name) for name in _ARRAYS]
        counts = np.array(list(self.words.values()), "<u4").tobytes()
        head = {
            "rows": [[getattr(row, name) for name in _PLAIN] for row in self.rows],
            "checksums": self.checksums,
            "words": "\n".join(self.words),
            "sizes": [(len(row.layout), len(row.text)) for row in self.rows],
            "arrays": [(array.dtype.str, array.shape) for array in arrays],
        }
        line = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
        return b"".join((line, b"\n", counts, *packed, *(array.tobytes() for array in arrays)))

    @classmethod
    def from_bytes(cls, content: bytes) -> Batch:
        """The batch that `to_bytes` made. Raises ValueError if it is none."""
        at = content.index(b"\n") + 1
        head = json.loads(content[:at])
        names = head["words"].split("\n") if head["words"] else []
        counts = np.frombuffer(content, "<u4", len(names), at)
        at += counts.nbytes
        rows = []
        for values, (first, second) in zip(head["rows"], head["sizes"], strict=True):
            row = dict(zip(_PLAIN, values, strict=True))
            row["headline"] = tuple(row["headline"]) if row["headline"] else None
            row["pages"] = tuple(row["pages"])
            end = at + first + second
            rows.append(Row(**row, layout=content[at : at + first], text=content[at + first : end]))
            at = end
        words = dict(zip(names, counts.tolist(), strict=True))
        arrays = {}
        for name, (dtype, shape) in zip(_ARRAYS, head["arrays"], strict=True):
            count = int(np.prod(shape))
            arrays[name] = np.frombuffer(content, dtype, count, at).reshape(shape)
            at += arrays[name].nbytes
        return cls(rows=rows, checksums=head["checksums"], words=words, **arrays)


_ARRAYS = tuple(field.name for field in fields(Batch) if "NDArray" in str(field.type))
_PLAIN = tuple(field.name for field in fields(Row) if field.name not in ("layout", "text"))
