"""Question sets in, a model folder out: the whole of `qa train`.

Articles are split by their titles: what is fitted on, what choices are made on, and what confidence
is calibrated on, which takes no part in the others. Collections are made of the articles twice,
each article as one document and in short documents of a few paragraphs; each question is asked of
one of them. The same files, seed and version give the same bytes.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qa.confidence import SECTION as CONFIDENCE
from qa.confidence import ConfidenceScorer
from qa.errors import QuestionSetError
from qa.features import Passage, ousted
from qa.fit_confidence import Judging, fit_confidence
from qa.fit_phrases import Example, fit_phrases
from qa.fit_sentences import Sample, fit_listwise, hits
from qa.index import Index
from qa.phrase_scorer import SECTION as PHRASE
from qa.phrase_scorer import PhraseScorer
from qa.phrase_spans import sentence_spans
from qa.questionset import Article, Asked, Paragraph, QuestionSet, build_index, read_questions
from qa.search import Search, Sought
from qa.selector import WITH_PHRASE
from qa.sentence_features import SENTENCE_FEATURES, describe
from qa.sentence_scorer import OF_PHRASE, SECTION, SentenceScorer, describe_phrases
from qa.weights import Weights

Floats = NDArray[np.float64]
Part = Literal["fit", "choice", "calibration"]
Progress = Callable[[str, int, int], None]

# Shares of the articles; of every ten articles two are chosen on, two calibrated on.
_CHOICE, _CALIBRATION = 0.2, 0.2
_FEWEST = 5  # articles that can be split; of fewer, the paragraphs are
_SHORT = 4  # paragraphs of a short document
_SHRINKAGE = (1e-4, 1e-3, 1e-2)
_JUDGED = 1000  # questions that confidence is learned from, in each situation
_COMPETING = 4  # sentences whose phrases compete with those of the right one
_PHRASES = 1000  # questions that phrases are to be learned from, at least
# Where there is no earlier model: what question sets without headlines and questions in their texts
# do not show.
_ASSUMED = {"heading": -1.0, "empty": -14.0, "under heading": 6.0}


@dataclass(frozen=True)
class Case:
    """A question asked of a collection; `start` and `end` are its answer's place in the passage
    that is right, `unit` what keeps it with others in a split."""

    asked: Asked
    sought: Sought
    passages: Sequence[Passage]
    sample: Sample
    start: int
    end: int
    unit: str
    part: Part


def train(
    files: Sequence[str | Path],
    out: str | Path,
    *,
    start: Weights | None = None,
    seed: int = 0,
    command: str = "",
    progress: Progress | None = None,
) -> Weights:
    """Fits a model on question sets in SQuAD JSON and writes it into the folder `out`.

    `start` is a model whose weights are the point of departure: few questions change it little.
    `command` is kept beside the weights. `progress` is called with a step's name, what is done of
    it and what there is to do. Raises QuestionSetError and ModelError.
    """
    sets = [read_questions(file) for file in files]
    articles = together(sets)
    cases = list(_cases(sets, articles, seed, progress))
    if not {"fit", "choice"} <= {case.part for case in cases}:
        raise QuestionSetError(
            "there are too few answered questions to learn from; add questions, or articles"
        )
    earlier = SentenceScorer.of(start) if start else None
    weights, scores = _fit_sentences(cases, earlier, progress)
    phrases, without = _fit_phrases(cases, weights, start, seed, progress)
    scores["phrases fitted on questions"] = len(without)
    scorer = _together(cases, weights, phrases, without, progress)
    parts = split(articles, seed)
    about = {
        "data": [
            {"name": each.name, "sha256": each.sha256, "questions": each.size} for each in sets
        ],
        "articles": {
            part: sorted(title for title, its in parts.items() if its == part)
            for part in ("fit", "choice", "calibration")
        },
        "seed": seed,
        "command": command,
        "scores": scores,
    }
    if not without:  # the phrases are an earlier model's
        about["phrase"] = _origin(start or Weights.shipped())
    apart = {title for title, part in parts.items() if part == "calibration"}

    def tell(done: int, total: int) -> None:
        if progress:
            progress("confidence", done, total)

    if len(articles) < 2:  # with nothing off-topic to ask, the earlier one
        confidence = ConfidenceScorer.of(start or Weights.shipped())
    else:
        judging = Judging(articles, apart, scorer, phrases, without, _JUDGED, seed)
        confidence = fit_confidence(judging.judged(tell))
    sections = {
        SECTION: scorer.section(), CONFIDENCE: confidence.section(), PHRASE: phrases.section(),
    }  # fmt: skip
    made = Weights(sections, about, f"the model in {out}")
    made.save(out)
    return made


def together(sets: Sequence[QuestionSet]) -> list[Article]:
    """The articles of all sets; sets about the same paragraphs share them."""
    found: dict[tuple[str, tuple[str, ...]], Article] = {}
    for each in sets:
        for article in each.articles:
            key = (article.title, tuple(paragraph.context for paragraph in article.paragraphs))
            known = found.get(key)
            if known is not None:
                article = replace(
                    article,
                    paragraphs=tuple(
                        replace(one, questions=one.questions + other.questions)
                        for one, other in zip(known.paragraphs, article.paragraphs, strict=True)
                    ),
                )
            found[key] = article
    return list(found.values())


def split(articles: Sequence[Article], seed: int = 0) -> dict[str, Part]:
    """Which part each title belongs to, as the titles' hashes have it; each part has some.

    Of fewer than five titles, their paragraphs' beginnings stand in for titles (`unit`).
    """
    units = {unit(articles, article, p) for article in articles for p in article.paragraphs}
    order = sorted(units, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
    calibration = max(1, round(_CALIBRATION * len(order)))
    choice = max(1, round(_CHOICE * len(order)))
    parts: dict[str, Part] = {}
    for place, name in enumerate(order):
        parts[name] = (
            "calibration" if place < calibration
            else "choice" if place < calibration + choice
            else "fit"
        )  # fmt: skip
    return parts


def unit(articles: Sequence[Article], article: Article, paragraph: Paragraph) -> str:
    """What keeps questions together in a split: a title, or in few articles a paragraph."""
    return article.title if len(articles) >= _FEWEST else paragraph.context[:80]


def _cases(
    sets: Sequence[QuestionSet], articles: Sequence[Article], seed: int, progress: Progress | None
) -> Iterator[Case]:
    """The answered questions whose answer is among the candidates."""
    parts = split(articles, seed)
    sizes = {
        asked: each.size
        for each in sets
        for article in each.articles
        for paragraph in article.paragraphs
        for asked in paragraph.questions
    }
    most = max(each.size for each in sets)
    short = [
        replace(article, paragraphs=article.paragraphs[at : at + _SHORT])
        for article in articles
        for at in range(0, len(article.paragraphs), _SHORT)
    ]
    done, total = 0, 2 * len(sizes)
    for number, collection in enumerate((articles, short)):
        with tempfile.TemporaryDirectory() as folder:
            filed = build_index(collection, Path(folder))
            index = Index(Path(folder))
            search = Search(index)
            for article, documents in zip(collection, filed, strict=True):
                document = index.find(documents[0].document.id)
                for paragraph, begin in zip(article.paragraphs, documents[0].starts, strict=True):
                    own = unit(articles, article, paragraph)
                    for place, asked in enumerate(paragraph.questions):
                        done += 1
                        if progress:
                            progress("questions", done, total)
                        if place % 2 != number or asked.impossible or document is None:
                            continue
                        answer = asked.answers[0]
                        right = _sentence_at(index, document, begin + answer.start)
                        start = begin + answer.start - index.span(right).start
                        found = _sought(search, asked, right)
                        if found is None:
                            continue
                        # A set that is small among others is not to drown in them.
                        weight = math.sqrt(most / sizes[asked])
                        yield Case(
                            asked, found[0], found[1], replace(found[2], weight=weight),
                            start, start + len(answer.text), own, parts[own],
                        )  # fmt: skip
            index.close()


def _sentence_at(index: Index, document: int, place: int) -> int:
    sentences = index.sentences_of(document)
    at = bisect_right(sentences, place, key=lambda sentence: index.span(sentence).start)
    return sentences[max(at - 1, 0)]


def _sought(
    search: Search, asked: Asked, right: int
) -> tuple[Sought, Sequence[Passage], Sample] | None:
    """A question's candidates, described; None where the right one is not among them."""
    sought = search.sought(asked.question)
    passages = search.passages(sought)
    place = next((at for at, each in enumerate(passages) if each.sentence == right), None)
    if place is None:
        return None
    return sought, passages, Sample(describe(sought.question, sought.terms, passages), place)


