"""What is broken, hostile or absurd: told in a message, never lost, never a traceback."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import (
    Answer,
    Bot,
    FolderError,
    IndexStoreError,
    OptionError,
    QAError,
    QuestionError,
    UnknownDocumentError,
    cli,
    refresh,
)

GOOD = {
    "utf8.txt": (b"The harbour master of Tarn is Olga Brandt.", "Tarn", "Olga Brandt"),
    "latin1.txt": (
        "Zur Übersicht für die Gäste: Größe und Höhe sind geprüft worden.\n\n"
        "The harbour master of Mälby is Jörg Müller.".encode("latin-1"),
        "Mälby", "Jörg Müller",
    ),
    "utf16.txt": (
        "The harbour master of Ostwick is Ada Lindqvist.".encode("utf-16"),
        "Ostwick", "Ada Lindqvist",
    ),
    "utf16be-bare.txt": (
        "The harbour master of Norvale is Ugo Ferrante.".encode("utf-16-be"),
        "Norvale", "Ugo Ferrante",
    ),
    "nul in name is impossible but 'quotes' \"are\" not.txt": (
        b"The harbour master of Brisk is Ib Holm.", "Brisk", "Ib Holm",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Qa = Callable[..., Outcome]

Unprivileged = Callable[[], contextlib.AbstractContextManager[None]]


@pytest.fixture
def qa_(monkeypatch: pytest.MonkeyPatch) -> Qa:
    """Runs `main` in this process, on streams like those of a pipe."""

    def run(*arguments: object, stdin: bytes = b"") -> Outcome:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", ["qa", *map(str, arguments)])
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            patched.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
            patched.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8"))
            patched.setattr("signal.signal", lambda *_: None)
            with pytest.raises(SystemExit) as left:
                cli.main()
            sys.stdout.flush()
            sys.stderr.flush()
            out_text, err_text = out.getvalue().decode(), err.getvalue().decode()
        return Outcome(int(left.value.code or 0), out_text, err_text)

    return run


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of readable files that any user may enter; those pytest makes are closed."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name).resolve()
        place.chmod(0o755)
        for path, (content, _, _) in GOOD.items():
            (place / path).write_bytes(content)
        yield place


@pytest.fixture
def bot(folder: Path) -> Iterator[Bot]:
    with Bot.open(folder) as bot:
        yield bot


def assert_all_answer(ask: Callable[[str], dict[str, Any]]) -> None:
    for path, (_, town, master) in GOOD.items():
        answer = ask(f"Who is the harbour master of {town}?")
        assert answer["answer"] == master, path
        assert answer["quotes"][0]["document"]["path"] == path


# Folders


def test_every_bad_file_is_reported_and_every_good_one_answers(qa_: Qa, folder: Path) -> None:
    (folder / "empty.txt").touch()
    (folder / "blank.md").write_text(" \n\t\n")
    (folder / "binary.txt").write_bytes(random.Random(1).randbytes(5000))
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "no words.txt").write_text("--- *** ---")
    (folder / "markup only.html").write_text("<html><script>alert(1)</script></html>")
    reasons = {
        "empty.txt": "is empty",
        "blank.md": "is empty",
        "binary.txt": "is binary, not text",
        "picture.txt": "is binary, not text",
        "no words.txt": "holds no words",
        "markup only.html": "",
    }
    if hasattr(os, "mkfifo"):
        (folder / "broken.txt").symlink_to("gone.txt")
        (folder / "loop.txt").symlink_to("loop.txt")
        os.mkfifo(folder / "pipe.txt")
        (folder / "outside.txt").symlink_to(Path(__file__))
        reasons["broken.txt"] = "is a broken link"
        reasons["loop.txt"] = "is a link"
        reasons["pipe.txt"] = "is a named pipe, not a file"
        reasons["outside.txt"] = "is a link out of the folder"
    for _ in range(2):
        told = qa_("index", folder)
        assert told.code == 4
        assert told.out.startswith(f"{len(GOOD)} documents, ")
        assert f"{len(reasons)} files could not be read:" in told.out
        for path, reason in reasons.items():
            assert f"\n  {path}: {reason}" in told.out
    told = qa_("index", folder, "--json")
    assert told.code == 4
    assert {each["path"] for each in json.loads(told.out)["failed"]} == {*reasons}
    assert_all_answer(lambda q: json.loads(qa_("ask", "--docs", folder, "--json", q).out))


def test_files_without_permission_are_reported_and_read_once_they_may_be(
    folder: Path, store: Path, unprivileged: Unprivileged
) -> None:
    # What is imported when it is needed may lie where others may not read.
    refresh(folder, store)
    secret = folder / "secret.txt"
    secret.write_text("The harbour master of Velm is Jon Sund.")
    secret.chmod(0)
    (folder / "closed").mkdir()
    (folder / "closed" / "a.txt").write_text("The harbour master of Orm is Per Falk.")
    (folder / "closed").chmod(0)
    with tempfile.TemporaryDirectory() as store:
        Path(store).chmod(0o777)
        try:
            with unprivileged():
                report = refresh(folder, Path(store) / "index")
                assert {problem.path: problem.reason for problem in report.failed} == {
                    "secret.txt": "you have no permission to read",
                    "closed": "is a folder that you have no permission to read",
                }
                with Bot.open(folder, index=Path(store) / "index") as bot:
                    assert_all_answer(lambda question: bot.ask(question).to_dict())
                    assert not bot.ask("Who is the harbour master of Velm?").answered
            secret.chmod(0o644)
            (folder / "closed").chmod(0o755)
            with unprivileged():
                report = refresh(folder, Path(store) / "index")
                assert report.failed == ()
                assert set(report.read) == {"secret.txt", "closed/a.txt"}
                with Bot.open(folder, index=Path(store) / "index") as bot:
                    answer = bot.ask("Who is the harbour master of Velm?")
                    assert answer.answer == "Jon Sund"
        finally:
            (folder / "closed").chmod(0o755)


def test_a_file_of_20_megabytes_is_read_like_any_other(qa_: Qa, folder: Path) -> None:
    chance = random.Random(7)
    words = [
        "".join(chance.choices("abcdefghijklmnop", k=chance.randint(12, 30))) for _ in range(800)
    ]
    sentences = [
        " ".join(chance.choices(words, k=chance.randint(5, 25))).capitalize() + "."
        for _ in range(2000)
    ]
    # Long words and few distinct paragraphs make it quick to write and to read.
    paragraphs = [" ".join(chance.choices(sentences, k=6)) for _ in range(400)]
    needle = "The harbour master of Quillon is Wim Aalders."
    with (folder / "big.txt").open("w") as file:
        for number in range(10_800):
            file.write(paragraphs[number % 400] + ("\n" if number % 3 else "\n\n"))
            if number == 5_000:
                file.write(f"\n{needle}\n\n")
    assert (folder / "big.txt").stat().st_size > 20_000_000
    told = qa_("index", folder)
    assert told.code == 0
    assert told.out.startswith(f"{len(GOOD) + 1} documents")
    with Bot.open(folder) as bot:
        answer = bot.ask("Who is the harbour master of Quillon?")
        assert answer.answer == "Wim Aalders"
        best = answer.quotes[0]
        assert bot.document(best.document.id).text[best.start : best.end] == needle
        assert_all_answer(lambda question: bot.ask(question).to_dict())


def test_a_file_that_is_a_single_endless_word_or_line(qa_: Qa, folder: Path) -> None:
    (folder / "word.txt").write_text("x" * 1_000_000)
    (folder / "line.txt").write_text("word after word " * 400 + "and the vault of Zorn is deep")
    (folder / "newlines.txt").write_text("\n" * 500_000 + "The end of Yarrow is near.")
    told = qa_("index", folder)
    assert told.code == 0
    asked = qa_("ask", "--docs", folder, "How deep is the vault of Zorn?")
    assert asked.code in (0, 1)
    assert len(asked.out) < 10_000
    assert_all_answer(lambda q: json.loads(qa_("ask", "--docs", folder, "--json", q).out))


def test_files_that_change_into_nonsense_lose_their_document_only(folder: Path) -> None:
    with Bot.open(folder) as bot:
        assert bot.info.documents == len(GOOD)
    (folder / "utf8.txt").write_bytes(random.Random(2).randbytes(4000))
    with Bot.open(folder) as bot:
        assert bot.info.documents == len(GOOD) - 1
        assert not bot.ask("Who is the harbour master of Tarn?").answered
        assert bot.ask("Who is the harbour master of Brisk?").answer == "Ib Holm"


def test_folders_that_are_none(qa_: Qa, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "empty").mkdir()
    for place in (
        folder / "utf8.txt",
        folder / "utf8.txt" / "below",
        tmp_path / "missing",
        tmp_path / "empty",
        tmp_path / ("x" * 300),
    ):
        with pytest.raises(FolderError, match=r"(?i)name|put"):
            Bot.open(place)
        told = qa_("ask", "--docs", place, "Who?")
        assert told.code == 3
        assert told.out == ""
        assert told.err.startswith("qa: ")
        assert told.err.count("\n") == 1


def test_index_places_that_cannot_be_used(qa_: Qa, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(IndexStoreError, match="--index"):
            Bot.open(folder, index=place)
        told = qa_("index", folder, "--index", place)
        assert told.code == 3
        assert told.err.startswith("qa: ")
        assert (tmp_path / "file").read_text() == "x"
    with pytest.raises(IndexStoreError, match="qa index"):
        Bot.open(folder, index=tmp_path / "none", refresh=False)


@pytest.mark.parametrize("garbage", [b"\0" * 4096, b"garbage" * 999, b"SQLite format 3\0" * 300])
def test_an_index_of_garbage_is_told_and_can_be_rebuilt(
    qa_: Qa, tmp_path: Path, folder: Path, garbage: bytes
) -> None:
    store = tmp_path / "store"
    assert qa_("index", folder, "--index", store).code == 0
    for file in store.iterdir():
        file.write_bytes(garbage)
    with pytest.raises(IndexStoreError, match="--rebuild"):
        Bot.open(folder, index=store)
    with pytest.raises(IndexStoreError, match="--rebuild"):
        Bot.open(folder, index=store, refresh=False)
    for arguments in (["index", folder], ["ask", "--docs", folder, "Who?"]):
        told = qa_(*arguments, "--index", store)
        assert told.code == 3
        assert "--rebuild" in told.err
    assert qa_("index", folder, "--index", store, "--rebuild").code == 0
    assert qa_("ask", "--docs", folder, "--index", store, "Who is in Tarn?").code in (0, 1)


def test_an_index_cut_short_is_told(qa_: Qa, tmp_path: Path, folder: Path) -> None:
    store = tmp_path / "store"
    assert qa_("index", folder, "--index", store).code == 0
    file = max(store.iterdir(), key=lambda file: file.stat().st_size)
    content = file.read_bytes()
    for keep in (len(content) // 2, 100):
        file.write_bytes(content[:keep])
        told = qa_("ask", "--docs", folder, "--index", store, "Who is in Tarn?")
        assert told.code == 3
        assert "--rebuild" in told.err


# Questions

ABSURD = [
    "???",
    "!",
    "…—“”«»",
    "-- ; DROP TABLE documents; --",
    '" OR 1=1 NEAR(',
    "*",
    "a" * 2000,
    "Who " * 500,
    "who who who who",
    "?" * 2000,
    "🧔🏽 🗼 👩\u200d🚀?",
    "מי נמל של Tarn?",
    "من هو رئيس ميناء تارن؟",
    "\u202eWho is\u202c the \u2066harbour\u2069 master",
    "タルン港の港長は誰ですか",
    "e" + "\u0301" * 1999,
    "\u0301\u0301",
    "ﷺ" * 600,
    "İıſK",
    "\x1b[31mWho?\x1b]0;x\x07",
    "\x01\x02 Who \x7f\x9b",
    "Who\u2028is\u2029it\x85?",
    "\ufeffWho?",
    "\ufffe\uffff who",
    "0" * 2000,
    "1e999 ½ ² ⅷ ٣",
    "(" * 2000,
    "'" * 2000,
    "Who said “" * 200,
    "A.B.C." * 300,
    "and what about",
    "/quit",
    "-",
]


@pytest.mark.parametrize("question", ABSURD)
def test_absurd_questions_are_answered_or_refused(
    bot: Bot, question: str, quickly: Callable[[], AbstractContextManager[None]]
) -> None:
    with quickly():
        answer = bot.ask(question)
    assert answer.question == question
    assert (answer.answer is None) is not answer.answered
    assert (answer.reason is None) is answer.answered
    json.dumps(answer.to_dict(), allow_nan=False).encode()
    for phrase in (None, "Olga Brandt", question):
        bot.ask(question, history=[(question, phrase)])
        bot.ask("Why?", history=[(question[:1500], phrase)])


@pytest.mark.parametrize("question", ["???", "!", "…—“”«»", "?" * 2000])
def test_punctuation_alone_is_never_answered(bot: Bot, question: str) -> None:
    assert not bot.ask(question).answered


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "empty"),
        (" \n\t\u00a0\u2003", "empty"),
        ("x" * 2001, "2,001 characters"),
        ("Who? " * 200_000, "999,999 characters"),
        ("\0", "not text"),
        ("Who\0is it?", "not text"),
        ("\ud800", "not text"),
        ("Who is \udcff?", "not text"),
        ("\ude00\ud83d", "not text"),
        (None, "text"),
        (b"Who?", "text"),
        (5, "text"),
    ],
)
def test_what_is_no_question_is_an_error(bot: Bot, question: Any, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        bot.ask(question)


@pytest.mark.parametrize(
    "options",
    [
        {"k": 0}, {"k": -1}, {"k": 101}, {"k": "x"}, {"k": "5"}, {"k": None}, {"k": 2.5},
        {"k": True}, {"k": 10**30},
        {"since": "soon"}, {"since": ""}, {"since": "2023-13-01"}, {"since": "2023-02-29"},
        {"since": "20230101"}, {"since": "2023-01-01T00:00"}, {"since": "٢٠٢٣-٠١-٠١"},
        {"since": 2023}, {"since": "2023-01-01\n"}, {"until": "0000-00-00"}, {"until": b"x"},
        {"since": "2024-01-02", "until": "2024-01-01"},
        {"documents": "utf8.txt"},
    ],
)  # fmt: skip
def test_wrong_options_are_errors(bot: Bot, options: dict[str, Any]) -> None:
    with pytest.raises(OptionError):
        bot.ask("Who is the harbour master of Tarn?", **options)


@pytest.mark.parametrize("name", ["none", "", "\0", "\ud800", "../utf8.txt", "x" * 100_000])
def test_unknown_documents_are_errors(bot: Bot, name: str) -> None:
    with pytest.raises(UnknownDocumentError):
        bot.ask("Who?", documents=["utf8.txt", name])
    with pytest.raises(UnknownDocumentError):
        bot.document(name)


@pytest.mark.parametrize("question", ABSURD)
def test_absurd_questions_on_the_command_line(qa_: Qa, folder: Path, question: str) -> None:
    if question == "-":
        return  # which is no question there
    for options in ([], ["--json"]):
        asked = qa_("ask", "--docs", folder, *options, "--", question)
        assert asked.code in (0, 1)
        assert asked.err == ""
        assert asked.out
        assert not any(c < " " and c != "\n" for c in asked.out)
    lines = "\n".join(question.splitlines()).encode()
    talked = qa_("chat", "--docs", folder, stdin=b"Who is in Tarn?\n" + lines + b"\nWhy?\n")
    assert talked.code == 0


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    question=st.text(st.characters(exclude_categories=[]), max_size=80)
    | st.lists(
        st.sampled_from(
            [
                "who",
                "why",
                "when",
                "what",
                "is",
                "was",
                "the",
                "of",
                "and",
                "he",
                "it",
                "harbour",
                "master",
                "Tarn",
                "1999",
                "?",
                "'",
                "“",
                "🧔🏽",
                "ש",
            ]
        ),
        max_size=12,
    ).map(" ".join),
    history=st.lists(st.tuples(st.text(max_size=30), st.none() | st.text(max_size=20)), max_size=2),
)
def test_any_text_gets_an_answer_or_an_error_of_ours(
    bot: Bot, question: str, history: list[tuple[str, str | None]]
) -> None:
    with contextlib.suppress(QAError):
        answer = bot.ask(question, history=history)
        assert isinstance(answer, Answer)
        json.dumps(answer.to_dict(), allow_nan=False).encode()
