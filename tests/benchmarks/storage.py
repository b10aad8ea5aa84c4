"""Postings in SQLite blobs, or in a memory-mapped file beside it: the same reads from both.

    python tests/benchmarks/storage.py INDEX                # the folder that an index is kept in

The postings of the index's largest segment are copied into one plain file, with the same checksums
for the same parts. Terms are drawn as they come in the text, so that frequent ones come often. Each
is read from both, in turns: warm, from an index and a map that are open, and cold, each with an
opening of its own. The system's cache is warm throughout. Both check every part that they read.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from qa.index import Index
from qa.segment import NAMES
from qa.store import FILE_NAME, SMALL_PART, read_piece

POSTINGS = NAMES.index("postings")
Read = Callable[[int, int], Any]


def parts(start: int, end: int) -> tuple[int, int]:
    """The first and the last part that hold the numbers from `start` to `end`."""
    return 4 * start // SMALL_PART, (4 * end - 1) // SMALL_PART


def from_blobs(path: Path, db: sqlite3.Connection, segment: int, start: int, end: int) -> Any:
    first, last = parts(start, end)
    content = read_piece(db, path, segment, POSTINGS, first, last)
    return np.frombuffer(content, "<i4", end - start, 4 * start - first * SMALL_PART)


def from_map(postings: Any, checksums: Any, start: int, end: int) -> Any:
    first, last = parts(start, end)
    for part in range(first, last + 1):
        content = postings[part * SMALL_PART // 4 : (part + 1) * SMALL_PART // 4]
        if zlib.crc32(content) != checksums[part]:
            raise ValueError(f"part {part} is damaged")
    return postings[start:end]


def milliseconds(read: Read, start: int, end: int) -> tuple[float, int]:
    begun = time.perf_counter()
    found = read(start, end)
    total = int(found.sum(dtype=np.int64))  # whatever was mapped only is really read
    return 1000 * (time.perf_counter() - begun), total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--reads", type=int, default=2000)
    options = parser.parse_args()
    path = options.index / FILE_NAME
    with closing(Index(options.index)) as index:
        view = max(index.postings.segments, key=lambda segment: len(segment.starts))
        starts = view.starts.astype(np.int64)
        whole = view.read(0, int(starts[-1]))
    with closing(sqlite3.connect(path)) as db:
        numbers = [number for (number,) in db.execute("SELECT number FROM segments")]
        sizes = {
            number: len(read_piece(db, path, number, NAMES.index("starts"), 0, 0))
            for number in numbers
        }
    segment = max(numbers, key=lambda number: sizes[number])
    rng = np.random.default_rng(7)
    drawn = np.searchsorted(starts, rng.integers(0, starts[-1], options.reads), side="right") - 1
    reads = [(int(starts[term]), int(starts[term + 1])) for term in drawn]
    with tempfile.TemporaryDirectory() as place:
        file, sums = Path(place, "postings.bin"), Path(place, "checksums.bin")
        file.write_bytes(whole.tobytes())
        pieces = range(0, whole.nbytes, SMALL_PART)
        checked = [zlib.crc32(whole[at // 4 : (at + SMALL_PART) // 4]) for at in pieces]
        np.array(checked, "<u4").tofile(sums)

        def mapped() -> tuple[Any, Any]:
            return np.memmap(file, "<i4", "r").view(np.ndarray), np.fromfile(sums, "<u4")

        def cold_blobs(start: int, end: int) -> Any:
            with closing(sqlite3.connect(path)) as db:
                return from_blobs(path, db, segment, start, end)

        with closing(sqlite3.connect(path)) as db:
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM segments").fetchone()
            postings, checksums = mapped()
            kinds: dict[str, tuple[Read, Read]] = {
                "warm": (
                    lambda start, end: from_blobs(path, db, segment, start, end),
                    lambda start, end: from_map(postings, checksums, start, end),
                ),
                "cold": (cold_blobs, lambda start, end: from_map(*mapped(), start, end)),
            }
            mean = 4 * statistics.mean(end - start for start, end in reads) / 1e3
            print(f"{whole.nbytes / 1e6:.0f} MB of postings, {len(reads):,} reads of {mean:.0f} kB")
            for kind, (blobs, map_) in kinds.items():
                times: list[tuple[float, float]] = []
                for start, end in reads:
                    (one, total), (other, same) = (
                        milliseconds(blobs, start, end), milliseconds(map_, start, end),
                    )  # fmt: skip
                    if total != same:
                        sys.exit("the two do not hold the same")
                    times.append((one, other))
                for name, value in (("median", statistics.median), ("mean", statistics.mean)):
                    ours, theirs = (value(column) for column in zip(*times, strict=True))
                    print(f"  {kind}, {name:7} blobs {ours:.3f} ms, map {theirs:.3f} ms: "
                          f"{ours / theirs:.2f} ×")  # fmt: skip


if __name__ == "__main__":
    main()
