"""The two ways of taking a text apart agree."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from qa.terms import terms, tokens
from qa.words import Line, take_apart, terms_of

TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("aBlU’'.,1 2-_&sé\u0301\u3042\u3099中"), st.characters()),
    max_size=60,
)


@given(TEXTS)
@example("l'Assemblée de l’U.S.’s 1,250.5a 中国 O'Brien_x")
def test_a_line_has_the_tokens_of_its_text(text: str) -> None:
    line = Line(text)
    assert line.words == take_apart(text, tokens(text))
    assert [token.term for token in line.seen] == terms(text)
    assert line.said == {token.word for token in tokens(text)}


@given(TEXTS)
def test_terms_are_those_of_the_text(text: str) -> None:
    assert terms_of(text) == Line(text).known == frozenset(terms(text))
