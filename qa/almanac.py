"""Days, weeks, months and years, written as ISO 8601 has them, and steps from one to another.

None stands for what no calendar has: 31 April, the year 10,000.
"""

from __future__ import annotations

from datetime import date, timedelta

_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS_IN = {"year": 12, "decade": 120}


def day_of(year: int, month: int, day: int) -> date | None:
    """A day by its numbers."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def value_of(year: int, month: int, number: int = 0, last: int = 0) -> str | None:
    """A day, or the month where there is no day or, as in "19–21 September", more than one."""
    day = day_of(year, month, number or 1)
    if day is None or (last and (last <= day.day or not day_of(year, month, last))):
        return None
    return day.isoformat() if number and not last else day.isoformat()[:7]


def shifted(today: date, unit: str, count: int) -> str | None:
    """`today` moved by `count` units, as exact as the unit; None outside of the calendar."""
    try:
        if unit not in _DAYS_IN:
            months = today.year * 12 + today.month - 1 + count * _MONTHS_IN.get(unit, 1)
            first = date(months // 12, months % 12 + 1, 1)
            return first.isoformat()[: 7 if unit == "month" else 4]
        moved = today + timedelta(count * _DAYS_IN[unit])
    except (OverflowError, ValueError):
        return None
    week = moved.isocalendar()
    return moved.isoformat() if unit == "day" else f"{week.year:04d}-W{week.week:02d}"


def week_of(today: date, days: int) -> str | None:
    """The week of the day so many days from this one."""
    try:
        return shifted(today + timedelta(days), "week", 0)
    except OverflowError:
        return None


def in_month(today: date, away: int, number: int) -> date | None:
    """That day of the month so many months from this one, None where there is none."""
    months = today.year * 12 + today.month - 1 + away
    return day_of(months // 12, months % 12 + 1, number)
