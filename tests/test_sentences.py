"""Sentences: a table of hard cases, the layout of lines, the headline, and what always holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Span
from qa.sentences import paragraphs, pieces, sentences

SEED = Path(__file__).parent.parent / "seeds" / "000_e69c3c7086d68f7f.txt"


def shown(text: str, headline: Span | None = None) -> list[str]:
    return [text[s.start : s.end] for s in sentences(text, headline)]


def grouped(text: str) -> list[list[str]]:
    """The sentences of each paragraph, line breaks shown as blanks."""
    groups: list[list[str]] = [[] for _ in paragraphs(text)]
    for s in sentences(text):
        groups[s.paragraph].append(" ".join(text[s.start : s.end].split()))
    return groups


# "¦" marks the borders that must be found; it is not part of the text.
ENGLISH = [
    # Quotations
    "“We are ready. ¦We wait,” he said. ¦Nobody answered.",
    "“This is an attack. ¦It must stop. ¦We will act,” Macron said on Tuesday.",
    "He said, “We will go. ¦They will stay.” ¦Macron left.",
    '"We are ready. ¦We wait," he said. ¦Nobody answered.',
    "‘Go home. ¦Now,’ he said. ¦She went.",
    "“We won.” ¦“We lost.” ¦Both were wrong.",
    "He called it “an act of war.” ¦France agreed.",
    "“Will they come?” he asked. ¦Nobody knew.",
    "“Will they come?” Pashinyan asked. ¦Nobody knew.",
    "“Will they come?” Prime Minister Pashinyan asked. ¦Nobody knew.",
    "“Stop!” the guard shouted. ¦They ran.",
    "Who said “Why?” and left? ¦She did.",
    "He asked, “Why?” ¦The answer was silence.",
    "“They fled.”[3] ¦The road was closed.",
    "“‘Never again.’” ¦That was the promise.",
    # Titles and initials
    "Mr. Smith met Mrs. Jones. ¦Dr. Who was late.",
    "Gen. Ivanov met Sen. Menendez and Gov. Newsom. ¦Lt. Col. Harris watched.",
    "J. R. Smith wrote it. ¦George W. Bush read it.",
    "It was signed by J.R.R. Tolkien. ¦The paper was lost.",
    "The Rev. Martin Luther King Jr. spoke. ¦The crowd listened.",
    "St. Petersburg is cold. ¦Mt. Ararat is high.",
    "They live on Main St. ¦The house is red.",
    "MR. SMITH WENT TO PARIS. ¦MRS. JONES STAYED.",
    "So say you and I. ¦Macron disagrees.",
    # Acronyms
    "U.S. Secretary of State Antony Blinken called. ¦The U.S. and the U.N. agreed.",
    "He flew to Washington, D.C. ¦He stayed for a week.",
    "He flew to Washington, D.C. for a week.",
    "Troops came from the U.S. ¦They left in May.",
    "Troops from the U.S. Army came.",
    "She holds a Ph.D. in law. ¦Her brother has an M.A. from Yale.",
    # Times and dates
    "They met at 5 p.m. Monday in Paris. ¦The talks failed.",
    "They met at 5 p.m. ¦The next day they left.",
    "They met at 5 p.m. ¦Macron left.",
    "The call is at 10 a.m. EST on Friday.",
    "On Sept. 19 the attack began. ¦By Oct. 1 most had fled.",
    "It began in Sept. ¦The end came in Oct. 2023.",
    "It ended in 1994. ¦In 2020 war came again.",
    # Numbers
    "It grew by 3.5 percent. ¦It cost $1.25 million.",
    "Resolution No. 5 passed. ¦See p. 12, Fig. 3 and Vol. II for more.",
    "Was it true? ¦No. ¦The report was wrong.",
    "It killed 19. ¦12 were hurt.",
    "Version 2.0.1 is out. ¦It needs Python 3.11.",
    "He was born in 1950. ¦19 people came.",
    # Companies and Latin
    "Apple Inc. said it will pay. ¦Acme Corp. and Foo Ltd. will not.",
    "He joined Apple Inc. ¦The firm grew.",
    "Some fruit, e.g. the apple, is red. ¦Others, i.e. Lemons, are not.",
    "They sell apples, pears, etc. and more. ¦They buy plums, etc. ¦We do not.",
    "Smith v. Jones was decided. ¦Smith et al. (2020) disagree.",
    "Yahoo! said it will pay. ¦Yahoo! Inc. paid.",
    # Ellipses, mixtures
    "He paused… and went on. ¦She left… ¦They stayed.",
    "He paused... and went on. ¦She left... ¦They stayed.",
    "He paused . . . and went on. ¦She left.",
    "What?! ¦You cannot be serious!!! ¦Why not?",
    "It was (surprisingly!) good. ¦It lasted.",
    "(He was not there.) ¦She was (see p. 5). ¦Both lied.",
    # Not terminators
    "He came; she left; nobody stayed: all was over. ¦The end.",
    "See https://example.com/a.b?c=D.E for more. ¦Or write to j.smith@example.co.uk today.",
    "Go to www.example.com. ¦The page is new.",
    "Node.js and ASP.NET run here. ¦.NET is old. ¦iPhone sales fell.",
    # Footnotes and missing blanks
    "Nobody survived the attack.[12] ¦The road was closed.[1][2] ¦It rained.",
    "Nobody survived the attack.[12]¦The road was closed.",
    "Nobody survived the attack.¦The road was closed.",
    "Nobody survived, he said.¦“We fled,” she added.",
    "It is written in System.Out and node.Js here.",
    # Without capitals
    "hello there. ¦how are you? ¦it rains, said mr. smith.",
    "how are you? ¦i am fine. ¦it rains, e.g. today.",
    "Great. ¦😀 Everyone laughed. ¦🎉 was the answer.",
]

OTHER_LANGUAGES = [
    "Das ist z. B. gut. ¦Dr. Müller kommt am 3. Oktober. ¦Er bleibt.",
    "Im 19. Jahrhundert, d. h. früher, war es so. ¦Die Zeit verging.",
    "„Ich komme. ¦Warte,“ sagte er. ¦»Gut.« ¦Sie ging.",
    "M. Macron a parlé. ¦Mme Le Pen a répondu, p. ex. hier. ¦Il pleut.",
    "« Nous partons. » ¦Il est parti. ¦« Pourquoi ? » demanda-t-elle.",
    "El Sr. García llegó. ¦¿Quién lo sabe? ¦¡Nadie! ¦La Sra. López vive en EE. UU. hoy.",
    "他来了。¦她走了！¦为什么？¦没有人知道。",
    "他说：“我来了。”¦她走了。",
    "彼は「行く。」と言った。¦彼女は来なかった。",
    "هل جاء؟ ¦نعم. ¦لقد ذهب.",
    "वह आया। ¦वह चली गई।",
    "Նա եկավ։ ¦Նա գնաց։ ¦Մենք մնացինք:",
    "Նա եկավ: ¦Նա գնաց:",
    "Ποιος ήρθε; ¦Κανείς δεν ξέρει.",
    "Он приехал в г. Москва. ¦Она уехала.",
]

LINES = [
    # Headings and lists
    "Background\n¦The war began in 2020. ¦It lasted 44 days.",
    "# Background\n¦the war began in 2020.",
    "Bring these:\n¦- apples\n¦- pears and plums\n¦* nuts\n¦• bread",
    "Steps:\n¦1. Wash your hands.\n¦2. Dry them.\n¦a) Wait\n¦b) Go",
    "Do this: 1. Wash your hands. ¦2. Dry them. ¦3. Go.",
    "Intro\n\n¦Text of it without a stop\n\n¦More text.",
    "A sentence that goes\non in the next line. ¦Then another.",
    "Item one | of a table\n¦| a | b |\n¦| c | d |",
]


@pytest.mark.parametrize("marked", ENGLISH + OTHER_LANGUAGES + LINES)
def test_hard_cases(marked: str) -> None:
    assert shown(marked.replace("¦", "")) == [part.strip() for part in marked.split("¦")]


def test_blank_lines_separate_paragraphs_whatever_ends_the_lines() -> None:
    for end in ("\n", "\r\n", "\r", "\u2028"):
        text = f"One is here. Two is here.{end}{end}  {end}\tThree{end}"
        assert grouped(text) == [["One is here.", "Two is here."], ["Three"]]
        _, second = paragraphs(text)
        assert text[second.start : second.end] == "Three"


def test_hard_wrapped_lines_are_joined() -> None:
    text = (
        "President Emmanuel Macron of France told Prime Minister Nikol Pashinyan on\n"
        "Tuesday that France will initiate the convening of a special session of the\n"
        "Security Council. He did so by telephone.\n"
        "A second paragraph begins on a new line, and it is wrapped at the very same\n"
        "column. It ends here.\n"
        "Reactions\n"
        "The mayor of Paris agreed with him and went on to say that she would never,\n"
        "in no case, give up.\n"
    )
    assert grouped(text) == [
        [
            "President Emmanuel Macron of France told Prime Minister Nikol Pashinyan on Tuesday "
            "that France will initiate the convening of a special session of the Security Council.",
            "He did so by telephone.",
        ],
        [
            "A second paragraph begins on a new line, and it is wrapped at the very same column.",
            "It ends here.",
        ],
        [
            "Reactions",
            "The mayor of Paris agreed with him and went on to say that she would never, in no "
            "case, give up.",
        ],
    ]


def test_a_wrapped_line_may_break_before_a_name() -> None:
    text = (
        "The telephone call between the two went on for an hour, said President\nMacron on Tuesday."
    )
    assert len(grouped(text)[0]) == 1


def test_a_heading_is_no_part_of_the_sentence_below_it() -> None:
    text = "Pashinyan, Blinken Discuss the Latest Attack on the Republic\nThe two spoke on Tuesday."
    assert shown(text) == text.split("\n")


def test_long_lines_without_blank_lines_are_paragraphs() -> None:
    long = "Many words " * 20
    text = f"Title of It\n{long}ended. And more.\n{long}went on\n{long}too."
    assert [len(group) for group in grouped(text)] == [1, 2, 1, 1]


def test_one_sentence_a_line_is_one_paragraph_a_line() -> None:
    text = "The first sentence is in this line.\nThe second one is in this.\nAnd a third."
    assert grouped(text) == [[line] for line in text.split("\n")]


def test_list_items_may_be_wrapped() -> None:
    text = (
        "The agreement that both of them signed in Moscow on that day says:\n"
        "1. All the troops of both of the sides stay where they are standing now\n"
        "   and do not move;\n"
        "2. Peacekeepers come, as Mr. Putin said, and remain for no less than five\n"
        "   years.\n"
    )
    ((intro, first, second),) = grouped(text)
    assert intro.endswith("says:")
    assert first.startswith("1. All")
    assert first.endswith("move;")
    assert second.startswith("2. Peace")
    assert second.endswith("years.")


def test_a_number_that_begins_a_wrapped_line_is_no_list_item() -> None:
    text = (
        "The attack on the city began early in the morning, on the nineteenth day, and of the\n"
        "23. brigade nobody was there to see what happened to the people in the\n"
        "villages around it, who had left a long time before."
    )
    assert len(shown(text)) == 1


def test_a_line_of_dashes_is_no_sentence_and_separates() -> None:
    assert grouped("Above it\n-----\nBelow it.") == [["Above it"], [], ["Below it."]]


def test_a_sentence_without_end_is_cut_at_line_breaks() -> None:
    text = "\n".join(["and so it went on for ever and ever, without a stop or a rest,"] * 200)
    found = shown(text)
    assert len(found) > 1
    assert max(map(len, found)) <= 1500
    assert max(map(len, shown("word " * 1000))) <= 1500
    assert [len(part) for part in shown("x" * 2000)] == [1500, 500]


def test_the_seed_has_its_headline_as_first_sentence() -> None:
    text = SEED.read_text(encoding="utf-8")
    title = "Pashinyan, Blinken Discuss Azerbaijan’s Latest Attack on Artsakh"
    start = text.index(title)
    headline = Span(start, start + len(title))
    found = sentences(text, headline)
    assert (found[0].start, found[0].end, found[0].paragraph) == (start, headline.end, 0)
    assert text[found[1].start :].startswith("President Emmanuel Macron")
    assert found[1].paragraph == 1
    assert found[1:] == sentences(text)[1:]
    # The quotation of two sentences in the last paragraph is two sentences.
    assert shown(text)[-2].endswith("United Nations Security Council.")
    assert shown(text)[-1].startswith("It is working closely")


def test_a_headline_with_stops_in_it_is_one_sentence() -> None:
    text = "date 2023-09-19 What now? Macron acts. France waits\nIt rained. It snowed."
    start, end = text.index("What"), text.index("\n")
    assert shown(text, Span(start, end)) == [text[start:end], "It rained.", "It snowed."]


def test_text_behind_the_headline_in_its_paragraph_stays() -> None:
    text = "Before it. 2023 The Title And a first sentence. Then a second."
    start = text.index("The Title")
    assert shown(text, Span(start, start + 9)) == [
        "The Title",
        "And a first sentence.",
        "Then a second.",
    ]


def test_a_headline_of_two_paragraphs_is_not_repeated() -> None:
    text = "First part\n\nsecond part\n\nThe text."
    end = text.index("\n\nThe")
    assert shown(text, Span(0, end)) == [text[:end], "The text."]


def test_a_headline_without_a_word_is_none() -> None:
    assert shown("--- The text.", Span(0, 3)) == ["--- The text."]
    assert shown("The text.", Span(0, 0)) == ["The text."]


def test_nothing_in_nothing_out() -> None:
    assert not paragraphs("") + pieces("")
    assert not sentences("")
    assert not paragraphs(" \n\t ")
    assert not sentences(" \n\t ")
    assert pieces(" \n\t ") == [Span(0, 4)]
    assert sentences("?! … — 😀") == []


def test_the_time_is_linear_whatever_the_text(
    quickly: Callable[[], AbstractContextManager[None]],
) -> None:
    # Quadratic work on a hundred thousand characters takes minutes, not a second.
    units = [
        ".",
        '"',
        "“",
        " ",
        "\n",
        "\r",
        "a. ",
        "A. ",
        "? ",
        "1. ",
        ".”",
        ".[",
        ".[1]",
        "(",
        "- a\n",
    ]
    units += [
        "A.\n",
        "a\n",
        ". ",
        "« ",
        ".« ",
        "?” Aa Aa ",
        "U.S. ",
        "z. B. ",
        "。」",
        "😀. ",
        "_",
        ": ",
    ]
    for unit in units:
        text = "x" + unit * (100_000 // len(unit)) + "A b"
        with quickly():
            sentences(text)


# Texts made of what the rules look at, as well as of anything at all.
words = "a A I The U.S. p.m. Mr. No. e.g. 5 19. . ? ! … ... 。 」 “ ” \" ' « » ( ) [1] : ; - * # |"
words += " 😀 𝒳 é \u0301 ։ ա Ա ؟ said"
blanks = (" ", "  ", "\n", "\n\n", "\r", "\r\n", "\t", "\x0c", "\x1c", "\u2028", "\u00a0", "\x85")
scraps = st.sampled_from([*words.split(), " ", " ", *blanks])
texts = st.one_of(
    st.text(),
    st.lists(scraps, max_size=60).map("".join),
    st.lists(st.one_of(scraps, st.text(max_size=80)), max_size=30).map("".join),
)


@given(texts)
def test_pieces_give_the_text_back(text: str) -> None:
    found = pieces(text)
    assert "".join(text[piece.start : piece.end] for piece in found) == text
    assert all(piece.start < piece.end for piece in found)
    assert found == pieces(text)


@given(texts)
def test_outside_of_paragraphs_is_only_white_space(text: str) -> None:
    end = 0
    for paragraph in paragraphs(text):
        assert not text[end : paragraph.start].strip()
        shown_text = text[paragraph.start : paragraph.end]
        assert shown_text
        assert shown_text == shown_text.strip()
        end = paragraph.end
    assert not text[end:].strip()


@given(texts)
def test_sentences_are_trimmed_pieces_inside_their_paragraphs(text: str) -> None:
    found = sentences(text)
    places = paragraphs(text)
    trimmed = []
    for piece in pieces(text):
        body = text[piece.start : piece.end].strip()
        if re.search(r"[^\W_]", body):
            start = text.index(body, piece.start)
            trimmed.append((start, start + len(body)))
    assert [(s.start, s.end) for s in found] == trimmed
    for s in found:
        assert places[s.paragraph].start <= s.start < s.end <= places[s.paragraph].end
    assert found == sentences(text)


@given(texts, st.data())
def test_any_headline_is_a_sentence_and_none_overlap(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = sentences(text, Span(start, end))
    if re.search(r"[^\W_]", text[start:end]):
        assert (start, end) in [(s.start, s.end) for s in found]
    for first, second in pairwise(found):
        assert first.end <= second.start
        assert first.paragraph <= second.paragraph
    for s in found:
        assert s.start < s.end
        assert re.search(r"[^\W_]", text[s.start : s.end])
