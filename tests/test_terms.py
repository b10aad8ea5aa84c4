"""Terms: what counts as the same word, what as another, and where each stands in the text."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import terms as terms_module
from qa.terms import fold, lexemes, stem, surfaces, terms, tokens

# Text with plenty of what separates and joins: points, commas, apostrophes, marks, scripts.
PRICKLY = st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("aSs19.,'’ʼ-_ éक़ีが漢ü")))


def words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


def shown(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


# --- the same word ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spellings",
    [
        ("Paris", "PARIS", "paris"),
        ("Kovač", "Kovac", "KOVAČ", "Kovac\u030c"),
        ("Łódź", "Lodz"),
        ("Ørsted", "Orsted"),
        ("Straße", "STRASSE", "strasse"),
        ("Æsop", "Aesop"),
        ("İstanbul", "Istanbul", "ıstanbul"),
        ("ΑΘΗΝΑΣ", "αθηνας", "Αθήνας"),
        ("ёлка", "елка", "ЁЛКА"),
        ("２０２３", "2023"),
        ("ﬁnal", "final"),
        ("𝐁old", "bold"),
        ("Armenia's", "Armenia’s", "Armenia", "ARMENIA'S"),
        ("students'", "students’", "students"),
        ("O'Brien", "O’Brien", "O’Brien's", "OBrien"),
        ("don't", "don’t", "dont"),
        ("Сім’я", "Сімʼя"),
        ("U.S.", "US", "U.S", "U.S.'s", "U.S.’s"),
        ("U.S.A.", "USA"),
        ("p.m.", "pm"),
        ("1,250", "1250"),
        ("1,250,000.5", "1250000.5"),
        ("12,50,000", "1250000"),
        ("2,5", "2.5"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("が", "か\u3099"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
    ],
)
def test_spellings_of_one_word_fold_alike(spellings: tuple[str, ...]) -> None:
    assert len({tuple(words(one)) for one in spellings}) == 1
    assert len(words(spellings[0])) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12.5", "125"),
        ("12.5", "1.25"),
        ("2,5", "25"),
        ("0,125", "125"),
        ("1.250", "1250"),
        ("3.11", "311"),
        ("10", "100"),
        ("Iran", "Iraq"),
        ("Kovač", "Kovaš-x"),
        ("のは", "のぱ"),
    ],
)
def test_different_words_and_numbers_stay_different(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    "forms",
    [
        "tell tells telling told",
        "convene convened convening convenes",
        "go goes went gone going",
        "say said says",
        "be is was were been being",
        "have has had",
        "buy bought buys",
        "die died dying dies",
        "child children",
        "woman women woman's women's",
        "person people",
        "crisis crises",
        "article articles",
        "live lives lived living",  # the verb, not the plural of "life"
        "leave leaves left leaving",  # the verb, not the plural of "leaf"
        "wound wounded wounds",  # the injury, not the past of "wind"
    ],
)
def test_forms_of_one_word_share_a_term(forms: str) -> None:
    assert len({tuple(terms(form)) for form in forms.split()}) == 1


@pytest.mark.parametrize("pair", ["wind wound", "find founder", "see say", "lie live", "us use"])
def test_forms_of_different_words_do_not(pair: str) -> None:
    one, other = pair.split()
    assert terms(one) != terms(other)


# --- where words begin and end ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nagorno-Karabakh", ["Nagorno", "Karabakh"]),
        ("snake_case", ["snake", "case"]),
        ("the U.S.-led force", ["the", "U.S.", "led", "force"]),
        ("in the U.S. He left.", ["in", "the", "U.S.", "He", "left"]),
        ("J.K.Rowling", ["J.K.", "Rowling"]),
        ("Ph.D.", ["Ph", "D"]),
        ("l'Assemblée", ["l", "Assemblée"]),
        ("L’Équipe", ["L", "Équipe"]),
        ("qu'il d'Artagnan", ["qu", "il", "d", "Artagnan"]),
        ("O'Brien isn't Côte d’Ivoire's", ["O'Brien", "isn't", "Côte", "d", "Ivoire's"]),
        ("'quoted' ‘words’", ["quoted", "words"]),
        ("It cost 1,250.50 euros, or 3.", ["It", "cost", "1,250.50", "euros", "or", "3"]),
        ("version 3.11.2", ["version", "3.11.2"]),
        ("COVID-19, G20 and 5pm", ["COVID", "19", "G20", "and", "5pm"]),
        ("a…b", ["a", "b"]),
        ("हिन्दी में किताब", ["हिन्दी", "में", "किताब"]),
        ("ਪੰਜਾਬ", ["ਪੰਜਾਬ"]),
        ("தமிழ் മലയാളം", ["தமிழ்", "മലയാളം"]),
        ("ශ්‍රී ලංකාව", ["ශ්‍රී", "ලංකාව"]),
        ("กรุงเทพ ที่นี่", ["กรุงเทพ", "ที่นี่"]),
        ("ខ្មែរ မြန်မာ", ["ខ្មែរ", "မြန်မာ"]),
        ("東京に行く", ["東", "京", "に", "行", "く"]),
        ("東京・大阪。", ["東", "京", "大", "阪"]),
        ("か\u3099き", ["か\u3099", "き"]),
        ("iPhoneを買う", ["iPhone", "を", "買", "う"]),
        ("서울에서 만났다", ["서울에서", "만났다"]),
        ("القمة في باريس", ["القمة", "في", "باريس"]),
        ("😀 ?!… — \n\t", []),
        ("", []),
    ],
)
def test_where_words_begin_and_end(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


# --- what always holds --------------------------------------------------------------------------


@given(PRICKLY)
def test_each_token_is_exactly_what_stands_at_its_place(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert token.word == fold(text[token.start : token.end])
        assert token.term == stem(token.word)
        assert token.word
        assert not re.search(r"\s", token.word + token.term)
        end = token.end


@given(PRICKLY)
def test_no_letter_and_no_digit_is_left_out(text: str) -> None:
    covered = {place for token in tokens(text) for place in range(token.start, token.end)}
    for place, character in enumerate(text):
        if character.isalnum() and fold(character):
            assert place in covered


@given(PRICKLY)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    for token in tokens(text):
        assert fold(token.word) == token.word


@given(st.integers(0, 10**15), st.integers(0, 99))
def test_thousands_may_be_grouped_and_decimals_kept(whole: int, cents: int) -> None:
    assert words(f"{whole:,}") == words(str(whole)) == [str(whole)]
    assert words(f"{whole:,}.{cents:02}") == [f"{whole}.{cents:02}"]


@given(PRICKLY, PRICKLY)
def test_a_blank_cuts_nothing_that_belongs_together(one: str, other: str) -> None:
    assert terms(f"{one} \n {other}") == terms(one) + terms(other)


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "1.", "1,", "1,234", "1.1a", "a'", "l'", "'", "é", "\u0301", "क़", "漢", "a.b", "_",
     "1,23", "か\u3099", "word "],
)  # fmt: skip
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        best = float("inf")
        for _ in range(3):
            fold.cache_clear()
            stem.cache_clear()
            started = time.process_time()
            tokens(text)
            best = min(best, time.process_time() - started)
        return best

    # Quadratic time would be sixteenfold, and minutes for the longer text.
    assert seconds(40_000) < 10 * seconds(10_000) + 0.02


@given(st.text(max_size=60) | st.text("aB1é.,'’ʼ s_-U\u200c\u0301東か", max_size=30))
def test_the_quick_patterns_find_what_the_general_one_finds(text: str) -> None:
    assert surfaces(text) == terms_module._any_token().findall(text)
    for token in tokens(text):
        assert (token.word, token.term) in {
            lexeme for surface in surfaces(text) for lexeme in lexemes(surface)
        }
