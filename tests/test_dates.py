"""Date expressions: what is found, what it means, and what is left alone."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import date_patterns
from qa.dates import find_dates, parse_date

TUESDAY = "2023-09-19"


def found(text: str, document_date: str | None = TUESDAY) -> list[tuple[str, str]]:
    return [(phrase.text, phrase.value) for phrase in find_dates(text, document_date)]


# What is found in a sentence, as "text = value; text = value".
ABSOLUTE = [
    ("It was signed on 19 September 2023.", "19 September 2023 = 2023-09-19"),
    ("On September 19th, 2023, they met.", "September 19th, 2023 = 2023-09-19"),
    ("The 19th of September, 2023 was dry.", "19th of September, 2023 = 2023-09-19"),
    ("Dated 1 Jan. 2000 in Rome.", "1 Jan. 2000 = 2000-01-01"),
    ("On Sept. 9, 1999 it rained.", "Sept. 9, 1999 = 1999-09-09"),
    ("MAY 5, 2023 – YEREVAN", "MAY 5, 2023 = 2023-05-05"),
    ("on march 3, 2021", "march 3, 2021 = 2021-03-03"),
    ("Since 29 February 2024.", "29 February 2024 = 2024-02-29"),
    ("On Tuesday, 19 September 2023, it", "Tuesday, 19 September 2023 = 2023-09-19"),
    ("In March 2021 it opened.", "March 2021 = 2021-03"),
    ("in March of 2021", "March of 2021 = 2021-03"),
    ("by Sept. 2020 at the latest", "Sept. 2020 = 2020-09"),
    ("It ends 2023-09-19.", "2023-09-19 = 2023-09-19"),
    ("at 2023-09-19T10:00:00Z", "2023-09-19 = 2023-09-19"),
    ("on 2023/09/19 and 2023.09.20", "2023/09/19 = 2023-09-19; 2023.09.20 = 2023-09-20"),
    ("on 19/09/2023 or 9/19/2023", "19/09/2023 = 2023-09-19; 9/19/2023 = 2023-09-19"),
    ("on 19.09.2023", "19.09.2023 = 2023-09-19"),
    ("on 05/05/2023", "05/05/2023 = 2023-05-05"),
    ("the report of 2023-08", "2023-08 = 2023-08"),
    ("from September 19-21, 2023", "September 19-21, 2023 = 2023-09"),
    ("on September 19 and 20, 2023", "September 19 and 20, 2023 = 2023-09"),
    ("from 19–21 September 2023", "19–21 September 2023 = 2023-09"),
    ("30 August to 2 May 2023", "30 August = 2022-08-30; 2 May 2023 = 2023-05-02"),
    ("in March, April and May 2021", "March = 2021-03; April = 2021-04; May 2021 = 2021-05"),
    ("from November to March 2021", "November = 2020-11; March 2021 = 2021-03"),
    ("It was built in 2019.", "2019 = 2019"),
    ("Since 1998 they have waited.", "1998 = 1998"),
    ("It must be done by 2030.", "2030 = 2030"),
    ("He won the 2022 World Cup.", "2022 = 2022"),
    ("the 2000 election", "2000 = 2000"),
    ("Armenia’s 2018 revolution", "2018 = 2018"),
    ("Her book (1998) sold well.", "1998 = 1998"),
    ("the war of 1812", "1812 = 1812"),
    ("In 1066 the Normans came.", "1066 = 1066"),
    ("In 2021 people left.", "2021 = 2021"),
    ("in mid-2019 and in late 2020", "2019 = 2019; 2020 = 2020"),
    ("from 2014-2016", "2014 = 2014; 2016 = 2016"),
    ("(1835–1910)", "1835 = 1835; 1910 = 1910"),
    ("between 2014 and 2016", "2014 = 2014; 2016 = 2016"),
    ("in 2014, 2016 and 2018", "2014 = 2014; 2016 = 2016; 2018 = 2018"),
    ("the 2014-15 season", "2014 = 2014"),
    ("2019 was a bad year.", "2019 = 2019"),
    ("the games of Tokyo 2020", "2020 = 2020"),
]

RELATIVE = [
    ("Macron told him on Tuesday that France will act.", "Tuesday = 2023-09-19"),
    ("They met on Monday.", "Monday = 2023-09-18"),
    ("They met on Wednesday.", "Wednesday = 2023-09-13"),
    ("on tuesday", "tuesday = 2023-09-19"),
    ("Tuesday evening, Monday night", "Tuesday evening = 2023-09-19; Monday night = 2023-09-18"),
    ("Tuesday's talks", "Tuesday = 2023-09-19"),
    ("last Tuesday", "last Tuesday = 2023-09-12"),
    ("last Friday", "last Friday = 2023-09-15"),
    ("this past Sunday", "this past Sunday = 2023-09-17"),
    ("next Monday", "next Monday = 2023-09-25"),
    ("next Tuesday", "next Tuesday = 2023-09-26"),
    ("this coming Friday", "this coming Friday = 2023-09-22"),
    ("this Friday", "this Friday = 2023-09-22"),
    ("The court will rule on Friday.", "Friday = 2023-09-22"),
    ("The talks are expected to begin on Thursday.", "Thursday = 2023-09-21"),
    ("On Friday the council will meet.", "Friday = 2023-09-22"),
    ("It will fall, the ministry reported on Friday.", "Friday = 2023-09-15"),
    ("“We will win,” said a general Monday.", "Monday = 2023-09-18"),
    ("They spoke on Friday last week.", "Friday last week = 2023-09-15"),
    ("Tuesday of next week", "Tuesday of next week = 2023-09-26"),
    ("on Tuesday, September 19, again", "Tuesday, September 19 = 2023-09-19"),
    ("today and tonight", "today = 2023-09-19; tonight = 2023-09-19"),
    ("Yesterday morning it snowed.", "Yesterday morning = 2023-09-18"),
    ("last night", "last night = 2023-09-18"),
    ("this afternoon", "this afternoon = 2023-09-19"),
    ("tomorrow", "tomorrow = 2023-09-20"),
    ("the day before yesterday", "the day before yesterday = 2023-09-17"),
    ("The day after tomorrow", "The day after tomorrow = 2023-09-21"),
    ("It convened a special session last month to discuss", "last month = 2023-08"),
    ("this month, next month", "this month = 2023-09; next month = 2023-10"),
    ("earlier this month", "earlier this month = 2023-09"),
    ("early last year", "early last year = 2022"),
    ("last week’s vote", "last week = 2023-W37"),
    ("this week and next\nweek", "this week = 2023-W38; next\nweek = 2023-W39"),
    ("last year, this year, next year", "last year = 2022; this year = 2023; next year = 2024"),
    ("five days ago", "five days ago = 2023-09-14"),
    ("two weeks ago", "two weeks ago = 2023-W36"),
    ("a month ago", "a month ago = 2023-08"),
    ("ten months ago", "ten months ago = 2022-11"),
    ("two years ago", "two years ago = 2021"),
    ("100 years ago", "100 years ago = 1923"),
    ("two months from now", "two months from now = 2023-11"),
    ("He will be there in two weeks.", "in two weeks = 2023-W40"),
    ("It opened in March.", "March = 2023-03"),
    ("It opened in October.", "October = 2022-10"),
    ("It will open in March.", "March = 2024-03"),
    ("last March", "last March = 2023-03"),
    ("last September", "last September = 2022-09"),
    ("next March", "next March = 2024-03"),
    ("since mid-May", "May = 2023-05"),
    ("from March to May", "March = 2023-03; May = 2023-05"),
    ("November's vote", "November = 2022-11"),
    ("in March last year", "March last year = 2022-03"),
    ("on 19 September last year", "19 September last year = 2022-09-19"),
    ("on Sept. 19", "Sept. 19 = 2023-09-19"),
    ("on the 4th of July", "4th of July = 2023-07-04"),
    ("on may 5", "may 5 = 2023-05-05"),
    ("He was shot on December 1.", "December 1 = 2022-12-01"),
    ("It opened on October 3.", "October 3 = 2022-10-03"),
    ("The summit of October 3 is near.", "October 3 = 2023-10-03"),
    ("They met over the weekend.", "the weekend = 2023-W37"),
    ("It will snow at the weekend.", "the weekend = 2023-W38"),
    ("last weekend", "last weekend = 2023-W37"),
    ("this past weekend", "this past weekend = 2023-W37"),
    ("The fair was held this weekend.", "this weekend = 2023-W37"),
    ("The fair is this weekend.", "this weekend = 2023-W38"),
    ("this coming weekend", "this coming weekend = 2023-W38"),
    ("Prices fell over the past week.", "the past week = 2023-W37"),
    ("the week before last", "the week before last = 2023-W36"),
    ("the month before last", "the month before last = 2023-07"),
    ("the year before last", "the year before last = 2021"),
    ("a fortnight ago", "a fortnight ago = 2023-W36"),
    ("two decades ago", "two decades ago = 2003"),
    ("a decade ago", "a decade ago = 2013"),
    ("They met on the 5th.", "the 5th = 2023-09-05"),
    ("He was seen on the 25th, they say.", "the 25th = 2023-08-25"),
    ("They will meet on the 25th.", "the 25th = 2023-09-25"),
    ("They will meet on the 5th in Rome.", "the 5th = 2023-10-05"),
    ("on the 5th of this month", "the 5th of this month = 2023-09-05"),
    ("the 5th of next month", "the 5th of next month = 2023-10-05"),
    ("on Tuesday the 12th", "Tuesday the 12th = 2023-09-12"),
    ("He died on Friday, the 25th.", "Friday, the 25th = 2023-08-25"),
    ("They will vote on Thursday the 28th.", "Thursday the 28th = 2023-09-28"),
    ("It opened last summer.", "last summer = 2023"),
    ("last spring and last fall", "last spring = 2023; last fall = 2022"),
    ("this summer", "this summer = 2023"),
    ("next spring", "next spring = 2024"),
    ("The truce was signed on Christmas Eve.", "Christmas Eve = 2022-12-24"),
    ("It will open on New Year’s Day.", "New Year’s Day = 2024-01-01"),
]


@pytest.mark.parametrize(("sentence", "expected"), ABSOLUTE + RELATIVE)
def test_finds_expression_and_its_value(sentence: str, expected: str) -> None:
    assert "; ".join(f"{text} = {value}" for text, value in found(sentence)) == expected


@pytest.mark.parametrize(("sentence", "expected"), ABSOLUTE)
def test_absolute_dates_need_no_document_date(sentence: str, expected: str) -> None:
    assert "; ".join(f"{text} = {value}" for text, value in found(sentence, None)) == expected


@pytest.mark.parametrize("sentence", [sentence for sentence, _ in RELATIVE])
@pytest.mark.parametrize("document_date", [None, "", "2023", "2023-02-30", "soon", "٢٠٢٣-٠٩-١٩"])
def test_relative_dates_are_left_out_without_document_date(
    sentence: str, document_date: str | None
) -> None:
    assert found(sentence, document_date) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Theresa May said so.",
        "It may, it may not, and they may go.",
        "Only 19 may vote.",
        "They march on.",
        "They march 20 miles.",
        "in August Wilson's plays",
        "with June Carter and April Jones",
        "an august body",
        "The March on Washington",
        "Mar-a-Lago in Florida",
        "the second man",
        "Black Friday, Good Friday and Easter Monday",
        "the Sunday Times",
        "every Tuesday, on Tuesdays, on a Tuesday",
        "the following Tuesday",
        "the first Tuesday of the year",
        "Monday to Friday",
        "USA Today",
        "February 30, 2023",
        "31 April and Feb. 29, 2023",
        "2023-02-29 and 2023-13-01 and 31/02/2023",
        "00/00/2023 and 2023-00-00",
        "03/04/2023",
        "2,000 men",
        "2000 people and 1500 soldiers",
        "It killed 2021 people.",
        "by 1500 votes",
        "$2000, 2000%, 1998 km, 2019.5 and 1998°",
        "Resolution 1701 and Resolution 1973",
        "Flight 1907 from room 2019",
        "at 2030 GMT",
        "more than 2000",
        "the 1990s",
        "66 BC and 1200 BC",
        "the last week of the war",
        "in his last year",
        "over the last month",
        "more than two years ago",
        "three or four years ago",
        "two and a half years ago",
        "twenty-five years ago",
        "a couple of days ago",
        "three days earlier",
        "the next day",
        "He walked there in two days.",
        "next weekend and every weekend",
        "the weekend of the fair, the last weekend",
        "for the past week",
        "last winter",
        "next winter",
        "the last summer of peace",
        "last summer 3000 came",
        "on the 5th floor, on the 5th and 6th floors",
        "Rent is paid on the 5th of every month.",
        "He made a birdie on the 18th.",
        "the 5th was dry",
        "on Tuesday the 13th",
        "The library is closed on Christmas Day.",
        "the September 11 attacks",
        "a phone number, 555-2019",
        "x2019 and 2019x",
        "",
    ],
)
def test_leaves_alone_what_is_no_date_or_cannot_be_known(sentence: str) -> None:
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "document_date", "value"),
    [
        ("They met over the weekend.", "2023-09-23", "2023-W38"),
        ("They met over the weekend.", "2023-09-18", "2023-W37"),
        ("Prices fell in the past week.", "2023-09-22", "2023-W38"),
        ("They met on the 31st.", "2024-01-02", "2023-12-31"),
        ("They will meet on the 2nd.", "2023-12-30", "2024-01-02"),
    ],
)
def test_what_needs_its_sentence(sentence: str, document_date: str, value: str) -> None:
    assert [value for _, value in found(sentence, document_date)] == [value]


def test_a_season_to_come_is_not_known_before_its_last_one() -> None:
    assert found("next spring", "2023-01-10") == []
    assert found("next spring", "2023-05-10") == [("next spring", "2024")]


def test_the_weekend_is_not_known_on_a_friday() -> None:
    assert found("over the weekend", "2023-09-22") == []
    assert found("They were there over the weekend.", "2023-09-22") == [("the weekend", "2023-W37")]


def test_a_day_and_month_need_a_year_from_somewhere() -> None:
    assert found("on 19 September", None) == []
    assert found("on 29 February", "2024-03-01") == [("29 February", "2024-02-29")]
    assert found("on 29 February", "2023-03-01") == []


@pytest.mark.parametrize(
    ("phrase", "document_date", "value"),
    [
        ("last month", "2024-01-31", "2023-12"),
        ("last weekend", "2021-01-04", "2020-W53"),
        ("last weekend", "2023-09-24", "2023-W37"),
        ("last summer", "2024-02-01", "2023"),
        ("last summer", "2023-07-01", "2022"),
        ("Sunday the 31st", "2024-01-02", "2023-12-31"),
        ("a month ago", "2024-03-31", "2024-02"),
        ("next month", "2023-12-31", "2024-01"),
        ("yesterday", "2024-03-01", "2024-02-29"),
        ("a year ago", "2024-02-29", "2023"),
        ("last week", "2021-01-08", "2020-W53"),
        ("tomorrow", "2023-12-31", "2024-01-01"),
        ("yesterday", "0001-01-02", "0001-01-01"),
        ("this week", "0001-01-01", "0001-W01"),
        ("this week", "9999-12-31", "9999-W52"),
    ],
)
def test_steps_across_months_years_and_leap_days(
    phrase: str, document_date: str, value: str
) -> None:
    assert found(phrase, document_date) == [(phrase, value)]


@pytest.mark.parametrize(
    ("phrase", "document_date"),
    [
        ("yesterday", "0001-01-01"),
        ("last week", "0001-01-01"),
        ("last month", "0001-01-31"),
        ("last year", "0001-12-31"),
        ("in December", "0001-01-01"),
        ("9999 years ago", TUESDAY),
        ("tomorrow", "9999-12-31"),
        ("next week", "9999-12-31"),
        ("next month", "9999-12-01"),
        ("next year", "9999-01-01"),
        ("next March", "9999-12-01"),
    ],
)
def test_nothing_lies_outside_of_the_calendar(phrase: str, document_date: str) -> None:
    assert found(phrase, document_date) == []


def test_places_count_from_the_offset_in_code_points() -> None:
    text = "😀 É: on Tuesday, in 2019"
    first, second = find_dates(text, TUESDAY, offset=100)
    assert (first.start, first.end) == (108, 115)
    assert text[second.start - 100 : second.end - 100] == "2019"


EVERY_WORD = sorted(
    set(" ".join(sentence for sentence, _ in ABSOLUTE + RELATIVE).split())
    | {"May", "may", "Feb.", "31", "30,", "in", "will", "-", "–", "to", "and", "the", "\n", "2000"}
)
TEXTS = st.text() | st.lists(st.sampled_from(EVERY_WORD)).map(" ".join)
DAYS = st.dates().map(date.isoformat) | st.none() | st.text(max_size=12)


@given(TEXTS, DAYS, st.integers(0, 10**6))
def test_any_text_gives_ordered_phrases_with_valid_values(
    text: str, document_date: str | None, offset: int
) -> None:
    last = offset
    for phrase in find_dates(text, document_date, offset):
        assert last <= phrase.start < phrase.end <= offset + len(text)
        assert text[phrase.start - offset : phrase.end - offset] == phrase.text
        assert phrase.text == phrase.text.strip()
        last = phrase.end
        if "W" in phrase.value:
            assert re.fullmatch(r"[0-9]{4}-W[0-9]{2}", phrase.value)
            date.fromisoformat(phrase.value + "-1")
        else:
            assert re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", phrase.value)
            date.fromisoformat((phrase.value + "-01-01")[:10])


@given(st.dates(), st.integers(0, 6))
def test_a_bare_weekday_lies_in_the_last_seven_days(today: date, weekday: int) -> None:
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    for phrase in find_dates(f"They met on {name}.", today.isoformat()):
        day = date.fromisoformat(phrase.value)
        assert day.weekday() == weekday
        assert timedelta(0) <= today - day < timedelta(7)


@given(st.dates(date(1000, 1, 1), date(2100, 12, 31)))
def test_any_written_day_is_found_and_parsed(day: date) -> None:
    month = day.strftime("%B")
    short = month if month == "May" else f"{month[:3]}."
    for written in (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{short} {day.day}, {day.year}",
    ):
        assert parse_date(written) == day.isoformat()
        assert found(f"It was on {written}.", None) == [(written, day.isoformat())]


@pytest.mark.parametrize(
    "text",
    [
        "2023-09-19",
        " 2023-09-19\n",
        "20230919",
        "2023/09/19",
        "2023-09-19T10:00:00Z",
        "2023-09-19T10:00",
        "2023-09-19 10:00:00.123456+02:00",
        "19 September 2023",
        "the 19th of September, 2023",
        "19 sept 2023",
        "19-Sep-2023",
        "September 19, 2023",
        "SEPTEMBER 19, 2023",
        "Sept. 19, 2023",
        "September 19th 2023",
        "Tuesday, September 19, 2023",
        "September 19, 2023 at 10:30 a.m. EDT",
        "September 19, 2023, 10:30 PM",
        "Tue, 19 Sep 2023 10:00:00 +0000",
        "Tue, 19 Sep 2023 10:00:00 GMT",
        "19/09/2023",
        "9/19/2023",
        "19.09.2023",
    ],
)
def test_parse_date_reads_a_whole_string(text: str) -> None:
    assert parse_date(text) == "2023-09-19"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2023",
        "September 2023",
        "September 19",
        "Tuesday",
        "yesterday",
        "03/04/2023",
        "30 February 2023",
        "2023-02-29",
        "00/00/2023",
        "20231319",
        "2023-09-19T25:00",
        "2023-09-19 and more",
        "Published September 19, 2023",
        "２０２３-09-19",
        "September 19, 2023" + " " * 200 + "10:30",
    ],
)
def test_parse_date_refuses_what_is_not_one_certain_day(text: str) -> None:
    assert parse_date(text) is None


@given(TEXTS)
def test_parse_date_gives_a_day_or_none(text: str) -> None:
    value = parse_date(text)
    assert value is None or date.fromisoformat(value).isoformat() == value


PATTERNS = [name for name, value in vars(date_patterns).items() if isinstance(value, re.Pattern)]
PATTERNS.append("SHARED_YEAR")  # compiled when it is needed


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_repeats_without_bound(name: str) -> None:
    """Bounded repetitions only, so the time to search grows with the text and no faster."""
    pattern = re.sub(r"\\.|\[[^\]]*\]", "_", re.compile(getattr(date_patterns, name)).pattern)
    assert not re.findall(r"[*+]|\{[0-9]*,\}", pattern)


def test_patterns_are_known_to_the_structure_test() -> None:
    assert {"EXPRESSION", "SHARED_YEAR", "TENSE", "WHOLE"} <= set(PATTERNS)


@pytest.mark.parametrize("piece", ["May ", "2019 ", "Mar. 1 - 2 ", "in March in ", "\n", "two "])
def test_a_long_run_of_pieces_is_read_to_its_end(piece: str) -> None:
    ending = "; on 1 May 2020."
    assert find_dates(piece * 5000 + ending, TUESDAY)[-1].value == "2020-05-01"
