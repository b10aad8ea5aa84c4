"""A server follows its folder: what changes there is answered from, without a restart."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from qa import Bot
from web import attach, create_app
from web.engine import attached
from web.following import Follower

QUESTION = "Who opened the Ostwick bridge?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The bridge\n\nAda Lindqvist opened the Ostwick bridge.\n")
    return folder


class Followed:
    """An application over a folder, and what its follower told."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        self.app: Flask = create_app(None)
        self.told: list[Any] = []
        attach(self.app, Bot.open(folder, index=store))
        self.follower = Follower(
            self.app, folder, store, changed=self.told.append, failed=self.told.append, quiet=0.05
        )
        self.follower.start()
        # What was changed before the system tells of changes would be seen a minute later.
        self.until(lambda: (folder / "first.txt").write_text(f"{time.time()}\n") and self.told)

    def until(self, true: Callable[[], Any]) -> None:
        end = time.monotonic() + 30
        while not true():
            assert time.monotonic() < end
            time.sleep(0.05)

    def answer(self) -> str | None:
        answer: str | None = (
            self.app.test_client().get("/ask", query_string={"q": QUESTION}).json["answer"]
        )
        return answer


@pytest.fixture
def followed(folder: Path, tmp_path: Path) -> Iterator[Followed]:
    followed = Followed(folder, tmp_path / "index")
    yield followed
    followed.follower.stop()
    attach(followed.app, None)
    assert not followed.follower._thread.is_alive()


def test_what_is_written_moved_and_deleted_is_answered_from(followed: Followed) -> None:
    assert followed.answer() == "Ada Lindqvist"
    bridge = followed.folder / "bridge.txt"
    bridge.write_text("The bridge\n\nOlga Brandt opened the Ostwick bridge.\n")
    followed.until(lambda: followed.answer() == "Olga Brandt")

    bridge.unlink()
    followed.until(lambda: followed.answer() is None)

    (followed.folder / "new").mkdir()
    (followed.folder / "new" / "b.txt").write_text("Ivo Marić opened the Ostwick bridge.\n")
    followed.until(lambda: followed.answer() == "Ivo Marić")
    info = attached(followed.app)
    followed.until(lambda: followed.told and followed.told[-1] == info)


def test_a_folder_that_is_lost_is_told_once_and_the_old_version_answers(
    followed: Followed,
) -> None:
    shutil.rmtree(followed.folder)
    followed.until(lambda: any(isinstance(told, str) for told in followed.told))
    assert followed.answer() == "Ada Lindqvist"


def test_hidden_files_and_the_index_itself_are_not_followed(tmp_path: Path) -> None:
    store = tmp_path / "articles" / "index"
    follower = Follower(create_app(None), tmp_path / "articles", store)
    assert follower._concerns(tmp_path / "articles" / "a.txt")
    assert follower._concerns(tmp_path / "articles" / "sub" / "a.txt")
    assert not follower._concerns(tmp_path / "articles" / ".git" / "a.txt")
    assert not follower._concerns(tmp_path / "articles" / "sub" / ".a.txt.swp")
    assert not follower._concerns(store / "index.sqlite-wal")


def test_no_request_fails_and_none_mixes_versions(followed: Followed) -> None:
    """Two texts in turn: each answer is of the one whose version it names."""
    bridge, seen, over = followed.folder / "bridge.txt", set(), threading.Event()
    wrong: list[Any] = []

    def ask() -> None:
        client = followed.app.test_client()
        while not over.is_set():
            response = client.get("/ask", query_string={"q": QUESTION})
            answer = response.json
            if response.status_code != 200 or not answer["quotes"]:
                wrong.append(answer)
            seen.add((answer["index"]["version"], answer["answer"]))

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    for name in ("Olga Brandt", "Ivo Marić", "Olga Brandt"):
        bridge.write_text(f"The bridge\n\n{name} opened the Ostwick bridge.\n")
        followed.until(lambda name=name: followed.answer() == name)
    over.set()
    for thread in asking:
        thread.join(10)
    assert not wrong
    versions = dict(seen)
    assert len(versions) == len(seen) == 3
