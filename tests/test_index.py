"""The index on disk: what goes in comes out, one commit is one state, damage is told."""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa import index as index_module
from qa.answer import Document, Span
from qa.documents import document_id
from qa.errors import IndexStoreError
from qa.index import FileState, Index, IndexWriter, erase, known_files
from qa.retriever import TfidfRetriever
from qa.sentences import paragraphs, sentences
from qa.store import FILE_NAME, FORMAT
from qa.terms import tokens

Make = Callable[..., Document]
Build = Callable[..., Index]

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
def unprivileged() -> Iterator[None]:
    """As a user whom permissions bind; root is bound by none."""
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


@contextmanager
def writing(store: Path) -> Iterator[IndexWriter]:
    """A writer that commits, unless something goes wrong."""
    writer = IndexWriter(store)
    try:
        yield writer
        writer.commit()
    finally:
        writer.close()


def everything(index: Index) -> tuple[object, ...]:
    """All that can be seen of an index, to the last bit."""
    p = index.postings
    numbers = range(index.info.sentences)
    retriever = TfidfRetriever(p)
    return (
        index.info,
        index.entries,
        [index.document(n) for n in range(len(index.entries))],
        [(index.span(n), index.document_of(n), index.paragraph_of(n)) for n in numbers],
        [index.is_headline(n) for n in numbers],
        sorted(index.words.items()),
        list(p.vocabulary.items()),
        [array.tobytes() for array in (p.offsets, p.numbers, p.counts, p.lengths)],
        [array.tobytes() for array in (p.document, p.paragraph)],
        [retriever.search({term: 1.0, "the": 0.5}, 5) for term in list(p.vocabulary)[:20]],
    )


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
    assert index.by_id == {one.id: 0, other.id: 1}
    assert index.by_path == {"h/ä b.txt": 0, "z.txt": 1}
    assert index.info.documents == 2
    assert index.info.sentences == sum(entry.sentences for entry in index.entries)


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
    documents = library(document, 9)
    index = index_of(*documents)
    expected: dict[str, dict[int, int]] = {}
    first = 0
    for one in sorted(documents, key=lambda one: one.path):
        for number, sentence in enumerate(sentences(one.text, one.headline), first):
            for token in tokens(one.text[sentence.start : sentence.end]):
                places = expected.setdefault(token.term, {})
                places[number] = places.get(number, 0) + 1
            first = number + 1
    postings = index.postings
    assert postings.vocabulary.keys() == expected.keys()
    for term, places in expected.items():
        numbers, counts = postings.of(term)
        assert dict(zip(numbers.tolist(), counts.tolist(), strict=True)) == places
        assert numbers.tolist() == sorted(places)
    assert postings.lengths.sum() == sum(sum(places.values()) for places in expected.values())
    assert [len(part) for part in postings.of("nowhere")] == [0, 0]


def test_words_tell_in_how_many_documents_they_stand(document: Make, index_of: Build) -> None:
    index = index_of(
        document("a.txt", "Ferries, ferries! Kovač sails."),
        document("b.txt", "No ferries in 12.5."),
    )
    assert dict(index.words) == {
        "ferries": 2, "kovac": 1, "sails": 1, "no": 1, "in": 1, "12.5": 1,
    }  # fmt: skip


def test_a_document_without_a_word_adds_no_term(document: Make, index_of: Build) -> None:
    index = index_of(document("a.txt", "?!… —"), document("b.txt", "A ferry."))
    assert "" not in index.postings.vocabulary
    assert "" not in index.words
    assert index.text(0) == "?!… —"


def test_an_index_of_nothing_is_an_index(index_of: Build) -> None:
    index = index_of()
    assert (index.info.documents, index.info.sentences) == (0, 0)
    assert everything(index)[1] == ()


def test_files_are_remembered_until_forgotten(store: Path, document: Make) -> None:
    states = [FileState("a.txt", 3, -5, "ff", None), FileState("b.txt", 0, 2**60, "", "is empty")]
    with writing(store) as writer:
        for state in states:
            writer.record(state)
        writer.put(document("a.txt", "A ferry."))
    assert known_files(store) == {state.path: state for state in states}
    with writing(store) as writer:
        assert writer.files() == {state.path: state for state in states}
        writer.forget("a.txt")
        writer.forget("never.txt")
    assert known_files(store) == {"b.txt": states[1]}
    with opened(store) as index:
        assert index.info.documents == 0


# --- however it came about ----------------------------------------------------------------------


