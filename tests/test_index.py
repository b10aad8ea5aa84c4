"""The index on disk: what goes in comes out, one commit is one state, damage is told."""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import writer as writer_module
from qa.answer import Document, Problem, Span
from qa.catalogue import DocumentEntry, FileState, erase, known_files
from qa.codec import places_of
from qa.documents import document_id
from qa.errors import IndexStoreError
from qa.index import Index
from qa.segment import NAMES
from qa.sentences import paragraphs, sentences
from qa.store import FILE_NAME, FORMAT, PAGE_SIZE, WORD_COUNTS
from qa.terms import tokens
from qa.writer import IndexWriter

Make = Callable[..., Document]
Build = Callable[..., Index]
Everything = Callable[[Index], tuple[object, ...]]

FERRY = (
    "The Ferry Sails\n\nThe ferry carries 120 cars. It sails twice a day.\n\nCars cost 12.5 euros."
)


@contextmanager
def opened(store: Path) -> Iterator[Index]:
    index = Index(store)
    try:
        yield index
    finally:
        index.close()


@contextmanager
def writing(store: Path) -> Iterator[IndexWriter]:
    """A writer that commits, unless something goes wrong."""
    writer = IndexWriter(store)
    try:
        yield writer
        writer.commit()
    finally:
        writer.close()


def counts(index: Index) -> dict[str, dict[tuple[str, int], int]]:
    """How often each term of the documents stands in which sentence, by path and place."""
    found: dict[str, dict[tuple[str, int], int]] = {}
    known = {token.term for n in range(len(index.entries())) for token in tokens(index.text(n))}
    for term in known:
        places = found.setdefault(term, {})
        for view, posting in zip(index.postings.segments, index.postings.of(term), strict=True):
            if posting is None:
                continue
            place = np.bincount(posting.rest, minlength=8 * len(view.blocks))
            for bitmap in posting.bitmaps:
                place += np.unpackbits(bitmap, bitorder="little")
            assert posting.df == np.count_nonzero(place)
            own = place[places_of(view.blocks)]
            assert own.sum() == place.sum()
            for sentence in np.flatnonzero(own).tolist():
                number = sentence + view.first
                path = index.entry(index.document_of(number)).path
                places[path, index.span(number).start] = int(own[sentence])
    return found


def library(make: Make, count: int) -> list[Document]:
    rng = random.Random(7)
    names = ["ferry", "harbour", "mayor", "bridge", "euro", "Kovač", "12.5", "island", "東京"]
    return [
        make(
            f"{number % 3}/{number:02}.txt",
            "\n\n".join(
                " ".join(f"The {rng.choice(names)} saw {rng.choice(names)}." for _ in range(3))
                for _ in range(1 + number % 4)
            ),
            title=f"Number {number}",
            date=f"2023-01-{number + 1:02}" if number % 2 else None,
        )
        for number in range(count)
    ]


# --- what goes in comes out ---------------------------------------------------------------------


def test_a_document_comes_back_as_it_was(document: Make, index_of: Build) -> None:
    text = "😀 The Ferry Sails\n\nDvořák’s ferry \x00 carries 120 cars.\u2028It sails. 東京\n"
    one = document("h/ä b.txt", text, "The Ferry Sails", "2023-04-02", Span(2, 17))
    other = document("z.txt", "Another.", date=None)
    index = index_of(one, other)
    assert [index.document(number) for number in range(2)] == [one, other]
    assert [index.find(one.id), index.find(other.id)] == [0, 1]
    assert [index.find("h/ä b.txt"), index.find("z.txt"), index.find("Z.txt")] == [0, 1, None]
    assert index.find("0" * 16) is index.find("") is index.find("\udcff") is None
    assert index.info.documents == 2
    assert index.info.sentences == sum(entry.sentences for entry in index.entries())


