"""How values leave the server: strict JSON, and dates and messages as people read them."""

from __future__ import annotations

from typing import Any

from flask.json.provider import DefaultJSONProvider

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class StrictJSON(DefaultJSONProvider):
    """JSON with keys in the order given, and without the NaN that browsers refuse to read."""

    sort_keys = False

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """`obj` as JSON text; ValueError if it holds NaN or an infinity."""
        kwargs.setdefault("allow_nan", False)
        return super().dumps(obj, **kwargs)


def day(date: str) -> str:
    """ "2023-09-19" as "19 September 2023"; anything else as it came."""
    year, _, rest = date.partition("-")
    month, _, number = rest.partition("-")
    if not (month.isdecimal() and number.isdecimal() and 1 <= int(month) <= 12):
        return date
    return f"{int(number)} {_MONTHS[int(month) - 1]} {year}"


def sentence(text: str) -> str:
    """`text` with the capital letter and the full stop of a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
