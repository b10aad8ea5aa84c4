"""Markdown: plain text from its tokens; title and date from front matter or the first heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.answer import Span
from qa.decoding import clean, decode
from qa.plain import heading
from qa.reading import Reading, title_span, with_title, written_date

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT = re.compile(r"---[ \t]*\n(?P<yaml>.{0,65536}?^)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.M | re.S)
_ENTRY = re.compile(r"^([A-Za-z_]{1,40})[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_DATES = ("date", "published", "publish_date", "pubdate", "created")

# Lists and quotations nested deeper than this are kept as they are written.
_DEEPEST = 100


def read_markdown(content: bytes) -> Reading:
    """Reads a Markdown file into plain text: paragraphs, headings, quotations and code apart by
    blank lines, list items and table rows one a line, without markup.

    Raises DocumentError if the file is not text.
    """
    source = decode(content)
    title, date, body = _front_matter(source.lstrip("\n"))
    text, first_heading = _plain(body)
    headline: Span | None = None
    if title:
        text, headline = with_title(title, text)
    elif first_heading:
        headline = title_span(text, first_heading.start, first_heading.end)
    top_headline, top_date = heading(text)
    return Reading(text, headline or top_headline, date or top_date)


def _front_matter(source: str) -> tuple[str | None, str | None, str]:
    """Title, date and the text below the front matter; where there is none, all is text."""
    match = _FRONT.match(source)
    if not match:
        return None, None, source
    entries = _entries(match["yaml"])
    if not entries:
        return None, None, source
    date = next((day for key in _DATES if (day := written_date(entries.get(key, "")))), None)
    return clean(entries.get("title", "")) or None, date, source[match.end() :]


def _entries(front: str) -> dict[str, str]:
    """The entries of the front matter that are single values, keys in lower case."""
    import yaml

    # BaseLoader makes nothing but strings, lists and mappings: no objects, and no error for a
    # 31 February, which would take the title with it.
    try:
        loaded = yaml.load(front, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        # Mostly a colon in an unquoted title; line by line it can still be read.
        loaded = {key: value.strip("\"' \t") for key, value in _ENTRY.findall(front)}
    if not isinstance(loaded, dict):
        return {}
    return {str(key).lower(): value for key, value in loaded.items() if isinstance(value, str)}


def _plain(source: str) -> tuple[str, Span | None]:
    """The plain text of Markdown and the place of its first heading."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    try:
        tokens = parser.parse(source)
    except RecursionError:
        return source.strip(), None
    if any(token.level >= _DEEPEST - 1 for token in tokens):
        return source.strip(), None  # the parser drops what is nested deeper
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return "".join(writer.pieces), writer.heading


class _Writer:
    """Puts blocks one below the other."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.heading: Span | None = None
        self._length = 0
        self._lists: list[int | None] = []  # of each open list the next number, None for bullets
        self._marker = ""
        self._gap = "\n\n"
        self._in_heading = False
        self._row: list[str] | None = None

    def take(self, token: Token) -> None:
        """Adds what `token` contributes to the text."""
        match token.type:
            case "heading_open":
                self._in_heading = True
            case "heading_close":
                self._in_heading = False
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type == "ordered_list_open"
                if self._lists:
                    self._gap = "\n"
                self._lists.append(int(token.attrs.get("start", 1)) if ordered else None)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._gap = "\n" if self._lists else "\n\n"
            case "list_item_open":
                self._open_item()
            case "list_item_close":
                self._gap, self._marker = "\n", ""
            case "tr_open":
                self._row = []
            case "tr_close":
                self._add("\t".join(self._row or ()).strip())
                self._row, self._gap = None, "\n"
            case "table_close":
                self._gap = "\n\n"
            case "inline":
                text = _inline(token.children or ())
                if self._row is not None:
                    self._row.append(text)
                else:
                    self._add(text)
            case "fence" | "code_block":
                self._add(token.content.strip("\n"))
            case "html_block":
                from qa.html import fragment_text

                self._add(fragment_text(token.content))

    def _open_item(self) -> None:
        number = self._lists[-1]
        self._marker = "- " if number is None else f"{number}. "
        if number is not None:
            self._lists[-1] = number + 1

    def _add(self, block: str) -> None:
        block = block.strip(" \n")
        if not block:
            return
        gap = self._gap if self.pieces else ""
        start = self._length + len(gap) + len(self._marker)
        self.pieces += (gap, self._marker, block)
        self._length = start + len(block)
        self._gap, self._marker = "\n\n", ""
        if self._in_heading and self.heading is None:
            self.heading = Span(start, self._length)


def _inline(tokens: Sequence[Token]) -> str:
    """The text of a paragraph: a line break in the source is a blank, a hard break a new line."""
    pieces: list[str] = []
    for token in tokens:
        match token.type:
            case "softbreak":
                pieces.append(" ")
            case "hardbreak":
                pieces.append("\n")
            case "image":
                pieces.append(_inline(token.children or ()))
            case "html_inline":
                pieces.append("\n" if re.match(r"<br\b", token.content, re.IGNORECASE) else "")
            case _:
                pieces.append(token.content)
    return clean("".join(pieces))
