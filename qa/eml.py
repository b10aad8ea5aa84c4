"""E-mail: subject, people and date, then the message; attachments are files of their own.

Every header is decoded by hand: the library's own decoding stops at what real mail gets wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from qa.decoding import clean, decode, is_binary
from qa.errors import DocumentError
from qa.html import page_text
from qa.reading import Flaw, Part, Reading, calendar_date, collapsed, title_span, written_date

if TYPE_CHECKING:
    from email.message import Message

_PEOPLE = ("From", "To", "Cc")

# What a header may bring into the text, in characters: lists of receivers have no end.
_LONGEST_HEADER = 2_000

# Suffixes for attachments that come without a name.
_SUFFIXES = {
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/epub+zip": ".epub",
    "application/zip": ".zip",
    "application/gzip": ".gz",
    "application/json": ".json",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
}

# What comes with mail and was never meant to be read.
_BESIDE = re.compile(
    r"(?:image|audio|video|font)/|text/(?:calendar|(?:x-)?vcard)|text/rfc822-headers"
    r"|application/(?:(?:x-)?pkcs7|pgp|ms-tnef|ics)|message/(?:delivery-status|disposition)"
)

# Parts within parts deeper than this are not looked into.
_DEEPEST = 20


def read_eml(content: bytes) -> Iterator[Reading | Part | Flaw]:
    """Reads a `.eml` file: the message, then its attachments. DocumentError if it is no text."""
    from email import policy
    from email.parser import BytesParser

    if is_binary(content):
        raise DocumentError("is binary, not text")
    message = BytesParser(policy=policy.compat32).parsebytes(content.lstrip(b"\r\n"))
    body = _Body()
    body.take(message)
    subject = collapsed(_header(message, "Subject"))
    head = [
        f"{name}: {value[:_LONGEST_HEADER]}"
        for name in _PEOPLE
        if (value := collapsed(_header(message, name)))
    ]
    sent = collapsed(_header(message, "Date"))[:200]
    if sent:
        head.append(f"Date: {sent}")
    pieces = [subject, "\n".join(head), "\n\n".join(body.texts)]
    text = "\n\n".join(piece for piece in pieces if piece)
    if text or not body.attachments:
        yield Reading(text, title_span(subject, 0, len(subject)), _day(sent))
    for reason in body.flaws:
        yield Flaw(reason)
    yield from body.attachments


def _header(message: Message, name: str) -> str:
    """The value of a header, decoded as far as it can be; empty if there is none."""
    for key, value in message.raw_items():
        if key.lower() != name.lower():
            continue
        # Bytes that are no ASCII come as surrogates.
        raw = str(value).encode("utf-8", "surrogateescape")
        try:
            plain = raw.decode("utf-8")
        except UnicodeDecodeError:
            plain = raw.decode("cp1252", "replace")
        return clean(_decoded_words(plain))
    return ""


def _decoded_words(value: str) -> str:
    """`value` with what stands in it as "=?utf-8?q?...?=" decoded."""
    from email.errors import MessageError
    from email.header import decode_header

    if "=?" not in value:
        return value
    try:
        words = decode_header(value)
    except (MessageError, ValueError):
        return value
    pieces = []
    for word, charset in words:
        if isinstance(word, str):
            pieces.append(word)
            continue
        try:
            # The library gives what stands between such words in this encoding of its own.
            pieces.append(word.decode(charset or "raw-unicode-escape"))
        except (LookupError, ValueError):
            pieces.append(word.decode("utf-8", "replace"))
    return "".join(pieces)


def _day(sent: str) -> str | None:
    """The day in a Date header, as its sender's clock had it."""
    from email.utils import parsedate

    day = written_date(sent)
    if day:
        return day
    try:
        parts = parsedate(sent)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return calendar_date(*parts[:3]) if parts else None


