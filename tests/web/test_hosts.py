"""Foreign Host headers are refused; names can be added."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import OptionError
from web import create_app
from web.hosts import hosts, is_loopback


def status(client: FlaskClient, host: str) -> int:
    return client.get("/livez", headers={"Host": host}).status_code


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_loopback_names_are_served(client: FlaskClient, host: str) -> None:
    assert status(client, host) == 200


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "[::1].evil", "a b", "", "me@localhost"),
        *("localhost:80:80", "localhost:1234567", "192.0.2.1", "127.0.0.1\x7f", "localhost/"),
    ],
)
def test_other_names_are_refused(client: FlaskClient, host: str) -> None:
    assert status(client, host) == 400


def test_names_can_be_chosen(bot: Any) -> None:
    named = create_app(bot, {"HOSTS": ("bot.example",)}).test_client()
    any_name = create_app(bot, {"HOSTS": None}).test_client()

    assert status(named, "bot.example") == 200
    assert status(named, "localhost") == 400
    assert status(any_name, "whatever") == 200


@pytest.mark.parametrize(
    ("host", "names", "served", "refused"),
    [
        ("127.0.0.1", (), "localhost:80", "192.0.2.1"),
        ("127.0.0.1", ("Bot.example",), "bot.example", "www.bot.example"),
        ("192.0.2.1", (), "192.0.2.1:8000", "192.0.2.2"),
        ("2001:db8::1", (), "[2001:db8::1]:8000", "[2001:db8::2]"),
        ("0.0.0.0", (), "192.0.2.1:8000", "evil.example"),
        ("::", ("bot.example",), "[2001:db8::1]:8000", "evil.example"),
        ("machine.example", (), "machine.example:8000", "192.0.2.1"),
    ],
)
def test_what_a_server_bound_there_answers_to(
    bot: Any, host: str, names: tuple[str, ...], served: str, refused: str
) -> None:
    client = create_app(bot, {"HOSTS": hosts(host, names)}).test_client()
    assert status(client, served) == status(client, "localhost") == 200
    assert status(client, refused) == 400


@pytest.mark.parametrize("name", ["", "*", "http://bot.example", "a b", "bot.example/", "a\nb"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(OptionError, match=r"answers\.example\.org"):
        hosts("127.0.0.1", (name,))


def test_what_is_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost", "LocalHost")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "10.0.0.1", "", "localhost.example")))
