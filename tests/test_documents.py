"""What a folder holds, and what each kind of file says: title, date, headline and text."""

from __future__ import annotations

import contextlib
import gzip
import os
import pickle
import re
import socket
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.answer import Document, Problem
from qa.documents import READERS, document_id, documents_in
from qa.errors import DocumentError, FolderError
from qa.folder import File, load, scan
from qa.plain import heading
from qa.reading import from_name, written_date

SEED = Path(__file__).parent.parent / "seeds" / "000_e69c3c7086d68f7f.txt"


def headline(document: Document) -> str | None:
    span = document.headline
    return None if span is None else document.text[span.start : span.end]


# Kinds of files that are one text from beginning to end.
TEXTS = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml")


def read(content: bytes, path: str) -> Document:
    """The one document of a file."""
    (document,) = documents_in(content, path)
    assert isinstance(document, Document), document
    return document


def of(text: str, path: str) -> Document:
    return read(text.encode(), path)


# --- the folder ---------------------------------------------------------------------------------

Unprivileged = Callable[[], contextlib.AbstractContextManager[None]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may enter; those pytest makes are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name).resolve()
        path.chmod(0o755)
        yield path


def problems(folder: Path) -> dict[str, str | None]:
    return {file.path: file.problem for file in scan(folder)}


def test_scan_finds_files_of_all_levels_in_order_of_their_paths(folder: Path) -> None:
    (folder / "b" / "deep").mkdir(parents=True)
    for name in ("z.txt", "b/a.md", "b/deep/c.HTML", "a.txt"):
        (folder / name).write_text("some text")
    files = scan(folder)
    assert [file.path for file in files] == ["a.txt", "b/a.md", "b/deep/c.HTML", "z.txt"]
    assert all(file.problem is None and file.supported for file in files)
    assert [load(file) for file in files] == [b"some text"] * 4
    assert files[0] == File(
        "a.txt", str(folder / "a.txt"), 9, (folder / "a.txt").stat().st_mtime_ns, None, True
    )


def test_scan_is_given_a_relative_folder_or_a_link_to_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "real").mkdir()
    (folder / "real" / "a.txt").write_text("x")
    (folder / "link").symlink_to("real")
    monkeypatch.chdir(folder)
    assert problems(Path("real")) == problems(Path("link")) == {"a.txt": None}


def test_hidden_files_and_folders_are_left_out(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "a.txt").write_text("x")
    (folder / ".hidden.txt").write_text("x")
    assert scan(folder) == []


def test_files_of_other_kinds_are_named_but_are_no_failure(folder: Path) -> None:
    for name in ("photo.JPG", "README", "a.txt"):
        (folder / name).write_text("x")
    files = {file.path: file for file in scan(folder)}
    assert not files["photo.JPG"].supported
    assert files["photo.JPG"].problem == "is a .jpg file, a kind that is not read"
    assert not files["README"].supported
    assert files["a.txt"].supported


def test_packed_files_are_known_by_what_is_in_them(folder: Path) -> None:
    names = ("a.txt.gz", "b.CSV.GZ", "c.zip", "d.tar.gz", "e.gz", "f.pdf", "g.docx")
    for name in names:
        (folder / name).write_text("x")
    problems_of = {file.path: file.problem for file in scan(folder) if not file.supported}
    assert problems_of == {
        "d.tar.gz": "is a .tar.gz file, a kind that is not read",
        "e.gz": "is a .gz file, a kind that is not read",
    }


def test_links_are_read_only_where_they_add_a_document(folder: Path) -> None:
    outside = folder.parent / f"{folder.name}-outside.txt"
    outside.write_text("a secret")
    try:
        (folder / "..data").mkdir()
        (folder / "..data" / "mounted.txt").write_text("mounted")
        (folder / "sub").mkdir()
        (folder / "a.txt").write_text("x")
        (folder / "again.txt").symlink_to("a.txt")
        (folder / "blob").write_text("y")
        (folder / "blob.txt").symlink_to("blob")
        (folder / "broken.txt").symlink_to("nowhere.txt")
        (folder / "elsewhere").symlink_to("sub")
        (folder / "loop.txt").symlink_to("loop.txt")
        (folder / "mounted.txt").symlink_to("..data/mounted.txt")
        (folder / "mounted2.txt").symlink_to("..data/mounted.txt")
        (folder / "out.txt").symlink_to(outside)
        (folder / "null.txt").symlink_to("/dev/null")
        (folder / "up").symlink_to("..")
        found = problems(folder)
        mounted = next(file for file in scan(folder) if file.path == "mounted.txt")
        assert load(mounted) == b"mounted"
    finally:
        outside.unlink()
    # The same file under a second name would be quoted twice.
    assert "again.txt" not in found
    assert "mounted2.txt" not in found
    assert found["mounted.txt"] is found["blob.txt"] is found["a.txt"] is None
    assert found["broken.txt"] == "is a broken link: what it points to does not exist"
    assert found["elsewhere"] == "is a link to a folder, which is not followed"
    assert "link that cannot be read" in (found["loop.txt"] or "")
    for name in ("out.txt", "null.txt", "up"):
        assert found[name] == "is a link out of the folder, which is not followed"