def test_sentences_and_paragraphs_stand_where_the_text_has_them(
    document: Make, index_of: Build
) -> None:
    documents = [document("a.txt", FERRY, headline=Span(0, 15)), document("b.txt", "One. Two.")]
    index = index_of(*documents)
    shown = []
    for number in range(index.info.sentences):
        text = index.text(index.document_of(number))
        span, (place, around) = index.span(number), index.paragraph_of(number)
        assert around.start <= span.start < span.end <= around.end
        assert paragraphs(text)[place] == around
        shown.append((text[span.start : span.end], place, index.is_headline(number)))
    assert shown == [
        ("The Ferry Sails", 0, True),
        ("The ferry carries 120 cars.", 1, False),
        ("It sails twice a day.", 1, False),
        ("Cars cost 12.5 euros.", 2, False),
        ("One.", 0, False),
        ("Two.", 0, False),
    ]
    assert [index.sentences_of(0), index.sentences_of(1)] == [range(4), range(4, 6)]


def test_postings_count_every_term_of_every_sentence(document: Make, index_of: Build) -> None:
    documents = library(document, 40)
    index = index_of(*documents)
    expected: dict[str, dict[tuple[str, int], int]] = {}
    for one in documents:
        for sentence in sentences(one.text, one.headline):
            for token in tokens(one.text[sentence.start : sentence.end]):
                places = expected.setdefault(token.term, {})
                key = (one.path, sentence.start)
                places[key] = places.get(key, 0) + 1
    assert counts(index) == expected
    postings = index.postings
    assert postings.tokens == sum(sum(places.values()) for places in expected.values())
    assert postings.terms == len(expected)
    assert postings.of("nowhere") == (None,)
    assert {term: postings.df(term) for term in [*expected, "nowhere"]} == {
        **{term: len(places) for term, places in expected.items()}, "nowhere": 0,
    }  # fmt: skip


def test_documents_are_listed_in_order_of_their_paths(document: Make, index_of: Build) -> None:
    documents = library(document, 9)
    index = index_of(*documents)
    listed = [
        DocumentEntry(one.id, one.title, one.date, one.path, len(sentences(one.text, None)))
        for one in sorted(documents, key=lambda one: one.path)
    ]
    assert index.entries() == listed
    assert [index.entries(2, 3), index.entries(7, 9), index.entries(5)] == [
        listed[2:5], listed[7:], listed[5:],
    ]  # fmt: skip
    assert index.entries(9) == index.entries(100, 5) == index.entries(0, 0) == []
    assert [index.entry(index.find(entry.path) or 0) for entry in listed] == listed


def test_dates_filter_documents_from_the_first_to_the_last_day(
    document: Make, index_of: Build
) -> None:
    days = [None, "0999-12-31", "2023-01-31", "2023-02-01", "9999-12-31"]
    index = index_of(*(document(f"{n}.txt", "A ferry.", date=day) for n, day in enumerate(days)))
    assert index.dated(None, None).tolist() == [False, True, True, True, True]
    assert index.dated("2023-01-31", "2023-02-01").tolist() == [False, False, True, True, False]
    assert index.dated("2023-02-02", None).tolist() == [False, False, False, False, True]
    assert index.dated(None, "2023-01-30").tolist() == [False, True, False, False, False]
    assert not index.dated("2023-02-01", "2023-01-31").any()
    assert index.undated() == ["0.txt"]


def test_words_tell_in_how_many_documents_they_stand(document: Make, index_of: Build) -> None:
    index = index_of(
        document("a.txt", "Ferries, ferries! Kovač sails."),
        document("b.txt", "No ferries in 12.5."),
    )
    found = {first: index.words(first) for first in "fksni1xй"}
    assert found == {
        "f": {"ferries": 2}, "k": {"kovac": 1}, "s": {"sails": 1}, "n": {"no": 1},
        "i": {"in": 1}, "1": {"12.5": 1}, "x": {}, "й": {},
    }  # fmt: skip


