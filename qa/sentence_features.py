"""Question and candidate sentences in, numbers out: what the sentence scorer weighs.

Shares are 0..1 of the question's *mass*, the sum over its terms of what the word carries
(`QueryTerm.weight`) times the term's inverse document frequency (idf). All candidates of a question
are described together: what a word tells depends on how many of them hold it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.features import Passage, SearchTerm
from qa.forms import (
    AMOUNT,
    CAPITAL,
    DATE,
    FUNCTION,
    LOCATING,
    NUMBER,
    PRONOUN,
    REASON,
    TERM,
    WORD,
    YEAR,
    keys_of,
)
from qa.matches import Matches
from qa.question import Question
from qa.retriever import BLOCK_SHARE
from qa.terms import stem
from qa.vectors import Vectors
from qa.words import Line

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

DESCRIBING = (
    "coverage",  # mass found in the sentence, or in the question that it stands below
    "context",  # mass found only in its paragraph, or in the heading above
    "headline",  # mass found only in its document's headline
    "missing name",  # mass of names found in none of the three
    "absent name",  # 1 if a name of the question is found in none of the three
    "missing topic",  # share of the mass of all other words found in none of the three
    "unknown",  # mass of words that stand nowhere in the documents
    "corrected",  # mass of words taken for misspellings
    "order",  # share of neighbouring question words that stand near one another here, in order
    "exact",  # share of the covered mass found in the question's own word form
    "retrieval",  # retrieval score as a share of the best sentence's
    "empty",  # 1 if the sentence is a question itself or says nothing but what the question says
    "heading",  # 1 if it is its document's headline
)
SCORED = (
    "under heading",  # mass found not in the sentence but in the heading above
    "own share", "block share", "document share",  # of the best candidate's retrieval score
    "own score", "block score", "document score",  # retrieval scores / the question's sum of idf²
    "same document",  # sum of the retrieval scores of its document's candidates / the greatest
    "rank",  # ln(1 + rank in retrieval, from 0) / 5
    "plain coverage",  # share of the terms found in the sentence, each counted the same
    "sharp coverage",  # the same, each counted with idf²
    "rare coverage",  # the same, each counted with its idf among the candidates
    "coverage in document",  # the same among the candidates of its document
    "missing terms",  # share of the terms not found in the sentence
    "heaviest missing",  # mass of the heaviest of them
    "name around",  # mass of names found not in the sentence but around it
    "like", "like 50", "like 65",  # mass of missing terms, as far as a word here is near in meaning
    "likest",  # the greatest of these
    "rare like",  # the same as "like", with the idf among the candidates
    "topic like",  # the same without names
    "like heaviest",  # how near a word here is to the heaviest missing term
    "near words",  # share of the sentence's own idf mass that is near to the question's words
    "meaning",  # cosine of the mean word vectors of question and sentence
    "adjacent",  # mass of neighbouring question words that stand side by side here
    "together",  # greatest mass of terms within eight tokens of one token
    "bigrams",  # share of the question's pairs of neighbouring words, function words included
    "question words",  # share of its tokens that are the question's
    "new words",  # ln(1 + content words that the question does not have) / 3
    "density",  # share of its content words that the question has
    "length",  # ln(1 + tokens) / 4
    "short",  # 1 below six tokens
    "place",  # 1 / (1 + its place in the document, from 0)
    "opening",  # 1 if it opens a paragraph
    "leaning",  # 1 if it begins with a pronoun
    "leaning context",  # the same, times "context"
    "offer",  # how surely something of the kind wanted stands here, 0..1
    "name offered", "date offered", "place offered", "number offered", "reason offered",
    "name lacking", "date lacking", "number lacking",  # the same where it is wanted, and not here
    "noun",  # how near a word here is to the noun asked for
    "new noun", "name like noun",  # the same of words, of names and numbers, not in the question
    "verb",  # how near a word here is to the question's verb
)  # fmt: skip
SENTENCE_FEATURES = (*DESCRIBING, *SCORED)
_LEAST_LIKE, _LIKE_SPAN = 0.35, 0.6


def describe(
    question: Question, search: Sequence[SearchTerm], passages: Sequence[Passage]
) -> Floats:
    """The numbers of SENTENCE_FEATURES, in their order, for each passage (n x features)."""
    if not passages:
        return np.empty((0, len(SENTENCE_FEATURES)))
    description = _Description(question, search, passages)
    numbers: dict[str, Floats] = {}
    description.coverage(numbers)
    description.retrieval(numbers)
    description.likeness(numbers)
    description.order(numbers)
    description.shape(numbers)
    description.kind(numbers)
    table = np.empty((len(passages), len(SENTENCE_FEATURES)))
    for column, name in enumerate(SENTENCE_FEATURES):
        table[:, column] = numbers[name]
    return table


class _Description:
    """The candidates of one question, and what is known of them so far."""

    def __init__(
        self, question: Question, search: Sequence[SearchTerm], passages: Sequence[Passage]
    ) -> None:
        self.question, self.passages, self.all_terms = question, passages, search
        content = [term for term in search if term.is_topical]
        others = [term for term in search if not term.is_topical] if content else []
        self.search = content = content or list(search)
        lines = [passage.line for passage in passages]
        self.matches = matches = Matches.of(content, lines, others)
        self.weight = np.array([term.weight for term in content])
        self.idf = np.array([term.mass / term.weight for term in content])
        mass = self.weight * self.idf
        self.mass = mass / (mass.sum() or 1)
        self.is_name = np.array([term.is_name for term in content])
        self.places = {term.term or stem(term.word): at for at, term in enumerate(content)}
        self.heading, self.beside, self.above = self._around()
        self.here = matches.held().astype(np.float64)
        answers = np.array([passage.around.answers for passage in passages])
        if answers.any():
            self.here[:, answers] = np.maximum(self.here, self.heading)[:, answers]
        self.near = matches.most(matches.like).astype(np.float64)
        self.missing = 1 - self.here
        flags = matches.flags
        self.content = (flags & FUNCTION) == 0
        self.new = self.content & ~matches.asked
        self.capital = (flags & CAPITAL) != 0
        self.capital[matches.starts] = False  # a first word tells nothing by its capital
        self.told, self.contents, self.repeated = matches.total(
            np.array([self.new, self.content, matches.asked], np.float64)
        )

    def _around(self) -> tuple[Flags, Flags, Flags]:
        """Which terms stand in the heading above, there or in the paragraph, in the headline."""
        arounds = [passage.around for passage in self.passages]
        rows: dict[frozenset[str], int] = {}
        chosen = [
            rows.setdefault(terms, len(rows))
            for around in arounds
            for terms in (around.heading, around.paragraph, around.headline)
        ]
        held = np.array([[t.term in terms for t in self.search] for terms in rows])
        for number, term in enumerate(self.search):
            if term.family:
                held[:, number] |= [not term.family.isdisjoint(terms) for terms in rows]
        heading, paragraph, headline = held[chosen].reshape(len(arounds), 3, -1).transpose(1, 2, 0)
        return heading, paragraph | heading, headline

    def coverage(self, numbers: dict[str, Floats]) -> None:
        mass, here, missing, matches = self.mass, self.here, self.missing, self.matches
        heading, beside, above = self.heading, self.beside, self.above
        elsewhere = missing * ~beside
        nowhere = elsewhere * ~above
        # A word that stands here with a capital, but for the first, is a name, however it is asked.
        spelt = self.is_name
        terms, tokens = matches.hits
        names = spelt[:, None] | matches.held(self.capital[tokens])
        topic = ~names * ((self.weight > 0.2) * mass)[:, None]
        unknown = np.array([term.term is None for term in self.search])
        words = keys_of(term.word for term in self.search)
        spoken = matches.held(matches.codes[WORD][tokens] == words[terms])
        covered = mass @ here
        rare = self._rarity(here.sum(axis=1), here.shape[1])
        document = np.array([passage.document for passage in self.passages])
        same = (document[:, None] == document).astype(np.float64)
        local = self._weigh_down(here @ same, same.sum(axis=1))
        sharp = self.weight * self.idf**2
        total = sum(term.mass for term in self.all_terms) or 1.0
        numbers |= {
            "coverage": covered,
            "context": mass @ (missing * beside),
            "headline": mass @ (elsewhere * above),
            "under heading": mass @ (missing * heading),
            "missing name": mass @ (nowhere * names),
            "absent name": (nowhere * spelt[:, None]).max(axis=0),
            "missing topic": (topic * nowhere).sum(axis=0) / np.maximum(topic.sum(axis=0), 1e-9),
            "unknown": np.array(float(mass @ unknown)),
            "corrected": np.array(sum(t.mass for t in self.all_terms if t.corrected) / total),
            "exact": mass @ (here * spoken) / np.maximum(covered, 1e-9),
            "plain coverage": here.mean(axis=0),
            "sharp coverage": sharp @ here / (sharp.sum() or 1),
            "rare coverage": rare @ here,
            "coverage in document": (local * here).sum(axis=0),
            "missing terms": missing.mean(axis=0),
            "heaviest missing": (mass[:, None] * missing).max(axis=0),
            "name around": (mass * spelt) @ (missing * (beside | above)),
        }
        self.rare = rare

    def _rarity(self, counts: Floats, n: int) -> Floats:
        found = np.maximum(self.weight * np.log((n + 1) / (counts + 0.5)), 0)
        shares: Floats = found / (found.sum() or 1)
        return shares

    def _weigh_down(self, counts: Floats, sizes: Floats) -> Floats:
        found = np.maximum(np.log((sizes + 1) / (counts + 0.5)), 0)
        found *= (self.weight * self.mass)[:, None]
        shares: Floats = found / np.maximum(found.sum(axis=0), 1e-9)
        return shares

    def retrieval(self, numbers: dict[str, Floats]) -> None:
        hits = [passage.hit for passage in self.passages]
        scores = np.array([(hit.own, hit.block, hit.document, hit.score) for hit in hits]).T
        best = np.maximum(scores.max(axis=1), 1e-9)
        ideal = self.weight @ self.idf**2 + 1e-9
        for name, row, top in zip(("own", "block", "document"), scores, best, strict=False):
            numbers[f"{name} share"] = row / top
            numbers[f"{name} score"] = row / ideal
        combined = scores[0] + BLOCK_SHARE * scores[1] + 0.3 * scores[2]
        rows: dict[int, int] = {}
        places = [rows.setdefault(passage.document, len(rows)) for passage in self.passages]
        sums = np.bincount(places, combined)
        order = np.empty(len(combined))
        order[np.argsort(-combined, kind="stable")] = np.arange(len(combined))
        numbers["same document"] = sums[places] / max(sums.max(), 1e-9)
        numbers["rank"] = np.log1p(order) / 5
        numbers["retrieval"] = scores[3] / best[3]

    def likeness(self, numbers: dict[str, Floats]) -> None:
        mass, missing, near, matches = self.mass, self.missing, self.near, self.matches
        like = np.maximum(near - _LEAST_LIKE, 0) / _LIKE_SPAN * missing
        heavy = mass[:, None] * missing
        heaviest = heavy.argmax(axis=0)
        every = np.arange(near.shape[1])
        strongest = matches.like.max(axis=0) * self.content
        weights = np.where(self.content, np.float32(1), np.float32(0.1))
        means = matches.summed_vectors(weights)
        lengths = np.sqrt((means * means).sum(axis=1)) + 1e-9
        asked = mass @ matches.own
        asked /= np.sqrt(asked @ asked) + 1e-9
        numbers |= {
            "like": mass @ like,
            "like 50": mass @ (np.maximum(near - 0.5, 0) / 0.5 * missing),
            "like 65": mass @ (np.maximum(near - 0.65, 0) / 0.35 * missing),
            "likest": (mass[:, None] * like).max(axis=0),
            "rare like": self.rare @ like,
            "topic like": (mass * ~self.is_name) @ like,
            "like heaviest": np.where(heavy[heaviest, every] > 0, near[heaviest, every], 0),
            "near words": matches.total(np.maximum(strongest - 0.3, 0) / 0.7)
            / np.maximum(self.contents, 1),
            "meaning": means @ asked / lengths,
        }

    def order(self, numbers: dict[str, Floats]) -> None:
        matches, mass = self.matches, self.mass
        if len(mass) > 1:
            lighter = np.minimum(mass[:-1], mass[1:])
            near, beside = matches.pairs(4)
            numbers["order"] = near.mean(axis=0)
            numbers["adjacent"] = lighter @ beside / (lighter.sum() or 1)
        else:
            numbers["order"] = numbers["adjacent"] = np.zeros(1)
        numbers["together"] = matches.window(mass, 8)
        asked, keys = Line(self.question.text).codes[TERM], matches.codes[TERM]
        steps = np.zeros(len(keys))
        if len(asked) > 1:
            found = keys == asked[:, None]
            steps[:-1] = (found[:-1, :-1] & found[1:, 1:]).any(axis=0)
            steps[matches.starts[1:] - 1] = 0
        numbers["bigrams"] = matches.total(steps) / max(len(asked) - 1, 1)
        numbers["question words"] = self.repeated / matches.sizes

    def shape(self, numbers: dict[str, Floats]) -> None:
        matches, passages = self.matches, self.passages
        asks = np.array([p.line.text.rstrip("”\"' ").endswith("?") for p in passages])
        said = self.question.kind in ("yes-no", "keywords")
        leaning = (matches.flags[matches.starts] & PRONOUN) != 0
        numbers |= {
            "empty": (asks | ~((self.told > 0) | said)).astype(np.float64),
            "heading": np.array([p.is_headline for p in passages]) * 1.0,
            "new words": np.log1p(self.told) / 3,
            "density": (self.contents - self.told) / (self.contents + 1),
            "length": np.log1p(matches.sizes.astype(np.float64)) / 4,
            "short": (matches.sizes < 6).astype(np.float64),
            "place": 1 / (1.0 + np.array([p.place for p in passages])),
            "opening": np.array([p.opens for p in passages]) * 1.0,
            "leaning": leaning * 1.0,
            "leaning context": leaning * numbers["context"],
        }

    def kind(self, numbers: dict[str, Floats]) -> None:
        matches, question = self.matches, self.question
        flags, new = matches.flags, self.new
        located = np.zeros(len(new), np.bool_)
        located[:-1] = ((flags[:-1] & LOCATING) != 0) & self.capital[1:]
        anywhere = matches.any_bits((flags & REASON) | located * LOCATING)
        named = np.where(self.capital, flags | CAPITAL, flags & ~CAPITAL)
        anew = matches.any_bits(np.where(new, named, 0))

        def having(bits: Ints, flag: int) -> Floats:
            found: Floats = ((bits & flag) != 0).astype(np.float64)
            return found

        name, year = having(anew, CAPITAL), having(anew, YEAR)
        number, date = having(anew, NUMBER), having(anew, DATE)
        offers: Mapping[str, Floats] = {
            "name": name,
            "date": np.maximum(year, 0.8 * date),
            "time": np.maximum(number, date),
            "place": name * having(anywhere, LOCATING),
            "number": np.maximum(having(anew, AMOUNT), 0.4 * year),
            "reason": having(anywhere, REASON),
        }
        nothing = np.zeros(1)
        for kind in offers:
            numbers[f"{kind} offered"] = numbers[f"{kind} lacking"] = nothing
        numbers["offer"] = offer = offers.get(question.wanted, nothing)
        if question.wanted in offers:
            numbers[f"{question.wanted} offered"] = offer
            numbers[f"{question.wanted} lacking"] = 1 - offer
        numbers |= {"noun": nothing, "new noun": nothing, "name like noun": nothing}
        places = self.places
        if question.focus:
            head = stem(question.focus[-1])
            if head in places:
                numbers["noun"] = self.near[places[head]]
            vectors = Vectors.shipped()
            like = np.maximum(matches.vectors @ vectors[[vectors.row(head)]][0], 0) * new
            numbers["new noun"] = matches.most(like)
            proper = self.capital | ((flags & NUMBER) != 0)
            numbers["name like noun"] = matches.most(like * proper)
        verb = question.verb
        numbers["verb"] = self.near[places[verb]] if verb in places else nothing
