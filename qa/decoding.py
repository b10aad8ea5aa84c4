"""Bytes to clean text: which encoding they are in, and whether they are text at all.

The text that leaves here is final: line ends are "\\n"; there is no byte order mark, no control
character but newline and tab, and no lone surrogate.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from qa.errors import DocumentError

_BINARY = "is binary, not text"
_UNKNOWN = "is in an encoding that could not be recognised; save it as UTF-8"

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",  # ZIP and what is built on it: DOCX, EPUB, ODT
    b"PK\x05\x06",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",  # TIFF
    b"MM\x00*",
    b"\x1f\x8b\x08",  # gzip
    b"BZh9",
    b"\xfd7zXZ\x00",
    b"7z\xbc\xaf\x27\x1c",
    b"(\xb5/\xfd",  # Zstandard
    b"Rar!\x1a\x07",
    b"\x7fELF",
    b"MZ\x90\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # the old DOC, XLS, PPT
    b"SQLite format 3\x00",
    b"OggS\x00",
    b"ID3\x03",
    b"ID3\x04",
    b"wOFF",
    b"wOF2",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00\x20ftyp",
)

# Bytes that text in an ASCII-compatible encoding has no use for. Tab, line ends, backspace, form
# feed, Ctrl-Z and escape (terminal colours, ISO 2022) do turn up in text.
_NOISE = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1a\x1b")) + b"\x7f"
_NOISE_SHARE = 0.01

# The least share of characters common in any text; Chinese has little but its punctuation.
_COMMON_SHARE = 0.06

# How much of a file is looked at to guess its encoding, in bytes.
_SAMPLE = 16_384

_MULTIBYTE = ("big5", "cp932", "cp949", "cp950", "euc", "gb", "hz", "iso2022", "johab", "shift")

# Encodings of mainframes and mail headers, which a guess turns rubbish into.
_NEVER_GUESSED = ["cp037", "cp273", "cp424", "cp500", "cp875", "cp1026", "cp1140", "utf_7"]

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]|[\ud800-\udfff]")


def decode(content: bytes, declared: str | None = None) -> str:
    """The text of `content`, clean.

    `declared` is the encoding that the file names itself, if it does; it is believed unless the
    bytes contradict it. Raises DocumentError for binary files and unknown encodings.
    """
    return clean(decode_records(content, declared))


def decode_records(content: bytes, declared: str | None = None) -> str:
    """As `decode`, but not clean: for files in which a line end means the end of a record.

    What ends a line only on paper, such as U+2028, may stand inside of a record.
    """
    if content.startswith(_MAGIC):
        raise DocumentError(_BINARY)
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            text = _strict(content[len(mark) :], encoding)
            if text is None:
                name = encoding.removesuffix("-le").removesuffix("-be").upper()
                raise DocumentError(f"is marked as {name} but is damaged; save it as UTF-8")
            return _text_only(text)
    if _noise(content) > _NOISE_SHARE:
        return _text_only(_wide(content))
    return _text_only(_narrow(content, declared))


def is_binary(content: bytes) -> bool:
    """Whether `content` cannot be text in an encoding that contains ASCII."""
    return content.startswith(_MAGIC) or _noise(content[:_SAMPLE]) > _NOISE_SHARE


def clean(text: str) -> str:
    """`text` with "\\n" line ends and without control characters or lone surrogates.

    C1 controls are read as the Windows-1252 characters they almost always were, as browsers do.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub(_replaced, text)


def _replaced(match: re.Match[str]) -> str:
    character = match[0]
    if character in "\x0b\u2028":
        return "\n"
    if character in "\x0c\u2029":
        return "\n\n"
    if "\x80" <= character <= "\x9f":
        mended = bytes([ord(character)]).decode("cp1252", "replace")
        return " " if mended == "\ufffd" else mended
    return "\ufffd" if character >= "\ud800" else " "


def _text_only(text: str) -> str:
    """`text` without its mark; DocumentError where too much of it is control characters."""
    if _noise(text[:_SAMPLE].encode("utf-8", "replace")) > _NOISE_SHARE:
        raise DocumentError(_BINARY)
    return text.removeprefix("\ufeff")


def _noise(content: bytes) -> float:
    return 1 - len(content.translate(None, _NOISE)) / len(content) if content else 0.0


