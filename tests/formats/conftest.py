"""What the tests of every format need: reading, and files broken in many ways."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from qa.answer import Document, Problem
from qa.documents import Found, Unread, documents_in
from qa.errors import DocumentError


@pytest.fixture
def found() -> Callable[[bytes, str], list[Found]]:
    """All that is found in a file, checked for what holds of any document."""

    def read(content: bytes, path: str) -> list[Found]:
        results = list(documents_in(content, path))
        for result in results:
            _check(result)
        paths = [result.path for result in results if isinstance(result, Document)]
        assert len(paths) == len(set(paths))
        return results

    return read


@pytest.fixture
def one(found: Callable[[bytes, str], list[Found]]) -> Callable[[bytes, str], Document]:
    """The only thing found in a file, a document."""

    def read(content: bytes, path: str) -> Document:
        (document,) = found(content, path)
        assert isinstance(document, Document), document
        return document

    return read


@pytest.fixture
def survives(found: Callable[[bytes, str], list[Found]]) -> Callable[..., None]:
    """Reads a file broken in many ways: no error may come out but a DocumentError that says why."""

    def read(content: bytes, path: str, times: int = 300) -> None:
        for broken in _broken(content, times):
            try:
                results = found(broken, path)
            except DocumentError as error:
                reasons = [str(error)]
            else:
                reasons = [result.reason for result in results if isinstance(result, Problem)]
            # The net below all readers names the error that it catches.
            assert not any("Error)" in reason for reason in reasons), reasons

    return read


def _check(result: Found) -> None:
    result.path.encode("utf-8")
    assert "\n" not in result.path
    if isinstance(result, Problem):
        assert result.reason.strip()
        result.reason.encode("utf-8")
        return
    if isinstance(result, Unread):
        assert result.kind
        return
    text, pages = result.text, result.pages
    text.encode("utf-8")
    assert text.strip()
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)
    assert 0 < len(result.title) <= 320
    assert result.title == " ".join(result.title.split())
    if result.headline is not None:
        piece = text[result.headline.start : result.headline.end]
        assert result.title == " ".join(piece.split())
        assert piece == piece.strip()
    assert list(pages) == sorted(pages)
    assert not pages or (pages[0] == 0 and pages[-1] <= len(text))


def _broken(content: bytes, times: int) -> Iterator[bytes]:
    """`content` cut off, with bytes changed, doubled, moved and left out; the same every time."""
    chance = random.Random(len(content))
    for number in range(times):
        broken = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            at = chance.randrange(len(broken) or 1)
            end = at + chance.choice((1, 2, 4, 16, 64, 256))
            match chance.randrange(7):
                case 0:
                    broken[at:end] = b""
                case 1:
                    broken[at:at] = broken[at:end]
                case 2:
                    broken[at:end] = bytes(chance.randrange(256) for _ in broken[at:end])
                case 3:
                    broken[at:end] = broken[end : 2 * end - at] + broken[at:end]
                case 4:
                    broken[at : at + 1] = chance.choice((b"\0", b"\xff", b"9", b"-1", b"\n", b"<"))
                case 5:
                    broken[at:at] = chance.choice((b"999999999", b"=?x?b?", b"&#0;", b'"', b"{["))
                case _ if broken:
                    broken[at] ^= 1 << chance.randrange(8)
        yield bytes(broken if number % 5 else broken[: chance.randrange(len(broken) + 1)])