def test_pipes_and_sockets_are_reported_and_never_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.txt")
        found = {file.path: file for file in scan(folder)}
    assert found["pipe.txt"].problem == "is a named pipe, not a file"
    assert found["socket.txt"].problem == "is a socket, not a file"
    assert found["pipe.txt"].supported  # it is a failure, not another kind of document


def test_what_replaced_a_file_after_the_scan_is_not_read(folder: Path) -> None:
    for name in ("pipe.txt", "link.txt", "gone.txt"):
        (folder / name).write_text("x")
    (folder / "secret").write_text("secret")
    files = {file.path: file for file in scan(folder)}
    for name in ("pipe.txt", "link.txt", "gone.txt"):
        (folder / name).unlink()
    os.mkfifo(folder / "pipe.txt")
    (folder / "link.txt").symlink_to("secret")
    with pytest.raises(DocumentError, match="named pipe"):
        load(files["pipe.txt"])
    with pytest.raises(DocumentError, match="cannot be read"):
        load(files["link.txt"])
    with pytest.raises(DocumentError, match="gone"):
        load(files["gone.txt"])


def test_what_may_not_be_read_is_reported_and_the_rest_goes_on(
    folder: Path, unprivileged: Unprivileged
) -> None:
    (folder / "closed").mkdir()
    (folder / "closed" / "a.txt").write_text("x")
    (folder / "listed").mkdir()
    (folder / "listed" / "b.txt").write_text("x")
    (folder / "secret.txt").write_text("x")
    (folder / "open.txt").write_text("x")
    (folder / "secret.txt").chmod(0)
    (folder / "closed").chmod(0)
    (folder / "listed").chmod(0o444)  # its names may be read, its files not
    try:
        with unprivileged():
            files = {file.path: file for file in scan(folder)}
            assert load(files["open.txt"]) == b"x"
            with pytest.raises(DocumentError, match=r"^you have no permission to read$"):
                load(files["secret.txt"])
    finally:
        (folder / "closed").chmod(0o755)
        (folder / "listed").chmod(0o755)
    assert set(files) == {"closed", "listed/b.txt", "open.txt", "secret.txt"}
    assert files["closed"].problem == "is a folder that you have no permission to read"
    assert files["closed"].supported
    assert files["listed/b.txt"].problem == "you have no permission to read"


def test_a_folder_that_may_not_be_read_is_an_error(
    folder: Path, unprivileged: Unprivileged
) -> None:
    (folder / "closed").mkdir(mode=0)
    try:
        with unprivileged(), pytest.raises(FolderError, match="permission to read it"):
            scan(folder / "closed")
    finally:
        (folder / "closed").chmod(0o755)


def test_a_missing_folder_and_a_file_are_errors_that_name_the_next_step(folder: Path) -> None:
    (folder / "a.txt").write_text("x")
    with pytest.raises(FolderError, match=r"There is no folder .*none.*check the name"):
        scan(folder / "none")
    with pytest.raises(FolderError, match="is a file, not a folder: name the folder"):
        scan(folder / "a.txt")
    with pytest.raises(FolderError, match="There is no folder"):
        scan(folder / "a.txt" / "below")
    with pytest.raises(FolderError, match="There is no folder"):
        scan(Path("nul\0byte"))


@pytest.mark.skipif(sys.platform != "linux", reason="names must be valid text on this system")
def test_names_that_are_not_text_stay_apart_and_can_be_encoded(folder: Path) -> None:
    for name in (b"a\xff.txt", b"a\xfe.txt", b"new\nline.txt", "Ünï.txt".encode()):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    files = scan(folder)
    assert len({file.path for file in files}) == 4
    for file in files:
        file.path.encode("utf-8")
        assert read(load(file), file.path).path == file.path


