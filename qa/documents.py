"""A folder to documents: which files it holds, and what each of them says.

`READERS` is the table that other formats join: a suffix, and the function that reads such files.
A reader and the library that it needs are imported when it is first called; most runs read none.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from qa.answer import Document
from qa.decoding import clean
from qa.errors import DocumentError, FolderError
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


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a part of one, that holds no document for the index or is incomplete, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class File:
    """One entry found in a folder.

    `path` is relative to the folder, with "/"; bytes of a name that are no UTF-8 stand in it as
    escapes, so that it can always be encoded. `size` is in bytes. `problem` says, without the
    path, why the file cannot be read; None if nothing is known to be in the way. `supported` is
    False for files of a kind that is not read at all, whose problem is no failure.
    """

    path: str
    absolute: str
    size: int
    mtime_ns: int
    problem: str | None = None
    supported: bool = True


def scan(folder: Path) -> list[File]:
    """All files below `folder`, sorted by path; none of them is opened.

    Hidden files and folders (a leading dot) are left out. So are links to files that the scan
    finds anyway: their documents are there once, under their own names. A link to a hidden file
    inside the folder is a file like any other. Links to folders are not followed, and links out of
    the folder are never read: these, and whatever else cannot be read, come with a problem.
    Raises FolderError if there is no such folder or it may not be listed.
    """
    root = _opened(folder)
    files: list[File] = []
    links: list[tuple[str, str]] = []
    found: set[str] = set()
    waiting = [(root, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith("."):
                        continue
                    path = prefix + name
                    if entry.is_symlink():
                        links.append((entry.path, path))
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, path + "/"))
                    else:
                        file = _file(entry.path, path)
                        if file is not None:
                            files.append(file)
                            if file.problem is None:
                                found.add(entry.path)
        except OSError as error:
            if not prefix:
                raise _unlistable(folder, error) from error
            files.append(_unusable(place, prefix[:-1], f"is a folder that {_refusal(error)}"))
    for absolute, path in sorted(links):
        linked = _linked(absolute, path, root, found)
        if linked is not None:
            files.append(linked)
    files.sort(key=lambda file: file.path)
    return files


def load(file: File) -> bytes:
    """The bytes of a file that `scan` found.

    Raises DocumentError with the reason if it may not be read, is gone, or has been replaced by
    something else: a link is not followed and a pipe not waited for, whatever stood there before.
    """
    flags = os.O_RDONLY
    for guard in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, guard, 0)
    try:
        with os.fdopen(os.open(file.absolute, flags), "rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise DocumentError(f"is {_kind(mode)}, not a file")
            return stream.read()
    except FileNotFoundError as error:
        raise DocumentError("is gone: it was removed after the folder was listed") from error
    except MemoryError as error:
        raise DocumentError("is too large for the memory there is") from error
    except OSError as error:
        raise DocumentError(_refusal(error)) from error


def document_id(path: str) -> str:
    """The identifier of the document at `path`: 16 hexadecimal characters, the same every time."""
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def documents_in(content: bytes, path: str) -> Iterator[Document | Problem]:
    """The documents in `content`, the bytes of the file at `path` (relative to the folder, "/").

    A row of a table goes by "table.csv#12", a file in an archive or mail by "archive.zip/name". A
    problem tells of each part that holds no document, and of what a document lacks. Raises
    DocumentError with the reason if nothing in the file can be read.
    """
    path = _encodable(path)
    return _documents(content, path, path, 0, False)


def _documents(
    content: bytes, path: str, name: str, depth: int, packed: bool
) -> Iterator[Document | Problem]:
    """As `documents_in`. `name` decides how the file is read: `path` less what it is packed in.

    `depth` counts the files around this one; `packed` says whether an archive is among them.
    """
    suffix = _last_suffix(name)
    if packed and suffix in _ARCHIVES:
        raise DocumentError("is an archive inside an archive, which is not opened: unpack it")
    if not _supported(name):
        raise DocumentError(_unread_kind(name))
    if depth > _DEEPEST:
        raise DocumentError("is attached too deeply: save it as a file of its own")
    if not content.strip():
        raise DocumentError("is empty")
    packed = packed or suffix in _ARCHIVES
    taken: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    found = False
    try:
        for piece in _pieces(READERS[suffix], content):
            if isinstance(piece, Part) and piece.name:
                inside = _inner(piece, path, depth, packed, taken, unread)
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
    if unread:
        number = sum(unread.values())
        kinds = ", ".join(sorted(unread)[:10])
        files = "a file of a kind that is" if number == 1 else f"{number} files of kinds that are"
        yield Problem(path, f"holds {files} not read ({kinds})")
    elif not found:
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


def _inner(
    part: Part, path: str, depth: int, packed: bool, taken: Counter[str], unread: Counter[str]
) -> Iterator[Document | Problem]:
    """The documents of a file inside a file.

    `taken` counts the names so far, `unread` the files of other kinds by suffix.
    """
    name = _inner_name(part.name)
    if not name or any(step.startswith((".", "__MACOSX")) for step in name.split("/")):
        return  # hidden, as in a folder
    if not _supported(name):
        unread[_suffix(name) or "no suffix"] += 1
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
    steps = map(collapsed, clean(_encodable(name.replace("\\", "/"))).split("/"))
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


def _opened(folder: Path) -> str:
    """The folder's real place. FolderError if it is none."""
    shown = clean(str(folder))
    try:
        root = os.path.realpath(folder, strict=True)
        if not stat.S_ISDIR(os.stat(root).st_mode):  # noqa: PTH116
            raise FolderError(
                f"{shown} is a file, not a folder: name the folder that holds your documents."
            )
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise FolderError(
            f"There is no folder {shown}: check the name, or name another folder of documents."
        ) from error
    except OSError as error:
        raise _unlistable(folder, error) from error
    return root


