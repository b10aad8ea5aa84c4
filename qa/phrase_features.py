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

from qa.amounts import passed_over
from qa.fit import fit
from qa.parts_of_speech import CLASSES, VERBS
from qa.phrase_spans import GAP_OF, GAPS, PADDING, SentenceSpans, crc
from qa.question_view import BEGINNING, CONTENT, FAMILY, NOUN, PASSIVE, QuestionView

Ints = NDArray[np.int64]
FAR = 30  # tokens, and as far as that where there is no word of the question
_BINS = np.array([0, 1, 2, 3, 4, 5, 5, 6, 6, 6, *[7] * 5, *[8] * 16])


@dataclass(frozen=True)
class Places:
    """Where the keys of some spans have their weights in a hashed table.

    A row for each token of the padded sentences as the first of a span (`opening`), and as the one
    after its last (`closing`), and a row for each span, which begins at token `first` and ends
    before token `last`: most keys belong to one end of a span alone, and many spans share it.
    """

    first: Ints
    last: Ints
    opening: NDArray[np.int32]
    closing: NDArray[np.int32]
    spans: NDArray[np.int32]

    def scores(self, table: NDArray[np.float32]) -> NDArray[np.float32]:
        """The sum of each span's weights."""
        found: NDArray[np.float32] = (
            table[self.spans].sum(axis=1)
            + table[self.opening].sum(axis=1)[self.first]
            + table[self.closing].sum(axis=1)[self.last]
        )
        return found


@dataclass(frozen=True)
class Described:
    """The spans of several sentences: `sentence`, `first` and `last` of each, and their features.

    `first` and `last` count from the first token of the span's sentence, which is token `base` of
    all padded sentences. `openings` and `closings` are keys of tokens, `keys` those of spans.
    """

    view: QuestionView
    sentence: Ints
    base: Ints
    first: Ints
    last: Ints
    openings: Mapping[str, NDArray[Any]]
    closings: Mapping[str, NDArray[Any]]
    keys: Mapping[str, NDArray[Any]]
    values: Mapping[str, NDArray[Any]]

    @cached_property
    def repeats_only(self) -> NDArray[np.bool_]:
        """Which spans say nothing but what the question says: no answers to it."""
        same: NDArray[np.bool_] = self.values["repeated"] >= self.values["topical"]
        return same

    def places(self, size: int) -> Places:
        """The places of all keys in a table of `size` (a power of two) weights."""
        opening, closing, spans = (
            self._hashed(keys, salt, size)
            for keys, salt in (
                (self.openings, _SALTS[0]), (self.closings, _SALTS[1]), (self.keys, _SALTS[2]),
            )
        )  # fmt: skip
        return Places(self.first + self.base, self.last + self.base, opening, closing, spans)

    def _hashed(
        self, keys: Mapping[str, NDArray[Any]], salt: NDArray[np.uint32], size: int
    ) -> NDArray[np.int32]:
        stacked = np.array([*keys.values()]).astype(np.uint32).T
        mixed = mix(stacked * np.uint32(0x9E3779B1) + salt)
        levels = self.view.levels[:, None] * np.uint32(0x27D4EB2F)
        places = mix(mixed[:, None] + levels) & np.uint32(size - 1)
        return places.reshape(len(stacked), -1).astype(np.int32)


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
_COMMA, _OPENING, _CLOSING, _OPENING_QUOTE, _CLOSING_QUOTE = (
    GAP_OF[name]
    for name in ("comma", "opening bracket", "closing bracket", "opening quote", "closing quote")
)
_IS_PUNCTUATION = np.array([name not in ("edge", "blank", "hyphen", "period") for name in GAPS])