def test_scanning_many_files_is_fast(
    folder: Path, quickly: Callable[[], AbstractContextManager[None]]
) -> None:
    for number in range(50):
        (folder / str(number)).mkdir()
        for name in range(100):
            (folder / str(number) / f"{name}.txt").touch()
    with quickly():
        assert len(scan(folder)) == 5_000


# --- any document -------------------------------------------------------------------------------


def test_the_seed_has_its_title_and_date_and_is_kept_as_it_stands() -> None:
    document = read(SEED.read_bytes(), "seed.txt")
    title = "Pashinyan, Blinken Discuss Azerbaijan’s Latest Attack on Artsakh"
    assert document.title == headline(document) == title
    assert document.date == "2023-09-19"
    assert document.text == SEED.read_text("utf-8")
    assert document.text.startswith(" date 2023-09-19 Pash")


def test_document_id_is_opaque_stable_and_of_the_path_alone() -> None:
    assert document_id("a/b.txt") == of("x", "a/b.txt").id == of("other", "a/b.txt").id
    assert document_id("a/b.txt") == "553cdd120c6da52e"
    assert document_id("a/c.txt") != document_id("a/b.txt")
    assert len(document_id("\udcff")) == 16


BLANK = (b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe\n\0", b"\xff\xfe")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [(suffix, content) for suffix in READERS for content in BLANK[:2]]
    + [(suffix, content) for suffix in (*TEXTS, ".csv") for content in BLANK[2:]]
    + [(".txt.gz", gzip.compress(content)) for content in BLANK],
)
def test_nothing_but_white_space_is_empty(suffix: str, content: bytes) -> None:
    path = "a.txt.gz" if suffix == ".gz" else "a" + suffix
    with pytest.raises(DocumentError, match=r"^is empty$"):
        list(documents_in(content, path))


def _zip() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "text " * 100)
    return stream.getvalue()


@pytest.mark.parametrize("suffix", [*TEXTS, ".csv", ".tsv", ".jsonl", ".json", ".eml"])
@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"%PDF-1.7\nsome text",
        _zip(),
        bytes(range(256)) * 40,
        b"\0\1\2\3",
        b"abc\0def",
        bytes((7 * n * n + n // 3) % 256 for n in range(5_000)),
        b"\0" * 1_000,
    ],
    ids=["png", "pdf", "zip", "all bytes", "few bytes", "nul", "noise", "nuls"],
)
def test_binary_files_are_told_from_text(content: bytes, suffix: str) -> None:
    with pytest.raises(DocumentError, match=r"^is binary, not text$"):
        read(content, "a" + suffix)


def test_other_kinds_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"is a \.xyz file"):
        read(b"text", "a.xyz")


def test_what_is_found_can_be_sent_from_one_process_to_another() -> None:
    found = list(documents_in(b'{"text": "One."}\n{', "a.jsonl"))
    assert [type(one) for one in found] == [Document, Problem]
    assert pickle.loads(pickle.dumps(found)) == found


WESTERN = [
    "Le président a été reçu à Paris, où l'élève rêvait.",
    "Angela Müller sagte gestern in Köln, die Straße sei gesperrt.",
    "The café was closed.",
    "Prime Minister François Hollande met Mr. Schröder in Zürich on Tuesday.",
    "As eleições não são amanhã, disse João.",
    "El niño comió en la mañana. ¿Qué pasó?",
    "Åke på ön såg älgen, sa Søren Kierkegård.",
]
OTHERS = {
    "utf-16-le": "Plain English in UTF-16 without a mark. Президент Франции. 法国总统。",
    "utf-16-be": "Президент Франции Эммануэль Макрон сообщил премьер-министру.",
    "utf-32-le": "Four bytes a character, without a mark.",
    "cp1251": "Президент Франции Эммануэль Макрон сообщил премьер-министру во вторник.",
    "koi8-r": "Президент Франции Эммануэль Макрон сообщил премьер-министру во вторник.",
    "cp1253": "Ο πρόεδρος της Γαλλίας είπε στον πρωθυπουργό την Τρίτη.",
    "cp1250": "Premier Łukasz Żółć powiedział, że będzie źle i że są ważne dla narodu.",
    "iso8859-2": "Premier Łukasz Żółć powiedział, że będzie źle i że są ważne dla narodu.",
    "cp1254": "Cumhurbaşkanı Erdoğan İstanbul'da açıklama yaptı.",
    "shift_jis": "フランスの大統領は首相に火曜日に伝えた。",
    "iso2022_jp": "フランスの大統領は首相に火曜日に伝えた。",
    "gb18030": "法国总统星期二告诉总理，法国将召集安理会特别会议。",
    "mac-roman": "Le président a été reçu à Paris, où l'élève rêvait.",
}
CASES = [(text, encoding) for text in WESTERN for encoding in ("latin-1", "cp1252", "utf-8")]
CASES += [(text, encoding) for encoding, text in OTHERS.items()]
CASES += [("“Quoted” – he said it’s €5…", "cp1252")]
CASES += [("Ünï – “x” 法国 😀", bom) for bom in ("utf-8-sig", "utf-16", "utf-32")]


