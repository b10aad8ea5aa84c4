"""Tables and records: CSV, TSV, JSON Lines and JSON, one document a row.

Columns for text, title and date are known by their usual names. Where no column holds the text,
the row is given as lines of "column: value", so that it can be searched and quoted all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from io import StringIO
from itertools import chain, islice
from typing import Any

from qa.decoding import clean, decode_records
from qa.errors import DocumentError
from qa.html import fragment_text
from qa.reading import Flaw, Reading, with_title, written_date

# The better names first.
_TEXTS = (
    "text", "body", "content", "article", "articlebody", "maintext", "fulltext", "document",
    "story", "paragraph", "paragraphs", "passage", "message", "transcript", "abstract", "summary",
    "description", "lead",
)  # fmt: skip
_TITLES = ("title", "headline", "heading", "subject", "name")
_DATES = (
    "date", "datepublished", "publisheddate", "publishdate", "publicationdate", "pubdate",
    "published", "publishedat", "publishedon", "publishtime", "dateposted", "posted", "postedat",
    "issued", "created", "createdat", "createdon", "datecreated", "timestamp", "datetime", "time",
    "day",
)  # fmt: skip
# These say nothing that anyone asks for, and would stand in every document.
_DUMB = frozenset((
    "id", "uid", "uuid", "guid", "key", "hash", "md5", "sha1", "sha256", "url", "uri", "link",
    "permalink", "href", "image", "imageurl", "img", "thumbnail", "index", "idx", "rowid", "slug",
))  # fmt: skip

_DELIMITERS = ",;\t|"
_SNIFFED = 50  # records that are looked at to find out what a file is like
_LONGEST_HEADING = 60  # of a column, in characters
_MARKUP = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|ul|ol|li|h[1-6]|img|blockquote|table|figure|article)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_BREAKS = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?[\d.,:/ %€$£-]+")

# Values inside of values deeper than this are left as JSON.
_DEEPEST = 50


def read_csv(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a `.csv` file; a document is named "#" and its row, from 1 below the heading."""
    return _table(decode_records(content), None)


