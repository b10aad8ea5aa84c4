"""How often is the first quoted sentence right, and how often is a refusal?

    python tests/benchmarks/answers.py own                    # the questions in tests/data
    python tests/benchmarks/answers.py squad FILE.json        # a question set in SQuAD JSON
    python tests/benchmarks/answers.py squad FILE.json --off-topic OTHER.json

`own` reports the held-out half of the questions over the test documents and over the article that
ships with the package, by style of question. `squad` takes all paragraphs of the file as the
collection, one document an article, beside scikit-learn's TF-IDF with cosine over the same
sentences; questions of the other file are to be refused. A sentence is right if the reference
answer begins in it; EM and F1 of the phrase follow the SQuAD metric.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import string
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from qa import Answer, Bot, Document
from qa.index import Index
from qa.writer import IndexWriter

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data"


def normal(text: str) -> list[str]:
    """The words of an answer as the SQuAD metric compares them."""
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def f1(said: str, reference: str) -> float:
    """Harmonic mean of the shares of common words (SQuAD metric)."""
    a, b = normal(said), normal(reference)
    common = sum((Counter(a) & Counter(b)).values())
    return 2 * common / (len(a) + len(b)) if common else float(a == b)


def percent(values: list[Any]) -> str:
    return f"{100 * statistics.fmean(values):5.1f} %" if values else "      –"


def squad(path: Path, off_topic: Path | None, sample: int) -> None:
    """Prints the figures of a SQuAD file, all paragraphs as one collection."""
    store = Path(tempfile.mkdtemp())
    writer = IndexWriter(store)
    asked: list[tuple[str, str, int, list[str]]] = []
    for article in json.loads(path.read_text("utf-8"))["data"]:
        text, name = "", article["title"]
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                if not qa.get("is_impossible") and qa["answers"]:
                    place = len(text) + qa["answers"][0]["answer_start"]
                    asked.append((qa["question"], name, place, [a["text"] for a in qa["answers"]]))
            text += paragraph["context"] + "\n\n"
        writer.put(Document(name, name.replace("_", " "), None, name, text))
    writer.commit()
    writer.close()
    bot = Bot(Index(store))
    asked = random.Random(0).sample(asked, min(sample, len(asked)))
    ranks, baseline, exact, overlap, times = [], [], [], [], []
    confidence: list[tuple[float, bool]] = []
    rival = Cosine(bot)
    for question, name, place, references in asked:
        answer = bot.ask(question, k=20)
        right = [q.document.path == name and q.start <= place < q.end for q in answer.quotes]
        ranks.append(right.index(True) if True in right else 99)
        baseline.append(rival.rank(question, name, place))
        said = answer.quotes[0].answer if answer.answered and answer.quotes else None
        phrase = said.text if said else ""
        exact.append(max(normal(phrase) == normal(r) for r in references))
        overlap.append(max(f1(phrase, r) for r in references))
        confidence.append((answer.confidence, ranks[-1] == 0))
        times.append(answer.took_ms)
    others: list[Answer] = []
    if off_topic:
        foreign = [
            qa["question"]
            for article in json.loads(off_topic.read_text("utf-8"))["data"]
            for paragraph in article["paragraphs"]
            for qa in paragraph["qas"]
        ]
        others = [bot.ask(q) for q in random.Random(0).sample(foreign, min(sample, len(foreign)))]
        confidence += [(answer.confidence, False) for answer in others]
    print(f"{len(asked):,} questions over {bot.info.sentences:,} sentences of {path.name}")
    print(f"{'':34}verbatim   scikit-learn TF-IDF, cosine")
    for k in (1, 3, 5, 20):
        ours = percent([rank < k for rank in ranks])
        theirs = percent([rank < k for rank in baseline])
        print(f"  right sentence in the first {k:<4}  {ours}   {theirs}")
    print(f"  phrase, refusals as empty (EM, F1) {percent(exact)} {percent(overlap)}")
    report_confidence(confidence, bool(others))
    if others:
        print(f"  off-topic questions refused       {percent([not a.answered for a in others])}")
    print(f"  time a question, median           {statistics.median(times):5.1f} ms")


def report_confidence(pairs: list[tuple[float, bool]], with_off_topic: bool) -> None:
    """Of answers given with confidence c, what share is right?"""
    print(f"  confidence → right{' (off-topic questions among them)' if with_off_topic else ''}")
    error = 0.0
    for low in range(0, 100, 10):
        inside = [(c, r) for c, r in pairs if low <= 100 * c < low + 10 or (low == 90 and c == 1)]
        if inside:
            mean = statistics.fmean(c for c, _ in inside)
            right = statistics.fmean(r for _, r in inside)
            error += len(inside) / len(pairs) * abs(mean - right)
            print(f"    {low:2}–{low + 10:3} %  {len(inside):5} questions  {100 * right:5.1f} %")
    print(f"  expected calibration error        {error:.3f}")


class Cosine:
    """scikit-learn's TF-IDF over the same sentences, as in its tutorials."""

    def __init__(self, bot: Bot) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.places: list[tuple[str, int, int]] = []
        texts = []
        for entry in bot.documents():
            document = bot.document(entry.id)
            number = bot._index.find(entry.id) or 0
            for sentence in bot._index.sentences_of(number):
                span = bot._index.span(sentence)
                self.places.append((entry.path, span.start, span.end))
                texts.append(document.text[span.start : span.end])
        self.vectorizer = TfidfVectorizer()
        self.matrix = self.vectorizer.fit_transform(texts)

    def rank(self, question: str, name: str, place: int) -> int:
        """How many sentences stand before the right one."""
        scores = (self.matrix @ self.vectorizer.transform([question]).T).toarray().ravel()
        order = np.argsort(-scores, kind="stable")[:100]
        for rank, number in enumerate(order):
            path, start, end = self.places[number]
            if path == name and start <= place < end:
                return rank
        return 999


