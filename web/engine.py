"""The bot behind the application: attached once it is open, asked for by every view."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, current_app
from werkzeug.exceptions import ServiceUnavailable

if TYPE_CHECKING:
    from qa import Bot, Survey

_NAME = "verbatim"
_SUGGESTIONS = 4


@dataclass(slots=True)
class _Engine:
    bot: Bot | None = None
    # Other weights answer otherwise from the same index: what was kept before is asked anew.
    opened: str = field(default_factory=lambda: secrets.token_hex(4))
    suggestions: dict[str, list[str]] = field(default_factory=dict)
    surveys: dict[str, Survey] = field(default_factory=dict)
    surveying: threading.Lock = field(default_factory=threading.Lock)


def install(app: Flask) -> None:
    """Makes room for a bot in `app`."""
    app.extensions[_NAME] = _Engine()


def attach(app: Flask, bot: Bot) -> None:
    """From now on `app` answers with `bot`."""
    app.extensions[_NAME] = _Engine(bot)


def current() -> Bot:
    """The bot of the application that handles this request; 503 while none is attached."""
    bot = _engine().bot
    if bot is None:
        raise ServiceUnavailable("The index is being opened. Try again in a moment.", retry_after=2)
    return bot


def state() -> str:
    """What answers depend on: the version of the index, and since when this bot is attached."""
    return f"{current().info.version}-{_engine().opened}"


def suggestions() -> list[str]:
    """A few questions that the bot answers. Drawn once for each version of the index."""
    engine, bot = _engine(), current()
    version = bot.info.version
    if version not in engine.suggestions:
        engine.suggestions = {version: bot.suggestions(_SUGGESTIONS)}
    return engine.suggestions[version]


def survey() -> Survey:
    """What the index holds and lacks. Looked over once for each version of the index."""
    engine, bot = _engine(), current()
    version = bot.info.version
    with engine.surveying:  # of a large index it takes seconds
        if version not in engine.surveys:
            engine.surveys = {version: bot.survey()}
        return engine.surveys[version]


def _engine() -> _Engine:
    engine: _Engine = current_app.extensions[_NAME]
    return engine
