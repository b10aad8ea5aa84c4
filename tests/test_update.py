"""Bringing an index up to date: every file is accounted for, and an interruption loses little."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa import update
from qa.documents import File, load
from qa.errors import DocumentError, FolderError, IndexStoreError
from qa.index import Index, known_files
from qa.store import FILE_NAME
from qa.update import Problem, Report, refresh

CHECKOUT = Path(__file__).parent.parent
ALL = ("bridge.txt", "harbour/ferry.txt", "harbour/notes.md", "plain.html")


@contextmanager
def opened(store: Path) -> Iterator[Index]:
    index = Index(store)
    try:
        yield index
    finally:
        index.close()


def held(store: Path) -> dict[str, str]:
    """The texts in the index, by path."""
    with opened(store) as index:
        return {entry.path: index.text(number) for number, entry in enumerate(index.entries)}


def version(store: Path) -> str:
    with opened(store) as index:
        return index.info.version


def later(file: Path) -> None:
    """Lets the file look changed, whatever the clock's resolution."""
    state = file.stat()
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns + 1_000_000))


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.stat().st_mtime_ns if file.exists() else 0
    file.write_text(text, "utf-8")
    if file.stat().st_mtime_ns <= before:
        os.utime(file, ns=(before, before + 1_000_000))


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are opened from now on."""
    paths: list[str] = []

    def watched(file: File) -> bytes:
        paths.append(file.path)
        return load(file)

    monkeypatch.setattr(update, "load", watched)
    return paths


def check(report: Report, **expected: object) -> None:
    """The report says what is expected, and nothing beyond it."""
    nothing: dict[str, object] = {
        "read": (), "unchanged": 0, "removed": (), "failed": (), "unsupported": {},
    }  # fmt: skip
    assert {name: getattr(report, name) for name in nothing} == {**nothing, **expected}
    assert report.documents == len(report.read) + report.unchanged
    assert report.seconds >= 0


# --- what happens to files ----------------------------------------------------------------------


def test_a_new_folder_is_read_whole(folder: Path, store: Path) -> None:
    check(refresh(folder, store), read=ALL)
    assert tuple(held(store)) == ALL
    assert "cut the ribbon" in held(store)["bridge.txt"]


def test_unchanged_files_are_not_opened_and_the_index_not_written(
    folder: Path, store: Path, loaded: list[str]
) -> None:
    refresh(folder, store)
    assert sorted(loaded) == sorted(ALL)
    loaded.clear()
    before = (store / FILE_NAME).read_bytes()
    check(refresh(folder, store), unchanged=4)
    assert loaded == []
    assert (store / FILE_NAME).read_bytes() == before


def test_only_new_and_changed_files_are_opened(
    folder: Path, store: Path, loaded: list[str]
) -> None:
    refresh(folder, store)
    loaded.clear()
    write(folder / "bridge.txt", "The bridge is closed again.")
    write(folder / "new/sale.txt", "The sale begins on Monday.")
    check(refresh(folder, store), read=("bridge.txt", "new/sale.txt"), unchanged=3)
    assert sorted(loaded) == ["bridge.txt", "new/sale.txt"]
    assert held(store)["bridge.txt"] == "The bridge is closed again."
    assert "new/sale.txt" in held(store)


def test_a_change_that_keeps_the_size_is_seen(folder: Path, store: Path) -> None:
    file = folder / "bridge.txt"
    refresh(folder, store)
    write(file, file.read_text("utf-8").replace("14 months", "15 months"))
    check(refresh(folder, store), read=("bridge.txt",), unchanged=3)
    assert "15 months" in held(store)["bridge.txt"]


def test_a_file_touched_without_a_change_counts_as_unchanged(
    folder: Path, store: Path, loaded: list[str]
) -> None:
    refresh(folder, store)
    before = version(store)
    later(folder / "bridge.txt")
    loaded.clear()
    check(refresh(folder, store), unchanged=4)
    check(refresh(folder, store), unchanged=4)
    assert loaded == ["bridge.txt"]  # once, to see that its content is the same
    assert version(store) == before


def test_a_moved_file_is_found_in_its_new_place_only(folder: Path, store: Path) -> None:
    refresh(folder, store)
    text = held(store)["bridge.txt"]
    (folder / "bridge.txt").rename(folder / "harbour" / "bridge.txt")
    check(
        refresh(folder, store), read=("harbour/bridge.txt",), unchanged=3, removed=("bridge.txt",)
    )
    assert "bridge.txt" not in held(store)
    assert held(store)["harbour/bridge.txt"] == text


def test_two_files_that_change_places_are_told_apart(folder: Path, store: Path) -> None:
    write(folder / "one.txt", "The first text.")
    write(folder / "two.txt", "The other text.")
    refresh(folder, store)
    (folder / "one.txt").rename(folder / "swap.tmp")
    (folder / "two.txt").rename(folder / "one.txt")
    (folder / "swap.tmp").rename(folder / "two.txt")
    later(folder / "one.txt")
    later(folder / "two.txt")
    refresh(folder, store)
    assert held(store)["one.txt"] == "The other text."
    assert held(store)["two.txt"] == "The first text."


def test_deleted_files_are_forgotten(folder: Path, store: Path) -> None:
    refresh(folder, store)
    (folder / "bridge.txt").unlink()
    (folder / "harbour" / "ferry.txt").unlink()
    check(refresh(folder, store), unchanged=2, removed=("bridge.txt", "harbour/ferry.txt"))
    assert tuple(held(store)) == ("harbour/notes.md", "plain.html")
    assert known_files(store).keys() == held(store).keys()  # type: ignore[union-attr]


def test_a_folder_may_become_empty_and_fill_again(folder: Path, store: Path) -> None:
    refresh(folder, store)
    before = version(store)
    kept = {path: (folder / path).read_bytes() for path in ALL}
    for path in ALL:
        (folder / path).unlink()
    check(refresh(folder, store), removed=ALL)
    assert held(store) == {}
    for path, content in kept.items():
        (folder / path).write_bytes(content)
    check(refresh(folder, store), read=ALL)
    assert version(store) == before


def test_a_file_in_place_of_a_folder(folder: Path, store: Path) -> None:
    write(folder / "x.txt" / "inner.txt", "The inner text.")
    refresh(folder, store)
    (folder / "x.txt" / "inner.txt").unlink()
    (folder / "x.txt").rmdir()
    write(folder / "x.txt", "The outer text.")
    check(refresh(folder, store), read=("x.txt",), unchanged=4, removed=("x.txt/inner.txt",))


def test_kinds_that_are_not_read_are_counted_by_suffix(folder: Path, store: Path) -> None:
    for name in ("a.docx", "b.DOCX", "c.jpg", "Makefile"):
        (folder / name).write_bytes(b"\0\1\2")
    unsupported = {"(no suffix)": 1, ".docx": 2, ".jpg": 1}
    check(refresh(folder, store), read=ALL, unsupported=unsupported)
    check(refresh(folder, store), unchanged=4, unsupported=unsupported)


# --- files that cannot be read ------------------------------------------------------------------


def test_what_holds_nothing_is_told_again_each_time_and_not_opened_again(
    folder: Path, store: Path, loaded: list[str]
) -> None:
    write(folder / "empty.txt", "")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "broken.txt").symlink_to(folder / "nowhere.txt")
    first = refresh(folder, store)
    assert [problem.path for problem in first.failed] == ["binary.txt", "broken.txt", "empty.txt"]
    assert all(problem.reason for problem in first.failed)
    check(first, read=ALL, failed=first.failed)
    loaded.clear()
    check(refresh(folder, store), unchanged=4, failed=first.failed)
    assert loaded == []


def test_a_file_that_loses_its_content_loses_its_document(folder: Path, store: Path) -> None:
    refresh(folder, store)
    write(folder / "bridge.txt", "")
    check(refresh(folder, store), unchanged=3, failed=(Problem("bridge.txt", "is empty"),))
    assert "bridge.txt" not in held(store)
    write(folder / "bridge.txt", "The bridge is back.")
    check(refresh(folder, store), read=("bridge.txt",), unchanged=3)
    assert held(store)["bridge.txt"] == "The bridge is back."


def test_a_file_that_could_not_be_opened_is_tried_again_without_a_change(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(file: File) -> bytes:
        if file.path == "bridge.txt":
            raise DocumentError("you have no permission to read")
        return load(file)

    failed = (Problem("bridge.txt", "you have no permission to read"),)
    with monkeypatch.context() as patch:
        patch.setattr(update, "load", closed)
        check(refresh(folder, store), read=ALL[1:], failed=failed)
        check(refresh(folder, store), unchanged=3, failed=failed)
        assert "bridge.txt" not in held(store)
    check(refresh(folder, store), read=("bridge.txt",), unchanged=3)
    assert tuple(held(store)) == ALL


def test_a_changed_file_that_cannot_be_opened_is_not_answered_from_its_old_text(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(file: File) -> bytes:
        raise DocumentError("you have no permission to read")

    refresh(folder, store)
    before = version(store)
    later(folder / "bridge.txt")
    with monkeypatch.context() as patch:
        patch.setattr(update, "load", closed)
        report = refresh(folder, store)
    assert [problem.path for problem in report.failed] == ["bridge.txt"]
    assert "bridge.txt" not in held(store)
    check(refresh(folder, store), read=("bridge.txt",), unchanged=3)
    assert version(store) == before


def test_a_folder_that_is_gone_leaves_the_index_as_it_was(folder: Path, store: Path) -> None:
    refresh(folder, store)
    before = held(store)
    with pytest.raises(FolderError):
        refresh(folder / "gone", store)
    assert held(store) == before


def test_a_damaged_index_is_told_not_overwritten(folder: Path, store: Path) -> None:
    store.mkdir()
    (store / FILE_NAME).write_bytes(b"Something else entirely. " * 100)
    with pytest.raises(IndexStoreError, match="rebuild"):
        refresh(folder, store)
    assert (store / FILE_NAME).read_bytes().startswith(b"Something else")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no document in .*; put some there"),
        ({"a.docx": b"x", "b.jpg": b"x"}, "kind that can be read .*txt.*; convert some"),
        ({"a.txt": b"", "b.jpg": b"x"}, r"none of the 1 documents .* \(a.txt: is empty\)"),
    ],
)
def test_why_nothing_was_found(
    tmp_path: Path, store: Path, files: dict[str, bytes], message: str
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    for name, content in files.items():
        (place / name).write_bytes(content)
    report = refresh(place, store)
    assert report.documents == 0
    with pytest.raises(FolderError, match=message):
        raise FolderError(report.why_nothing(place))


# --- progress and interruption ------------------------------------------------------------------


def test_progress_counts_the_files_that_must_be_looked_at(folder: Path, store: Path) -> None:
    seen: list[tuple[int, int]] = []
    refresh(folder, store, lambda done, of: seen.append((done, of)))
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    seen.clear()
    refresh(folder, store, lambda done, of: seen.append((done, of)))
    assert seen == []
    write(folder / "bridge.txt", "A change.")
    refresh(folder, store, lambda done, of: seen.append((done, of)))
    assert seen == [(0, 1), (1, 1)]


def interrupted_at(count: int) -> Callable[[int, int], None]:
    def progress(done: int, of: int) -> None:
        if done == count:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_interruption_keeps_what_is_committed_and_the_next_run_completes(
    folder: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(update, "_COMMIT_EVERY", -1.0)  # after each file
    with pytest.raises(KeyboardInterrupt):
        refresh(folder, store, interrupted_at(count))
    known = known_files(store) or {}
    assert tuple(known) == ALL[:count]
    if count:
        assert tuple(held(store)) == ALL[:count]
    check(refresh(folder, store), read=ALL[count:], unchanged=count)
    refresh(folder, tmp_path / "other")
    assert version(store) == version(tmp_path / "other")


def test_an_interruption_between_commits_leaves_the_last_one(folder: Path, store: Path) -> None:
    refresh(folder, store)
    before = held(store)
    for path in ALL[:2]:
        write(folder / path, f"A new text in {path}.")
    (folder / ALL[3]).unlink()
    with pytest.raises(KeyboardInterrupt):
        refresh(folder, store, interrupted_at(1))
    assert held(store) == before
    check(refresh(folder, store), read=ALL[:2], unchanged=1, removed=(ALL[3],))


def test_an_interruption_in_the_midst_of_reading_a_file(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(content: bytes, path: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(update, "read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            refresh(folder, store)
    check(refresh(folder, store), read=ALL)  # no lock is left behind either


CHILD = """
import sys
from pathlib import Path
from qa import update
update._COMMIT_EVERY = -1.0
print("ready", flush=True)
sys.stdin.readline()
update.refresh(Path(sys.argv[1]), Path(sys.argv[2]))
print("done", flush=True)
"""


def test_a_killed_process_leaves_an_index_that_opens_and_can_be_completed(
    tmp_path: Path, store: Path
) -> None:
    rng = random.Random(5)
    texts = {
        f"{number:02}.txt": " ".join(f"Ship {rng.randrange(99)} sails." for _ in range(40))
        for number in range(30)
    }
    folder = tmp_path / "ships"
    for path, text in texts.items():
        write(folder / path, text)
    started = time.perf_counter()
    refresh(folder, tmp_path / "whole")
    whole = time.perf_counter() - started
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), str(store)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        for _ in range(6)
    ]  # fmt: skip
    counts = []
    for child in children:
        assert child.stdin is not None
        assert child.stdout is not None
        with child:
            assert child.stdout.readline() == "ready\n"
            child.stdin.write("go\n")
            child.stdin.flush()
            time.sleep(rng.random() * whole)
            child.kill()
        known = known_files(store) or {}
        counts.append(len(known))
        if known:
            assert held(store) == {path: texts[path] for path in known}
    assert counts == sorted(counts)  # what was committed stays
    report = refresh(folder, store)
    check(report, read=tuple(texts)[counts[-1] :], unchanged=counts[-1])
    assert version(store) == version(tmp_path / "whole")
