"""Which files a folder holds, found without opening one of them; and the bytes of each."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from qa.decoding import clean
from qa.documents import encodable, is_read, unread_kind
from qa.errors import DocumentError, FolderError


class File(NamedTuple):
    """One entry found in a folder. A tuple, because a folder may hold very many.

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
    waiting = [(root, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            with os.scandir(place) as entries:
                for entry in entries:
                    name = entry.name
                    if name[0] == ".":
                        continue
                    if entry.is_symlink():
                        links.append((entry.path, prefix + name))
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, prefix + name + "/"))
                    elif file := _file(entry.path, prefix + name, entry):
                        files.append(file)
        except OSError as error:
            if not prefix:
                raise _unlistable(folder, error) from error
            files.append(_unusable(place, prefix[:-1], f"is a folder that {_refusal(error)}"))
    if links:
        found = {file.absolute for file in files if file.problem is None}
        linked = (_linked(absolute, path, root, found) for absolute, path in sorted(links))
        files += filter(None, linked)
    files.sort()
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


def _unusable(absolute: str, path: str, problem: str) -> File:
    return File(encodable(path), absolute, 0, 0, problem)


def _file(absolute: str, path: str, entry: os.DirEntry[str] | None = None) -> File | None:
    """The file at `absolute`, which is no link, as it is known under `path`."""
    try:
        state = entry.stat(follow_symlinks=False) if entry else os.lstat(absolute)
    except FileNotFoundError:
        return None  # deleted since the folder was listed
    except OSError as error:
        return _unusable(absolute, path, _refusal(error))
    if not stat.S_ISREG(state.st_mode):
        return _unusable(absolute, path, f"is {_kind(state.st_mode)}, not a file")
    path = encodable(path)
    supported = is_read(path)
    problem = None if supported else unread_kind(path)
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
