"""Several processes that read: they find what one finds, and no crash stops the rest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from qa import preparing, readers
from qa.answer import Problem
from qa.catalogue import known_files
from qa.folder import File, scan
from qa.index import Index
from qa.preparing import Outcome, Prepared, Preparer
from qa.readers import prepared
from qa.update import refresh

# A child in which some files are fatal, as a fault in a library would be.
FRAGILE = """
import os, signal, sys
from qa import preparing, worker
load = preparing.load
def fragile(file):
    content = load(file)
    if b"segfault" in content:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"exception" in content:
        raise RuntimeError("the library is at its wits' end")
    if b"chatter" in content:
        os.write(1, b"A library prints, by whatever way it finds. " * 9)
        print("And in Python, too.")
    if b"midway" in content:
        def parts(content, path, inside=preparing.documents_in):
            for part in inside(content, path):
                yield part
                if part.path.endswith("#3"):
                    os._exit(3)
        preparing.documents_in = parts
    return content
preparing.load = fragile
preparing._BATCH = 0
worker.main()
"""


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little there is to read, two processes do it, a few files at a time."""
    monkeypatch.setattr(readers, "_ALONE", 0)
    monkeypatch.setattr(readers, "_JOB_FILES", 4)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


@pytest.fixture
def fragile(several: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Children that some files are fatal to; the identifiers of the processes started."""
    started: list[int] = []
    original = subprocess.Popen

    def popen(command: list[str], **options: object) -> object:
        process = original([command[0], "-c", FRAGILE], **options)  # type: ignore[call-overload]
        started.append(process.pid)
        return process

    monkeypatch.setattr(subprocess, "Popen", popen)
    return started


@pytest.fixture
def ships(tmp_path: Path) -> Path:
    """A folder of thirty files of several kinds."""
    folder = tmp_path / "ships"
    folder.mkdir()
    for number in range(26):
        (folder / f"{number:02}.txt").write_text(f"Ship {number} sails. L’été 東京 {number}.")
    rows = "\n".join(f"Title {n},Ship {n} is listed." for n in range(9))
    (folder / "list.csv").write_text(f"title,text\n{rows}\n")
    (folder / "empty.txt").write_text("")
    (folder / "bad\udcff.txt").write_text("A name that is no UTF-8.")
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    return folder


def supported(folder: Path) -> list[File]:
    return [file for file in scan(folder) if file.supported]


def told(results: Iterator[Prepared]) -> tuple[dict[str, str], dict[str, Outcome]]:
    """The checksum of each document, by path and file, and the outcome of each file."""
    checksums: dict[str, str] = {}
    outcomes: dict[str, Outcome] = {}
    for result in results:
        for row, checksum, file in zip(
            result.batch.rows, result.batch.checksums, result.files, strict=True
        ):
            assert file not in outcomes  # documents come no later than their file's outcome
            checksums[f"{file}: {row.path}"] = checksum
        for outcome in result.outcomes:
            assert outcome.path not in outcomes
            outcomes[outcome.path] = outcome
    return checksums, outcomes


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if type(thread).__module__ == "qa.readers"]


@pytest.mark.usefixtures("several")
def test_several_processes_read_what_one_reads(ships: Path) -> None:
    files = supported(ships)
    alone = told(Preparer().prepare(files, {}))
    together = told(prepared(files, {}))
    assert together == alone
    assert len(together[0]) == 26 + 9 + 1
    assert sum(bool(outcome.problems) for outcome in together[1].values()) == 2
    assert set(together[1]) == {file.path for file in files}
    known = {path: outcome.hash for path, outcome in alone[1].items()}
    del known["00.txt"]
    checksums, outcomes = told(prepared(files, known))
    assert len(checksums) == 1
    assert {path for path, outcome in outcomes.items() if not outcome.changed} == {
        path for path, digest in known.items() if digest
    }
    assert threads() == []


@pytest.mark.usefixtures("several")
def test_indexes_that_one_and_several_processes_read_are_the_same(
    ships: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(ships, tmp_path / "several")
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    refresh(ships, tmp_path / "one")
    with closing(Index(tmp_path / "one")) as one, closing(Index(tmp_path / "several")) as several:
        assert one.info == several.info
        assert one.problems() == several.problems()
        several.verify()


@pytest.mark.usefixtures("several")
def test_the_current_folder_and_what_is_in_it_do_not_matter(
    ships: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "qa", "numpy", "signal"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(readers, "Preparer", None)  # it is the children who read
    _, outcomes = told(prepared(supported(ships), {}))
    assert outcomes["00.txt"].documents == 1


def test_a_file_that_kills_its_reader_is_told_and_the_rest_read(
    ships: Path, fragile: list[int]
) -> None:
    (ships / "05.txt").write_text("segfault")
    (ships / "06.txt").write_text("exception")
    checksums, outcomes = told(prepared(supported(ships), {}))
    assert len(checksums) == 24 + 9 + 1
    [killed] = outcomes["05.txt"].problems
    assert "made the program that reads it stop" in killed.reason
    [broken] = outcomes["06.txt"].problems
    assert "made the program that reads it stop" in broken.reason
    assert "RuntimeError: the library is at its wits' end" in broken.reason
    assert outcomes["04.txt"] == Outcome("04.txt", outcomes["04.txt"].hash, 1, ())
    assert len(outcomes) == len(supported(ships))
    assert 3 <= len(fragile) <= 12


def test_what_another_file_s_reader_said_is_not_given_as_the_reason(
    ships: Path, fragile: list[int]
) -> None:
    for number in range(8):
        (ships / f"{number:02}.txt").write_text("exception" if number % 2 else "segfault")
    _, outcomes = told(prepared(supported(ships), {}))
    for number in range(8):
        [problem] = outcomes[f"{number:02}.txt"].problems
        assert ("wits' end" in problem.reason) == bool(number % 2)


def test_a_fatal_file_is_not_read_again_until_it_changes(
    ships: Path, tmp_path: Path, fragile: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (ships / "05.txt").write_text("segfault")
    store = tmp_path / "store"
    first = refresh(ships, store)
    assert "05.txt" in [problem.path for problem in first.failed]
    assert first.documents == 25 + 9 + 1

    def refused(*_: object) -> None:
        raise AssertionError("read again")

    with monkeypatch.context() as patch:
        patch.setattr(preparing, "documents_in", refused)
        patch.setattr(subprocess, "Popen", refused)
        patch.setattr(os, "cpu_count", lambda: 1)  # else this process would have died with it
        second = refresh(ships, store)
    assert second.failed == first.failed
    (ships / "05.txt").write_text("Mended, and of another length.")
    assert refresh(ships, store).read == ("05.txt",)


def test_a_reader_that_dies_midway_leaves_what_it_had_read(
    ships: Path, tmp_path: Path, fragile: list[int]
) -> None:
    rows = "\n".join(f"Row {n},Ship midway {n} is listed." for n in range(1, 9))
    (ships / "list.csv").write_text(f"title,text\n{rows}\n")
    report = refresh(ships, tmp_path / "store")
    [problem] = [problem for problem in report.failed if problem.path == "list.csv"]
    assert "made the program that reads it stop" in problem.reason
    known = known_files(tmp_path / "store")
    assert known is not None
    with closing(Index(tmp_path / "store")) as index:
        index.verify()
        held = [entry.path for entry in index.entries() if entry.path.startswith("list")]
        assert len(held) == known.states["list.csv"].documents
        assert held == [f"list.csv#{n}" for n in range(1, len(held) + 1)]
        assert index.info.documents == report.documents == 26 + 1 + len(held)


def test_what_a_library_prints_does_not_get_between(ships: Path, fragile: list[int]) -> None:
    for number in range(9):
        (ships / f"{number:02}.txt").write_text(f"chatter {number}")
    checksums, outcomes = told(prepared(supported(ships), {}))
    assert len(checksums) == 26 + 9 + 1
    assert outcomes["03.txt"].problems == ()


@pytest.mark.usefixtures("several")
def test_leaving_early_ends_the_children(ships: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    original = readers._started

    def watched(complaints: object) -> subprocess.Popen[bytes]:
        started.append(original(complaints))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(readers, "_started", watched)
    results = prepared(supported(ships), {})
    next(results)
    results.close()  # type: ignore[attr-defined]
    deadline = time.monotonic() + 10
    while threads() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threads() == []
    assert started
    assert all(process.poll() is not None for process in started)


@pytest.mark.usefixtures("several")
@pytest.mark.parametrize("command", ["/nowhere/python", shutil.which("false")])
def test_where_no_child_can_be_had_the_files_are_read_all_the_same(
    ships: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    expected = told(Preparer().prepare(supported(ships), {}))
    monkeypatch.setattr(sys, "executable", command)
    assert told(prepared(supported(ships), {})) == expected


def test_little_is_read_without_other_processes(
    ships: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("started")

    monkeypatch.setattr(readers, "_started", refused)
    assert len(told(prepared(supported(ships), {}))[1]) == len(supported(ships))


def test_what_is_prepared_is_cut_into_batches(ships: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = supported(ships)
    whole = list(Preparer().prepare(files, {}))
    assert len(whole) == 1
    monkeypatch.setattr(preparing, "_BATCH", 50)
    several = list(Preparer().prepare(files, {}))
    assert len(several) > 10
    assert told(iter(several)) == told(iter(whole))
    assert list(Preparer().prepare([], {})) == []


def test_files_without_words_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("?! — …")
    (tmp_path / "b.csv").write_text("text\n---\nA ferry.\n")
    _, outcomes = told(Preparer().prepare(supported(tmp_path), {}))
    assert outcomes["a.txt"].problems == (Problem("a.txt", "holds no words"),)
    assert outcomes["a.txt"].documents == 0
    assert outcomes["b.csv"].documents == 1


def test_a_file_that_is_gone_since_is_told(ships: Path) -> None:
    files = supported(ships)
    (ships / "00.txt").unlink()
    _, outcomes = told(Preparer().prepare(files, {}))
    assert "is gone" in outcomes["00.txt"].problems[0].reason
    assert outcomes["00.txt"].hash == ""


def test_batches_of_a_reused_preparer_are_independent(ships: Path) -> None:
    files = supported(ships)
    preparer = Preparer()
    first, second = (next(preparer.prepare(files, {})).batch for _ in range(2))
    for field in fields(first):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if isinstance(one, np.ndarray):
            assert np.array_equal(one, other)
        else:
            assert one == other
