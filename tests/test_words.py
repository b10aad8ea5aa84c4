"""The two ways of taking a text apart agree."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from qa.forms import TERM, WORD, keys_of
from qa.terms import terms, tokens
from qa.words import Line, take_apart

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("aBlU’'.,1 2-_&sé\u0301\u3042\u3099中"), st.characters()),
    max_size=60,
)


@given(TEXTS)
@example("l'Assemblée de l’U.S.’s 1,250.5a 中国 O'Brien_x")
def test_a_line_has_the_tokens_of_its_text(text: str) -> None:
    line = Line(text)
    assert line.words == take_apart(text, tokens(text))
    assert [token.term for token in line.words.tokens] == terms(text)


@given(st.lists(TEXTS, max_size=4))
def test_lines_together_are_as_lines_alone(texts: list[str]) -> None:
    for line, text in zip(Line.several(texts), texts, strict=True):
        assert line == Line(text)
        assert line.codes.tolist() == Line(text).codes.tolist()


@given(TEXTS)
def test_terms_are_those_of_the_text(text: str) -> None:
    line = Line(text)
    assert line.known == frozenset(terms(text))
    assert line.codes[TERM].tolist() == keys_of(terms(text)).tolist()
    assert line.codes[WORD].tolist() == keys_of([token.word for token in tokens(text)]).tolist()
