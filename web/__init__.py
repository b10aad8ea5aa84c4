"""The chat page and the JSON endpoint over one open `Bot`.

`create_app(bot)` makes the Flask application; `web.server` runs it. The package imports from the
engine only what `qa` exports, and keeps nothing about a client: the browser carries the
conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask

from . import (
    access,
    ask,
    cors,
    documents,
    engine,
    headers,
    health,
    hosts,
    openapi,
    page,
    problems,
    request_id,
    sites,
    suggestions,
)
from .engine import attach
from .output import StrictJSON, day

if TYPE_CHECKING:
    from qa import Bot

__all__ = ["attach", "create_app"]


def create_app(bot: Bot | None, config: Mapping[str, Any] | None = None) -> Flask:
    """The application that answers with `bot`.

    `bot=None` starts it before the index is open: every question gets 503 until `attach(app, bot)`.
    `config` overrides Flask's settings and these:
    `HOSTS`, the names accepted in the Host header, without port (default: those of the loopback
    interface; None accepts any); `TOKEN`, which all but the signs of life ask for (default: None);
    `CORS`, the origins whose pages may read the API (default: none; "*" is any); and
    `MAX_CONTENT_LENGTH`, the largest request body in bytes.
    """
    app = Flask(__name__)
    app.config.from_mapping(
        HOSTS=hosts.LOOPBACK, TOKEN=None, CORS=(), MAX_CONTENT_LENGTH=1024 * 1024
    )
    app.config.from_mapping(config or {})
    app.json = StrictJSON(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["day"] = day
    app.url_map.converters["name"] = documents.Name
    request_id.install(app)
    headers.install(app)
    hosts.install(app)
    cors.install(app)
    sites.install(app)
    access.install(app)
    problems.install(app)
    engine.install(app)
    for room in (access, ask, documents, health, openapi, page, suggestions):
        app.register_blueprint(room.views)
    if bot is not None:
        attach(app, bot)
    return app
