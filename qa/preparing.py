"""Files to batches: reading, splitting and counting, here or in other processes.

Reading is most of the work of an index, and files are independent of each other, so a large folder
is read by one process for each processor. They are plain child processes that talk through pipes:
jobs go in as lines of JSON, batches come out as `Prepared.to_bytes`. A child that dies takes one
file with it, which is reported; the others of its job are read again.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from qa.answer import Document, Problem
from qa.batch import Batch, Layout, Row
from qa.codec import WIDTH
from qa.documents import Found, Unread, documents_in
from qa.errors import DocumentError
from qa.folder import File, load
from qa.likeness import SIZE, signature
from qa.sentences import paragraphs, sentences
from qa.terms import surfaces
from qa.vocabulary import FULL, Vocabulary, apart

BLOCK = 80  # tokens that a block has at least, where its document goes on
_LARGE_BLOCK = 320  # tokens after which a block ends in the middle of a paragraph
_BATCH = 3 << 20  # code points after which a batch goes out
_LONGEST = 1.0  # seconds after which one goes out, however small, so that progress is seen
_WORD = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: the hash of its content ("" if it could not be opened), the number of
    its documents, what could not be read, and how many files inside it are of kinds not read.
    `changed` is False if the hash is as it was known.
    """

    path: str
    hash: str
    documents: int
    problems: tuple[Problem, ...]
    unread: tuple[tuple[str, int], ...] = ()
    changed: bool = True


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch, for each of its documents the file it was read from, and the files now done with."""

    batch: Batch
    files: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    def to_bytes(self) -> bytes:
        """For another process: a line of JSON, and the batch behind it."""
        head = {"files": self.files, "outcomes": [asdict(outcome) for outcome in self.outcomes]}
        return json.dumps(head).encode() + b"\n" + self.batch.to_bytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> Prepared:
        """What `to_bytes` made. Raises ValueError if it is none."""
        end = content.index(b"\n") + 1
        head = json.loads(content[:end])
        outcomes = tuple(
            Outcome(
                **{
                    **each,
                    "problems": tuple(Problem(**problem) for problem in each["problems"]),
                    "unread": tuple((kind, count) for kind, count in each["unread"]),
                }
            )
            for each in head["outcomes"]
        )
        return cls(Batch.from_bytes(content[end:]), tuple(head["files"]), outcomes)


class Preparer:
    """Reads files into batches of some megabytes, and remembers the words it has met."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()

    def _batch(self, documents: Sequence[Document]) -> Batch:
        if len(self._vocabulary) > FULL:
            self._vocabulary = Vocabulary()
        return batch_of(documents, self._vocabulary)

    def prepare(self, files: Iterable[File], hashes: Mapping[str, str]) -> Iterator[Prepared]:
        """Batches of the documents in some files; `hashes` are those known from before.

        A file's documents come no later than its outcome.
        """
        documents: list[Document] = []
        owners: list[str] = []
        outcomes: list[Outcome] = []
        size = 0
        begun = time.monotonic()
        for file in files:
            outcome, parts = _opened(file, hashes.get(file.path, ""))
            count, problems = 0, list(outcome.problems)
            unread: Counter[str] = Counter()
            try:
                for part in parts:
                    if isinstance(part, Problem):
                        problems.append(part)
                    elif isinstance(part, Unread):
                        unread[part.kind] += 1
                    elif not _WORD.search(part.text):
                        problems.append(Problem(part.path, "holds no words"))
                    else:
                        documents.append(part)
                        owners.append(file.path)
                        count += 1
                        size += len(part.text)
                        if size > _BATCH:
                            yield Prepared(self._batch(documents), tuple(owners), tuple(outcomes))
                            documents, owners, outcomes, size = [], [], [], 0
            except DocumentError as error:
                problems.append(Problem(file.path, str(error)))
            kinds = tuple(sorted(unread.items()))
            outcomes.append(
                Outcome(file.path, outcome.hash, count, tuple(problems), kinds, outcome.changed)
            )
            if time.monotonic() - begun > _LONGEST:
                yield Prepared(self._batch(documents), tuple(owners), tuple(outcomes))
                documents, owners, outcomes, size = [], [], [], 0
                begun = time.monotonic()
        if documents or outcomes:
            yield Prepared(self._batch(documents), tuple(owners), tuple(outcomes))


