"""What an index holds and lacks: undated documents, duplicates, files that could not be read."""

from __future__ import annotations

from dataclasses import dataclass

from qa.answer import Problem
from qa.index import Index
from qa.likeness import groups


@dataclass(frozen=True, slots=True)
class Survey:
    """Facts about a collection; documents are named by their paths, in order.

    `duplicates` are groups of documents with the same text; `near_duplicates` groups of which
    some eight tenths of all runs of three words are the same. `terms` counts different ones.
    """

    terms: int
    undated: tuple[str, ...]
    duplicates: tuple[tuple[str, ...], ...]
    near_duplicates: tuple[tuple[str, ...], ...]
    failed: tuple[Problem, ...]


def survey(index: Index) -> Survey:
    """Looks an index over. Raises IndexStoreError if it is damaged."""
    same: list[tuple[str, ...]] = []
    near: list[tuple[str, ...]] = []
    numbers, signatures = index.signatures()
    for group in groups(signatures):
        by_text: dict[str, list[str]] = {}
        for place in group:
            document = index.document(int(numbers[place]))
            by_text.setdefault(document.text, []).append(document.path)
        same += [tuple(sorted(paths)) for paths in by_text.values() if len(paths) > 1]
        if len(by_text) > 1:
            near.append(tuple(sorted(path for paths in by_text.values() for path in paths)))
    return Survey(
        terms=index.postings.terms,
        undated=tuple(index.undated()),
        duplicates=tuple(sorted(same)),
        near_duplicates=tuple(sorted(near)),
        failed=index.problems(),
    )