@pytest.mark.parametrize(("text", "encoding"), CASES, ids=lambda value: value[:12])
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    assert read(text.encode(encoding), "a.txt").text == text


def test_accents_after_a_long_ascii_beginning_come_out_right() -> None:
    text = "Plain words without accents. " * 5_000 + "Le café est fermé à Noël."
    assert read(text.encode("cp1252"), "a.txt").text == text


def test_one_broken_character_does_not_spoil_a_utf8_file() -> None:
    text = "L’été à Paris – “où est-elle ?” " * 20
    document = read(text.encode() + b"caf\xe9 ferm", "a.txt")
    assert document.text == text + "caf\ufffd ferm"


def test_a_damaged_utf16_file_says_so() -> None:
    with pytest.raises(DocumentError, match="marked as UTF-16 but is damaged"):
        read("text".encode("utf-16")[:-1], "a.txt")


def test_line_ends_and_control_characters_are_settled_once() -> None:
    text = "One\r\ntwo\rthree\x0cfour\u2028five" + " words" * 50 + "\x07bell Macron\u0092s"
    document = of(text, "a.txt")
    assert document.text == "One\ntwo\nthree\n\nfour\nfive" + " words" * 50 + " bell Macron’s"


def test_twenty_megabytes_are_read_in_linear_time(
    quickly: Callable[[], AbstractContextManager[None]],
) -> None:
    content = "Azerbaijan’s attack on Artsakh was condemned.\r\n".encode() * 420_000
    with quickly():
        document = read(content, "big.txt")
    assert len(document.text) > 18_000_000


