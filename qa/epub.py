"""EPUB: a book's chapters in reading order, its title and date."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.archive import Archive
from qa.decoding import clean
from qa.errors import DocumentError
from qa.html import chapter_text
from qa.reading import Flaw, Reading, collapsed, with_title, written_date
from qa.xml import local, tree

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipInfo

# How much may come out of one book, in bytes.
_MOST = 256 << 20

_CHAPTERS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")


def read_epub(content: bytes) -> Iterator[Reading | Flaw]:
    """Reads a `.epub` file. DocumentError if it is none, or is protected against copying."""
    archive = Archive(content, _MOST, "EPUB book")
    members = archive.named()
    place = _package_place(archive, members)
    package = tree(archive.read(members[place]))
    locked = _locked(archive, members)
    texts: list[str] = []
    lost = protected = 0
    for href in _spine(package):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(place), href))
        if name in locked:
            protected += 1
            continue
        try:
            texts.append(chapter_text(archive.read(members[name])))
        except (KeyError, DocumentError):
            lost += 1
    text = "\n\n".join(text for text in texts if text)
    count = len(texts) + lost + protected
    if not text:
        if protected:
            raise DocumentError("is protected against copying (DRM), so its text cannot be read")
        raise DocumentError(
            f"has {count} chapters, none of which can be read" if lost else "is empty"
        )
    text, headline = with_title(_first(package, "title"), text)
    yield Reading(text, headline, _date(package))
    if lost or protected:
        yield Flaw(f"{lost + protected} of its {count} chapters cannot be read")


def _package_place(archive: Archive, members: dict[str, ZipInfo]) -> str:
    """The name of the member that lists all others."""
    container = members.get("META-INF/container.xml")
    if container is not None:
        from urllib.parse import unquote

        for node in tree(archive.read(container)).iter():
            if local(node.tag) == "rootfile":
                place = posixpath.normpath(unquote(node.get("full-path", "")))
                if place in members:
                    return place
    for name in members:
        if name.lower().endswith(".opf"):
            return name
    raise DocumentError("is no EPUB book, or a damaged one: its table of contents is missing")


def _spine(package: Element) -> Iterator[str]:
    """The places of the chapters, relative to the package, in the order of reading."""
    items: dict[str, str] = {}
    order: list[str] = []
    for node in package.iter():
        tag = local(node.tag)
        if tag == "item" and "nav" not in node.get("properties", "").split():
            kind = node.get("media-type", "").lower()
            if kind in _CHAPTERS:
                items.setdefault(node.get("id", ""), node.get("href", ""))
        elif tag == "itemref":
            order.append(node.get("idref", ""))
    # Each once: a spine may name the same chapter any number of times.
    for name in dict.fromkeys(order or items):
        if name in items:
            yield _path_of(items[name])


def _path_of(href: str) -> str:
    from urllib.parse import unquote, urlsplit

    try:
        return unquote(urlsplit(href).path)
    except ValueError:
        return unquote(href)


def _locked(archive: Archive, members: dict[str, ZipInfo]) -> set[str]:
    """The names of members that are encrypted; fonts often are, and do not matter."""
    listed = members.get("META-INF/encryption.xml")
    if listed is None:
        return set()
    return {
        posixpath.normpath(_path_of(node.get("URI", "")))
        for node in tree(archive.read(listed)).iter()
        if local(node.tag) == "CipherReference"
    }


def _first(package: Element, name: str) -> str:
    """The first metadata entry of this name; empty if there is none."""
    for node in package.iter():
        if local(node.tag) == name and node.text and node.text.strip():
            return collapsed(clean(node.text))
    return ""


def _date(package: Element) -> str | None:
    """The day of publication, or else the first day that is given."""
    found: list[tuple[bool, str]] = []
    for node in package.iter():
        if local(node.tag) == "date" and (day := written_date(clean(node.text or ""))):
            events = [value for key, value in node.attrib.items() if local(key) == "event"]
            if "modification" not in events:
                found.append(("publication" not in events, day))
    return min(found, key=lambda entry: entry[0])[1] if found else None