@given(st.lists(st.text("aAbзЗ東\U0001d51e .", max_size=12), max_size=5))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_words_are_those_of_the_documents(
    document: Make, index_of: Build, texts: list[str]
) -> None:
    index = index_of(*(document(f"{n}.txt", text) for n, text in enumerate(texts)))
    expected: dict[str, int] = {}
    for text in texts:
        for word in {token.word for token in tokens(text)}:
            expected[word] = expected.get(word, 0) + 1
    for first in "abз東\U0001d51e":
        assert index.words(first) == {w: n for w, n in expected.items() if w.startswith(first)}


def test_a_document_without_a_word_adds_no_term(document: Make, index_of: Build) -> None:
    index = index_of(document("a.txt", "?!… —"), document("b.txt", "A ferry."))
    assert index.postings.terms == 2
    assert index.words("?") == {}
    assert index.text(0) == "?!… —"
    assert index.document_of(0) == 1


def test_an_index_of_nothing_is_an_index(index_of: Build, everything: Everything) -> None:
    index = index_of()
    assert (index.info.documents, index.info.sentences) == (0, 0)
    assert everything(index)[1] == []
    assert index.words("a") == {}
    assert index.find("a.txt") is None
    assert len(index.dated(None, None)) == index.size == 0
    index.verify()


def test_a_closed_index_says_so(document: Make, index_of: Build) -> None:
    for index in (index_of(), index_of(document("a.txt", FERRY))):
        if index.size:
            assert index.text(0) == FERRY
            assert index.words("f")
            assert index.span(0).start == index.paragraph_of(0)[0] == 0
            assert not index.is_headline(0)
            index.postings.of("ferri")
        index.close()
        index.close()
        reads: list[Callable[[], object]] = [
            index.entries, index.undated, index.problems, index.verify,
            partial(index.words, "f"), partial(index.find, "a.txt"),
        ]  # fmt: skip
        if index.size:
            of_number = (
                index.text, index.entry, index.document, index.span, index.paragraph_of,
                index.sentences_of, index.is_headline,
            )  # fmt: skip
            reads += [partial(read, 0) for read in of_number]
            reads += [partial(index.postings.of, "sail"), index.signatures]
        for read in reads:
            with pytest.raises(IndexStoreError, match="closed"):
                read()


def test_files_are_remembered_until_forgotten(store: Path, document: Make) -> None:
    problems = (Problem("b.txt", "is “empty”"), Problem("b.txt#2", "is no JSON"))
    noted = FileState("b.txt", 0, 2**60, "", 0).noting(problems, [(".xls", 2)])
    assert noted.problems == problems
    assert noted.unread == {".xls": 2}
    states = [FileState("a.txt", 3, -5, "ff", 1), noted]
    with writing(store) as writer:
        for state in states:
            writer.record(state)
        writer.put(document("a.txt", "A ferry."))
    assert known_files(store).states == {state.path: state for state in states}
    with writing(store) as writer:
        assert writer.files() == {state.path: state for state in states}
        writer.forget("a.txt")
        writer.forget("never.txt")
    assert known_files(store).states == {"b.txt": states[1]}
    with opened(store) as index:
        assert index.info.documents == 0
        assert index.problems() == problems


# --- however it came about ----------------------------------------------------------------------


def test_in_one_go_or_in_steps_it_is_the_same_to_the_last_bit(
    store: Path, document: Make, index_of: Build, everything: Everything
) -> None:
    documents = library(document, 14)
    whole = everything(index_of(*documents))
    rng = random.Random(3)
    stale = [document(one.path, "An old text.", title="Old") for one in documents[:6]]
    extra = [document(f"0/extra-{n}.txt", f"Extra ferry {n}.") for n in range(4)]
    steps = stale + extra + rng.sample(documents, len(documents))
    for one in steps:
        with writing(store) as writer:
            writer.put(one)
    with writing(store) as writer:
        for one in extra:
            writer.forget(one.path)
    with opened(store) as index:
        assert everything(index) == whole


