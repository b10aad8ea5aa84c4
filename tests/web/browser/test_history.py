"""What the browser keeps: questions and answers, restored on return, cleared by one click."""

from __future__ import annotations

from typing import Any

TOLD = "Who told Pashinyan about the session?"
COUNT = "return Object.keys(localStorage).filter(key => key.startsWith('verbatim.turn.')).length"


def texts(page: Any) -> list[str]:
    return [heading.text for heading in page.all(".question")]


def test_a_conversation_is_there_on_return(page: Any, server: Any) -> None:
    page.ask(TOLD)
    page.run("sessionStorage.clear()")  # the tab was closed
    server[1].asked.clear()
    page.open("/")
    page.until(lambda: texts(page) == [TOLD])
    page.ask("Why")
    histories = [asked["history"] for asked in server[1].asked if asked["question"] == "Why"]
    assert histories[0] == ((TOLD, "Emmanuel Macron"),)
    page.driver.refresh()
    page.until(lambda: texts(page) == [TOLD, "Why"])


def test_one_click_clears_it_and_says_so(page: Any) -> None:
    page.ask(TOLD)
    assert page.run(COUNT) == 1
    page.one("#clear").click()
    page.until(lambda: "cleared" in page.one("#said").text)
    assert page.run(COUNT) == 0
    assert texts(page) == []
    assert not [e for e in page.all("#clear, #resume") if e.is_displayed()]
    page.open("/")
    assert texts(page) == []


def test_starting_over_keeps_what_was_said(page: Any) -> None:
    page.ask(TOLD)
    page.one(".new").click()
    page.one("#resume")
    assert texts(page) == []
    page.one("#resume").click()
    page.until(lambda: texts(page) == [TOLD])


def test_tabs_do_not_overwrite_each_other(page: Any) -> None:
    first = page.driver.current_window_handle
    page.ask(TOLD)
    page.driver.switch_to.new_window("tab")
    try:
        page.open("/")
        page.until(lambda: texts(page) == [TOLD])
        page.ask("Why")
        page.driver.switch_to.window(first)
        page.ask("Who is the miller")
        assert page.run(COUNT) == 3
        page.driver.refresh()
        page.until(lambda: texts(page) == [TOLD, "Why", "Who is the miller"])
    finally:
        page.driver.switch_to.window(page.driver.window_handles[-1])
        if len(page.driver.window_handles) > 1:
            page.driver.close()
        page.driver.switch_to.window(first)


def test_no_more_than_fifty_turns_are_kept(page: Any) -> None:
    page.run(
        "for (let n = 100; n < 180; n += 1) localStorage.setItem('verbatim.turn.' + n,"
        " JSON.stringify({talk: 'x', question: 'q', html: '<article class=turn></article>'}))"
    )
    page.ask(TOLD)
    assert page.run(COUNT) == 50


def test_what_was_answered_from_other_documents_is_said(page: Any, server: Any) -> None:
    page.ask(TOLD)
    server[1].version = "2e1d"
    try:
        page.open("/")
        page.until(lambda: texts(page) == [TOLD])
        assert page.one(".stale").text == "Answered before the documents changed."
    finally:
        server[1].version = "1f0c"


def test_rubbish_in_the_store_harms_nothing(page: Any) -> None:
    page.run("localStorage.setItem('verbatim.turn.1', '{'); ")
    page.run("localStorage.setItem('verbatim.turn.2', 'null')")
    page.run("localStorage.setItem('verbatim.turn.3', '{\"talk\": 1}')")
    page.open("/")
    assert page.ask(TOLD).text
