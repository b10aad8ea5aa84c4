"""Date expressions in English text and what they mean, seen from the document's own date.

A value is as exact as its words: "last year" is a year, "last month" a month, "a week ago" an ISO
week, "Tuesday" a day. A weekend is the week that it closes, "the past week" the one that most of it
fell in, a season its year, as the northern half of the world has it. What would have to be guessed
is left out: "the next day" (next to what?), "next weekend", "last winter", "03/04/2023", "the
1990s". So is what could as well be a name or a number ("Theresa May", "2000 people", "Resolution
1701").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date

from qa.almanac import day_of, in_month, shifted, value_of, week_of
from qa.answer import DatePhrase
from qa.date_patterns import (
    EXPRESSION,
    FEASTS,
    JOINT,
    MONTHS,
    NAMED_DAYS,
    NEXT_WORD,
    NUMBERS,
    SEASONS,
    SHARED_YEAR,
    STEPS,
    TENSE,
    WEEKDAYS,
    WHOLE,
    words_of,
)


def find_dates(text: str, document_date: str | None, offset: int = 0) -> tuple[DatePhrase, ...]:
    """The date expressions of `text`, in order and without overlap.

    `document_date` ("YYYY-MM-DD" or None) is the day that relative expressions start from; without
    a valid one only those that name their own year are found. `offset` is added to every place, in
    code points. Raises nothing for any text.
    """
    today = None
    if document_date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", document_date):
        today = day_of(*map(int, document_date.split("-")))
    return tuple(
        DatePhrase(text[start:end], start + offset, end + offset, value)
        for start, end, value in _Reader(text, today).places()
        if value is not None
    )


def parse_date(text: str) -> str | None:
    """The day that the whole of `text` states, as "YYYY-MM-DD", or None.

    Understands ISO 8601 and RFC 2822 dates, "19 September 2023", "Tuesday, Sept. 19, 2023", each
    with or without a time of day (which is dropped, not converted), and "19/09/2023" where day and
    month cannot be taken for each other.
    """
    text = text.strip()
    match = WHOLE.fullmatch(text) if len(text) <= 80 else None
    if match is None:
        return None
    if not match["month"]:
        return _numeric(match)
    number = int(match["before"] or match["after"])
    return value_of(int(match["year"]), MONTHS[match["month"][:3].lower()], number)


# After a number these make it a count, beside the plurals in -s; but some words in -s are none.
_COUNTED = words_of(
    "people men women children percent per cent gmt utc est pm am km m mm cm ft feet kg metre mile "
    "meter page square cubic million billion thousand hundred dozen BC BCE B"
)
_NOT_PLURAL = words_of("was has does as its is his this us across towards onwards always perhaps")
# Before a number these make it a name or a count, a year of any size, or a recent year.
_NUMBERED = words_of(
    "resolution flight room no number highway route page section article chapter model channel "
    "unit order code version than over nearly almost least most approximately some only total"
)
_MONTH_CUES = words_of("in since until till during early late mid through throughout between")
_LOOSE_MONTH_CUES = words_of("by from before after of")
_YEAR_CUES = _MONTH_CUES | _LOOSE_MONTH_CUES
_YEAR_CUES |= words_of(
    "year years circa c spring summer autumn winter around about born d published"
)
_LOOSE_YEAR_CUES = words_of("for to into with beyond as and or died dated")
_DETERMINERS = words_of("the a an his her its their our my your each every")
_NAME_MONTHS = words_of("mar apr may jun aug")  # people's names and words, where they stand alone
_NOT_THE_WEEKDAY = words_of(
    "every each a one some any that following previous same other first second third fourth fifth "
    "final black good easter palm ash bloody cyber super fat shrove maundy holy whit sheffield"
)
_WEEKDAY_NAMES = words_of("Times Telegraph Mail Mirror Express Post Herald Tribune League Live")
_NOT_EXACTLY = words_of("than over under least most or to and some half every")
_OVER = words_of("over at during on through throughout")  # the weekend
_WITHIN = words_of("over in during within")  # the past week
# After "on the 5th" these go on with the sentence; whatever else follows is what is the fifth.
_GOES_ON = words_of("in at for with after before because he she they we it who when where until")
_GOES_ON |= words_of("from by is was were will would has had as but while since about near")
# Where these stand, "the 5th" is a day of every month, or no day at all.
_NO_DAY = words_of("every each monthly month hole birdie bogey par fairway green tee inning lap")
_OPENERS = words_of("in on by from early late but and then starting beginning until")


def _numeric(match: re.Match[str]) -> str | None:
    """The day of a date in digits alone; day and month must not be interchangeable."""
    if match["y"]:
        return value_of(int(match["y"]), int(match["m"]), int(match["d"]) or 99)
    low, high = sorted((int(match["p"]), int(match["q"])))
    return value_of(int(match["r"]), low, high or 99) if high > 12 or low == high else None


def _season(match: re.Match[str], today: date) -> str | None:
    """The year of a season: the last that is over, this year's, the next if this year's began."""
    step = match["season_step"].lower().split()
    begins = SEASONS[match["season"].lower()]
    if step[0] == "next":
        year = today.year + 1 if today.month >= begins else None
    elif step == ["this"]:
        year = today.year
    else:
        year = today.year - (today.month < begins + 3)
    return f"{year:04d}" if year and 1 <= year <= 9999 else None


class _Reader:
    """One text and the day it was written; finds expressions and resolves them."""

    def __init__(self, text: str, today: date | None) -> None:
        self.text, self.today = text, today
        self._tenses: list[re.Match[str]] | None = None
        # The last month or year found, for "March and April" and "2014, 2016 and 2018".
        self._last = ("", 0)

    def places(self) -> Iterator[tuple[int, int, str | None]]:
        for match in EXPRESSION.finditer(self.text):
            if match["from"]:
                yield from self._years(match)
            elif match["y"] or match["r"]:
                yield *match.span(), _numeric(match)
            elif match["month"]:
                yield *match.span(), self._written(match)
            elif self.today:
                yield *match.span(), self._relative(match, self.today)

    def _relative(self, match: re.Match[str], today: date) -> str | None:
        last, word = self._before(match.start())
        if match["day"]:
            return self._weekday(match, today, word)
        if match["unit"] and word not in _DETERMINERS:  # "the last week" is a length of time
            return shifted(today, match["unit"].lower(), STEPS[match["unit_step"].lower()])
        if match["many"] and word not in _NOT_EXACTLY and not last.endswith(("-", "–")):
            count = NUMBERS.get(match["many"].lower()) or int(match["many"])
            # In a tale of the past "in two days" says how long something took.
            ahead = match["from_now"] or (match["within"] and self._tense(match.start()) > 0)
            sign = -1 if match["ago"] else bool(ahead)
            return shifted(today, match["many_of"].lower(), sign * count) if sign else None
        if match["unit_before"]:
            return shifted(today, match["unit_before"].lower(), -2)
        if match["past"]:
            return week_of(today, -4) if word in _WITHIN else None
        if match["weekend"]:
            return self._weekend(match, today, word)
        if match["season"] and word not in _DETERMINERS:
            return _season(match, today)
        if match["nth"]:
            return self._nth(match, today, word)
        if match["feast"]:
            return self._feast(match, today, word)
        name = match.group().istitle() and last[:1].isupper() and last.isalpha()  # "USA Today"
        if match["named"] and not name:
            return shifted(today, "day", NAMED_DAYS[" ".join(match["named"].lower().split())])
        return None

    def _weekday(self, match: re.Match[str], today: date, word: str) -> str | None:
        """A day of the last seven; of the next seven where the clause looks ahead."""
        which = " ".join((match["which"] or "").lower().split())
        after = self._after(match.end())
        of_another = which and word == "the" and after in ("of", "in")  # "the last Tuesday of May"
        if of_another or word in _NOT_THE_WEEKDAY or after in _WEEKDAY_NAMES:
            return None
        if match["day_number"]:
            return self._numbered(match, today)
        in_this_week = WEEKDAYS[match["day"][:3].lower()] - today.weekday()
        ahead = in_this_week % 7
        if match["day_week"]:
            days = in_this_week + 7 * STEPS[match["day_week"].lower()]
        elif which in ("last", "past", "this past"):
            days = ahead - 7
        elif which in ("next", "coming", "upcoming", "this coming"):
            days = ahead or 7
        elif self._tense(match.start()) > 0:
            days = ahead
        else:
            days = in_this_week if which == "this" else -(-in_this_week % 7)
        return shifted(today, "day", days)

    def _numbered(self, match: re.Match[str], today: date) -> str | None:
        """ "Tuesday the 5th": of this month or one beside it, if it falls on that day there."""
        number, weekday = int(match["day_number"]), WEEKDAYS[match["day"][:3].lower()]
        months = [in_month(today, away, number) for away in (-1, 0, 1)]
        fitting = [day for day in months if day is not None and day.weekday() == weekday]
        past, coming = [d for d in fitting if d <= today], [d for d in fitting if d >= today]
        if self._tense(match.start()) > 0:
            return coming[0].isoformat() if coming else None
        return past[-1].isoformat() if past else None

    def _nth(self, match: re.Match[str], today: date, word: str) -> str | None:
        """ "on the 5th": of this month, or of the last or next one as the clause looks."""
        number, step = int(match["nth"]), match["nth_step"]
        if step:
            day = in_month(today, STEPS[step.lower()], number)
        else:
            after, mark = self._after(match.end()), self.text[match.end() : match.end() + 1]
            alone = after in _GOES_ON or mark in ("", *'.,;:!?)”"')
            said = {each.strip('.,;:!?”"') for each in self.text.lower().split()}
            if word != "on" or not alone or not _NO_DAY.isdisjoint(said):
                return None
            ahead = self._tense(match.start()) > 0
            away = number < today.day if ahead else -(number > today.day)
            day = in_month(today, int(away), number)
        return day.isoformat() if day else None

    def _feast(self, match: re.Match[str], today: date, word: str) -> str | None:
        """ "on Christmas Day", where the clause tells of a certain one."""
        tense = self._tense(match.start())
        before = self.text[max(0, match.start() - 24) : match.start()].split()
        as_ever = not {"is", "are", "be", "been"}.isdisjoint(before[-3:-1])  # "is closed on"
        if word != "on" or not tense or (as_ever and tense < 0):
            return None
        month, number = FEASTS[" ".join(match["feast"].lower().replace("’", "'").split())]
        here, there = (today.month, today.day), (month, number)
        year = today.year + (there < here) if tense > 0 else today.year - (there > here)
        return value_of(year, month, number)

    def _weekend(self, match: re.Match[str], today: date, word: str) -> str | None:
        """The week that a weekend closes."""
        which = " ".join(match["weekend"].lower().split())
        now, tense = today.weekday() >= 5, self._tense(match.start())
        if which == "the":
            friday = today.weekday() == 4 and not tense  # the one before, or the one to come?
            if word not in _OVER or self._after(match.end()) == "in" or friday:
                return None
            weeks = -(not now and tense <= 0)
        elif which in ("last", "past", "this past"):
            if which == "last" and word in _DETERMINERS:
                return None
            weeks = -1
        elif which in ("coming", "this coming"):
            weeks = int(now)
        else:
            weeks = -(tense < 0 and today.weekday() < 3)
        return shifted(today, "week", weeks)

    def _written(self, match: re.Match[str]) -> str | None:
        """The value of a month's name with what belongs to it."""
        name = match["month"][:3].lower()
        day, last_day = match["before"] or match["after"], match["before2"] or match["after2"]
        _, word = self._before(match.start())
        sure = match["of"] or (day and (match["year"] or word == "on"))
        if match["month"] in ("may", "mar", "march", "august") and not sure:
            return None  # "only 19 may vote", "they march 20 miles"
        if not (day or match["year"] or match["year_step"] or self._stands_as_month(match)):
            return None
        self._last = ("year" if match["year"] else "month", match.end())
        month, number = MONTHS[name], int(day or 0)
        if match["year"]:
            year = int(match["year"])
        elif shared := re.compile(SHARED_YEAR, re.VERBOSE).match(self.text, match.end()):
            year = int(shared["year"]) - (month > MONTHS[shared["month"][:3].lower()])
        elif self.today is None:
            return None
        elif match["year_step"]:
            year = self.today.year + STEPS[match["year_step"].lower()]
        else:
            if match["after"] == "11" and self._after(match.end()) in ("attacks", "terror"):
                return None  # those of 2001 are named without their year
            year = self._nearest_year(match, self.today, month, number)
        return value_of(year, month, number, int(last_day or 0))

    def _nearest_year(self, match: re.Match[str], today: date, month: int, number: int) -> int:
        """The year of the last such day or month, or of the next where the clause looks ahead."""
        here, there = (today.month, today.day if number else 0), (month, number)
        if match["step"]:
            steps = {"last": today.year - (there >= here), "next": today.year + (there <= here)}
            return steps.get(match["step"].lower(), today.year)
        past, ahead = today.year - (there > here), today.year + (there < here)
        tense, coming = self._tense(match.start()), day_of(ahead, month, number)
        # A day that has almost come round again would have been named with its year.
        soon = tense == 0 and coming is not None and (coming - today).days <= 60
        return ahead if soon or tense > 0 else past

    def _stands_as_month(self, match: re.Match[str]) -> bool:
        """Whether a month's name alone is the month, not a word or somebody's name."""
        name, end = match["month"][:3].lower(), match.end()
        last, word = self._before(match.start())
        after, mark = self._after(end), self.text[end : end + 1]
        if len(match["month"]) <= 4 and name not in ("may", "jun", "jul") and mark != ".":
            return False  # "Mar-a-Lago"; an abbreviation has its full stop
        if name in _NAME_MONTHS and (after[:1].isupper() or (name == "may" and mark in ("'", "’"))):
            return False
        if match["step"] or word in _MONTH_CUES or self._joined("month", match):
            return True
        if word in _LOOSE_MONTH_CUES:
            return name != "may" or not after or after in ("to", "until", "through", "and", "or")
        if name in _NAME_MONTHS or match["month"].islower():
            return False
        named = last[:1].isupper() and last[-1].isalpha()
        return not named and not after[:1].isupper()

    def _years(self, match: re.Match[str]) -> Iterator[tuple[int, int, str | None]]:
        """A year, both ends of a range of years, or "2023-08"."""
        start, end = match.span()
        tail = int(match["tail"][1:]) if match["tail"] else 0
        if 1 <= tail <= min(12, int(match["from"][2:])):  # "2008-09" is rather a season
            yield start, end, match.group()
        elif self._stands_as_year(match):
            self._last = ("year", end)
            yield start, match.end("from"), match["from"]
            if match["until"]:
                yield match.start("until"), end, match["until"]

    def _stands_as_year(self, match: re.Match[str]) -> bool:
        """Whether a four-digit number is a year rather than a count, a name or a price."""
        number = int(match["from"])
        last, word = self._before(match.start())
        after = self._after(match.end())
        usual = number >= 1900 and number % 100 != 0
        counts = after.islower() and after.endswith("s") and after not in _NOT_PLURAL
        if after in _COUNTED:
            return last == "In" and usual and after in ("people", "men", "women", "children")
        if self.text[match.start() - 1 : match.start()].strip():  # it is glued to something
            return last.lower().endswith(("mid-", "pre-", "post-", "(", "[")) and not counts
        if match["until"]:
            return number < int(match["until"]) and (usual or not counts)
        if word in _NUMBERED:
            return False
        if word in _YEAR_CUES or self._joined("year", match):
            return usual or not counts or (word in ("in", "since") and number % 100 != 0)
        if word in _DETERMINERS or word.endswith(("'s", "’s", "s’")):
            return usual or (number >= 1500 and not counts)
        opens = not last or last[-1] in ".!?:" or last.lstrip("([“")[:1].isupper()
        return usual and not counts and (opens or word in _LOOSE_YEAR_CUES)

    def _before(self, start: int) -> tuple[str, str]:
        """What stands before a place up to the next space, and the same as a plain word."""
        words = self.text[max(0, start - 24) : start].split()
        last = words[-1] if words else ""
        return last, last.lower().lstrip("([“\"‘'").rstrip(".-")

    def _after(self, end: int) -> str:
        """The word after a place, "" where punctuation or a number follows."""
        return match[1] if (match := NEXT_WORD.match(self.text, end)) else ""

    def _joined(self, kind: str, match: re.Match[str]) -> bool:
        """Whether the last month or year is joined to this one: "2014, 2016 and 2018"."""
        last_kind, last_end = self._last
        joint = JOINT.fullmatch(self.text, last_end, match.start()) if kind == last_kind else None
        in_list = joint is not None and joint[0].strip() == ","
        return JOINT.match(self.text, match.end()) is not None if in_list else joint is not None

    def _tense(self, start: int) -> int:
        """1 where the clause looks ahead at this place, -1 where it looks back, 0 if open."""
        if self._tenses is None:
            self._tenses = list(TENSE.finditer(self.text))
        position = bisect_right(self._tenses, start, key=lambda tense: tense.start())
        tense = self._tenses[position - 1] if position else None
        if tense is not None and not tense["stop"]:
            return -1 if tense["back"] else 1
        # "On Friday the council will meet": the verb comes after a date that opens the clause.
        opening = tense.end() if tense else 0
        words = self.text[opening : min(start, opening + 40)].lower().split()
        if position == len(self._tenses) or not _OPENERS.issuperset(words):
            return 0
        following = self._tenses[position]
        return 0 if following["stop"] or following["would"] else -1 if following["back"] else 1
