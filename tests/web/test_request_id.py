"""Every response names its request."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask.testing import FlaskClient

PATHS = ["/", "/ask?q=Why", "/ask", "/documents/none", "/nothing", "/livez", "/static/style.css"]


@pytest.mark.parametrize("path", PATHS)
def test_a_well_formed_id_comes_back_on_answers_and_errors(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"X-Request-ID": "job-7:3/a"}, buffered=True)
    assert response.headers.getlist("X-Request-ID") == ["job-7:3/a"]


@pytest.mark.parametrize("sent", [None, "", " ", "a b", "é", "<b>", "x" * 129, 'a"b'])
def test_any_other_is_replaced_by_a_new_one(client: FlaskClient, sent: str | None) -> None:
    headers = {} if sent is None else {"X-Request-ID": sent}
    first, second = (client.get("/livez", headers=headers) for _ in range(2))
    assert len(first.headers["X-Request-ID"]) == 32
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_a_refused_host_has_one_too(client: FlaskClient) -> None:
    response = client.get("/livez", headers={"Host": "evil.example", "X-Request-ID": "a"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (400, "a")


def test_a_failure_is_logged_under_its_name(
    client: FlaskClient, bot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bot.failure = RuntimeError("broken")
    with caplog.at_level(logging.ERROR):
        response = client.get("/ask?q=Why", headers={"X-Request-ID": "job-8"})
    assert (response.status_code, response.headers["X-Request-ID"]) == (500, "job-8")
    assert "request job-8" in caplog.text
