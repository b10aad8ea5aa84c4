"""`qa train`'s pipeline: question sets in, a model folder out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa import Bot
from qa.errors import QuestionSetError
from qa.questionset import read_questions
from qa.train import split, together, train
from qa.weights import Weights

TOWNS = ["Marlow", "Fennick", "Tarn", "Ashby", "Corley", "Denham"]
TRADES = {"baker": "Anna Berg", "miller": "Otto Lind", "smith": "Mia Long", "tailor": "Ilka Strand"}


def written(folder: Path, towns: list[str], name: str = "set.json") -> Path:
    """A question set: an article a town, a paragraph a trade, two questions a paragraph."""
    data = []
    for town in towns:
        paragraphs = []
        for trade, person in TRADES.items():
            text = f"{town} has a market. The {trade} of {town} is {person}. The weather was fine."
            start = text.index(person)
            asked = [f"Who is the {trade} of {town}?", f"{town.lower()} {trade} name"]
            paragraphs.append(
                {
                    "context": text,
                    "qas": [
                        {"question": q, "answers": [{"text": person, "answer_start": start}]}
                        for q in asked
                    ],
                }
            )
        data.append({"title": town, "paragraphs": paragraphs})
    file = folder / name
    file.write_text(json.dumps({"data": data}), "utf-8")
    return file


def test_the_same_questions_give_the_same_bytes(tmp_path: Path) -> None:
    file = written(tmp_path, TOWNS)
    for name in ("one", "two"):
        train([file], tmp_path / name)
    for made in sorted((tmp_path / "one").iterdir()):
        assert made.read_bytes() == (tmp_path / "two" / made.name).read_bytes()


def test_what_is_made_answers(tmp_path: Path) -> None:
    train([written(tmp_path, TOWNS)], tmp_path / "model", start=Weights.shipped())
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("The ferry is old. The ferry leaves at noon.", "utf-8")
    with Bot.open(tmp_path / "docs", index=tmp_path / "index", model=tmp_path / "model") as bot:
        quotes = bot.ask("When does the ferry leave?").quotes
    assert quotes[0].text == "The ferry leaves at noon."


def test_the_model_tells_what_it_was_made_of(tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    made = train(
        [written(tmp_path, TOWNS)],
        tmp_path / "model",
        seed=3,
        command="qa train set.json",
        progress=lambda *step: steps.append(step),
    )
    about = made.about
    assert about["data"][0]["name"] == "set.json"
    assert (about["seed"], about["command"]) == (3, "qa train set.json")
    assert sum(map(len, about["articles"].values())) == len(TOWNS)
    assert all(done <= total for _, done, total in steps)
    assert Weights.load(tmp_path / "model").sections.keys() == made.sections.keys()


def test_every_part_of_a_split_has_articles(tmp_path: Path) -> None:
    articles = together([read_questions(written(tmp_path, TOWNS))])
    assert set(split(articles).values()) == {"fit", "choice", "calibration"}
    assert split(articles) == split(articles[::-1])


def test_few_articles_are_split_by_paragraph(tmp_path: Path) -> None:
    articles = together([read_questions(written(tmp_path, TOWNS[:1]))])
    assert len(split(articles)) == len(TRADES)


def test_sets_about_the_same_text_share_it(tmp_path: Path) -> None:
    sets = [read_questions(written(tmp_path, TOWNS, name)) for name in ("a.json", "b.json")]
    articles = together(sets)
    assert len(articles) == len(TOWNS)
    assert len(articles[0].paragraphs[0].questions) == 4


def test_too_few_questions_are_an_error(tmp_path: Path) -> None:
    file = tmp_path / "few.json"
    text = "The ferry leaves at noon."
    answers = [{"text": "noon", "answer_start": 20}]
    asked = [{"question": "When does the ferry leave?", "answers": answers}]
    file.write_text(
        json.dumps({"data": [{"paragraphs": [{"context": text, "qas": asked}]}]}), "utf-8"
    )
    with pytest.raises(QuestionSetError, match="too few"):
        train([file], tmp_path / "model")