def _unlistable(folder: Path, error: OSError) -> FolderError:
    return FolderError(
        f"The folder {clean(str(folder))} {_refusal(error)}: give yourself permission to read it, "
        "or name another folder of documents."
    )


def _refusal(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "you have no permission to read"
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"


def _encodable(name: str) -> str:
    """`name` with each lone surrogate as an escape: different names stay different."""
    return name if name.isascii() else name.encode("utf-8", "backslashreplace").decode()


def _last_suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122


def _suffix(path: str) -> str:
    """The suffix that tells what kind of file it is: of "a.tar.gz" it is ".tar.gz"."""
    suffix = _last_suffix(path)
    return _last_suffix(path[: -len(suffix)]) + suffix if suffix == ".gz" else suffix


def _supported(path: str) -> bool:
    suffix = _suffix(path)
    return suffix.removesuffix(".gz") in READERS and suffix != ".gz"


def _unread_kind(path: str) -> str:
    suffix = _suffix(path)
    return f"is a {suffix} file, a kind that is not read" if suffix else "has no suffix"


def _unusable(absolute: str, path: str, problem: str) -> File:
    return File(_encodable(path), absolute, 0, 0, problem)


def _file(absolute: str, path: str, told: str | None = None) -> File | None:
    """The file at `absolute`, which is no link, as it is known under `path`."""
    try:
        state = os.lstat(absolute)
    except FileNotFoundError:
        return None  # deleted since the folder was listed
    except OSError as error:
        return _unusable(absolute, path, _refusal(error))
    if not stat.S_ISREG(state.st_mode):
        return _unusable(absolute, path, f"is {_kind(state.st_mode)}, not a file")
    path = _encodable(path)
    supported = _supported(path)
    problem = None if supported else _unread_kind(path)
    return File(path, absolute, state.st_size, state.st_mtime_ns, problem, supported)


def _kind(mode: int) -> str:
    for test, kind in (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a link"),
    ):
        if test(mode):
            return kind
    return "something special"


def _linked(absolute: str, path: str, root: str, found: set[str]) -> File | None:
    """What a symbolic link stands for; None if it is in the scan already, as `found` then says."""
    try:
        target = os.path.realpath(absolute, strict=True)
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return _unusable(absolute, path, "is a broken link: what it points to does not exist")
        return _unusable(absolute, path, f"is a link that {_refusal(error)}")
    if os.path.commonpath((root, target)) != root:
        return _unusable(absolute, path, "is a link out of the folder, which is not followed")
    if os.path.isdir(target):  # noqa: PTH112
        return _unusable(absolute, path, "is a link to a folder, which is not followed")
    if target in found:
        return None
    found.add(target)
    return _file(target, path)
