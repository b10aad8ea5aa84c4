"""What a question may be narrowed by, checked: how many quotes, which documents, which period."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import date

from qa.errors import OptionError

MAX_QUOTES = 100
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Options:
    """At most `k` quotes; `documents` by id or path, None for all; dates inclusive, "YYYY-MM-DD".

    Raises OptionError where a value means nothing.
    """

    k: int = 5
    documents: tuple[str, ...] | None = None
    since: str | None = None
    until: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.k, bool) or not isinstance(self.k, int):
            raise OptionError(f"k must be a whole number from 1 to {MAX_QUOTES}, not {self.k!r}")
        if not 1 <= self.k <= MAX_QUOTES:
            raise OptionError(f"k must be from 1 to {MAX_QUOTES}, not {self.k}")
        for document in self.documents or ():
            if not isinstance(document, str):
                raise OptionError(f"documents must be ids or paths, not {document!r}")
        for name, value in (("since", self.since), ("until", self.until)):
            if value is not None and not _is_day(value):
                raise OptionError(f"{name} must be a date like 2023-09-19, not {value!r}")
        if self.since and self.until and self.since > self.until:
            raise OptionError(f"since ({self.since}) is later than until ({self.until})")

    @classmethod
    def of(
        cls,
        k: int,
        documents: Collection[str] | None,
        since: str | None,
        until: str | None,
    ) -> Options:
        """Options from loose values; one document alone may not be given as a bare string."""
        if documents is None:
            return cls(k, None, since, until)
        if isinstance(documents, str) or not isinstance(documents, Sequence | Set):
            raise OptionError("documents must be a list of ids or paths, not a single value")
        return cls(k, tuple(documents), since, until)


def _is_day(value: object) -> bool:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