def test_in_one_go_or_in_steps_it_is_the_same_to_the_last_bit(
    store: Path, document: Make, index_of: Build
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
            writer.remove(one.path)
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
    tmp_path_factory: pytest.TempPathFactory, index_of: Build, steps: list[tuple[str, str]]
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
                writer.remove(path)
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
        writer.record(FileState("a.txt", 1, 1, "aa", None))
    with writing(store) as writer:
        writer.record(FileState("a.txt", 1, 2, "bb", None))
        writer.put(one)
    with opened(store) as index:
        assert index.info.version == versions[0]


# --- one commit is one state --------------------------------------------------------------------


def test_nothing_is_seen_before_it_is_committed(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    writer = IndexWriter(store)
    writer.put(document("b.txt", "Second."))
    writer.remove("a.txt")
    with opened(store) as index:
        assert [entry.path for entry in index.entries] == ["a.txt"]
    writer.close()  # without a commit
    with opened(store) as index:
        assert [entry.path for entry in index.entries] == ["a.txt"]
        assert index.text(0) == "First."


def test_a_reader_goes_on_undisturbed_while_a_writer_commits(store: Path, document: Make) -> None:
    documents = library(document, 12)
    with writing(store) as writer:
        for one in documents:
            writer.put(one)
    with opened(store) as index:
        before = everything(index)
        for one in documents[:6]:
            with writing(store) as writer:
                writer.remove(one.path)
                writer.put(document(f"new/{one.path}", "Entirely new. " * 500))
            with opened(store) as other:
                assert other.info.version != index.info.version
        del index.__dict__["words"]  # read when asked for: still those of this reader's commit
        assert everything(index) == before
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
    monkeypatch.setattr(index_module, "PATIENCE", 0.05)
    writer = IndexWriter(store)
    writer.put(document("a.txt", "First."))
    writer.commit()
    with pytest.raises(IndexStoreError, match=r"another process is writing .* try again"):
        IndexWriter(store)
    with opened(store) as index:  # reading is no trouble
        assert index.info.documents == 1
    assert known_files(store) == {}
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
def test_a_directory_that_may_not_be_written_is_told() -> None:
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to others
        place = Path(name)
        place.chmod(0o555)
        with unprivileged():
            for store in (place, place / "deeper"):
                with pytest.raises(IndexStoreError, match=r"cannot use the index .* --index PATH"):
                    IndexWriter(store)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE documents SET text = replace(text, '120', '210')",
        "UPDATE documents SET title = 'Other'",
        "UPDATE documents SET date = NULL",
        "UPDATE documents SET postings = zeroblob(length(postings))",
        "UPDATE documents SET sentences = substr(sentences, 17)",
        "UPDATE documents SET words = 'bus'",
        "UPDATE documents SET text = CAST(text AS BLOB)",
        "UPDATE documents SET text = 7",
        "UPDATE documents SET checksum = 'x'",
        "DELETE FROM documents WHERE path = 'b.txt'",
        "DELETE FROM meta WHERE key = 'total'",
        "UPDATE meta SET value = 'x' WHERE key = 'total'",
    ],
)
def test_what_was_tampered_with_is_found_and_named(
    store: Path, document: Make, change: str
) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", FERRY, "Ferry", "2023-04-02"))
        writer.put(document("b.txt", "Second."))
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        db.execute(change)
        db.commit()

    def read() -> None:
        with opened(store) as index:
            index.text(0)

    with pytest.raises(IndexStoreError, match=r"damaged \(.+\); rebuild it with: qa index") as told:
        read()
    if "UPDATE documents" in change:
        assert "a.txt" in str(told.value)


def test_a_list_of_files_that_makes_no_sense_is_told(store: Path) -> None:
    with writing(store) as writer:
        writer.record(FileState("a.txt", 1, 1, "aa", None))
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        db.execute("UPDATE files SET size = 'large'")
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


def test_a_text_swapped_for_that_of_another_document_is_not_shown(
    store: Path, document: Make
) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", FERRY))
        writer.put(document("b.txt", "Second."))
    with closing(sqlite3.connect(store / FILE_NAME)) as db:
        db.execute(
            "UPDATE documents SET (text, text_digest) = "
            "(SELECT text, text_digest FROM documents WHERE path = 'a.txt')"
        )
        db.commit()
    with pytest.raises(IndexStoreError, match="damaged"):
        Index(store)


def test_flipped_bytes_give_an_error_or_the_same_answers(store: Path, document: Make) -> None:
    with writing(store) as writer:
        for one in library(document, 9):
            writer.put(one)
            writer.record(FileState(one.path, 5, 7, "ab", None))
    file = store / FILE_NAME
    intact = file.read_bytes()
    assert not (store / f"{FILE_NAME}-wal").exists()  # all of it stands in the one file
    with opened(store) as index:
        expected = everything(index)
    rng = random.Random(11)
    pages = range(0, len(intact), 4096)
    places = [page + rng.randrange(64) for page in pages for _ in range(5)]  # the structure
    places += [rng.randrange(len(intact)) for _ in range(80)]
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
                assert everything(index) == expected, place
        except IndexStoreError as error:
            told.append(str(error))
        if place % 4 == 0:
            with suppress(IndexStoreError), writing(store) as writer:
                writer.files()
                writer.put(document("0/00.txt", "A new text."))
                writer.forget("1/01.txt")
    assert len(told) > 20
    assert all("rebuild it with" in message or "--index" in message for message in told)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_told(store: Path, document: Make, share: float) -> None:
    with writing(store) as writer:
        for one in library(document, 9):
            writer.put(one)
    file = store / FILE_NAME
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])

    def read() -> None:
        with opened(store) as index:
            everything(index)

    with pytest.raises(IndexStoreError):
        read()


def test_numbers_are_the_narrow_kinds_that_fit_a_million_sentences(
    document: Make, index_of: Build
) -> None:
    postings = index_of(document("a.txt", FERRY)).postings
    assert postings.numbers.dtype == postings.document.dtype == postings.paragraph.dtype == np.int32
    assert postings.counts.dtype == postings.lengths.dtype == np.float32
