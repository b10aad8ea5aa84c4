"""Every response carries the security headers."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

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
    "/login",
    "/logout",
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
