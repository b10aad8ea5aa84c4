"""Where things are: the collection that ships with the package, and each folder's index."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from qa.errors import FolderError


def default_folder() -> Path:
    """The folder of the collection that ships with the package. Raises FolderError if it is gone."""
    package = Path(__file__).resolve().parent
    # Installed, it stands inside the package; in a checkout, beside it.
    for folder in (package / "seeds", package.parent / "seeds"):
        if folder.is_dir():
            return folder
    raise FolderError("the collection that ships with verbatim-qa is missing; install it again")


def default_store(folder: Path) -> Path:
    """The directory in which a folder's index is kept, in the user's cache directory."""
    from platformdirs import user_cache_path

    whole = str(folder.resolve())
    name = re.sub(r"[^\w-]+", "-", folder.resolve().name).strip("-")[:40] or "root"
    digest = hashlib.blake2b(whole.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    return user_cache_path("verbatim-qa", appauthor=False) / f"{name}-{digest}"
