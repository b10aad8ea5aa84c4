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
from web import connections, create_app
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


@pytest.fixture
def slow(bot: Any) -> Iterator[tuple[Any, threading.Event]]:
    """A bot that answers when it is let."""
    go_on, ask = threading.Event(), bot.ask

    def slowly(question: str, **options: Any) -> Any:
        assert go_on.wait(20)
        return ask(question, **options)

    bot.ask = slowly
    yield bot, go_on
    go_on.set()


def asked(server: Server) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("GET", "/ask?q=Why")
    return connection


def test_what_would_wait_too_long_is_told_to_come_back(
    slow: tuple[Any, threading.Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections.Dispatcher.__init__, "__defaults__", (2,))
    bot, go_on = slow
    server = Server(create_app(bot), "127.0.0.1", 0, threads=1)
    thread = threading.Thread(target=server.run)
    thread.start()
    waiting = [asked(server) for _ in range(6)]
    refused = []
    for connection in waiting:  # at least three: one is answered, two wait
        connection.sock.settimeout(0.5)
        try:
            refused.append(connection.getresponse())
        except TimeoutError:
            continue
    assert len(refused) >= 3
    for response in refused:
        assert response.status == 503
        assert int(response.getheader("Retry-After", "0")) > 0
        assert json.loads(response.read())["status"] == 503
    alive = HTTPConnection("127.0.0.1", server.port, timeout=10)
    alive.request("GET", "/livez")
    assert alive.getresponse().status == 200
    for each in (*refused, *waiting, alive):
        each.close()
    go_on.set()
    server.close()
    thread.join(20)
    assert not thread.is_alive()


def test_a_question_that_is_being_answered_is_finished_when_the_server_stops(
    slow: tuple[Any, threading.Event],
) -> None:
    bot, go_on = slow
    server = Server(create_app(bot), "127.0.0.1", 0, threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    connection = asked(server)
    while not server._busy():
        threading.Event().wait(0.01)
    server.close()
    thread.join(0.3)
    with pytest.raises(OSError):  # noqa: PT011 (which one depends on the system)
        socket.create_connection(("127.0.0.1", server.port), timeout=1)
    go_on.set()
    response = connection.getresponse()
    assert response.status == 200
    assert json.loads(response.read())["question"] == "Why"
    connection.close()
    thread.join(20)
    assert not thread.is_alive()


def test_half_open_connections_make_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "CONNECTIONS", 10)
    held = []
    for _ in range(30):
        held.append(socket.create_connection(("127.0.0.1", server.port), timeout=10))
        held[-1].sendall(b"GET / HTTP/1.1\r\nHost: loc")
    connection = asked(server)
    assert connection.getresponse().status == 200
    for each in (connection, *held):
        each.close()


def test_a_request_that_drips_in_is_given_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.settimeout(0.1)
        assert any(ended(connection) for _ in range(100))


def ended(connection: socket.socket) -> bool:
    """Sends one more byte; whether the other side has given up."""
    try:
        connection.sendall(b"x")
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True
