"""`qa train`'s pipeline: question sets in, a model folder out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
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


def test_phrases_of_few_questions_are_the_earlier_model_s(tmp_path: Path) -> None:
    made = train([written(tmp_path, TOWNS)], tmp_path / "model", start=Weights.shipped())
    table = Weights.shipped().section("phrase").arrays["table"]
    assert (made.section("phrase").arrays["table"] == table).all()
    assert made.about["scores"]["phrases fitted on questions"] == 0
    assert made.about["phrase"]["command"] == Weights.shipped().about["command"]


def test_phrases_of_many_questions_are_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.train._PHRASES", 10)
    file = written(tmp_path, TOWNS)
    for name in ("one", "two"):
        made = train([file], tmp_path / name)
    assert made.about["scores"]["phrases fitted on questions"] > 10
    for one in sorted((tmp_path / "one").iterdir()):
        assert one.read_bytes() == (tmp_path / "two" / one.name).read_bytes()


def test_the_phrases_of_a_model_are_marked(tmp_path: Path) -> None:
    shipped = Weights.shipped()
    phrase = shipped.section("phrase")
    # Turned round, the weights like best what they liked least.
    turned = {name: -array if name == "out" else array for name, array in phrase.arrays.items()}
    turned["matrix"] = phrase.arrays["matrix"] * np.array([1] * (len(turned["out"])) + [-1])
    sections = {**shipped.sections, "phrase": replace(phrase, arrays=turned)}
    Weights(sections, shipped.about).save(tmp_path / "model")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Anna Berg bought the mill in 1931.", "utf-8")
    marked = []
    for model in (None, tmp_path / "model"):
        place = tmp_path / "index"
        with Bot.open(tmp_path / "docs", index=place, threshold=0, model=model) as bot:
            marked.append(bot.ask("Who bought the mill?").answer)
    assert marked[0] == "Anna Berg"
    assert marked[1] != "Anna Berg"


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
