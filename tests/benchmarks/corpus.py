"""Made-up news for measurements of size: as many sentences as are wanted, the same every time.

Sentences follow a bigram model fitted on English text that is on every machine with Python (the
documentation in its library) and on the documents of the tests. Three words in ten are replaced by
made-up ones from a Zipf-Mandelbrot distribution, so that the vocabulary grows with the collection
as in an archive, and most words of a question are neither very frequent nor unique.
"""

from __future__ import annotations

import ast
import json
import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np

CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus"
LIBRARY = Path(sysconfig.get_paths()["stdlib"])
SENTENCES_OF_DOCUMENT = 25
SENTENCES_OF_PARAGRAPH = 3
_CHAINS = 20_000
_NAMES = 1_000_000
_OFFSET = 100  # flattens the most frequent made-up words
_SHARE_OF_NAMES = 0.3


def sentences(count: int, seed: int = 0) -> Iterator[str]:
    """`count` made-up sentences of 8 to 40 words."""
    rng = np.random.default_rng(seed)
    words, successors, offsets = _bigrams()
    names = _Names(rng)
    state = rng.integers(0, len(words), _CHAINS)
    made = 0
    while made < count:
        steps = [state]
        for _ in range(40):
            spread = offsets[state + 1] - offsets[state]
            state = successors[offsets[state] + (rng.random(_CHAINS) * spread).astype(np.int64)]
            steps.append(state)
        table = words[np.stack(steps, axis=1)]
        for row, length in zip(table, rng.integers(8, 41, _CHAINS), strict=True):
            if made == count:
                return
            said = row[:length].tolist()
            for place in np.flatnonzero(rng.random(length) < _SHARE_OF_NAMES).tolist():
                said[place] = names.draw()
            text = " ".join(said)
            yield text[0].upper() + text[1:] + "."
            made += 1


def _bigrams() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The words, the successors of all of them one after the other, and where each's begin."""
    text = " ".join([*topics.values(), *_documentation(), *_documents()])
    tokens = re.findall(r"[A-Za-z]{2,}|[aI]\b", text)
    words, numbers = np.unique(np.array([t.lower() for t in tokens]), return_inverse=True)
    order = np.argsort(numbers[:-1], kind="stable")
    offsets = np.searchsorted(numbers[:-1][order], np.arange(len(words) + 1))
    # The very last word may have no successor: it begins anew.
    return words, np.append(numbers[1:][order], 0), offsets + 0


def _documents() -> list[str]:
    paths = sorted([*CORPUS.rglob("*.txt"), *CORPUS.rglob("*.md")])
    return [path.read_text("utf-8", "ignore") for path in paths]


def _documentation() -> Iterator[str]:
    """What the modules of Python's library say of themselves."""
    for path in sorted(LIBRARY.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield ast.get_docstring(node) or ""


_SYLLABLES = [c + v + e for c in "bdfgklmnprstvz" for v in "aeiou" for e in ("", "n", "r", "l")]


class _Names:
    """Made-up names, the frequent ones first."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._ready: list[str] = []

    def draw(self) -> str:
        if not self._ready:
            # With exponent 1 the logarithm of rank and offset is uniform.
            spread = np.log(_NAMES / _OFFSET)
            ranks = (_OFFSET * np.exp(self._rng.random(1 << 16) * spread)).astype(np.int64)
            self._ready = [self._name(rank) for rank in ranks.tolist()]
        return self._ready.pop()

    def _name(self, rank: int) -> str:
        number, name = rank + 300, ""
        while number:
            number, rest = divmod(number, len(_SYLLABLES))
            name += _SYLLABLES[rest]
        return name.capitalize()


def from_file(path: Path, count: int) -> Iterator[str]:
    """The first `count` sentences of a file: one a line, or one JSON document a line."""
    made = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            text = line.strip()
            if text.startswith("{"):
                text = str(json.loads(text).get("text", ""))
                parts = re.split(r"(?<=[.!?])\s+", text)
            else:
                parts = [text]
            for part in filter(None, parts):
                yield part
                made += 1
                if made == count:
                    return


def write_folder(folder: Path, lines: list[str]) -> int:
    """Writes sentences as text files of 25 each, in folders of 1,000; returns how many files."""
    files = 0
    for at in range(0, len(lines), SENTENCES_OF_DOCUMENT):
        own = lines[at : at + SENTENCES_OF_DOCUMENT]
        paragraphs = [
            " ".join(own[i : i + SENTENCES_OF_PARAGRAPH])
            for i in range(1, len(own), SENTENCES_OF_PARAGRAPH)
        ]
        place = folder / f"{files // 1000:04}"
        place.mkdir(parents=True, exist_ok=True)
        day = f"20{files % 24:02}-{files % 12 + 1:02}-{files % 28 + 1:02}"
        text = f"date {day} {own[0]}\n\n" + "\n\n".join(paragraphs) + "\n"
        (place / f"{files:07}.txt").write_text(text, "utf-8")
        files += 1
    return files


def questions(lines: list[str], count: int, seed: int = 1) -> list[str]:
    """Questions in words of random sentences: half of the words, in order, all kinds kept."""
    rng = np.random.default_rng(seed)
    openings = ("What did", "When did", "Who said that", "Why was", "How many of", "Where is")
    found = []
    for number in rng.integers(0, len(lines), count):
        words = lines[number].rstrip(".").split()
        at = int(rng.integers(0, max(1, len(words) - 12)))
        kept = [word for word in words[at : at + 12] if rng.random() < 0.6] or words[:3]
        found.append(f"{openings[int(rng.integers(0, 6))]} {' '.join(kept)}?")
    return found
