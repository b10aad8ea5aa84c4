"""What the README shows is what a reader gets."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa import Bot
from qa.documents import READERS
from web import create_app
from web.server import Server

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
_CONSOLE = re.findall(r"^```console\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
_SESSIONS = re.findall(r"^\$ qa (.*)\n((?:(?!\$ ).*\n)*)", "".join(_CONSOLE), re.MULTILINE)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from qa.cli import main; main()", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_there_are_sessions() -> None:
    assert len(_SESSIONS) >= 3


@pytest.mark.parametrize(("command", "output"), _SESSIONS)
def test_session(command: str, output: str) -> None:
    assert run(*shlex.split(command)).stdout == output


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`qa (\w+)", README))))
def test_every_command_named_exists(command: str) -> None:
    if command == "COMMAND":
        return
    assert run(command, "--help").returncode == 0


@pytest.mark.parametrize("command", ["ask", "serve"])
def test_every_option_is_there(command: str) -> None:
    shown = run(command, "--help").stdout
    for option in re.findall(r"--[a-z]+", shown):
        assert f"`{option}" in README or option == "--help"


@pytest.mark.parametrize("example", re.findall(r"^```python\n(.*?)^```", README, re.M | re.S))
def test_python_example_runs(example: str) -> None:
    code = example.replace('Bot.open("articles/")', "Bot.open()")
    if "import" not in code:
        code = "from qa import Bot\n" + code
    with serving() as url:
        code = code.replace("http://127.0.0.1:8000/", url)
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
    assert done.stdout.strip()


@contextmanager
def serving() -> Iterator[str]:
    with Bot.open() as bot:
        server = Server(create_app(bot), "127.0.0.1", 0, threads=2)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server.url
        finally:
            server.close()
            thread.join(10)


def test_every_suffix_that_is_read_is_named_and_no_other() -> None:
    table = README.partition("### Formats")[2].partition("###")[0]
    named = {
        suffix
        for row in re.findall(r"^\|[^|]*\|([^|]*)\|", table, re.MULTILINE)
        for suffix in re.findall(r"`(\.\w+)`", row)
    }
    assert named == set(READERS)
