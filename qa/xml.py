"""The XML inside of packages such as DOCX and EPUB, read so that it can do no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from qa.errors import DocumentError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element, XMLParser

_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class Events(Protocol):
    """What is told while a file is read, from its beginning to its end."""

    def start(self, tag: str, attributes: dict[str, str], /) -> object:
        """An element begins; names are "{namespace}name" where they have a namespace."""

    def end(self, tag: str, /) -> object:
        """An element ends."""

    def data(self, text: str, /) -> object:
        """Text, in pieces of any length."""


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition("}")[2]


def follow(content: bytes, events: Events) -> None:
    """Tells `events` what stands in `content`. DocumentError if it is damaged or defines entities.

    Nothing nests on Python's stack, however deep the elements are.
    """
    from xml.etree.ElementTree import XMLParser

    _feed(XMLParser(target=events), content)


def tree(content: bytes) -> Element:
    """The root element of `content`. DocumentError if it is damaged or defines entities."""
    from xml.etree.ElementTree import XMLParser

    root: Element = _feed(XMLParser(), content)
    return root


def _feed(parser: XMLParser[Any], content: bytes) -> Any:
    from xml.etree.ElementTree import ParseError

    try:
        wide = content.startswith(_WIDE)
        source = content.decode("utf-16") if wide else content.decode("utf-8", "surrogateescape")
        # Entities can swell to any size and name other files; what writes packages needs none.
        if "<!ENTITY" in source:
            raise DocumentError("defines XML entities, which are not read")
        parser.feed(source if wide else content)
        return parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise DocumentError("holds damaged XML") from error
