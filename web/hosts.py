"""Under which names the server answers: the check of the Host header, and what is loopback.

Without the check, a page elsewhere could point a name of its own at this server and read answers
(DNS rebinding). That needs a name: an address that stands in the header itself proves nothing, but
gives nothing away either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import Flask, current_app, request
from werkzeug.exceptions import BadRequest

from qa import OptionError

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ADDRESSES = "any address"  # among names: whatever is an address, not a name

_PORT = re.compile(r":[0-9]{0,5}\Z")
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)


def install(app: Flask) -> None:
    """Checks the Host header of every request to `app`."""
    app.before_request(_check)


def hosts(host: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What `HOSTS` should be for a server bound to `host` that has these `names`, too.

    Bound to every address of the machine, it answers under each of them. Raises OptionError if
    one of `names` cannot stand in a Host header.
    """
    for name in names:
        if not _NAME.fullmatch(name):
            raise OptionError(f"{name!r} is no host name; write it as answers.example.org")
    own = LOOPBACK if is_loopback(host) else (*LOOPBACK, written(host).lower())
    wildcard = (ADDRESSES,) if host in ("0.0.0.0", "::") else ()
    return (*dict.fromkeys((*own, *(name.lower() for name in names))), *wildcard)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what is bound to `host`."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def written(host: str) -> str:
    """A name or address as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _check() -> None:
    names = current_app.config["HOSTS"]
    if names is None:
        return
    name = _PORT.sub("", request.environ.get("HTTP_HOST", "")).lower()
    if name in names or (ADDRESSES in names and _address(name.strip("[]")) is not None):
        return
    raise BadRequest(
        "This server does not answer under the name in the Host header. Use the address that it "
        "printed when it started, or start it with --name for each further name."
    )


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
