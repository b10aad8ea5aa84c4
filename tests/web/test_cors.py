"""Pages of other sites may read the API if the operator named their origin, and only then."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import OptionError
from web import create_app
from web.cors import origin

ORIGIN = "https://intranet.example"
PATHS = ["/ask?q=Why", "/ask", "/documents", "/documents/seed", "/readyz", "/suggestions"]
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}


@pytest.fixture
def opened(bot: Any) -> FlaskClient:
    return create_app(bot, {"CORS": (ORIGIN, "http://localhost:3000")}).test_client()


@pytest.mark.parametrize("path", [*PATHS, "/"])
def test_nobody_may_unless_asked_for(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": ORIGIN})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]
    assert "Origin" not in response.headers.get("Vary", "")
    preflight = client.options("/ask", headers=PREFLIGHT)
    assert not [name for name, _ in preflight.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("path", PATHS)
def test_an_origin_that_was_named_may_read_answers_and_errors(
    opened: FlaskClient, path: str
) -> None:
    response = opened.get(path, headers={"Origin": ORIGIN})
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "X-Request-ID" in response.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize(
    "other", ["https://evil.example", "http://intranet.example", f"{ORIGIN}.evil", "null", ""]
)
def test_other_origins_may_not(opened: FlaskClient, other: str) -> None:
    response = opened.get("/ask?q=Why", headers={"Origin": other})
    assert "Access-Control-Allow-Origin" not in response.headers
    assert "Origin" in response.headers["Vary"]
    preflight = opened.options("/ask", headers=PREFLIGHT | {"Origin": other})
    assert "Access-Control-Allow-Methods" not in preflight.headers


def test_the_pages_are_not_part_of_it(opened: FlaskClient) -> None:
    response = opened.get("/?q=Why", headers={"Origin": ORIGIN})
    assert "Access-Control-Allow-Origin" not in response.headers


def test_a_browser_may_ask_first_whether_it_may_post(opened: FlaskClient) -> None:
    response = opened.options("/ask", headers=PREFLIGHT)
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


def test_any_origin(bot: Any) -> None:
    client = create_app(bot, {"CORS": ("*",)}).test_client()
    response = client.get("/ask?q=Why", headers={"Origin": "https://wherever.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("*", "*"),
        ("https://Intranet.Example/", "https://intranet.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://a.example:443", "https://a.example"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_origins_are_written_as_browsers_do(text: str, meant: str) -> None:
    assert origin(text) == meant


@pytest.mark.parametrize("text", ["", "intranet.example", "https://", "https://a/b", "null", "a b"])
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(OptionError, match="is no origin"):
        origin(text)
