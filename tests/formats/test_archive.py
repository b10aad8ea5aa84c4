"""gzip and zip: what is in them is read, and nothing in them can do harm."""

from __future__ import annotations

import gzip
import struct
import warnings
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from qa import archive
from qa.answer import Document, Problem
from qa.documents import Unread, documents_in
from qa.errors import DocumentError

One = Callable[[bytes, str], Document]
Found = Callable[[bytes, str], list[Any]]


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return stream.getvalue()


def by_path(results: list[Any]) -> dict[str, str]:
    """What is told of each: a document's text, why there is none, or a kind that is not read."""
    names = {Document: "text", Problem: "reason", Unread: "kind"}
    return {one.path: getattr(one, names[type(one)]) for one in results}


# --- gzip ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["2023-09-19-the_vote.txt.gz", "2023-09-19-the_vote.TXT.GZ"])
def test_a_packed_file_keeps_its_name_and_is_read_as_what_it_is(path: str, one: One) -> None:
    document = one(gzip.compress(b"The council met."), path)
    assert (document.path, document.text) == (path, "The council met.")
    assert (document.title, document.date) == ("the vote", "2023-09-19")


def test_a_packed_table_has_rows(found: Found) -> None:
    results = found(gzip.compress(b"title,text\na,b\nc,d\n"), "news.csv.gz")
    assert [one.path for one in results] == ["news.csv.gz#1", "news.csv.gz#2"]
    assert results[0].title == "a"


def test_files_packed_one_after_the_other_are_one(one: One) -> None:
    assert one(gzip.compress(b"One. ") + gzip.compress(b"Two."), "a.txt.gz").text == "One. Two."