def describe(view: QuestionView, sentences: Sequence[SentenceSpans]) -> Described:
    """The features of all spans of some sentences, sentence by sentence."""
    marks = np.concatenate([spans.marks for spans in sentences], axis=1)
    kind, word, gap, function, cut = marks
    counts = np.array([spans.count for spans in sentences])
    bases = np.concatenate([[0], np.cumsum(counts + 2 * PADDING)])[:-1] + PADDING
    sizes = [len(spans.first) for spans in sentences]
    owner = np.repeat(np.arange(len(sentences)), counts + 2 * PADDING)
    lowest, highest = bases[owner], (bases + counts)[owner]
    role = np.zeros(marks.shape[1], np.int64)
    mass = np.zeros(marks.shape[1])
    for spans, at in zip(sentences, bases, strict=True):
        role[at : at + spans.count], mass[at : at + spans.count] = view.roles(spans)

    # Of each token as the first of a span, and as the one after its last.
    places = np.arange(len(role))
    content = (role >= CONTENT) & (role != FAMILY) & (role != BEGINNING)
    seen = np.maximum.accumulate(np.where(content, places, -1))
    left = np.concatenate([[-1], seen[:-1]])
    none = 1 << 30
    right = np.minimum.accumulate(np.where(content, places, none)[::-1])[::-1]
    has_left, has_right = left >= lowest, right < highest
    left, right = np.where(has_left, left, places), np.where(has_right, right, places)
    away_left = np.where(has_left, np.minimum(places - left, FAR), FAR)
    away_right = np.where(has_right, np.minimum(right - places + 1, FAR), FAR)
    left_role, right_role = np.where(has_left, role[left], 0), np.where(has_right, role[right], 0)
    side_left, side_right = _sides(view, role, lowest, highest)
    masses, repeats, topics = sums(mass), sums(content), sums(function == 0)
    points, verbs = sums(_IS_PUNCTUATION[gap]), sums(_IS_VERB[kind])
    after = np.minimum(places + 1, len(places) - 1)
    points_left = np.where(has_left, points[after] - points[np.minimum(left + 1, after)], 9)
    points_right = np.where(has_right, points[right + 1] - points[places], 9)
    verbs_left = np.minimum(verbs[places] - verbs[np.minimum(left + 1, places)], 2)
    verbs_right = np.minimum(verbs[right] - verbs[places], 2)
    verbs_left[~has_left] = verbs_right[~has_right] = 3
    inside = (places >= lowest) & (places < highest)
    role_before = np.where(places > lowest, role[places - 1], 0)
    role_after = np.where(inside, role, 0)
    gap_after = np.where(inside, gap, 0)
    before, word_before = _shifted(kind, 1), _shifted(word, 1)
    at_preposition = np.isin(word_before, view.prepositions).astype(np.int64)
    near_left, near_right = _BINS[away_left], _BINS[away_right]
    # A name that goes on before, or after, an end of the span was cut.
    cut_left, cut_right = cut, np.where(inside, cut, 0)
    openings = {
        "opens": kind, "first word": word, "left edge": before * 64 + kind,
        "two before": _shifted(kind, 2) * 64 + before, "left": near_left * 16 + left_role,
        "way to the left": (left_role * 32 + np.minimum(points_left, 3)) * 8 + verbs_left,
        "left and before": (left_role * 16 + near_left) * 64 + before,
        "preposition asked for": at_preposition * 64 + before, "cut at first": cut_left,
    }  # fmt: skip
    closings = {
        "closes": before, "last word": word_before, "two after": kind * 64 + _shifted(kind, -1),
        "right": near_right * 16 + right_role,
        "way to the right": (right_role * 32 + np.minimum(points_right, 3)) * 8 + verbs_right,
        "right and after": (right_role * 16 + near_right) * 64 + kind, "cut at last": cut_right,
    }  # fmt: skip

    # Of each span.
    sentence = np.repeat(np.arange(len(sentences)), sizes)
    base, count = bases[sentence], counts[sentence]
    end = base + count
    first = np.concatenate([spans.first for spans in sentences]) + base
    last = np.concatenate([spans.last for spans in sentences]) + base
    shapes = np.concatenate([spans.shapes for spans in sentences])
    total = np.maximum(masses[end] - masses[base], 1e-9)
    before_mass = (masses[first] - masses[base]) / total
    after_mass = (masses[end] - masses[last]) / total
    inside_mass = (masses[last] - masses[first]) / total
    repeated, topical = repeats[last] - repeats[first], topics[last] - topics[first]
    commas = sums(gap == _COMMA)
    commas_inside = commas[last] - commas[first + 1]
    points_inside = points[last] - points[first + 1]
    verbs_inside = np.minimum(verbs[last] - verbs[first], 2)
    nouns = sums((role == NOUN) | (role == FAMILY))
    noun_inside = np.minimum(nouns[last] - nouns[first], 1)
    brackets = sums((gap == _OPENING) * 1 - (gap == _CLOSING) * 1)
    unclosed = np.clip(brackets[last] - brackets[first + 1], -1, 1) + 1
    quotes = sums((gap == _OPENING_QUOTE) * 1 - (gap == _CLOSING_QUOTE) * 1)
    unquoted = np.clip(quotes[last] - quotes[first + 1], -1, 1) + 1
    length = last - first
    size = np.minimum(length, 8) + (length > LONG) + (length > LONG + 4)
    opens, closes = kind[first], kind[last - 1]
    known = np.where(repeated >= topical, 3, np.where(2 * repeated >= topical, 2, 1))
    known[repeated == 0] = 0
    place = np.minimum((first - base) * 4 // np.maximum(count, 1), 3)
    place += 4 * (first == base) + 8 * (last == end)
    fits, passed = _fits(view, sentences), np.zeros(len(first))
    if view.question.wanted == "number":
        passed = _passed(view, sentences, fits)
    gaps = gap[first] * 16 + gap_after[last]
    beside = role_before[first] * 16 + role_after[last]
    keys = {
        "shapes": shapes, "repeats and length": known * 16 + size,
        "distances": near_left[first] * 16 + near_right[last],
        "beside and gaps": beside * 256 + gaps,
        "mass": (before_mass * 4).astype(np.int64) * 25 + (after_mass * 4).astype(np.int64) * 5
        + (inside_mass * 4).astype(np.int64),
        "inside": np.minimum(commas_inside, 3) * 64 + np.minimum(points_inside, 3) * 8
        + verbs_inside,
        "place": place, "ends and length": (opens * 64 + closes) * 16 + size,
        "roles of its ends": role[last - 1] * 16 + role[first],
        "noun at its end": (noun_inside * 16 + role[last - 1]) * 64 + closes,
        "unclosed": (unclosed * 4 + unquoted) * 16 + gap_after[last],
        "fit and length": np.round(fits * 20).astype(np.int64) * 16 + size,
    }  # fmt: skip
    on_left, on_right = side_left[first], side_right[last]
    values = {
        "count": count, "length": length, "fit": fits, "shapes": shapes,
        "repeated": repeated, "topical": topical, "noun inside": noun_inside,
        "preposition": at_preposition[first], "mass before": before_mass,
        "mass after": after_mass, "mass inside": inside_mass, "away left": away_left[first],
        "away right": away_right[last], "commas": commas_inside, "points": points_inside,
        "verbs": verbs_inside,
        "points left": np.where(has_left, np.minimum(points_left, 3), 0)[first],
        "points right": np.where(has_right, np.minimum(points_right, 3), 0)[last],
        "opens": opens, "closes": closes, "before": before[first], "after": kind[last],
        "verbs left": verbs_left[first], "verbs right": verbs_right[last],
        "left role": left_role[first], "right role": right_role[last],
        "role before": role_before[first], "role after": role_after[last],
        "role of first": role[first], "role of last": role[last - 1],
        "unclosed": unclosed, "gap before": gap[first], "gap after": gap_after[last],
        "cut": cut_left[first] + cut_right[last],
        "side": np.where(np.abs(on_left) >= np.abs(on_right), on_left, on_right),
        "passed": passed,
    }  # fmt: skip
    return Described(
        view, sentence, base, first - base, last - base, openings, closings, keys, values
    )


def _sides(
    view: QuestionView, role: Ints, lowest: Ints, highest: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each token how far the question's verb, in the passive, says that the answer stands on
    this side of it: 1 right here, -1 if it belongs to the other side, 0 far off.

    Twice: the verb stands before the token, and it stands there or after it. A passive turns
    subject and object round: "Who was arrested?" is answered before "was arrested by".
    """
    places = np.flatnonzero(role == PASSIVE)
    if view.question.answer_follows is None or not len(places):
        none = np.zeros(len(role))
        return none, none
    positions = np.arange(len(role))
    follows = -1.0 if view.question.answer_follows else 1.0
    at = np.searchsorted(places, positions)
    before = places[np.maximum(at - 1, 0)]
    after = places[np.minimum(at, len(places) - 1)]
    near_before = 1 - np.minimum(positions - before, 15) / 15
    near_after = 1 - np.minimum(after - positions + 1, 15) / 15
    left = np.where((at > 0) & (before >= lowest), near_before * follows, 0)
    right = np.where((at < len(places)) & (after < highest), near_after * -follows, 0)
    return left, right


def _shifted(values: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    """What stands `by` tokens before each token."""
    moved: NDArray[np.int64] = np.roll(values, by)
    return moved


LONG = 10
OPENINGS = (
    "opens", "first word", "left edge", "two before", "left", "way to the left", "left and before",
    "preposition asked for", "cut at first",
)  # fmt: skip
CLOSINGS = (
    "closes", "last word", "two after", "right", "way to the right", "right and after",
    "cut at last",
)  # fmt: skip
SPANS = (
    "shapes", "repeats and length", "distances", "beside and gaps", "mass", "inside", "place",
    "ends and length", "roles of its ends", "noun at its end", "unclosed", "fit and length",
)  # fmt: skip
KEYS = (*OPENINGS, *CLOSINGS, *SPANS)
_SALTS = tuple(
    np.array([crc(name) for name in names], np.uint32) for names in (OPENINGS, CLOSINGS, SPANS)
)


def _fits(view: QuestionView, sentences: Sequence[SentenceSpans]) -> NDArray[np.float64]:
    """How well each span fits the kind of answer wanted, as `qa.fit` says; 0 for unnamed ones."""
    fits = []
    for spans in sentences:
        own = [0.0] * len(spans.first)
        for number, candidate in zip(spans.numbers, spans.found, strict=True):
            own[number] = max(own[number], fit(view.question, spans.words, candidate))
        fits.append(own)
    return np.array([value for own in fits for value in own])


def _passed(
    view: QuestionView, sentences: Sequence[SentenceSpans], fits: NDArray[np.float64]
) -> NDArray[np.float64]:
    """1 for each span that begins in an amount that the question passes over, else 0."""
    found, at = [], 0
    for spans in sentences:
        own = fits[at : at + len(spans.first)]
        at += len(spans.first)
        fitting = own[spans.numbers] > _FITS
        amounts = [(c.first, c.last) for c, k in zip(spans.found, fitting, strict=True) if k]
        passed = passed_over(spans.words, amounts, view.repeated(spans)) if amounts else ()
        found.append(np.isin(spans.first, list(passed)))
    return np.concatenate(found).astype(np.float64)


_FITS = 0.3
