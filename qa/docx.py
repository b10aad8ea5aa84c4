"""DOCX: headings, paragraphs, lists, tables and notes in the order of the document.

The text is read from the file's own XML: what libraries for editing leave out (tracked insertions,
content controls, text boxes, notes) is text that a reader sees.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from qa.answer import Span
from qa.archive import Archive
from qa.decoding import clean
from qa.errors import DocumentError
from qa.numbering import Numbering
from qa.plain import heading
from qa.reading import (
    LONGEST_TITLE,
    Flaw,
    Reading,
    collapsed,
    place_of,
    title_span,
    with_title,
    written_date,
)
from qa.xml import follow, local, tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipInfo

_Taken = TypeVar("_Taken")

# How much may come out of one document, in bytes; pictures are not unpacked.
_MOST = 256 << 20

_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Text that is not on the page: deleted or moved away, the same again for older programs.
_UNSEEN = frozenset({"del", "moveFrom", "Fallback", "annotation"})

# A table with a cell longer than this, in characters, only puts text side by side.
_LONGEST_CELL = 300

# What word processors write where nobody gave a title; the day of a library's empty document.
_NO_TITLE = re.compile(r"(?:word |microsoft word )?document\s?\d*|untitled.*|.*\.docx?", re.I)
_NO_DAY = "2013-12-23T23:15:00Z"


def read_docx(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a `.docx` file, with a flaw if its notes are damaged.

    DocumentError if it is damaged, encrypted or none.
    """
    if content.startswith(_OLD):
        raise DocumentError(
            "is a Word file of the old kind or one with a password: save it anew as .docx without"
        )
    archive = Archive(content, _MOST, "Word document")
    members = archive.named()
    main = _main_place(archive, members)
    folder = posixpath.dirname(main)

    def part(name: str, take: Callable[[bytes], _Taken]) -> _Taken | None:
        """What `take` makes of a member; None if it is not there or damaged."""
        found = members.get(name)
        try:
            return take(archive.read(found)) if found is not None else None
        except DocumentError:
            return None

    notes = {}
    damaged = []
    for kind in ("foot", "end"):
        name = posixpath.join(folder, f"{kind}notes.xml")
        taken = part(name, _notes)
        notes[kind] = taken or {}
        if taken is None and name in members:
            damaged.append(f"{kind}notes")
    writer = _Writer(
        part(posixpath.join(folder, "styles.xml"), lambda xml: _styles(tree(xml))) or {},
        Numbering(part(posixpath.join(folder, "numbering.xml"), tree)),
        notes,
    )
    follow(archive.read(members[main]), writer)
    yield _reading(writer, part("docProps/core.xml", tree))
    if damaged:
        yield Flaw(f"is damaged: its {' and '.join(damaged)} cannot be read")


def _main_place(archive: Archive, members: dict[str, ZipInfo]) -> str:
    """The name of the member that holds the text."""
    if (relations := members.get("_rels/.rels")) is not None:
        for node in tree(archive.read(relations)).iter():
            if node.get("Type", "").endswith("/officeDocument"):
                place = posixpath.normpath(node.get("Target", "").lstrip("/"))
                if place in members:
                    return place
    if "word/document.xml" in members:
        return "word/document.xml"
    raise DocumentError("is no Word document, or a damaged one: its text is missing")


