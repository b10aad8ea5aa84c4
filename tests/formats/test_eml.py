"""E-mail: who wrote what and when, in whatever form mail programs send it."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from qa.answer import Document, Problem
from qa.documents import Unread, documents_in
from qa.errors import DocumentError

One = Callable[[bytes, str], Document]
Found = Callable[[bytes, str], list[Any]]


def mail(body: str = "The bridge is closed.\n", subject: str = "The Old Bridge") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Ana Kovač <ana@example.org>"
    message["To"] = "press@example.org"
    message["Date"] = "Tue, 19 Sep 2023 23:30:00 -0500"
    message["X-Spam"] = "no"
    message.set_content(body)
    return message


def test_a_mail_has_its_subject_its_people_its_date_and_its_text(one: One) -> None:
    document = one(mail().as_bytes(), "a_mail.eml")
    assert document.text == (
        "The Old Bridge\n\nFrom: Ana Kovač <ana@example.org>\nTo: press@example.org\n"
        "Date: Tue, 19 Sep 2023 23:30:00 -0500\n\nThe bridge is closed."
    )
    assert document.title == "The Old Bridge"
    assert document.date == "2023-09-19"


def test_the_plain_text_is_preferred_to_the_same_in_html(one: One) -> None:
    message = mail()
    message.add_alternative("<p>The bridge is <b>closed</b> in HTML.</p>", subtype="html")
    text = one(message.as_bytes(), "a.eml").text
    assert text.endswith("\n\nThe bridge is closed.")


def test_html_is_read_where_the_plain_text_is_blank_or_missing(one: One) -> None:
    message = mail(body=" \n")
    message.add_alternative("<p>The bridge is <b>closed</b>.</p>", subtype="html")
    assert one(message.as_bytes(), "a.eml").text.endswith("\n\nThe bridge is closed.")
    alone = mail()
    alone.set_content("<style>p {}</style><p>The bridge&nbsp;is open.</p>", subtype="html")
    assert one(alone.as_bytes(), "a.eml").text.endswith("\n\nThe bridge\u00a0is open.")


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("quoted-printable", "utf-8"),
        ("base64", "utf-8"),
        ("8bit", "utf-8"),
        ("quoted-printable", "iso-8859-2"),
        ("base64", "koi8-r"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, charset: str, one: One) -> None:
    text = "Мост закрыт. " * 9 if charset == "koi8-r" else "Zażółć gęślą jaźń, powiedział Łukasz. "
    message = mail()
    message.set_content(text * 3, charset=charset, cte=encoding)
    assert " ".join((text * 3).split()) in " ".join(one(message.as_bytes(), "a.eml").text.split())


@pytest.mark.parametrize(
    ("headers", "title", "date"),
    [
        (b"Subject: =?utf-8?q?Der_Br=C3=BCckenbau?=", "Der Brückenbau", None),
        (b"Subject: =?utf-8?b?RGVyIEJy?=\n =?utf-8?b?w7xja2VuYmF1?=", "Der Brückenbau", None),
        (b"subject: =?iso-8859-1?q?Br=FCcke?= today", "Brücke today", None),
        (b"Subject: Br\xc3\xbccke", "Brücke", None),
        (b"Subject: Br\xfccke", "Brücke", None),
        (b"Subject: =?nonsense?q?abc?=", "abc", None),
        (b"Subject: =?utf-8?b?!!!?=", "the name", None),
        (b"Subject: =?utf-8?b?gICA?= x", "\ufffd\ufffd\ufffd x", None),
        (b"Subject: a\n\tfolded one", "a folded one", None),
        (b"Subject:\nDate: 19 Sep 23 10:00", "the name", "2023-09-19"),
        (b"Subject: x\nDate: yesterday", "x", None),
        (b"Subject: x\nDate: Tue, 99 Sep 2023 10:00", "x", None),
        (b"Subject: x\nDate: \xff\xfe", "x", None),
        (b"Subject: one\nSubject: two", "one", None),
        (b"X: y", "the name", None),
    ],
)
def test_headers_are_decoded_as_far_as_they_can_be(
    headers: bytes, title: str, date: str | None, one: One
) -> None:
    document = one(headers + b"\nFrom: a@b\n\nThe body.\n", "the_name.eml")
    assert (document.title, document.date) == (title, date)
    assert document.text.endswith("The body.")


def test_flowed_lines_are_joined_and_quotations_kept_apart(one: One) -> None:
    body = b"The bridge is \nclosed.\n> It was \n> open.\nSince \n\nToday.\n-- \nAna\n"
    head = b"Content-Type: text/plain; charset=utf-8; format=flowed\n\n"
    text = one(b"Subject: x\n" + head + body, "a.eml").text
    assert text == "x\n\nThe bridge is closed.\n> It was open.\nSince \nToday.\n-- \nAna"


def test_attachments_of_readable_kinds_are_documents_of_their_own(found: Found) -> None:
    message = mail()
    for name in ("notes.txt", "notes.txt", "../../etc/notes.md", ".hidden.txt", "a\tb.txt"):
        message.add_attachment(b"Some notes.", "application", "octet-stream", filename=name)
    message.add_attachment("a,text\n1,The row.\n", subtype="csv")
    message.add_attachment(b"\x89PNG", "image", "png", filename="photo.png")
    message.add_attachment(b"PK", "application", "vnd.ms-excel", filename="table.xls")
    message.add_attachment(b"broken", "application", "pdf", filename="broken.pdf")
    results = found(message.as_bytes(), "in/a.eml")
    assert {result.path: getattr(result, "reason", None) for result in results} == {
        "in/a.eml": None,
        "in/a.eml/table.xls": None,
        "in/a.eml/notes.txt": None,
        "in/a.eml/notes (2).txt": None,
        "in/a.eml/etc/notes.md": None,
        "in/a.eml/a b.txt": None,
        "in/a.eml/attachment.csv#1": None,
        "in/a.eml/broken.pdf": "is no PDF, or a damaged one",
    }
    assert results[0].path == "in/a.eml"
    assert results[0].title == "The Old Bridge"
    assert Unread("in/a.eml/table.xls", ".xls") in results


def test_forwarded_mails_are_documents_of_their_own(found: Found) -> None:
    outer = mail()
    inner = mail("What was forwarded.", "A / B")
    inner.add_attachment("In the innermost.", filename="deep.txt")
    outer.add_attachment(inner)
    results = found(outer.as_bytes(), "a.eml")
    assert [result.path for result in results] == [
        "a.eml",
        "a.eml/A B.eml",
        "a.eml/A B.eml/deep.txt",
    ]
    assert results[1].title == "A / B"
    assert "forwarded" not in results[0].text


def test_mails_in_mails_without_end_are_not_followed_without_end(found: Found) -> None:
    message = mail()
    for _ in range(9):
        around = mail()
        around.add_attachment(message)
        message = around
    results = found(message.as_bytes(), "a.eml")
    assert len(results) == 7
    assert results[-1].reason == "is attached too deeply: save it as a file of its own"


def test_a_part_that_is_no_text_is_told_of_and_the_rest_is_read(found: Found) -> None:
    message = mail()
    message.add_attachment("x", filename="x.txt")
    noise = base64.b64encode(bytes(range(256)) * 4)
    broken = message.as_bytes().replace(
        b"Content-Transfer-Encoding: 7bit\n\nThe bridge is closed.",
        b"Content-Transfer-Encoding: base64\n\n" + noise,
    )
    assert noise in broken
    document, problem, attached = found(broken, "a.eml")
    assert document.title == "The Old Bridge"
    assert problem == Problem("a.eml", "has a part that is binary, not text")
    assert attached.text == "x\n"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\0" * 100])
def test_what_is_no_mail_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError, match="is binary, not text"):
        list(documents_in(content, "a.eml"))


def test_parts_nested_thousands_deep_are_harmless(found: Found) -> None:
    content = b"Subject: x\n"
    for depth in range(3_000):
        content += b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
    with contextlib.suppress(DocumentError):
        assert found(content + b"\nThe body.", "a.eml")[0].title == "x"


def test_broken_mails_are_read_or_refused(survives: Callable[..., None]) -> None:
    message = mail("Ein Brückenbau. " * 5, "Der Brückenbau")
    message.add_alternative("<p>The bridge</p>", subtype="html")
    message.add_attachment("Some notes.", filename="Notizen für alle.txt")
    message.add_attachment(mail())
    survives(message.as_bytes(), "a.eml", 600)