@given(
    st.lists(
        st.tuples(st.sampled_from("abcde"), st.sampled_from(["", "X y.", "Y z. X!"])), max_size=12
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_only_the_last_word_on_each_path_counts(
    tmp_path_factory: pytest.TempPathFactory,
    index_of: Build,
    everything: Everything,
    steps: list[tuple[str, str]],
) -> None:
    def made(path: str, text: str) -> Document:
        return Document(document_id(path), path, None, path, text)

    store = tmp_path_factory.mktemp("steps")
    last: dict[str, str] = {}
    with writing(store) as writer:
        for path, text in steps:
            if text:
                writer.put(made(path, text))
            else:
                writer.forget(path)
            last[path] = text
    with opened(store) as index:
        expected = index_of(*(made(path, text) for path, text in last.items() if text))
        assert everything(index) == everything(expected)


# --- the version --------------------------------------------------------------------------------


def test_the_version_is_that_of_the_content(document: Make, index_of: Build, store: Path) -> None:
    one = document("a.txt", FERRY, "Ferry", "2023-04-02", Span(0, 15))
    other = document("b.txt", "Other.")
    variants = [
        (one, other),
        (one,),
        (),
        (document("a.txt", FERRY + " ", "Ferry", "2023-04-02", Span(0, 15)), other),
        (document("a.txt", FERRY.replace("120", "121"), "Ferry", "2023-04-02", Span(0, 15)), other),
        (document("a.txt", FERRY, "ferry", "2023-04-02", Span(0, 15)), other),
        (document("a.txt", FERRY, "Ferry", "2023-04-03", Span(0, 15)), other),
        (document("a.txt", FERRY, "Ferry", None, Span(0, 15)), other),
        (document("A.txt", FERRY, "Ferry", "2023-04-02", Span(0, 15)), other),
        (document("a.txt", "Other."), document("b.txt", FERRY, "Ferry", "2023-04-02", Span(0, 15))),
    ]
    versions = [index_of(*variant).info.version for variant in variants]
    assert len(set(versions)) == len(variants)
    assert index_of(other, one).info.version == versions[0]

    with writing(store) as writer:
        writer.put(one)
        writer.put(other)
        writer.record(FileState("a.txt", 1, 1, "aa", 1))
    with writing(store) as writer:
        writer.record(FileState("a.txt", 1, 2, "bb", 1))
        writer.put(one)
    with opened(store) as index:
        assert index.info.version == versions[0]


# --- one commit is one state --------------------------------------------------------------------


def test_nothing_is_seen_before_it_is_committed(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    writer = IndexWriter(store)
    writer.put(document("b.txt", "Second."))
    writer.forget("a.txt")
    with opened(store) as index:
        assert [entry.path for entry in index.entries()] == ["a.txt"]
    writer.close()  # without a commit
    with opened(store) as index:
        assert [entry.path for entry in index.entries()] == ["a.txt"]
        assert index.text(0) == "First."


def test_a_reader_goes_on_undisturbed_while_a_writer_commits_and_merges(
    store: Path, document: Make, everything: Everything
) -> None:
    documents = library(document, 12)
    with writing(store) as writer:
        for one in documents:
            writer.put(one)
    with opened(store) as index:
        before = everything(index)
        for one in documents[:6]:
            with writing(store) as writer:
                writer.forget(one.path)
                writer.put(document(f"new/{one.path}", "Entirely new. " * 500))
                writer.commit()
                writer.merge(every=one.path.startswith("1"))
            with opened(store) as other:
                assert other.info.version != index.info.version
        index._stored.cache_clear()  # read when asked for: still those of this reader's commit
        index.postings._cache.clear()
        assert everything(index) == before
        index.verify()
        assert (store / f"{FILE_NAME}-wal").exists()  # where the newer commits stand meanwhile
    with opened(store) as index:
        assert index.info.documents == 12


def test_readers_in_threads_share_one_index(document: Make, index_of: Build) -> None:
    documents = library(document, 12)
    index = index_of(*documents)
    expected = [index.text(number) for number in range(12)]
    wrong: list[object] = []

    def read(seed: int) -> None:
        rng = random.Random(seed)
        try:
            for _ in range(100):
                number = rng.randrange(12)
                if index.text(number) != expected[number]:
                    wrong.append(number)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_two_writers_at_once_take_turns(store: Path, document: Make) -> None:
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(5):
                with writing(store) as writer:
                    writer.put(document(f"{name}/{number}.txt", f"Text {number} of {name}."))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with opened(store) as index:
        assert index.info.documents == 15


def test_a_writer_that_holds_on_is_named(
    store: Path, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "PATIENCE", 0.05)
    writer = IndexWriter(store)
    writer.put(document("a.txt", "First."))
    writer.commit()
    with pytest.raises(IndexStoreError, match=r"another process is writing .* try again"):
        IndexWriter(store)
    with opened(store) as index:  # reading is no trouble
        assert index.info.documents == 1
    assert known_files(store).states == {}
    writer.close()
    IndexWriter(store).close()


def test_a_first_writer_that_committed_nothing_leaves_no_index(store: Path, document: Make) -> None:
    writer = IndexWriter(store)
    writer.put(document("a.txt", "First."))
    assert known_files(store) is None
    writer.close()
    assert known_files(store) is None
    with pytest.raises(IndexStoreError, match=r"no index at .* qa index"):
        Index(store)
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    with opened(store) as index:
        assert index.info.documents == 1


# --- what can be wrong with the file ------------------------------------------------------------


def test_a_missing_index_is_told_with_the_command_that_builds_it(store: Path) -> None:
    assert known_files(store) is None
    with pytest.raises(IndexStoreError, match=f"no index at .*; build it with: qa index .*{store}"):
        Index(store)
    assert not store.exists()


def test_erasing_leaves_nothing_behind(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    with opened(store):
        with writing(store) as writer:
            writer.put(document("b.txt", "Second."))
        erase(store)
        assert list(store.iterdir()) == []
    erase(store)
    assert known_files(store) is None
    with writing(store) as writer:
        assert writer.files() == {}


@pytest.mark.parametrize("content", [b"No database at all. " * 300, b"\0" * 5000])
def test_a_file_that_is_no_index_is_told(store: Path, content: bytes) -> None:
    store.mkdir()
    (store / FILE_NAME).write_bytes(content)
    for use in (Index, IndexWriter, known_files):
        with pytest.raises(IndexStoreError, match=r"damaged .* rebuild it"):
            use(store)
    erase(store)
    IndexWriter(store).close()


def test_another_program_s_database_is_not_taken_for_an_index(store: Path) -> None:
    store.mkdir()
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        db.execute("CREATE TABLE holidays (day TEXT)")
        db.commit()
    for use in (Index, IndexWriter, known_files):
        with pytest.raises(IndexStoreError, match="rebuild it with"):
            use(store)


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_file_without_content_counts_as_no_index(
    store: Path, document: Make, content: bytes
) -> None:
    store.mkdir()
    (store / FILE_NAME).write_bytes(content)
    assert known_files(store) is None
    with pytest.raises(IndexStoreError, match="no index"):
        Index(store)
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    with opened(store) as index:
        assert index.text(0) == "First."


@pytest.mark.parametrize("found", [str(FORMAT + 1), "1", "x"])
def test_another_format_is_named(store: Path, found: str) -> None:
    IndexWriter(store).close()
    with writing(store):
        pass
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        db.execute("UPDATE meta SET value = ? WHERE key = 'format'", (found,))
        db.commit()
    for use in (Index, IndexWriter, known_files):
        with pytest.raises(IndexStoreError, match=f"format {found}, .* format {FORMAT}; rebuild"):
            use(store)


def test_a_folder_in_place_of_the_file_is_told(store: Path) -> None:
    (store / FILE_NAME).mkdir(parents=True)
    with pytest.raises(IndexStoreError, match="no index"):
        Index(store)
    for use in (IndexWriter, known_files, erase):
        with pytest.raises(IndexStoreError, match="cannot use the index"):
            use(store)


def test_a_place_where_nothing_can_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IndexStoreError, match=r"cannot use the index .* --index PATH"):
        IndexWriter(tmp_path / "file" / "store")


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="permissions are another matter here")
def test_a_directory_that_may_not_be_written_is_told(
    unprivileged: Callable[[], AbstractContextManager[None]],
) -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        place = Path(name)
        place.chmod(0o555)
        with unprivileged():
            for store in (place, place / "deeper"):
                with pytest.raises(IndexStoreError, match=r"cannot use the index .* --index PATH"):
                    IndexWriter(store)


def tampered(store: Path, *changes: str) -> None:
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        for change in changes:
            db.execute(change)
        db.commit()


def in_two_segments(store: Path, make: Make) -> None:
    """Two segments that are much alike, and a removed document."""
    for name in "ab":
        with writing(store) as writer:
            text = FERRY.replace("120", str(ord(name)))
            writer.put(make(f"{name}.txt", text, "Ferry", "2023-04-02"))
            writer.put(make(f"{name}2.txt", f"Second {name}."))
    with writing(store) as writer:
        writer.forget("b2.txt")


def piece(segment: int, name: int, part: int = 0) -> int:
    return segment << 32 | name << 26 | part


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE documents SET text = (SELECT text FROM documents WHERE path = 'a2.txt') "
        "WHERE path = 'a.txt'",
        "UPDATE documents SET layout = (SELECT layout FROM documents WHERE path = 'a2.txt') "
        "WHERE path = 'a.txt'",
        "UPDATE documents SET text = substr(text, 1, length(text) - 1) WHERE path = 'a.txt'",
        "UPDATE documents SET text = x'00' WHERE path = 'a.txt'",
        "UPDATE documents SET title = 'Other' WHERE path = 'a.txt'",
        "UPDATE documents SET date = NULL WHERE path = 'a.txt'",
        "UPDATE documents SET headline = '[0, 3]' WHERE path = 'a.txt'",
        "UPDATE documents SET headline = '7' WHERE path = 'a.txt'",
        "UPDATE documents SET headline = '{' WHERE path = 'a.txt'",
        "UPDATE documents SET pages = '[1]' WHERE path = 'a.txt'",
        "UPDATE documents SET pages = 'null' WHERE path = 'a.txt'",
        "UPDATE documents SET sentences = 99 WHERE path = 'a.txt'",
        "UPDATE documents SET sentences = 'x' WHERE path = 'a.txt'",
        "UPDATE documents SET id = 'x' WHERE path = 'a.txt'",
        "UPDATE documents SET text = CAST(text AS TEXT) WHERE path = 'a.txt'",
        "UPDATE documents SET text = 7 WHERE path = 'a.txt'",
        "UPDATE documents SET checksum = 'x' WHERE path = 'a.txt'",
        "UPDATE documents SET number = number + 100 WHERE path = 'a.txt'",
        "DELETE FROM documents WHERE path = 'a2.txt'",
        "DELETE FROM documents",
        "INSERT INTO documents SELECT NULL, 'c.txt', file, 'c', title, date, sentences, listing, "
        "checksum, headline, pages, layout, text FROM documents WHERE path = 'a.txt'",
        "DELETE FROM meta WHERE key = 'total'",
        "DELETE FROM meta WHERE key = 'state'",
        "UPDATE meta SET value = 'x' WHERE key = 'total'",
        "DELETE FROM removed",
        "UPDATE removed SET words = 'ferry'",
        "INSERT INTO removed VALUES (1, 1, '')",
        "DELETE FROM segments WHERE number = 1",
        "UPDATE segments SET sizes = replace(sizes, '\"dates\": 8', '\"dates\": 4')",
        "UPDATE segments SET sizes = '{}'",
        "DELETE FROM pieces",
    ],
)
def test_what_was_tampered_with_is_found(store: Path, document: Make, change: str) -> None:
    in_two_segments(store, document)
    with opened(store) as index:
        index.verify()
    tampered(store, change)

    def read() -> None:
        with opened(store) as index:
            index.verify()

    with pytest.raises(IndexStoreError, match=r"damaged \(.+\); rebuild it with: qa index"):
        read()


