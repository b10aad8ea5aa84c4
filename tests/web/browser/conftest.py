"""A real browser before the page. Skipped where no Chromium is installed, unless CI is set."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from web import create_app
from web.server import Server

BROWSER, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")


class Page:
    """What a person does with the page."""

    def __init__(self, driver: Any, url: str) -> None:
        self.driver = driver
        self.url = url

    def open(self, path: str = "/") -> None:
        self.driver.get(self.url + path.removeprefix("/"))

    def all(self, selector: str) -> list[WebElement]:
        found: list[WebElement] = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return found

    def one(self, selector: str) -> WebElement:
        return self.until(lambda: next((e for e in self.all(selector) if e.is_displayed()), None))

    def until(self, ready: Callable[[], Any]) -> Any:
        return WebDriverWait(self.driver, 10, ignored_exceptions=[WebDriverException]).until(
            lambda _: ready()
        )

    @property
    def box(self) -> WebElement:
        return self.one("#q")

    def ask(self, question: str) -> WebElement:
        """Types the question, presses Enter and waits for the turn that answers it."""
        turns = len(self.all(".turn"))
        self.box.send_keys(question + Keys.ENTER)
        self.until(lambda: len(self.all(".turn:not(.pending)")) == turns + 1)
        return self.all(".turn")[-1]

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def forget(self) -> None:
        """Empties what the browser keeps of the page."""
        self.open("/livez")
        self.run("localStorage.clear(); sessionStorage.clear()")

    def focused(self) -> WebElement:
        element: WebElement = self.driver.switch_to.active_element
        return element

    def resize(self, width: int, height: int) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@contextmanager
def _serving(bot: Any, app: Any = None) -> Iterator[Server]:
    server = Server(app or create_app(bot), "127.0.0.1", 0, threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(10)


@pytest.fixture(scope="session")
def serving() -> Callable[..., AbstractContextManager[Server]]:
    """Serves a bot, or an application, as long as the block lasts."""
    return _serving


@pytest.fixture
def page_of(driver: Any) -> Callable[[Server], Page]:
    """Opens the page of a server of one's own."""

    def opened(server: Server) -> Page:
        page = Page(driver, server.url)
        page.resize(1280, 900)
        page.open()
        return page

    return opened


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    if not (BROWSER.exists() and DRIVER.exists()):
        missing = f"{BROWSER} and {DRIVER} are not both installed"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def server(new_bot: Callable[[], Any]) -> Iterator[tuple[Server, Any]]:
    bot = new_bot()
    with _serving(bot) as server:
        yield server, bot


@pytest.fixture
def page(driver: Any, server: tuple[Server, Any]) -> Iterator[Page]:
    page = Page(driver, server[0].url)
    page.resize(1280, 900)
    page.forget()
    page.open()
    page.complaints()
    yield page
    server[1].failure = None
    # Scripts that fail and what the policy forbids; statuses are up to the tests.
    assert [line for line in page.complaints() if "Failed to load resource" not in line] == []
