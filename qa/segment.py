"""An immutable part of the index: the postings of some documents, and all that retrieval needs.

A segment is a set of named arrays. Postings are raw counts, and blocks are numbered within the
segment: adding a segment changes no other. Terms are known by 64 bits of a hash. Their postings, as
`codec` has them, lie one after the other in the order of the hashes; `starts` tells where.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.batch import Batch
from qa.codec import SHORT, WIDTH, decode, encode, occurrences, places_of
from qa.dictionary import guide_of

_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Arrays:
    """What a segment consists of.

    numbers, keys, dates  for each document its number in the catalogue, `hash_of` its path (which
                          decides between equal scores), and its date as YYYYMMDD, or 0
    sentences, spread     for each document its number of sentences, and of blocks
    lengths               for each sentence its number of tokens
    blocks                for each block its number of sentences, one to eight
    shortest              for each block the number of tokens of its shortest sentence, or 255
    hashes, starts        for each term its hash (ascending), and where its postings begin;
                          `starts` has one entry more than `hashes`
    guide                 what `dictionary` finds hashes by
    postings              what `codec` makes of the places of each term
    signatures            for each document what tells near duplicates
    """

    numbers: NDArray[np.int64]
    keys: NDArray[np.uint64]
    dates: NDArray[np.int32]
    sentences: NDArray[np.int32]
    spread: NDArray[np.int32]
    lengths: NDArray[np.uint16]
    blocks: NDArray[np.uint8]
    shortest: NDArray[np.uint8]
    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    guide: NDArray[np.uint64]
    postings: NDArray[np.int32]
    signatures: NDArray[np.uint32]


NAMES = tuple(field.name for field in fields(Arrays))
DTYPES = {
    "numbers": "<i8", "keys": "<u8", "dates": "<i4", "sentences": "<i4", "spread": "<i4",
    "lengths": "<u2", "blocks": "<u1", "shortest": "<u1", "hashes": "<u8", "starts": "<u4",
    "guide": "<u8", "postings": "<i4", "signatures": "<u4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Documents that go into a new segment, and which of them are still wanted.

    `terms` and `places` have an entry for each token, in any order: the number of its hash, and
    the place of its sentence (`codec.places_of`).
    """

    numbers: NDArray[np.int64]
    keys: NDArray[np.uint64]
    dates: NDArray[np.int32]
    sentences: NDArray[np.int32]
    spread: NDArray[np.int32]
    lengths: NDArray[np.uint16]
    blocks: NDArray[np.uint8]
    signatures: NDArray[np.uint32]
    hashes: NDArray[np.uint64]
    terms: NDArray[np.uint32]
    places: NDArray[np.int32]
    wanted: NDArray[np.bool_]


def from_batch(
    batch: Batch,
    numbers: NDArray[np.int64],
    keys: NDArray[np.uint64],
    dates: NDArray[np.int32],
    wanted: NDArray[np.bool_],
) -> Source:
    """A batch whose documents have got their numbers in the catalogue."""
    places = np.repeat(places_of(batch.blocks), batch.lengths)
    return Source(
        numbers, keys, dates, batch.sentences, batch.spread, batch.lengths, batch.blocks,
        batch.signatures, batch.hashes, batch.tokens, places, wanted,
    )  # fmt: skip


def from_arrays(arrays: Arrays, wanted: NDArray[np.bool_]) -> Source:
    """A segment that is to be merged with others."""
    terms, places = _occurrences(arrays)
    return Source(
        arrays.numbers, arrays.keys, arrays.dates, arrays.sentences, arrays.spread, arrays.lengths,
        arrays.blocks, arrays.signatures, arrays.hashes, terms, places, wanted,
    )  # fmt: skip