@pytest.mark.parametrize("name", range(WORD_COUNTS + 1))
@pytest.mark.parametrize("how", ["missing", "changed", "shorter", "of another segment", "text"])
def test_a_damaged_piece_is_found_before_anything_is_answered_from_it(
    store: Path, document: Make, everything: Everything, name: int, how: str
) -> None:
    in_two_segments(store, document)
    one, other = piece(1, name), piece(2, name)
    tampered(
        store,
        *{
            "missing": [f"DELETE FROM pieces WHERE key = {one}"],
            "changed": [f"UPDATE pieces SET content = zeroblob(length(content)) WHERE key = {one}"],
            "shorter": [
                f"UPDATE pieces SET content = substr(content, 1, length(content) - 4) "
                f"WHERE key = {one}"
            ],
            "of another segment": [
                f"UPDATE pieces SET (content, checksum) = "
                f"(SELECT content, checksum FROM pieces WHERE key = {other}) WHERE key = {one}"
            ],
            "text": [f"UPDATE pieces SET content = 'text' WHERE key = {one}"],
        }[how],
    )

    def read(look: Callable[[Index], object]) -> None:
        with opened(store) as index:
            look(index)

    with pytest.raises(IndexStoreError, match=r"damaged \(.+\); rebuild it with: qa index"):
        read(Index.verify)
    if name != NAMES.index("signatures"):
        with pytest.raises(IndexStoreError, match="damaged"):
            read(everything)
    else:
        with pytest.raises(IndexStoreError, match="damaged"):
            read(Index.signatures)


