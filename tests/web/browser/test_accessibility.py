"""axe-core over the page's states, and a walk with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

axe = pytest.importorskip("axe_core_python")

TOLD = "Who told Pashinyan about the session?"
RULES = """
const done = arguments[0];
axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
  .then(found => done(found.violations.map(one => [one.id, one.nodes.map(node => node.html)])))
  .catch(error => done([String(error)]));
"""


def violations(page: Any) -> list[Any]:
    page.run((resources.files(axe) / "axe.min.js").read_text("utf-8"))
    page.run("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    found: list[Any] = page.driver.execute_async_script(RULES)
    return found


def answer(page: Any) -> None:
    page.ask(TOLD)
    page.one("#further")


def followed(page: Any) -> None:
    page.ask(TOLD)
    page.ask("Why")


def beside(page: Any) -> None:
    page.ask(TOLD).find_element(By.CSS_SELECTOR, ".source").click()
    page.one("#panel #mark")


def refused(page: Any) -> None:
    page.ask("What is the capital of Japan?")


def right_to_left(page: Any) -> None:
    page.ask("أين انعقدت القمة؟")


def wrong(page: Any) -> None:
    page.ask("x\x7f" * 3)
    page.open("/?q=")


def address(path: str) -> Callable[[Any], None]:
    return lambda page: page.open(path)


STATES = {
    "start": lambda page: None,
    "answer": answer,
    "follow-up": followed,
    "source beside": beside,
    "refusal": refused,
    "right to left": right_to_left,
    "error": wrong,
    "documents": address("/documents"),
    "document": address("/documents/seed?start=60&end=300&phrase=70-90"),
    "pages": address("/documents/report?start=16&end=46"),
    "not found": address("/documents/none"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Any, state: str, scheme: str) -> None:
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        STATES[state](page)
        assert violations(page) == []
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_axe_finds_nothing_in_several_sources(
    page: Any, server: Any, add_sources: Callable[[Any], str]
) -> None:
    page.ask(add_sources(server[1]))
    assert violations(page) == []


def test_with_the_keyboard_alone(page: Any) -> None:
    """Ask, reach the source, read it, go on with a follow-up."""
    page.focused().send_keys(TOLD + Keys.ENTER)
    page.until(lambda: page.all(".turn .answer"))
    page.one("#further")
    for _ in range(30):
        page.focused().send_keys(Keys.SHIFT + Keys.TAB)
        if page.focused().get_attribute("class") == "source":
            break
    style = "return getComputedStyle(document.activeElement).outlineStyle"
    assert page.run(style) == "solid"
    page.focused().send_keys(Keys.ENTER)
    page.one("#panel #mark")
    page.focused().send_keys(Keys.ESCAPE)
    page.until(lambda: page.focused().get_attribute("class") == "source")
    page.focused().send_keys("/")
    page.focused().send_keys("Why" + Keys.ENTER)
    page.until(lambda: len(page.all(".turn:not(.pending)")) == 2)
