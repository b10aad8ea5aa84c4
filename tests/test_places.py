"""Where things are: one index for each folder, whatever it is called, and away from home here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.errors import FolderError
from qa.places import default_folder, default_store, inside, tidy


def test_the_shipped_collection_is_there_and_holds_a_document() -> None:
    assert any(default_folder().glob("*.txt"))


def test_the_index_is_kept_in_the_cache_and_named_after_its_folder(
    tmp_path: Path, cache: Path
) -> None:
    store = default_store(tmp_path / "My articles, 2023")
    assert store.parent == cache / "verbatim-qa"
    assert store.name.startswith("My-articles-2023-")
    assert not store.exists()  # asking makes nothing


def test_one_folder_has_one_index_by_whatever_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    names = ("articles", "./articles/", "link", "articles/../articles", str(folder))
    assert {default_store(Path(name)) for name in names} == {default_store(folder)}


def test_different_folders_have_different_indexes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("a/x", "b/x", "a/X", "a/x y", "a/x-y", "a/x_y", "a")]
    assert len({default_store(folder) for folder in folders}) == len(folders)


@pytest.mark.parametrize(
    "name",
    ["/", "a" * 255, "文" * 80, "...", "a\nb", "*?<>|:", os.fsdecode(b"caf\xe9"), "\U0001f4f0"],
)
def test_any_name_gives_a_place_that_can_be_made(tmp_path: Path, name: str) -> None:
    store = default_store(tmp_path / name)
    store.mkdir(parents=True)
    assert store.is_dir()
    assert len(os.fsencode(store.name)) <= 255


def test_links_in_a_circle_are_borne(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert default_store(tmp_path / "a").name


def test_a_name_that_no_folder_can_have_is_told() -> None:
    with pytest.raises(FolderError, match="no folder"):
        default_store(Path("a\0b"))


@pytest.mark.parametrize(
    "written", ["a/b.txt", "./a/b.txt", "a//b.txt", "a\\b.txt", "c/../a/b.txt"]
)
def test_paths_are_written_in_one_way(written: str) -> None:
    assert tidy(written) == "a/b.txt"


def test_a_file_is_found_inside_of_its_folder_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "docs"
    (folder / "news").mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    (folder / "latest.txt").symlink_to(tmp_path / "elsewhere.txt")
    monkeypatch.chdir(tmp_path)
    for name in (
        "docs/news/b.txt",
        "link/news/b.txt",
        "docs\\news\\b.txt",
        "docs/../docs/news/b.txt",
    ):
        for given in (Path("docs"), Path("link"), folder):
            assert inside(given, name) == "news/b.txt"
    assert inside(folder, "docs/latest.txt") == "latest.txt"
    assert inside(folder, "docs/...txt") == "...txt"
    for name in ("docs", "", ".", "..", "news/b.txt", "../b.txt", "docs/..", "docsx/b.txt", "a\0b"):
        assert inside(folder, name) is None
