"""Several sources: whether they say the same, and in which order they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from qa import DatePhrase, Phrase, Quote, Source
from web.agreement import agree, agreement


def quote(
    phrase: str | None, date: str | None = None, id: str = "a", meaning: str | None = None
) -> Quote:
    """A sentence that begins with its phrase; `meaning` if the phrase's last word is a date."""
    dates: tuple[DatePhrase, ...] = ()
    if phrase and meaning:
        start = phrase.rfind(" ") + 1
        dates = (DatePhrase(phrase[start:], start, len(phrase), meaning),)
    return Quote(
        text=f"{phrase} it is.",
        start=0,
        end=10,
        answer=Phrase(phrase, 0, len(phrase)) if phrase is not None else None,
        confidence=0.5,
        before="",
        after="",
        document=Source(id, id, date, f"{id}.txt"),
        paragraph=0,
        page=None,
        dates=dates,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ana Kovač", "ana kovac", True),
        ("the Mayor Ana Kovač", "Ana Kovač", True),
        ("The Hague", "Hague", True),
        ("Ana Kovač", "Ana Marić", False),
        ("14 months", "14", True),
        ("2", "2 million", False),
        ("2 million", "2 million euros", True),
        ("14", "1400", False),
        ("The The", "the", True),
        ("…", "…", True),
        ("…", "Ana", False),
        ("القمة", "القمة", True),
    ],
)
def test_the_same_words(one: str, other: str, same: bool) -> None:
    assert agree(quote(one), quote(other)) is same
    assert agree(quote(other), quote(one)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("last month", "2023-08"), ("in August", "2023-08"), True),
        (("last month", "2023-08"), ("on Tuesday", "2023-08-15"), True),
        (("on Tuesday", "2023-09-19"), ("on Tuesday", "2023-09-26"), False),
        (("on Tuesday", "2023-09-19"), ("on Tuesday", None), True),
        (("Ana came by on Tuesday", "2023-09-19"), ("Ivo on Tuesday", "2023-09-19"), False),
    ],
)  # fmt: skip
def test_dates_are_compared_by_what_they_mean(one: Any, other: Any, same: bool) -> None:
    assert agree(quote(one[0], meaning=one[1]), quote(other[0], meaning=other[1])) is same


def test_the_oldest_source_comes_first_and_undated_ones_last() -> None:
    found = agreement(
        [
            quote("Ana", None, "a"),
            quote("Ivo", "2023-05-01", "b"),
            quote("Ana Kovač", "2023-04-30", "c"),
        ]
    )
    assert found is not None
    assert [(said.phrase, said.agrees) for said in found.statements] == [
        ("Ana Kovač", True),
        ("Ivo", False),
        ("Ana", True),
    ]
    assert found.verdict == "3 sources, 2 agree"


@pytest.mark.parametrize(
    ("phrases", "verdict"),
    [
        (["Ana", "ana"], "2 sources agree"),
        (["Ana", "Ivo"], "2 sources differ"),
        (["Ana", "Ivo", "Ivo"], "3 sources differ"),
    ],
)
def test_the_verdict(phrases: list[str], verdict: str) -> None:
    found = agreement([quote(phrase, id=str(n)) for n, phrase in enumerate(phrases)])
    assert found is not None
    assert found.verdict == verdict


@pytest.mark.parametrize(
    "quotes",
    [
        [],
        [quote("Ana")],
        [quote("Ana"), quote("Ivo")],
        [quote(None), quote("Ivo", id="b"), quote("Ana", id="c")],
        [quote("Ana"), quote("because " * 20, id="b")],
    ],
    ids=["none", "one", "one document", "no phrase in the best", "a description"],
)
def test_there_is_nothing_to_compare(quotes: list[Quote]) -> None:
    assert agreement(quotes) is None


@given(st.lists(st.tuples(st.text(max_size=8), st.sampled_from("abcd")), max_size=6))
def test_each_document_speaks_once_and_the_best_agrees_with_itself(entries: Any) -> None:
    quotes = [quote(phrase, id=id) for phrase, id in entries]
    found = agreement(quotes)
    if found is None:
        assert len({id for _, id in entries}) < 2
        return
    ids = [said.quote.document.id for said in found.statements]
    assert sorted(ids) == sorted({id for _, id in entries})
    assert all(said.agrees for said in found.statements if said.quote == quotes[0])


def test_the_page_shows_them(
    client: FlaskClient, bot: Any, add_sources: Callable[[Any], str]
) -> None:
    page = client.get("/", query_string={"q": add_sources(bot)}).text
    shown = page[page.index('class="agreement"') :].partition("</section>")[0]
    lines = [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in shown.split("</li>")]
    assert lines[0].endswith("3 sources, 2 agree 14 March 2023 Ana Kovač agrees Our Mayor")
    assert lines[1] == "16 March 2023 The Mayor Ana Kovac the answer above The Bridge"
    assert lines[2] == "undated Ivo Marić differs Letters"
    assert shown.count("/documents/") == 3
    assert 'class="agreement"' not in client.get("/?q=Why").text
