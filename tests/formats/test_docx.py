"""DOCX: what stands on the page, in its order; and files that are damaged or something else."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document as Draft
from docx.oxml import parse_xml

from qa.answer import Document, Problem
from qa.documents import documents_in
from qa.errors import DocumentError
from qa.numbering import numeral

One = Callable[[bytes, str], Document]
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def saved(draft: Draft) -> bytes:
    stream = BytesIO()
    draft.save(stream)
    return stream.getvalue()


def append(paragraph: Any, markup: str) -> None:
    """Puts raw WordprocessingML into a paragraph."""
    holder = parse_xml(f'<w:p xmlns:w="{SPACE}">{markup}</w:p>')
    for node in list(holder):
        paragraph._p.append(node)


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive with each member changed; None leaves it out."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            changed = change(info.filename, old.read(info))
            if changed is not None:
                new.writestr(info.filename, changed, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def full() -> Draft:
    draft = docx.Document()
    draft.add_heading("The Vote", 0)
    draft.add_paragraph("The council met on Tuesday.")
    draft.add_heading("What was decided", 1)
    for text in ("the bridge", "the ferry"):
        draft.add_paragraph(text, style="List Bullet")
    for text in ("first", "second"):
        draft.add_paragraph(text, style="List Number")
    table = draft.add_table(2, 2)
    for at, text in enumerate(("Paris", "2", "Köln", "1")):
        table.cell(at // 2, at % 2).text = text
    draft.add_paragraph("The end.")
    return draft


def test_blocks_stand_in_the_order_of_the_document(one: One) -> None:
    document = one(saved(full()), "a_file.docx")
    assert document.text == (
        "The Vote\n\nThe council met on Tuesday.\n\nWhat was decided\n\n"
        "- the bridge\n- the ferry\n\n"
        "1. first\n2. second\n\nParis\t2\nKöln\t1\n\nThe end."
    )
    assert document.title == "The Vote"
    assert document.date is None  # that of the library's empty document is no date
    assert document.pages == ()


def test_every_paragraph_that_the_library_sees_is_there(one: One) -> None:
    draft = full()
    text = one(saved(draft), "a.docx").text
    assert all(paragraph.text in text for paragraph in draft.paragraphs)


def test_text_that_was_inserted_is_read_and_deleted_text_is_not(one: One) -> None:
    draft = docx.Document()
    append(
        draft.add_paragraph("Kept."),
        "<w:ins><w:r><w:t> Inserted.</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText> Deleted.</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t> Moved.</w:t></w:r></w:moveFrom>"
        "<w:sdt><w:sdtContent><w:r><w:t> Controlled.</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:hyperlink><w:r><w:t> Linked.</w:t></w:r></w:hyperlink>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> Hidden.</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> Shown.</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t>"
        "<w:softHyphen/></w:r>",
    )
    text = one(saved(draft), "a.docx").text
    assert text == "Kept. Inserted. Controlled. Linked. Shown.a\tb\nc\u2011d"


def test_text_boxes_are_read_once(one: One) -> None:
    draft = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    space = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    append(
        draft.add_paragraph("Around it."),
        f'<w:r><mc:AlternateContent xmlns:mc="{space}"><mc:Choice>{box}</mc:Choice>'
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>",
    )
    text = one(saved(draft), "a.docx").text
    assert sorted(text.split("\n\n")) == ["Around it.", "In the box."]


def test_footnotes_stand_below_their_paragraph(one: One) -> None:
    draft = docx.Document()
    append(draft.add_paragraph("A claim."), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    draft.add_paragraph("The next one.")
    notes = (
        f'<w:footnotes xmlns:w="{SPACE}"><w:footnote w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>See the report.</w:t></w:r></w:p></w:footnote>'
        "</w:footnotes>"
    )
    stream = BytesIO(saved(draft))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/footnotes.xml", notes)
    text = one(stream.getvalue(), "a.docx").text
    assert text == "A claim.\n\nSee the report.\n\nThe next one."


def test_tables_inside_of_tables_and_tables_for_layout_lose_nothing(one: One) -> None:
    draft = docx.Document()
    table = draft.add_table(1, 2)
    table.cell(0, 0).text = "left"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "x", "y"
    side = draft.add_table(1, 2)
    side.cell(0, 0).text = "A long story. " * 30
    side.cell(0, 1).text = "Beside it."
    text = one(saved(draft), "a.docx").text
    assert text.startswith("left\tx y\n\nA long story. ")
    assert text.endswith("story.\n\nBeside it.")


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("The Budget", "The Budget"),
        ("Intro text", "Intro text"),
        ("", "A Heading"),
        ("Word Document", "A Heading"),
        ("untitled 3", "A Heading"),
        ("report_v2.docx", "A Heading"),
    ],
)
def test_titles_come_from_properties_or_the_first_heading(
    stated: str, title: str, one: One
) -> None:
    draft = docx.Document()
    draft.add_paragraph("Intro text")
    draft.add_heading("A Heading", 1)
    draft.core_properties.title = stated
    document = one(saved(draft), "a.docx")
    assert document.title == title
    assert document.text.count(title) == 1


@pytest.mark.parametrize(
    ("first", "path", "date"),
    [
        ("The Vote", "a.docx", "2023-09-19"),
        ("The Vote", "2023-09-01.docx", "2023-09-01"),
        ("Date: 2023-08-01", "2023-09-01.docx", "2023-08-01"),
    ],
)
def test_dates_come_from_the_text_the_name_or_the_properties(
    first: str, path: str, date: str, one: One
) -> None:
    draft = docx.Document()
    draft.add_paragraph(first)
    draft.add_paragraph("More text.")
    draft.core_properties.created = datetime(2023, 9, 19, 23, 30)
    assert one(saved(draft), path).date == date


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (4, "decimal", "4"),
        (4, "decimalZero", "04"),
        (1994, "upperRoman", "MCMXCIV"),
        (9, "lowerRoman", "ix"),
        (28, "lowerLetter", "bb"),
        (3, "upperLetter", "C"),
        (0, "lowerRoman", "0"),
        (10**6, "upperLetter", "1000000"),
        (3, "chineseCounting", "3"),
    ],
)
def test_numbers_of_lists(number: int, form: str, text: str) -> None:
    assert numeral(number, form) == text


def test_numbers_on_several_levels_count_as_printed(one: One) -> None:
    draft = docx.Document()
    numbering = draft.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for level, form, text in ((0, "decimal", "Article %1:"), (1, "lowerLetter", "%1.%2)"))
    )
    plan = f'<w:abstractNum xmlns:w="{SPACE}" w:abstractNumId="77">{levels}</w:abstractNum>'
    numbering.insert(0, parse_xml(plan))
    numbering.append(
        parse_xml(f'<w:num xmlns:w="{SPACE}" w:numId="88"><w:abstractNumId w:val="77"/></w:num>')
    )
    for level, text in ((0, "one"), (1, "two"), (1, "three"), (0, "four"), (1, "five")):
        paragraph = draft.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr xmlns:w="{SPACE}"><w:ilvl w:val="{level}"/><w:numId w:val="88"/>'
                "</w:numPr>"
            )
        )
    assert one(saved(draft), "a.docx").text.split("\n") == [
        "Article 1: one",
        "1.a) two",
        "1.b) three",
        "Article 2: four",
        "2.a) five",
    ]


def test_damage_beside_the_text_does_not_cost_the_text() -> None:
    def spoiled(name: str, old: bytes) -> bytes:
        return old if name in ("_rels/.rels", "word/document.xml") else b"<"

    stream = BytesIO(repacked(saved(full()), spoiled))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/footnotes.xml", "<")
    document, problem = documents_in(stream.getvalue(), "a.docx")
    assert isinstance(document, Document)
    assert "The council met" in document.text
    assert problem == Problem("a.docx", "is damaged: its footnotes cannot be read")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "of the old kind or one with a passw"),
        (b"some text", "is no Word document, or a damaged one"),
        (saved(docx.Document())[:-400], "is no Word document, or a damaged one"),
        (saved(docx.Document()), "is empty"),
    ],
)
def test_what_is_no_document_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        list(documents_in(content, "a.docx"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "its text is missing"),
        (b"<w:document", "holds damaged XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "defines XML entities"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"), "defines XML entities"),
        (b"<a/>", "is empty"),
        (b"<a>" * 100_000 + b"</a>" * 100_000, "is empty|damaged XML"),
        (b" " * (32 << 20), "more than 250 times its size"),
    ],
)
def test_documents_that_attack_are_refused(body: bytes | None, reason: str) -> None:
    content = repacked(
        saved(full()), lambda name, old: body if name == "word/document.xml" else old
    )
    with pytest.raises(DocumentError, match=reason):
        list(documents_in(content, "a.docx"))


def test_elements_out_of_place_lose_no_words(one: One) -> None:
    body = (
        f'<w:document xmlns:w="{SPACE}"><w:tc/><w:tr/><w:tbl><w:tc/><w:p><w:r><w:t>one</w:t></w:r>'
        "</w:p></w:tbl><w:t>no</w:t><w:p><w:p><w:t>two</w:t></w:p><w:r><w:t>three</w:t></w:r></w:p>"
        "</w:document>"
    ).encode()
    content = repacked(
        saved(full()), lambda name, old: body if name == "word/document.xml" else old
    )
    assert one(content, "a.docx").text == "one\n\ntwo\n\nthree"


def test_broken_files_are_read_or_refused(survives: Callable[..., None]) -> None:
    content = saved(full())
    survives(content, "a.docx", 100)
    # Packed, most damage is found by its checksum; unpacked, it reaches the reader.
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(stream, "w") as stored:
        for name in ("_rels/.rels", "word/document.xml", "word/numbering.xml", "docProps/core.xml"):
            stored.writestr(name, archive.read(name))
    survives(stream.getvalue(), "a.docx")


def test_broken_xml_is_read_or_refused(survives: Callable[..., None]) -> None:
    chances = iter(range(10**6))

    def scrambled(name: str, old: bytes) -> bytes:
        at = next(chances) * 7919 % len(old)
        return old[:at] + b"9" + old[at + 1 :]

    for _ in range(100):
        survives(repacked(saved(full()), scrambled), "a.docx", 1)