# --- plain text ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "date"),
    [
        (" date 2023-09-19 The Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("Date: 2023-09-19 The Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("date 2023-02-31 The Vote\n\nBody.", "The Vote", None),
        ("2023-09-19 The Vote\nBody.", "The Vote", "2023-09-19"),
        ("2023-09-19 – The  Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("2023-09-19\nThe Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("2023-09-19\n\nThe Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("2023-09-19\nThe vote was taken at night.", None, "2023-09-19"),
        ("Tuesday, September 19, 2023\n\nThe Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("Title: The Vote\nDate: 19 September 2023\n\nBody.", "The Vote", "2023-09-19"),
        ("Author: A. B.\nDate: 2023-09-19\nThe Vote\n\nBody.", "The Vote", "2023-09-19"),
        ("\n\n  The Vote  \n\nBody.", "The Vote", None),
        ("The Vote\n2023-09-19\n\nBody.", "The Vote", "2023-09-19"),
        ("The Vote\n\nDate: Sept. 19, 2023\n\nBody.", "The Vote", "2023-09-19"),
        ("The Vote\n========\nBody.", "The Vote", None),
        ("Talks in the U.S.\n\nBody.", "Talks in the U.S.", None),
        ("Who won?\n\nBody.", "Who won?", None),
        ("The vote was taken.\n\nBody.", None, None),
        ("The vote\nwas taken in the\n\nevening.", None, None),
        ("One line", None, None),
        ("- an item\n\nBody.", None, None),
        ("-----\n\nBody.", None, None),
        ("word " * 60 + "\n\nBody.", None, None),
        ("2023-09-19 one\n2023-09-20 two\n", None, None),
        ("2023-09-19 The vote was taken at night.\nBody.", None, "2023-09-19"),
        ("2023-02-31\n\nThe thirty-first was never.", "2023-02-31", None),
    ],
)
def test_first_lines_give_title_and_date(text: str, title: str | None, date: str | None) -> None:
    document = of(text, "a_file-name.txt")
    assert document.title == (title or "a file name")
    assert document.date == date
    assert document.text == text
    assert (document.headline is None) is (title is None)
    assert " ".join((headline(document) or "").split()) == (title or "")


@pytest.mark.parametrize(
    ("path", "title", "date"),
    [
        ("2023-09-19-the_vote.txt", "the vote", "2023-09-19"),
        ("dir.d/20230919_vote.txt", "vote", "2023-09-19"),
        ("vote 2023.09.19.txt", "vote", "2023-09-19"),
        ("2023-09-19.txt", "2023-09-19", "2023-09-19"),
        ("2023-02-31-vote.txt", "2023 02 31 vote", None),
        ("1202309190.txt", "1202309190", None),
        ("___.txt", "___", None),
        ("a\nb\udcff.txt", "a b\\udcff", None),
    ],
)
def test_names_give_title_and_date_where_the_text_does_not(
    path: str, title: str, date: str | None
) -> None:
    document = of("some text.", path)
    assert (document.title, document.date, document.headline) == (title, date, None)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2023-09-19", "2023-09-19"),
        ("2023-9-1", "2023-09-01"),
        ("2023/09/19", "2023-09-19"),
        ("20230919", "2023-09-19"),
        ("2023-09-19T23:30:00-05:00", "2023-09-19"),
        ("2023-09-19 10:00:00 +0000", "2023-09-19"),
        ("19 September 2023", "2023-09-19"),
        ("19th of Sept, 2023", "2023-09-19"),
        ("September 19, 2023", "2023-09-19"),
        ("Sept. 19, 2023", "2023-09-19"),
        ("Sep 19 2023, 10:00", "2023-09-19"),
        ("Tue, 19 Sep 2023 10:00:00 GMT", "2023-09-19"),
        ("29 February 2024", "2024-02-29"),
        ("29 February 2023", None),
        ("2023-02-31", None),
        ("0000-01-01", None),
        ("2023-09", None),
        ("September 2023", None),
        ("01/02/2023", None),
        ("19 Sectember 2023", None),
        ("2023-09-19 The Vote", None),
        ("123", None),
        ("", None),
    ],
)
def test_written_dates(value: str, day: str | None) -> None:
    assert written_date(value) == day


# --- Markdown -----------------------------------------------------------------------------------


def test_markdown_becomes_plain_text() -> None:
    document = of(
        "# The *Vote* in `Paris`\n\nSome **bold** [link](http://x.org) and\n![a map](m.png) "
        "a &lt; b\\\nnext.\n\n- one\n- two\n  - three\n\n3. x\n4. y\n\n> quoted\n\n"
        "| a | b |\n|---|---|\n| 1 | **2** |\n\n```py\nx  = 1\n```\n\n<div>in <b>HTML</b></div>\n\n"
        "---\n\nEnd<br>here <u>x</u>\n",
        "a.md",
    )
    assert document.text == (
        "The Vote in Paris\n\nSome bold link and a map a < b\nnext.\n\n- one\n- two\n- three\n\n"
        "3. x\n4. y\n\nquoted\n\na\tb\n1\t2\n\nx  = 1\n\nin HTML\n\nEnd\nhere x"
    )
    assert document.title == headline(document) == "The Vote in Paris"


@pytest.mark.parametrize(
    ("front", "title", "date"),
    [
        ("title: The Vote\ndate: 2023-09-19", "The Vote", "2023-09-19"),
        ("Title: 'The Vote'\ncreated: 2023-09-19 10:00:00", "The Vote", "2023-09-19"),
        ("title: >\n  The\n  Vote\npublished: 19 September 2023", "The Vote", "2023-09-19"),
        ("title: The Vote\ndate: 2023-02-31", "The Vote", None),
        ("title: The Vote\ndate: 2023-09", "The Vote", None),
        ("title: 1984\ntags: [a, b]", "1984", None),
        ("title: The Vote: a story\ndate: 2023-09-19", "The Vote: a story", "2023-09-19"),
        ('title: "The Vote\ndate: 2023-09-19', "The Vote", "2023-09-19"),
        ("title: The Vote\n" + "x: " + "[" * 5_000, "The Vote", None),
        ("title: " + "word " * 100, "word " * 59 + "word", None),
    ],
)
def test_front_matter_gives_title_and_date(front: str, title: str, date: str | None) -> None:
    document = of(f"---\n{front}\n---\n\nThe body.\n", "a.md")
    assert (document.title, document.date) == (title, date)
    assert headline(document) == title
    assert document.text.startswith(title)
    assert document.text.endswith("\n\nThe body.")


def test_a_front_matter_title_that_stands_in_the_text_is_not_repeated() -> None:
    document = of("---\ntitle: The Vote\n---\n\n# The *Vote*\n\nThe body.\n", "a.md")
    assert document.text == "The Vote\n\nThe body."
    assert headline(document) == "The Vote"


@pytest.mark.parametrize("text", ["---\njust text\n---\nmore", "---\n\nno end", "---\n- a\n---\nx"])
def test_rules_are_not_taken_for_front_matter(text: str) -> None:
    words = {word for word in text.split() if word.isalpha()}
    assert words <= set(of(text, "a.md").text.split())


def test_markdown_without_heading_is_titled_like_text() -> None:
    document = of(" date 2023-09-19 The Vote\n\nThe body.", "a.md")
    assert (document.title, document.date) == ("The Vote", "2023-09-19")
    assert of("The body stands alone.", "some_name.md").title == "some name"


@pytest.mark.parametrize("markup", [">", "- ", "1. ", "* a\n  "])
def test_deeply_nested_markdown_loses_no_words(markup: str) -> None:
    assert "Macron" in of(markup * 5_000 + "Macron\n\nmore", "a.md").text


# --- HTML ---------------------------------------------------------------------------------------

PAGE = """<!doctype html><html><head><title>The Vote | The Site</title>
<meta property="article:published_time" content="2023-09-19T10:00:00Z">
<style>p { color: red }</style></head><body>
<header><h1>The Site</h1></header><nav>Menu</nav>
<article><header><h1>The <em>Vote</em></h1></header>
<p>Prime
   Min<b>is</b>ter  Nikol&nbsp;Pashinyan &amp; others<!-- no --><br>next
<ul><li>one</li> <li><p>two</p></li></ul><ol><li>x<li>y</ol>
<table><tr><td>Paris</td> <td>2</td></tr><tr><td>Köln<td>1</table>
<pre>
 a
   b</pre>
<div hidden>hidden</div><p style="display: none">hidden</p><span aria-hidden="true">hidden</span>
<script>var hidden</script><aside>Related</aside><form>Subscribe</form>
<blockquote>Aser&shy;bai&shy;dschan</blockquote></article><footer>Imprint</footer></body></html>"""


def test_html_is_read_as_its_reader_sees_it() -> None:
    document = of(PAGE, "a.html")
    assert document.text == (
        "The Vote\n\nPrime Minister Nikol\u00a0Pashinyan & others\nnext\n\n- one\n- two\n\n"
        "1. x\n2. y\n\nParis\t2\nKöln\t1\n\n a\n   b\n\nAserbaidschan"
    )
    assert document.title == headline(document) == "The Vote"
    assert document.date == "2023-09-19"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>The Vote</title><p>Body", "The Vote"),
        ("<title>The Vote | The Site</title><h2>The Vote</h2><p>Body", "The Vote"),
        ("<title>A – The Vote – Site</title><h2>A – The Vote</h2><p>Body", "A – The Vote"),
        ("<meta property='og:title' content='The Vote'><title>Site</title><p>Body", "The Vote"),
        ("<title>Home</title><h1>The<br>Vote</h1><p>Body", "The Vote"),
        ("<title>The Vote</title><h1>One</h1><p>x</p><h1>Two</h1>", "The Vote"),
        ("<title> \n </title><p>Body", "some name"),
        ("<p>Body", "some name"),
    ],
)
def test_html_titles(page: str, title: str) -> None:
    document = of(page, "some_name.html")
    assert document.title == title
    if title != "some name":
        assert " ".join((headline(document) or "").split()) == title


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="date" content="2023-09-19">',
        '<meta name="DC.date" content="19 September 2023">',
        '<meta itemprop="datePublished" content="2023-09-19T01:00:00+04:00">',
        '<meta name="date" content="soon"><time datetime="2023-09-19">Tuesday</time>',
        "<time>September 19, 2023</time>",
        '<script type="application/ld+json">{"@graph": [{"datePublished": "2023-09-19"}]}</script>',
        '<script type="application/ld+json">{</script><time datetime="2023-09-19">x</time>',
    ],
)
def test_html_dates(head: str) -> None:
    assert of(f"{head}<p>Body", "a.html").date == "2023-09-19"


