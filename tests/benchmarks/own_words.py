"""Questions in readers' own words, as a question set in SQuAD JSON.

    python tests/benchmarks/own_words.py tests/data/own-words-train.json SQUAD.json OUT.json
    qa eval OUT.json

`tests/data/own-words-*.json` have questions about the articles of parts of SQuAD (Rajpurkar et al.,
2016 and 2018), written by hand in words that mostly avoid those of the text: paraphrased, as
keywords, misspelt, plain, and near-misses that no paragraph answers. They name the article, the
paragraph and the place of the answer in it, without the text, which this script takes from the
question set of the same articles. Paragraphs of other articles stay in the collection.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def joined(written: Sequence[dict[str, Any]], squad: dict[str, Any]) -> dict[str, Any]:
    """The question set `squad` with the questions of `written` in place of its own.

    Raises KeyError and IndexError if an article or paragraph is not there.
    """
    contexts = {
        article["title"]: [paragraph["context"] for paragraph in article["paragraphs"]]
        for article in squad["data"]
    }
    asked: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for number, one in enumerate(written):
        context = contexts[one["title"]][one["paragraph"]]
        start, end = one.get("answer", (0, 0))
        answers = [{"text": context[start:end], "answer_start": start}] if end else []
        asked.setdefault((one["title"], one["paragraph"]), []).append(
            {
                "id": f"own-{number}",
                "question": one["question"],
                "style": one["style"],
                "is_impossible": not answers,
                "answers": answers,
            }
        )
    articles = [
        {
            "title": title,
            "paragraphs": [
                {"context": context, "qas": asked.get((title, number), [])}
                for number, context in enumerate(own)
            ],
        }
        for title, own in contexts.items()
    ]
    return {"version": "own words", "data": articles}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("written", type=Path)
    parser.add_argument("squad", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    written, squad = (
        json.loads(file.read_text("utf-8")) for file in (options.written, options.squad)
    )
    found = json.dumps(joined(written, squad), ensure_ascii=False)
    options.out.write_text(found, "utf-8")
    print(f"{len(written):,} questions in {options.out}")


if __name__ == "__main__":
    main()
