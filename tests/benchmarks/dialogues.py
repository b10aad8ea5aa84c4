"""How much of what follow-up questions leave out is carried over into what is searched?

    python tests/benchmarks/dialogues.py                       # dialogues over the test documents
    python tests/benchmarks/dialogues.py TRAIN.json DEV.json   # and over articles of SQuAD
    python tests/benchmarks/dialogues.py --part tune --show    # with the turns that fail

`tests/data/dialogues.json` holds the dialogues and tells what its fields mean. Each follow-up is
searched in three ways: as typed, as `qa.conversation` resolves it after the turns before and the
answers that they really got, and as its author rewrote it. Told is how often the first sentence is
a right one, and what share of the way from the first to the last the second goes.

Stand-alone questions must be searched as typed: those within the dialogues, and 1,000 of each
question set, each after the turns of a dialogue about something else.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from qa import Answer, Bot
from qa.conversation import Turn, resolve
from qa.questionset import Filed, build_index, read_questions

HERE = Path(__file__).resolve().parent
DATA = HERE.parent / "data"
SEEDS = HERE.parent.parent / "seeds"
DOCUMENTS = "documents"
STAND_ALONE = frozenset({"first", "alone"})
SAMPLE = 1000

Place = tuple[str, int]
"""Id of a document and where in its text something begins, in code points."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn: what was searched, and whether the first sentence was right in each of three ways."""

    part: str
    source: str
    kind: str
    question: str
    searched: str
    rewritten: str
    raw: bool
    ours: bool
    ceiling: bool
    answer: str | None

    @property
    def follows_up(self) -> bool:
        return self.kind not in STAND_ALONE


@contextmanager
def documents() -> Iterator[Bot]:
    """A bot over the test documents and the article that ships with the package, as one folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        shutil.copytree(DATA / "corpus", folder)
        shutil.copytree(SEEDS, folder / "seeds")
        with Bot.open(folder, index=Path(place) / "index") as bot:
            yield bot


def written(part: str | None = None) -> list[dict[str, Any]]:
    """The dialogues of one part, or all."""
    every = json.loads((DATA / "dialogues.json").read_text("utf-8"))["dialogues"]
    return [dialogue for dialogue in every if part in (None, dialogue["part"])]


def asked_of_documents(bot: Bot, dialogues: Iterable[Mapping[str, Any]]) -> list[Outcome]:
    """The outcomes of the dialogues over the test documents."""
    return [
        outcome
        for dialogue in dialogues
        if dialogue["collection"] == DOCUMENTS
        for outcome in _asked(
            bot,
            dialogue,
            [
                [_in_document(bot, **answer) for answer in turn["answers"]]
                for turn in dialogue["turns"]
            ],
        )
    ]


def asked_of_set(file: Path, dialogues: Iterable[Mapping[str, Any]]) -> list[Outcome]:
    """The outcomes of the dialogues over the articles of a question set in SQuAD JSON."""
    articles = read_questions(file).articles
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        filed = build_index(articles, Path(folder))
        known = {article.title: each[0] for article, each in zip(articles, filed, strict=True)}
        with Bot.open(index=folder, refresh=False) as bot:
            for dialogue in dialogues:
                if dialogue["collection"] == file.stem:
                    article = known[dialogue["article"]]
                    right = [
                        [_in_article(article, **answer) for answer in turn["answers"]]
                        for turn in dialogue["turns"]
                    ]
                    outcomes += _asked(bot, dialogue, right)
    return outcomes


def _in_article(article: Filed, paragraph: int, answer: tuple[int, int]) -> Place:
    return article.document.id, article.starts[paragraph] + answer[0]


def _in_document(bot: Bot, document: str, sentence: str) -> Place:
    """Where words of a sentence stand in a document; the document's white space may differ."""
    found = bot.document(document)
    match = re.search(r"\s+".join(map(re.escape, sentence.split())), found.text)
    if match is None:
        raise LookupError(f"{document} does not hold {sentence!r}")
    return found.id, match.start()


def _asked(
    bot: Bot, dialogue: Mapping[str, Any], right: Sequence[Sequence[Place]]
) -> Iterator[Outcome]:
    history: list[Turn] = []
    for turn, places in zip(dialogue["turns"], right, strict=True):
        question = turn["question"]
        rewritten = turn.get("rewritten", question)
        answer = bot.ask(question, k=1, history=history)
        searched = answer.resolved_question
        history.append((searched, answer.answer))
        ours = _is_right(answer, places)
        # Not the same as asking what was searched: words carried over count less.
        raw = ours if searched == question else _is_right(bot.ask(question, k=1), places)
        ceiling = raw if rewritten == question else _is_right(bot.ask(rewritten, k=1), places)
        yield Outcome(
            part=dialogue["part"],
            source=dialogue.get("article", DOCUMENTS),
            kind=turn["kind"],
            question=question,
            searched=searched,
            rewritten=rewritten,
            raw=raw,
            ours=ours,
            ceiling=ceiling,
            answer=answer.answer,
        )