def _fit_sentences(
    cases: Sequence[Case], earlier: SentenceScorer | None, progress: Progress | None
) -> tuple[Floats, dict[str, float]]:
    """The weights of sentences, and how they did where choices were made."""
    fitted = [case.sample for case in cases if case.part == "fit"]
    chosen_on = [case for case in cases if case.part == "choice"]
    start = (
        earlier.weights if earlier else np.array([_ASSUMED.get(n, 0.0) for n in SENTENCE_FEATURES])
    )
    tried = []
    for number, shrinkage in enumerate(_SHRINKAGE):
        weights = fit_listwise(fitted, shrinkage, start)
        tried.append((hits([case.sample for case in chosen_on], weights, 1), shrinkage, weights))
        if progress:
            progress("sentences", number + 1, len(_SHRINKAGE) + 1)
    share, shrinkage, weights = max(tried, key=lambda entry: entry[:2])
    scores = {
        "candidates": float(np.mean([len(case.passages) for case in cases])),
        "shrinkage": shrinkage,
        "choice: first, among candidates": round(share, 4),
        "choice: in five, among candidates": round(
            hits([case.sample for case in chosen_on], weights, 5), 4
        ),
    }
    final = fit_listwise(fitted + [case.sample for case in chosen_on], shrinkage, start)
    if progress:
        progress("sentences", len(_SHRINKAGE) + 1, len(_SHRINKAGE) + 1)
    return final, scores


