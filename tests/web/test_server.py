"""The real server: answers, says where, refuses broken HTTP politely, stops when told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from qa import OptionError
from web import create_app
from web.server import Server, serve


@pytest.fixture
def server(bot: Any) -> Iterator[Server]:
    server = Server(create_app(bot), "127.0.0.1", 0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.close()
    thread.join(10)
    assert not thread.is_alive()


def raw(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def test_it_answers_without_saying_what_it_is(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    body = json.dumps({"question": "Who told Pashinyan about the session?"})
    connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    assert response.status == 200
    assert response.getheader("Server") is None
    assert json.loads(response.read())["answer"] == "Emmanuel Macron"
    connection.close()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413),
    ],
    ids=["nonsense", "length", "body"],
)
def test_what_never_reaches_the_application_is_a_problem_too(
    server: Server, sent: bytes, status: int
) -> None:
    head, _, body = raw(server, sent).partition(b"\r\n\r\n")
    assert b"\r\nx-request-id: " in head.lower()
    assert head.split()[1] == str(status).encode()
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


def test_a_body_just_over_the_limit_is_refused_by_the_application(server: Server) -> None:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    body = json.dumps({"question": "x" * 1024 * 1024})
    connection.request("POST", "/ask", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    assert response.status == 413
    assert json.loads(response.read())["title"]
    connection.close()


def test_a_port_in_use_is_an_error_to_show(server: Server, bot: Any) -> None:
    with pytest.raises(OSError, match="in use"):
        serve(create_app(bot), port=server.port)


def test_serve_says_where_before_it_blocks(bot: Any) -> None:
    urls: list[str] = []

    def stop(url: str) -> None:
        urls.append(url)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve(create_app(bot), port=0, ready=stop)
    assert urls[0].startswith("http://127.0.0.1:")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "machine.example", ""])
def test_what_others_reach_needs_a_token(bot: Any, host: str) -> None:
    with pytest.raises(OptionError, match="QA_TOKEN"):
        Server(create_app(bot), host, 0, threads=1)


def test_with_a_token_others_may_reach_it(bot: Any) -> None:
    Server(create_app(bot, {"TOKEN": "correct-horse"}), "0.0.0.0", 0, threads=1).release()
