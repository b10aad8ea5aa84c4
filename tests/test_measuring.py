"""The command `qa eval`, as a user or a script meets it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qa import cli

Ran = tuple[int, str, str]
Run = Callable[..., Ran]

BRIDGE = (
    "The old bridge over the Mirna reopened on Tuesday. Mayor Ana Kovač cut the ribbon. "
    "The repairs took 14 months and cost 2.5 million euros."
)
FERRY = "The ferry carries 120 cars. It sails twice a day between Selce and the island."


def question(id: str, text: str, context: str, *answers: str) -> dict[str, Any]:
    return {
        "id": id, "question": text, "is_impossible": not answers,
        "answers": [{"text": a, "answer_start": context.index(a)} for a in answers],
    }  # fmt: skip


def article(title: str, context: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "paragraphs": [{"context": context, "qas": list(questions)}]}


SET = {
    "version": "v2.0",
    "data": [
        article(
            "Bridge", BRIDGE,
            question("who", "Who cut the ribbon?", BRIDGE, "Ana Kovač"),
            question("cost", "What did the repairs cost?", BRIDGE, "2.5 million euros"),
            question("pope", "Which pope blessed the bridge?", BRIDGE),
        ),
        article("Ferry", FERRY, question("cars", "How many cars does it carry?", FERRY, "120")),
    ],
}  # fmt: skip
OTHER = {"data": [article("Moon", "It is far.", question("m", "How far is Venus?", "far", "far"))]}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["qa", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return int(left.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "small.json"
    place.write_text(json.dumps(SET), "utf-8")
    return place


@pytest.fixture
def other(tmp_path: Path) -> Path:
    place = tmp_path / "other.json"
    place.write_text(json.dumps(OTHER), "utf-8")
    return place


def test_both_modes_are_told_as_tables(run: Run, file: Path) -> None:
    code, out, err = run("eval", file)
    assert (code, err) == (0, "")
    assert out.startswith("small.json: 4 questions on 2 paragraphs of 2 articles\n")
    assert "Open: all paragraphs" in out
    assert "Given paragraph: only" in out
    assert out.count("Verbatim") == 2
    assert "off-topic refused" not in out


def test_one_mode_as_json(run: Run, file: Path, other: Path) -> None:
    code, out, _ = run("eval", file, "--mode", "open", "--off-topic", other, "--json")
    told = json.loads(out)
    assert code == 0
    assert list(told["modes"]) == ["open"]
    assert (told["questions"], told["off_topic"], told["sample"]) == (4, "other.json", None)
    figures = told["modes"]["open"]
    assert (figures["answerable"], figures["impossible"], figures["off_topic"]) == (3, 1, 1)
    assert figures["rankings"][0]["hit_5"] == 1
    assert set(figures["default"]) == {
        "threshold", "answered", "right", "lost", "off_topic_refused", "impossible_refused",
        "squad2_f1",
    }  # fmt: skip
    assert "comparison" not in told


def test_a_sample_is_smaller(run: Run, file: Path) -> None:
    told = json.loads(run("eval", file, "--sample", 2, "--mode", "paragraph", "--json")[1])
    figures = told["modes"]["paragraph"]
    assert figures["answerable"] + figures["impossible"] == told["sample"] == 2


def test_baselines_stand_beside_it(run: Run, file: Path) -> None:
    _, out, _ = run("eval", file, "--baseline")
    assert out.count("TF-IDF cosine") == 2
    assert out.count("BM25, stems") == 2


def test_the_report_is_one_page(run: Run, file: Path, tmp_path: Path) -> None:
    place = tmp_path / "out.html"
    assert run("eval", file, "--report", place)[0] == 0
    page = place.read_text("utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<svg") == 4
    assert "<script" not in page


def test_changes_since_a_saved_run_are_told_by_the_exit_code(
    run: Run, file: Path, folder: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "before.json"
    assert run("eval", file, "--docs", folder, "--save", kept)[0] == 0
    code, out, _ = run("eval", file, "--docs", folder, "--compare", kept)
    assert code == 0
    assert "4 questions compared, 0 new, 0 gone" in out
    bridge = folder / "bridge.txt"
    bridge.write_text(bridge.read_text("utf-8").replace("Ana Kovač", "Luka Perić"), "utf-8")
    code, out, _ = run("eval", file, "--docs", folder, "--compare", kept)
    assert code == 1
    assert "newly wrong          1" in out
    assert "now:    Luka Perić" in out
    code, out, _ = run("eval", file, "--docs", folder, "--compare", kept, "--json")
    told = json.loads(out)
    assert code == 1
    assert told["comparison"]["worse"] == 1
    assert told["comparison"]["changes"][0]["after"]["id"] == "who"


def test_own_documents_are_asked(
    run: Run, file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.loads(run("eval", file, "--docs", folder, "--json")[1])
    assert list(told["modes"]) == ["documents"]
    assert told["modes"]["documents"]["documents"] == 4
    assert told["modes"]["documents"]["rankings"][0]["hit_1"] == 1
    monkeypatch.setenv("QA_DOCS", str(folder))
    assert list(json.loads(run("eval", file, "--json")[1])["modes"]) == ["open", "paragraph"]
    told = json.loads(run("eval", file, "--mode", "documents", "--json")[1])
    assert told["modes"]["documents"]["documents"] == 4


def test_moved_answers_are_mentioned(run: Run, file: Path) -> None:
    file.write_text(json.dumps(SET).replace('"answer_start": 18', '"answer_start": 3'), "utf-8")
    code, _, err = run("eval", file, "--mode", "open")
    assert code == 0
    assert "1 answers in small.json do not stand where it says" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Missing argument 'FILE'"),
        (("missing.json",), "cannot read the questions in missing.json"),
        (("FILE", "--mode", "shut"), "'shut' is not one of"),
        (("FILE", "--sample", "0"), "0 is not in the range"),
        (("FILE", "--docs", "x", "--mode", "open"), "--docs goes with --mode documents"),
        (("FILE", "--docs", "x", "--baseline"), "leave out --docs"),
        (("FILE", "--report", "missing/out.html"), "name a file in a folder that exists"),
        (("FILE", "--save", "."), "name a file in a folder that exists"),
        (("FILE", "--compare", "missing.run"), "name a file that `qa eval --save` wrote"),
        (("FILE", "--off-topic", "missing.json"), "cannot read the questions"),
    ],
)
def test_wrong_usage(run: Run, file: Path, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = run("eval", *(file if each == "FILE" else each for each in arguments))
    assert (code, out) == (2, "")
    assert told in err


def test_a_malformed_file_is_told_with_its_place(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"data": [{"title": "Moon", "paragraphs": [{"context": "x", "qas": [{}]}]}]}')
    code, _, err = run("eval", bad)
    assert code == 2
    assert "article 1 ('Moon'), paragraph 1, question 1: 'question' must be text" in err


def test_a_missing_folder_has_its_own_code(run: Run, file: Path, tmp_path: Path) -> None:
    assert run("eval", file, "--docs", tmp_path / "nowhere")[0] == 3


def test_a_missing_library_is_told_before_anything_is_asked(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)
    code, _, err = run("eval", file, "--baseline")
    assert code == 2
    assert "pip install 'verbatim-qa[eval]'" in err
