"""The command `qa`, as a user or a script meets it: output, exit codes, environment, signals."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import qa
from qa import cli

ROOT = Path(qa.__file__).parents[1]
MAYOR = "Who is the mayor of Ostwick?"
HEIGHT = "How many metres high is the Tarn lighthouse?"
UNKNOWN = "What is the capital of Japan?"
NEVER_RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


Qa = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    (folder / "sub folder").mkdir(parents=True)
    (folder / "2024-05-06-ostwick.txt").write_text(
        "Ostwick votes\n\nThe mayor of Ostwick is Ada Lindqvist. She was born in Tarn.\n"
    )
    (folder / "sub folder" / "the lighthouse.md").write_text(
        "---\ndate: 2023-01-02\n---\n# The lighthouse\n\n"
        "The Tarn lighthouse is 41 metres high. It was built by Olga Brandt.\n"
    )
    return folder


@pytest.fixture
def qa_(monkeypatch: pytest.MonkeyPatch) -> Iterator[Qa]:
    """Runs `main` in this process, on streams like those of a pipe."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: object, stdin: bytes = b"", encoding: str = "utf-8") -> Outcome:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", ["qa", *map(str, arguments)])
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            patched.setattr(sys, "stdout", io.TextIOWrapper(out, encoding))
            patched.setattr(sys, "stderr", io.TextIOWrapper(err, encoding))
            with pytest.raises(SystemExit) as left:
                cli.main()
            sys.stdout.flush()
            sys.stderr.flush()
            out_text, err_text = (raw.getvalue().decode(encoding, "replace") for raw in (out, err))
        outcome = Outcome(int(left.value.code or 0), out_text, err_text)
        assert "Traceback" not in outcome.err
        return outcome

    yield run
    signal.signal(signal.SIGTERM, before)


MAIN = "from qa.cli import main; main()"


def command(*arguments: object, code: str = MAIN) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def environment(**changed: str) -> dict[str, str]:
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, **changed}


