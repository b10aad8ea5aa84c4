"""The page as the server draws it: all of it works without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient


def test_the_empty_page_invites(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "answers only in words that stand in your documents" in page
    assert "4 documents" in page
    assert "48 sentences" in page
    links = re.findall(r'href="(/\?q=[^"]+)"', page)
    assert len(links) == 4
    assert "<mark>" in client.get(unescape(links[0])).text


def test_a_page_without_documents_says_what_to_do(client: FlaskClient, bot: Any) -> None:
    bot.shelf, bot.script = {}, {}
    assert "qa serve --docs" in client.get("/").text


def test_an_answer_with_its_source(client: FlaskClient, bot: Any) -> None:
    page = client.get("/?q=When+did+the+Security+Council+convene?").text

    assert '<mark><time datetime="2023-08"' in page
    assert "19 September 2023" in page
    assert "confidence 64%, fair" in page
    assert "1 more passage that may answer<" in page
    assert "related" not in page
    link = re.search(r'class="source" href="([^"]+)"', page)
    assert link is not None
    assert link[1].endswith("#mark")
    document = client.get(unescape(link[1])).text
    assert 'id="mark"' in document
    assert 'special session <b class="phrase">last month</b> to discuss' in document
    assert 'href="/?q=When+did+the+Security+Council+convene?"' in document


def test_a_refusal_looks_like_none_of_it(client: FlaskClient) -> None:
    page = client.get("/?q=What+is+the+capital+of+Japan?").text
    assert "Your documents do not answer this." in page
    assert "“Japan” and “capital” stand nowhere" in page
    assert "Nearest passages, not answers" in page
    assert "<mark>" not in page
    assert "confidence" not in page


def test_weak_passages_are_shown_as_related_not_as_answers(client: FlaskClient) -> None:
    page = client.get("/?q=Who+told+Pashinyan+about+the+session?").text
    may, _, related = page.partition("1 related passage<")

    assert "1 more passage that may answer<" in may
    assert "<mark>Antony Blinken</mark>" in may
    assert "confidence 31%, low" in may
    assert "foreign ministry condemned" in related
    assert "<mark>" not in related
    assert "confidence" not in related
    assert "phrase=" not in related


def test_corrected_spelling_is_said(client: FlaskClient) -> None:
    page = client.get("/?q=Who+is+the+Secretery+of+Stat").text
    said = re.sub("<[^>]*>", "", page[page.index('class="searched"') :].partition("</p>")[0])
    assert said.endswith(
        "Searched for “Secretary” instead of “Secretery” and “State” instead of “Stat”"
    )
    assert "searched" not in client.get("/?q=Why").text


def test_a_headline_is_not_shown_again_as_the_title_of_its_document(
    client: FlaskClient, bot: Any
) -> None:
    headline = bot.shelf["seed"].title
    bot.script["Who discuss the attack"] = replace(
        bot.script["What did the ministry do"], sentence=headline, phrase="Pashinyan, Blinken"
    )
    page = client.get("/?q=Who+discuss+the+attack").text
    turn = re.sub("<[^>]*>", " ", page[page.index("<figure") : page.index("</figure>")])
    assert turn.split().count("Discuss") == 1
    assert " seed.txt " in turn
    assert " headline " in turn
    assert "paragraph" not in turn
    assert "confidence 82%" in turn


def test_an_answer_that_is_its_whole_sentence_is_read_once(client: FlaskClient) -> None:
    page = client.get("/?q=What+did+the+ministry+do").text
    assert "<mark>France’s foreign ministry condemned" in page
    assert "latest attack on Artsakh.</mark>" in page
    assert 'class="answer"' not in page


@pytest.mark.parametrize(
    "query", ["q=", "q=" + "x" * 2001, "q=hello&since=soon", "q=a&q=b", "q=a&k=0"]
)
def test_errors_stand_in_place_and_the_question_is_kept(client: FlaskClient, query: str) -> None:
    response = client.get(f"/?{query}")
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    question = query[2:].partition("&")[0]
    assert f">{question}</textarea>" in response.text


def test_filters_are_kept_and_used(client: FlaskClient, bot: Any) -> None:
    page = client.get("/?q=Why&document=seed.txt&since=2023-01-01&until=&utm_source=letter")
    assert page.status_code == 200
    assert bot.asked[0]["documents"] == ("seed.txt",)
    assert bot.asked[0]["since"] == "2023-01-01"
    assert 'value="seed.txt"' in page.text
    assert '<details class="filters" open>' in page.text


def test_documents_cannot_add_markup(client: FlaskClient) -> None:
    for page in (client.get("/?q=evil").text, client.get("/documents/evil").text):
        assert "owned" in page
        assert "<script>document" not in page
        assert "<img" not in page


def test_questions_cannot_add_markup(client: FlaskClient) -> None:
    page = client.get("/", query_string={"q": "\"'><script>owned</script>{{7*7}}"}).text
    assert "<script>owned" not in page
    assert "49" not in page
    assert "{{7*7}}" in page


def test_a_follow_up_carries_the_exchange_before(client: FlaskClient, bot: Any) -> None:
    page = client.get("/?q=When+did+the+Security+Council+convene?").text
    form = page[page.index("<form") :]
    assert 'name="after" value="When did the Security Council convene?"' in form
    assert 'name="found" value="last month"' in form
    client.get("/?q=Why?&after=When+did+it+convene?&found=last+month")
    assert bot.asked[-1]["history"] == (("When did it convene?", "last month"),)
    client.get("/?q=Why?&after=When+did+it+convene?&found=")
    assert bot.asked[-1]["history"] == (("When did it convene?", None),)
    client.get("/?q=Why?&found=last+month")
    assert bot.asked[-1]["history"] == ()
    assert client.get("/?q=Why?&after=%00").status_code == 422
    assert client.get("/ask?q=Why?&after=x").status_code == 422