class _Body:
    """What a message says, in the order in which it stands there, and what is attached to it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.attachments: list[Part] = []
        self.flaws: list[str] = []

    def take(self, part: Message, depth: int = 0) -> None:
        """Takes in a part and what is below it."""
        kind = part.get_content_type()
        if depth > _DEEPEST:
            self._report("nests parts too deeply; the innermost were not read")
        elif kind == "message/rfc822":
            self._forwarded(part)
        elif kind == "multipart/alternative":
            self._choose(_below(part), depth)
        elif part.is_multipart():
            if not _BESIDE.match(kind):
                for inner in _below(part):
                    self.take(inner, depth + 1)
        else:
            self._leaf(part, kind)

    def _choose(self, options: list[Message], depth: int) -> None:
        """Of the same text in several forms the plain one, or else the last that has any."""
        chosen: _Body | None = None
        for option in options:
            body = _Body()
            body.take(option, depth + 1)
            self.attachments += body.attachments
            for reason in body.flaws:
                self._report(reason)
            if body.texts and (chosen is None or option.get_content_type() != "text/html"):
                chosen = body
            if chosen is not None and option.get_content_type() == "text/plain":
                break
        if chosen is not None:
            self.texts += chosen.texts

    def _leaf(self, part: Message, kind: str) -> None:
        name = _file_name(part)
        attached = str(part.get("Content-Disposition", "")).strip().lower().startswith("attach")
        if name or attached or kind not in ("text/plain", "text/html"):
            if not _BESIDE.match(kind):
                name = name or "attachment" + _SUFFIXES.get(kind, "")
                self.attachments.append(Part(name, partial(_payload, part)))
            return
        try:
            content = _payload(part)
            text = decode(content, _parameter(part, "charset")) if content.strip() else ""
        except DocumentError as error:
            self._report(f"has a part that {error}")
            return
        if kind == "text/html":
            text = page_text(text)
        elif _parameter(part, "format").lower() == "flowed":
            text = _unwrapped(text, _parameter(part, "delsp").lower() == "yes")
        text = text.strip("\n")
        if text.strip():
            self.texts.append(text)

    def _forwarded(self, part: Message) -> None:
        """A message inside the message."""
        for inner in _below(part):
            name = collapsed(_header(inner, "Subject")).replace("/", " ")[:200] or "message"
            self.attachments.append(Part(f"{name}.eml", partial(_source, inner)))

    def _report(self, reason: str) -> None:
        if reason not in self.flaws:
            self.flaws.append(reason)


def _below(part: Message) -> list[Message]:
    from email.message import Message

    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if part.is_multipart() else []


def _payload(part: Message) -> bytes:
    """The bytes of a part, its transfer encoding undone. DocumentError if that cannot be done."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError) as error:
        raise DocumentError("is damaged and cannot be decoded") from error
    return content if isinstance(content, bytes) else b""


def _source(message: Message) -> bytes:
    """A message as a file of its own."""
    from email.errors import MessageError

    try:
        return message.as_bytes()
    except (ValueError, TypeError, LookupError, AttributeError, MessageError) as error:
        raise DocumentError("is damaged and cannot be taken out of its message") from error


def _file_name(part: Message) -> str:
    """The name that a part has as a file; empty if it has none."""
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError):
        return ""
    raw = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return collapsed(clean(_decoded_words(raw)))


def _parameter(part: Message, name: str) -> str:
    """A parameter of the content type, such as its charset; empty if there is none."""
    try:
        value = part.get_param(name)
    except (ValueError, TypeError, LookupError):
        return ""
    value = value[2] if isinstance(value, tuple) else value
    return str(value or "").encode("ascii", "ignore").decode()[:40]


def _unwrapped(text: str, drop: bool) -> str:
    """Flowed text (RFC 3676): a line that ends in a blank goes on in the next one."""
    lines: list[list[str]] = []
    before = ""
    for line in text.split("\n"):
        line = line.removeprefix(" ") if not line.startswith(">") else line
        goes_on = before.endswith(" ") and before != "-- "
        # A quoted line does not go on in one that is not quoted.
        if goes_on and line.startswith(">") == before.startswith(">"):
            lines[-1].append(line.lstrip("> "))
        else:
            lines.append([line])
        if drop and line.endswith(" ") and line != "-- ":
            lines[-1][-1] = lines[-1][-1][:-1]
        before = line
    return "\n".join("".join(pieces) for pieces in lines)