def test_documents_that_have_changed_places_are_told_apart(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "The ferry sails."))
        writer.put(document("b.txt", "The mayor spoke."))
    tampered(
        store,
        "UPDATE documents SET number = 3 - number + 10",
        "UPDATE documents SET number = number - 10",
    )
    with opened(store) as index:
        with pytest.raises(IndexStoreError, match="damaged"):
            index.text(0)
        with pytest.raises(IndexStoreError, match="damaged"):
            index.verify()


def test_damage_is_told_where_it_is_met_and_the_rest_can_be_read(
    store: Path, document: Make
) -> None:
    in_two_segments(store, document)
    tampered(store, "UPDATE documents SET title = 'Other' WHERE path = 'a.txt'")
    with opened(store) as index:
        assert index.text(index.find("b.txt") or 0).startswith("The Ferry")
        with pytest.raises(IndexStoreError, match=r"damaged \(document 'a.txt'\)"):
            index.text(index.find("a.txt") or 0)


def test_a_document_that_its_own_list_has_lost_is_not_said_to_be_unknown(
    store: Path, document: Make
) -> None:
    in_two_segments(store, document)
    tampered(store, "DELETE FROM documents WHERE path = 'a.txt'")
    with opened(store) as index:
        for name in ("a.txt", document_id("a.txt")):
            with pytest.raises(IndexStoreError, match="damaged"):
                index.find(name)
        assert index.find("b2.txt") is None  # removed as it should be
        with pytest.raises(IndexStoreError, match="damaged"):
            index.entries()