def own(part: str) -> None:
    """Prints the figures of the questions in tests/data, by style."""
    for title, folder, file in (
        ("the article that ships with the package", None, "seed-questions.json"),
        ("the test documents", DATA / "corpus", "questions.json"),
    ):
        shown: dict[str, list[tuple[bool, bool, bool, bool]]] = defaultdict(list)
        refused: dict[str, list[bool]] = defaultdict(list)
        with Bot.open(folder, index=tempfile.mkdtemp()) as bot:
            for question in json.loads((DATA / file).read_text("utf-8")):
                if question["part"] != part:
                    continue
                answer = bot.ask(question["question"])
                if question["document"] is None:
                    refused["near-misses" if question["near"] else "off-topic"].append(
                        not answer.answered
                    )
                    continue
                right = [is_right(question, quote) for quote in answer.quotes]
                first = bool(right and right[0])
                said = answer.answer or ""
                good = answer.answered and any(
                    f1(said, reference) >= 0.5
                    for reference in (question["answer"], *question.get("accept", ()))
                )
                row = (first, any(right), answer.answered and first, good)
                for group in ("all", question["style"]):
                    shown[group].append(row)
        print(f"{title}, {part} questions")
        print(f"  {'':14}{'':>5}  right 1st  in first 5  given&right  phrase F1≥½  ")
        for group, rows in sorted(shown.items()):
            columns = "     ".join(percent([row[i] for row in rows]) for i in range(4))
            print(f"  {group:14}{len(rows):5}    {columns}")
        for group, outcomes in sorted(refused.items()):
            print(f"  {group:14}{len(outcomes):5}    refused {percent(outcomes)}")


def is_right(question: dict[str, Any], quote: Any) -> bool:
    """Whether a quote is the sentence that the question's author named."""
    text, wanted = " ".join(quote.text.split()), " ".join(question["sentence"].split())
    return quote.document.path == question["document"] and (wanted in text or text in wanted)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    kinds = parser.add_subparsers(dest="kind", required=True)
    mine = kinds.add_parser("own")
    mine.add_argument("--part", choices=("dev", "held-out"), default="held-out")
    sets = kinds.add_parser("squad")
    sets.add_argument("file", type=Path)
    sets.add_argument("--off-topic", type=Path)
    sets.add_argument("--sample", type=int, default=1000)
    options = parser.parse_args()
    if options.kind == "own":
        own(options.part)
    else:
        squad(options.file, options.off_topic, options.sample)


if __name__ == "__main__":
    sys.exit(main())
