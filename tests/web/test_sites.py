"""Pages of other sites cannot send what costs or changes something."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from web import create_app

ASKED = {"question": "Why"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # another port of this machine, for one
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "nonsense"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_other_sites_are_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    for path in ("/ask", "/login", "/logout"):
        response = client.post(path, json=ASKED, headers=headers)
        assert response.status_code == 403
    assert client.get("/ask?q=Why", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},  # a proxy took off the encryption
        {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8000"},
        {"Origin": "http://[::1]:8000", "Host": "[::1]:8000"},
    ],
)
def test_own_pages_and_programs_are_not(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/ask", json=ASKED, headers=headers).status_code == 200


def test_sites_that_the_operator_named_may_ask(bot: Any) -> None:
    client = create_app(bot, {"CORS": ("https://intranet.example",)}).test_client()
    sent = {"Sec-Fetch-Site": "cross-site", "Origin": "https://intranet.example"}
    assert client.post("/ask", json=ASKED, headers=sent).status_code == 200
    assert client.post("/login", data={}, headers=sent).status_code == 403
