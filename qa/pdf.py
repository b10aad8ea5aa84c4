"""PDF: the text of every page as paragraphs, with title and date, by way of PDFium."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from threading import Lock
from typing import TYPE_CHECKING, Any

from qa.answer import Span
from qa.decoding import clean
from qa.errors import DocumentError
from qa.layout import Line, Page, Paragraph, paragraphs
from qa.plain import heading
from qa.reading import (
    LONGEST_TITLE,
    Flaw,
    Reading,
    calendar_date,
    collapsed,
    place_of,
    title_span,
    with_title_and_pages,
)

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

# PDFium must not be entered by two threads at once.
_ONE_AT_A_TIME = Lock()

_FOR_A_PASSWORD = 4  # PDFium's number for this error

# A page needs some bytes in the file; a count above what fits is not believed.
_LEAST_PAGE = 4
_MOST_CHARACTERS = 2_000_000  # on a page, invisible ones included

# PDFium's mark for a hyphen that ends a line, after which it leaves out the line end.
_HYPHEN = "\x02"
_BREAK = re.compile("\r\n|[\r\n]|\x02(?:\r?\n)?|\u00ad\r?\n")
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u00ad\ufffe\uffff]")
_LIGATURES = {
    0xFB00 + at: letters for at, letters in enumerate(("ff", "fi", "fl", "ffi", "ffl", "st", "st"))
}

# A title is set larger than the text by this factor at least.
_LARGER = 1.2

_NO_TITLE = re.compile(
    r"untitled.*|.*\.(?:docx?|odt|rtf|indd|qxd|pdf|pptx?|tex|dvi|ps|txt|html?|cdr|ai|p65)|"
    r"(?:microsoft )?(?:word|powerpoint|excel|publisher) (?:- .*|presentation|document)|"
    r"(?:slide|layout|document|dokument|print|page|scan|title|presentation) ?\d*|\(?null\)?|none",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")


def read_pdf(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a `.pdf` file: its text, and a flaw if some of its pages have none.

    DocumentError if it is damaged, needs a password, or has text on no page.
    """
    with _ONE_AT_A_TIME:
        pages, unreadable, metadata = _opened(content)
    lost = [number for number, page in enumerate(pages, start=1) if not page.lines]
    count = len(pages)
    if len(lost) == count:
        if len(unreadable) == count:
            raise DocumentError("is damaged: none of its pages can be read")
        raise DocumentError(
            f"has {_counted(count)} but no text: it seems to be scanned; "
            "make its text readable with an OCR program, then index again"
        )
    yield _reading(paragraphs(pages), count, metadata)
    if unreadable:
        yield Flaw(f"is damaged: {_listed(unreadable)} of {count} cannot be read")
    if bare := [number for number in lost if number not in set(unreadable)]:
        yield Flaw(
            f"has no text on {_listed(bare)} of {count}: if they are scanned, make their text "
            "readable with an OCR program, then index again"
        )


def _counted(pages: int) -> str:
    return "1 page" if pages == 1 else f"{pages} pages"


