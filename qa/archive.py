"""Packed files: gzip and zip, opened in memory and never unpacked to disk.

Names in archives are labels only, never places in a file system. What an archive says of its own
size is not believed: reading stops where a limit is reached.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from qa.errors import DocumentError
from qa.reading import Flaw, Part

if TYPE_CHECKING:
    from zipfile import ZipInfo

# How much may come out of one archive altogether, in bytes.
MOST = 1 << 30

# Text shrinks to a tenth, seldom to a hundredth. What swells by more than this is an attack, or
# holds nothing worth reading; small files may do as they like.
_SWELLS = 250
_SMALL = 16 << 20

_CHUNK = 1 << 16

_STORED, _DEFLATED = 0, 8
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800

_TOO_MUCH = f"unpacks to more than {MOST >> 30} GiB; unpack it yourself and split it"
_BOMB = f"unpacks to more than {_SWELLS} times its size, as attacks do, and is not read"
_DAMAGED = "is damaged and cannot be unpacked"


class Archive:
    """A zip archive, or a format that is built on one.

    Altogether no more than `most` bytes are unpacked.
    """

    def __init__(self, content: bytes, most: int = MOST, kind: str = "zip archive") -> None:
        """Opens the archive in `content`. DocumentError if that is no `kind`, or is damaged."""
        from zipfile import BadZipFile, ZipFile

        try:
            self._zip = ZipFile(BytesIO(content))
        # Broken numbers and names in a directory surface as errors of many kinds.
        except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise DocumentError(f"is no {kind}, or a damaged one") from error
        self._left = most
        self.members = [info for info in self._zip.infolist() if info.filename[-1:] != "/"]

    def read(self, member: ZipInfo) -> bytes:
        """The bytes of one member. DocumentError with the reason if it cannot be unpacked."""
        from zipfile import BadZipFile

        if member.flag_bits & _ENCRYPTED:
            raise DocumentError("is encrypted: unpack it with its password, then index again")
        if member.compress_type not in (_STORED, _DEFLATED):
            # The others can swell a few bytes to any size in one step.
            raise DocumentError("is packed with a method that is not read; pack it anew")
        if member.file_size > max(_SMALL, _SWELLS * member.compress_size):
            raise DocumentError(_BOMB)
        if member.file_size > self._left:
            raise DocumentError(_TOO_MUCH)
        pieces = []
        try:
            with self._zip.open(member) as stream:
                while piece := stream.read(_CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise DocumentError(_TOO_MUCH)
                    pieces.append(piece)
        except (
            BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zlib.error
        ) as error:  # fmt: skip
            raise DocumentError(_DAMAGED) from error
        return b"".join(pieces)

    def named(self) -> dict[str, ZipInfo]:
        """The members by name, as the formats built on zip want it: of equal names the last."""
        return {member_name(member): member for member in self.members}


def member_name(member: ZipInfo) -> str:
    """The name of a member; bytes that are no UTF-8 stand in it as lone surrogates."""
    name = member.orig_filename
    if member.flag_bits & _UTF8_NAME or name.isascii():
        return name
    try:
        # Without the mark a name should be in the code page of DOS, but is in UTF-8 as a rule.
        return name.encode("cp437").decode("utf-8", "surrogateescape")
    except UnicodeError:
        return name


def read_zip(content: bytes) -> Iterator[Part | Flaw]:
    """The files in a `.zip` file. DocumentError if it is none or holds no file."""
    archive = Archive(content)
    if not archive.members:
        raise DocumentError("is empty")
    for member in archive.members:
        yield Part(member_name(member), partial(archive.read, member))


def read_gzip(content: bytes) -> Iterator[Part | Flaw]:
    """The one file in a `.gz` file, as far as it can be unpacked. DocumentError if it is none."""
    unpacked, reason = _gunzipped(content)
    yield Part("", lambda: unpacked)
    if reason:
        yield Flaw(reason)


def _gunzipped(content: bytes) -> tuple[bytes, str | None]:
    """What `content` unpacks to, and what is wrong with the rest of it."""
    from gzip import GzipFile

    most = min(MOST, max(_SMALL, _SWELLS * len(content)))
    pieces = []
    size, reason = 0, None
    try:
        with GzipFile(fileobj=BytesIO(content)) as stream:
            while piece := stream.read(_CHUNK):
                pieces.append(piece)
                size += len(piece)
                if size > most:
                    raise DocumentError(_TOO_MUCH if most == MOST else _BOMB)
    except (OSError, EOFError, zlib.error) as error:
        if not size:
            raise DocumentError("is no gzip file, or a damaged one") from error
        reason = "is damaged: only what stands before the damage was read"
    return b"".join(pieces), reason