def _is_right(answer: Answer, places: Sequence[Place]) -> bool:
    """Whether one of the places begins in the first sentence that is quoted."""
    return any(
        quote.document.id == id and quote.start <= start < quote.end
        for quote in answer.quotes[:1]
        for id, start in places
    )


def closed(outcomes: Sequence[Outcome]) -> float:
    """The share of the gap between as typed and as rewritten that is closed; 1 if there is none."""
    raw, ours, ceiling = (
        sum(getattr(o, way) for o in outcomes) for way in ("raw", "ours", "ceiling")
    )
    return (ours - raw) / (ceiling - raw) if ceiling > raw else 1.0


def changed_alone(questions: Sequence[str], histories: Sequence[Sequence[Turn]]) -> list[str]:
    """What became of the questions that were changed after some unrelated history."""
    results = []
    for number, question in enumerate(questions):
        searched = resolve(question, histories[number % len(histories)])
        if searched != question:
            results.append(f"{question} → {searched}")
    return results


def _histories(outcomes: Sequence[Outcome]) -> list[list[Turn]]:
    """The turns of each dialogue, as searched and answered."""
    found: list[list[Turn]] = []
    for outcome in outcomes:
        if outcome.kind == "first":
            found.append([])
        found[-1].append((outcome.searched, outcome.answer))
    return found


def _line(title: str, outcomes: Sequence[Outcome]) -> str:
    shares = "  ".join(
        f"{100 * fmean(getattr(o, way) for o in outcomes):6.1f} %"
        for way in ("raw", "ours", "ceiling")
    )
    gap = sum(o.ceiling for o in outcomes) > sum(o.raw for o in outcomes)
    share = f"{100 * closed(outcomes):6.0f} %" if gap else "       –"
    return f"  {title:18}{len(outcomes):5}  {shares}  {share}"


def _told(part: str, outcomes: Sequence[Outcome], show: bool) -> None:
    following = [outcome for outcome in outcomes if outcome.follows_up]
    print(f"{part}: right sentence first, of the follow-up turns")
    print(f"  {'':18}turns  as typed    ours    rewritten  gap closed")
    print(_line("all", following))
    for title, group in (
        ("test documents", [o for o in following if o.source == DOCUMENTS]),
        ("articles of SQuAD", [o for o in following if o.source != DOCUMENTS]),
        *((kind, [o for o in following if o.kind == kind]) for kind in _kinds(following)),
    ):
        if group:
            print(_line(title, group))
    alone = [outcome for outcome in outcomes if not outcome.follows_up]
    changed = [outcome for outcome in alone if outcome.searched != outcome.question]
    print(f"  stand-alone questions changed: {len(changed)} of {len(alone)}")
    for outcome in changed:
        print(f"    {outcome.question} → {outcome.searched}")
    for outcome in following if show else ():
        if outcome.ours < outcome.ceiling or not outcome.ours:
            mark = "fails" if outcome.ceiling else "fails as rewritten, too"
            print(f"    {outcome.kind} ({outcome.source}): {mark}")
            print(f"      {outcome.question} → {outcome.searched}")
            print(f"      rewritten: {outcome.rewritten}")


def _kinds(outcomes: Iterable[Outcome]) -> list[str]:
    return sorted({outcome.kind for outcome in outcomes})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sets", type=Path, nargs="*", metavar="SQUAD.json")
    parser.add_argument("--part", choices=("tune", "held"))
    parser.add_argument("--show", action="store_true", help="the turns that fail, and what changed")
    options = parser.parse_args()
    dialogues = written(options.part)
    with documents() as bot:
        outcomes = asked_of_documents(bot, dialogues)
    histories = _histories(outcomes)
    for file in options.sets:
        outcomes += asked_of_set(file, dialogues)
    for part in ("tune", "held"):
        of_part = [outcome for outcome in outcomes if outcome.part == part]
        if of_part:
            _told(part, of_part, options.show)
    for file in options.sets:
        questions = [
            asked.question
            for article in read_questions(file).articles
            for paragraph in article.paragraphs
            for asked in paragraph.questions
        ]
        drawn = random.Random(5).sample(questions, min(SAMPLE, len(questions)))
        changed = changed_alone(drawn, histories)
        print(f"{file.name}: {len(changed)} of {len(drawn):,} questions changed by other dialogues")
        print("".join(f"    {line}\n" for line in changed if options.show), end="")


if __name__ == "__main__":
    sys.exit(main())
