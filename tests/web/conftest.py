"""A bot with scripted answers over a few documents, in place of the engine.

It lets the tests of the page decide what is answered: dates in phrases, right-to-left text,
mark-up in titles, failures of the engine.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa import (
    Answer,
    Correction,
    DatePhrase,
    Document,
    IndexInfo,
    Match,
    OptionError,
    Phrase,
    Problem,
    QuestionError,
    Quote,
    Source,
    Span,
    Survey,
    UnknownDocumentError,
)
from web import create_app

SEED = Path(__file__).parents[2] / "seeds" / "000_e69c3c7086d68f7f.txt"

SPECIAL_SESSION = (
    "The UN Security Council convened a special session last month to discuss the urgent "
    "humanitarian crisis in Artsakh as a result of Azerbaijan’s blockade of the Lachin Corridor."
)
FRANCE = (
    "President Emmanuel Macron of France told Prime Minister Nikol Pashinyan on Tuesday that "
    "France will initiate the convening of a special United Nations Security Council session "
    "following Azerbaijan’s attack on Artsakh."
)
BLINKEN = (
    "Pashinyan’s office also reported that he had a similar conversation with Secretary of State "
    "Antony Blinken on Tuesday."
)
MINISTRY = (
    "France’s foreign ministry condemned “in the strongest terms,” Azerbaijan’s latest attack on "
    "Artsakh."
)
ATTACK = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title='owned'\">"


SURVEY = Survey(
    terms=1234,
    undated=("rtl.txt", "evil.txt", "a folder/x.csv#1", "a folder/x.csv#2"),
    duplicates=(("rtl.txt", "archive.zip/evil & co.txt"),),
    near_duplicates=(),
    failed=(Problem("scan.pdf", "has 3 pages but no text"), Problem(ATTACK, ATTACK)),
)


MATCHES = (
    Match("told", 0.25, "told", "sentence", False),
    Match("Pashinyan", 0.5, "Pashinyan’s", "title", False),
    Match("session", 0.15, "meeting", "paragraph", True),
    Match("<b>", 0.1, None, None, False),
)


@dataclass(frozen=True)
class Entry:
    id: str
    title: str
    date: str | None
    path: str
    sentences: int


@dataclass(frozen=True)
class Scripted:
    """What to answer: a sentence, the phrase in it, date phrases with values, more sentences.

    The `others` are sentences with a phrase and a confidence; `elsewhere` is found in other
    documents. `matches` are given to every quote.
    """

    document: str
    sentence: str
    phrase: str | None = None
    dates: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str, float], ...] = ()
    confidence: float = 0.82
    corrections: tuple[tuple[str, str], ...] = ()
    elsewhere: tuple[Scripted, ...] = ()
    matches: tuple[Match, ...] = ()


@dataclass
class FakeBot:
    """Answers the questions in `script`, refuses others; `failure` is raised by every question."""

    shelf: dict[str, Document]
    script: dict[str, Scripted]
    nearest: tuple[Scripted, ...] = ()
    failure: Exception | None = None
    asked: list[dict[str, object]] = field(default_factory=list)
    version: str = "1f0c"
    found: Survey = field(default_factory=lambda: SURVEY)
    surveyed: int = 0
    closed: bool = False

    def close(self) -> None:
        self.closed = True

    @property
    def info(self) -> IndexInfo:
        return IndexInfo(self.version, len(self.shelf), 12 * len(self.shelf))

    def survey(self) -> Survey:
        self.surveyed += 1
        return self.found

    def suggestions(self, n: int = 4, document: str | None = None) -> list[str]:
        return [
            question
            for question, answer in self.script.items()
            if question.endswith("?") and document in (None, answer.document)
        ][:n]

    def documents(self, offset: int = 0, limit: int | None = None) -> list[Entry]:
        entries = [Entry(d.id, d.title, d.date, d.path, 12) for d in self.shelf.values()]
        return entries[offset:][:limit]

    def document(self, id: str) -> Document:
        for one in self.shelf.values():
            if one.path == id:
                return one
        if id not in self.shelf:
            raise UnknownDocumentError(f"There is no document {id!r}. List them with /documents.")
        return self.shelf[id]

    def ask(
        self,
        question: str,
        *,
        k: int = 5,
        documents: Sequence[str] | None = None,
        since: str | None = None,
        until: str | None = None,
        history: Sequence[tuple[str, str | None]] = (),
    ) -> Answer:
        self.asked.append({"question": question, "k": k, "documents": documents, "since": since})
        self.asked[-1] |= {"until": until, "history": history}
        if self.failure is not None:
            raise self.failure
        if not question.strip():
            raise QuestionError("The question is empty. Type one.")
        if len(question) > 2000 or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in question):
            raise QuestionError(f"The question {question[:20]!r} is too long or not text.")
        for day in (since, until):
            if day is not None:
                _check(day)
        for name in documents or ():
            if not any(name in (d.id, d.path) for d in self.shelf.values()):
                raise UnknownDocumentError(f"There is no document {name!r}.")
        found = self.script.get(question)
        resolved = f"{question} ({history[-1][0]})" if history else question
        quotes = self._quotes(found) if found else ()
        quotes = quotes or tuple(q for near in self.nearest for q in self._quotes(near))
        return Answer(
            question=question,
            resolved_question=resolved,
            answered=found is not None,
            answer=(found.phrase or found.sentence) if found else None,
            confidence=found.confidence if found else 0.04,
            reason=None if found else "“Japan” and “capital” stand nowhere in the documents.",
            quotes=quotes[:k],
            corrections=tuple(Correction(*pair) for pair in found.corrections) if found else (),
            index=self.info,
            took_ms=1.5,
        )

    def _quotes(self, found: Scripted) -> tuple[Quote, ...]:
        best = self._quote(found, found.sentence, found.phrase, found.confidence)
        others = (self._quote(found, *other) for other in found.others)
        elsewhere = (quote for other in found.elsewhere for quote in self._quotes(other))
        return (best, *others, *elsewhere)

    def _quote(
        self, found: Scripted, sentence: str, phrase: str | None, confidence: float
    ) -> Quote:
        document = self.shelf[found.document]
        text, start = document.text, document.text.index(sentence)
        end = start + len(sentence)
        low = text.rfind("\n\n", 0, start)
        low = 0 if low < 0 else low + 2
        high = text.find("\n\n", end)
        high = len(text) if high < 0 else high
        marked = None
        if phrase:
            at = text.index(phrase, start, end)
            marked = Phrase(phrase, at, at + len(phrase))
        dates = tuple(
            DatePhrase(
                words, text.index(words, start), text.index(words, start) + len(words), value
            )
            for words, value in found.dates
            if words in sentence
        )
        return Quote(
            text=sentence,
            start=start,
            end=end,
            answer=marked,
            confidence=confidence,
            before=text[low:start],
            after=text[end:high],
            document=Source(document.id, document.title, document.date, document.path),
            paragraph=text.count("\n\n", 0, start),
            page=bisect_right(document.pages, start) or None,
            dates=dates,
            matches=found.matches,
        )


def document(id: str, text: str, **facts: str | None) -> Document:
    """A document whose headline is its first line, without what stands in `facts["before"]`."""
    first = text.partition("\n")[0]
    before = facts.get("before") or ""
    title = facts.get("title") or first.removeprefix(before)
    inside = text.startswith(before + title)
    headline = Span(len(before), len(before) + len(title)) if inside else None
    return Document(id, title, facts.get("date"), facts.get("path") or f"{id}.txt", text, headline)


def _check(day: str) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise OptionError(f'{day!r} is no date. Write it as "2023-09-19".') from None


def _bot() -> FakeBot:
    paged = document("report", "Annual Report\n\nIt was a good\nyear. The mill burned.\n\nThe end.")
    paged = replace(paged, path="old/report #1.pdf", pages=(0, 29, 52))
    shelf = [
        document("seed", SEED.read_text("utf-8"), before=" date 2023-09-19 ", date="2023-09-19"),
        document("rtl", "القمة\n\nانعقدت القمة في باريس يوم الثلاثاء. ثم سافر الوفد."),
        paged,
        document("evil", f"{ATTACK}\n\nThe {ATTACK} stands in \U0001d504\U0001f600 Paris."),
    ]
    script = {
        "Who told Pashinyan about the session?": Scripted(
            "seed",
            FRANCE,
            "Emmanuel Macron",
            (("Tuesday", "2023-09-19"),),
            ((BLINKEN, "Antony Blinken", 0.31), (MINISTRY, "France’s foreign ministry", 0.02)),
            matches=MATCHES,
        ),
        "When did the Security Council convene?": Scripted(
            "seed",
            SPECIAL_SESSION,
            "last month",
            (("last month", "2023-08"),),
            ((FRANCE, "Tuesday", 0.2),),
            0.64,
        ),
        "Why did the Security Council convene a special session?": Scripted(
            "seed",
            SPECIAL_SESSION,
            "to discuss the urgent humanitarian crisis in Artsakh as a result of Azerbaijan’s "
            "blockade of the Lachin Corridor",
            (("last month", "2023-08"),),
            (),
            0.41,
        ),
        "Who is the Secretary of State?": Scripted(
            "seed", BLINKEN, "Antony Blinken", (("Tuesday", "2023-09-19"),)
        ),
        "Why": Scripted("seed", MINISTRY, "latest attack"),
        "Who is the Secretery of Stat": Scripted(
            "seed",
            BLINKEN,
            "Antony Blinken",
            corrections=(("Secretery", "secretary"), ("Stat", "state")),
        ),
        "What did the ministry do": Scripted("seed", MINISTRY),
        "أين انعقدت القمة؟": Scripted("rtl", "انعقدت القمة في باريس يوم الثلاثاء.", "باريس"),
        "Who is the miller": Scripted("report", "The mill burned.", "mill"),
        "evil": Scripted(
            "evil", f"The {ATTACK} stands in \U0001d504\U0001f600 Paris.", "\U0001f600 Paris"
        ),
    }
    others = ((BLINKEN, "Tuesday", 0.25),)
    nearest = (Scripted("seed", MINISTRY, "France", (), others, 0.06),)
    return FakeBot({one.id: one for one in shelf}, script, nearest)


@pytest.fixture
def bot() -> FakeBot:
    return _bot()


@pytest.fixture(scope="session")
def add_sources() -> Callable[[FakeBot], str]:
    """Adds three documents, of which two agree, and gives the question that they answer."""

    def add(bot: FakeBot) -> str:
        opened = Scripted("later", "Ana Kovač opened it.", "Ana Kovač", (), (), 0.7)
        denied = Scripted("undated", "Ivo Marić opened the bridge.", "Ivo Marić", (), (), 0.3)
        found = Scripted("first", "The Mayor Ana Kovac opened the bridge.", "The Mayor Ana Kovac")
        bot.shelf |= {
            "first": document("first", f"The Bridge\n\n{found.sentence}", date="2023-03-16"),
            "later": document("later", f"Our Mayor\n\n{opened.sentence}", date="2023-03-14"),
            "undated": document("undated", f"Letters\n\n{denied.sentence}"),
        }
        bot.script["Who opened the bridge"] = replace(found, elsewhere=(opened, denied))
        return "Who opened the bridge"

    return add


@pytest.fixture(scope="session")
def new_bot() -> Callable[[], FakeBot]:
    return _bot


@pytest.fixture
def client(bot: FakeBot) -> FlaskClient:
    return create_app(bot, {"TESTING": True}).test_client()