def digest_of(content: bytes) -> str:
    """What a file's content is known by: 32 hexadecimal digits."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _opened(file: File, known: str) -> tuple[Outcome, Iterator[Found]]:
    """What can be said of a file before it is read, and what is to be read of it."""
    if file.problem is not None:
        return Outcome(file.path, "", 0, (Problem(file.path, file.problem),)), iter(())
    try:
        content = load(file)
    except DocumentError as error:
        return Outcome(file.path, "", 0, (Problem(file.path, str(error)),)), iter(())
    digest = digest_of(content)
    if digest == known:
        return Outcome(file.path, digest, 0, (), changed=False), iter(())
    return Outcome(file.path, digest, 0, ()), documents_in(content, file.path)


def batch_of(documents: Iterable[Document], vocabulary: Vocabulary | None = None) -> Batch:
    """Splits documents into sentences and tokens. A `vocabulary` used before makes it quicker."""
    numbers = Vocabulary() if vocabulary is None else vocabulary
    rows: list[Row] = []
    checksums: list[str] = []
    words: Counter[str] = Counter()
    tokens: list[NDArray[np.int64]] = []
    lengths: list[NDArray[np.uint16]] = []
    blocks: list[NDArray[np.uint8]] = []
    for document in documents:
        text = document.text
        own = sentences(text, document.headline)
        found = [surfaces(text[sentence.start : sentence.end]) for sentence in own]
        in_order = list(chain.from_iterable(found))
        terms = np.fromiter(map(numbers.__getitem__, in_order), np.int64, len(in_order))
        own_words = set(map(numbers.words.__getitem__, set(in_order)))
        counts = np.fromiter(map(len, found), np.int32, len(found))
        if terms.min(initial=0) < 0:
            terms, counts = numbers.flat(terms, counts)
            own_words = apart(own_words)
        words.update(own_words)
        tokens.append(terms)
        lengths.append(counts.astype(np.uint16))
        paragraph = np.fromiter((s.paragraph for s in own), np.int32, len(own))
        blocks.append(_blocks(counts, paragraph))
        layout = Layout(
            np.array([(s.start, s.end, s.paragraph) for s in own], np.int32).reshape(-1, 3),
            np.array([(p.start, p.end) for p in paragraphs(text)], np.int32).reshape(-1, 2),
        )
        row, checksum = Row.of(document, layout)
        rows.append(row)
        checksums.append(checksum)
    every = np.concatenate([np.empty(0, np.int64), *tokens])
    used = np.flatnonzero(np.bincount(every))
    own_number = np.zeros(int(every.max(initial=-1)) + 1, np.uint32)
    own_number[used] = np.arange(len(used))
    hashes = numbers.hashes(used.tolist())
    signatures = [signature(hashes[own_number[own]]) for own in tokens]
    return Batch(
        rows=rows,
        checksums=checksums,
        words=dict(words),
        hashes=hashes,
        tokens=own_number[every],
        lengths=np.concatenate([np.empty(0, np.uint16), *lengths]),
        blocks=np.concatenate([np.empty(0, np.uint8), *blocks]),
        sentences=np.fromiter(map(len, lengths), np.int32, len(rows)),
        spread=np.fromiter(map(len, blocks), np.int32, len(rows)),
        signatures=np.array(signatures, np.uint32).reshape(len(rows), SIZE),
    )


def words_in(layout: bytes, text: bytes) -> set[str]:
    """The folded words of a document as it is packed in a row, as `Batch.words` counts them."""
    numbers = Vocabulary()
    plain = zlib.decompress(text).decode()
    for start, end, _ in Layout.from_bytes(zlib.decompress(layout)).sentences.tolist():
        for surface in surfaces(plain[start:end]):
            numbers[surface]
    return apart(numbers.words.values())


def _blocks(counts: NDArray[np.int32], paragraph: NDArray[np.int32]) -> NDArray[np.uint8]:
    """How many sentences each block has: whole paragraphs, as far as they fit."""
    sizes: list[int] = []
    tokens = size = 0
    last = -1
    for count, number in zip(counts.tolist(), paragraph.tolist(), strict=True):
        full = size == WIDTH or tokens >= _LARGE_BLOCK
        if size and (full or (number != last and tokens >= BLOCK)):
            sizes.append(size)
            tokens = size = 0
        tokens += max(count, 1)
        size += 1
        last = number
    return np.array([*sizes, size] if size else sizes, np.uint8)
