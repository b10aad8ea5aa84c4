"""A folder to documents: which files it holds, and what each of them says.

`READERS` is the table that other formats join: a suffix, and the function that reads such files.
Each reader imports its library only when it is called.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qa.answer import Document
from qa.decoding import clean
from qa.errors import DocumentError, FolderError
from qa.html import read_html, read_xhtml
from qa.markdown import read_markdown
from qa.plain import read_plain
from qa.reading import Reading, collapsed, from_name

Reader = Callable[[bytes], Reading]

READERS: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".text": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_xhtml,
}


@dataclass(frozen=True, slots=True)
class File:
    """One entry found in a folder.

    `path` is relative to the folder, with "/"; bytes of a name that are no UTF-8 stand in it as
    escapes, so that it can always be encoded. `size` is in bytes. `problem` says, without the
    path, why the file cannot be read; None if nothing is known to be in the way. `supported` is
    False for files of a kind that is not read at all, whose problem is no failure.
    """

    path: str
    absolute: Path
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


def read(content: bytes, path: str) -> Document:
    """The document in `content`, the bytes of the file at `path` (relative to the folder, "/").

    Raises DocumentError with the reason if it is empty, binary, in an unknown encoding or of a
    kind that is not read.
    """
    path = _encodable(path)
    reader = READERS.get(_suffix(path))
    if reader is None:
        raise DocumentError(_unread_kind(path))
    if not content.strip():
        raise DocumentError("is empty")
    reading = reader(content)
    if not reading.text.strip(" \t\n\u00a0\u200b\ufeff"):
        raise DocumentError("is empty")
    title, day = from_name(path)
    headline = reading.headline
    if headline is not None:
        title = collapsed(reading.text[headline.start : headline.end])
    return Document(
        id=document_id(path),
        title=title,
        date=reading.date or day,
        path=path,
        text=reading.text,
        headline=headline,
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


def _suffix(path: str) -> str:
    return os.path.splitext(path)[1].lower()  # noqa: PTH122


def _unread_kind(path: str) -> str:
    suffix = _suffix(path)
    return f"is a {suffix} file, a kind that is not read" if suffix else "has no suffix"


def _unusable(absolute: str, path: str, problem: str) -> File:
    return File(_encodable(path), Path(absolute), 0, 0, problem)


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
    supported = _suffix(path) in READERS
    problem = None if supported else _unread_kind(path)
    return File(path, Path(absolute), state.st_size, state.st_mtime_ns, problem, supported)


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
