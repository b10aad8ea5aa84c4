"""HTML: the main text as a reader of the page sees it, with its title and date."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from typing import TYPE_CHECKING, Any

from qa.boilerplate import has_role_beside, is_named_beside
from qa.decoding import clean, decode
from qa.reading import Reading, collapsed, place_of, title_span, with_title, written_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DECLARED = re.compile(
    rb"<meta[^<>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})"
    rb"|<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# Never text, or not this page's own.
_SKIPPED = _words(
    "script style template noscript head title nav aside footer svg iframe object canvas audio ",
    "video button select textarea input datalist dialog",
)
# Of these, the ones whose text is better than none.
_BESIDE = _words("nav aside footer dialog noscript")
_BLOCKS_SKIPPED = ("nav", "aside", "footer", "header", "form")
_INLINE = _words(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label map mark ",
    "math meter nobr output picture q rp rt ruby s samp small source span strike strong sub sup ",
    "time tt u var wbr",
)
_LINES = _words("li tr dt dd option caption thead tbody tfoot")
# Elements that nothing closes, or that close each other: they do not nest.
_FLAT = _words(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr ",
    "thead tbody tfoot option optgroup colgroup rp rt html head body",
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})([^<>]*)>")

# Deeper elements lose their tags, not their text: no page needs them, and the time that the
# parser takes grows with the square of the depth.
_DEEPEST = 256

_BLANK, _CELL, _LINE, _PARAGRAPH = 1, 2, 3, 4
_GAPS = ("", " ", "\t", "\n", "\n\n")
_WHITE = " \t\n\f\r"
_SPACES = re.compile(f"[{_WHITE}]+")
_HIDING = re.compile(
    r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE
)

_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "sailthru.date",
    "parsely-pub-date",
    "article.published",
)
_TITLE_PARTS = re.compile(r"\s+(?:[|–—·»-]|::)\s+")


def read_html(content: bytes) -> Reading:
    """Reads an HTML file: the text of its article, title and date. DocumentError if not text."""
    return _read(decode(content, _declared(content)))


def read_xhtml(content: bytes) -> Reading:
    """Reads an XHTML file, in which any element may be written `<like-this/>`."""
    source = decode(content, _declared(content))
    # An HTML parser takes such a tag for an open one and swallows what follows.
    return _read(_TAG.sub(_closed, source))


def page_text(source: str) -> str:
    """The main text of a page."""
    from selectolax.lexbor import LexborHTMLParser

    return _main_text(LexborHTMLParser(_shallow(source))).text


def chapter_text(content: bytes) -> str:
    """The text of a chapter of a book, which is XHTML: all of it, with notes and asides."""
    from selectolax.lexbor import LexborHTMLParser

    source = _TAG.sub(_closed, decode(content, _declared(content)))
    page = LexborHTMLParser(_shallow(source))
    return _Text(page.body or page.root, kept=_BESIDE - {"nav"}).text


def fragment_text(source: str) -> str:
    """The text of a piece of HTML."""
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(_shallow(source))
    return _Text(page.body or page.root).text


def _declared(content: bytes) -> str | None:
    match = _DECLARED.search(content[:4096])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def _closed(match: re.Match[str]) -> str:
    slash, name, attributes = match.groups()
    if slash or not attributes.endswith("/") or name.lower() in ("br", "hr", "img", "meta", "link"):
        return match[0]
    return f"<{name}{attributes[:-1]}></{name}>"


def _read(source: str) -> Reading:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(_shallow(source))
    main = _main_text(page)
    text, headline = main.text, None
    if len(main.headings) == 1:
        headline = title_span(text, *main.headings[0])
    if headline is None:
        text, headline = with_title(_stated_title(page, text), text)
    return Reading(text, headline, _stated_date(page))


def _shallow(source: str) -> str:
    """`source` without the tags of elements nested deeper than `_DEEPEST`."""
    if source.count("<") <= _DEEPEST:
        return source
    depth = 0

    def kept(match: re.Match[str]) -> str:
        nonlocal depth
        slash, name, attributes = match.groups()
        if name.lower() in _FLAT or attributes.endswith("/"):
            return match[0]
        if slash:
            depth = max(0, depth - 1)
            return match[0] if depth < _DEEPEST else " "
        depth += 1
        return match[0] if depth <= _DEEPEST else " "

    return _TAG.sub(kept, source)


def _main_text(page: LexborHTMLParser) -> _Text:
    """The text of the article where the page says what that is, else of the whole page."""
    whole = _careful(page.body or page.root)
    if not whole.text:
        return _Text(page.body or page.root, kept=_BESIDE)
    articles = [node for node in page.css("article") if not _inside(node, "article")]
    mains = page.css("main, [role=main]")
    # Several articles are a list of them, or one with teasers for others.
    root = articles[0] if len(articles) == 1 else mains[0] if mains else None
    if root is not None:
        part = _careful(root)
        # A marked part with little of the text is a teaser; nothing is to be lost.
        if 4 * len(part.text) >= len(whole.text):
            return part
    return whole


def _careful(root: LexborNode | None) -> _Text:
    """The text below a node without the parts that names show to be beside it.

    If these were most of the text, the names mean something else, and all of it is kept.
    """
    text = _Text(root, names=True)
    if text.dropped:
        everything = _Text(root)
        if 2 * len(text.text) < len(everything.text):
            return everything
    return text


def _inside(node: LexborNode, *tags: str) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in tags:
            return True
        parent = parent.parent
    return False


class _Text:
    """The visible text below a node; `headings` are the places of its <h1> elements.

    Blocks are apart by a blank line, list items and table rows by a line end, cells by a tab.
    White space is collapsed as a browser does it, but for <pre>. Navigation, forms and what is
    beside the text are left out, unless `kept` names the elements beside the text to be kept. With
    `names`, so are parts that only a class or id tells of; `dropped` says whether there were any.
    """

    def __init__(
        self, root: LexborNode | None, *, kept: Set[str] = frozenset(), names: bool = False
    ) -> None:
        self._kept = kept
        self._names = names
        self.dropped = False
        self.headings: list[tuple[int, int]] = []
        self._pieces: list[str] = []
        self._length = 0
        self._gap = 0
        self._verbatim = 0  # how many <pre> are open
        self._lists: list[int] = []  # of each open list, how many items it has had
        self._marker = ""
        self._heading: int | None = None  # where the open <h1> begins; -1 before its first word
        if root is not None:
            self._walk(root)
        self.text = "".join(self._pieces)

    def _walk(self, root: LexborNode) -> None:
        # Not recursive: a page may be nested deeper than Python's stack.
        path: list[LexborNode] = []
        node: LexborNode | None = root
        while node is not None:
            if self._enter(node):
                below = node.first_child
                if below is not None:
                    path.append(node)
                    node = below
                    continue
                self._leave(node)
            while path and node.next is None:
                node = path.pop()
                self._leave(node)
            node = node.next if path else None

    def _enter(self, node: LexborNode) -> bool:
        """Takes in a node; True if what is below it is wanted too."""
        tag = node.tag
        if tag == "-text":
            self._add(node.text_content or "")
            return False
        if not tag or tag[0] in "-!" or self._unwanted(node, tag):
            if tag in _BLOCKS_SKIPPED:
                self._gap = max(self._gap, _PARAGRAPH)
            return False
        self._open_gap(tag)
        if tag == "br":
            self._gap = _PARAGRAPH if self._gap >= _LINE else _LINE
        elif tag == "pre":
            self._verbatim += 1
        elif tag == "h1":
            self._heading = -1
        elif tag in ("ul", "ol"):
            self._lists.append(0)
        elif tag == "li" and self._lists:
            self._lists[-1] += 1
            ordered = node.parent is not None and node.parent.tag == "ol"
            self._marker = f"{self._lists[-1]}. " if ordered else "- "
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        self._open_gap(tag)
        if tag == "pre":
            self._verbatim -= 1
        elif tag == "h1":
            if self._heading is not None and self._heading >= 0:
                self.headings.append((self._heading, self._length))
            self._heading = None
        elif tag in ("ul", "ol"):
            self._lists.pop()
        elif tag == "li":
            self._marker = ""

    def _unwanted(self, node: LexborNode, tag: str) -> bool:
        if self._kept:
            return tag in _SKIPPED and tag not in self._kept
        if tag in _SKIPPED:
            return True
        if tag == "form" and node.css_first("article, main, h1") is None:
            return True  # but some systems wrap the whole page in a form
        if tag == "header" and not _inside(node, "article", "main"):
            return True
        attributes = node.attributes
        if not attributes:
            return False
        if (
            "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or _HIDING.search((attributes.get("style") or "")[:1000])
            or has_role_beside(attributes)
        ):
            return True
        if self._names and ("class" in attributes or "id" in attributes):
            beside = is_named_beside(node, attributes)
            self.dropped = self.dropped or beside
            return beside
        return False

    def _open_gap(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._gap = max(self._gap, _CELL)
        elif tag in _LINES:
            self._gap = max(self._gap, _LINE)
        elif tag not in _INLINE and tag != "br":
            # In a list, items stay one a line even if they are paragraphs.
            inside = self._lists and tag in ("p", "div")
            self._gap = max(self._gap, _LINE if inside else _PARAGRAPH)

    def _add(self, data: str) -> None:
        # Soft hyphens only say where a word may be broken.
        data = clean(data).replace("\u00ad", "")
        if self._verbatim:
            core = data if self._pieces else data.lstrip("\n")
        else:
            words = data.strip(_WHITE)
            visible = bool(words.strip())  # a paragraph of no-break spaces is an empty one
            if data and (data[0] in _WHITE or not visible):
                self._gap = max(self._gap, _BLANK)
            core = _SPACES.sub(" ", words) if visible else ""
        if not core:
            return
        gap = _GAPS[self._gap] if self._pieces else ""
        self._pieces += (gap, self._marker, core)
        self._length += len(gap) + len(self._marker) + len(core)
        if self._heading == -1:
            self._heading = self._length - len(core)
        self._marker = ""
        self._gap = _BLANK if not self._verbatim and data[-1] in _WHITE else 0


def _stated_title(page: LexborHTMLParser, text: str) -> str:
    """The title that the page gives for itself, without the site's name where that shows."""
    node = page.css_first("title")
    titles = [*_meta(page, "og:title", "twitter:title"), node.text() if node else ""]
    titles = [clean(title) for title in titles if collapsed(title)]
    for title in titles:
        # "The headline | The site": the part that stands in the text is the headline.
        cuts = [match.start() for match in _TITLE_PARTS.finditer(title[:1000])][-3:]
        for part in (title, *(title[:cut] for cut in reversed(cuts))):
            if place_of(part, text):
                return part
    for heading in page.css("h1")[:2] if not titles else ():
        return clean(heading.text())
    return titles[0] if titles else ""


def _meta(page: LexborHTMLParser, *names: str) -> Iterator[str]:
    """The contents of <meta> elements of these names, in the order of the names."""
    found: dict[str, str] = {}
    for node in page.css("meta[content]"):
        attributes = node.attributes
        for key in ("property", "name", "itemprop"):
            name = (attributes.get(key) or "").lower()
            found.setdefault(name, attributes.get("content") or "")
    return (found[name] for name in names if name in found)


def _stated_date(page: LexborHTMLParser) -> str | None:
    """The day on which the page says it was published."""
    times = (node.attributes.get("datetime") or node.text() for node in page.css("time")[:20])
    for source in (_meta(page, *_META_DATES), _linked_dates(page), times):
        for value in source:
            day = written_date(value)
            if day:
                return day
    return None


def _linked_dates(page: LexborHTMLParser) -> Iterator[str]:
    """What the JSON-LD of the page gives as `datePublished`."""
    for node in page.css('script[type="application/ld+json"]'):
        try:
            waiting: list[Any] = [json.loads(node.text())]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop()
            if isinstance(value, dict):
                if isinstance(value.get("datePublished"), str):
                    yield value["datePublished"]
                waiting += reversed(value.values())
            elif isinstance(value, list):
                waiting += reversed(value)
