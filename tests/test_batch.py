"""Documents made ready for the index: tokens as `terms` has them, blocks, and the way between
processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.answer import Document, Problem, Span
from qa.batch import Batch, Layout, Row
from qa.documents import document_id
from qa.preparing import BLOCK, Outcome, Prepared, batch_of, words_in
from qa.sentences import paragraphs, sentences
from qa.terms import lexemes, surfaces, tokens
from qa.vocabulary import Vocabulary, hash_of

Make = Callable[..., Document]

PIECES = st.sampled_from(
    ["The ferry", "L'Assemblée", "l'été", "d'Ivoire", "U.S.", "e.g.", "a.b", "1,250.5", "12,5",
     "O'Brien's", "wasn’t", "Kovač", "東京都", "カ゚タ", "हिन्दी", "don't", "3.", "_a_b", "x_y.z",
     "?!", "—", "'s", "’", ".5", "A.", "qu'il", "\u0301", "İstanbul", "ß", "ﬁne", "s'", "a.b's",
     "\n\n", "\n", " ", ". ", ".", "'", "é", "½", "x²", "naïve", "\u200d", "1.2.3", "1,2a"]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join)
ASCII = st.text("abS1'’._,- \n", max_size=40) | st.text(
    st.characters(max_codepoint=127), max_size=40
)


def of(path: str, text: str) -> Document:
    return Document(document_id(path), "Title", None, path, text)


def same(one: Batch, other: Batch) -> bool:
    return all(
        np.array_equal(first, second) and first.dtype == second.dtype
        if isinstance(first, np.ndarray)
        else first == second
        for first, second in (
            (getattr(one, field.name), getattr(other, field.name)) for field in fields(Batch)
        )
    )


# --- tokens --------------------------------------------------------------------------------------


@given(TEXTS | ASCII | st.text(max_size=40))
def test_surfaces_taken_apart_are_the_tokens(text: str) -> None:
    expected = [(token.word, token.term) for token in tokens(text)]
    assert [pair for surface in surfaces(text) for pair in lexemes(surface)] == expected


@given(ASCII)
@example("U.S.A's e.g. a.b.c. 1,250.5x 1.5 a'b'c' x'1 _a_ a_b's 5.a A.5")
def test_plain_text_is_cut_as_any_other(text: str) -> None:
    # One letter that is no ASCII, well apart, has the general pattern look for all tokens.
    assert surfaces(text) == surfaces(text + " é")[:-1]


@given(st.lists(TEXTS, max_size=4))
def test_a_batch_holds_the_terms_of_every_sentence(texts: list[str]) -> None:
    batch = batch_of(of(f"{n}.txt", text) for n, text in enumerate(texts))
    expected = [
        [hash_of(token.term) for token in tokens(text[s.start : s.end])]
        for text in texts
        for s in sentences(text, None)
    ]
    assert batch.lengths.tolist() == [len(terms) for terms in expected]
    assert batch.hashes[batch.tokens].tolist() == [term for terms in expected for term in terms]
    assert batch.sentences.tolist() == [len(sentences(text, None)) for text in texts]


@given(st.lists(TEXTS, max_size=4))
def test_words_are_counted_once_a_document(texts: list[str]) -> None:
    batch = batch_of(of(f"{n}.txt", text) for n, text in enumerate(texts))
    expected: Counter[str] = Counter()
    for text in texts:
        own = {t.word for s in sentences(text, None) for t in tokens(text[s.start : s.end])}
        expected.update(own)
    assert batch.words == expected
    assert [words_in(row.layout, row.text) for row in batch.rows] == [
        batch_of([of("x", text)]).words.keys() for text in texts
    ]


def test_a_word_that_stands_alone_and_after_an_article_is_one_word_of_the_document() -> None:
    assert batch_of([of("a.txt", "L'Assemblée, une assemblée.")]).words == {
        "l": 1, "assemblee": 1, "une": 1,
    }  # fmt: skip


@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
def test_a_vocabulary_used_before_changes_nothing(earlier: list[str], texts: list[str]) -> None:
    used = Vocabulary()
    batch_of((of(f"{n}.txt", text) for n, text in enumerate(earlier)), used)
    documents = [of(f"{n}.txt", text) for n, text in enumerate(texts)]
    one, other = batch_of(documents), batch_of(documents, used)
    assert one.words == other.words
    assert one.signatures.tolist() == other.signatures.tolist()
    assert one.hashes[one.tokens].tolist() == other.hashes[other.tokens].tolist()
    assert set(other.hashes.tolist()) == set(one.hashes.tolist())


# --- blocks --------------------------------------------------------------------------------------


def spread(*paragraphs: list[int]) -> list[int]:
    """The blocks of a document whose paragraphs have sentences of so many tokens."""
    text = "\n\n".join(
        " ".join("So " + "x " * (tokens - 2) + "it." for tokens in paragraph)
        for paragraph in paragraphs
    )
    batch = batch_of([of("a.txt", text)])
    assert batch.lengths.tolist() == [n for paragraph in paragraphs for n in paragraph]
    return batch.blocks.tolist()


def test_a_block_is_whole_paragraphs_of_eighty_tokens_together() -> None:
    assert BLOCK == 80
    assert spread([20]) == [1]
    assert spread([40, 39], [5]) == [3]
    assert spread([40, 40], [5]) == [2, 1]
    assert spread([20], [20], [20], [20], [20]) == [4, 1]
    assert spread([79], [79], [79]) == [2, 1]


def test_a_very_long_paragraph_is_cut() -> None:
    assert spread([40] * 20) == [8, 8, 4]
    assert spread([40] * 9, [40]) == [8, 2]


def test_a_block_of_short_sentences_ends_after_eight() -> None:
    assert spread([3] * 20) == [8, 8, 4]
    assert spread([3] * 7, [3], [3]) == [8, 1]


@given(st.lists(TEXTS, max_size=4))
def test_blocks_have_each_sentence_once_and_end_with_their_document(texts: list[str]) -> None:
    batch = batch_of(of(f"{n}.txt", text) for n, text in enumerate(texts))
    ends = np.cumsum(batch.blocks, dtype=np.int64)
    assert batch.blocks.sum() == len(batch.lengths)
    assert ((batch.blocks > 0) & (batch.blocks <= 8)).all()
    assert len(batch.blocks) == batch.spread.sum()
    last = np.cumsum(batch.spread) - 1
    assert [int(ends[n]) if n >= 0 else 0 for n in last] == np.cumsum(batch.sentences).tolist()


# --- there and back ------------------------------------------------------------------------------

DOCUMENTS = st.builds(
    Document,
    id=st.just("0123456789abcdef"),
    title=st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    date=st.none() | st.just("2023-04-02"),
    path=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9),
    text=TEXTS,
    headline=st.none() | st.builds(Span, st.integers(0, 9), st.integers(10, 20)),
    pages=st.lists(st.integers(0, 999), max_size=4).map(tuple),
)


@given(st.lists(DOCUMENTS, max_size=4))
@settings(max_examples=60)
def test_a_batch_comes_out_of_a_pipe_as_it_went_in(documents: list[Document]) -> None:
    batch = batch_of(documents)
    other = Batch.from_bytes(batch.to_bytes())
    assert same(batch, other)
    for row, checksum, document in zip(other.rows, other.checksums, documents, strict=True):
        found, layout = row.unpacked(checksum)
        assert found == document
        assert layout.sentences.tolist() == [
            [s.start, s.end, s.paragraph] for s in sentences(document.text, document.headline)
        ]
        assert layout.paragraphs.tolist() == [[p.start, p.end] for p in paragraphs(document.text)]


def test_a_prepared_batch_comes_out_of_a_pipe_as_it_went_in() -> None:
    outcomes = (
        Outcome("ä\n.txt", "ff", 1, ()),
        Outcome("b.zip", "ee", 0, (Problem("b.zip/\\udcff", "is “empty”"), Problem("b", "x"))),
        Outcome("c.txt", "aa", 0, (), changed=False),
    )
    prepared = Prepared(batch_of([of("ä\n.txt", "A ferry. 東京")]), ("ä\n.txt",), outcomes)
    other = Prepared.from_bytes(prepared.to_bytes())
    assert (other.files, other.outcomes) == (prepared.files, prepared.outcomes)
    assert same(prepared.batch, other.batch)


@pytest.mark.parametrize("content", [b"", b"{}", b"{}\n", b"no json\n", b"[]\n"])
def test_what_is_no_batch_is_told(content: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Prepared.from_bytes(content)


@given(st.lists(st.tuples(*[st.integers(0, 2**31 - 1)] * 3), max_size=9))
def test_layouts_bear_any_offsets(rows: list[tuple[int, int, int]]) -> None:
    sentence = np.array(rows, np.int32).reshape(-1, 3)
    layout = Layout(sentence, sentence[:, :2])
    other = Layout.from_bytes(layout.to_bytes())
    assert np.array_equal(other.sentences, layout.sentences)
    assert np.array_equal(other.paragraphs, layout.paragraphs)


@pytest.mark.parametrize(
    "change",
    [
        {"path": "b.txt"}, {"title": "Other"}, {"date": "2023-01-01"}, {"headline": (0, 3)},
        {"pages": (1,)}, {"id": "x"}, {"layout": b""}, {"text": b"no zlib"},
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_not_unpacked(change: dict[str, object]) -> None:
    batch = batch_of([of("a.txt", "A ferry.")])
    row: Row = batch.rows[0]
    assert row.unpacked(batch.checksums[0])[0] == of("a.txt", "A ferry.")
    with pytest.raises(ValueError, match=r"."):
        replace(row, **change).unpacked(batch.checksums[0])  # type: ignore[arg-type]
