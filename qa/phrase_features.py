"""What the spans of some sentences have to do with a question: one row of numbers each.

All spans of all sentences are described at once, in arrays. A span's keys tell what it, its
neighbours and its way to the question's words are; each finds a weight in a hashed table, once
alone and once with the kind of question and its noun (Weinberger et al., 2009).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.fit import fit
from qa.parts_of_speech import CLASSES, VERBS
from qa.phrase_spans import GAP_OF, GAPS, PADDING, SentenceSpans, crc
from qa.question_view import BEGINNING, CONTENT, FAMILY, NOUN, QuestionView

Ints = NDArray[np.int64]
FAR = 30  # tokens, and as far as that where there is no word of the question
_BINS = np.array([0, 1, 2, 3, 4, 5, 5, 6, 6, 6, *[7] * 5, *[8] * 16])


@dataclass(frozen=True)
class Described:
    """The spans of several sentences: `sentence`, `first` and `last` of each, and their features.

    `first` and `last` count from the first token of the span's sentence.
    """

    view: QuestionView
    sentence: Ints
    first: Ints
    last: Ints
    keys: Mapping[str, NDArray[Any]]
    values: Mapping[str, NDArray[Any]]

    @cached_property
    def repeats_only(self) -> NDArray[np.bool_]:
        """Which spans say nothing but what the question says: no answers to it."""
        same: NDArray[np.bool_] = self.values["repeated"] >= self.values["topical"]
        return same

    def hashed(self, size: int) -> NDArray[np.int64]:
        """For each span the places of its keys in a table of `size` (a power of two) weights."""
        keys = np.array([self.keys[name].astype(np.uint32) for name in KEYS])
        mixed = mix(keys * np.uint32(0x9E3779B1) + _SALT)
        levels = self.view.levels[:, None, None] * np.uint32(0x27D4EB2F)
        places = mix(mixed[None] + levels) & np.uint32(size - 1)
        return places.reshape(-1, keys.shape[1]).astype(np.int64)


def mix(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Spreads the bits of 32-bit numbers over all of them (the finaliser of MurmurHash3)."""
    values = (values ^ (values >> np.uint32(15))) * np.uint32(0x85EBCA6B)
    values = (values ^ (values >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    mixed: NDArray[np.uint32] = values ^ (values >> np.uint32(16))
    return mixed


def sums(values: NDArray[Any]) -> NDArray[Any]:
    """Running sums, 0 first: `sums[b] - sums[a]` is the sum of `values[a:b]`."""
    summed: NDArray[Any] = np.concatenate([[0], np.cumsum(values)])
    return summed


_IS_VERB = np.isin(np.arange(len(CLASSES)), list(VERBS))
_COMMA, _OPENING, _CLOSING = (
    GAP_OF[name] for name in ("comma", "opening bracket", "closing bracket")
)
_IS_PUNCTUATION = np.array([name not in ("edge", "blank", "hyphen", "period") for name in GAPS])


def describe(view: QuestionView, sentences: Sequence[SentenceSpans]) -> Described:
    """The features of all spans of some sentences, sentence by sentence."""
    marks = np.concatenate([spans.marks for spans in sentences], axis=1)
    kind, word, ending, gap, possessive = marks
    function = np.concatenate([spans.function for spans in sentences])
    counts = np.array([spans.count for spans in sentences])
    bases = np.concatenate([[0], np.cumsum(counts + 2 * PADDING)])[:-1] + PADDING
    sentence = np.repeat(np.arange(len(sentences)), [len(spans.first) for spans in sentences])
    base = bases[sentence]
    first = np.concatenate([spans.first for spans in sentences]) + base
    last = np.concatenate([spans.last for spans in sentences]) + base
    shapes = np.concatenate([spans.shapes for spans in sentences])
    count = counts[sentence]
    end = base + count
    role = np.zeros(marks.shape[1], np.int64)
    mass = np.zeros(marks.shape[1])
    for spans, at in zip(sentences, bases, strict=True):
        role[at : at + spans.count], mass[at : at + spans.count] = view.roles(spans)

    content = (role >= CONTENT) & (role != FAMILY) & (role != BEGINNING)
    places = np.arange(len(role))
    nearest_left = np.maximum.accumulate(np.where(content, places, -1))[first - 1]
    none = 1 << 30
    backwards = np.where(content, places, none)[::-1]
    nearest_right = np.minimum.accumulate(backwards)[::-1][last]
    has_left, has_right = nearest_left >= base, nearest_right < end
    left, right = np.where(has_left, nearest_left, first), np.where(has_right, nearest_right, last)
    away_left = np.where(has_left, np.minimum(first - left, FAR), FAR)
    away_right = np.where(has_right, np.minimum(right - last + 1, FAR), FAR)
    left_role, right_role = np.where(has_left, role[left], 0), np.where(has_right, role[right], 0)

    masses, repeats, topics = sums(mass), sums(content), sums(~function)
    total = np.maximum(masses[end] - masses[base], 1e-9)
    before_mass = (masses[first] - masses[base]) / total
    after_mass = (masses[end] - masses[last]) / total
    inside_mass = (masses[last] - masses[first]) / total
    repeated, topical = repeats[last] - repeats[first], topics[last] - topics[first]
    commas, points = sums(gap == _COMMA), sums(_IS_PUNCTUATION[gap])
    commas_inside = commas[last] - commas[first + 1]
    points_inside = points[last] - points[first + 1]
    points_left = np.where(has_left, points[first + 1] - points[left + 1], 9)
    points_right = np.where(has_right, points[right + 1] - points[last], 9)
    verbs = sums(_IS_VERB[kind])
    verbs_inside = np.minimum(verbs[last] - verbs[first], 2)
    verbs_left = np.minimum(verbs[first] - verbs[np.minimum(left + 1, first)], 2)
    verbs_right = np.minimum(verbs[right] - verbs[last], 2)
    verbs_left[~has_left] = verbs_right[~has_right] = 3
    nouns = sums((role == NOUN) | (role == FAMILY))
    noun_inside = np.minimum(nouns[last] - nouns[first], 1)
    brackets = sums((gap == _OPENING) * 1 - (gap == _CLOSING) * 1)
    unclosed = np.clip(brackets[last] - brackets[first + 1], -1, 1) + 1
    quotes = sums((gap == GAP_OF["opening quote"]) * 1 - (gap == GAP_OF["closing quote"]) * 1)
    unquoted = np.clip(quotes[last] - quotes[first + 1], -1, 1) + 1
    at_preposition = np.isin(word[first - 1], view.prepositions).astype(np.int64)

    length = last - first
    size = np.minimum(length, 8) + (length > LONG) + (length > LONG + 4)
    opens, closes, before, after = kind[first], kind[last - 1], kind[first - 1], kind[last]
    gap_before, gap_after = gap[first], np.where(last < end, gap[last], 0)
    role_before = np.where(first > base, role[first - 1], 0)
    role_after = np.where(last < end, role[last], 0)
    known = np.where(repeated >= topical, 3, np.where(2 * repeated >= topical, 2, 1))
    known[repeated == 0] = 0
    near_left, near_right = _BINS[away_left], _BINS[away_right]
    sequence = np.zeros(len(first), np.uint32)
    for offset in range(6):
        token = kind[np.minimum(first + offset, len(kind) - 1)].astype(np.uint32)
        longer = mix(sequence * np.uint32(31) + token + np.uint32(1))
        sequence = np.where(offset < length, longer, sequence)
    place = np.minimum((first - base) * 4 // np.maximum(count, 1), 3)
    place += 4 * (first == base) + 8 * (last == end)
    fits = _fits(view, sentences)
    fitting = np.round(fits * 20).astype(np.int64)
    gaps = gap_before * 16 + gap_after
    edges = before * 64 + opens, closes * 64 + after
    beside = role_before * 16 + role_after
    keys = {
        "classes": np.where(length > 6, closes * 7 + 99, sequence),
        "shapes": shapes, "length": size, "opens": opens, "closes": closes,
        "first word": word[first], "last word": word[last - 1], "last ending": ending[last - 1],
        "before": before, "after": after, "word before": word[first - 1], "word after": word[last],
        "gaps": gaps, "left edge": edges[0], "right edge": edges[1],
        "edges": edges[0] * 4096 + edges[1], "two before": kind[first - 2] * 64 + before,
        "two after": after * 64 + kind[last + 1],
        "two words before": word[first - 2] * 3 + word[first - 1],
        "word before and class": word[first - 1] * 5 + opens,
        "repeats": known, "repeats and length": known * 16 + size,
        "roles": left_role * 16 + right_role, "left": near_left * 16 + left_role,
        "right": near_right * 16 + right_role, "distances": near_left * 16 + near_right,
        "beside": beside, "beside and gaps": beside * 256 + gaps,
        "way to the left": (left_role * 32 + np.minimum(points_left, 3)) * 8 + verbs_left,
        "way to the right": (right_role * 32 + np.minimum(points_right, 3)) * 8 + verbs_right,
        "left and before": (left_role * 16 + near_left) * 64 + before,
        "right and after": (right_role * 16 + near_right) * 64 + after,
        "mass": (before_mass * 4).astype(np.int64) * 25 + (after_mass * 4).astype(np.int64) * 5
        + (inside_mass * 4).astype(np.int64),
        "inside": np.minimum(commas_inside, 3) * 64 + np.minimum(points_inside, 3) * 8
        + verbs_inside,
        "place": place, "possessives": possessive[last - 1] * 2 + possessive[first - 1],
        "ends and length": (opens * 64 + closes) * 16 + size,
        "roles of its ends": role[last - 1] * 16 + role[first],
        "noun": noun_inside * 4 + (role_after == NOUN) * 2 + (role_after == FAMILY),
        "noun at its end": (noun_inside * 16 + role[last - 1]) * 64 + closes,
        "unclosed": (unclosed * 4 + unquoted) * 16 + gap_after,
        "preposition asked for": at_preposition * 64 + before,
        "fit": fitting, "fit and length": fitting * 16 + size,
    }  # fmt: skip
    values = {
        "count": count, "length": length, "fit": fits, "shapes": shapes,
        "repeated": repeated, "topical": topical, "noun inside": noun_inside,
        "preposition": at_preposition, "mass before": before_mass, "mass after": after_mass,
        "mass inside": inside_mass, "away left": away_left, "away right": away_right,
        "commas": commas_inside, "points": points_inside, "verbs": verbs_inside,
        "points left": np.where(has_left, np.minimum(points_left, 3), 0),
        "points right": np.where(has_right, np.minimum(points_right, 3), 0),
        "opens": opens, "closes": closes, "before": before, "after": after,
        "verbs left": verbs_left, "verbs right": verbs_right,
        "left role": left_role, "right role": right_role,
        "role before": role_before, "role after": role_after,
        "role of first": role[first], "role of last": role[last - 1],
        "unclosed": unclosed, "gap before": gap_before, "gap after": gap_after,
    }  # fmt: skip
    return Described(view, sentence, first - base, last - base, keys, values)


LONG = 10
KEYS = (
    "classes", "shapes", "length", "opens", "closes", "first word", "last word", "last ending",
    "before", "after", "word before", "word after", "gaps", "left edge", "right edge", "edges",
    "two before", "two after", "two words before", "word before and class", "repeats",
    "repeats and length", "roles", "left", "right", "distances", "beside", "beside and gaps",
    "way to the left", "way to the right", "left and before", "right and after", "mass", "inside",
    "place", "possessives", "ends and length", "roles of its ends", "noun", "noun at its end",
    "unclosed", "preposition asked for", "fit", "fit and length",
)  # fmt: skip
_SALT = np.array([[crc(name)] for name in KEYS], np.uint32)


def _fits(view: QuestionView, sentences: Sequence[SentenceSpans]) -> NDArray[np.float64]:
    """How well each span fits the kind of answer wanted, as `qa.fit` says; 0 for unnamed ones."""
    fits = []
    for spans in sentences:
        own = [0.0] * len(spans.first)
        for candidate in spans.found:
            number = spans.number(candidate)
            own[number] = max(own[number], fit(view.question, spans.words, candidate))
        fits.append(own)
    return np.array([value for own in fits for value in own])
