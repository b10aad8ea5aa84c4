"""What many tests need: a small folder, an index of one's own, a cache that is thrown away."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qa.answer import Document, Span
from qa.documents import document_id
from qa.index import Index
from qa.retriever import TfidfRetriever
from qa.terms import stem, tokens
from qa.writer import IndexWriter

ARTICLES = {
    "bridge.txt": (
        "date 2023-03-14 Old Bridge Reopens After Repairs\n\n"
        "The old bridge over the Mirna reopened on Tuesday. Mayor Ana Kovač cut the ribbon.\n\n"
        "The repairs took 14 months and cost 2.5 million euros."
    ),
    "harbour/ferry.txt": (
        "date 2023-04-02 New Ferry Starts in Spring\n\n"
        "The ferry carries 120 cars. It sails twice a day between Selce and the island."
    ),
    "harbour/notes.md": "# Harbour Notes\n\nThe harbour master counts ships every morning.\n",
    "plain.html": (
        "<html><head><title>Library Opens on Sundays</title></head>"
        "<body><p>The library opens on Sundays because students asked for it.</p></body></html>"
    ),
}


@pytest.fixture(scope="session")
def benchmark_script() -> Callable[[str], ModuleType]:
    """A script of `tests/benchmarks` as a module, by its name."""

    def load(name: str) -> ModuleType:
        file = Path(__file__).parent / "benchmarks" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # where dataclasses look for the types of their fields
        spec.loader.exec_module(module)
        return module

    return load


def _away_from_home(patch: pytest.MonkeyPatch, place: Path) -> None:
    patch.setenv("XDG_CACHE_HOME", str(place))
    for name in [name for name in os.environ if name.startswith("QA_")]:
        patch.delenv(name)


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fixtures that live as long as the session keep away from the user's home, too."""
    with pytest.MonkeyPatch.context() as patch:
        _away_from_home(patch, tmp_path_factory.mktemp("cache"))
        yield


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where indexes are kept by default: in the test's own folder, and no option from outside."""
    place = tmp_path / "cache"
    _away_from_home(monkeypatch, place)
    return place


@pytest.fixture
def unprivileged() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """What is done within it is done without root's right to read everything."""

    @contextlib.contextmanager
    def as_nobody() -> Iterator[None]:
        if not hasattr(os, "geteuid"):
            pytest.skip("file permissions work otherwise on this system")
        if os.geteuid() != 0:
            yield
            return
        try:
            os.seteuid(65534)
        except OSError:
            pytest.skip("this root may not become another user")
        try:
            yield
        finally:
            os.seteuid(0)

    return as_nobody


@pytest.fixture
def quickly() -> Callable[[], contextlib.AbstractContextManager[None]]:
    """What is done within it takes no time that grows with the square of its input.

    The inputs are so large that this would take minutes. What is measured is the processor's time,
    and the limit is some fifty times what is needed: a busy machine makes no test fail.
    """

    @contextlib.contextmanager
    def in_seconds() -> Iterator[None]:
        started = time.process_time()
        yield
        assert time.process_time() - started < 10

    return in_seconds


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of four articles, of three kinds, on two levels."""
    place = tmp_path / "articles"
    for path, text in ARTICLES.items():
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return place


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where an index can be kept; nothing is there yet."""
    return tmp_path / "store"


@pytest.fixture
def document() -> Callable[..., Document]:
    """Makes a document from its path and text; the rest can be told."""

    def make(
        path: str,
        text: str,
        title: str = "Title",
        date: str | None = None,
        headline: Span | None = None,
    ) -> Document:
        return Document(document_id(path), title, date, path, text, headline)

    return make


@pytest.fixture
def everything() -> Callable[[Index], tuple[object, ...]]:
    """All that can be seen of an index, to the last bit, whatever its numbers are."""
    return seen


def seen(index: Index) -> tuple[object, ...]:
    # Checked rows first: what is damaged must be told before anything is shown of it.
    entries = index.entries()
    numbers = []
    for entry in entries:
        number = index.find(entry.path)
        assert number is not None
        assert index.find(entry.id) == number
        assert index.entry(number) == entry
        numbers.append(number)
    documents = [index.document(number) for number in numbers]
    sentences = [
        (index.span(n), index.paragraph_of(n), index.is_headline(n), index.document_of(n) == number)
        for number in numbers
        for n in index.sentences_of(number)
    ]
    words = {token.word for one in documents for token in tokens(one.text)}
    allowed = np.isin(np.arange(index.size), numbers[::2])
    retriever = TfidfRetriever(index.postings)
    found = []
    for term in sorted({stem(word) for word in words})[:20]:
        for within in (None, allowed, index.dated("2023-01-05", None)):
            for hit in retriever.search({term: 1.0, "the": 0.5, "ferri": 0.5}, 7, within):
                place = index.entry(index.document_of(hit.sentence)).path
                found.append((place, index.span(hit.sentence).start, replace(hit, sentence=0)))
    return (
        index.info,
        entries,
        documents,
        sentences,
        {first: index.words(first) for first in sorted({word[0] for word in words} | {"q"})},
        found,
        index.undated(),
        index.problems(),
    )


@pytest.fixture
def index_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Index]]:
    """Builds an index of the given documents in one go, each time elsewhere, and opens it."""
    opened: list[Index] = []

    def build(*documents: Document) -> Index:
        place = tmp_path_factory.mktemp("index")
        writer = IndexWriter(place)
        for one in documents:
            writer.put(one)
        writer.commit()
        writer.close()
        opened.append(Index(place))
        return opened[-1]

    yield build
    for index in opened:
        index.close()
