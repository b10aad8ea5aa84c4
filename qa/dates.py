"""Date expressions in English text and what they mean, seen from the document's own date.

A value is as exact as its words: "last year" is a year, "last month" a month, "a week ago" an ISO
week, "Tuesday" a day. What would have to be guessed is left out: "the next day" (next to what?),
"last summer", "03/04/2023", "the 1990s". So is what could as well be a name or a number ("Theresa
May", "2000 people", "Resolution 1701").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta

from qa.answer import DatePhrase


def find_dates(text: str, document_date: str | None, offset: int = 0) -> tuple[DatePhrase, ...]:
    """The date expressions of `text`, in order and without overlap.

    `document_date` ("YYYY-MM-DD" or None) is the day that relative expressions start from; without
    a valid one only those that name their own year are found. `offset` is added to every place, in
    code points. Raises nothing for any text.
    """
    today = None
    if document_date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", document_date):
        today = _day(*map(int, document_date.split("-")))
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
    match = _WHOLE.fullmatch(text) if len(text) <= 80 else None
    if match is None:
        return None
    if not match["month"]:
        return _numeric(match)
    number = int(match["before"] or match["after"])
    return _value(int(match["year"]), _MONTHS[match["month"][:3].lower()], number)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6}
_MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
_WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_NUMBERS |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_NUMBERS |= {"fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50}
_STEPS = {"last": -1, "this": 0, "next": 1}
_NAMED_DAYS = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0}
_NAMED_DAYS |= {"tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0}
_NAMED_DAYS |= {"tomorrow": 1, "the day after tomorrow": 2}

# After a number these make it a count, beside the plurals in -s; but some words in -s are none.
_COUNTED = _words(
    "people men women children percent per cent gmt utc est pm am km m mm cm ft feet kg metre mile "
    "meter page square cubic million billion thousand hundred dozen BC BCE B"
)
_NOT_PLURAL = _words("was has does as its is his this us across towards onwards always perhaps")
# Before a number these make it a name or a count, a year of any size, or a recent year.
_NUMBERED = _words(
    "resolution flight room no number highway route page section article chapter model channel "
    "unit order code version than over nearly almost least most approximately some only total"
)
_MONTH_CUES = _words("in since until till during early late mid through throughout between")
_LOOSE_MONTH_CUES = _words("by from before after of")
_YEAR_CUES = _MONTH_CUES | _LOOSE_MONTH_CUES
_YEAR_CUES |= _words("year years circa c spring summer autumn winter around about born d published")
_LOOSE_YEAR_CUES = _words("for to into with beyond as and or died dated")
_DETERMINERS = _words("the a an his her its their our my your each every")
_NAME_MONTHS = _words("mar apr may jun aug")  # people's names and words, where they stand alone
_NOT_THE_WEEKDAY = _words(
    "every each a one some any that following previous same other first second third fourth fifth "
    "final black good easter palm ash bloody cyber super fat shrove maundy holy whit sheffield"
)
_WEEKDAY_NAMES = _words("Times Telegraph Mail Mirror Express Post Herald Tribune League Live")
_NOT_EXACTLY = _words("than over under least most or to and some half every")

# Repetitions are all bounded, so that a search is linear in the length of the text. Gaps are any
# white space: a set of rare characters takes long to compile, each time that it comes.
_GAP = r"(?u:\s){1,4}"
_GAP0 = r"(?u:\s){0,4}"
_YEAR = r"(?:1[0-9]{3}|20[0-9]{2}|2100)(?![\w%°]|[.,:][0-9]|/[0-9]{1,3}(?![0-9])|-[A-Za-z])"
_MONTH_YEAR = rf"{_YEAR}(?!(?<=00){_GAP}people\b)"
_NUMBER = r"(?:0?[1-9]|[12][0-9]|3[01])"
_TH = r"(?:st|nd|rd|th)?"
_DAY_END = rf"{_TH}(?![\w%°]|[.:/][0-9]|,[0-9]{{3}}\b|{_GAP}(?:people|percent|[mb]illion)\b)"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DOT = rf"(?:(?<!may)\.(?={_GAP}[0-9]))?"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ANY_WEEKDAY = rf"(?:{_WEEKDAY}|(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b\.?)"
_PART = rf"(?:{_GAP}(?:morning|afternoon|evening|night)\b)?"
_MANY = rf"(?:[1-9][0-9]{{0,3}}|{'|'.join(_NUMBERS)})"
_ISO = r"(?P<y>[12][0-9]{3})(?P<s1>[-/.])(?P<m>[01][0-9])(?P=s1)(?P<d>[0-3][0-9])"
_SLASHED = r"(?P<p>[0-3]?[0-9])(?P<s2>[-/.])(?P<q>[0-3]?[0-9])(?P=s2)(?P<r>[12][0-9]{3})"

# The first two letters of any of them, tried first because most words start otherwise.
_FIRST = {*_MONTHS, *_WEEKDAYS, *_NUMBERS, *_STEPS, *_NAMED_DAYS} | _words("pa co up ea in")
_STARTS = "|".join(
    rf"[{two[0]}{two[0].upper()}][{two[1]}{two[1].upper()}\s]"
    for two in sorted({f"{word} "[:2] for word in _FIRST})
)
_EXPRESSION = re.compile(
    rf"""(?<![^\W_])(?<![0-9][.,:/–-])(?=[0-9]|{_STARTS})(?ai:
    (?:{_ISO}|{_SLASHED})(?=T[0-9]|(?![\w/-]|[.,:][0-9]))
    | (?:{_ANY_WEEKDAY},?{_GAP}(?:the{_GAP})?
            (?={_NUMBER}{_TH}{_GAP}|{_MONTH}{_DOT}{_GAP}{_NUMBER}{_DAY_END}))?
      (?: (?P<before>{_NUMBER}){_TH}
            (?:{_GAP0}(?:[-–]|to\b|and\b){_GAP0}(?P<before2>{_NUMBER}){_TH})?
            {_GAP}(?P<of>of{_GAP})?
        | (?P<step>last|this|next){_GAP} )?
      (?P<month>{_MONTH}){_DOT}
      (?(before)|(?:{_GAP}(?P<after>{_NUMBER}){_DAY_END}
            (?:(?:{_GAP0}[-–]{_GAP0}|{_GAP}(?:and|to){_GAP}(?=[0-9a-z]{{1,4}},?{_GAP}{_YEAR}))
               (?P<after2>{_NUMBER}){_DAY_END})?)?)
      (?:(?:,{_GAP0}|{_GAP})(?:of{_GAP})?(?P<year>{_MONTH_YEAR})
        |{_GAP}(?:of{_GAP})?(?P<year_step>last|this|next){_GAP}year\b)?
    | (?P<named>the{_GAP}day{_GAP}(?:before{_GAP}yesterday|after{_GAP}tomorrow)|yesterday|tomorrow
        |last{_GAP}night|today|tonight|this{_GAP}(?:morning|afternoon|evening))\b{_PART}
    | (?:{_WEEKDAY}{_GAP0}(?:to\b|through\b|[-–]){_GAP0}{_WEEKDAY})\b   # opening hours: no date
    | (?:(?P<which>last|next|this{_GAP}(?:coming|past)|this|past|coming|upcoming){_GAP})?
      (?P<day>{_WEEKDAY})\b{_PART}(?:{_GAP}(?:of{_GAP})?(?P<day_week>last|this|next){_GAP}week\b)?
    | (?:(?:earlier|later|early|late){_GAP})?(?P<unit_step>last|this|next){_GAP}
      (?P<unit>week|month|year)\b(?!{_GAP}of\b)
    | (?P<within>in{_GAP})?(?P<many>{_MANY}){_GAP}(?P<many_of>day|week|month|year)s?\b
      (?:{_GAP}(?:(?P<ago>ago)|(?P<from_now>from{_GAP}now))\b)?
    | (?P<from>{_YEAR})(?:(?P<tail>-[0-9]{{2}}(?![\w-]))|{_GAP0}[-–—/]{_GAP0}(?P<until>{_YEAR}))?
    )""",
    re.VERBOSE,
)
# "in March, April and May 2021": the year that the first months share with the last. Compiled
# when it is needed, since it takes a while.
_SHARED_YEAR = rf"""(?ai:(?:
    {_GAP0}(?:,|and\b|or\b|to\b|until\b|through\b|[-–—])(?:{_GAP}(?:and|or)\b)?{_GAP0}
    (?:{_NUMBER}{_TH}{_GAP})?(?P<month>{_MONTH}){_DOT}(?:{_GAP}{_NUMBER}{_DAY_END})?){{1,3}}
    ,?{_GAP}(?P<year>{_MONTH_YEAR}))"""
_JOINT = re.compile(rf"(?:,?{_GAP0}(?:and|or|to|until|through|[-–—&])|,){_GAP0}(?:the{_GAP})?")
_NEXT_WORD = re.compile(rf"{_GAP}([^\W\d_]{{1,20}})")
# What tells whether a clause looks ahead or back; the nearest one before a date counts.
_TENSE = re.compile(
    r"""(?P<stop>[!?;”"]|\.(?=\s{1,3}[A-Z“"]))
    | \b(?:will|shall|going[ ]to|(?:due|scheduled|slated|expected|planned)[ ](?:to|for|on)
        |(?:set|plans|planning|hopes|intends|is|are)[ ]to|upcoming|forthcoming)\b
    | \bwon['’]t\b | ['’]ll\b | \b(?P<would>would(?![ ](?:not|neither)))\b
    | \b(?P<back>was|were|had|did|(?<!be[ ])(?:said|told|announced|reported|declared|stated
        |confirmed|warned|wrote|added|[a-z]{2,15}ed(?=[ ]on\b)))\b""",
    re.VERBOSE,
)
_OPENERS = _words("in on by from early late but and then starting beginning until")
_ZONE = r"(?:Z|\(?[A-Z]{2,5}\)?|(?:GMT|UTC)?[+-][0-9]{2}:?(?:[0-9]{2})?(?:\s\([A-Z]{2,5}\))?)"
_TIME = (
    r"(?:T|,?\s{1,3}(?:at\s{1,2})?)(?:[01]?[0-9]|2[0-4])(?::?[0-5][0-9](?::?[0-5][0-9])?"
    rf"(?:[.,][0-9]{{1,9}})?)?\s{{0,2}}(?:[ap]\.?m\.?)?\s{{0,2}}{_ZONE}?"
)
_WHOLE = re.compile(
    rf"""(?ai:(?:{_ISO.replace("[-/.]", "[-/.]?")}|{_SLASHED}
    |(?:{_ANY_WEEKDAY},?\s{{1,3}})?(?:the\s)?
     (?:(?P<before>{_NUMBER}){_TH}(?:[ -]|\s{{1,3}}(?:of\s)?))?
     (?P<month>{_MONTH})\.?(?(before)|\s{{1,3}}(?P<after>{_NUMBER}){_TH})
     (?:,?\s{{1,3}}|[,-])(?P<year>[12][0-9]{{3}}))(?:{_TIME})?)""",
    re.VERBOSE,
)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _value(year: int, month: int, number: int = 0, last: int = 0) -> str | None:
    """A day, or the month where there is no day or, as in "19–21 September", more than one."""
    day = _day(year, month, number or 1)
    if day is None or (last and (last <= day.day or not _day(year, month, last))):
        return None
    return day.isoformat() if number and not last else day.isoformat()[:7]


def _numeric(match: re.Match[str]) -> str | None:
    """The day of a date in digits alone; day and month must not be interchangeable."""
    if match["y"]:
        return _value(int(match["y"]), int(match["m"]), int(match["d"]) or 99)
    low, high = sorted((int(match["p"]), int(match["q"])))
    return _value(int(match["r"]), low, high or 99) if high > 12 or low == high else None


def _shifted(today: date, unit: str, count: int) -> str | None:
    """`today` moved by `count` units, as exact as the unit; None outside of the calendar."""
    try:
        if unit in ("month", "year"):
            months = today.year * 12 + today.month - 1 + count * (12 if unit == "year" else 1)
            first = date(months // 12, months % 12 + 1, 1)
            return first.isoformat()[: 4 if unit == "year" else 7]
        moved = today + timedelta(count * 7 if unit == "week" else count)
    except (OverflowError, ValueError):
        return None
    week = moved.isocalendar()
    return f"{week.year:04d}-W{week.week:02d}" if unit == "week" else moved.isoformat()


class _Reader:
    """One text and the day it was written; finds expressions and resolves them."""

    def __init__(self, text: str, today: date | None) -> None:
        self.text, self.today = text, today
        self._tenses: list[re.Match[str]] | None = None
        # The last month or year found, for "March and April" and "2014, 2016 and 2018".
        self._last = ("", 0)

    def places(self) -> Iterator[tuple[int, int, str | None]]:
        for match in _EXPRESSION.finditer(self.text):
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
            return _shifted(today, match["unit"].lower(), _STEPS[match["unit_step"].lower()])
        if match["many"] and word not in _NOT_EXACTLY and not last.endswith(("-", "–")):
            count = _NUMBERS.get(match["many"].lower()) or int(match["many"])
            # In a tale of the past "in two days" says how long something took.
            ahead = match["from_now"] or (match["within"] and self._tense(match.start()) > 0)
            sign = -1 if match["ago"] else bool(ahead)
            return _shifted(today, match["many_of"].lower(), sign * count) if sign else None
        name = match.group().istitle() and last[:1].isupper() and last.isalpha()  # "USA Today"
        if match["named"] and not name:
            return _shifted(today, "day", _NAMED_DAYS[" ".join(match["named"].lower().split())])
        return None

    def _weekday(self, match: re.Match[str], today: date, word: str) -> str | None:
        """A day of the last seven; of the next seven where the clause looks ahead."""
        which = " ".join((match["which"] or "").lower().split())
        after = self._after(match.end())
        of_another = which and word == "the" and after in ("of", "in")  # "the last Tuesday of May"
        if of_another or word in _NOT_THE_WEEKDAY or after in _WEEKDAY_NAMES:
            return None
        in_this_week = _WEEKDAYS[match["day"][:3].lower()] - today.weekday()
        ahead = in_this_week % 7
        if match["day_week"]:
            days = in_this_week + 7 * _STEPS[match["day_week"].lower()]
        elif which in ("last", "past", "this past"):
            days = ahead - 7
        elif which in ("next", "coming", "upcoming", "this coming"):
            days = ahead or 7
        elif self._tense(match.start()) > 0:
            days = ahead
        else:
            days = in_this_week if which == "this" else -(-in_this_week % 7)
        return _shifted(today, "day", days)

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
        month, number = _MONTHS[name], int(day or 0)
        if match["year"]:
            year = int(match["year"])
        elif shared := re.compile(_SHARED_YEAR, re.VERBOSE).match(self.text, match.end()):
            year = int(shared["year"]) - (month > _MONTHS[shared["month"][:3].lower()])
        elif self.today is None:
            return None
        elif match["year_step"]:
            year = self.today.year + _STEPS[match["year_step"].lower()]
        else:
            if match["after"] == "11" and self._after(match.end()) in ("attacks", "terror"):
                return None  # those of 2001 are named without their year
            year = self._nearest_year(match, self.today, month, number)
        return _value(year, month, number, int(last_day or 0))

    def _nearest_year(self, match: re.Match[str], today: date, month: int, number: int) -> int:
        """The year of the last such day or month, or of the next where the clause looks ahead."""
        here, there = (today.month, today.day if number else 0), (month, number)
        if match["step"]:
            steps = {"last": today.year - (there >= here), "next": today.year + (there <= here)}
            return steps.get(match["step"].lower(), today.year)
        past, ahead = today.year - (there > here), today.year + (there < here)
        tense, coming = self._tense(match.start()), _day(ahead, month, number)
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
        return match[1] if (match := _NEXT_WORD.match(self.text, end)) else ""

    def _joined(self, kind: str, match: re.Match[str]) -> bool:
        """Whether the last month or year is joined to this one: "2014, 2016 and 2018"."""
        last_kind, last_end = self._last
        joint = _JOINT.fullmatch(self.text, last_end, match.start()) if kind == last_kind else None
        in_list = joint is not None and joint[0].strip() == ","
        return _JOINT.match(self.text, match.end()) is not None if in_list else joint is not None

    def _tense(self, start: int) -> int:
        """1 where the clause looks ahead at this place, -1 where it looks back, 0 if open."""
        if self._tenses is None:
            self._tenses = list(_TENSE.finditer(self.text))
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