def _strict(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _wide(content: bytes) -> str:
    """Text in UTF-16 or UTF-32 without a byte order mark, known by what is common in any text."""
    best, common = None, _COMMON_SHARE
    for encoding, width in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        if len(content) % width:
            continue
        sample = _strict(content[:_SAMPLE], encoding)
        if sample is None:  # perhaps the sample ends inside a surrogate pair
            sample = _strict(content[: _SAMPLE - width], encoding)
        if sample is None or len(sample) < 4:
            continue
        strange = sum(
            unicodedata.category(character) in ("Cc", "Cn", "Co") and character not in "\t\n\r\f"
            for character in sample
        )
        share = sum(map(_is_common, sample)) / len(sample)
        if strange <= _NOISE_SHARE * len(sample) and share > common:
            best, common = encoding, share
    text = _strict(content, best) if best else None
    if text is None:
        raise DocumentError(_BINARY)
    return text


def _is_common(character: str) -> bool:
    # ASCII, Latin-1, Latin Extended-A, Greek to Arabic, and the punctuation and kana of East Asia.
    # With their bytes swapped, these are characters that hardly any text holds.
    return (
        " " <= character <= "~"
        or character in "\t\n\r"
        or "\u00a0" <= character <= "\u017f"
        or "\u0370" <= character <= "\u06ff"
        or "\u3000" <= character <= "\u30ff"
        or "\uff01" <= character <= "\uff65"
    )


def _narrow(content: bytes, declared: str | None) -> str:
    """Text in an encoding that contains ASCII."""
    stated = _trusted(declared)
    utf8 = _strict(content, "utf-8")
    # A page that was converted to UTF-8 often keeps the old statement; hardly any text in an
    # encoding of one byte a character is valid UTF-8 by chance.
    if stated and (utf8 is None or stated.startswith(_MULTIBYTE)):
        text = _strict(content, stated)
        if text is not None:
            return text
    if utf8 is not None:
        # ISO 2022 is written in ASCII bytes, and so is valid UTF-8.
        japanese = _strict(content, "iso2022_jp_2") if b"\x1b$" in content else None
        return utf8 if japanese is None else japanese
    text = _damaged_utf8(content)
    if text is not None:
        return text
    sample = _sample(content)
    for encoding in (*_latin(sample), *_guessed(sample)):
        text = _strict(content, encoding)
        if text is not None:
            return text
    raise DocumentError(_UNKNOWN)


def _trusted(declared: str | None) -> str | None:
    """The codec for a stated encoding, or None for what is no character encoding of its own."""
    try:
        name = codecs.lookup(declared.strip()).name if declared else ""
    except (LookupError, ValueError):
        return None
    # What browsers take these names to mean: each is a superset of the one named.
    name = {
        "ascii": "cp1252",
        "iso8859-1": "cp1252",
        "iso8859-9": "cp1254",
        "iso8859-11": "cp874",
        "gb2312": "gb18030",
        "gbk": "gb18030",
        "shift_jis": "cp932",
        "euc_kr": "cp949",
    }.get(name, name)
    return name if name.startswith(("iso8859", "cp", "koi8", "mac", *_MULTIBYTE)) else None


def _damaged_utf8(content: bytes) -> str | None:
    """UTF-8 in which very few characters are broken: those become U+FFFD, the rest stays right."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return text if sound >= 20 * broken else None


def _sample(content: bytes) -> bytes:
    """A part of `content` that holds some of its non-ASCII bytes, cut at blanks or line ends."""
    first = re.search(rb"[\x80-\xff]", content)
    start = max(0, first.start() - 512) if first else 0
    sample = content[start : start + _SAMPLE]
    if start and (blank := re.search(rb"\s", sample[:512])):
        sample = sample[blank.end() :]
    if start + _SAMPLE < len(content):
        cut = max(sample.rfind(b" "), sample.rfind(b"\n"))
        sample = sample[:cut] if cut > len(sample) // 2 else sample
    return sample


_QUOTES = "’‘“”„–—…«»‹›•€£§°©®™·\u00a0"
_WESTERN = frozenset("àâäæçèéêëìîïñòôöœøùûüåÿßáíóúãðþºª¡¿ÀÂÄÆÇÈÉÊËÌÎÏÑÒÔÖŒØÙÛÜÅÁÍÓÚÃÐÞ" + _QUOTES)
_TURKISH = frozenset("âçğıîöşûüÂÇĞİÎÖŞÛÜ" + _QUOTES)
_CENTRAL = frozenset(
    "áäâăąćčçďđéěęëíîĺľłńňóôöőŕřśšşťţúůüűýźžżßÁÄÂĂĄĆČÇĎĐÉĚĘËÍÎĹĽŁŃŇÓÔÖŐŔŘŚŠŞŤŢÚŮÜŰÝŹŽŻ" + _QUOTES
)
_MISPLACED = re.compile(r"[^\W\d_][¿¡ºª«»„…€£§°](?=[^\W\d_])")

# The likeliest first: of equals the first wins.
_LATIN = (
    ("cp1252", _WESTERN),
    ("cp1254", _TURKISH),
    ("cp1250", _CENTRAL),
    ("iso8859-2", _CENTRAL),
    ("mac-roman", _WESTERN),
    ("cp850", _WESTERN),
)


def _latin(sample: bytes) -> tuple[str, ...]:
    """The one-byte encodings in which a mostly ASCII sample makes sense, best first.

    charset-normalizer takes short French for Polish: it sees too few accents to tell. What letters
    a language writes tells them apart: "ê" and "è" are common, "³" and "¹" inside words are not.
    """
    letters = len(re.findall(rb"[A-Za-z]", sample))
    high = len(re.findall(rb"[\x80-\xff]", sample))
    if high == 0 or letters < high:
        return ()
    scored = []
    for order, (encoding, expected) in enumerate(_LATIN):
        text = _strict(sample, encoding)
        if text is None:
            continue
        hits = sum(character in expected for character in text if character > "\x7f")
        # A symbol inside a word is a letter of another encoding.
        hits -= len(_MISPLACED.findall(text))
        if expected is _WESTERN:
            # "õ" is Portuguese in "ões" and "õe"; elsewhere it is nearly always a Hungarian "ő".
            hits += len(re.findall("õe|Õ[Ee]", text))
        if hits >= 0.9 * high:
            scored.append((-hits, order, encoding))
    return tuple(encoding for _, _, encoding in sorted(scored))


def _guessed(sample: bytes) -> list[str]:
    from charset_normalizer import from_bytes

    return [match.encoding for match in from_bytes(sample, cp_exclusion=_NEVER_GUESSED)]
