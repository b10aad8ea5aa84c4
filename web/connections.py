"""Connections and waiting requests of waitress, bounded: nobody can hold the server up.

Waitress reads in one loop, so that slow clients cost no thread; but it lets a client take for ever
over one request, stops accepting at its limit of connections, and lets requests wait without end.
Here a request has a time to arrive, the connection idle for longest makes room for a new one, and
what would wait too long is told at once to come back.
"""

from __future__ import annotations

import json
import logging
import time
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, ThreadedTaskDispatcher

from .request_id import HEADER, chosen

CONNECTIONS = 900  # open at once; most systems allow a process 1,024 files
IDLE_SECONDS = 10.0  # without a byte
REQUEST_SECONDS = 20.0  # from the first byte of a request to the last
WAITING = 128  # requests that wait for a thread
RETRY_SECONDS = 2

_SIGNS_OF_LIFE = ("/livez", "/readyz")


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when it has been receiving a request."""

    begun: float | None = None

    @staticmethod
    def error_task_class(channel: Any, request: Any) -> Any:
        """The task that answers what the server refuses before the application sees it."""
        sent = (getattr(request, "headers", None) or {}).get("X_REQUEST_ID")
        request.error = _Problem(request.error, chosen(sent))
        return ErrorTask(channel, request)

    def received(self, data: bytes) -> Any:
        """Takes in bytes, and notes when a request begins."""
        before = self.request
        done = super().received(data)
        if self.request is None:
            self.begun = None
        elif self.request is not before:
            self.begun = time.time()
        return done

    def is_overdue(self, now: float) -> bool:
        """Whether it is of no use any more."""
        if self.requests:
            return False
        late = self.begun is not None and now - self.begun > REQUEST_SECONDS
        return late or now - self.last_activity > IDLE_SECONDS


def close_overdue(server: Any, now: float) -> None:
    """Closes what is idle, or takes too long over a request."""
    for channel in server.active_channels.values():
        if channel.is_overdue(now):
            channel.will_close = True


def make_room(server: Any) -> None:
    """Closes the connection idle for longest if there are as many as may be."""
    channels = server.active_channels.values()
    if len(channels) < CONNECTIONS:
        return
    idle = [channel for channel in channels if not (channel.requests or channel.will_close)]
    if idle:
        min(idle, key=lambda channel: channel.begun or channel.last_activity).will_close = True


class Dispatcher(ThreadedTaskDispatcher):  # type: ignore[misc]
    """Threads that answer; what finds too many waiting is refused by a thread of its own."""

    def __init__(self, threads: int, waiting: int = WAITING) -> None:
        super().__init__()
        self._waiting = waiting
        self._refusals = ThreadedTaskDispatcher()
        self._refusals.queue_logger = logging.Logger("nobody is told", logging.CRITICAL)
        self.set_thread_count(threads)
        self._refusals.set_thread_count(1)

    def add_task(self, task: Any) -> None:
        """Has a channel's first request answered."""
        request = task.requests[0]
        if request.error is None and request.path in _SIGNS_OF_LIFE:
            self._refusals.add_task(task)
            return
        with self.lock:
            if len(self.queue) < self._waiting:
                self.queue.append(task)
                self.queue_cv.notify()
                return
        request.error = request.error or _Overload()
        self._refusals.add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Ends the threads once they are done with what they are at."""
        self._refusals.shutdown(cancel_pending, timeout)
        ended: bool = super().shutdown(cancel_pending, timeout)
        return ended


class _Overload:
    code, reason = 503, "Service Unavailable"


class _Problem:
    """One of the server's errors in the form that all errors of the API have."""

    def __init__(self, error: Any, request_id: str) -> None:
        self._error = error
        self._request_id = request_id

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        code, reason = self._error.code, self._error.reason
        detail = "The request could not be read as HTTP." if code < 500 else "The server failed."
        headers = [
            ("Content-Type", "application/problem+json"),
            ("X-Content-Type-Options", "nosniff"),
            (HEADER, self._request_id),
        ]
        if isinstance(self._error, _Overload):
            detail = "Too many questions are waiting. Try again in a moment."
            headers.append(("Retry-After", str(RETRY_SECONDS)))
        problem = {"type": "about:blank", "title": reason, "status": code, "detail": detail}
        return f"{code} {reason}", headers, json.dumps(problem).encode()
