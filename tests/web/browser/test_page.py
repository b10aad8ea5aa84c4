"""The page in a real browser: asking, following sources, refusals, errors, keyboard, no script."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from qa import Bot
from web.server import Server

QUESTION = "When did the Security Council convene?"
ROOT = Path(__file__).parents[3]

Serving = Callable[[Any], AbstractContextManager[Server]]


def test_type_enter_read_follow_the_source_and_come_back(page: Any) -> None:
    assert page.run("return document.activeElement.id") == "q"
    turn = page.ask(QUESTION)

    assert turn.find_element(By.CSS_SELECTOR, ".answer").text.startswith("last month")
    mark = turn.find_element(By.TAG_NAME, "mark")
    assert mark.get_property("textContent") == "last month"
    assert page.box.get_property("value") == ""
    assert page.run("return document.activeElement.id") == "q"
    assert page.driver.current_url.endswith("/?q=" + quote(QUESTION, safe="").replace("%20", "+"))
    page.ask("Why")

    page.resize(1000, 900)
    turn.find_element(By.CSS_SELECTOR, ".source").click()
    marked = page.one("#mark")
    assert marked.text.startswith("The UN Security Council convened a special session last month")
    assert page.one("#mark .phrase").text == "last month"
    top = page.run("return document.getElementById('mark').getBoundingClientRect().top")
    assert 60 < top < 900

    page.one("#back").click()
    page.until(lambda: len(page.all(".turn")) == 2)
    assert page.complaints() == []


def test_a_conversation_with_the_real_bot(
    page_of: Callable[[Server], Any], serving: Serving, tmp_path: Path
) -> None:
    with Bot.open(ROOT / "seeds", index=tmp_path) as bot, serving(bot) as server:
        page = page_of(server)
        page.resize(1000, 900)
        suggested = page.all(".suggestions a")
        assert suggested

        turn = page.ask("Who told Pashinyan that France will call a Security Council session?")
        assert turn.find_element(By.CSS_SELECTOR, ".answer").text == "Emmanuel Macron"
        assert turn.find_element(By.TAG_NAME, "mark").text == "Emmanuel Macron"
        assert "do not answer" in page.ask("What is the capital of Japan?").text

        turn.find_element(By.CSS_SELECTOR, ".source").click()
        assert page.one("#mark .phrase").text == "Emmanuel Macron"
        page.one("#back").click()
        page.until(lambda: len(page.all(".turn")) == 2)
        assert page.complaints() == []


def test_the_javascript_of_the_readme(driver: Any, serving: Serving, tmp_path: Path) -> None:
    example = (ROOT / "README.md").read_text("utf-8").partition("```js\n")[2].partition("```")[0]
    with Bot.open(ROOT / "seeds", index=tmp_path) as bot, serving(bot) as server:
        driver.get(server.url)
        script = example.replace("http://127.0.0.1:8000/", server.url)
        script = script.replace("console.log(", "arguments[0](")
        run = f"(async (...arguments) => {{ {script} }})(arguments[0])"
        assert driver.execute_async_script(run) == "Tuesday"


def test_follow_ups_carry_the_conversation(page: Any, server: tuple[Server, Any]) -> None:
    page.ask("Who told Pashinyan about the session?")
    page.ask("What is the capital of Japan?")
    server[1].asked.clear()
    turn = page.ask("Why")

    asked = next(asked for asked in server[1].asked if asked["question"] == "Why")
    assert asked["history"] == (
        ("Who told Pashinyan about the session?", "Emmanuel Macron"),
        ("What is the capital of Japan? (Who told Pashinyan about the session?)", None),
    )
    assert "Understood as: Why (What is" in turn.text
    assert "%28What" in page.driver.current_url

    page.driver.refresh()
    page.until(lambda: len(page.all(".turn")) == 3)


def test_a_refusal(page: Any) -> None:
    turn = page.ask("What is the capital of Japan?")
    assert "Your documents do not answer this." in turn.text
    assert "Nearest passages, not answers" in turn.text
    assert turn.find_elements(By.TAG_NAME, "mark") == []
    assert page.complaints() == []


def test_more_passages_unfold(page: Any) -> None:
    turn = page.ask("Who told Pashinyan about the session?")
    more, related = turn.find_elements(By.CSS_SELECTOR, ".more > summary")
    assert more.text == "1 more passage that may answer"
    assert related.text == "1 related passage"
    for summary in (more, related):
        page.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", summary)
        summary.click()
    shown = [
        figure for figure in turn.find_elements(By.TAG_NAME, "figure") if figure.is_displayed()
    ]
    assert len(shown) == 3


def test_suggestions_are_asked_in_place(page: Any) -> None:
    page.one(".suggestions a").click()
    assert page.one(".turn .answer").text == "Emmanuel Macron"
    assert not page.all(".suggestions")[0].is_displayed()


def test_an_error_keeps_the_question_and_can_be_retried(
    page: Any, server: tuple[Server, Any]
) -> None:
    server[1].failure = RuntimeError("secret")
    turn = page.ask(QUESTION)
    assert turn.get_attribute("role") == "alert"
    assert "secret" not in turn.text
    assert page.box.get_property("value") == QUESTION

    server[1].failure = None
    turn.find_element(By.CSS_SELECTOR, ".retry").click()
    assert page.one(".turn .answer").text.startswith("last month")
    assert page.box.get_property("value") == ""


def test_a_server_that_is_gone(page: Any) -> None:
    page.driver.execute_cdp_cmd("Network.enable", {})
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.driver.execute_cdp_cmd("Network.emulateNetworkConditions", network | {"offline": True})
    try:
        turn = page.ask(QUESTION)
        assert "cannot be reached" in turn.text
    finally:
        page.driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions", network | {"offline": False}
        )
    turn.find_element(By.CSS_SELECTOR, ".retry").click()
    assert page.one(".turn .answer").text.startswith("last month")


def test_keys(page: Any) -> None:
    page.box.send_keys("one", Keys.SHIFT + Keys.ENTER)
    page.box.send_keys("two")
    assert page.box.get_property("value") == "one\ntwo"
    assert page.all(".turn") == []

    composing = "arguments[0].dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter',"
    page.run(composing + " isComposing: true, bubbles: true, cancelable: true}))", page.box)
    assert page.all(".turn") == []

    page.run("document.activeElement.blur()")
    page.driver.switch_to.active_element.send_keys("/")
    assert page.run("return document.activeElement.id") == "q"
    assert page.box.get_property("value") == "one\ntwo"


def test_filters_are_sent_and_stay_in_the_address(page: Any, server: tuple[Server, Any]) -> None:
    page.one(".filters summary").click()
    page.one("[name=document]").send_keys("seed.txt")
    page.ask("Why")
    assert server[1].asked[-1]["documents"] == ("seed.txt",)
    assert "document=seed.txt" in page.driver.current_url


def test_documents_and_questions_cannot_run_anything(page: Any) -> None:
    page.ask("evil")
    page.ask("<img src=x onerror=\"document.title='owned'\">")
    page.open("/?q=evil")
    page.open("/documents/evil")
    assert page.run("return document.querySelectorAll('main img, main script').length") == 0
    assert page.driver.title != "owned"
    assert page.complaints() == []


def test_right_to_left_text_reads_so(page: Any) -> None:
    turn = page.ask("أين انعقدت القمة؟")
    quote = turn.find_element(By.TAG_NAME, "blockquote")
    assert page.run("return getComputedStyle(arguments[0]).direction", quote) == "rtl"
    assert turn.find_element(By.TAG_NAME, "mark").text == "باريس"


def test_without_javascript(page: Any) -> None:
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.open()
        page.box.send_keys(QUESTION)
        page.one(".send").click()
        assert page.one(".turn .answer").text.startswith("last month")
        page.one(".turn .source").click()
        assert page.one("#mark").text.startswith("The UN Security Council")
        page.one("#back").click()
        assert page.one(".turn .answer").text.startswith("last month")
        page.box.send_keys("Why?")
        page.one(".send").click()
        page.until(lambda: "after=" in page.driver.current_url)
        asked = parse_qs(urlsplit(page.driver.current_url).query)
        assert asked["q"] == ["Why?"]
        assert asked["after"] == [QUESTION]
        assert asked["found"][0].startswith("last month")
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


DOCUMENT = "/documents/seed?start=60&end=300&phrase=70-90&q=x#mark"
PAGED = "/documents/report?start=16&end=46"
PATHS = [
    "/",
    PAGED,
    "/?q=evil",
    "/?q=" + quote(QUESTION),
    "/?q=none",
    "/?q=",
    "/documents",
    DOCUMENT,
]


@pytest.mark.parametrize("path", [*PATHS, "/documents/none"])
def test_small_screens(page: Any, path: str) -> None:
    page.resize(320, 640)
    page.open(path)
    page.run("document.querySelectorAll('details').forEach(details => details.open = true)")
    overflow = "const {scrollWidth, clientWidth} = document.documentElement;"
    assert page.run(overflow + "return scrollWidth - clientWidth") == 0
    small = page.run(
        "return [...document.querySelectorAll('nav a, .send, summary, .source, li a')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.9)"
        ".map(e => e.textContent)"
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_ground(page: Any, scheme: str) -> None:
    """WCAG 2 AA: 4.5 to 1."""
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    grounds = set()
    try:
        for path in (*PATHS, "/documents/none"):
            page.open(path)
            page.run("document.querySelectorAll('details').forEach(details => details.open = true)")
            texts = page.run(COLOURS)
            assert len(texts) > 3
            for text, ink, ground in texts:
                assert contrast(ink, ground) >= 4.5, (path, text, ink, ground)
            grounds |= {tuple(ground) for _, _, ground in texts}
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert (sum(min(grounds)) < 200) == (scheme == "dark")


# Each piece of text on the page with its colour and that of what is painted behind it.
COLOURS = """
const rgb = colour => colour.match(/[0-9.]+/g).map(Number);
const ground = e => {
  const colour = rgb(getComputedStyle(e).backgroundColor);
  return colour.length > 3 && colour[3] === 0 ? ground(e.parentElement) : colour;
};
return [...document.body.querySelectorAll("*")]
  .filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .map(e => [e.textContent, rgb(getComputedStyle(e).color), ground(e)]);
"""


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: list[float]) -> float:
    shares = [value / 255 for value in colour[:3]]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
