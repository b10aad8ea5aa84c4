"""A term's postings in few bytes, and quick to read.

Postings are the places that a term stands in, each as often as it stands there. Every block of
sentences has eight places, and as many of them as it has sentences are in use: in a bitmap a block
is a byte.

A layer is the set of places that have at least so many occurrences: the first layer has all of
them, the second those with two or more. Layers with more than one place in sixteen become bitmaps,
which then take fewer bytes than a list; what is above them is a list, in which numbers come as
often as there are occurrences left. Numbers of a list that is not very short are cut in two: how
many there are with each upper half, and all lower halves, two bytes each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 8  # places of a block
_DENSE = 16
_HALF = 16  # bits
SHORT = 64  # a list up to this length stays as it is


@dataclass(frozen=True, slots=True)
class Decoded:
    """Postings again: bitmaps, a row each and a byte a block, lowest bit first; the list above.

    `df` is the number of places.
    """

    bitmaps: NDArray[np.uint8]
    rest: NDArray[np.int32]
    df: int


def places_of(blocks: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The place of each sentence; `blocks` says how many there are in each block, eight at most."""
    sizes = blocks.astype(np.int32)
    before = np.cumsum(sizes, dtype=np.int32) - sizes
    first = WIDTH * np.arange(len(sizes), dtype=np.int32) - before
    places: NDArray[np.int32] = np.arange(int(sizes.sum()), dtype=np.int32) + np.repeat(
        first, sizes
    )
    return places


def encode(own: NDArray[np.int32], blocks: int) -> NDArray[np.int32]:
    """Postings as whole numbers; `own` are the place of each occurrence, in order.

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
        if distinct * _DENSE <= WIDTH * blocks:
            break
        bits = np.zeros(4 * WIDTH * _words(blocks), np.uint8)
        bits[rest[first]] = 1
        bitmaps.append(np.packbits(bits, bitorder="little").view("<i4"))
        rest = rest[~first]
    counts = np.bincount(rest >> _HALF, minlength=_chunks(blocks)).astype("<i4")
    if not bitmaps and 2 + len(counts) + (len(own) + 1) // 2 >= len(own):
        return own
    halves = (rest & 0xFFFF).astype("<u2")
    if len(halves) % 2:
        halves = np.append(halves, np.uint16(0))
    head = np.array([-1 - len(bitmaps), df], "<i4")
    return np.concatenate([head, *bitmaps, counts, halves.view("<i4")])


def decode(posting: NDArray[np.int32], blocks: int) -> Decoded:
    """What `encode` made, for a segment of so many blocks."""
    if posting[0] >= 0:
        df = 1 + int(np.count_nonzero(posting[1:] != posting[:-1]))
        return Decoded(np.empty((0, blocks), np.uint8), posting, df)
    layers, words = -1 - int(posting[0]), _words(blocks)
    at = 2 + layers * words
    bitmaps = np.ascontiguousarray(posting[2:at]).view(np.uint8).reshape(layers, 4 * words)
    counts = posting[at : at + _chunks(blocks)]
    halves = np.ascontiguousarray(posting[at + len(counts) :]).view("<u2")[: int(counts.sum())]
    upper = np.repeat(np.arange(len(counts), dtype=np.int32) << _HALF, counts)
    return Decoded(bitmaps[:, :blocks], upper | halves, int(posting[1]))


def occurrences(decoded: Decoded) -> NDArray[np.int32]:
    """The place of each occurrence, in order."""
    layers = [
        np.flatnonzero(np.unpackbits(bitmap, bitorder="little")).astype(np.int32)
        for bitmap in decoded.bitmaps
    ]
    found = np.concatenate([*layers, decoded.rest])
    found.sort()
    return found


def borders(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins, and at last the number of values."""
    if not len(values):
        return np.zeros(1, np.int64)
    changes = np.flatnonzero(values[1:] != values[:-1])
    found = np.empty(len(changes) + 2, np.int64)
    found[0], found[-1] = 0, len(values)
    np.add(changes, 1, out=found[1:-1])
    return found


def _words(blocks: int) -> int:
    """The whole numbers that a bitmap takes."""
    return -(-blocks // 4)


def _chunks(blocks: int) -> int:
    return (max(WIDTH * blocks, 1) - 1 >> _HALF) + 1
