"""PDF: paragraphs, pages, titles; and files that are scanned, locked or broken."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from qa.answer import Document, Problem
from qa.documents import documents_in
from qa.errors import DocumentError

One = Callable[[bytes, str], Document]
Found = Callable[[bytes, str], list[Any]]

Row = tuple[float, float, float, str]  # left, bottom, size of type, text


def pdf(
    pages: Sequence[Sequence[Row]],
    info: str = "",
    trailer: str = "",
    extra: Sequence[str] = (),
    page: str = "",
) -> bytes:
    """A file with these lines of Courier, in which every letter is 0.6 of its size wide."""
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count {} /Kids [{}] >>".format(
            len(pages), " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        f"<< {info} >>",
    ]
    for at, rows in enumerate(pages):
        drawn = "".join(
            f"BT /F1 {size} Tf {left} {bottom} Td ({_escaped(text)}) Tj ET\n"
            for left, bottom, size, text in rows
        )
        packed = zlib.compress(drawn.encode("cp1252")).hex() + ">"
        bodies += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {6 + 2 * at} 0 R "
            f"/Resources << /Font << /F1 3 0 R >> >> {page} >>",
            f"<< /Filter [/ASCIIHexDecode /FlateDecode] /Length {len(packed)} >>\nstream\n"
            f"{packed}\nendstream",
        ]
    bodies += extra
    content = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(content)
    content += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    content += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    ends = f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R /Info 4 0 R {trailer} >>\n"
    return content + ends.encode("latin-1") + f"startxref\n{start}\n%%EOF\n".encode()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def column(*lines: str, top: float = 700, left: float = 72, size: float = 10) -> list[Row]:
    """Lines one below the other; a blank one is left out, but keeps its place."""
    return [(left, top - 12 * at, size, line) for at, line in enumerate(lines) if line]


BODY = column(
    "The old bridge over the Mirna reopened on Tuesday after repairs. Mayor Ana",
    "Kovac cut the ribbon in the pres-",
    "ence of many guests from the whole country, and said that the work had been",
    "done well.",
    "",
    "The repairs took 14 months and cost 2.5 million euros.",
)
PROSE = (
    "The old bridge over the Mirna reopened on Tuesday after repairs. Mayor Ana Kovac cut the "
    "ribbon in the presence of many guests from the whole country, and said that the work had been "
    "done well.\n\nThe repairs took 14 months and cost 2.5 million euros."
)


def test_lines_become_paragraphs_and_broken_words_are_whole(one: One) -> None:
    document = one(pdf([BODY]), "the_report.pdf")
    assert document.text == PROSE
    assert document.pages == (0,)
    assert (document.title, document.headline, document.date) == ("the report", None, None)


def test_paragraphs_without_space_between_them_are_known_by_indent_and_short_lines(
    one: One,
) -> None:
    lines = [
        "The first paragraph fills its lines up to the margin, as all text does, and",
        "it ends early here.",
        "The second one is not set in, but it cannot belong to the first any more, as",
        "its first word would have fitted there.",
    ]
    set_in = [
        (72 + 14, 652, 10, "A third one is set in as is done in books and novels, see here and")
    ]
    document = one(pdf([column(*lines) + set_in]), "a.pdf")
    assert [text[:9] for text in document.text.split("\n\n")] == [
        "The first", "The secon", "A third o",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("It was a well-", "known fact; a well-known one."), "It was a well-known fact"),
        (("It was in the Lachin-", "Stepanakert corridor."), "the Lachin-Stepanakert corridor"),
        (("It was extra-", "ordinary."), "It was extraordinary."),
        (("From 2010-", "2015 it was closed."), "From 2010-2015 it was"),
    ],
)
def test_hyphens_are_kept_where_they_belong_to_the_word(
    lines: tuple[str, ...], text: str, one: One
) -> None:
    assert text in one(pdf([column(*lines)]), "a.pdf").text


def test_columns_are_read_one_after_the_other(one: One) -> None:
    left = column("The left column begins here and", "goes on without an end to the top of")
    right = column("the right column, where it ends.", left=350)
    text = one(pdf([left + right]), "a.pdf").text
    assert text == (
        "The left column begins here and goes on without an end to the top of the right column, "
        "where it ends."
    )


def test_a_sentence_goes_on_over_the_end_of_a_page_and_pages_are_told(one: One) -> None:
    pages = [
        column("The sentence begins on the first page and it goes on"),
        column("on the second page, where it ends.", "", "Another paragraph."),
        [],
        column("The last page."),
    ]
    document, problem = documents_in(pdf(pages), "a.pdf")
    assert isinstance(document, Document)
    assert document.text == (
        "The sentence begins on the first page and it goes on on the second page, where it ends."
        "\n\nAnother paragraph.\n\nThe last page."
    )
    begins = [document.text[place:][:7] for place in document.pages]
    assert begins == ["The sen", "on the ", "The las", "The las"]
    assert problem == Problem(
        "a.pdf",
        "has no text on page 3 of 4: if they are scanned, make their text readable with an OCR "
        "program, then index again",
    )


def test_headers_footers_and_page_numbers_are_left_out(one: One) -> None:
    pages = [
        [
            (72, 750, 9, "Bridge Authority"),
            (72, 738, 9, f"Annual Report, page {number}"),
            *column(f"This is what stands on page {number}."),
            (300, 40, 9, str(number)),
        ]
        for number in range(1, 6)
    ]
    text = one(pdf(pages), "a.pdf").text
    # Once they stay: what stands at the top of the first page may be the title.
    assert text.count("Bridge Authority") == text.count("Annual Report") == 1
    assert text.count("This is what stands on page") == 5
    assert not any(part.isdigit() for part in text.split("\n\n"))


def test_what_stands_at_the_edge_of_two_pages_is_kept(one: One) -> None:
    pages = [
        [(72, 760, 10, "Chapter One"), *column("First."), (72, 30, 10, "1871")],
        [(72, 760, 10, "Chapter One"), *column("Second."), (72, 30, 10, "1872")],
    ]
    text = one(pdf(pages), "a.pdf").text
    assert text.count("Chapter One") == 2
    assert "1871" in text
    assert "1872" in text


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ("/Title (Repairs of the Old Bridge)", "Repairs of the Old Bridge"),
        ("/Title (untitled)", "a file name"),
        ("/Title (Microsoft Word - report.doc)", "a file name"),
        ("/Title (Bericht_final.docx)", "a file name"),
        ("/Title (Microsoft Word - The Bridge)", "The Bridge"),
        ("/Title <FEFF00C4006E>", "a file name"),
        ("/Title (   )", "a file name"),
        ("/Title (12345)", "a file name"),
        ("/Title <FEFFD83DDE00004100420043>", "😀ABC"),
    ],
)
def test_titles_in_metadata_count_where_they_are_titles(info: str, title: str, one: One) -> None:
    document = one(pdf([BODY, BODY], info), "a_file-name.pdf")
    assert document.title == title
    assert document.text.endswith(PROSE)
    second = document.text[document.pages[1] :]
    assert second.startswith("The old bridge")


def test_the_heading_that_is_seen_comes_before_a_title_that_is_not(one: One) -> None:
    heading: list[Row] = [(72, 740, 20, "The Old Bridge"), (72, 716, 20, "Reopens at Last")]
    pages = [[*heading, *column("19 September 2023", top=690), *column(*["Text."] * 9, top=650)]]
    document = one(pdf(pages, "/Title (Template of the Press Office)"), "a.pdf")
    assert document.title == "The Old Bridge Reopens at Last"
    assert document.text.startswith("The Old Bridge Reopens at Last\n\n19 September 2023")
    assert document.date == "2023-09-19"


@pytest.mark.parametrize(
    ("path", "date"),
    [("a.pdf", "2023-09-19"), ("2023-09-01-a.pdf", "2023-09-01")],
)
def test_the_day_of_creation_dates_a_file_that_nothing_else_dates(
    path: str, date: str, one: One
) -> None:
    info = "/CreationDate (D:20230919101500+02'00')"
    assert one(pdf([BODY], info), path).date == date
    assert one(pdf([BODY], "/CreationDate (D:19700101000000Z)"), "a.pdf").date is None
    assert one(pdf([BODY], "/CreationDate (yesterday)"), "a.pdf").date is None


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_that_are_shown_turned_have_the_same_paragraphs(turn: int, one: One) -> None:
    size = {"page": f"/Rotate {turn}"}
    if turn in (90, 270):
        # Written upwards or downwards, so that it is upright when shown.
        across, along = (1, -1) if turn == 270 else (-1, 1)
        drawn = "".join(
            f"BT /F1 10 Tf 0 {along} {across} 0 {306 - across * (700 - bottom - 30)} "
            f"{396 - along * 300} Tm ({text}) Tj ET\n"
            for _, bottom, _, text in BODY
        )
        content = pdf([[]], **size).replace(b"/Contents 6 0 R", b"/Contents 7 0 R")
        stream = f"7 0 obj\n<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream\nendobj\n"
        content = content.replace(b"xref\n0", stream.encode() + b"xref\n0", 1)
    else:
        content = pdf([BODY])
    assert one(content, "a.pdf").text == PROSE


def test_scanned_files_are_reported_as_such() -> None:
    with pytest.raises(DocumentError, match="has 12 pages but no text: it seems to be scanned; "):
        list(documents_in(pdf([[]] * 12), "a.pdf"))
    with pytest.raises(DocumentError, match="has 1 page but no text"):
        list(documents_in(pdf([[(72, 700, 10, "   ")]]), "a.pdf"))


def test_many_pages_without_text_are_counted(found: Found) -> None:
    document, problem = found(pdf([BODY] + [[]] * 20), "a.pdf")
    assert document.text == PROSE
    assert problem.reason.startswith("has no text on 20 pages of 21")
    assert document.pages == (0, *[len(PROSE)] * 20)


def test_a_file_with_a_password_says_so() -> None:
    locked = pdf(
        [BODY],
        trailer=f"/Encrypt 7 0 R /ID [<{'11' * 16}> <{'11' * 16}>]",
        extra=[
            f"<< /Filter /Standard /V 1 /R 2 /O <{'22' * 32}> /U <{'33' * 32}> /P -4 >>",
        ],
    )
    with pytest.raises(DocumentError, match="is protected with a password: save it without"):
        list(documents_in(locked, "a.pdf"))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7",
        b"%PDF-1.7\n%%EOF",
        b"not a pdf at all",
        b"\x89PNG\r\n\x1a\n" * 40,
        pdf([BODY])[:200],
        b"%PDF-1.4\n" + b"[" * 100_000,
        b"%PDF-1.4\n1 0 obj\n" + b"<< /A " * 100_000,
    ],
)
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(DocumentError, match="is no PDF, or a damaged one"):
        list(documents_in(content, "a.pdf"))


def test_pages_that_are_claimed_but_are_not_there_are_no_endless_work() -> None:
    content = pdf([BODY]).replace(b"/Count 1 ", b"/Count 999999999 ")
    with contextlib.suppress(DocumentError):
        assert len(list(documents_in(content, "a.pdf"))) <= 2


def test_pages_in_a_circle_end(found: Found) -> None:
    content = pdf([BODY]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
    with pytest.raises(DocumentError):
        found(content, "a.pdf")


def test_broken_files_are_read_or_refused(survives: Callable[..., None]) -> None:
    pages = [BODY, column("Another page."), [], BODY]
    survives(pdf(pages, "/Title (The Bridge) /CreationDate (D:20230919)"), "a.pdf")