def build(sources: Sequence[Source]) -> Arrays:
    """One segment of all documents that are wanted."""
    hashes, numbers = _vocabulary([source.hashes for source in sources])
    keys: list[NDArray[np.uint64]] = []
    first = 0
    for source, own in zip(sources, numbers, strict=True):
        terms, places = own[source.terms], source.places
        live = np.repeat(source.wanted, source.spread)
        if not live.all():
            kept = live[places // WIDTH]
            terms, places = terms[kept], places[kept]
            moved = WIDTH * (np.cumsum(live, dtype=np.int32) - 1 - np.arange(len(live)))
            places = places + moved[places // WIDTH]
        keys.append((terms << _SHIFT) | (places + WIDTH * first).astype(np.uint64))
        first += int(live.sum())
    key = np.concatenate([np.empty(0, np.uint64), *keys])
    del keys
    key.sort()
    term = (key >> _SHIFT).astype(np.int64)
    place = key.astype(np.uint32).view(np.int32)
    del key
    sizes = np.bincount(term, minlength=len(hashes))
    used = sizes > 0  # a term may have stood in unwanted documents only
    hashes, sizes = hashes[used], sizes[used]
    starts, postings = _encoded(place, sizes, first)
    lengths = _below(sources, "lengths", "sentences", np.uint16)
    blocks = _below(sources, "blocks", "spread", np.uint8)
    return Arrays(
        numbers=_documents(sources, "numbers", np.int64),
        keys=_documents(sources, "keys", np.uint64),
        dates=_documents(sources, "dates", np.int32),
        sentences=_documents(sources, "sentences", np.int32),
        spread=_documents(sources, "spread", np.int32),
        lengths=lengths,
        blocks=blocks,
        shortest=_shortest(lengths, blocks),
        hashes=hashes,
        starts=starts,
        guide=guide_of(hashes),
        postings=postings,
        signatures=_documents(sources, "signatures", np.uint32),
    )


def _vocabulary(
    each: Sequence[NDArray[np.uint64]],
) -> tuple[NDArray[np.uint64], list[NDArray[np.uint64]]]:
    """All hashes in order, and for each source the numbers of its own among them."""
    together = np.concatenate([np.empty(0, np.uint64), *each])
    together.sort()
    hashes = together[np.r_[True, together[1:] != together[:-1]]] if len(together) else together
    return hashes, [np.searchsorted(hashes, own).astype(np.uint64) for own in each]


def _documents(sources: Sequence[Source], name: str, dtype: type) -> NDArray[Any]:
    return np.concatenate([getattr(source, name)[source.wanted] for source in sources], dtype=dtype)


def _below(sources: Sequence[Source], name: str, sizes: str, dtype: type) -> NDArray[Any]:
    """What is there for each sentence or block of the documents that are wanted."""
    return np.concatenate(
        [
            getattr(source, name)[np.repeat(source.wanted, getattr(source, sizes))]
            for source in sources
        ],
        dtype=dtype,
    )


def _shortest(lengths: NDArray[np.uint16], blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if not len(blocks):
        return np.empty(0, np.uint8)
    starts = np.cumsum(blocks, dtype=np.int64) - blocks
    return np.minimum(np.minimum.reduceat(lengths, starts), 255).astype(np.uint8)


def _encoded(
    place: NDArray[np.int32], sizes: NDArray[np.int64], blocks: int
) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Where each term's postings begin, and all postings; `place` has the terms in order."""
    ends = np.cumsum(sizes)
    stored = sizes.copy()
    parts: list[NDArray[np.int32]] = []
    copied = 0
    for number in np.flatnonzero(sizes > SHORT).tolist():
        end = int(ends[number])
        begin = end - int(sizes[number])
        encoded = encode(place[begin:end], blocks)
        parts += [place[copied:begin], encoded]
        copied = end
        stored[number] = len(encoded)
    starts = np.r_[0, np.cumsum(stored)]
    if starts[-1] >= 1 << 32:
        raise ValueError("more postings than a segment can hold")
    return starts.astype(np.uint32), np.concatenate([*parts, place[copied:]])


def _occurrences(arrays: Arrays) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    """Each token of a segment: the number of its term, and the place of its sentence."""
    starts, postings = arrays.starts.astype(np.int64), arrays.postings
    sizes = np.diff(starts)
    plain = postings[starts[:-1]] >= 0
    numbers = np.arange(len(sizes), dtype=np.uint32)
    terms = [np.repeat(numbers[plain], sizes[plain])]
    places = [postings[np.repeat(plain, sizes)]]
    for number in np.flatnonzero(~plain).tolist():
        own = occurrences(decode(postings[starts[number] : starts[number + 1]], len(arrays.blocks)))
        terms.append(np.full(len(own), number, np.uint32))
        places.append(own)
    return np.concatenate(terms), np.concatenate(places)
