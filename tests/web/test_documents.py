"""`/documents`: the list in pages, a document to read, a range of it marked."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import Problem, Survey

JSON = {"Accept": "application/json"}


def test_the_list_is_paged(client: FlaskClient) -> None:
    first = client.get("/documents?limit=2").json
    assert [entry["id"] for entry in first["documents"]] == ["seed", "rtl"]
    assert set(first["documents"][0]) == {"id", "title", "date", "path", "sentences"}
    assert (first["total"], first["offset"], first["limit"]) == (4, 0, 2)
    assert first["previous"] is None

    second = client.get(first["next"]).json
    assert [entry["id"] for entry in second["documents"]] == ["report", "evil"]
    assert second["next"] is None
    assert client.get(second["previous"]).json == first

    assert client.get("/documents?offset=99").json["documents"] == []


def test_the_list_can_be_read_in_a_browser(client: FlaskClient) -> None:
    page = client.get("/documents", headers={"Accept": "text/html"}).text
    assert "Pashinyan, Blinken Discuss" in page
    assert 'href="/documents/seed"' in page


def listed(client: FlaskClient, query: str = "") -> str:
    return client.get(f"/documents{query}", headers={"Accept": "text/html"}).text


def folds(page: str) -> dict[str, tuple[bool, str]]:
    """What each fold of the report is called, whether it is open, and what it holds."""
    found = re.findall(
        r'<details class="more"( open)?>\s*<summary>(.*?)</summary>(.*?)</details>', page, re.DOTALL
    )
    return {title: (bool(is_open), inside) for is_open, title, inside in found}


def test_the_report_stands_above_the_list(client: FlaskClient) -> None:
    page = listed(client)
    report, _, below = page.partition('<ul class="list">')
    assert "<span>4 documents</span><span>48 sentences</span><span>1,234 different terms" in report
    assert "<details" not in below
    found = folds(report)
    assert list(found) == [
        "All or part of 2 files could not be read",
        "4 documents without a date",
        "1 group of documents with the same text",
    ]
    failed, undated, same = found.values()
    assert "<bdi>scan.pdf</bdi>" in failed[1]
    assert "has 3 pages but no text</bdi>" in failed[1]
    assert not undated[0]  # collapsed, for it is long
    assert "Left out where a period is asked for." in undated[1]
    assert same[0]


def test_the_report_stands_on_the_first_page_only_and_not_in_json(client: FlaskClient) -> None:
    assert "<details" not in listed(client, "?offset=1")
    assert set(client.get("/documents").json) == {
        "documents", "total", "offset", "limit", "next", "previous"
    }  # fmt: skip


def test_the_report_shows_texts_as_texts(client: FlaskClient) -> None:
    page = listed(client)
    assert "<script>document" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;document") >= 2


def test_the_report_is_made_once_for_each_version(client: FlaskClient, bot: Any) -> None:
    for _ in range(3):
        listed(client)
    client.get("/documents", headers=JSON)
    assert bot.surveyed == 1
    bot.version = "2"
    bot.found = replace(bot.found, undated=(), duplicates=(), failed=())
    assert "Everything was read, each document has a date, and none is there twice." in listed(
        client
    )
    assert bot.surveyed == 2
    assert folds(listed(client)) == {}


def test_long_lists_in_the_report_are_cut(client: FlaskClient, bot: Any) -> None:
    names = tuple(f"{number}.txt" for number in range(5000))
    bot.found = Survey(
        1, names, (names,), tuple(zip(names, names, strict=True)),
        tuple(Problem(name, "is empty") for name in names),
    )  # fmt: skip
    page = listed(client)
    assert len(page) < 100_000
    assert page.count("and 4,900 more; <code>qa index --json</code> lists them all") == 3
    assert "and 4,980 more" in page
    bot.version, bot.found = "2", Survey(1, names[:1], (), (), (Problem("a.txt", "is empty"),))
    assert list(folds(listed(client))) == [
        "All or part of 1 file could not be read", "1 document without a date"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["news.csv#12", "archive.zip/in ner.txt", "a%41?b&c;d=1.txt", "ü/日本.txt", "line\nbreak.txt",
     "back\\slash.txt", "<i>'\"+ x.txt", ": x", "x%2Fy..z"],
)  # fmt: skip
def test_links_by_path_lead_to_the_document(client: FlaskClient, bot: Any, path: str) -> None:
    bot.shelf["rtl"] = replace(bot.shelf["rtl"], path=path)
    bot.found = replace(bot.found, undated=(path,), duplicates=((path, path),))
    links = set(re.findall(r'<li><a href="([^"]+)"><bdi>', listed(client)))
    assert len(links) == 1
    assert client.get(unescape(links.pop()), headers=JSON).json["path"] == path


def test_pages_are_marked_where_they_begin(client: FlaskClient, bot: Any) -> None:
    page = client.get("/documents/report").text
    shown = [
        re.sub(r'<span class="page" id="page-(\d)" data-page="\1"></span>', r"[\1]", text)
        for text in re.findall(r'<p dir="auto">(.*?)</p>', page, re.DOTALL)
    ]
    assert shown == ["[1]It was a good\n[2]year. The mill burned.", "[3]The end."]
    assert "<span>3 pages</span>" in page
    assert 'class="page"' not in client.get("/documents/seed").text
    text = bot.shelf["report"].text
    start, end = text.index("good"), text.index(" The mill")
    page = client.get(f"/documents/report?start={start}&end={end}").text
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)
    assert "".join(marks) == text[start:end]
    assert page.count('id="mark"') == 1


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "offset=-1", "offset=1.5"]
)
def test_pages_that_do_not_exist(client: FlaskClient, query: str) -> None:
    response = client.get(f"/documents?{query}")
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"


def test_a_document_is_a_page_unless_json_is_asked_for(client: FlaskClient, bot: Any) -> None:
    assert client.get("/documents/seed").content_type == "text/html; charset=utf-8"

    document = client.get("/documents/seed", headers=JSON).json
    assert document["text"] == bot.shelf["seed"].text
    assert document["date"] == "2023-09-19"
    assert "range" not in document


def test_the_range_asked_for_is_marked_and_nothing_else_changes(
    client: FlaskClient, bot: Any
) -> None:
    text = bot.shelf["seed"].text
    start = text.index("Macron conveyed")
    end = text.index(" during which")

    page = client.get(f"/documents/seed?start={start}&end={end}").text
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL)
    assert [unescape(mark) for mark in marks] == [text[start:end]]
    assert page.count('id="mark"') == 1

    plain = client.get(f"/documents/seed?start={start}&end={end}", headers=JSON).json
    assert plain["range"] == {"text": text[start:end], "start": start, "end": end}


def test_what_a_file_says_about_itself_is_set_apart_from_its_text(
    client: FlaskClient, bot: Any
) -> None:
    page = client.get("/documents/seed").text
    head, _, body = page.partition("</header>\n  <div")
    assert re.search(r'<p class="kicker" dir="auto">\s*date 2023-09-19\s*</p>', head)
    assert "2023-09-19" not in body

    text = "Author: Ada\n\n" + bot.shelf["rtl"].text
    bot.shelf["rtl"] = replace(bot.shelf["rtl"], text=text, headline=None)
    page = client.get("/documents/rtl?start=8&end=11").text
    notes = re.search(r'<p class="notes" dir="auto">(.*?)</p>', page)
    assert notes is not None
    assert notes[1] == 'Author: <mark id="mark" tabindex="-1">Ada</mark>'
    assert client.get("/documents/rtl", headers=JSON).json["text"] == text


def test_the_phrase_is_marked_within_the_range(client: FlaskClient, bot: Any) -> None:
    text = bot.shelf["seed"].text
    sentence = text.index("Macron conveyed"), text.index(" during which")
    phrase = text.index("conveyed"), text.index("conveyed") + len("conveyed")
    query = "start={}&end={}&phrase={}-{}".format(*sentence, *phrase)

    page = client.get(f"/documents/seed?{query}").text
    assert page.count("<mark") == 1
    assert '>Macron <b class="phrase">conveyed</b> ' in page

    plain = client.get(f"/documents/seed?{query}", headers=JSON).json
    assert plain["range"]["text"] == text[slice(*sentence)]
    assert plain["phrase"] == {"text": "conveyed", "start": phrase[0], "end": phrase[1]}


@pytest.mark.parametrize(
    "phrase",
    [
        *("", "-", "x", "7", "7-", "-7", "7-7", "9-8", "4-6", "19-21", "6-9-12", "٧-٨", "6–9"),
        "9" * 5000 + "-" + "9" * 5001,
    ],
    ids=ascii,
)
def test_phrases_that_are_not_in_the_range(client: FlaskClient, phrase: str) -> None:
    query = {"start": "5", "end": "20", "phrase": phrase}
    assert client.get("/documents/seed", query_string=query).status_code == 422
    assert client.get("/documents/seed", query_string={"phrase": phrase}).status_code == 422


def test_places_count_code_points(client: FlaskClient, bot: Any) -> None:
    text = bot.shelf["evil"].text
    start = text.index("\U0001f600")
    page = client.get(f"/documents/evil?start={start}&end={start + 7}").text
    assert ">\U0001f600 Paris</mark>" in page


@pytest.mark.parametrize(
    "query", ["start=5&end=3", "start=0&end=99999999", "start=x", "start=-1", "end=", "end=1e3"]
)
def test_ranges_outside_of_the_text(client: FlaskClient, query: str) -> None:
    assert client.get(f"/documents/seed?{query}").status_code == 422
    problem = client.get(f"/documents/seed?{query}", headers=JSON)
    assert problem.content_type == "application/problem+json"


def test_the_way_back_leads_to_the_question(client: FlaskClient) -> None:
    page = client.get("/documents/seed?q=Who+%26+why?").text
    assert 'href="/?q=Who+%26+why?"' in page