def test_rows_are_listed_by_their_numbers(store: Path, document: Make) -> None:
    paths = ["a.csv#9", "a.csv#10", "a.csv#100", "a.txt", "a1.txt", "b.zip/a.csv#2", "b.zip/c.txt"]
    with writing(store) as writer:
        for path in sorted(paths):
            writer.put(replace(document(path, "A ferry."), date=None))
    with opened(store) as index:
        assert [entry.path for entry in index.entries()] == paths
        assert [entry.path for entry in index.entries(1, 2)] == paths[1:3]
        assert index.undated() == paths


def test_a_writer_takes_a_list_of_files_only_as_of_the_last_commit(store: Path) -> None:
    with writing(store) as writer:
        writer.record(FileState("a.txt", 1, 1, "aa", 1))
    known = known_files(store)
    with writing(store) as writer:
        assert writer.files(known) is known.states
        writer.record(FileState("b.txt", 1, 1, "bb", 1))
    with writing(store) as writer:
        assert writer.files(known).keys() == {"a.txt", "b.txt"}


@pytest.mark.parametrize(
    "change", ["size = 'large'", "notes = '{'", "notes = '[]'", "notes = '{\"problems\": [[]]}'"]
)
def test_a_list_of_files_that_makes_no_sense_is_told(store: Path, change: str) -> None:
    with writing(store) as writer:
        writer.record(FileState("a.txt", 1, 1, "aa", 1))
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        db.execute(f"UPDATE files SET {change}")
        db.commit()
    with pytest.raises(IndexStoreError, match=r"damaged \(list of files\); rebuild it"):
        known_files(store)


