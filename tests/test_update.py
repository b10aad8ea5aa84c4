"""Bringing an index up to date: every file is accounted for, and an interruption loses little."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa import preparing, update
from qa.answer import Document, Problem
from qa.catalogue import known_files
from qa.errors import DocumentError, FolderError, IndexStoreError
from qa.folder import File, load
from qa.index import Index
from qa.store import FILE_NAME
from qa.update import Report, refresh
from qa.writer import IndexWriter

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
        index.verify()
        return {entry.path: index.text(number_of(index, entry.path)) for entry in index.entries()}


def number_of(index: Index, path: str) -> int:
    number = index.find(path)
    assert number is not None
    return number


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

    monkeypatch.setattr(preparing, "load", watched)
    return paths


def check(report: Report, **expected: object) -> None:
    """The report says what is expected, and nothing beyond it."""
    nothing: dict[str, object] = {
        "read": (), "unchanged": 0, "removed": (), "failed": (), "unsupported": {}, "moved": (),
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
        refresh(folder, store),
        read=("harbour/bridge.txt",),
        unchanged=3,
        removed=("bridge.txt",),
        moved=(("bridge.txt", "harbour/bridge.txt"),),
    )
    assert "bridge.txt" not in held(store)
    assert held(store)["harbour/bridge.txt"] == text


def test_of_two_copies_one_is_the_moved_file(folder: Path, store: Path) -> None:
    refresh(folder, store)
    content = (folder / "bridge.txt").read_bytes()
    (folder / "bridge.txt").unlink()
    for name in ("x.txt", "y.txt"):
        (folder / name).write_bytes(content)
    check(
        refresh(folder, store),
        read=("x.txt", "y.txt"),
        unchanged=3,
        removed=("bridge.txt",),
        moved=(("bridge.txt", "x.txt"),),
    )


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
    assert known_files(store).states.keys() == held(store).keys()


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
    for name in ("a.odt", "b.ODT", "c.jpg", "Makefile"):
        (folder / name).write_bytes(b"\0\1\2")
    unsupported = {"(no suffix)": 1, ".odt": 2, ".jpg": 1}
    check(refresh(folder, store), read=ALL, unsupported=unsupported)
    check(refresh(folder, store), unchanged=4, unsupported=unsupported)


def test_files_of_other_kinds_in_an_archive_are_counted_as_in_a_folder(
    folder: Path, store: Path
) -> None:
    def pack(**members: str) -> None:
        with zipfile.ZipFile(folder / "old.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name.replace("_", "."), content)

    pack(a_txt="The archive holds a ferry.", b_jpg="no", c_jpg="no", d="no")
    (folder / "e.jpg").write_text("no")
    unsupported = {"(no suffix)": 1, ".jpg": 3}
    check(refresh(folder, store), read=(*ALL[:3], "old.zip", *ALL[3:]), unsupported=unsupported)
    check(refresh(folder, store), unchanged=5, unsupported=unsupported)
    os.utime(folder / "old.zip", (1, 1))
    check(refresh(folder, store), unchanged=5, unsupported=unsupported)
    pack(b_jpg="no")
    check(refresh(folder, store), unchanged=4, unsupported={".jpg": 2})


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
        patch.setattr(preparing, "load", closed)
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
        patch.setattr(preparing, "load", closed)
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
        ({"a.odt": b"x", "b.jpg": b"x"}, "kind that can be read .*txt.*; convert some"),
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


def test_progress_counts_the_files_that_must_be_looked_at(
    folder: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    refresh(folder, store, lambda done, of: seen.append((done, of)))
    assert seen == [(0, 4), (4, 4)]
    monkeypatch.setattr(preparing, "_LONGEST", -1.0)  # each file goes out by itself
    seen.clear()
    refresh(folder, tmp_path / "other", lambda done, of: seen.append((done, of)))
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
def test_an_interruption_keeps_what_was_read_and_the_next_run_completes(
    folder: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(preparing, "_LONGEST", -1.0)
    with pytest.raises(KeyboardInterrupt):
        refresh(folder, store, interrupted_at(count))
    assert tuple(known.states if (known := known_files(store)) else ()) == ALL[:count]
    if count:
        assert tuple(held(store)) == ALL[:count]
    check(refresh(folder, store), read=ALL[count:], unchanged=count)
    refresh(folder, tmp_path / "other")
    assert version(store) == version(tmp_path / "other")


def test_an_interruption_of_a_change_keeps_what_was_done(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "_LONGEST", -1.0)
    refresh(folder, store)
    for path in ALL[:2]:
        write(folder / path, f"A new text in {path}.")
    (folder / ALL[3]).unlink()
    with pytest.raises(KeyboardInterrupt):
        refresh(folder, store, interrupted_at(1))
    now = held(store)
    assert now[ALL[0]] == f"A new text in {ALL[0]}."
    assert now[ALL[1]].startswith("date")
    assert ALL[3] not in now
    check(refresh(folder, store), read=(ALL[1],), unchanged=2)


@pytest.mark.parametrize("place", ["take", "record", "keep", "commit", "_flush", "_write"])
@pytest.mark.parametrize("when", [1, 2])
def test_an_interruption_while_the_index_is_written_waits_until_it_is_whole(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch, place: str, when: int
) -> None:
    refresh(folder, store)
    for path in ALL[:3]:
        write(folder / path, f"A new text in {path}.")
    original = getattr(IndexWriter, place)
    calls: list[str] = []

    def interrupted(*arguments: object) -> object:
        calls.append(place)
        if len(calls) != when:
            return original(*arguments)
        signal.raise_signal(signal.SIGINT)
        result = original(*arguments)
        signal.raise_signal(signal.SIGINT)
        return result

    monkeypatch.setattr(preparing, "_LONGEST", -1.0)
    with monkeypatch.context() as patch:
        patch.setattr(IndexWriter, place, interrupted)
        patch.setattr(update, "_COMMIT_EVERY", -1.0)
        with pytest.raises(KeyboardInterrupt):
            refresh(folder, store)
    assert len(calls) >= when
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    now = held(store)  # which verifies it, too
    assert tuple(now) == ALL
    assert now[ALL[0]] == f"A new text in {ALL[0]}."
    report = refresh(folder, store)
    assert {"bridge.txt"}.isdisjoint(report.read)
    assert held(store)[ALL[2]] == f"A new text in {ALL[2]}."


def test_an_interruption_in_the_midst_of_reading_a_file(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(content: bytes, path: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(preparing, "documents_in", interrupted)
        with pytest.raises(KeyboardInterrupt):
            refresh(folder, store)
    check(refresh(folder, store), read=ALL)  # no lock is left behind either


CHILD = """
import os, sys
from pathlib import Path
from qa import preparing, readers, update
update._COMMIT_EVERY = -1.0
preparing._LONGEST = -1.0
if sys.argv[3] == "several":
    readers._ALONE = 0
    readers._JOB_FILES = 3
    os.cpu_count = lambda: 2
