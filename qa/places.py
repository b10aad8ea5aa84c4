"""Where things are: the collection that ships with the package, and each folder's index."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
from pathlib import Path

from qa.errors import FolderError


def default_folder() -> Path:
    """The folder of the collection that ships with the package. Raises FolderError without it."""
    package = Path(__file__).resolve().parent
    # Installed, it stands inside the package; in a checkout, beside it.
    for folder in (package / "seeds", package.parent / "seeds"):
        if folder.is_dir():
            return folder
    raise FolderError("the collection that ships with verbatim-qa is missing; install it again")


def default_store(folder: Path) -> Path:
    """The directory in which a folder's index is kept, in the user's cache directory.

    The same for all names of one folder. Raises FolderError if there can be no such folder.
    """
    from platformdirs import user_cache_path

    try:
        whole = os.path.realpath(folder)
    except ValueError as error:  # a NUL character
        raise FolderError(f"there is no folder {str(folder)!r}; check the name") from error
    name = re.sub(r"[^\w-]+", "-", Path(whole).name).strip("-")[:40] or "root"
    digest = hashlib.blake2b(whole.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return user_cache_path("verbatim-qa", appauthor=False) / f"{name}-{digest}"


def tidy(path: str) -> str:
    """A path as the index writes it: "./news//b.txt" and "news\\b.txt" are "news/b.txt"."""
    return posixpath.normpath(path.replace("\\", "/"))


def inside(folder: Path, name: str) -> str | None:
    """The path in `folder`, with "/", of a file named from the working directory.

    None if the name leads elsewhere. The file itself need not exist, and if it is a link it is
    not followed: documents are known by the links' own names.
    """
    for written in (name, name.replace("\\", "/")):
        try:
            place = Path(os.path.realpath(Path(written).parent), Path(written).name)
            path = os.path.relpath(place, os.path.realpath(folder)).replace(os.sep, "/")
        except ValueError:  # a NUL character, or another drive
            return None
        if path != "." and path.partition("/")[0] != "..":
            return path
    return None
