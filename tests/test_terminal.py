"""Lines that come in, however broken, and what may go out."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.terminal import Pace, has_style, is_terminal, is_unicode, lines


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


def test_progress_is_silent_for_a_second_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    quick = Pace()
    now += 0.9
    assert quick.line(500, 1000) == ""
    assert quick.line(1000, 1000) == ""
    slow = Pace()
    now += 2
    assert slow.line(0, 4000) == ""
    assert slow.line(1000, 4000) == (
        "\r\x1b[Kreading 1,000 of 4,000 files, 500 a second, 0:06 left"
    )
    now += 0.05
    assert slow.line(1020, 4000) == ""  # not more often than can be read
    now += 177.95
    assert "0:09 left" in slow.line(3800, 4000)
    assert slow.line(4000, 4000) == "\r\x1b[K"
