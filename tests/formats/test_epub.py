"""EPUB: chapters in the order of reading; and books that are damaged or locked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from qa.answer import Document
from qa.documents import documents_in
from qa.errors import DocumentError

One = Callable[[bytes, str], Document]
Found = Callable[[bytes, str], list[Any]]

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
METADATA = "<dc:title>The Old Bridge</dc:title><dc:date>2023-09-19</dc:date>"


def chapter(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
        f"<head><title>Chapter</title><script/></head><body>{body}</body></html>"
    )


def book(changes: dict[str, str | None] | None = None, metadata: str = METADATA) -> bytes:
    """A book of two chapters; members can be changed or, with None, left out."""
    package = f"""<?xml version="1.0"?>
<!DOCTYPE package PUBLIC "+//ISBN 0-9673008-1-9//DTD OEB 1.2 Package//EN" "oebpkg12.dtd">
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:opf="http://www.idpf.org/2007/opf"><metadata>{metadata}</metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="two" href="text/two%20x.xhtml#top" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="style.css" media-type="text/css"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="css"/><itemref idref="two"/>
<itemref idref="one"/></spine></package>"""
    members: dict[str, str | None] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": package,
        "OEBPS/nav.xhtml": chapter("<nav>Contents</nav>"),
        "OEBPS/text/one.xhtml": chapter("<h1>One</h1><p>It was built.</p><aside>A note.</aside>"),
        "OEBPS/text/two x.xhtml": chapter("<section><h1>Two</h1><p>It fell.</p></section>"),
        "OEBPS/style.css": "p {}",
    }
    members |= changes or {}
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            if text is not None:
                archive.writestr(name, text)
    return stream.getvalue()


def test_chapters_stand_in_the_order_of_reading_below_the_title(one: One) -> None:
    document = one(book(), "a.epub")
    assert document.text == ("The Old Bridge\n\nOne\n\nIt was built.\n\nA note.\n\nTwo\n\nIt fell.")
    assert document.title == "The Old Bridge"
    assert document.date == "2023-09-19"


@pytest.mark.parametrize(
    ("metadata", "title", "date"),
    [
        ("", "a name", None),
        ("<dc:title>  </dc:title><dc:date>2023</dc:date>", "a name", None),
        (
            '<dc:date opf:event="modification">2024-01-01</dc:date>'
            '<dc:date>2022-01-01</dc:date><dc:date opf:event="publication">2021-01-01</dc:date>',
            "a name",
            "2021-01-01",
        ),
        ("<dc:title>One\n two</dc:title><dc:title>Three</dc:title>", "One two", None),
    ],
)
def test_titles_and_dates(metadata: str, title: str, date: str | None, one: One) -> None:
    document = one(book(metadata=metadata), "a_name.epub")
    assert (document.title, document.date) == (title, date)


def test_a_book_without_its_container_is_found_by_its_package(one: One) -> None:
    assert "It fell." in one(book({"META-INF/container.xml": None}), "a.epub").text


def test_missing_chapters_are_told_of(found: Found) -> None:
    document, problem = found(book({"OEBPS/text/one.xhtml": None}), "a.epub")
    assert "It fell." in document.text
    assert problem.reason == "1 of its 2 chapters cannot be read"


def test_locked_books_say_so_but_locked_fonts_do_not_matter(one: One) -> None:
    def locking(*names: str) -> dict[str, str | None]:
        references = "".join(f'<CipherReference URI="{name}"/>' for name in names)
        return {"META-INF/encryption.xml": f"<encryption>{references}</encryption>"}

    assert one(book(locking("OEBPS/font.otf")), "a.epub").title == "The Old Bridge"
    with pytest.raises(DocumentError, match=r"is protected against copying \(DRM\)"):
        list(
            documents_in(
                book(locking("OEBPS/text/one.xhtml", "OEBPS/text/two%20x.xhtml")), "a.epub"
            )
        )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"META-INF/container.xml": None, "OEBPS/book.opf": None}, "table of contents is missing"),
        ({"META-INF/container.xml": "<a"}, "holds damaged XML"),
        ({"OEBPS/book.opf": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "defines XML entities"),
        ({"OEBPS/book.opf": "<package/>"}, "is empty"),
        ({"OEBPS/text/one.xhtml": None, "OEBPS/text/two x.xhtml": None}, "none of which can be r"),
        (
            {"OEBPS/text/one.xhtml": " " * (32 << 20), "OEBPS/text/two x.xhtml": chapter("")},
            "empty",
        ),
    ],
)
def test_what_is_no_book_is_refused_with_the_reason(
    changes: dict[str, str | None], reason: str
) -> None:
    with pytest.raises(DocumentError, match=reason):
        list(documents_in(book(changes), "a.epub"))


def test_places_outside_of_the_book_are_not_opened(found: Found) -> None:
    package = (
        '<package><manifest><item id="a" href="../../../../etc/passwd" '
        'media-type="text/html"/><item id="b" href="file:///etc/passwd" media-type="text/html"/>'
        '<item id="c" href="http://[" media-type="text/html"/></manifest></package>'
    )
    with pytest.raises(DocumentError, match="has 3 chapters, none of which can be read"):
        found(book({"OEBPS/book.opf": package}), "a.epub")


def test_broken_books_are_read_or_refused(survives: Callable[..., None]) -> None:
    survives(book(), "a.epub", 600)