def process(*arguments: object, stdin: bytes = b"", **changed: str) -> Outcome:
    done = subprocess.run(
        command(*arguments), input=stdin, capture_output=True, timeout=60,
        env=environment(**changed),
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


# Help and usage


def test_alone_it_shows_help(qa_: Qa) -> None:
    shown = qa_()
    assert shown.code == 2
    assert shown.err == ""
    for name in ("ask", "chat", "serve", "index", "eval", "train"):
        assert re.search(rf"^  {name} +[A-Z].*\.$", shown.out, re.MULTILINE)
    assert qa_("--help").code == qa_("-h").code == 0
    assert qa_("--version").out == f"qa, version {qa.__version__}\n"


@pytest.mark.parametrize("name", ["ask", "chat", "serve", "index", "eval", "train"])
def test_each_command_has_help_with_an_example_in_80_columns(qa_: Qa, name: str) -> None:
    shown = qa_(name, "--help")
    assert shown.code == 0
    assert re.search(rf"Examples?:\n +qa {name}", shown.out)
    assert max(map(len, shown.out.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bogus"], "No such command"),
        (["ask"], "Missing argument 'QUESTION'"),
        (["ask", "Who", "is", "it?"], "put the question in quotes"),
        (["ask", "--bogus", "x"], "No such option"),
        (["ask", ""], "the question is empty"),
        (["ask", " \t "], "the question is empty"),
        (["ask", "Who?", "-k", "0"], "k must be from 1 to 100, not 0"),
        (["ask", "Who?", "-k", "-1"], "k must be from 1 to 100, not -1"),
        (["ask", "Who?", "-k", "101"], "k must be from 1 to 100, not 101"),
        (["ask", "Who?", "-k", "x"], "'x' is not a valid integer"),
        (["ask", "Who?", "-k", "9" * 5000], "k"),
        (["ask", "Who?", "--since", "soon"], "since must be a date like 2023-09-19"),
        (["ask", "Who?", "--until", "2023-02-30"], "until must be a date"),
        (["ask", "Who?", "--since", ""], "since must be a date"),
        (["ask", "Who?", "--since", "2024-01-02", "--until", "2024-01-01"], "is later than"),
        (["ask", "Who?", "--docs", ""], "the name is empty"),
        (["ask", "Who?", "--index", " "], "the name is empty"),
        (["ask", "Who?\udcff"], "characters that are not text"),
        (["ask", "x" * 1_000_000], "1,000,000 characters"),
        (["chat", "-k", "0"], "k must be from 1"),
        (["index", ""], "the name is empty"),
        (["index", "a", "--docs", "b"], "name the folder once"),
        (["serve", "--port", "65536"], "65536 is not in the range"),
    ],
)
def test_wrong_use_is_told_before_anything_is_read(
    qa_: Qa, tmp_path: Path, arguments: list[str], said: str
) -> None:
    told = qa_(*arguments)
    assert told.code == 2
    assert told.out == ""
    assert said in told.err
    assert not (tmp_path / "cache").exists()


def test_messages_repeat_nothing_that_commands_a_terminal(qa_: Qa, tmp_path: Path) -> None:
    nasty = "a\x1b[31m\x1b]0;t\x07\x9b\u202eb\udcff\nc"
    empty = tmp_path / nasty
    empty.mkdir()
    for arguments in (
        [nasty],
        ["ask", f"--{nasty}"],
        ["ask", "x", "-k", nasty],
        ["ask", "x", "--docs", tmp_path / "none" / nasty],
        ["ask", "x", "--docs", empty],
        ["ask", "x", "--since", nasty],
        ["ask", "x", "--document", nasty],
        ["ask", "x", "--index", Path(__file__) / nasty],
        ["index", empty],
        ["serve", "--host", nasty],
    ):
        told = qa_(*arguments)
        assert told.code in (2, 3)
        assert told.err
        assert not NEVER_RAW.search(told.out + told.err)


# ask


def test_an_answer_on_a_pipe(qa_: Qa, folder: Path) -> None:
    answered = qa_("ask", "--docs", folder, MAYOR)
    assert answered.code == 0
    assert answered.err == ""
    lines = answered.out.splitlines()
    assert lines[0] == "Ada Lindqvist"
    assert "  The mayor of Ostwick is **Ada Lindqvist**." in lines
    assert "  — Ostwick votes, 2024-05-06" in lines
    assert any(line.startswith("    2024-05-06-ostwick.txt, paragraph 2 ·") for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_refusal_has_exit_code_1_and_nothing_marked(qa_: Qa, folder: Path) -> None:
    refused = qa_("ask", "--docs", folder, UNKNOWN)
    assert refused.code == 1
    assert refused.out.startswith("The documents do not answer this: ")
    assert "Japan" in refused.out
    assert "**" not in refused.out


def test_misspelt_words_are_said(qa_: Qa, folder: Path) -> None:
    answered = qa_("ask", "--docs", folder, "Who is the mayor of Ostwcik?")
    assert answered.out.startswith("(searched for 'Ostwick' instead of 'Ostwcik')\n\nAda")


def test_without_a_folder_the_collection_of_the_package_is_asked(qa_: Qa) -> None:
    answered = qa_("ask", "Who is the Secretary of State?")
    assert answered.code == 0
    assert "Blinken" in answered.out


def test_json_is_one_object_on_one_line(qa_: Qa, folder: Path) -> None:
    answered = qa_("ask", "--json", "--docs", folder, MAYOR)
    assert answered.code == 0
    assert answered.err == ""
    (answer,) = answered.objects
    assert answer["question"] == MAYOR
    assert answer["answer"] == "Ada Lindqvist"
    refused = qa_("ask", "--json", "--docs", folder, UNKNOWN)
    assert refused.code == 1
    assert [answer["answered"] for answer in refused.objects] == [False]


def test_json_survives_streams_that_cannot_carry_every_character(qa_: Qa, folder: Path) -> None:
    question = "Who is the mayor of Ostwick – “Ostwick” 🗼 日本?"
    (wide,) = qa_("ask", "--json", "--docs", folder, question).objects
    for encoding in ("ascii", "latin-1", "cp1252"):
        narrow = qa_("ask", "--json", "--docs", folder, question, encoding=encoding)
        (answer,) = narrow.objects
        assert {**answer, "took_ms": 0} == {**wide, "took_ms": 0}
        assert qa_("ask", "--docs", folder, question, encoding=encoding).code in (0, 1)


def test_json_shows_nothing_raw_that_commands_a_terminal(qa_: Qa, folder: Path) -> None:
    (folder / "x.txt").write_text(
        "The owner of Brisk is \u202eNalra Dov\u202c \u2066of Tarn\u2069."
    )
    asked = qa_("ask", "--json", "--docs", folder, "Who is the owner of Brisk\u202e\x9b31m\x1b[2J?")
    assert not NEVER_RAW.search(asked.out)
    assert asked.objects[0]["question"] == "Who is the owner of Brisk\u202e\x9b31m\x1b[2J?"


def test_options_narrow_the_search(qa_: Qa, folder: Path) -> None:
    def paths(*options: str) -> set[str]:
        asked = qa_("ask", "--json", "--docs", folder, *options, "Ostwick lighthouse Tarn")
        return {quote["document"]["path"] for quote in asked.objects[0]["quotes"]}

    ostwick, lighthouse = "2024-05-06-ostwick.txt", "sub folder/the lighthouse.md"
    assert paths() == {ostwick, lighthouse}
    assert paths("--document", lighthouse) == {lighthouse}
    assert paths("--document", lighthouse, "--document", ostwick) == {lighthouse, ostwick}
    assert paths("--since", "2024-05-06") == {ostwick}
    assert paths("--until", "2023-01-02") == {lighthouse}
    assert paths("--since", "2023-02-01", "--until", "2023-12-31") == set()
    asked = qa_("ask", "--json", "--docs", folder, "-k", "1", "Ostwick lighthouse Tarn")
    assert len(asked.objects[0]["quotes"]) == 1


def test_each_option_is_an_environment_variable(
    qa_: Qa, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quotes() -> list[Any]:
        asked = qa_("ask", "Ostwick lighthouse Tarn")
        return [quote["document"]["path"] for quote in asked.objects[0]["quotes"]]

    monkeypatch.setenv("QA_DOCS", str(folder))
    monkeypatch.setenv("QA_INDEX", str(tmp_path / "store"))
    monkeypatch.setenv("QA_JSON", "1")
    assert len(set(quotes())) == 2
    assert (tmp_path / "store").is_dir()
    assert not (tmp_path / "cache").exists()
    monkeypatch.setenv("QA_K", "1")
    assert len(quotes()) == 1
    monkeypatch.setenv("QA_SINCE", "2024-01-01")
    assert quotes() == ["2024-05-06-ostwick.txt"]
    monkeypatch.delenv("QA_SINCE")
    monkeypatch.setenv("QA_UNTIL", "2023-12-31")
    assert quotes() == ["sub folder/the lighthouse.md"]
    monkeypatch.delenv("QA_UNTIL")
    monkeypatch.setenv("QA_K", "9")
    monkeypatch.setenv("QA_DOCUMENT", "sub folder/the lighthouse.md")
    assert set(quotes()) == {"sub folder/the lighthouse.md"}
    monkeypatch.setenv("QA_DOCUMENT", "sub folder/the lighthouse.md\r\n2024-05-06-ostwick.txt")
    assert len(set(quotes())) == 2
    monkeypatch.setenv("QA_K", "many")
    told = qa_("ask", "Who?")
    assert told.code == 2
    assert "QA_K" in told.err
    assert qa_("ask", "-k", "2", "Who?").code == 1  # what is typed comes first


def test_options_of_index_and_serve_are_environment_variables_too(
    qa_: Qa, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_DOCS", str(folder))
    assert qa_("index").out.startswith("2 documents")
    monkeypatch.setenv("QA_LIST", "1")
    assert len(qa_("index").out.splitlines()) == 2
    monkeypatch.setenv("QA_REBUILD", "1")
    assert "\n2 files read" in qa_("index").err
    monkeypatch.setenv("QA_TOKEN", "correct-horse")
    monkeypatch.setenv("QA_HOST", "300.1.1.1")
    monkeypatch.setenv("QA_PORT", "1")
    told = qa_("serve")
    assert told.code == 2
    assert "cannot listen on 300.1.1.1:1" in told.err
    monkeypatch.setenv("QA_CORS", "https://a.example nonsense")
    told = qa_("serve")
    assert told.code == 2
    assert "'nonsense' is no origin" in told.err


def test_a_document_may_be_named_as_the_shell_completes_it(
    qa_: Qa, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(folder)
    path = "sub folder/the lighthouse.md"
    for place, docs, names in (
        ("", "articles", (path, f"./{path}", f"articles/{path}", f"./articles//{path}",
                          str(folder / path), f"link/{path}", f"../{tmp_path.name}/link/{path}",
                          path.replace("/", "\\"), f"articles/{path}".replace("/", "\\"))),
        ("articles/sub folder", "..", ("the lighthouse.md", f"../{path}", path)),
    ):  # fmt: skip
        monkeypatch.chdir(tmp_path / place)
        for name in names:
            asked = qa_("ask", "--docs", docs, "--document", name, "--json", HEIGHT)
            assert asked.code == 0, (name, asked.err)
            quotes = asked.objects[0]["quotes"]
            assert {quote["document"]["path"] for quote in quotes} == {path}
    talked = qa_("chat", "--docs", docs, "--document", name, stdin=f"{MAYOR}\n{HEIGHT}".encode())
    assert "41" in talked.out
    assert "Ada Lindqvist" not in talked.out


@pytest.mark.parametrize(
    "unknown", ["none.txt", "", ".", "..", "articles", "articles/none.txt", "../articles.txt"]
)
def test_an_unknown_document_is_told_with_the_next_step(
    qa_: Qa, folder: Path, monkeypatch: pytest.MonkeyPatch, unknown: str
) -> None:
    monkeypatch.chdir(folder.parent)
    for name in ("ask", "chat"):
        arguments = ["Who?"] if name == "ask" else []
        told = qa_(name, "--docs", folder, "--document", unknown, *arguments)
        assert told.code == 2
        assert f"no document '{unknown}'" in told.err
        assert "qa index --list" in told.err


def test_files_that_cannot_be_read_are_mentioned_but_stop_nothing(qa_: Qa, folder: Path) -> None:
    (folder / "empty.txt").touch()
    answered = qa_("ask", "--docs", folder, MAYOR)
    assert answered.code == 0
    assert answered.err == (
        f"qa: all or part of 1 file could not be read; this tells why: qa index {folder}\n"
    )
    for number in range(20):
        (folder / f"empty {number}.txt").touch()
    answered = qa_("ask", "--docs", folder, MAYOR)
    assert answered.err == (
        f"qa: all or part of 21 files could not be read; this tells why: qa index {folder}\n"
    )


# ask -


def test_lines_of_standard_input_are_answered_in_turn(qa_: Qa, folder: Path) -> None:
    lines = f"{MAYOR}\r\n\r\n   \n\n  {UNKNOWN} \n{HEIGHT}".encode()
    asked = qa_("ask", "--docs", folder, "-", stdin=lines)
    assert asked.code == 1
    assert [line for line in asked.out.splitlines() if line.startswith("? ")] == [
        f"? {MAYOR}", f"? {UNKNOWN}", f"? {HEIGHT}"
    ]  # fmt: skip
    asked = qa_("ask", "--docs", folder, "-", "--json", stdin=lines)
    assert asked.code == 1
    assert [answer["question"] for answer in asked.objects] == [MAYOR, UNKNOWN, HEIGHT]
    assert qa_("ask", "--docs", folder, "-", stdin=MAYOR.encode()).code == 0
    assert qa_("ask", "--docs", folder, "-", stdin=b"\xef\xbb\xbf" + MAYOR.encode()).code == 0


def test_one_bad_line_does_not_stop_the_rest(qa_: Qa, folder: Path) -> None:
    bad = [b"nul\0nul", b"caf\xe9", b"x" * 3_000_000, b"\xed\xa0\x80"]
    good = MAYOR.encode()
    lines = b"\n".join(line for each in bad for line in (each, good))
    asked = qa_("ask", "--docs", folder, "-", "--json", "-k", "1", stdin=lines)
    assert asked.code == 2
    assert len(asked.objects) == 2 * len(bad)
    assert [answer.get("answer") for answer in asked.objects[1::2]] == ["Ada Lindqvist"] * 4
    for number, told in zip((1, 3, 5, 7), asked.objects[::2], strict=True):
        assert told["line"] == number
        assert told["error"]
        assert "answered" not in told
        assert f"qa: line {number}: {told['error']}" in asked.err
    asked = qa_("ask", "--docs", folder, "-", stdin=lines)
    assert asked.out.count(f"? {MAYOR}\n") == 4
    assert not NEVER_RAW.search(asked.out + asked.err)
    assert len(asked.out) < 10_000


@pytest.mark.parametrize("nothing", [b"", b"\n \r\n"])
def test_no_question_at_all_is_wrong_use(qa_: Qa, folder: Path, nothing: bytes) -> None:
    told = qa_("ask", "--docs", folder, "-", stdin=nothing)
    assert told.code == 2
    assert "standard input holds no question" in told.err


# Folders and the index


def test_missing_and_empty_folders_have_exit_code_3(qa_: Qa, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"x")
    for name, said in [
        ("missing", "check the name"),
        ("empty", "name another folder"),
        ("file", "is a file, not a folder"),
        ("pictures", "of a kind that can be read"),
    ]:
        for arguments in (
            ["ask", "--docs", tmp_path / name, "Who?"],
            ["ask", "--docs", tmp_path / name, "-"],
            ["chat", "--docs", tmp_path / name],
            ["index", tmp_path / name],
            ["index", tmp_path / name, "--json"],
            ["serve", "--port", "0", "--docs", tmp_path / name],
        ):
            told = qa_(*arguments)
            assert told.code == 3
            assert said in told.err


def test_an_index_that_cannot_be_used_has_exit_code_3(
    qa_: Qa, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    told = qa_("ask", "--docs", folder, "--index", tmp_path / "file", "Who?")
    assert told.code == 3
    assert "--index" in told.err
    (tmp_path / "store").mkdir()
    qa_("index", folder, "--index", tmp_path / "store")
    for file in (tmp_path / "store").iterdir():
        file.write_bytes(b"garbage" * 1000)
    told = qa_("ask", "--docs", folder, "--index", tmp_path / "store", "Who?")
    assert told.code == 3
    assert "--rebuild" in told.err
    assert qa_("index", folder, "--index", tmp_path / "store").code == 3
    assert qa_("index", folder, "--index", tmp_path / "store", "--rebuild").code == 0
    assert qa_("ask", "--docs", folder, "--index", tmp_path / "store", MAYOR).code == 0


def test_index_reports_what_became_of_each_file(qa_: Qa, folder: Path) -> None:
    first = qa_("index", folder)
    assert first.code == 0
    assert first.out.startswith("2 documents, ")
    assert "\n2 files read, 0 unchanged, 0 removed in" in first.out
    assert "\n0 files read, 2 unchanged, 0 removed in" in qa_("index", "--docs", folder).out
    (folder / "2024-05-06-ostwick.txt").unlink()
    (folder / "new.txt").write_text("The new mayor is Ib Holm.")
    (folder / "table.xls").write_text("x")
    changed = qa_("index", folder)
    assert changed.code == 0
    assert "\n1 file read, 1 unchanged, 1 removed in" in changed.out
    assert "Of kinds that are not read: 1 .xls" in changed.out
    report = qa_("index", folder, "--json", "--rebuild").objects[0]
    assert sorted(report["read"]) == ["new.txt", "sub folder/the lighthouse.md"]
    assert report["index"]["documents"] == 2


def test_unreadable_files_have_exit_code_4_even_if_others_are_read(qa_: Qa, folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 10)
    for _ in range(2):
        told = qa_("index", folder)
        assert told.code == 4
        assert "All or part of 2 files could not be read:" in told.out
        assert "  empty.txt: is empty\n" in told.out
        assert "  binary.txt: is binary, not text\n" in told.out
    told = qa_("index", folder, "--json")
    assert told.code == 4
    assert {"path": "empty.txt", "reason": "is empty"} in told.objects[0]["failed"]
    (folder / "empty.txt").unlink()
    (folder / "binary.txt").unlink()
    assert qa_("index", folder).code == 0


def test_index_tells_of_moved_undated_and_like_documents(qa_: Qa, folder: Path) -> None:
    text = (folder / "2024-05-06-ostwick.txt").read_text() + "It has 9 bridges. " * 9
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(text)
    (folder / "c.txt").write_text(text + "It rains.")
    told = qa_("index", folder)
    assert told.code == 0
    assert (
        "3 documents without a date, left out where a period is asked for:\n  a.txt, " in told.out
    )
    assert "1 group of documents with the same text:\n  a.txt, b.txt\n" in told.out
    assert "1 group of documents with almost the same text:\n  a.txt, b.txt, c.txt" in told.out
    (folder / "c.txt").rename(folder / "d.txt")
    told = qa_("index", folder)
    assert "\n0 files read, 1 moved, 4 unchanged, 0 removed in" in told.out
    assert "1 file moved or renamed:\n  c.txt -> d.txt\n" in told.out
    report = qa_("index", folder, "--json").objects[0]
    assert report["undated"] == ["a.txt", "b.txt", "d.txt"]
    assert report["duplicates"] == [["a.txt", "b.txt"]]
    assert report["near_duplicates"] == [["a.txt", "b.txt", "d.txt"]]
    assert report["index"]["terms"] > 10


def test_parts_of_files_that_cannot_be_read_are_told_and_the_rest_answers(
    qa_: Qa, folder: Path
) -> None:
    (folder / "tickets.jsonl").write_text(
        '{"title": "One", "text": "The printer was mended by Rosa Falk."}\n{broken\n'
    )
    with zipfile.ZipFile(folder / "old.zip", "w") as packed:
        packed.writestr("in/mill & co #1.txt", "Miller Jan Petrov saved the horses.")
        packed.writestr("none.txt", "")
    told = qa_("index", folder)
    assert told.code == 4
    assert "All or part of 2 files could not be read:" in told.out
    assert "\n  old.zip/none.txt: is empty\n  tickets.jsonl#2: is no JSON\n" in told.out
    answered = qa_("ask", "--docs", folder, "Who mended the printer?")
    assert "    tickets.jsonl#1, paragraph " in answered.out
    path = "old.zip/in/mill & co #1.txt"
    answered = qa_("ask", "--docs", folder, "--document", path, "Who saved the horses?")
    assert answered.code == 0
    assert f"    {path}, paragraph 1 " in answered.out


def test_index_help_explains_the_report(qa_: Qa) -> None:
    told = " ".join(qa_("index", "--help").out.split())
    for word in ("moved", "without a date", "duplicates", "reason", "--json", "Ctrl-C", "4 done"):
        assert word in told


def test_a_folder_of_which_nothing_can_be_read(qa_: Qa, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "empty.txt").touch()
    assert qa_("index", tmp_path / "bad").code == 4
    told = qa_("ask", "--docs", tmp_path / "bad", "Who?")
    assert told.code == 3
    assert "empty.txt: is empty" in told.err


def test_index_lists_documents(qa_: Qa, folder: Path) -> None:
    listed = qa_("index", folder, "--list")
    assert listed.code == 0
    assert listed.err.startswith("2 documents")
    first, second = listed.out.splitlines()
    assert re.fullmatch(r"[0-9a-f]{16}  2024-05-06  2024-05-06-ostwick\.txt  Ostwick votes", first)
    assert second.endswith("  2023-01-02  sub folder/the lighthouse.md  The lighthouse")
    documents = qa_("index", folder, "--list", "--json").objects
    assert [document["path"] for document in documents] == [
        "2024-05-06-ostwick.txt", "sub folder/the lighthouse.md"
    ]  # fmt: skip
    for document in documents:
        asked = qa_("ask", "--docs", folder, "--document", document["id"], "Tarn", "--json")
        assert {q["document"]["id"] for q in asked.objects[0]["quotes"]} <= {document["id"]}


@pytest.mark.skipif(sys.platform != "linux", reason="such names are not allowed on this system")
def test_names_and_titles_of_documents_do_not_command_the_terminal(qa_: Qa, folder: Path) -> None:
    for name in (b"\x1b]0;owned\x07\n\xc2\x9b\xe2\x80\xae.txt", b"bad\xff\x1b[2J.txt"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text(
            "# \x1b[31m Red \u202e title\n\nThe keeper of Brisk is Ugo Ferrante."
        )
    (folder / "empty\x1b[2J.txt").touch()
    (folder / "other.\x1b[31mxyz").touch()
    for arguments in (
        ["index", folder],
        ["index", folder, "--list"],
        ["index", folder, "--list", "--json"],
        ["index", folder, "--json"],
        ["ask", "--docs", folder, "Who is the keeper of Brisk?"],
        ["ask", "--docs", folder, "--json", "Who is the keeper of Brisk?"],
    ):
        shown = qa_(*arguments)
        assert shown.code in (0, 4)
        assert not NEVER_RAW.search(shown.out + shown.err)


def test_rebuilding_a_folder_that_is_gone_keeps_its_index(
    qa_: Qa, folder: Path, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    qa_("index", folder, "--index", store)
    before = sorted(path.name for path in store.iterdir())
    folder.rename(tmp_path / "away")
    assert qa_("index", folder, "--index", store, "--rebuild").code == 3
    assert sorted(path.name for path in store.iterdir()) == before


def test_a_table_for_spreadsheets(qa_: Qa, folder: Path) -> None:
    lines = f"{MAYOR}\nHow high is the Tarn lighthouse?\nWho is the king of Spain?\nbad\xff\n"
    told = qa_("ask", "--docs", folder, "--csv", "-", stdin=lines.encode("latin-1"))
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert [row["answered"] for row in rows] == ["yes", "yes", "no", "no"]
    assert rows[0]["question"] == MAYOR
    assert rows[0]["answer"] == "Ada Lindqvist"
    assert rows[0]["quote"] == "The mayor of Ostwick is Ada Lindqvist."
    assert (rows[0]["path"], rows[0]["date"]) == ("2024-05-06-ostwick.txt", "2024-05-06")
    assert rows[0]["paragraph"] == "2"
    text = (folder / rows[0]["path"]).read_text()
    assert text[int(rows[0]["start"]) : int(rows[0]["end"])] == rows[0]["quote"]
    assert "king" in rows[2]["reason"]
    assert "not text" in rows[3]["reason"]
    assert told.code == 2


def test_all_sentences_that_answer_in_the_order_of_their_dates(qa_: Qa, folder: Path) -> None:
    for date, name in (("2022-01-01", "Nils Falk"), ("2020-01-01", "Ida Dahl")):
        (folder / f"{date}-tarn.txt").write_text(f"Tarn votes\n\n{name} is the mayor of Tarn.\n")
    question = "Who is the mayor of Tarn?"
    told = qa_("ask", "--docs", folder, "--all", question)
    assert told.code == 0
    assert told.out.startswith("2 sentences may answer:\n")
    assert told.out.index("Ida Dahl") < told.out.index("Nils Falk")
    table = qa_("ask", "--docs", folder, "--all", "--csv", question)
    rows = list(csv.DictReader(io.StringIO(table.out)))
    assert [row["answer"] for row in rows] == ["Ida Dahl", "Nils Falk"]
    [answer] = qa_("ask", "--docs", folder, "--all", "--json", question).objects
    assert len(answer["quotes"]) == 2
    assert qa_("ask", "--docs", folder, "--all", "Who is the king of Spain?").code == 1


def test_a_table_is_not_json(qa_: Qa, folder: Path) -> None:
    told = qa_("ask", "--docs", folder, "--csv", "--json", MAYOR)
    assert told.code == 2
    assert "one of --json and --csv" in told.err


# chat


def test_chat_in_a_pipe(qa_: Qa, folder: Path) -> None:
    lines = f"{MAYOR}\nWhere was she born?\n\n/help\n/bogus\nbad\xff\n/new\n/quit\nnever\n"
    talked = qa_("chat", "--docs", folder, stdin=lines.encode("latin-1"))
    assert talked.code == 0
    assert talked.out.startswith(f"? {MAYOR}\n\nAda Lindqvist\n")
    assert "(understood as: Where was Ada Lindqvist born?)" in talked.out
    assert "/new " in talked.out
    assert "A new conversation." in talked.out
    assert "no command /bogus" in talked.err
    assert "line 6: " in talked.err
    assert "never" not in talked.out


def test_chat_in_json_writes_answers_alone_to_its_output(qa_: Qa, folder: Path) -> None:
    lines = f"{MAYOR}\n/help\nWhere was she born?\n/new\nWhere was she born?\n"
    talked = qa_("chat", "--json", "--docs", folder, stdin=lines.encode())
    assert talked.code == 0
    assert [answer["resolved_question"] for answer in talked.objects] == [
        MAYOR, "Where was Ada Lindqvist born?", "Where was she born?"
    ]  # fmt: skip
    assert "A new conversation." in talked.err


def test_what_a_conversation_shows_of_its_sources(qa_: Qa, folder: Path) -> None:
    lines = f"/source\n{MAYOR}\n/source\n/why\n/source 9\n/why x\n"
    talked = qa_("chat", "--docs", folder, stdin=lines.encode())
    assert "ask something first" in talked.err
    assert "The mayor of Ostwick is **Ada Lindqvist**. She was born in Tarn." in talked.out
    assert "mayor" in talked.out.split("Of the question's words:")[1]
    assert talked.err.count("by its number, from 1 to") == 2
    assert talked.code == 0


def test_a_conversation_is_narrowed_and_widened_again(qa_: Qa, folder: Path) -> None:
    high = "How high is the Tarn lighthouse?"
    lines = (
        f"/document nowhere.txt\n/document 2024-05-06-ostwick.txt\n{high}\n/document\n{high}\n"
        f"/since 2024-01-01\n{high}\n/since\n/until soon\n/until 2023-12-31\n{high}\n"
    )
    talked = qa_("chat", "--docs", folder, "--json", stdin=lines.encode())
    assert [answer["answered"] for answer in talked.objects] == [False, True, False, True]
    assert "no document 'nowhere.txt'" in talked.err
    assert "Asked from now on: 2024-05-06-ostwick.txt." in talked.err
    assert "Asked from now on: all documents." in talked.err
    assert "until must be a date" in talked.err
    assert "Asked from now on: documents until 2023-12-31." in talked.err


# The process: streams, terminals, signals, start-up


def test_a_reader_that_leaves_early_is_no_error(folder: Path) -> None:
    questions = (MAYOR + "\n") * 300
    running = subprocess.Popen(
        command("ask", "--json", "--docs", folder, "-"), env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdin
    assert running.stdout
    assert running.stderr
    running.stdout.close()
    with running.stderr, contextlib.suppress(BrokenPipeError):
        running.stdin.write(questions.encode())
        running.stdin.close()
        assert running.stderr.read() == b""
    assert running.wait(30) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_told(folder: Path) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            command("ask", "--docs", folder, MAYOR), env=environment(), stdout=full,
            stderr=subprocess.PIPE, timeout=60,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.startswith(b"qa: cannot write the answer: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that closes streams")
def test_closed_streams_are_no_breakage(folder: Path) -> None:
    for closed, code in ((">&-", 0), ("2>&-", 0), ("<&-", 0), (">&- 2>&- <&-", 0)):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {closed}', "sh", *command("ask", "--docs", folder, MAYOR)],
            env=environment(), capture_output=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == code
        assert done.stderr == b""


def test_asking_imports_nothing_that_it_does_not_need(folder: Path) -> None:
    code = "import sys\nfrom qa.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    arguments = [sys.executable, "-c", code, "ask", "--docs", str(folder), MAYOR]
    for _ in range(2):  # the first time it reads documents, too
        done = subprocess.run(
            arguments, env=environment(), capture_output=True, text=True, timeout=60, check=True
        )
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "qa" in loaded
    assert not loaded & {
        "web", "flask", "werkzeug", "jinja2", "waitress", "http", "socketserver", "asyncio",
        "sklearn", "scipy", "pandas", "charset_normalizer", "rapidfuzz", "readline", "pickletools",
    }  # fmt: skip


def test_the_command_line_can_be_imported_where_there_is_no_readline() -> None:
    code = "import sys; sys.modules['readline'] = None; import qa.cli, qa.terminal"
    subprocess.run([sys.executable, "-c", code], env=environment(), timeout=60, check=True)


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, *arguments: object, code: str = MAIN, **changed: str) -> None:
        pty = pytest.importorskip("pty", reason="needs pseudo-terminals")
        self.shown, self._read = b"", 0
        self._pid, self._fd = pty.fork()
        if self._pid == 0:  # pragma: no cover
            line = command(*arguments, code=code)
            os.execve(line[0], line, environment(**{"TERM": "xterm", **changed}))

    def read(self, until: bytes | None = None) -> bytes:
        """What is shown from here on, until something appears or, without, to the end."""
        import select

        end = time.monotonic() + 20
        while until is None or until not in self.shown[self._read :]:
            assert time.monotonic() < end, self.shown
            if select.select([self._fd], [], [], 0.2)[0]:
                try:
                    piece = os.read(self._fd, 65536)
                except OSError:  # how Linux says that the other side has gone
                    piece = b""
                if not piece:
                    assert until is None, self.shown
                    break
                self.shown += piece
        start, self._read = self._read, len(self.shown)
        if until is not None:
            self._read = self.shown.index(until, start) + len(until)
        return self.shown[start : self._read]

    def write(self, keys: bytes) -> None:
        os.write(self._fd, keys)

    def code(self) -> int:
        os.close(self._fd)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


forks = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@forks
def test_a_conversation_on_a_terminal(folder: Path) -> None:
    terminal = Terminal("chat", "--docs", folder)
    welcome = terminal.read(b"\n? ")
    assert b"2 documents" in welcome
    assert b"/quit" in welcome
    terminal.write(MAYOR.encode() + b"\r")
    assert b"\x1b[1;4mAda Lindqvist\x1b[0m" in terminal.read(b"\n? ")
    terminal.write(b"Where was she born?\r")
    assert b"(understood as: Where was Ada Lindqvist born?)" in terminal.read(b"\n? ")
    terminal.write(b"caf\xff\r")
    terminal.read(b"not text")
    terminal.write(b"/help\r")
    terminal.read(b"Ctrl-D")
    terminal.read(b"\n? ")
    terminal.write(b"\x04")
    terminal.read()
    assert terminal.code() == 0
    assert b"Traceback" not in terminal.shown


@forks
def test_lines_can_be_recalled(folder: Path) -> None:
    pytest.importorskip("readline", reason="needs line editing")
    terminal = Terminal("chat", "--docs", folder)
    terminal.read(b"\n? ")
    terminal.write(MAYOR.encode() + b"\r")
    terminal.read(b"\n? ")
    terminal.write(b"\x1b[A\r")
    assert b"Ada Lindqvist" in terminal.read(b"\n? ")
    terminal.write(b"/quit\r")
    terminal.read()
    assert terminal.code() == 0


@forks
def test_ctrl_c_leaves_with_130(folder: Path) -> None:
    terminal = Terminal("chat", "--docs", folder)
    terminal.read(b"\n? ")
    terminal.write(b"Wh")
    terminal.read(b"Wh")
    time.sleep(0.3)  # until it waits for the next key
    terminal.write(b"\x03")
    assert b"qa: interrupted" in terminal.read()
    assert terminal.code() == 130


@forks
@pytest.mark.parametrize(
    ("changed", "styled"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_bold_only_where_it_is_wanted(folder: Path, changed: dict[str, str], styled: bool) -> None:
    terminal = Terminal("ask", "--docs", folder, MAYOR, **changed)
    shown = terminal.read()
    assert terminal.code() == 0
    assert (b"\x1b[1;4mAda Lindqvist\x1b[0m" in shown) is styled
    assert (b"**Ada Lindqvist**" in shown) is not styled
    assert (b"\x1b" in shown) is styled


# Reads all files, and is then slow to go on.
SLOWLY = """
import time
import qa.cli
import qa.console

def slowly(folder, store, progress, refresh=qa.console.refresh):
    def wait(done, total):
        if progress:
            progress(done, total)
        if done == total:
            time.sleep(60)
    return refresh(folder, store, wait)

qa.console.refresh = slowly
qa.cli.main()
"""


@forks
def test_a_long_reading_shows_progress_and_ctrl_c_keeps_what_was_read(folder: Path) -> None:
    terminal = Terminal("index", folder, code=SLOWLY)
    terminal.read(b"2 files read, writing the index ...")
    terminal.write(b"\x03")
    left = terminal.read()
    kept = f"\r\nqa: interrupted: what was read is kept; this goes on from there: qa index {folder}"
    assert kept.encode() in left
    assert terminal.code() == 130
    again = process("index", folder)
    assert again.code == 0
    assert again.out.startswith("2 documents, ")
    assert "\n0 files read, 2 unchanged" in again.out


def test_nothing_of_progress_is_written_to_a_pipe(folder: Path) -> None:
    running = subprocess.Popen(
        command("index", folder, code=SLOWLY), env=environment(), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    time.sleep(3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert out == b""
    assert err.startswith(b"qa: interrupted: what was read is kept; ")


def test_interrupted_commands_leave_with_130(folder: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        running = subprocess.Popen(
            command("ask", "--json", "--docs", folder, "-"), env=environment(),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert running.stdin
        assert running.stdout
        running.stdin.write(MAYOR.encode() + b"\n")
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["answered"]  # answered before the end of input
        running.send_signal(number)
        out, err = running.communicate(timeout=30)
        assert running.returncode == 130
        assert (out, err) == (b"", b"qa: interrupted\n")


# serve


class Serving:
    """`qa serve` as a process of its own."""

    def __init__(self, *arguments: object) -> None:
        self.running = subprocess.Popen(
            command("serve", *arguments), env=environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def url(self) -> str:
        """Where it says that it answers."""
        assert self.running.stderr
        said = self.running.stderr.readline()
        found = re.search(r"Open (http://\S+/) in a browser", said)
        assert found, said
        return found[1]

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.running.send_signal(number)
        _, err = self.running.communicate(timeout=30)
        return self.running.returncode, err


@pytest.fixture
def serving() -> Iterator[Callable[..., Serving]]:
    started: list[Serving] = []

    def serve(*arguments: object) -> Serving:
        started.append(Serving(*arguments))
        return started[-1]

    yield serve
    for each in started:
        if each.running.poll() is None:
            each.running.kill()
        each.running.communicate()


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return 0


def test_serve_answers_until_it_is_interrupted(
    folder: Path, serving: Callable[..., Serving]
) -> None:
    server = serving("--docs", folder, "--port", "0")
    url = server.url()
    assert url.startswith("http://127.0.0.1:")
    with urllib.request.urlopen(f"{url}ask?q=Who+is+the+mayor+of+Ostwick", timeout=10) as response:
        assert json.load(response)["answer"] == "Ada Lindqvist"
    assert status(url) == status(f"{url}readyz") == 200
    code, err = server.stop()
    assert code == 130
    assert err == "qa: interrupted\n"


def test_serve_lives_but_is_not_ready_while_the_index_is_being_opened(
    folder: Path, tmp_path: Path, serving: Callable[..., Serving]
) -> None:
    from qa.writer import IndexWriter

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    busy = IndexWriter(tmp_path / "store")  # serve has to wait until it is closed
    try:
        server = serving("--docs", folder, "--index", tmp_path / "store", "--port", port)
        end = time.monotonic() + 20
        while status(f"http://127.0.0.1:{port}/livez") != 200:
            assert time.monotonic() < end
            time.sleep(0.05)
        assert status(f"http://127.0.0.1:{port}/readyz") == 503
        assert status(f"http://127.0.0.1:{port}/ask?q=Who") == 503
    finally:
        busy.close()
    assert status(f"{server.url()}readyz") == 200
    assert server.stop(signal.SIGINT)[0] == 130


def test_serve_says_that_a_port_is_taken(qa_: Qa, folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = qa_("serve", "--docs", folder, "--port", port)
    assert told.code == 2
    assert f"cannot listen on 127.0.0.1:{port}" in told.err
    assert "--port" in told.err


def test_serve_asks_for_a_token_where_others_reach_it(qa_: Qa, folder: Path) -> None:
    told = qa_("serve", "--docs", folder, "--port", 0, "--host", "0.0.0.0")
    assert told.code == 2
    assert "QA_TOKEN" in told.err
    told = qa_("serve", "--docs", folder, "--token", "two words")
    assert told.code == 2
    assert "two words" not in told.err
    told = qa_("serve", "--docs", folder, "--name", "http://bot.example")
    assert (told.code, "host name" in told.err) == (2, True)
