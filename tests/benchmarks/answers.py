"""How often is the first quoted sentence right, and how often is a refusal?

    python tests/benchmarks/answers.py            # the held-out half of the questions in tests/data
    python tests/benchmarks/answers.py --part dev

By style of question, over the test documents and over the article that ships with the package: a
sentence is right if it is the one that the question's author named. `qa eval` measures question
sets in SQuAD JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from qa import Bot
from qa.metrics import f1

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data"


def percent(values: list[Any]) -> str:
    return f"{100 * statistics.fmean(values):5.1f} %" if values else "      –"


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
                    f1(said, [reference]) >= 0.5
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
    parser.add_argument("--part", choices=("dev", "held-out"), default="held-out")
    own(parser.parse_args().part)


if __name__ == "__main__":
    sys.exit(main())