def _listed(numbers: Sequence[int]) -> str:
    """ "page 3", "pages 1, 4 and 6", at most six by their numbers."""
    if len(numbers) == 1:
        return f"page {numbers[0]}"
    if len(numbers) > 6:
        return f"{len(numbers)} pages"
    return f"pages {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _opened(content: bytes) -> tuple[list[Page], list[int], dict[str, str]]:
    """The pages of a file, the numbers of those that cannot be read, and what it says of itself."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with closing(PdfDocument(content)) as document:
            count = len(document)
            if count < 1:
                raise DocumentError("is empty: it has no pages")
            if count > len(content) // _LEAST_PAGE:
                raise DocumentError("is damaged: it claims more pages than it can hold")
            pages: list[Page] = []
            unreadable: list[int] = []
            for number in range(count):
                try:
                    pages.append(_page(document, number))
                except PdfiumError:
                    pages.append(Page((), 0.0))
                    unreadable.append(number + 1)
            return pages, unreadable, _metadata(document)
    except PdfiumError as error:
        if error.err_code == _FOR_A_PASSWORD:
            raise DocumentError(
                "is protected with a password: save it without one, then index again"
            ) from error
        raise DocumentError("is no PDF, or a damaged one") from error


def _metadata(document: PdfDocument) -> dict[str, str]:
    return {key: document.get_metadata_value(key) or "" for key in ("Title", "CreationDate")}


def _page(document: PdfDocument, number: int) -> Page:
    """One page; it has no lines where it has no text."""
    with closing(document[number]) as page:
        turn, (width, height) = page.get_rotation(), page.get_size()
        with closing(page.get_textpage()) as text_page:
            lines = tuple(_Characters(text_page.raw, turn, width, height).lines())
        return Page(lines, height)


class _Characters:
    """The characters of a page, which PDFium counts and places one by one.

    `width` and `height` are those of the page as it is shown, turned clockwise by `turn` degrees.
    """

    def __init__(self, raw: Any, turn: int, width: float, height: float) -> None:
        from pypdfium2 import raw as pdfium

        self._pdfium = pdfium
        self._raw = raw
        self._turn, self._width, self._height = turn, width, height
        count = max(0, min(pdfium.FPDFText_CountChars(raw), _MOST_CHARACTERS))
        # One by one, so that places in this text are PDFium's own: what it gives in one piece
        # leaves some of them out. Characters above U+FFFF come as two.
        number = pdfium.FPDFText_GetUnicode
        self._text = "".join([chr(min(number(raw, at), 0xFFFF)) for at in range(count)])

    def lines(self) -> Iterator[Line]:
        """The lines of the page that are not blank."""
        start = 0
        for match in _BREAK.finditer(self._text):
            hyphen = match[0][0] not in "\r\n"
            if match[0] == _HYPHEN and not self._pdfium.FPDFText_IsHyphen(self._raw, match.start()):
                continue  # a sign that its font does not name
            yield from self._line(start, match.start(), hyphen)
            start = match.end()
        yield from self._line(start, len(self._text), False)

    def _line(self, start: int, end: int, hyphen: bool) -> Iterator[Line]:
        raw = self._text[start:end]
        text = _printed(raw)
        if not text:
            return
        start += len(raw) - len(raw.lstrip())
        end -= len(raw) - len(raw.rstrip())
        first, last = self._box(start), self._box(end - 1)
        middle = self._box((start + end) // 2)
        word_end = self._box(start + len(raw.split(None, 1)[0]) - 1)
        height = sorted(box[3] - box[2] for box in (first, middle, last))[1]
        yield Line(
            text,
            left=min(first[0], last[0]),
            right=max(first[1], last[1]),
            bottom=first[2],
            top=first[2] + height,
            first_word=abs(word_end[1] - first[0]),
            hyphen=hyphen,
        )

    def _box(self, at: int) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of a character on the page as it is shown, in points."""
        box = self._pdfium.FS_RECTF()
        if not self._pdfium.FPDFText_GetLooseCharBox(self._raw, at, box):
            return 0.0, 0.0, 0.0, 0.0
        left, right, bottom, top = box.left, box.right, box.bottom, box.top
        if self._turn == 90:
            return bottom, top, self._height - right, self._height - left
        width, height = self._width, self._height
        if self._turn == 180:
            return width - right, width - left, height - top, height - bottom
        if self._turn == 270:
            return width - top, width - bottom, left, right
        return left, right, bottom, top


def _printed(raw: str) -> str:
    """What a reader sees of a line."""
    text = raw.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return collapsed(clean(_UNPRINTED.sub("", text).translate(_LIGATURES)))


def _reading(found: Sequence[Paragraph], count: int, metadata: dict[str, str]) -> Reading:
    """Puts paragraphs together; `count` is the number of pages."""
    pieces: list[str] = []
    places: list[Span] = []
    begins: dict[int, int] = {}
    length = 0
    for paragraph in found:
        length += 2 if pieces else 0
        for page, offset in paragraph.pages:
            begins.setdefault(page, length + offset)
        pieces.append(paragraph.text)
        places.append(Span(length, length + len(paragraph.text)))
        length += len(paragraph.text)
    text = "\n\n".join(pieces)
    # A page without text begins where the next one does.
    pages = [length] * count
    following = length
    for page in reversed(range(count)):
        following = pages[page] = begins.get(page, following)
    pages[0] = 0
    headline = _title_place(found, places, text)
    top, date = heading(text)
    stated = _stated_title(metadata["Title"])
    standing = place_of(stated, text)
    turns = tuple(pages)
    if standing or (stated and not headline):
        text, headline, turns = with_title_and_pages(stated, text, turns)
    return Reading(text, headline or top, date, _creation_day(metadata["CreationDate"]), turns)


def _title_place(found: Sequence[Paragraph], places: Sequence[Span], text: str) -> Span | None:
    """The first paragraph in the largest type of the first page, if that is larger than usual."""
    sizes = sorted((paragraph.size, len(paragraph.text)) for paragraph in found)
    half = sum(length for _, length in sizes) / 2
    usual = 0.0
    for size, length in sizes:
        usual = size
        half -= length
        if half <= 0:
            break
    candidates = [
        (paragraph.size, place)
        for paragraph, place in zip(found, places, strict=True)
        if paragraph.pages[0][0] == 0
        and sum(map(str.isalpha, paragraph.text[:LONGEST_TITLE])) >= 3
        and len(paragraph.text) <= LONGEST_TITLE
    ]
    largest = max((size for size, _ in candidates), default=0.0)
    if not candidates or largest < _LARGER * usual:
        return None
    place = next(place for size, place in candidates if size >= 0.95 * largest)
    return title_span(text, place.start, place.end)


def _stated_title(title: str) -> str:
    """The title in the metadata, or "" where a program has put something else there."""
    title = collapsed(clean(title.replace("\0", ""))[: 2 * LONGEST_TITLE])
    title = re.sub(r"^Microsoft (?:Word|PowerPoint) - ", "", title)
    if _NO_TITLE.fullmatch(title) or sum(map(str.isalpha, title)) < 3:
        return ""
    return title


def _creation_day(value: str) -> str | None:
    match = _DAY.match(value)
    # A clock that was never set counts from 1970 or 1904.
    return calendar_date(*match.groups()) if match and match[1] >= "1980" else None
