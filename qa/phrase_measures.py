"""The best spans of a sentence compared with one another: what their scores leave to be decided."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.fit import CERTAIN
from qa.parts_of_speech import CLASSES
from qa.phrase_features import FAR, Described, sums
from qa.phrase_spans import GAPS, SHAPES
from qa.question_view import CONTENT, KINDS, NOUN_KINDS, ROLES, WANTED

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

# The categories of a span, each with how many values it has.
CATEGORIES = {
    "opens": len(CLASSES), "closes": len(CLASSES), "before": len(CLASSES), "after": len(CLASSES),
    "verbs left": 4, "verbs right": 4, "left role": len(ROLES), "right role": len(ROLES),
    "role before": len(ROLES), "role after": len(ROLES), "role of first": len(ROLES),
    "role of last": len(ROLES), "unclosed": 3, "gap before": len(GAPS), "gap after": len(GAPS),
}  # fmt: skip
OF_QUESTION = {"kind": len(KINDS), "wanted": len(WANTED), "noun": len(NOUN_KINDS), "side": 3}
_SIZES = (*CATEGORIES.values(), *OF_QUESTION.values())
_OFFSETS = np.concatenate([[0], np.cumsum(_SIZES)])
ROWS = int(_OFFSETS[-1])  # of the table of embeddings
MEASURES = (
    "score", "score beside the best", "share", "evidence", "evidence beside the best",
    "expected overlap", "share of first", "share of last",
    "share of tokens", "rank", "best", "length", "log length", "fit",
    "noun inside", "preposition", "mass before", "mass after", "mass inside", "near left",
    "near right", "nearest", "has left", "has right", "share repeated", "new", "commas", "points",
    "verbs", "topical", "place", "opens sentence", "closes sentence", "sentence length",
    "points left", "points right", "cut", "unfit", "side of passive", "passed over",
    "defines", "title asked for", "titled",
    *(f"shape: {shape}" for shape in SHAPES),
)  # fmt: skip


def rows(described: Described, chosen: Ints) -> NDArray[np.int64]:
    """The rows of the chosen spans' categories, and of the question's, in the embeddings."""
    view = described.view
    question = view.question
    side = 0 if question.answer_follows is None else 1 + question.answer_follows
    own = [
        KINDS.index(question.kind), WANTED.index(question.wanted),
        NOUN_KINDS.index(view.noun_kind), side,
    ]  # fmt: skip
    found = np.empty((len(chosen), len(_SIZES)), np.int64)
    for column, name in enumerate(CATEGORIES):
        found[:, column] = described.values[name][chosen]
    found[:, len(CATEGORIES) :] = own
    found += _OFFSETS[:-1]
    return found


def overlaps(described: Described, chosen: Ints) -> Floats:
    """F1 of the tokens that each two of the chosen spans have in common: 1 on the diagonal."""
    apart = described.sentence[chosen] << 20
    first, last = described.first[chosen] + apart, described.last[chosen] + apart
    common = np.minimum(last[:, None], last) - np.maximum(first[:, None], first)
    length = last - first
    shared: Floats = (2 * np.maximum(common, 0) / (length[:, None] + length)).astype(np.float32)
    return shared


def measures(described: Described, scores: NDArray[np.float64], chosen: Ints) -> Floats:
    """The numbers of MEASURES of the chosen spans; `scores` are the linear scores of all.

    Shares are of the softmax over a sentence's spans. Two numbers set a sentence beside the best of
    those that are looked at together, in which the phrase may be of the kind wanted.
    """
    sentence, values = described.sentence, described.values
    count = int(sentence[-1]) + 1
    top = np.full(count, -np.inf)
    np.maximum.at(top, sentence, scores)
    shares = np.exp(scores - top[sentence])
    mass = np.bincount(sentence, shares, count)
    shares /= mass[sentence]
    width = int(described.last.max()) + 1
    first, last = described.first + width * sentence, described.last + width * sentence
    opening = np.bincount(first, shares, width * count)
    closing = np.bincount(last, shares, width * count)
    evidence = np.log(mass) + top
    covered = sums(np.cumsum(opening - closing))
    i, j, own, share = first[chosen], last[chosen], sentence[chosen], shares[chosen]
    value = {name: values[name][chosen] for name in _VALUES}
    length, long, topical = value["length"], value["count"], value["topical"]
    ahead = (scores[chosen] > scores[chosen][:, None]) & (own == own[:, None])
    rank = ahead.sum(axis=1)
    defines = float(described.view.question.wanted == "definition")
    titled = (value["shapes"] >> SHAPES.index("titled")) & 1
    certain = float(described.view.question.wanted in CERTAIN)
    away_left, away_right = value["away left"], value["away right"]
    columns = [
        np.maximum(scores[chosen] - top[own], -10) / 3,
        np.maximum(scores[chosen] - scores.max(), -10) / 3, np.log(share + 1e-4) / 3,
        evidence[own] / 10, (evidence - evidence.max())[own] / 3,
        overlaps(described, chosen) @ share,
        opening[i], closing[j], (covered[j] - covered[i]) / length, 1 / (1 + rank), rank == 0,
        length / 5, np.log(length), value["fit"], value["noun inside"], value["preposition"],
        value["mass before"], value["mass after"], value["mass inside"],
        np.exp(-away_left / 3), np.exp(-away_right / 3),
        np.exp(-np.minimum(away_left, away_right) / 3), away_left < FAR, away_right < FAR,
        value["repeated"] / np.maximum(topical, 1), value["repeated"] == 0,
        np.minimum(value["commas"], 3), np.minimum(value["points"], 3), value["verbs"],
        topical / 4, described.first[chosen] / long, described.first[chosen] == 0,
        described.last[chosen] == long, long / 40, value["points left"], value["points right"],
        value["cut"] * (1 - titled), certain * (value["fit"] == 0), value["side"], value["passed"],
        defines * value["fit"], titled * (values["role before"][chosen] >= CONTENT),
        titled * (value["repeated"] == 0),
    ]  # fmt: skip
    shapes = (value["shapes"][:, None] >> np.arange(len(SHAPES))) & 1
    return np.hstack([np.array(columns, np.float32).T, shapes.astype(np.float32)])


_VALUES = (
    "length", "count", "topical", "away left", "away right", "fit", "noun inside", "preposition",
    "mass before", "mass after", "mass inside", "repeated", "commas", "points", "verbs",
    "points left", "points right", "shapes", "cut", "side", "passed",
)  # fmt: skip