@pytest.mark.parametrize("word", [b"TABLE files", b"TABLE documents", b"autoindex_documents_1"])
def test_damage_in_what_the_database_says_of_itself_is_told(store: Path, word: bytes) -> None:
    with writing(store):
        pass
    file = store / FILE_NAME
    file.write_bytes(file.read_bytes().replace(word, b"\xb7" + word[1:]))
    for use in (Index, IndexWriter, known_files):
        with pytest.raises(IndexStoreError, match="rebuild it"):
            use(store)


def pages_of(content: bytes) -> range:
    return range(0, len(content), PAGE_SIZE)


def test_flipped_bytes_give_an_error_or_the_same_answers(
    store: Path, document: Make, everything: Everything
) -> None:
    for part in range(3):
        with writing(store) as writer:
            for one in library(document, 12)[part::3]:
                writer.put(one)
                writer.record(FileState(one.path, 5, 7, "ab", 1))
    with writing(store) as writer:
        writer.forget("0/03.txt")
    file = store / FILE_NAME
    intact = file.read_bytes()
    assert not (store / f"{FILE_NAME}-wal").exists()  # all of it stands in the one file
    with opened(store) as index:
        expected = everything(index)
    rng = random.Random(11)
    used = [place for place, byte in enumerate(intact) if byte]  # much of a small file is unused
    places = [page + rng.randrange(64) for page in pages_of(intact) for _ in range(3)]
    places += rng.sample(used, 160)
    told: list[str] = []
    for place in places:
        damaged = bytearray(intact)
        damaged[place] ^= rng.randrange(1, 256)
        erase(store)
        file.write_bytes(damaged)
        with suppress(IndexStoreError):
            known_files(store)
        try:
            with opened(store) as index:
                assert everything(index)[:6] == expected[:6], place
        except IndexStoreError as error:
            told.append(str(error))
        if place % 4 == 0:
            with suppress(IndexStoreError), writing(store) as writer:
                writer.files()
                writer.put(document("0/00.txt", "A new text."))
                writer.forget("1/01.txt")
                writer.commit()
                writer.merge(every=True)
    assert len(told) > 80
    assert all("rebuild it with" in message or "--index" in message for message in told)


def test_what_verifies_answers_alike(store: Path, document: Make, everything: Everything) -> None:
    with writing(store) as writer:
        for one in library(document, 9):
            writer.put(one)
    file = store / FILE_NAME
    intact = file.read_bytes()
    with opened(store) as index:
        expected = everything(index)
    rng = random.Random(12)
    used = [place for place, byte in enumerate(intact) if byte]
    found = 0
    for place in rng.sample(used, 120):
        damaged = bytearray(intact)
        damaged[place] ^= 1 << rng.randrange(8)
        erase(store)
        file.write_bytes(damaged)
        try:
            with opened(store) as index:
                index.verify()
                assert everything(index)[:6] == expected[:6]
        except IndexStoreError:
            found += 1
    assert found > 60


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.7, 0.9])
def test_a_truncated_file_is_told(
    store: Path, document: Make, everything: Everything, share: float
) -> None:
    with writing(store) as writer:
        for one in library(document, 9):
            writer.put(one)
    file = store / FILE_NAME
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])

    for look in (Index.verify, everything):
        with pytest.raises(IndexStoreError), opened(store) as index:
            look(index)
