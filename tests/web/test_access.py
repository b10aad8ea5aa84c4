"""The token: who shows it is answered, nobody else is, and it is never told."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import OptionError
from web import create_app
from web.access import COOKIE, token

TOKEN = "correct-horse/battery=staple"
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
GUARDED = ["/", "/?q=Why", "/ask?q=Why", "/suggestions", "/documents", "/documents/seed",
           "/openapi.json", "/nothing"]  # fmt: skip


@pytest.fixture
def client(bot: Any) -> FlaskClient:
    return create_app(bot, {"TOKEN": TOKEN}).test_client()


def bearer(shown: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shown}"}


@pytest.mark.parametrize("path", GUARDED)
def test_without_the_token_nothing_is_told(client: FlaskClient, path: str) -> None:
    asked = client.get(path, headers={"Accept": "application/json"})
    page = client.get(path, headers=BROWSER)
    assert asked.status_code == page.status_code == 401
    assert asked.headers["WWW-Authenticate"].startswith("Bearer")
    assert asked.content_type == "application/problem+json"
    assert "Pashinyan" not in asked.text + page.text
    assert TOKEN not in asked.text + page.text


@pytest.mark.parametrize("path", GUARDED)
def test_with_it_all_is(client: FlaskClient, path: str) -> None:
    expected = 404 if path == "/nothing" else 200
    assert client.get(path, headers=bearer(TOKEN)).status_code == expected
    assert client.get(path, headers={"Authorization": f"bearer  {TOKEN} "}).status_code == expected


@pytest.mark.parametrize(
    "sent",
    [
        bearer(""),
        bearer(TOKEN[:-1]),
        bearer(TOKEN + "x"),
        bearer(TOKEN.upper()),
        bearer("ü€"[:1]),
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Cookie": f"{COOKIE}={TOKEN}"},
        {"Cookie": f"{COOKIE}="},
    ],
)
def test_anything_else_is_refused(client: FlaskClient, sent: dict[str, str]) -> None:
    assert client.get("/ask?q=Why", headers=sent).status_code == 401
    assert client.post("/ask", json={"question": "Why"}, headers=sent).status_code == 401


def test_the_token_counts_in_no_address(client: FlaskClient) -> None:
    for name in ("token", "access_token", "q"):
        assert client.get("/documents", query_string={name: TOKEN}).status_code == 401
    assert client.get("/login", query_string={"token": TOKEN}).headers.get("Set-Cookie") is None


def test_signs_of_life_need_none_and_tell_nothing(client: FlaskClient) -> None:
    assert client.get("/livez").status_code == 200
    assert client.get("/readyz").json == {"status": "ready"}
    assert "index" in client.get("/readyz", headers=bearer(TOKEN)).json
    assert client.get("/static/style.css", buffered=True).status_code == 200


def test_a_reader_logs_in_and_out(client: FlaskClient) -> None:
    asked = client.get("/?q=Why", headers=BROWSER)
    assert 'name="next" value="/?q=Why"' in asked.text

    response = client.post("/login", data={"token": f" {TOKEN}", "next": "/?q=Why"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/?q=Why"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert client.get("/?q=Why").status_code == 200
    assert "Log out" in client.get("/").text

    assert client.post("/logout").status_code == 303
    assert client.get("/").status_code == 401


def test_over_an_encrypted_line_the_cookie_stays_on_it(client: FlaskClient) -> None:
    response = client.post("/login", data={"token": TOKEN}, base_url="https://localhost")
    assert "Secure" in response.headers["Set-Cookie"]


@pytest.mark.parametrize("shown", ["", "wrong", TOKEN + "\0", "\ud800", "ü"])
def test_a_wrong_token_opens_nothing(client: FlaskClient, shown: str) -> None:
    raw = {"token": shown.encode("utf-8", "surrogatepass")}
    response = client.post("/login", data=raw)
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "onward",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "",
     "/\t/evil.example", "/a\r\nSet-Cookie: a=b", "evil"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(client: FlaskClient, onward: str) -> None:
    response = client.post("/login", data={"token": TOKEN, "next": onward})
    assert response.headers["Location"] == "/"


def test_a_cookie_is_worth_nothing_once_the_token_has_changed(
    client: FlaskClient, bot: Any
) -> None:
    cookie = client.post("/login", data={"token": TOKEN}).headers["Set-Cookie"].partition(";")[0]
    other = create_app(bot, {"TOKEN": "another"}).test_client()
    assert other.get("/", headers={"Cookie": cookie}).status_code == 401


def test_it_stands_in_no_error_and_no_log(
    bot: Any, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    bot.failure = RuntimeError("out of order")
    with caplog.at_level(logging.DEBUG):
        response = client.get("/ask?q=Why", headers=bearer(TOKEN))
    assert response.status_code == 500
    assert TOKEN not in response.text + caplog.text


def test_after_a_link_elsewhere_the_page_asks_again_with_the_cookie(client: FlaskClient) -> None:
    away = {"Sec-Fetch-Site": "cross-site"}
    assert "http-equiv" in client.get("/", headers=BROWSER | away).text
    assert "http-equiv" not in client.get("/", headers=BROWSER).text


@pytest.mark.parametrize("text", ["", " ", "two words", "horse\t", "ünicode", "line\n"])
def test_what_is_no_token(text: str) -> None:
    with pytest.raises(OptionError, match="secrets") as refused:
        token(text)
    assert not text.strip() or text.strip() not in str(refused.value)


def test_without_one_nothing_is_asked_for(bot: Any) -> None:
    client = create_app(bot).test_client()
    assert client.get("/ask?q=Why", headers=bearer("whatever")).status_code == 200
    assert "Log out" not in client.get("/").text
    assert client.post("/login", data={"token": "x"}).headers["Location"] == "/"
