"""The bytes of a file to documents: what it says, whatever kind of file it is.

`READERS` is the table that other formats join: a suffix, and the function that reads such files.
A reader and the library that it needs are imported when it is first called; most runs read none.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module

from qa.answer import Document, Problem
from qa.decoding import clean
from qa.errors import DocumentError
from qa.reading import Flaw, Part, Reading, collapsed, from_name

Piece = Reading | Part | Flaw
Reader = Callable[[bytes], Reading | Iterable[Piece]]


def _reader(module: str, name: str) -> Reader:
    def read(content: bytes) -> Reading | Iterable[Piece]:
        reader: Reader = getattr(import_module(f"qa.{module}"), name)
        return reader(content)

    return read


READERS: Mapping[str, Reader] = {
    ".txt": _reader("plain", "read_plain"),
    ".text": _reader("plain", "read_plain"),
    ".md": _reader("markdown", "read_markdown"),
    ".markdown": _reader("markdown", "read_markdown"),
    ".html": _reader("html", "read_html"),
    ".htm": _reader("html", "read_html"),
    ".xhtml": _reader("html", "read_xhtml"),
    ".pdf": _reader("pdf", "read_pdf"),
    ".docx": _reader("docx", "read_docx"),
    ".eml": _reader("eml", "read_eml"),
    ".epub": _reader("epub", "read_epub"),
    ".csv": _reader("table", "read_csv"),
    ".tsv": _reader("table", "read_tsv"),
    ".jsonl": _reader("table", "read_jsonl"),
    ".ndjson": _reader("table", "read_jsonl"),
    ".json": _reader("table", "read_json"),
    ".zip": _reader("archive", "read_zip"),
    ".gz": _reader("archive", "read_gzip"),
}

_ARCHIVES = frozenset({".zip", ".gz"})

# Mails are attached to mails, but not without end.
_DEEPEST = 5

# The longest path that an archive may give a file in it, in characters.
_LONGEST_INNER = 500


def document_id(path: str) -> str:
    """The identifier of the document at `path`: 16 hexadecimal characters, the same every time."""
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Unread:
    """A file inside a file that is of a kind not read at all, such as a picture in an archive."""

    path: str
    kind: str


Found = Document | Problem | Unread


def documents_in(content: bytes, path: str) -> Iterator[Found]:
    """The documents in `content`, the bytes of the file at `path` (relative to the folder, "/").

    A row of a table goes by "table.csv#12", a file in an archive or mail by "archive.zip/name". A
    problem tells of each part that holds no document, and of what a document lacks; files inside
    of kinds that are not read are no problem, as in a folder. Raises DocumentError with the reason
    if nothing in the file can be read.
    """
    path = encodable(path)
    return _documents(content, path, path, 0, False)


def _documents(content: bytes, path: str, name: str, depth: int, packed: bool) -> Iterator[Found]:
    """As `documents_in`. `name` decides how the file is read: `path` less what it is packed in.

    `depth` counts the files around this one; `packed` says whether an archive is among them.
    """
    suffix = _last_suffix(name)
    if packed and suffix in _ARCHIVES:
        raise DocumentError("is an archive inside an archive, which is not opened: unpack it")
    if not is_read(name):
        raise DocumentError(unread_kind(name))
    if depth > _DEEPEST:
        raise DocumentError("is attached too deeply: save it as a file of its own")
    if not content.strip():
        raise DocumentError("is empty")
    packed = packed or suffix in _ARCHIVES
    taken: Counter[str] = Counter()
    found = False
    try:
        for piece in _pieces(READERS[suffix], content):
            if isinstance(piece, Part) and piece.name:
                inside = _inner(piece, path, depth, packed, taken)
            elif isinstance(piece, Part):
                inside = _documents(piece.load(), path, name[: -len(suffix)], depth, packed)
            else:
                inside = iter((_result(piece, path, name),))
            for result in inside:
                found = True
                yield result
    except DocumentError as error:
        if not found:
            raise
        yield Problem(path, str(error))
    if not found:
        raise DocumentError("is empty")


def _pieces(reader: Reader, content: bytes) -> Iterator[Piece]:
    """What a reader finds. DocumentError is all that it can raise."""
    try:
        found = reader(content)
        yield from (found,) if isinstance(found, Reading) else found
    except DocumentError:
        raise
    except MemoryError as error:
        raise DocumentError("is too large for the memory there is") from error
    # Whatever a library makes of a broken file, the other files go on.
    except Exception as error:
        raise DocumentError(f"is damaged and cannot be read ({type(error).__name__})") from error


def _inner(part: Part, path: str, depth: int, packed: bool, taken: Counter[str]) -> Iterator[Found]:
    """The documents of a file inside a file. `taken` counts the names so far."""
    name = _inner_name(part.name)
    if not name or any(step.startswith((".", "__MACOSX")) for step in name.split("/")):
        return  # hidden, as in a folder
    if not is_read(name):
        yield Unread(f"{path}/{name}", kind_of(name))
        return
    while taken[name]:
        taken[name] += 1
        stem, suffix = os.path.splitext(name)  # noqa: PTH122
        name = f"{stem} ({taken[name]}){suffix}"
    taken[name] += 1
    inside = f"{path}/{name}"
    try:
        yield from _documents(part.load(), inside, name, depth + 1, packed)
    except DocumentError as error:
        yield Problem(inside, str(error))


def _inner_name(name: str) -> str:
    """The name of a file inside a file as a label, with nothing in it that leads elsewhere."""
    steps = map(collapsed, clean(encodable(name.replace("\\", "/"))).split("/"))
    return "/".join(step for step in steps if step not in ("", ".", ".."))[-_LONGEST_INNER:]


def _result(piece: Reading | Flaw, path: str, name: str) -> Document | Problem:
    path += piece.name
    if isinstance(piece, Flaw):
        return Problem(path, piece.reason)
    if not piece.text.strip(" \t\n\u00a0\u200b\ufeff"):
        if piece.name:
            return Problem(path, "is empty")
        raise DocumentError("is empty")
    title, day = from_name(name)
    headline = piece.headline
    if headline is not None:
        title = collapsed(piece.text[headline.start : headline.end])
    elif piece.name:
        title = f"{title} {piece.name}"
    return Document(
        id=document_id(path),
        title=title,
        date=piece.date or day or piece.created,
        path=path,
        text=piece.text,
        headline=headline,
        pages=piece.pages,
    )


def encodable(name: str) -> str:
    """`name` with each lone surrogate as an escape: different names stay different."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()


def is_read(path: str) -> bool:
    """Whether files of the kind that `path` names are read at all."""
    suffix = _last_suffix(path)
    if suffix == ".gz":
        suffix = _last_suffix(path[: -len(suffix)])
    return suffix in READERS


def kind_of(path: str) -> str:
    """What tells the kind of a file, as it is shown: ".xls", of "a.tar.gz" it is ".tar.gz"."""
    return _suffix(path) or "(no suffix)"


def unread_kind(path: str) -> str:
    """Why a file of a kind that is not read has no document in the index."""
    suffix = _suffix(path)
    return f"is a {suffix} file, a kind that is not read" if suffix else "has no suffix"


def _suffix(path: str) -> str:
    suffix = _last_suffix(path)
    return _last_suffix(path[: -len(suffix)]) + suffix if suffix == ".gz" else suffix


def _last_suffix(path: str) -> str:
    """As os.path.splitext(path)[1].lower(), in half the time: it is asked of every file."""
    stem, dot, last = path[path.rfind("/") + 1 :].rpartition(".")
    return (dot + last).lower() if stem.strip(".") else ""
