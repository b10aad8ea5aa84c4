"""A source beside the conversation, in a wide window; as a page in a narrow one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

TOLD = "Who told Pashinyan about the session?"


@pytest.fixture
def opened(page: Any) -> Any:
    """A conversation of three turns, with the source of the first open."""
    turn = page.ask(TOLD)
    page.ask("Why")
    page.ask("What is the capital of Japan?")
    source = turn.find_element(By.CSS_SELECTOR, ".source")
    page.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", source)
    source.click()
    page.one("#panel #mark")
    return page


def place(page: Any) -> str:
    shown: str = page.one("#panel-place").text
    return shown


def test_the_source_stands_beside_the_conversation_at_its_mark(opened: Any) -> None:
    assert opened.one("#panel .phrase").text == "Emmanuel Macron"
    assert len(opened.all(".turn")) == 3
    assert opened.run("return document.activeElement.id") == "mark"
    mark = opened.run("return document.getElementById('mark').getBoundingClientRect().top")
    assert 50 < mark < 700
    link = opened.one("#panel-page").get_attribute("href")
    assert "/documents/seed?" in link
    assert len(opened.all(".source[aria-current]")) == 1


@pytest.fixture
def still(page: Any) -> Iterator[Any]:
    """The page without movement: nothing scrolls on by itself while places are measured."""
    media = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    yield page
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_conversation_keeps_its_place(still: Any) -> None:
    page = still
    page.ask(TOLD)
    turn = page.ask("Who is the miller")
    page.ask("Why")
    source = turn.find_element(By.CSS_SELECTOR, ".source")
    page.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", source)
    top = "return arguments[0].getBoundingClientRect().top"
    before = page.run(top, source)
    source.click()
    page.one("#panel #mark")
    assert abs(page.run(top, source) - before) <= 2
    page.focused().send_keys(Keys.ESCAPE)
    page.until(lambda: not page.all("#panel:not([hidden])"))
    assert abs(page.run(top, source) - before) <= 2


def test_back_and_forth_between_the_quotes(opened: Any) -> None:
    assert place(opened) == "Quote 1 of 3"
    assert not opened.one("#panel-previous").is_enabled()
    opened.one("#panel-next").click()
    opened.until(lambda: opened.one("#panel #mark").text.startswith("Pashinyan’s office"))
    assert place(opened) == "Quote 2 of 3"
    opened.one("#panel-next").click()
    opened.until(lambda: opened.one("#panel #mark").text.startswith("France’s foreign"))
    assert not opened.one("#panel-next").is_enabled()
    opened.one("#panel-previous").click()
    opened.until(lambda: opened.one("#panel #mark").text.startswith("Pashinyan’s office"))


@pytest.mark.parametrize("way", ["key", "button"])
def test_closing_gives_the_focus_back(opened: Any, way: str) -> None:
    if way == "key":
        opened.focused().send_keys(Keys.ESCAPE)
    else:
        opened.one("#panel-close").click()
    opened.until(lambda: not opened.all("#panel:not([hidden])"))
    assert opened.focused().get_attribute("class") == "source"
    assert opened.all("[aria-current]") == []


def test_a_source_of_the_comparison_opens_too(
    page: Any, server: Any, add_sources: Callable[[Any], str]
) -> None:
    turn = page.ask(add_sources(server[1]))
    assert "3 sources, 2 agree" in turn.text
    turn.find_elements(By.CSS_SELECTOR, ".agreement .source")[2].click()
    page.until(lambda: page.one("#panel .phrase").text == "Ivo Marić")
    assert place(page) == "Quote 3 of 3"


def test_a_window_that_gets_narrow_closes_it(opened: Any) -> None:
    opened.resize(900, 800)
    opened.until(lambda: not opened.all("#panel:not([hidden])"))


def test_in_a_narrow_window_pages_lead_from_quote_to_quote(page: Any) -> None:
    page.resize(500, 800)
    turn = page.ask(TOLD)
    turn.find_element(By.CSS_SELECTOR, ".source").click()
    assert page.one("#quotes .place").text == "Quote 1 of 3"
    page.one("#quotes .next").click()
    page.until(lambda: "Quote 2 of 3" in page.one("#quotes").text)
    page.one("#back").click()
    page.until(lambda: len(page.all(".turn")) == 1)
    assert page.driver.current_url.startswith(page.url + "?q=")
