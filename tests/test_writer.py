"""The writer: steps in any order end in the same index, few segments, and nothing half done."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from qa import Bot
from qa import writer as writer_module
from qa.answer import Document, Span
from qa.catalogue import known_files
from qa.errors import IndexStoreError
from qa.index import Index
from qa.preparing import batch_of
from qa.store import FILE_NAME
from qa.writer import IndexWriter

Make = Callable[..., Document]
Build = Callable[..., Index]
Everything = Callable[[Index], tuple[object, ...]]

NAMES = ["ferry", "harbour", "mayor", "bridge", "euro", "Kovač", "island", "council", "library"]
ASKED = [("Who said that", "opened"), ("When did", "reach"), ("Why was", "near"), ("Did", "see")]
PAIRS = [(one, other) for one in NAMES for other in NAMES if one != other]
QUESTIONS = [
    f"{start} the {one} {verb} the {other}?"
    for (start, verb), (one, other) in zip(ASKED * 5, PAIRS[:60:3], strict=True)
]
WHEN = ["in 2019", "for 12.5 euros", "near l’Assemblée", "again", "because of it"]


@contextmanager
def writing(store: Path) -> Iterator[IndexWriter]:
    """A writer that commits, unless something goes wrong."""
    with closing(IndexWriter(store)) as writer:
        yield writer
        writer.commit()


def made(make: Make, rng: random.Random, path: str) -> Document:
    """A document with a headline, headings, twins of other sentences and words of several parts."""

    def sentence() -> str:
        return (
            f"{rng.choice(['On Tuesday the', 'The', 'Mayor Ana'])} {rng.choice(NAMES)} "
            f"{rng.choice(['opened', 'saw', 'reached', 'repaired'])} the {rng.choice(NAMES)} "
            f"{rng.choice(WHEN)}."
        )

    head = f"The {rng.choice(NAMES)} and the {rng.choice(NAMES)}"
    paragraphs = [
        " ".join(sentence() for _ in range(rng.randint(1, 6))) for _ in range(rng.randint(1, 5))
    ]
    if rng.random() < 0.4:
        paragraphs.insert(1, f"What about the {rng.choice(NAMES)}?")
    date = rng.choice([None, "2023-01-02", "2023-05-06"])
    text = "\n\n".join([head, *paragraphs])
    return make(path, text, title=head, date=date, headline=Span(0, len(head)))


def answers(index: Index) -> list[dict[str, object]]:
    bot = Bot(index)
    found = []
    for number, question in enumerate(QUESTIONS):
        since = "2023-01-03" if number % 4 == 3 else None
        answer = bot.ask(question, k=9, since=since).to_dict()
        del answer["took_ms"]
        found.append(answer)
    return [*found, {"suggestions": bot.suggestions()}]


# --- however it came about ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_in_one_go_in_a_hundred_steps_or_merged_the_answers_are_the_same(
    store: Path, document: Make, index_of: Build, everything: Everything, seed: int
) -> None:
    rng = random.Random(seed)
    paths = [f"{n % 3}/{n:02}.txt" for n in range(30)]
    current: dict[str, Document] = {}
    writer = IndexWriter(store)
    for _ in range(100):
        step = rng.choices(
            ["put", "take", "forget", "keep", "commit", "merge", "every", "reopen", "drop"],
            [30, 10, 14, 6, 14, 8, 2, 6, 3],
        )[0]
        if step == "put":
            one = made(document, rng, rng.choice(paths))
            writer.put(one)
            current[one.path] = one
        elif step == "take":
            several = [made(document, rng, path) for path in rng.sample(paths, 4)]
            several += rng.sample(sorted(current.values(), key=lambda d: d.path), len(current) // 4)
            writer.take(batch_of(several), [one.path for one in several])
            current |= {one.path: one for one in several}
        elif step == "forget" and current:
            path = rng.choice(sorted(current))
            writer.forget(path)
            del current[path]
        elif step == "keep" and current:
            path = rng.choice(sorted(current))
            kept = rng.random() < 0.5
            writer.keep(path, [path] if kept else ["other.txt"])
            if not kept:
                del current[path]
        elif step == "commit":
            writer.commit()
        elif step in ("merge", "every"):
            writer.merge(every=step == "every")
        elif step == "reopen":
            writer.commit()
            writer.close()
            writer = IndexWriter(store)
        elif step == "drop":
            writer.commit()
            writer.put(made(document, rng, rng.choice(paths)))
            writer.close()  # without a commit
            writer = IndexWriter(store)
    writer.commit()
    writer.close()
    whole = index_of(*(current[path] for path in rng.sample(sorted(current), len(current))))
    expected, asked = everything(whole), answers(whole)
    assert sum(bool(answer.get("quotes")) for answer in asked) > 10
    with closing(Index(store)) as index:
        index.verify()
        assert len(index.postings.segments) > 1
        assert everything(index) == expected
        assert answers(index) == asked
    with writing(store) as writer:
        assert writer.merge(every=True)
    with closing(Index(store)) as index:
        index.verify()
        assert len(index.postings.segments) == 1
        assert index.size == len(current)
        assert everything(index) == expected
        assert answers(index) == asked


def test_the_last_of_several_documents_with_one_path_counts(
    store: Path, document: Make, index_of: Build, everything: Everything
) -> None:
    batch = batch_of([document("a.txt", "First."), document("b.txt", "Other."),
                      document("a.txt", "Second, longer.")])  # fmt: skip
    with writing(store) as writer:
        writer.take(batch, ["x.csv"] * 3)
    with closing(Index(store)) as index:
        index.verify()
        assert everything(index) == everything(
            index_of(document("b.txt", "Other."), document("a.txt", "Second, longer."))
        )


def test_an_unchanged_document_is_not_written_again(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
        writer.put(document("b.txt", "Second."))
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
        writer.put(document("b.txt", "Second, and changed."))
    with closing(Index(store)) as index:
        assert [len(view.live) for view in index.postings.segments] == [2, 1]
        assert [view.live.tolist() for view in index.postings.segments] == [[True, False], [True]]
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    with closing(Index(store)) as index:
        assert len(index.postings.segments) == 2


def test_a_document_may_pass_from_one_file_to_another(store: Path, document: Make) -> None:
    one = batch_of([document("a.txt", "First.")])
    with writing(store) as writer:
        writer.take(one, ["old.zip"])
    with writing(store) as writer:
        writer.take(one, ["new.zip"])
        writer.keep("old.zip", [])
    with closing(Index(store)) as index:
        index.verify()
        assert index.info.documents == 1


def test_words_of_several_parts_are_forgotten_with_their_document(
    store: Path, document: Make
) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "L’Assemblée nationale, une assemblée."))
        writer.put(document("b.txt", "Une île."))
    with writing(store) as writer:
        writer.forget("a.txt")
    with closing(Index(store)) as index:
        assert index.words("a") == {}
        assert index.words("u") == {"une": 1}
    with writing(store) as writer:
        writer.merge(every=True)
    with closing(Index(store)) as index:
        assert index.words("a") == {}


# --- segments ------------------------------------------------------------------------------------


def test_segments_stay_few_and_large_ones_are_seldom_written_again(
    store: Path, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    original = writer_module.build

    def watched(sources: object) -> object:
        arrays = original(sources)  # type: ignore[arg-type]
        written.append(len(arrays.lengths))
        return arrays

    monkeypatch.setattr(writer_module, "build", watched)
    for number in range(60):
        with writing(store) as writer:
            writer.put(document(f"{number}.txt", "One ferry. Two ferries."))
            writer.commit()
            writer.merge()
        with closing(Index(store)) as index:
            assert len(index.postings.segments) <= 5
    assert sum(written) < 120 * 8  # each sentence some times, not sixty


def test_a_segment_of_which_much_is_gone_is_written_anew(store: Path, document: Make) -> None:
    with writing(store) as writer:
        for number in range(20):
            writer.put(document(f"{number}.txt", f"Ferry {number}."))
    with writing(store) as writer:
        for number in range(5):
            writer.forget(f"{number}.txt")
        writer.commit()
        assert not writer.merge()
        writer.forget("5.txt")
        writer.commit()
        assert writer.merge()
        assert not writer.merge()
    with closing(Index(store)) as index:
        index.verify()
        assert index.size == index.info.documents == 14


def test_an_index_that_loses_all_documents_loses_its_segments(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    with closing(IndexWriter(store)) as writer:
        writer.forget("a.txt")
        writer.commit()
        assert writer.merge()
    with closing(Index(store)) as index:
        index.verify()
        assert (index.size, index.info.documents, index.info.sentences) == (0, 0, 0)
        assert index.entries() == []
        assert index.words("f") == {}


def test_merging_commits_what_was_put_before(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
        writer.commit()
        writer.put(document("b.txt", "Second."))
        writer.merge(every=True)
    with closing(Index(store)) as index:
        index.verify()
        assert [entry.path for entry in index.entries()] == ["a.txt", "b.txt"]


def test_a_document_put_and_taken_back_was_never_there(
    store: Path, document: Make, index_of: Build, everything: Everything
) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
        writer.put(document("b.txt", "Second ferry."))
        writer.put(document("b.txt", "Third ferry."))
        writer.forget("b.txt")
    with closing(Index(store)) as index:
        index.verify()
        assert index.size == 1
        assert everything(index) == everything(index_of(document("a.txt", "First.")))


def test_a_writer_that_fails_midway_leaves_the_last_commit(
    store: Path, document: Make, everything: Everything, monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    with closing(Index(store)) as index:
        expected = everything(index)

    def broken(*_: object) -> None:
        raise MemoryError

    for place in ("write_piece", "build", "delete_segment", "state_of"):
        writer = IndexWriter(store)
        writer.put(document("b.txt", "Second."))
        if place == "delete_segment":
            writer.commit()
            writer.forget("b.txt")
            writer.commit()
        fail = (lambda w: w.merge(every=True)) if place == "delete_segment" else IndexWriter.commit
        with monkeypatch.context() as patch:
            patch.setattr(writer_module, place, broken)
            with pytest.raises(MemoryError):
                fail(writer)
        writer.close()
        with closing(Index(store)) as index:
            index.verify()
            assert everything(index) == expected
    assert known_files(store).states == {}


def test_a_writer_checks_what_it_continues(store: Path, document: Make) -> None:
    with writing(store) as writer:
        writer.put(document("a.txt", "First."))
    import sqlite3

    for change in ("DELETE FROM segments", "DELETE FROM meta WHERE key = 'state'"):
        with closing(sqlite3.connect(writer.path)) as db:
            db.execute(change)
            db.commit()
        with pytest.raises(IndexStoreError, match="damaged"):
            IndexWriter(store)


def test_what_merged_segments_took_of_the_disk_is_given_back(store: Path, document: Make) -> None:
    rng = random.Random(4)
    with writing(store) as writer:
        for number in range(40):
            words = (f"w{rng.randrange(10**9)}" for _ in range(3000))
            writer.put(document(f"{number}.txt", " ".join(words) + "."))
    with writing(store) as writer:
        for number in range(36):
            writer.forget(f"{number}.txt")
    before = (store / FILE_NAME).stat().st_size
    with writing(store) as writer:
        assert writer.merge()
    assert (store / FILE_NAME).stat().st_size < before / 3
    with closing(Index(store)) as index:
        index.verify()
        assert index.info.documents == 4
