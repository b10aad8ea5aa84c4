"""Every response carries the security headers; foreign Host headers are refused."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from web import create_app

PATHS = [
    "/",
    "/?q=Why",
    "/?q=",
    "/ask?q=Why",
    "/ask",
    "/documents",
    "/documents/seed",
    "/nothing",
    "/livez",
    "/openapi.json",
    "/suggestions",
    "/static/chat.js",
    "/static/style.css",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_response_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("path", ["/", "/?q=Why", "/?q=evil", "/documents/seed", "/nothing"])
def test_pages_hold_nothing_the_policy_would_block(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).text

    assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", page)
    assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=\"", re.sub(r'="[^"]*"', '=""', page))
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:1"])
def test_loopback_names_are_served(client: FlaskClient, host: str) -> None:
    assert client.get("/livez", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "[::1].evil", "a b", ""]
)
def test_other_names_are_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/livez", headers={"Host": host}).status_code == 400


def test_names_can_be_chosen(bot: Any) -> None:
    named = create_app(bot, {"HOSTS": ("bot.example",)}).test_client()
    any_name = create_app(bot, {"HOSTS": None}).test_client()

    assert named.get("/livez", headers={"Host": "bot.example"}).status_code == 200
    assert named.get("/livez", headers={"Host": "localhost"}).status_code == 400
    assert any_name.get("/livez", headers={"Host": "whatever"}).status_code == 200
