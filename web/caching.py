"""What a client may keep: an ETag from the version of the index, and 304 while that is the same."""

from __future__ import annotations

from flask import Response, request

from . import engine


def unchanged(kind: str = "json") -> Response | None:
    """304 without a body if the client holds what it would be sent now as `kind`, else None.

    To be asked once the request is known to be well-formed, and before the work is done.
    """
    held = request.if_none_match
    if held.star_tag or not held.contains_weak(_tag(kind)):
        return None
    response = Response(status=304)
    return tagged(response, kind)


def tagged(response: Response, kind: str = "json") -> Response:
    """`response` with its tag. It is a weak one: the time that an answer took is not told by it."""
    response.set_etag(_tag(kind), weak=True)
    return response


def _tag(kind: str) -> str:
    return f"{engine.state()}-{kind}"
