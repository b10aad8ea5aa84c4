"""Answers as lines of text for a terminal or a pipe. Pure: nothing is printed here."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.answer import Answer, IndexInfo, Match, Quote
from qa.listing import resolved_date
from qa.question import MAX_LENGTH
from qa.wrapping import CLOSE, OPEN, wrapped

_NEAREST = 3
_LONGEST_QUOTE = 1200  # characters of a sentence that are shown; a whole file may be one sentence
_NARROWEST = 20  # columns
_AROUND = 600  # characters of a document that are shown before and after a quote in it
_BAR = 20  # columns of a bar that stands for all
_BOLD, _PLAIN = "\x1b[1;4m", "\x1b[0m"

_KEPT_FORMATS = "\u200c\u200d"  # the joiners that some scripts and emoji are written with
# What JSON need not escape, but a terminal may obey or a reader take for the end of a line.
_UNSAFE = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U0010ffff]"
)


def printable(text: str) -> str:
    """Text without anything that could command a terminal or turn the reading direction.

    White space becomes a blank; control, format and private characters and lone surrogates go,
    but for the joiners that some scripts are written with.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if c.isspace()
        else c if c in _KEPT_FORMATS or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co")
        else ""
        for c in text
    )  # fmt: skip


def json_line(value: object, ascii_only: bool = False) -> str:
    """`value` as JSON on one line that may be shown on a terminal: what is unsafe is escaped.

    `ascii_only` is for streams that cannot carry every character.
    """
    line = json.dumps(value, ensure_ascii=ascii_only, allow_nan=False)
    return _UNSAFE.sub(lambda unsafe: json.dumps(unsafe[0])[1:-1], line)


def short(question: str) -> str:
    """A question to repeat before its answer; of one that is too long to be asked, the start."""
    question = printable(question)
    return question if len(question) <= MAX_LENGTH else f"{question[:60]} […]"


def answer_lines(answer: Answer, width: int, styled: bool = False) -> list[str]:
    """An answer in `width` columns: phrase, quote with its source, further quotes.

    The phrase is marked in its sentence by **stars**, or `styled` for a terminal. A line is wider
    only where it is a single long word, such as an address. In a refusal nothing is marked.
    """
    page = _Page(max(width, _NARROWEST), styled)
    lines = list(page.searched(answer))
    if lines:
        lines.append("")
    lines += page.found(answer) if answer.answered else page.refused(answer)
    return list(_with_style(lines)) if styled else lines


def size(info: IndexInfo) -> str:
    """ "1 document, 12 sentences"."""
    return f"{counted(info.documents, 'document')}, {counted(info.sentences, 'sentence')}"


def welcome_lines(info: IndexInfo, suggestions: Sequence[str]) -> list[str]:
    """What a conversation begins with."""
    lines = [f"{size(info)}. Ask away; /help tells more, /quit ends.", ""]
    if suggestions:
        lines += ["For example:", *(f"  {printable(question)}" for question in suggestions), ""]
    return lines


