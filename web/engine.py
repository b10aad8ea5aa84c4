"""The bot behind the application: attached once it is open, and again whenever a newer one is.

A request asks one bot, the one it began with, however often others are attached meanwhile: so no
answer mixes two versions of an index. A bot that was replaced is closed after its last request.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, current_app, g
from werkzeug.exceptions import ServiceUnavailable

if TYPE_CHECKING:
    from qa import Bot, IndexInfo, Survey

_NAME = "verbatim"
_SUGGESTIONS = 4


@dataclass(slots=True)
class _Attached:
    """A bot with what was drawn from it, and how many requests ask it."""

    bot: Bot
    # Other weights answer otherwise from the same index: what was kept before is asked anew.
    opened: str = field(default_factory=lambda: secrets.token_hex(4))
    users: int = 0
    replaced: bool = False
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    surveying: threading.Lock = field(default_factory=threading.Lock)


@dataclass(slots=True)
class _Engine:
    lock: threading.Lock = field(default_factory=threading.Lock)
    attached: _Attached | None = None


def install(app: Flask) -> None:
    """Makes room for a bot in `app`."""
    app.extensions[_NAME] = _Engine()
    app.teardown_appcontext(_release)


def attach(app: Flask, bot: Bot | None) -> None:
    """From now on `app` answers with `bot`; None makes it wait for one.

    The bot attached before is closed, at once or when the last request that asks it is done.
    """
    engine: _Engine = app.extensions[_NAME]
    with engine.lock:
        before, engine.attached = engine.attached, None if bot is None else _Attached(bot)
        if before is not None:
            before.replaced = True
        idle = before is not None and not before.users
    if before is not None and idle and before.bot is not bot:
        before.bot.close()


def attached(app: Flask) -> IndexInfo | None:
    """What is searched at the moment, outside of any request; None if nothing is."""
    engine: _Engine = app.extensions[_NAME]
    with engine.lock:
        return None if engine.attached is None else engine.attached.bot.info


def current() -> Bot:
    """The bot of this request; 503 while none is attached."""
    return _held().bot


def state() -> str:
    """What answers depend on: the version of the index, and since when this bot is attached."""
    held = _held()
    return f"{held.bot.info.version}-{held.opened}"


def suggestions() -> list[str]:
    """A few questions that the bot answers. Drawn once for each version of the index."""
    held = _held()
    version = held.bot.info.version
    if version not in held.suggestions:
        held.suggestions = {version: held.bot.suggestions(_SUGGESTIONS)}
    return held.suggestions[version]


def survey() -> Survey:
    """What the index holds and lacks. Looked over once for each version of the index."""
    held = _held()
    version = held.bot.info.version
    with held.surveying:  # of a large index it takes seconds
        if version not in held.surveys:
            held.surveys = {version: held.bot.survey()}
        return held.surveys[version]


def _held() -> _Attached:
    """The bot that this request began with."""
    if "bot" not in g:
        engine: _Engine = current_app.extensions[_NAME]
        with engine.lock:
            held = engine.attached
            if held is not None:
                held.users += 1
        if held is None:
            raise ServiceUnavailable(
                "The index is being opened. Try again in a moment.", retry_after=2
            )
        g.bot = held
    found: _Attached = g.bot
    return found


def _release(_: BaseException | None) -> None:
    held: _Attached | None = g.pop("bot", None)
    if held is None:
        return
    engine: _Engine = current_app.extensions[_NAME]
    with engine.lock:
        held.users -= 1
        again = engine.attached is not None and engine.attached.bot is held.bot
        over = held.replaced and not held.users and not again
    if over:
        held.bot.close()
