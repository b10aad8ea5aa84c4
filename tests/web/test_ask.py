"""`/ask`: answers, refusals and every way of asking wrongly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

QUESTION = "Who told Pashinyan about the session?"


def assert_problem(response: TestResponse, status: int, words: str = "") -> None:
    """The shape of every error: RFC 9457, four members, the status twice the same."""
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    problem = json.loads(response.text)
    assert set(problem) == {"type", "title", "status", "detail"}
    assert problem["status"] == status
    assert problem["title"]
    assert words in problem["detail"]
    assert "Traceback" not in response.text


def post(client: FlaskClient, body: Any, **headers: str) -> TestResponse:
    data = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return client.post("/ask", data=data, content_type="application/json", headers=headers)


def test_post_and_get_give_the_same_answer_object(client: FlaskClient) -> None:
    by_body = post(client, {"question": QUESTION})
    by_query = client.get("/ask", query_string={"q": QUESTION})

    assert by_body.status_code == by_query.status_code == 200
    assert by_body.content_type == "application/json"
    assert by_body.json == by_query.json
    assert by_body.json["answer"] == "Emmanuel Macron"


def test_a_refusal_is_no_error(client: FlaskClient) -> None:
    response = post(client, {"question": "What is the capital of Japan?"})

    assert response.status_code == 200
    assert response.json["answered"] is False
    assert response.json["answer"] is None
    assert "Japan" in response.json["reason"]


def test_options_reach_the_bot(client: FlaskClient, bot: Any) -> None:
    post(
        client,
        {
            "question": QUESTION,
            "k": 2,
            "documents": ["seed"],
            "since": "2023-01-01",
            "until": "2023-12-31",
            "history": [{"question": "Who?", "answer": "Macron"}, {"question": "And?"}],
        },
    )
    client.get("/ask?q=Why&k=3&document=seed&document=rtl.txt&since=2023-01-01&until=")

    assert bot.asked[0] == {
        "question": QUESTION,
        "k": 2,
        "documents": ("seed",),
        "since": "2023-01-01",
        "until": "2023-12-31",
        "history": (("Who?", "Macron"), ("And?", None)),
    }
    assert bot.asked[1]["documents"] == ("seed", "rtl.txt")
    assert bot.asked[1]["k"] == 3
    assert bot.asked[1]["until"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        [],
        b'"text"',
        None,
        {"question": None},
        {"question": 5},
        {"question": ["Who?"]},
        {"question": ""},
        {"question": " \n"},
        {"question": "x" * 2001},
        {"question": "a\0b"},
        {"question": "\ud800"},
        *({"question": "Who?", "k": k} for k in (0, -1, "x", "5", True, 1.5, 10**9, 1e9, None)),
        *({"question": "Who?", "since": day} for day in ("soon", 5, "\udfff", "", [])),
        {"question": "Who?", "until": "2023-02-30"},
        {"question": "Who?", "documents": "seed"},
        {"question": "Who?", "documents": [5]},
        {"question": "Who?", "documents": ["nowhere"]},
        {"question": "Who?", "documents": ["\ud800"]},
        {"question": "Who?", "documents": ["a"] * 1001},
        {"question": "Who?", "history": {}},
        {"question": "Who?", "history": ["Who?"]},
        {"question": "Who?", "history": [{"answer": "x"}]},
        {"question": "Who?", "history": [{"question": 1}]},
        {"question": "Who?", "history": [{"question": "\ud800"}]},
        {"question": "Who?", "history": [{"question": "Who?", "answer": 5}]},
        {"question": "Who?", "history": [{"question": "Who?"}] * 101},
        {"question": "Who?", "qestion": "a slip of the pen"},
        {"question": "Who?", "\ud800": 1},
    ],
    ids=lambda value: repr(value)[:60],
)
def test_values_without_meaning_give_422(client: FlaskClient, wrong: Any) -> None:
    assert_problem(post(client, wrong), 422)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%20",
        "q=a%00b",
        "q=" + "x" * 2001,
        "question=Who",
        "q=Who&K=3",
        "q=Who&q=When",
        *(f"q=Who&k={k}" for k in ("0", "-1", "x", "1.5", "1e9", "%D9%A5", "9" * 5000)),
        "q=Who&since=soon",
        "q=Who&document=nowhere",
    ],
    ids=lambda query: query[:40],
)
def test_parameters_without_meaning_give_422(client: FlaskClient, query: str) -> None:
    assert_problem(client.get(f"/ask?{query}"), 422)


def test_whole_numbers_may_be_written_with_a_point(client: FlaskClient, bot: Any) -> None:
    assert post(client, '{"question": "Why", "k": 2.0}').status_code == 200
    assert bot.asked[0]["k"] == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'question': 'Who?'}",
        b"\xff\xfe\xfd",
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 50_000,
        b'{"question": "Who?", "k": NaN}',
        b'{"question": "Who?", "k": -Infinity}',
        b'{"question": "Who?", "k": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body)[:40],
)
def test_what_is_not_json_gives_400(client: FlaskClient, body: bytes) -> None:
    assert_problem(post(client, body), 400)


def test_a_number_beyond_all_bounds_gives_422(client: FlaskClient) -> None:
    assert_problem(post(client, '{"question": "Who?", "k": 1e999}'), 422, "k")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None, "a/b"])
def test_other_content_types_give_415(client: FlaskClient, kind: str | None) -> None:
    response = client.post("/ask", data='{"question": "Who?"}', content_type=kind)
    assert_problem(response, 415, "application/json")


def test_a_body_over_one_mebibyte_gives_413(client: FlaskClient) -> None:
    assert_problem(post(client, {"question": "x" * 1024 * 1024}), 413)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_give_405_and_name_the_right_ones(client: FlaskClient, method: str) -> None:
    response = client.open("/ask", method=method)
    assert_problem(response, 405)
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_head_and_options(client: FlaskClient) -> None:
    head = client.head("/ask", query_string={"q": QUESTION})
    assert (head.status_code, head.data) == (200, b"")
    options = client.options("/ask")
    assert (options.status_code, options.data) == (200, b"")
    assert "POST" in options.headers["Allow"]


def test_html_is_one_turn_of_the_page(client: FlaskClient) -> None:
    response = post(client, {"question": QUESTION}, Accept="text/html, application/problem+json")

    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Vary"] == "Accept"
    assert response.text.lstrip().startswith("<article")
    assert "<mark>Emmanuel Macron</mark>" in response.text
    assert "<html" not in response.text


def test_errors_are_problems_even_where_html_is_preferred(client: FlaskClient) -> None:
    assert_problem(post(client, {"question": ""}, Accept="text/html"), 422)


def test_a_browser_that_opens_the_endpoint_sees_json(client: FlaskClient) -> None:
    headers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert client.get("/ask?q=Why", headers=headers).content_type == "application/json"


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["question", "k", "documents", "since", "until", "history"]), inner
            )
        ),
        max_leaves=8,
    )
)
def test_nothing_sent_makes_the_server_fail(client: FlaskClient, body: Any) -> None:
    response = post(client, body)
    assert response.status_code in (200, 400, 422)
    json.loads(response.text, parse_constant=lambda name: pytest.fail(f"{name} in the output"))
