"""What date expressions look like: the regular expressions that `qa.dates` reads texts with."""

from __future__ import annotations

import re


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6}
MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
NUMBERS |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
NUMBERS |= {"fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50}
STEPS = {"last": -1, "this": 0, "next": 1}
NAMED_DAYS = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "today": 0}
NAMED_DAYS |= {"tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0}
NAMED_DAYS |= {"tomorrow": 1, "the day after tomorrow": 2}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}  # the month that each begins in
FEASTS = {"christmas eve": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26)}
FEASTS |= {"new year's eve": (12, 31), "new year's day": (1, 1)}

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
_MANY = rf"(?:[1-9][0-9]{{0,3}}|{'|'.join(NUMBERS)})"
_ISO = r"(?P<y>[12][0-9]{3})(?P<s1>[-/.])(?P<m>[01][0-9])(?P=s1)(?P<d>[0-3][0-9])"
_SLASHED = r"(?P<p>[0-3]?[0-9])(?P<s2>[-/.])(?P<q>[0-3]?[0-9])(?P=s2)(?P<r>[12][0-9]{3})"

# The first two letters of any of them, tried first because most words start otherwise.
_FIRST = {*MONTHS, *WEEKDAYS, *NUMBERS, *STEPS, *NAMED_DAYS} | words_of("pa co up ea in ch bo")
_STARTS = "|".join(
    rf"[{two[0]}{two[0].upper()}][{two[1]}{two[1].upper()}\s]"
    for two in sorted({f"{word} "[:2] for word in _FIRST})
)
EXPRESSION = re.compile(
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
      (?P<day>{_WEEKDAY})\b{_PART}(?:{_GAP}(?:of{_GAP})?(?P<day_week>last|this|next){_GAP}week\b
        |,?{_GAP}the{_GAP}(?P<day_number>{_NUMBER})(?:st|nd|rd|th)\b)?
    | (?:(?:earlier|later|early|late){_GAP})?(?P<unit_step>last|this|next){_GAP}
      (?P<unit>week|month|year)\b(?!{_GAP}of\b)
    | the{_GAP}(?P<unit_before>week|month|year){_GAP}before{_GAP}last\b
    | the{_GAP}(?P<past>past{_GAP}week)\b
    | (?P<weekend>last|this(?:{_GAP}(?:past|coming))?|past|coming|the){_GAP}weekend\b(?!{_GAP}of\b)
    | (?P<season_step>last|next|this(?:{_GAP}past)?){_GAP}(?P<season>{"|".join(SEASONS)})\b
      (?!{_GAP}(?:of{_GAP})?[0-9])
    | the{_GAP}(?P<nth>{_NUMBER})(?:st|nd|rd|th)\b
      (?!{_GAP0}(?:[-–]|(?:to|and|or|through|of{_GAP}{_MONTH}|{_MONTH})\b))
      (?:{_GAP}of{_GAP}(?P<nth_step>last|this|next){_GAP}month\b)?
    | (?P<feast>christmas{_GAP}(?:day|eve)|boxing{_GAP}day|new{_GAP}year['’]s{_GAP}(?:day|eve))\b
    | (?P<within>in{_GAP})?(?P<many>{_MANY}){_GAP}
      (?P<many_of>day|week|fortnight|month|year|decade)s?\b
      (?:{_GAP}(?:(?P<ago>ago)|(?P<from_now>from{_GAP}now))\b)?
    | (?P<from>{_YEAR})(?:(?P<tail>-[0-9]{{2}}(?![\w-]))|{_GAP0}[-–—/]{_GAP0}(?P<until>{_YEAR}))?
    )""",
    re.VERBOSE,
)
# "in March, April and May 2021": the year that the first months share with the last. Compiled
# when it is needed, since it takes a while.
SHARED_YEAR = rf"""(?ai:(?:
    {_GAP0}(?:,|and\b|or\b|to\b|until\b|through\b|[-–—])(?:{_GAP}(?:and|or)\b)?{_GAP0}
    (?:{_NUMBER}{_TH}{_GAP})?(?P<month>{_MONTH}){_DOT}(?:{_GAP}{_NUMBER}{_DAY_END})?){{1,3}}
    ,?{_GAP}(?P<year>{_MONTH_YEAR}))"""
JOINT = re.compile(rf"(?:,?{_GAP0}(?:and|or|to|until|through|[-–—&])|,){_GAP0}(?:the{_GAP})?")
NEXT_WORD = re.compile(rf"{_GAP}([^\W\d_]{{1,20}})")
# What tells whether a clause looks ahead or back; the nearest one before a date counts.
TENSE = re.compile(
    r"""(?P<stop>[!?;”"]|\.(?=\s{1,3}[A-Z“"]))
    | \b(?:will|shall|going[ ]to|(?:due|scheduled|slated|expected|planned)[ ](?:to|for|on)
        |(?:set|plans|planning|hopes|intends|is|are)[ ]to|upcoming|forthcoming)\b
    | \bwon['’]t\b | ['’]ll\b | \b(?P<would>would(?![ ](?:not|neither)))\b
    | \b(?P<back>was|were|had|did|(?<!be[ ])(?:said|told|announced|reported|declared|stated
        |confirmed|warned|wrote|added|[a-z]{2,15}ed(?=[ ]on\b)))\b""",
    re.VERBOSE,
)
_ZONE = r"(?:Z|\(?[A-Z]{2,5}\)?|(?:GMT|UTC)?[+-][0-9]{2}:?(?:[0-9]{2})?(?:\s\([A-Z]{2,5}\))?)"
_TIME = (
    r"(?:T|,?\s{1,3}(?:at\s{1,2})?)(?:[01]?[0-9]|2[0-4])(?::?[0-5][0-9](?::?[0-5][0-9])?"
    rf"(?:[.,][0-9]{{1,9}})?)?\s{{0,2}}(?:[ap]\.?m\.?)?\s{{0,2}}{_ZONE}?"
)
WHOLE = re.compile(
    rf"""(?ai:(?:{_ISO.replace("[-/.]", "[-/.]?")}|{_SLASHED}
    |(?:{_ANY_WEEKDAY},?\s{{1,3}})?(?:the\s)?
     (?:(?P<before>{_NUMBER}){_TH}(?:[ -]|\s{{1,3}}(?:of\s)?))?
     (?P<month>{_MONTH})\.?(?(before)|\s{{1,3}}(?P<after>{_NUMBER}){_TH})
     (?:,?\s{{1,3}}|[,-])(?P<year>[12][0-9]{{3}}))(?:{_TIME})?)""",
    re.VERBOSE,
)