def test_html_without_a_date_takes_that_of_its_name() -> None:
    page = '<meta name="date" content="2023-02-31"><p>Body'
    assert of(page, "a.html").date is None
    assert of(page, "2023-09-19-a.html").date == "2023-09-19"


@pytest.mark.parametrize(
    ("page", "encoding"),
    [
        ('<meta charset="iso-8859-1"><p>Zoé', "latin-1"),
        ('<meta charset="windows-1251"><p>Да', "cp1251"),
        ('<META http-equiv=x content="text/html; charset=koi8-r"><p>Да', "koi8-r"),
        ('<meta charset="shift_jis"><p>首相', "shift_jis"),
        ('<?xml version="1.0" encoding="iso-8859-2"?><p>źle', "iso8859-2"),
        ('<meta charset="iso-8859-1"><p>Zoé', "utf-8"),
        ('<meta charset="unicode_escape"><p>Zoé', "utf-8"),
        ('<meta charset="nonsense"><p>Zoé', "cp1252"),
    ],
)
def test_html_states_its_encoding(page: str, encoding: str) -> None:
    assert read(page.encode(encoding), "a.html").text == page.rpartition("<p>")[2]


def test_html_parts_are_chosen_so_that_no_text_is_lost() -> None:
    story = "<p>" + "The council met again on Tuesday. " * 20
    teaser = f"<article>Read this too</article><div>{story}</div>"
    assert "council" in of(teaser, "a.html").text
    two = f"<article>{story}</article><article>Another story</article>"
    assert "Another story" in of(two, "a.html").text
    assert "Menu" not in of(f"<div>Menu</div><main>{story}</main>", "a.html").text
    assert "council" in of(f"<form><h1>News</h1>{story}</form>", "a.html").text
    assert of("<body><header><p>All there is</p></header>", "a.html").text == "All there is"