def read_tsv(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a `.tsv` file, as `read_csv` does."""
    return _table(decode_records(content), "\t")


def read_jsonl(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a file of a JSON object a line; a document is named "#" and its line, from 1."""
    for number, line in enumerate(decode_records(content).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found = _record(json.loads(line), f"#{number}")
        except (ValueError, RecursionError):
            found = Flaw("is no JSON", f"#{number}")
        yield found


def read_json(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a `.json` file: a list, a document each, or else one document.

    The list may be all there is, or the only list in an object without a text of its own.
    """
    try:
        value = json.loads(decode_records(content))
    except (ValueError, RecursionError) as error:
        raise DocumentError("is no JSON, or damaged") from error
    rows = value
    if isinstance(value, dict) and _column(list(value), _TEXTS) is None:
        lists = [inner for inner in value.values() if isinstance(inner, list) and inner]
        if len(lists) == 1 and all(isinstance(row, dict) for row in lists[0]):
            rows = lists[0]
    if isinstance(rows, list):
        for number, row in enumerate(rows, start=1):
            yield _record(row, f"#{number}")
    else:
        yield _record(value, "")


def _table(text: str, delimiter: str | None) -> Iterator[Reading | Flaw]:
    import csv

    text = text.lstrip("\r\n")
    if text.startswith("sep=") and text[5:6] in ("\r", "\n"):  # Excel's own way to name it
        delimiter, text = text[4], text[6:].lstrip("\r\n")
    delimiter = delimiter or _delimiter(text)
    closed = text.count('"') % 2 == 0
    # Where quotation marks do not come in pairs, a file with tabs takes them literally; another
    # one is damaged.
    literal = delimiter == "\t" and not closed
    csv.field_size_limit(2**31 - 1)
    rows = csv.reader(
        StringIO(text, newline=""),
        delimiter=delimiter,
        quoting=csv.QUOTE_NONE if literal else csv.QUOTE_MINIMAL,
    )
    top = list(islice(rows, _SNIFFED))
    headed = bool(top) and _is_heading(top[0], top[1:])
    heading = [clean(name).strip() for name in top[0]] if headed else []
    number = 0
    for row in chain(top[1:] if headed else top, rows):
        number += 1
        if any(cell.strip() for cell in row):
            yield _document(heading, row, f"#{number}")
    if not closed and not literal:
        yield Flaw(
            "has a quotation mark that is never closed; rows may have run together", f"#{number}"
        )


def _delimiter(text: str) -> str:
    """The character that cuts the first lines into the same number of cells, two at least."""
    import csv

    # The last line of a sample may be cut.
    lines = text[:100_000].split("\n")[:_SNIFFED]
    sample = "\n".join(lines[:-1] if len(lines) > 1 else lines)
    best, found = (0.0, 0), ","
    for delimiter in _DELIMITERS:
        reader = csv.reader(StringIO(sample, newline=""), delimiter=delimiter)
        widths = [len(row) for row in reader if row]
        if widths and widths[0] > 1:
            same = sum(width == widths[0] for width in widths) / len(widths)
            if (same, widths[0]) > best:
                best, found = (same, widths[0]), delimiter
    return found


def _is_heading(first: list[str], others: Sequence[list[str]]) -> bool:
    """Whether the first row names the columns."""
    names = [cell.strip() for cell in first]
    if any(_key(name) in (*_TEXTS, *_TITLES, *_DATES) for name in names):
        return all(len(name) <= _LONGEST_HEADING for name in names)
    filled = [name for name in names if name]
    if not filled or not others or len(set(filled)) < len(filled):
        return False
    return len(filled) > 1 and all(
        len(name) <= _LONGEST_HEADING and not _NUMBER.fullmatch(name) and not written_date(name)
        for name in filled
    )


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    """The name of a column as it is compared: "Published At" and "published_at" are one."""
    return re.sub(r"[\s_.-]+", "", name[:100]).lower()


def _column(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    """The number of the column with the first of the wanted names; None if there is none."""
    keys = [_key(name) for name in names]
    return next((keys.index(name) for name in wanted if name in keys), None)


def _document(heading: list[str], row: list[str], name: str) -> Reading:
    """One row of a table. Cells beyond the heading have no name."""
    names = heading[: len(row)] + [""] * (len(row) - len(heading))
    return _reading(names, [[("", clean(cell).strip())] for cell in row], name)


def _record(value: Any, name: str) -> Reading | Flaw:
    """One value of JSON as a document."""
    if isinstance(value, dict):
        keys = [clean(key) for key in value]
        return _reading(keys, [list(_leaves(inner)) for inner in value.values()], name)
    leaves = [f"{key}: {text}" if key else text for key, text in _leaves(value)]
    text = "\n\n".join(leaves)
    return Reading(text, name=name) if text else Flaw("holds no text", name)


def _leaves(value: Any, depth: int = 0) -> Iterator[tuple[str, str]]:
    """The plain values inside of a value, each with the nearest name above it."""
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, inner in value.items():
            for below, text in _leaves(inner, depth + 1):
                yield below or clean(key), text
    elif isinstance(value, list) and depth < _DEEPEST:
        for inner in value:
            yield from _leaves(inner, depth + 1)
    elif isinstance(value, str):
        if text := clean(value).strip():
            yield "", text
    elif value is not None:
        yield "", clean(json.dumps(value, ensure_ascii=False))


def _reading(names: list[str], values: list[list[tuple[str, str]]], name: str) -> Reading:
    """The document of a row: names of its columns, and what stands in each."""
    filled = [at for at, leaves in enumerate(values) if leaves and leaves[0][1]]
    # A column that is empty here gives its place to the next one of a usual name.
    names = [key if values[at] and values[at][0][1] else "" for at, key in enumerate(names)]
    body = _column(names, _TEXTS)
    title = _column(names, _TITLES)
    dates = [at for at in filled if _key(names[at]) in _DATES]
    dates.sort(key=lambda at: _DATES.index(_key(names[at])))
    day = next((day for at in dates if (day := written_date(values[at][0][1]))), None)
    lines = [
        f"{key}: {text}" if key else text
        for at in filled
        if at not in (body, title) and not (body is not None and at in dates)
        for key, text in ((below or names[at], text) for below, text in values[at])
        if body is None or _key(names[at]) not in _DUMB
    ]
    text = "\n".join(lines)
    if body is not None:
        main = "\n\n".join(_plain(text) for _, text in values[body])
        text = "\n\n".join(piece for piece in (main, text) if piece)
    if title is None:
        return Reading(text, date=day, name=name)
    text, headline = with_title(_plain(values[title][0][1]), text)
    return Reading(text, headline, day, name=name)


def _plain(text: str) -> str:
    """A cell without the HTML that dumps of web sites hold."""
    if not _MARKUP.search(text):
        return text
    if _BREAKS.search(text):
        return fragment_text(text)
    # Where no tag ends a line, the line ends are those of the text.
    return "\n".join(fragment_text(line) for line in text.split("\n"))
