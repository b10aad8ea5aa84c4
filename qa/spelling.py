"""The nearest known word for a question word that stands nowhere in the documents."""

from __future__ import annotations

from collections.abc import Mapping


def nearest(word: str, known: Mapping[str, int]) -> str | None:
    """The known word that `word` is most likely a misspelling of, or None. Both are folded.

    `known` maps words to the number of documents that hold them. One edit (insertion, deletion,
    substitution, transposition: optimal string alignment) is forgiven from five letters on, two
    from nine on, but no more than one letter too many or missing; the first letter must be right,
    numbers are never corrected. Among equally near
    words the more frequent wins, then the alphabet.
    """
    if len(word) < 5 or any(c.isdigit() for c in word):
        return None
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near = process.extract(
        word,
        [
            other
            for other in known
            if other[:1] == word[0] and len(other) > 3 and abs(len(other) - len(word)) < 2
        ],
        scorer=OSA.distance,
        score_cutoff=1 if len(word) < 9 else 2,
        limit=None,
    )
    return min(
        (other for other, _, _ in near),
        key=lambda other: (OSA.distance(word, other), -known[other], other),
        default=None,
    )
