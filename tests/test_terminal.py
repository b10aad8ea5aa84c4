"""Lines that come in, however broken, and what may go out."""

from __future__ import annotations

import contextlib
import io
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.terminal import Pace, has_style, is_terminal, is_unicode, lines, progress


def read(content: bytes) -> list[str]:
    return list(lines(io.BytesIO(content)))


def test_lines_of_every_kind_of_system() -> None:
    assert [line.strip() for line in read(b"a\r\nb\n\n  c")] == ["a", "b", "", "c"]
    assert read(b"") == []
    assert read("\ufeffWer läutet?\n\ufeff".encode()) == ["Wer läutet?\n", "\ufeff"]


def test_bytes_that_are_no_text_are_kept_apart_from_text() -> None:
    assert read(b"caf\xe9\nb") == ["caf\udce9\n", "b"]


def test_endless_lines_are_cut_and_the_next_is_whole() -> None:
    for length in (2**20 - 1, 2**20, 2**20 + 1, 5_000_000):
        first, second, third = read(b"one\n" + b"x" * length + b"\nthree")
        assert first == "one\n"
        assert 2**20 - 1 <= len(second) <= 2**20
        assert third == "three"


@given(st.binary())
def test_no_line_is_lost(content: bytes) -> None:
    again = "".join(read(b"\n" + content)).encode("utf-8", "surrogateescape")
    assert again == b"\n" + content


class Stream(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_style_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert has_style(Stream())
    assert not has_style(io.StringIO())
    assert not is_terminal(None)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_style(Stream())
    assert is_terminal(Stream())
    monkeypatch.setenv("NO_COLOR", "")
    assert has_style(Stream())
    monkeypatch.setenv("TERM", "dumb")
    assert not has_style(Stream())


def test_which_streams_carry_every_character() -> None:
    for encoding, every in (("utf-8", True), ("UTF8", True), ("cp1252", False), ("ascii", False)):
        assert is_unicode(io.TextIOWrapper(io.BytesIO(), encoding)) is every


class Clock:
    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        patch.setattr(time, "monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_progress_is_silent_for_a_second_and_leaves_no_trace(clock: Clock) -> None:
    quick = Pace(80)
    quick.update(0, 1000)
    clock.now += 0.9
    quick.update(500, 1000)
    assert quick.line() == ""
    quick.update(1000, 1000)
    assert quick.line() == quick.end() == ""

    slow = Pace(80)
    clock.now += 2
    assert slow.line() == ""  # it is not known yet what there is to do
    slow.update(0, 4000)
    assert slow.line() == f"\r\x1b[K[{'.' * 24}] 0 of 4,000 files"
    clock.now += 2
    slow.update(1000, 4000)
    assert slow.line() == (
        f"\r\x1b[K[{'#' * 6}{'.' * 18}] 1,000 of 4,000 files, 500 a second, 0:06 left"
    )
    assert slow.line() == ""  # nothing new
    clock.now += 4
    assert "0:02 left" in slow.line()  # the time goes on between batches
    clock.now += 100
    assert "0:01 left" in slow.line()
    slow.update(4000, 4000)
    assert slow.line() == "\r\x1b[K4,000 files read, writing the index ..."
    assert slow.end() == "\r\x1b[K"
    assert slow.end() == ""


def test_listing_the_files_does_not_count_as_reading(clock: Clock) -> None:
    pace = Pace(80)
    clock.now += 60
    pace.update(0, 100)
    clock.now += 1
    pace.update(10, 100)
    assert "10 a second, 0:09 left" in pace.line()


def test_slow_and_long_readings(clock: Clock) -> None:
    pace = Pace(80)
    pace.update(0, 100_000)
    clock.now += 100
    pace.update(50, 100_000)
    assert "30 a minute, 55:31:40 left" in pace.line()


@pytest.mark.parametrize("width", [1, 10, 25, 40, 60, 75, 80, 200])
def test_progress_stays_in_its_line(clock: Clock, width: int) -> None:
    pace = Pace(width)
    pace.update(0, 12_000_000)
    for done in (0, 1, 1_234_567, 11_999_999, 12_000_000):
        clock.now += 3600
        pace.update(done, 12_000_000)
        shown = pace.line().removeprefix("\r\x1b[K")
        assert len(shown) < width
        assert shown.startswith("[") or width < 80 or done == 12_000_000


def test_progress_is_shown_between_calls_and_taken_away_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qa.terminal._TICK", 0.01)
    shown: list[str] = []
    with progress(shown.append, 80) as told:
        told(0, 10)
        told(5, 10)
        end = time.monotonic() + 10
        while not any("5 of 10 files" in line for line in shown) and time.monotonic() < end:
            time.sleep(0.02)
    assert "5 of 10 files" in shown[-2]
    assert shown[-1] == "\r\x1b[K"
    assert "" not in shown


def test_progress_ends_with_what_it_surrounds() -> None:
    def gone(line: str) -> None:
        raise BrokenPipeError

    threads = threading.active_count()
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError), progress(gone, 80):
        raise KeyboardInterrupt
    assert threading.active_count() == threads
