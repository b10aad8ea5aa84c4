"""The server that runs the application: waitress, with limits that suit an open port."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qa import OptionError

from .hosts import is_loopback
from .request_id import HEADER, chosen

if TYPE_CHECKING:
    from flask import Flask

# The application refuses bodies over 1 MiB itself, with a readable problem; this bound only keeps
# waitress from storing endless ones.
_BODY_MAX = 8 * 1024 * 1024
_IDLE_SECONDS = 10
_CONNECTIONS = 900


class Server:
    """A bound and listening server. `url` is where it answers; `run` blocks until `close`."""

    def __init__(self, app: Flask, host: str, port: int, threads: int) -> None:
        """Raises OSError if the address cannot be had, and OptionError if it needs a token."""
        from waitress import create_server

        if not (is_loopback(host) or app.config["TOKEN"]):
            raise OptionError(
                f"other machines reach {host}, so the server needs a token that those who may ask "
                "have to show; set it with --token or, better, in the environment as QA_TOKEN"
            )
        listener = _bound(host, port)
        self.port: int = listener.getsockname()[1]
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self.port}/"
        self._map: dict[int, Any] = {}
        try:
            self._server = create_server(
                app,
                map=self._map,
                sockets=[listener],
                threads=threads,
                channel_timeout=_IDLE_SECONDS,
                cleanup_interval=_IDLE_SECONDS // 2,
                connection_limit=_CONNECTIONS,
                max_request_body_size=_BODY_MAX,
                asyncore_use_poll=True,
                ident=None,
            )
        except BaseException:
            listener.close()
            raise
        self._server.channel_class = _channel

    def run(self) -> None:
        """Serves until `close` is called or KeyboardInterrupt arrives, which is passed on."""
        from waitress import wasyncore

        try:
            wasyncore.loop(timeout=1, map=self._map, use_poll=True)
        finally:
            self.release()

    def release(self) -> None:
        """Gives up threads and sockets of a server that does not run (any more)."""
        from waitress import wasyncore

        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def close(self) -> None:
        """Stops `run`, from any thread; questions being answered are finished first."""
        from waitress import wasyncore

        # Sockets belong to the loop, so the loop closes them.
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._map))


def serve(
    app: Flask,
    host: str = "127.0.0.1",
    port: int = 8000,
    threads: int = 4,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serves `app` until interrupted.

    `port=0` takes a free one. `ready` is called once with the URL when connections are accepted.
    Raises OSError if the address cannot be had, OptionError if others reach it and `app` has no
    `TOKEN`, KeyboardInterrupt when interrupted.
    """
    server = Server(app, host, port, threads)
    try:
        if ready is not None:
            ready(server.url)
        server.run()
    finally:
        server.release()


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except BaseException:
        listener.close()
        raise
    return listener


def _channel(*args: Any, **kwargs: Any) -> Any:
    from waitress.channel import HTTPChannel

    channel = HTTPChannel(*args, **kwargs)
    channel.error_task_class = _refusal
    return channel


def _refusal(channel: Any, request: Any) -> Any:
    """The task that answers what waitress itself refuses, before the application sees it."""
    from waitress.task import ErrorTask

    sent = (getattr(request, "headers", None) or {}).get("X_REQUEST_ID")
    request.error = _Problem(request.error, chosen(sent))
    return ErrorTask(channel, request)


class _Problem:
    """One of waitress's errors in the form that all errors of the API have."""

    def __init__(self, error: Any, request_id: str) -> None:
        self._error = error
        self._request_id = request_id

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        code, reason = self._error.code, self._error.reason
        detail = "The request could not be read as HTTP." if code < 500 else "The server failed."
        problem = {"type": "about:blank", "title": reason, "status": code, "detail": detail}
        headers = [
            ("Content-Type", "application/problem+json"),
            ("X-Content-Type-Options", "nosniff"),
            (HEADER, self._request_id),
        ]
        return f"{code} {reason}", headers, json.dumps(problem).encode()
