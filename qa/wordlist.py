"""The folded words of a segment, in order, packed; and how many documents hold each."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping

import numpy as np


def packed(counts: Mapping[str, int]) -> tuple[bytes, bytes]:
    """The words and their counts, those below 1 left out."""
    known = sorted(word for word, count in counts.items() if count > 0)
    numbers = np.fromiter(map(counts.__getitem__, known), "<u4", len(known))
    return zlib.compress("\n".join(known).encode(), 1), zlib.compress(numbers.tobytes(), 1)


def unpacked(words: bytes, counts: bytes) -> dict[str, int]:
    """What was packed."""
    numbers = np.frombuffer(zlib.decompress(counts), "<u4").tolist()
    names = zlib.decompress(words).decode().split("\n")
    return dict(zip(names, numbers, strict=True)) if numbers else {}


def beginning_with(first: str, words: bytes, counts: bytes) -> Iterator[tuple[str, int]]:
    """Those of the words that begin with `first`: they stand together."""
    content, numbers = zlib.decompress(words), np.frombuffer(zlib.decompress(counts), "<u4")
    mark = b"\n" + first.encode()
    if content.startswith(mark[1:]):
        begin = 0
    elif (found := content.find(mark)) >= 0:
        begin = found + 1
    else:
        return
    end = content.find(b"\n", content.rfind(mark) + 1)
    chosen = content[begin : end if end >= 0 else None].decode().split("\n")
    place = content.count(b"\n", 0, begin)
    yield from zip(chosen, numbers[place : place + len(chosen)].tolist(), strict=True)