STORY = "<p>The council met again on Tuesday, and <a href=x>the mayor</a> spoke at length.</p>" * 9
BESIDE = """
<div id="cookie-banner"><p>We use cookies. By continuing you agree.</p></div>
<div class="topbar"><ul class="main-menu"><li><a>Home</a></li><li><a>World</a></li></ul></div>
<div class="breadcrumbs"><a>Home</a> &gt; <a>World</a></div>
<div role="banner">The Daily</div><div role="dialog">We value your privacy</div>
<div class="share-buttons"><a>Facebook</a> <a>Email</a></div>
<div class="related-articles"><h3>Read also</h3><ul><li><a>Storm hits coast</a></li></ul></div>
<div class="newsletter-signup">Sign up to our newsletter</div>
<div class="sidebar"><ol><li><a>Most read thing</a></li></ol></div>
<div id="comments"><p>Joe: I disagree.</p></div>
<div role="contentinfo">Imprint</div><div id="footer">© 2023 The Daily. <a>Privacy</a></div>
"""


def test_menus_banners_and_links_to_other_pages_are_no_text() -> None:
    for page in (f"{BESIDE}<h1>The Vote</h1>{STORY}", f"<h1>The Vote</h1>{STORY}{BESIDE}"):
        text = of(f"<body class='has-sidebar menu'>{page}</body>", "a.html").text
        assert text.startswith("The Vote\n\nThe council met")
        assert text.count("spoke at length") == 9
        assert set(text.split()) <= {"Vote", *re.sub("<[^>]*>", " ", STORY).split()}


@pytest.mark.parametrize(
    "page",
    [
        f"<div class='comments'>{STORY}</div>",
        f"<div class='menu'>{STORY}</div>",
        f"<div class='sidebar'>{STORY}</div><p>More.</p>",
        f"<div id='newsletter'>{STORY * 4}</div>",
        "<div class='related'><ul><li><a>The council met again.</a></li></ul></div>",
        "<div class='menu'><h2>Soups</h2><p>The council met again. 5 euros</p></div>",
    ],
)
def test_names_for_what_is_beside_the_text_are_not_believed_against_the_content(page: str) -> None:
    assert "The council met again" in of(page, "a.html").text


def test_xhtml_closes_its_empty_elements() -> None:
    page = (
        '<html><head><title>T</title><script src="x"/></head><body><div/><p>Body</p></body></html>'
    )
    assert of(page, "a.xhtml").text == "T\n\nBody"


def test_references_to_forbidden_characters_stay_harmless() -> None:
    document = of("<p>a&#0;b&#xD800;c&#13;d&#7;e&#146;f</p>", "a.html")
    document.text.encode("utf-8")
    assert not any(ord(character) < 32 for character in document.text)
    assert document.text.endswith("e’f")