def _reading(writer: _Writer, core: Element | None) -> Reading:
    entries = core if core is not None else ()
    properties = {local(node.tag): clean(node.text or "") for node in entries}
    stated = collapsed(properties.get("title", ""))[: 2 * LONGEST_TITLE]
    if _NO_TITLE.fullmatch(stated) or not any(map(str.isalpha, stated)):
        stated = ""
    text = "".join(writer.pieces)
    created = properties.get("created", "")
    day = written_date(created) if created != _NO_DAY else None
    top, date = heading(text)
    headline = place_of(stated, text) or writer.title
    if headline is None and stated:
        text, headline = with_title(stated, text)
    return Reading(text, headline or writer.heading or top, date, day)


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph's style says of it; `list_id` is empty if it is no list's."""

    name: str = ""
    list_id: str = ""
    depth: int = 0


def _styles(root: Element) -> dict[str, _Style]:
    """The styles of paragraphs by their ids, with what they inherit."""
    own: dict[str, tuple[str, str, int, str]] = {}
    for node in root:
        if local(node.tag) != "style":
            continue
        name = list_id = base = ""
        depth = 0
        for inner in node.iter():
            value = _attribute(inner.attrib, "val")
            match local(inner.tag):
                case "name":
                    name = value.lower()
                case "basedOn":
                    base = value
                case "numId":
                    list_id = value
                case "ilvl":
                    depth = _depth(value)
        own[_attribute(node.attrib, "styleId")] = (name, list_id, depth, base)
    found: dict[str, _Style] = {}
    for key, (name, list_id, depth, base) in own.items():
        seen = {key}
        while not list_id and base in own and base not in seen:
            seen.add(base)
            _, list_id, depth, base = own[base]
        found[key] = _Style(name, list_id, depth)
    return found


def _notes(content: bytes) -> dict[str, str]:
    """The text of footnotes or endnotes by their ids."""
    writer = _Writer({}, Numbering(), {})
    follow(content, writer)
    return writer.notes


def _attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if local(key) == name), "")


def _depth(value: str) -> int:
    return int(value) if re.fullmatch(r"\d", value) else 0


@dataclass(slots=True)
class _Paragraph:
    """A paragraph that is being read. `notes` are texts to stand below it."""

    pieces: list[str] = field(default_factory=list)
    style: _Style = _Style()
    list_id: str = ""
    depth: int | None = None
    notes: list[str] = field(default_factory=list)
    run: int = 0  # how many runs are open
    hidden: bool = False  # whether the open run is
    properties: int = 0  # how many elements are open that only describe


@dataclass(slots=True)
class _Table:
    """A table that is being read: its rows, each a list of cells, each a list of paragraphs."""

    rows: list[list[list[str]]] = field(default_factory=list)


class _Writer:
    """Follows the XML of a document and puts its blocks one below the other."""

    def __init__(
        self,
        styles: dict[str, _Style],
        numbering: Numbering,
        notes: dict[str, dict[str, str]],
    ) -> None:
        self.pieces: list[str] = []
        self.title: Span | None = None
        self.heading: Span | None = None
        self.notes: dict[str, str] = {}  # of a file of notes, the texts
        self._styles = styles
        self._numbering = numbering
        self._below = notes
        self._length = 0
        self._list = ""  # the list that the last block is an item of
        self._unseen = 0
        self._text = False
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[_Table] = []
        self._note: tuple[str, int] | None = None  # its id, and where its pieces begin

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = local(tag)
        if self._unseen or tag in _UNSEEN:
            self._unseen += 1
            return
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        match tag:
            case "p":
                self._paragraphs.append(_Paragraph())
            case "tbl":
                self._tables.append(_Table())
            case "tr" if self._tables:
                self._tables[-1].rows.append([])
            case "tc" if self._tables and self._tables[-1].rows:
                self._tables[-1].rows[-1].append([])
            case "footnote" | "endnote":
                self._note = (_attribute(attributes, "id"), len(self.pieces))
            case _ if paragraph is not None:
                self._inside(paragraph, tag, attributes)

    def _inside(self, paragraph: _Paragraph, tag: str, attributes: dict[str, str]) -> None:
        """An element begins in a paragraph."""
        value = _attribute(attributes, "val")
        match tag:
            case "pPr" | "rPr":
                paragraph.properties += 1
            case "pStyle":
                paragraph.style = self._styles.get(value, _Style(value.lower()))
            case "numId":
                paragraph.list_id = value
            case "ilvl":
                paragraph.depth = _depth(value)
            case "r":
                paragraph.run += 1
                paragraph.hidden = False
            case "vanish" if value not in ("0", "false", "off"):
                paragraph.hidden = paragraph.run > 0
            case "t":
                self._text = not paragraph.hidden
            case "tab" | "ptab" if paragraph.run and not paragraph.properties:
                paragraph.pieces.append("\t")
            case "br" | "cr":
                paragraph.pieces.append("\n")
            case "noBreakHyphen":
                paragraph.pieces.append("\u2011")
            case "footnoteReference" | "endnoteReference":
                note = self._below.get(tag[: -len("noteReference")], {})
                if text := note.get(_attribute(attributes, "id")):
                    paragraph.notes.append(text)

    def data(self, text: str) -> None:
        """Text, which counts inside of runs only."""
        if self._text and not self._unseen and self._paragraphs:
            self._paragraphs[-1].pieces.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._unseen:
            self._unseen -= 1
            return
        match local(tag):
            case "t":
                self._text = False
            case "p" if self._paragraphs:
                self._end_paragraph(self._paragraphs.pop())
            case "pPr" | "rPr" if self._paragraphs:
                self._paragraphs[-1].properties -= 1
            case "r" if self._paragraphs:
                self._paragraphs[-1].run -= 1
            case "tbl" if self._tables:
                self._end_table(self._tables.pop())
            case "footnote" | "endnote" if self._note:
                name, begin = self._note
                self.notes[name] = "".join(self.pieces[begin:]).strip()
                self._note = None

    def close(self) -> None:
        """The document ends."""

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        text = clean("".join(paragraph.pieces)).replace("\u00ad", "").strip(" \n\t")
        if text:
            list_id = paragraph.list_id or paragraph.style.list_id
            depth = paragraph.style.depth if paragraph.depth is None else paragraph.depth
            marker = self._numbering.marker(list_id, depth) if list_id else ""
            if self._tables and self._tables[-1].rows and self._tables[-1].rows[-1]:
                self._tables[-1].rows[-1][-1].append(marker + text)
            else:
                name = paragraph.style.name
                is_heading = name.startswith(("heading", "title"))
                self._add(text, marker, "" if is_heading else list_id)
                self._note_heading(name, text)
        for note in paragraph.notes:
            self._add(note)

    def _note_heading(self, style: str, text: str) -> None:
        """Remembers the block just added if it is the first title or heading."""
        span = title_span(text, 0, len(text))
        if span is None:
            return
        start = self._length - len(text)
        place = Span(start + span.start, start + span.end)
        if style == "title":
            self.title = self.title or place
        elif style.startswith("heading"):
            self.heading = self.heading or place

    def _end_table(self, table: _Table) -> None:
        cells = [cell for row in table.rows for cell in row]
        wordy = any(sum(map(len, cell)) > _LONGEST_CELL for cell in cells)
        single = all(len(row) <= 1 for row in table.rows)
        outer = self._tables[-1] if self._tables else None
        if wordy or single:
            blocks = [text for cell in cells for text in cell]
        else:
            lines = ("\t".join(collapsed(" ".join(cell)) for cell in row) for row in table.rows)
            blocks = ["\n".join(line.strip("\t") for line in lines if line.strip())]
        for block in blocks:
            if not block.strip():
                continue
            if outer is not None and outer.rows and outer.rows[-1]:
                outer.rows[-1][-1].append(block)
            else:
                self._add(block)

    def _add(self, text: str, marker: str = "", list_id: str = "") -> None:
        """Puts a block below the others; the items of a list are one a line."""
        gap = "" if not self.pieces else "\n" if list_id and self._list == list_id else "\n\n"
        self._list = list_id
        self.pieces += (gap, marker, text)
        self._length += len(gap) + len(marker) + len(text)
