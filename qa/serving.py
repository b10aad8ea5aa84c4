"""The command `qa serve`: the server with an open index behind it, until it is interrupted."""

from __future__ import annotations

import click

from qa.arguments import of_model, where
from qa.console import complain, opened, places
from qa.errors import OptionError
from qa.transcript import size

_PATIENCE = 15  # seconds for questions that are being answered when the server is stopped


@click.command(short_help="Serve the chat page and the JSON endpoint.")
@where
@of_model
@click.option(
    "--host", default="127.0.0.1", show_default=True, envvar="QA_HOST", help="Address to listen on."
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="QA_PORT",
    help="Port to listen on; 0 takes a free one.",
)  # fmt: skip
@click.option("--token", metavar="TEXT", envvar="QA_TOKEN",
              help="What those who ask have to show; needed where other machines reach the server. "
              "Better set as QA_TOKEN: options can be seen by others on this machine.")  # fmt: skip
@click.option("--name", "names", metavar="HOST", multiple=True, envvar="QA_NAME",
              help="Also answer under this host name, as a proxy passes it on. "
              "May be repeated.")  # fmt: skip
@click.option("--cors", "origins", metavar="ORIGIN", multiple=True, envvar="QA_CORS",
              help="Let pages of this origin read the API; * is any. May be repeated.")  # fmt: skip
@click.option("--watch/--no-watch", default=True, show_default=True, envvar="QA_WATCH",
              help="Read changed files while serving.")  # fmt: skip
def serve(
    docs: str | None, index: str | None, model: str | None, host: str, port: int,
    token: str | None, names: tuple[str, ...], origins: tuple[str, ...], watch: bool,
) -> int:  # fmt: skip
    """Serve the chat page and the JSON endpoint until interrupted.

    \b
    Examples:
      qa serve --docs articles/
      qa serve --docs articles/ --cors https://intranet.example
      QA_TOKEN=… qa serve --docs articles/ --host 0.0.0.0 --name answers.example
      curl 'http://127.0.0.1:8000/ask?q=Who+told+Pashinyan'
    """
    import threading

    from web import access, attach, cors, create_app, hosts, server
    from web.following import Follower

    app = create_app(
        None,
        {
            "HOSTS": hosts.hosts(host, names),
            "TOKEN": None if token is None else access.token(token),
            "CORS": tuple(map(cors.origin, origins)),
        },
    )
    try:
        listening = server.Server(app, host, port, threads=4)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise OptionError(
            f"cannot listen on {host}:{port} ({reason}); choose another --host or --port"
        ) from error
    # It answers from now on: that the index is being opened, until it is.
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    source, store = places(docs, index)
    follower = Follower(
        app, source, store, model,
        changed=lambda info: click.echo(f"The documents changed: {size(info)}.", err=True),
        failed=_warn,
    )  # fmt: skip
    try:
        bot = opened(docs, index, model)
        attach(app, bot)
        click.echo(f"{size(bot.info)}. Open {listening.url} in a browser; Ctrl-C ends.", err=True)
        if watch:
            follower.start()
        while thread.is_alive():
            thread.join(1)  # without a limit, Windows would not see Ctrl-C
    finally:
        if thread.is_alive():
            listening.close()
            thread.join(_PATIENCE)
        if watch:
            follower.stop()
        attach(app, None)
    return 0


def _warn(reason: str) -> None:
    complain(reason, 0)
