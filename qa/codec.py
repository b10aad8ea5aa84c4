"""A term's postings in few bytes, and quick to read.

Postings are the sentences that a term stands in, each as often as it stands there. A layer is the
set of sentences that have at least so many occurrences: the first layer has all of them, the second
those with two or more. Layers with more than one sentence in thirty-two become bitmaps; what is
above them is a list, in which numbers come as often as there are occurrences left. Numbers of a
list that is not very short are cut in two: how many there are with each upper half, and all lower
halves, two bytes each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DENSE = 32
_HALF = 16  # bits
SHORT = 64  # a list up to this length stays as it is


@dataclass(frozen=True, slots=True)
class Decoded:
    """Postings again: bitmaps, one row each and the lowest bit first, and the list above them.

    `df` is the number of sentences.
    """

    bitmaps: NDArray[np.uint8]
    rest: NDArray[np.int32]
    df: int


def encode(own: NDArray[np.int32], sentences: int) -> NDArray[np.int32]:
    """Postings as whole numbers; `own` are the sentence of each occurrence, in order.

    A single occurrence, and any short list, is just its numbers. All else begins with a negative
    number: -1, minus the number of bitmaps.
    """
    if len(own) <= SHORT:
        return own
    bitmaps: list[NDArray[np.int32]] = []
    rest, df = own, 0
    while True:
        first = np.ones(len(rest), bool)
        np.not_equal(rest[1:], rest[:-1], out=first[1:])
        distinct = int(np.count_nonzero(first))
        df = df or distinct
        if distinct * _DENSE <= sentences:
            break
        bits = np.zeros(-(-sentences // 32) * 32, np.uint8)
        bits[rest[first]] = 1
        bitmaps.append(np.packbits(bits, bitorder="little").view("<i4"))
        rest = rest[~first]
    counts = np.bincount(rest >> _HALF, minlength=_chunks(sentences)).astype("<i4")
    if not bitmaps and 2 + len(counts) + (len(own) + 1) // 2 >= len(own):
        return own
    halves = (rest & 0xFFFF).astype("<u2")
    if len(halves) % 2:
        halves = np.append(halves, np.uint16(0))
    head = np.array([-1 - len(bitmaps), df], "<i4")
    return np.concatenate([head, *bitmaps, counts, halves.view("<i4")])


def decode(posting: NDArray[np.int32], sentences: int) -> Decoded:
    """What `encode` made, for a segment of so many sentences."""
    if posting[0] >= 0:
        df = 1 + int(np.count_nonzero(posting[1:] != posting[:-1]))
        return Decoded(np.empty((0, 0), np.uint8), posting, df)
    layers, words = -1 - int(posting[0]), -(-sentences // 32)
    at = 2 + layers * words
    bitmaps = np.ascontiguousarray(posting[2:at]).view(np.uint8).reshape(layers, 4 * words)
    counts = posting[at : at + _chunks(sentences)]
    halves = np.ascontiguousarray(posting[at + len(counts) :]).view("<u2")[: int(counts.sum())]
    upper = np.repeat(np.arange(len(counts), dtype=np.int32) << _HALF, counts)
    return Decoded(bitmaps, upper | halves, int(posting[1]))


def occurrences(posting: NDArray[np.int32], sentences: int) -> NDArray[np.int32]:
    """The sentence of each occurrence, in no particular order."""
    decoded = decode(posting, sentences)
    layers = [
        np.flatnonzero(np.unpackbits(bitmap, bitorder="little", count=sentences)).astype(np.int32)
        for bitmap in decoded.bitmaps
    ]
    return np.concatenate([*layers, decoded.rest])


def borders(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins, and at last the number of values."""
    if not len(values):
        return np.zeros(1, np.int64)
    changes = np.flatnonzero(values[1:] != values[:-1])
    found = np.empty(len(changes) + 2, np.int64)
    found[0], found[-1] = 0, len(values)
    np.add(changes, 1, out=found[1:-1])
    return found


def _chunks(sentences: int) -> int:
    return (max(sentences, 1) - 1 >> _HALF) + 1