def test_what_stands_before_the_damage_is_read(found: Found) -> None:
    lines = b"".join(b'{"text": "This is line %d."}\n' % number for number in range(20_000))
    content = gzip.compress(lines)
    results = found(content[: len(content) // 2], "a.jsonl.gz")
    assert len(results) > 1_000
    assert results[0].text == "This is line 0."
    assert results[-1] == Problem(
        "a.jsonl.gz", "is damaged: only what stands before the damage was read"
    )


@pytest.mark.parametrize(
    ("content", "path", "reason"),
    [
        (b"The council met.", "a.txt.gz", "is no gzip file, or a damaged one"),
        (gzip.compress(b"The council met.")[:12], "a.txt.gz", "is no gzip file, or a damaged one"),
        (gzip.compress(b""), "a.txt.gz", "is empty"),
        (gzip.compress(gzip.compress(b"x")), "a.txt.gz.gz", "is an archive inside an archive"),
        (gzip.compress(packed({"a.txt": b"x"})), "a.zip.gz", "is an archive inside an archive"),
        (gzip.compress(b"x"), "a.tar.gz", r"is a \.tar\.gz file, a kind that is not read"),
        (gzip.compress(b"x"), "a.gz", r"is a \.gz file, a kind that is not read"),
        (gzip.compress(b" " * (64 << 20)), "a.txt.gz", "more than 250 times its size"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_with_the_reason(
    content: bytes, path: str, reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason):
        list(documents_in(content, path))


# --- zip ----------------------------------------------------------------------------------------


def test_files_in_an_archive_are_documents_of_their_own(found: Found) -> None:
    members = {
        "a.txt": b"One.",
        "deep/in/b.md": b"# Two\n\nThree.",
        "news.csv": b"title,text\nFour,Five\n",
        "empty.txt": b"",
        "noise.txt": bytes(range(256)) * 4,
        ".hidden.txt": b"no",
        "__MACOSX/._a.txt": b"no",
        "folder/": b"",
        "photo.jpg": b"no",
        "photo.png": b"no",
        "inner.zip": packed({"c.txt": b"no"}),
        "c.txt.gz": gzip.compress(b"no"),
    }
    reason = "is an archive inside an archive, which is not opened: unpack it"
    assert by_path(found(packed(members), "my/archive.zip")) == {
        "my/archive.zip/a.txt": "One.",
        "my/archive.zip/deep/in/b.md": "Two\n\nThree.",
        "my/archive.zip/news.csv#1": "Four\n\nFive",
        "my/archive.zip/empty.txt": "is empty",
        "my/archive.zip/noise.txt": "is binary, not text",
        "my/archive.zip/inner.zip": reason,
        "my/archive.zip/c.txt.gz": reason,
        "my/archive.zip/photo.jpg": ".jpg",
        "my/archive.zip/photo.png": ".png",
    }


def test_names_lead_nowhere_and_can_be_encoded(found: Found) -> None:
    names = [
        "../../etc/a.txt",
        "/abs.txt",
        "C:\\x\\win.txt",
        "a//./b.txt",
        "new\nline.txt",
        "Ü.txt",
    ]
    results = found(packed(dict.fromkeys(names, b"x")), "z.zip")
    assert [one.path for one in results] == [
        "z.zip/etc/a.txt",
        "z.zip/abs.txt",
        "z.zip/C:/x/win.txt",
        "z.zip/a/b.txt",
        "z.zip/new line.txt",
        "z.zip/Ü.txt",
    ]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [(b"caf\xe9.txt", "caf\\udce9.txt"), ("café".encode() + b".txt", "café.txt")],
)
def test_names_without_a_mark_are_utf8_or_escaped_as_in_a_folder(
    raw: bytes, shown: str, found: Found
) -> None:
    stand_in = b"X" * (len(raw) - 4) + b".txt"
    content = packed({stand_in.decode(): b"text"}).replace(stand_in, raw)
    assert [one.path for one in found(content, "z.zip")] == [f"z.zip/{shown}"]


def test_equal_names_are_told_apart(found: Found) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        for text in ("one", "two", "three"):
            with warnings.catch_warnings(action="ignore"):
                target.writestr("a.txt", text)
        target.writestr("a (2).txt", "four")
    assert by_path(found(stream.getvalue(), "z.zip")) == {
        "z.zip/a.txt": "one",
        "z.zip/a (2).txt": "two",
        "z.zip/a (3).txt": "three",
        "z.zip/a (2) (2).txt": "four",
    }


def test_one_damaged_or_locked_member_does_not_stop_the_others(found: Found) -> None:
    content = bytearray(packed({"a.txt": b"One.", "b.txt": b"Two.", "c.txt": b"Three."}, 0))
    content[content.index(b"Two.")] ^= 1
    listed = content.rindex(b"PK\x01\x02")  # the entry of the last member
    content[listed + 8] |= 1
    assert by_path(found(bytes(content), "z.zip")) == {
        "z.zip/a.txt": "One.",
        "z.zip/b.txt": "is damaged and cannot be unpacked",
        "z.zip/c.txt": "is encrypted: unpack it with its password, then index again",
    }


def test_other_ways_of_packing_are_told_of(found: Found) -> None:
    (problem,) = found(packed({"a.txt": b"text" * 99}, zipfile.ZIP_LZMA), "z.zip")
    assert problem.reason == "is packed with a method that is not read; pack it anew"


def test_bombs_are_not_unpacked(found: Found) -> None:
    results = found(packed({"bomb.txt": b"a " * (16 << 20), "a.txt": b"One."}), "z.zip")
    assert "more than 250 times its size" in results[0].reason
    assert results[1].text == "One."


def test_no_more_than_the_limit_comes_out_of_one_archive(
    monkeypatch: pytest.MonkeyPatch, found: Found
) -> None:
    members = {f"{number}.txt": b"word " * 100 for number in range(5)}
    monkeypatch.setattr(archive.Archive.__init__, "__defaults__", (1_200, "zip archive"))
    results = found(packed(members), "z.zip")
    assert [isinstance(one, Document) for one in results] == [True, True, False, False, False]
    assert "unpacks to more than 1 GiB" in results[-1].reason


def test_sizes_that_lie_are_not_believed(found: Found) -> None:
    content = packed({"a.txt": b"a" * 100_000})
    assert content.count(struct.pack("<L", 100_000)) == 2
    lying = content.replace(struct.pack("<L", 100_000), struct.pack("<L", 10))
    (problem,) = found(lying, "z.zip")
    assert "damaged" in problem.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not an archive", "is no zip archive, or a damaged one"),
        (packed({"a.txt": b"text"})[:-10], "is no zip archive, or a damaged one"),
        (packed({}), "is empty"),
        (packed({"folder/": b""}), "is empty"),
        (packed({".hidden.txt": b"text"}), "is empty"),
    ],
)
def test_what_is_no_archive_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        list(documents_in(content, "z.zip"))


def test_nothing_is_written_to_disk(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, found: Found
) -> None:
    monkeypatch.chdir(tmp_path)
    found(packed({"../a.txt": b"One.", "b/c.txt": b"Two."}), "z.zip")
    assert list(tmp_path.parent.glob("a.txt")) == list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("z.zip", packed({"a.txt": b"One. " * 40, "d/b.csv": b"title,text\nc,d\n"})),
        ("z.zip", packed({"a.txt": b"One. " * 40, "d/b.csv": b"title,text\nc,d\n"}, 0)),
        ("a.txt.gz", gzip.compress(b"The council met. " * 40)),
        ("a.csv.gz", gzip.compress(b"title,text\nc,d\n")),
    ],
)
def test_broken_archives_are_read_or_refused(
    path: str, content: bytes, survives: Callable[..., None]
) -> None:
    survives(content, path, 600)