print("ready", flush=True)
sys.stdin.readline()
update.refresh(Path(sys.argv[1]), Path(sys.argv[2]))
print("done", flush=True)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("processes", ["one", "several"])
def test_a_process_that_is_ended_leaves_an_index_that_opens_and_can_be_completed(
    tmp_path: Path, store: Path, end: signal.Signals, processes: str
) -> None:
    rng = random.Random(5)

    def text() -> str:
        return " ".join(f"Ship {rng.randrange(99)} sails." for _ in range(40))

    texts = {f"{number:02}.txt": text() for number in range(30)}
    folder = tmp_path / "ships"
    for path, content in texts.items():
        write(folder / path, content)
    refresh(folder, store)
    seen = {path: {content} for path, content in texts.items()}
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), str(store), processes],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        )
        for _ in range(5)
    ]  # fmt: skip
    for child in children:
        assert child.stdin is not None
        assert child.stdout is not None
        for path in rng.sample(sorted(texts), 12):
            texts[path] = text()
            seen[path].add(texts[path])
            write(folder / path, texts[path])
        with child:
            assert child.stdout.readline() == "ready\n"
            child.stdin.write("go\n")
            child.stdin.flush()
            time.sleep(rng.random() * (0.25 if processes == "one" else 0.8))
            child.send_signal(end)
        now = held(store)  # verified, and each text one that stood there
        assert now.keys() == texts.keys()
        assert all(now[path] in seen[path] for path in now)
    refresh(folder, store)
    assert held(store) == texts
    refresh(folder, tmp_path / "whole")
    assert version(store) == version(tmp_path / "whole")


# --- files of many documents --------------------------------------------------------------------


def table(*rows: str) -> str:
    return "title,text\n" + "".join(f"Ship {row.split()[0]},{row}\n" for row in rows)


def test_of_a_changed_table_only_the_changed_rows_are_new(tmp_path: Path, store: Path) -> None:
    rows = [f"Number{n} sails at {n} o'clock." for n in range(30)]
    file = tmp_path / "place" / "ships.csv"
    write(file, table(*rows))
    report = refresh(file.parent, store)
    assert (report.read, report.documents) == (("ships.csv",), 30)
    rows[4] = "Number4 never sails."
    write(file, table(*rows))
    report = refresh(file.parent, store)
    assert (report.read, report.documents, report.failed) == (("ships.csv",), 30, ())
    with opened(store) as index:
        assert [int(view.live.sum()) for view in index.postings.segments] == [29, 1]
        assert "never sails" in index.text(number_of(index, "ships.csv#5"))
    assert version(store) == version_of(file.parent, tmp_path / "other")


def version_of(folder: Path, store: Path) -> str:
    """The version of an index built in one go."""
    refresh(folder, store)
    return version(store)


