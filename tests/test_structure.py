"""The shape of the house: who may import whom, what answering does without."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import qa

CHECKOUT = Path(qa.__file__).parent.parent
MODULES = {
    ".".join(file.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"): file
    for package in ("qa", "web")
    for file in sorted((CHECKOUT / package).rglob("*.py"))
}
COMMAND_LINE = {"qa.cli", "qa.arguments", "qa.console", "qa.measuring", "qa.output", "qa.serving"}
LOGIC = [name for name in MODULES if name.startswith("qa") and name not in COMMAND_LINE]
WEB = [name for name in MODULES if name.startswith("web")]


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text("utf-8"))


def imports(module: str) -> Iterator[tuple[str, str | None]]:
    """What a module imports anywhere in it, as (module, name in it or None)."""
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            if node.level:
                inside = module if MODULES[module].stem == "__init__" else module.rpartition(".")[0]
                above = inside.split(".")[: len(inside.split(".")) - node.level + 1]
                source = ".".join([*above, source] if source else above)
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                yield (whole, None) if whole in MODULES else (source, alias.name)


def packages(module: str) -> set[str]:
    return {name.partition(".")[0] for name, _ in imports(module)}


def own(module: str) -> set[str]:
    """The modules of this project that a module imports."""
    return {name for name, _ in imports(module) if name in MODULES}


def test_there_are_modules_to_look_at() -> None:
    assert {"qa", "qa.answer", "qa.cli", "web"} <= MODULES.keys()


@pytest.mark.parametrize("module", ["qa.answer", "qa.errors"])
def test_values_and_errors_are_the_ground_floor(module: str) -> None:
    assert own(module) == set()


def test_imports_go_in_no_circle() -> None:
    try:
        TopologicalSorter({name: own(name) for name in MODULES}).prepare()
    except CycleError as error:
        pytest.fail(f"these import each other: {' <- '.join(error.args[1])}")


def test_imports_go_downwards_only() -> None:
    def below(module: str, seen: set[str]) -> set[str]:
        for name in own(module) - seen:
            seen.add(name)
            below(name, seen)
        return seen

    floors = ["qa.documents", "qa.sentences", "qa.terms", "qa.batch", "qa.writer", "qa.index",
              "qa.retriever", "qa.selector", "qa.bot", "qa", "web", "qa.cli"]  # fmt: skip
    for height, module in enumerate(floors):
        assert not below(module, set()) & set(floors[height:]), module


@pytest.mark.parametrize("module", LOGIC)
def test_logic_knows_neither_terminal_nor_web(module: str) -> None:
    assert not packages(module) & {"click", "flask", "werkzeug", "waitress", "jinja2", "web"}


@pytest.mark.parametrize("module", WEB)
def test_the_web_imports_only_what_the_package_exports(module: str) -> None:
    for name, item in imports(module):
        if name.partition(".")[0] == "qa":
            assert name == "qa", f"{module} imports {name}"
            assert item in qa.__all__, f"{module} imports {item} from qa"


@pytest.mark.parametrize("module", [name for name in MODULES if name not in COMMAND_LINE])
def test_nothing_imports_the_command_line_and_only_it_imports_the_web(module: str) -> None:
    assert not own(module) & COMMAND_LINE
    if module not in WEB:
        assert "web" not in packages(module)


def test_only_the_index_knows_the_database() -> None:
    assert [name for name in MODULES if "sqlite3" in packages(name)] == [
        "qa.catalogue", "qa.index", "qa.store", "qa.writer",
    ]  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_pickled(module: str) -> None:
    assert not packages(module) & {"pickle", "cPickle", "shelve", "marshal", "joblib", "dill"}
    assert "allow_pickle=True" not in ast.unparse(tree(module))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_at_most_400_lines(module: str) -> None:
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= 400


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_for(module: str) -> None:
    assert ast.get_docstring(tree(module))


def test_all_that_is_exported_exists() -> None:
    assert sorted(qa.__all__) == sorted(set(qa.__all__))
    assert all(hasattr(qa, name) for name in qa.__all__)


def test_answering_imports_nothing_heavy(folder: Path, store: Path) -> None:
    program = (
        "import sys\n"
        "from qa import Bot\n"
        "with Bot.open(sys.argv[1], index=sys.argv[2]) as bot:\n"
        "    answer = bot.ask('Who cut the ribbon at the old brige?')\n"
        "assert answer.quotes, answer\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(folder), str(store)],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    heavy = {"sklearn", "scipy", "pandas", "joblib", "flask", "click", "waitress", "web", "pickle5"}
    assert not heavy & set(ran.stdout.split())