@pytest.mark.parametrize(
    "tag", ["div", "span", "b", "blockquote", "ul><li", "table><tr><td", "font"]
)
def test_deeply_nested_html_is_read_in_reasonable_time(
    tag: str, quickly: Callable[[], AbstractContextManager[None]]
) -> None:
    with quickly():
        assert of(f"<{tag}>" * 100_000 + "Macron", "a.html").text.endswith("Macron")


# --- whatever comes -----------------------------------------------------------------------------

PIECES = """
--- title: date: 2023-09-19 Title The_Vote # * ** ` ``` > - 1. | [x](y) ![x](y) <p> <h1> </h1>
<article> <pre> </pre> <li> <ul> </ul> <br> <table> <td> <div/> <title> </title> <form> <script>
&amp; &#0; &#xD800; é ’ 法 😀
"""
FRAGMENTS = st.sampled_from([*PIECES.split(), *"\n\r\t\x00\x0c\u2028\u00a0\ud800", "\n\n"])
MARKUP = st.lists(FRAGMENTS, max_size=40).map(
    lambda pieces: " ".join(pieces).encode("utf-8", "surrogatepass")
)


@pytest.mark.parametrize("suffix", [kind for kind in READERS if kind != ".gz"])
@given(content=st.one_of(st.binary(max_size=300), MARKUP, st.text().map(str.encode)))
@example(content=b'---\ntitle: "\\uD800"\n---\nx')
@example(content=b"\xff\xfe\x00\xd8a\x00")
@settings(deadline=None, max_examples=150)
def test_any_bytes_are_documents_or_a_document_error(suffix: str, content: bytes) -> None:
    for path, packed in (("name" + suffix, content), (f"name{suffix}.gz", gzip.compress(content))):
        try:
            for found in documents_in(packed, path):
                check(found)
        except DocumentError as error:
            reason = str(error)
        else:
            continue
        assert "Error)" not in reason, "a reader let an error of its library through"


def check(found: Document | Problem) -> None:
    """What holds for every document and problem of any file."""
    found.path.encode("utf-8")
    if isinstance(found, Problem):
        assert found.reason
        found.reason.encode("utf-8")
        return
    document = found
    document.text.encode("utf-8")
    document.title.encode("utf-8")
    assert not document.text.startswith("\ufeff")
    assert not any(ord(c) < 32 and c not in "\n\t" for c in document.text + document.title)
    assert document.text.strip()
    assert 0 < len(document.title) <= 320
    assert document.title == " ".join(document.title.split())
    if document.headline is not None:
        span = document.headline
        assert 0 <= span.start < span.end <= len(document.text)
        piece = document.text[span.start : span.end]
        assert piece == piece.strip()
        assert document.title == " ".join(piece.split())


@given(st.text(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@settings(deadline=None)
def test_text_without_control_characters_is_kept_exactly(text: str, encoding: str) -> None:
    kept = "A line first.\n" + "".join(c for c in text if c.isprintable() or c in " \n\t")
    assert read(kept.encode(encoding), "a.txt").text == kept


@given(st.text(max_size=100))
@settings(deadline=None)
def test_any_name_gives_a_title(name: str) -> None:
    title, _ = from_name(name + ".txt")
    assert title


@pytest.mark.parametrize(
    "piece",
    [
        "2023-",
        "date ",
        "1 ",
        "a: ",
        "Title:",
        " ",
        "\n",
        "--",
        "<",
        "<a ",
        "&#",
        "charset=",
        "May ",
    ],
)
def test_rules_for_titles_and_dates_take_linear_time(
    piece: str, quickly: Callable[[], AbstractContextManager[None]]
) -> None:
    text = piece * (100_000 // len(piece))
    with quickly():
        heading(text)
        written_date(text)
        from_name(text)


def test_libraries_are_loaded_only_when_a_reader_needs_them() -> None:
    code = (
        "import sys, qa.documents as d; list(d.documents_in(b'Some text.', 'a.txt'));"
        "print([m for m in ('markdown_it', 'selectolax', 'yaml', 'charset_normalizer',"
        " 'pypdfium2', 'zipfile', 'email', 'xml.etree', 'csv', 'qa.pdf')"
        " if m in sys.modules])"
    )
    root = str(Path(sys.modules["qa.documents"].__file__ or "").parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "[]"