def test_rows_that_are_gone_are_forgotten(tmp_path: Path, store: Path) -> None:
    file = tmp_path / "place" / "ships.csv"
    write(file, table(*(f"Number{n} sails." for n in range(9))))
    refresh(file.parent, store)
    write(file, table("Number0 sails.", "Number7 sails."))
    assert refresh(file.parent, store).documents == 2
    assert list(held(store)) == ["ships.csv#1", "ships.csv#2"]
    assert "Number7" in held(store)["ships.csv#2"]
    file.unlink()
    report = refresh(file.parent, store)
    assert (report.removed, report.documents) == (("ships.csv",), 0)
    assert held(store) == {}


def test_members_of_an_archive_come_and_go_with_it(tmp_path: Path, store: Path) -> None:
    place = tmp_path / "place"
    write(place / "note.txt", "A note.")

    def pack(**members: str) -> None:
        with zipfile.ZipFile(place / "old.zip", "w") as archive:
            for name, content in members.items():
                archive.writestr(name.replace("_", "."), content)
        later(place / "old.zip")

    pack(a_txt="The ferry.", b_csv="text\nFirst row.\nSecond row.\n", c_odt="x", d_txt="")
    report = refresh(place, store)
    assert report.documents == 4
    assert report.read == ("note.txt", "old.zip")
    assert [problem.path for problem in report.failed] == ["old.zip/d.txt"]
    assert report.unsupported == {".odt": 1}
    assert list(held(store)) == [
        "note.txt", "old.zip/a.txt", "old.zip/b.csv#1", "old.zip/b.csv#2",
    ]  # fmt: skip
    assert refresh(place, store).failed == report.failed  # told again, without reading
    pack(a_txt="The ferry.", e_txt="A new one.")
    report = refresh(place, store)
    assert (report.read, report.documents, report.failed) == (("old.zip",), 3, ())
    assert list(held(store)) == ["note.txt", "old.zip/a.txt", "old.zip/e.txt"]
    with opened(store) as index:
        assert index.find("old.zip/a.txt") is not None
    (place / "old.zip").write_bytes(b"no archive at all")
    report = refresh(place, store)
    assert [problem.path for problem in report.failed] == ["old.zip"]
    assert list(held(store)) == ["note.txt"]


def test_a_part_that_cannot_be_read_is_told_with_its_place(tmp_path: Path, store: Path) -> None:
    write(tmp_path / "place" / "a.jsonl", '{"text": "A ferry."}\n{"text": \n{"text": "\\ud800."}\n')
    report = refresh(tmp_path / "place", store)
    assert [problem.path for problem in report.failed] == ["a.jsonl#2", "a.jsonl#3"]
    assert (report.read, report.documents) == (("a.jsonl",), 1)
    with opened(store) as index:
        assert index.problems() == report.failed


def test_an_interruption_in_the_midst_of_a_table_is_made_good_whatever_happens_to_it(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = table(*(f"Number{n} sails." for n in range(9)))
    new = table(*(f"Number{n} sank." for n in range(9)))
    file = tmp_path / "place" / "ships.csv"
    other = tmp_path / "place" / "note.txt"
    write(other, "A note.")
    write(file, old)
    refresh(file.parent, store)
    monkeypatch.setattr(preparing, "_BATCH", 40)

    def midway(path: str, content: str) -> None:
        """The third batch of a file is where it ends."""
        write(file.parent / path, content)
        taken: list[object] = []
        take = IndexWriter.take

        def interrupted(writer: IndexWriter, batch: object, files: object) -> None:
            take(writer, batch, files)  # type: ignore[arg-type]
            taken.append(batch)
            if len(taken) == 3:
                signal.raise_signal(signal.SIGINT)

        with monkeypatch.context() as patch:
            patch.setattr(IndexWriter, "take", interrupted)
            with pytest.raises(KeyboardInterrupt):
                refresh(file.parent, store)

    midway("ships.csv", new)
    assert {"sank" in text for text in held(store).values()} == {True, False}
    write(file, old)  # as it was: not to be taken for unchanged
    refresh(file.parent, store)
    assert not any("sank" in text for text in held(store).values())
    midway("more.csv", new)
    assert any(path.startswith("more.csv") for path in held(store))
    (file.parent / "more.csv").unlink()  # before it was ever read whole
    refresh(file.parent, store)
    assert version(store) == version_of(file.parent, tmp_path / "other")


def test_a_thread_may_refresh(folder: Path, store: Path) -> None:
    reports: list[Report] = []
    thread = threading.Thread(target=lambda: reports.append(refresh(folder, store)))
    thread.start()
    thread.join()
    check(reports[0], read=ALL)


def test_readers_and_writers_at_once_see_whole_commits(
    tmp_path: Path, store: Path, document: Callable[..., Document]
) -> None:
    folder = tmp_path / "place"
    numbers = [f"{n}.txt" for n in range(12)]

    def rewrite(edition: int) -> None:
        for name in numbers:
            write(folder / name, f"Edition {edition} of this paper.")

    rewrite(0)
    refresh(folder, store)
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        try:
            while not stop.is_set():
                texts = set(held(store).values())
                if len(texts) != 1:
                    wrong.append(texts)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for edition in range(1, 12):
        rewrite(edition)
        refresh(folder, store)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert set(held(store).values()) == {"Edition 11 of this paper."}
