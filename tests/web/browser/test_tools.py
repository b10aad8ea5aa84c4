"""What is done with an answer: copied, printed, gone on from, asked again, narrowed otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from qa import IndexStoreError
from web import attach, create_app

TOLD = "Who told Pashinyan about the session?"
COPIES = "window.copies = []; "
CLIPBOARD = (
    COPIES + "navigator.clipboard.writeText = text => { copies.push(text); "
    "return Promise.resolve(); }"
)
SELECTION = (
    COPIES + "navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden'));"
    "document.execCommand = name => { copies.push(document.activeElement.value); return true; }"
)


@pytest.mark.parametrize("way", [CLIPBOARD, SELECTION], ids=["clipboard", "selection"])
def test_copying_brings_the_source_along(page: Any, way: str) -> None:
    turn = page.ask(TOLD)
    page.run(way)
    turn.find_element(By.CSS_SELECTOR, ".copy").click()
    page.until(lambda: page.run("return copies.length"))
    sentence, source, address, end = page.run("return copies[0]").split("\n")

    assert sentence.startswith("“President Emmanuel Macron of France told")
    assert sentence.endswith("attack on Artsakh.”")
    assert source.startswith("— Pashinyan, Blinken Discuss")
    assert source.endswith(", 2023-09-19, seed.txt, paragraph 2")
    assert address.startswith(f"{page.url}documents/seed?start=")
    assert end == ""
    page.until(lambda: page.run("return said.textContent") == "Copied, with its source.")
    page.driver.get(address)
    assert page.one("#mark .phrase").text == "Emmanuel Macron"


def test_the_link_to_an_answer_asks_again_with_what_narrowed_it(page: Any) -> None:
    page.one(".filters summary").click()
    page.one("[name=document]").send_keys("seed.txt")
    turn = page.ask(TOLD)
    link = turn.find_element(By.CSS_SELECTOR, ".permalink").get_attribute("href")
    assert "document=seed.txt" in link
    page.forget()
    page.driver.get(link)
    assert page.one(".turn .answer").text == "Emmanuel Macron"
    assert page.all("[name=document]")[0].get_property("value") == "seed.txt"


def test_on_paper_there_are_answers_and_addresses_and_no_controls(page: Any) -> None:
    page.ask(TOLD)
    page.run("dispatchEvent(new Event('beforeprint'))")
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = [e for e in page.all("button, textarea, summary, .permalink") if e.is_displayed()]
        assert shown == []
        figures = page.all("figure")
        assert len(figures) == 3
        assert all(figure.is_displayed() for figure in figures)
        address = "return getComputedStyle(arguments[0], '::after').content"
        printed = page.run(address, page.all(".passage .source")[0])
        assert f"{page.url}documents/seed?start=" in printed
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.all("details[open]") == []


def test_clearing_stays_below_the_box_at_double_size(page: Any) -> None:
    page.resize(640, 450)
    page.ask(TOLD)
    place = "return document.getElementById(arguments[0]).getBoundingClientRect()"
    page.until(lambda: page.run(place, "clear")["top"] >= page.run(place, "q")["bottom"] - 1)


def test_questions_that_go_on_are_asked_in_place(page: Any) -> None:
    page.ask(TOLD)
    page.one("#further button").click()
    page.until(lambda: len(page.all(".turn:not(.pending)")) == 2)
    assert "Understood as" in page.all(".turn")[1].text


def test_the_question_as_understood_can_be_edited(page: Any) -> None:
    page.ask(TOLD)
    turn = page.ask("Why")
    turn.find_element(By.CSS_SELECTOR, ".edit").click()
    assert page.box.get_property("value") == f"Why ({TOLD})"
    assert page.focused().get_attribute("id") == "q"


def test_earlier_questions_come_back(page: Any) -> None:
    page.ask(TOLD)
    page.ask("Why")
    value = "return document.getElementById('q').value"
    composing = "arguments[0].dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowUp',"
    page.run(composing + " isComposing: true, bubbles: true, cancelable: true}))", page.box)
    assert page.run(value) == ""
    for key, text in (
        (Keys.ARROW_UP, "Why"),
        (Keys.ARROW_UP, TOLD),
        (Keys.ARROW_UP, TOLD),
        (Keys.ARROW_DOWN, "Why"),
        (Keys.ARROW_DOWN, ""),
    ):
        page.box.send_keys(key)
        assert page.run(value) == text
    page.box.send_keys("typed", Keys.ARROW_UP)
    assert page.run(value) == "typed"
    page.box.send_keys(Keys.ESCAPE)
    assert page.run(value) == ""
    page.box.send_keys(Keys.ARROW_UP)
    assert page.run(value) == "typed"


def test_a_filter_that_leaves_nothing_is_lifted_with_one_click(page: Any, server: Any) -> None:
    page.one(".filters summary").click()
    page.one("[name=document]").send_keys("rtl.txt")
    turn = page.ask("What is the capital of Japan?")
    turn.find_element(By.CSS_SELECTOR, ".widen").click()
    page.until(lambda: len(page.all(".turn:not(.pending)")) == 2)
    assert server[1].asked[-1]["documents"] is None
    assert page.all(".turn")[1].find_elements(By.CSS_SELECTOR, ".widen") == []


@contextmanager
def failing(bot: Any, failure: Exception) -> Iterator[None]:
    bot.failure = failure
    try:
        yield
    finally:
        bot.failure = None


def test_a_question_waits_until_the_index_is_open(page: Any, server: Any) -> None:
    with failing(server[1], IndexStoreError("The index is being opened.")):
        page.box.send_keys(TOLD + Keys.ENTER)
        page.until(lambda: "asked again by itself" in page.one(".searching").text)
    assert page.one(".turn .answer").text == "Emmanuel Macron"


def test_the_page_waits_until_the_index_is_open(
    page_of: Callable[[Any], Any], serving: Any, new_bot: Callable[[], Any]
) -> None:
    app = create_app(None)
    with serving(None, app) as server:
        page = page_of(server)
        assert "being opened" in page.one(".failure").text
        attach(app, new_bot())
        page.one("#q")
        page.complaints()