def counted(number: int, noun: str) -> str:
    """ "1 document", "1,234 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def every_lines(quotes: Sequence[Quote], width: int, styled: bool = False) -> list[str]:
    """Quotes that all answer, as `listing.answering` orders them, in `width` columns."""
    page = _Page(max(width, _NARROWEST), styled)
    lines = [f"{counted(len(quotes), 'sentence')} may answer:"]
    for quote in quotes:
        lines += ["", *page.quote(quote, quote.confidence)]
    return list(_with_style(lines)) if styled else lines


def source_lines(quote: Quote, text: str, width: int, styled: bool = False) -> list[str]:
    """A quote in its document, whose text is `text`, with what stands around it."""
    page = _Page(max(width, _NARROWEST), styled)
    lines = page.origin(quote, None)
    first, last = max(0, quote.start - _AROUND), min(len(text), quote.end + _AROUND)
    if first:  # not in the middle of a word, where there is a blank to cut at
        first = text.find(" ", first, quote.start) + 1 or first
    if last < len(text):
        last = max(text.rfind(" ", quote.end, last), quote.end)
    marked = quote.answer or quote
    before, after = text[first : marked.start], text[marked.end : last]
    opening, closing = (OPEN, CLOSE) if styled else ("**", "**")
    shown = (
        ("[…] " if first else "") + _printable_lines(before) + opening
        + printable(text[marked.start : marked.end]) + closing + _printable_lines(after)
        + (" […]" if last < len(text) else "")
    )  # fmt: skip
    lines.append("")
    for line in shown.split("\n"):
        if line.strip():
            lines += page.wrapped(line, "  ")
        elif lines[-1]:
            lines.append("")
    return list(_with_style(lines)) if styled else lines


def why_lines(quote: Quote, width: int) -> list[str]:
    """Which words of the question stand in a quote or around it, and what each of them counts."""
    widest = min(max((len(match.word) for match in quote.matches), default=0), 24)
    lines = wrapped(f"Confidence {quote.confidence:.0%}. Of the question's words:", width, "")
    for match in quote.matches:
        bar = "#" * max(1, round(_BAR * match.weight))
        word = printable(match.word)
        lines.append(f"  {word:{widest}}  {match.weight:4.0%}  {bar:{_BAR}}  {_place(match)}")
    return lines


def _place(match: Match) -> str:
    if match.found is None:
        return "not found"
    found = f"near in meaning: {printable(match.found)}" if match.near else printable(match.found)
    return found if match.where == "sentence" else f"{found} (in the {match.where})"


def _printable_lines(text: str) -> str:
    """Text with its line ends, and otherwise as `printable` has it."""
    return "\n".join(map(printable, text.splitlines() + [""] * text.endswith("\n")))


@dataclass(frozen=True, slots=True)
class _Page:
    """The parts of an answer, for one width and one way of marking."""

    width: int
    styled: bool

    def searched(self, answer: Answer) -> Iterator[str]:
        """What was searched, where it is not what was asked."""
        if answer.resolved_question != answer.question:
            yield from self.wrapped(f"(understood as: {printable(answer.resolved_question)})")
        if answer.corrections:
            swaps = " and ".join(
                f"'{printable(_like(c.asked, c.searched))}' instead of '{printable(c.asked)}'"
                for c in answer.corrections
            )
            yield from self.wrapped(f"(searched for {swaps})")

    def found(self, answer: Answer) -> list[str]:
        best, *further = answer.quotes
        lines = []
        if _has_phrase(best):  # else the sentence as a whole answers, and follows at once
            meaning = resolved_date(best)
            lines += self.wrapped(self.phrase(best) + (f" ({meaning})" if meaning else ""))
            lines.append("")
        lines += self.quote(best, answer.confidence)
        shown = [quote for quote in further if quote.may_answer]
        if shown:
            lines += ["", "Also:"]
        for quote in shown:
            lines += ["", *self.quote(quote, quote.confidence)]
        return lines

    def refused(self, answer: Answer) -> list[str]:
        reason = printable(answer.reason or "").rstrip(".")
        lines = self.wrapped(
            "The documents do not answer this" + (f": {reason}." if reason else ".")
        )
        if answer.quotes:
            lines += ["", "Nearest passages, not answers:"]
        for quote in answer.quotes[:_NEAREST]:
            lines += ["", *self.quote(quote, None)]
        return lines

    def phrase(self, quote: Quote) -> str:
        phrase = printable(quote.answer.text if quote.answer else "")
        return f"{OPEN}{phrase}{CLOSE}" if self.styled else phrase

    def quote(self, quote: Quote, confidence: float | None) -> list[str]:
        """A sentence and where it stands; with its phrase marked unless `confidence` is None."""
        marked = confidence is not None and _has_phrase(quote)
        return [
            *self.wrapped(self.sentence(quote, marked), "  "),
            *self.origin(quote, confidence),
        ]

    def origin(self, quote: Quote, confidence: float | None) -> list[str]:
        """Where a sentence stands."""
        source, path = printable(quote.document.title), printable(quote.document.path)
        page = None if quote.page is None else f"page {quote.page}"
        place = f"{path}, {page or f'paragraph {quote.paragraph + 1}'}"
        if _is_headline(quote):  # else the same words would be read twice
            source, place = path, f"headline, {page}" if page else "headline"
        if quote.document.date:
            source += f", {printable(quote.document.date)}"
        if confidence is not None:
            place += f" · confidence {confidence:.0%}"
        return [*self.wrapped(f"— {source}", "  "), *self.wrapped(place, "    ")]

    def sentence(self, quote: Quote, marked: bool) -> str:
        """The sentence, shortened around its phrase if it is very long."""
        text, start, end = quote.text, 0, 0
        if marked and quote.answer:
            start, end = quote.answer.start - quote.start, quote.answer.end - quote.start
        first = max(0, min(start - _LONGEST_QUOTE // 3, len(text) - _LONGEST_QUOTE))
        last = min(len(text), max(first + _LONGEST_QUOTE, end))
        before, after = printable(text[first:start]), printable(text[end:last])
        phrase = printable(text[start:end])
        if phrase:
            phrase = f"{OPEN}{phrase}{CLOSE}" if self.styled else f"**{phrase}**"
        return (
            ("[…] " if first else "") + before + phrase + after
            + (" […]" if last < len(text) else "")
        )  # fmt: skip

    def wrapped(self, text: str, indent: str = "") -> list[str]:
        return wrapped(text, self.width - len(indent), indent)


def _has_phrase(quote: Quote) -> bool:
    """Whether the answer is less than the whole sentence, but for points and signs of a list."""
    phrase = quote.answer
    if phrase is None:
        return False
    start, end = phrase.start - quote.start, phrase.end - quote.start
    return any(map(str.isalnum, quote.text[:start] + quote.text[end:]))


def _is_headline(quote: Quote) -> bool:
    """Whether the sentence is what its document is called."""
    return quote.text.split() == quote.document.title.split()


def _like(asked: str, searched: str) -> str:
    """The word that was searched, which is known without its capitals, as it would be asked."""
    return searched.capitalize() if asked[:1].isupper() else searched


def _with_style(lines: list[str]) -> Iterator[str]:
    """Sets the marked phrase in bold, anew in each line that it was wrapped over."""
    inside = False
    for line in lines:
        indent = line[: len(line) - len(line.lstrip(" "))] if inside else ""
        styled = indent + (_BOLD if inside else "") + line[len(indent) :]
        inside = line.rfind(OPEN) > line.rfind(CLOSE) or (inside and CLOSE not in line)
        yield styled.replace(OPEN, _BOLD).replace(CLOSE, _PLAIN) + (_PLAIN if inside else "")