def _best_of(case: Case, weights: Floats, most: int) -> list[int]:
    """The places of a question's best sentences."""
    order: list[int] = np.argsort(-(case.sample.numbers @ weights), kind="stable")[:most].tolist()
    return order


def _fit_phrases(
    cases: Sequence[Case],
    weights: Floats,
    start: Weights | None,
    seed: int,
    progress: Progress | None,
) -> tuple[PhraseScorer, dict[Asked, PhraseScorer]]:
    """The phrase scorer, and for each question that it was fitted on one that was not.

    Of few questions, the earlier model's scorer, and none.
    """
    fitted = [case for case in cases if case.part != "calibration"]
    if len(fitted) < _PHRASES:
        return PhraseScorer.of(start or Weights.shipped()), {}
    examples = []
    for case in fitted:
        scores = case.sample.numbers @ weights
        best = _best_of(case, weights, _COMPETING)
        places = [*best, *([case.sample.right] if case.sample.right not in best else [])]
        examples.append(
            Example(
                case.sought.question, case.sought.terms,
                [sentence_spans(case.passages[at].line, case.passages[at].date) for at in places],
                [float(scores[at]) for at in places],
                places.index(case.sample.right), case.start, case.end, case.unit,
            )
        )  # fmt: skip

    def tell(done: int, total: int) -> None:
        if progress:
            progress("phrases", done, total)

    found = fit_phrases(examples, seed, tell)
    # As it will be when it is read again.
    kept = Weights({PHRASE: found.scorer.section()})
    return PhraseScorer.of(kept), {
        case.asked: found.without[case.unit] for case in fitted if case.unit in found.without
    }


def _together(
    cases: Sequence[Case],
    weights: Floats,
    phrases: PhraseScorer,
    without: Mapping[Asked, PhraseScorer],
    progress: Progress | None,
) -> SentenceScorer:
    """The sentence scorer, with what the phrases of its best sentences add."""
    fitted = [case for case in cases if case.part != "calibration"]
    samples = []
    for number, case in enumerate(fitted):
        best = _best_of(case, weights, WITH_PHRASE)
        if progress:
            progress("phrases of sentences", number + 1, len(fitted))
        if case.sample.right not in best:
            continue
        passages = [case.passages[at] for at in best]
        question = case.sought.question
        found = without.get(case.asked, phrases).best(
            question, case.sought.terms, [sentence_spans(one.line, one.date) for one in passages]
        )
        others = [ousted(question, one.line, one.around) for one in passages]
        numbers = np.c_[case.sample.numbers[best] @ weights, describe_phrases(found, others)]
        samples.append(Sample(numbers, best.index(case.sample.right), case.sample.weight))
    joint = fit_listwise(samples, 1e-4) if samples else np.zeros(1 + len(OF_PHRASE))
    unit_of_score = max(float(joint[0]), 1e-3)
    return SentenceScorer(weights, np.round(joint[1:] / unit_of_score, 3))


def _origin(model: Weights) -> Mapping[str, object]:
    """What the phrase scorer of a model was fitted on."""
    known = ("data", "seed", "command")
    own = {name: model.about[name] for name in known if name in model.about}
    found: Mapping[str, object] = model.about.get("phrase", own)
    return found
