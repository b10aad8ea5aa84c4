"""Follows a folder: when its files change, a newly opened bot takes the place of the old one.

Changes are told by the system (watchfiles). Since network drives tell nothing, and some systems not
everything, the folder is also looked through now and then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qa import Bot, IndexInfo, QAError

from .engine import attach, attached

if TYPE_CHECKING:
    from flask import Flask

QUIET = 0.5  # seconds without a change after which files are read
_LONGEST = 10.0  # seconds of changes after which they are read in any case
_LOOK = 60.0  # seconds between two looks at a folder of which nothing is told
_SHARE = 0.01  # of the time, at most, goes into such looks


class Follower:
    """Keeps the bot of an application at the state of a folder, in a thread of its own."""

    def __init__(
        self,
        app: Flask,
        folder: Path,
        store: Path,
        model: str | None = None,
        *,
        changed: Callable[[IndexInfo], None] = lambda info: None,
        failed: Callable[[str], None] = lambda reason: None,
        quiet: float = QUIET,
    ) -> None:
        """For the index of `folder` that is kept in `store`, and the weights of `model`.

        `changed` is called once another version answers; `failed` with the reason, once, if the
        folder cannot be followed any more: the version before goes on to answer.
        """
        self._app, self._folder, self._store, self._model = app, folder, store, model
        self._changed, self._failed, self._quiet = changed, failed, quiet
        self._stop = threading.Event()
        self._told = ""
        self._next = 0.0
        self._roots = {folder.absolute(), folder.resolve()}
        self._stores = {store.absolute(), store.resolve()}
        self._thread = threading.Thread(target=self._run, name="following", daemon=True)

    def start(self) -> None:
        """Begins to follow."""
        self._thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Stops; what is being read after `patience` seconds is read the next time."""
        self._stop.set()
        if self._thread.ident is not None:  # it was started
            self._thread.join(patience)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._watch()
            except Exception as error:  # the folder is gone, or the system watches no more files
                self._tell(f"changes in {self._folder} are not told by the system: {error}")
                self._look()
                self._stop.wait(_LOOK)

    def _watch(self) -> None:
        from watchfiles import watch

        for changes in watch(
            self._folder,
            watch_filter=lambda change, path: self._concerns(Path(path)),
            debounce=round(_LONGEST * 1000),
            step=round(self._quiet * 1000),
            stop_event=self._stop,
            rust_timeout=round(_LOOK * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            if changes:
                self._refresh(always=True)
            elif not self._stop.is_set():
                self._look()

    def _concerns(self, path: Path) -> bool:
        """Whether a change there may be one of documents: hidden files are none."""
        if any(path.is_relative_to(store) for store in self._stores):
            return False
        for root in self._roots:
            if path.is_relative_to(root):
                return not any(part.startswith(".") for part in path.relative_to(root).parts)
        return True

    def _look(self) -> None:
        """Refreshes, unless that would take more than its share of the time."""
        started = time.monotonic()
        if started >= self._next:
            self._refresh(always=False)
            self._next = started + (time.monotonic() - started) / _SHARE

    def _refresh(self, always: bool) -> None:
        """Opens the folder anew. The bot is attached `always`, or if it searches other text."""
        try:
            bot = Bot.open(self._folder, index=self._store, model=self._model)
        except QAError as error:
            self._tell(str(error))
            return
        self._told = ""
        before, info = attached(self._app), bot.info
        if self._stop.is_set() or (before == info and not always):
            bot.close()
            return
        attach(self._app, bot)
        if before != info:
            self._changed(info)

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            self._failed(reason)
