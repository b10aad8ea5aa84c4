"""The server that runs the application: waitress, with limits that suit an open port."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qa import OptionError

from .hosts import is_loopback, written

if TYPE_CHECKING:
    from flask import Flask

# The application refuses bodies over 1 MiB itself, with a readable problem; this bound only keeps
# waitress from storing endless ones.
_BODY_MAX = 8 * 1024 * 1024
_STOPPING_SECONDS = 10.0  # for what is being answered when the server is stopped


class Server:
    """A bound and listening server. `url` is where it answers; `run` blocks until `close`."""

    def __init__(self, app: Flask, host: str, port: int, threads: int) -> None:
        """Raises OSError if the address cannot be had, and OptionError if it needs a token."""
        from waitress import create_server

        from . import connections

        if not (is_loopback(host) or app.config["TOKEN"]):
            raise OptionError(
                f"other machines reach {host}, so the server needs a token that those who may ask "
                "have to show; set it with --token or, better, in the environment as QA_TOKEN"
            )
        listener = _bound(host, port)
        self.port: int = listener.getsockname()[1]
        self.url = f"http://{written(host)}:{self.port}/"
        self._map: dict[int, Any] = {}
        self._until: float | None = None
        dispatcher = connections.Dispatcher(threads)
        try:
            self._server = create_server(
                app,
                map=self._map,
                _dispatcher=dispatcher,
                sockets=[listener],
                cleanup_interval=1,
                connection_limit=2 * connections.CONNECTIONS,
                backlog=1024,
                max_request_body_size=_BODY_MAX,
                asyncore_use_poll=True,
                ident=None,
            )
        except BaseException:
            dispatcher.shutdown()
            listener.close()
            raise
        server, accept = self._server, self._server.handle_accept

        def accepted() -> None:
            connections.make_room(server)
            accept()

        server.channel_class = connections.Channel
        server.maintenance = lambda now: connections.close_overdue(server, now)
        server.handle_accept = accepted

    def run(self) -> None:
        """Serves until `close` is called or KeyboardInterrupt arrives, which is passed on."""
        from waitress import wasyncore

        try:
            while self._until is None or (self._busy() and time.monotonic() < self._until):
                pause = 1 if self._until is None else 0.05
                wasyncore.loop(timeout=pause, map=self._map, use_poll=True, count=1)
        finally:
            self.release()

    def release(self) -> None:
        """Gives up threads and sockets of a server that does not run (any more)."""
        from waitress import wasyncore

        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._map)

    def close(self) -> None:
        """Stops `run`, from any thread; what is being answered, or waits for it, is finished."""
        from waitress import wasyncore

        def end() -> None:
            wasyncore.dispatcher.close(self._server)  # nobody new is let in
            self._until = time.monotonic() + _STOPPING_SECONDS

        # Sockets belong to the loop, so the loop closes them.
        self._server.trigger.pull_trigger(end)

    def _busy(self) -> bool:
        channels = list(self._server.active_channels.values())
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


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
