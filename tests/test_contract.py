"""The contract: every way in returns the same object, and what it promises of it holds."""

from __future__ import annotations

import inspect
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import Answer, Bot, OptionError, QAError, UnknownDocumentError, cli
from web import create_app

ANSWERED = "Who is the mayor of Ostwick?"
DATED = "When was the Brennick bridge closed?"
REFUSED = "What is the capital of Japan?"
ASTRAL = "Who is the keeper of the Gullstone lighthouse?"

ANSWER_KEYS = {
    "question": str,
    "resolved_question": str,
    "answered": bool,
    "answer": (str, type(None)),
    "confidence": float,
    "reason": (str, type(None)),
    "quotes": list,
    "index": dict,
    "took_ms": float,
}
QUOTE_KEYS = {
    "text": str,
    "start": int,
    "end": int,
    "answer": (dict, type(None)),
    "confidence": float,
    "before": str,
    "after": str,
    "document": dict,
    "paragraph": int,
    "page": (int, type(None)),
    "dates": list,
    "matches": list,
}
PHRASE_KEYS = {"text": str, "start": int, "end": int}
DOCUMENT_KEYS = {"id": str, "title": str, "date": (str, type(None)), "path": str}
MATCH_KEYS = {
    "word": str,
    "weight": float,
    "found": (str, type(None)),
    "where": (str, type(None)),
    "near": bool,
}
DATE_KEYS = {"text": str, "start": int, "end": int, "value": str}
INDEX_KEYS = {"version": str, "documents": int, "sentences": int}

FILES = {
    "2024-05-06-ostwick.txt": (
        "Ostwick votes\n\nThe count took all night. The mayor of Ostwick is Ada Lindqvist. She was "
        "born in Tarn.\n\nThe town has one library."
    ),
    "bridges/2023-09-19 brennick.txt": (
        "Brennick\n\nThe Brennick bridge was closed on Tuesday. It will open next month."
    ),
    # Beyond the basic plane and decomposed: code points, bytes and UTF-16 units all differ.
    "lighthouse.md": (
        "# 🗼 The Gullstone light 🌊\n\n𝔗he sea is cold. 🐦🐦 The keeper of the Gullstone "
        "lighthouse is Zoe\u0301 Brandt 🧔🏽. The café is open.\n"
    ),
    "undated.txt": "The capital of Norrland is Velm. The mayor of Velm is Jon Sund.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def bot(folder: Path) -> Iterator[Bot]:
    with Bot.open(folder) as bot:
        yield bot


@pytest.fixture
def client(bot: Bot) -> FlaskClient:
    return create_app(bot).test_client()


@pytest.fixture
def ask_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """`qa ask --json` on the folder."""

    def ask(question: str, *options: str) -> dict[str, Any]:
        out = io.BytesIO()
        arguments = ["qa", "ask", "--docs", str(folder), "--json", *options, "--", question]
        with monkeypatch.context() as patched:
            patched.setattr(sys, "argv", arguments)
            patched.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8"))
            patched.setattr("signal.signal", lambda *_: None)
            with pytest.raises(SystemExit) as left:
                cli.main()
            sys.stdout.flush()
            line = out.getvalue().decode()
        answer: dict[str, Any] = json.loads(line)
        assert line.count("\n") == 1
        assert left.value.code == (0 if answer["answered"] else 1)
        return answer

    return ask


def assert_is_object(value: Any, keys: dict[str, Any]) -> None:
    """Every key of the contract is there and has a value of its type; more keys may be."""
    assert isinstance(value, dict)
    assert keys.keys() <= value.keys()
    for key, kind in keys.items():
        assert isinstance(value[key], kind), key
        if kind is int:
            assert not isinstance(value[key], bool), key


def assert_keeps_the_contract(answer: dict[str, Any], bot: Bot, k: int) -> None:
    assert_is_object(answer, ANSWER_KEYS)
    assert_is_object(answer["index"], INDEX_KEYS)
    assert len(answer["quotes"]) <= k
    assert 0 <= answer["confidence"] <= 1
    assert answer["took_ms"] >= 0
    confidences = [quote["confidence"] for quote in answer["quotes"]]
    assert confidences[:1] == sorted(confidences, reverse=True)[:1]
    for quote in answer["quotes"]:
        assert_quote_keeps_the_contract(quote, bot)
    if answer["answered"]:
        best = answer["quotes"][0]
        assert answer["reason"] is None
        assert answer["answer"]
        assert answer["answer"] == (best["answer"] or best)["text"]
        assert answer["confidence"] == best["confidence"]
    else:
        assert answer["answer"] is None
        assert answer["reason"]
        assert all(quote["answer"] is None for quote in answer["quotes"])


def assert_quote_keeps_the_contract(quote: dict[str, Any], bot: Bot) -> None:
    assert_is_object(quote, QUOTE_KEYS)
    assert_is_object(quote["document"], DOCUMENT_KEYS)
    assert 0 <= quote["confidence"] <= 1
    assert quote["paragraph"] >= 0
    assert quote["page"] is None or quote["page"] >= 1
    document = bot.document(quote["document"]["id"])
    for key in DOCUMENT_KEYS:
        assert quote["document"][key] == getattr(document, key)
    text = document.text
    assert text[quote["start"] : quote["end"]] == quote["text"]
    assert quote["text"] == quote["text"].strip() != ""
    around = quote["before"] + quote["text"] + quote["after"]
    start = quote["start"] - len(quote["before"])
    assert text[start : start + len(around)] == around
    # Before and after it there is nothing, or the gap between paragraphs.
    assert not text[:start].strip() or text[:start].endswith("\n")
    assert not text[start + len(around) :].strip() or text[start + len(around)] == "\n"
    for date in quote["dates"]:
        assert_is_object(date, DATE_KEYS)
    for match in quote["matches"]:
        assert_is_object(match, MATCH_KEYS)
        if match["where"] == "sentence":
            assert match["found"] in quote["text"]
    assert sum(match["weight"] for match in quote["matches"]) == pytest.approx(1, abs=0.01)
    if quote["answer"] is not None:
        assert_is_object(quote["answer"], PHRASE_KEYS)
    for piece in [*quote["dates"], *filter(None, [quote["answer"]])]:
        assert quote["start"] <= piece["start"] < piece["end"] <= quote["end"]
        assert text[piece["start"] : piece["end"]] == piece["text"]


@pytest.mark.parametrize("question", [ANSWERED, DATED, REFUSED, ASTRAL, "mayor"])
@pytest.mark.parametrize("k", [1, 5])
def test_every_way_in_returns_the_same_object(
    bot: Bot,
    client: FlaskClient,
    ask_command: Callable[..., dict[str, Any]],
    question: str,
    k: int,
) -> None:
    answers = [
        bot.ask(question, k=k).to_dict(),
        ask_command(question, "-k", str(k)),
        client.post("/ask", json={"question": question, "k": k}).get_json(),
        client.get("/ask", query_string={"q": question, "k": k}).get_json(),
    ]
    for answer in answers:
        assert_keeps_the_contract(answer, bot, k)
        answer["took_ms"] = 0.0
    assert answers[1:] == answers[:1] * 3
    for answer in answers[1:]:
        assert [*answer] == [*answers[0]]  # the keys come in the same order, too


def test_the_object_is_what_the_documents_say(bot: Bot) -> None:
    answered = bot.ask(ANSWERED).to_dict()
    assert answered["question"] == answered["resolved_question"] == ANSWERED
    assert answered["answered"] is True
    assert answered["answer"] == "Ada Lindqvist"
    best = answered["quotes"][0]
    assert best["text"] == "The mayor of Ostwick is Ada Lindqvist."
    assert best["before"] == "The count took all night. "
    assert best["after"] == " She was born in Tarn."
    assert best["paragraph"] == 1
    assert best["page"] is None
    assert best["document"]["title"] == "Ostwick votes"
    assert best["document"]["date"] == "2024-05-06"
    assert best["document"]["path"] == "2024-05-06-ostwick.txt"
    assert answered["index"]["documents"] == len(FILES)
    json.dumps(answered, allow_nan=False)


def test_dates_are_resolved_against_the_date_of_the_document(bot: Bot) -> None:
    answer = bot.ask(DATED).to_dict()
    assert answer["answer"] == "on Tuesday" or answer["answer"] == "Tuesday"
    (date,) = answer["quotes"][0]["dates"]
    assert date["text"].endswith("Tuesday")
    assert date["value"] == "2023-09-19"


def test_offsets_count_code_points(bot: Bot) -> None:
    answer = bot.ask(ASTRAL)
    assert answer.answered
    best = answer.quotes[0]
    assert "Zoe\u0301 Brandt" in best.text
    assert best.answer is not None
    text = bot.document(best.document.id).text
    assert text[best.answer.start : best.answer.end] == best.answer.text == answer.answer


def test_a_refusal_is_an_answer_too(bot: Bot) -> None:
    refused = bot.ask(REFUSED)
    assert isinstance(refused, Answer)
    assert refused.answered is False
    assert refused.answer is None
    assert refused.reason is not None
    assert "Japan" in refused.reason


def test_the_same_question_has_the_same_answer(folder: Path, bot: Bot) -> None:
    def answers(of: Bot) -> list[dict[str, Any]]:
        return [
            {**of.ask(question, **options).to_dict(), "took_ms": 0}
            for question in (ANSWERED, DATED, REFUSED, ASTRAL)
            for options in ({}, {"k": 1}, {"since": "2023-01-01"}, {"history": [(ANSWERED, "Ada")]})
        ]

    first = answers(bot)
    assert answers(bot) == first
    with Bot.open(folder) as again:
        assert answers(again) == first
    with Bot.open(folder, index=folder.parent / "elsewhere") as elsewhere:
        assert answers(elsewhere) == first


def test_the_version_changes_whenever_the_searchable_content_does(folder: Path) -> None:
    def version() -> str:
        with Bot.open(folder) as bot:
            return bot.info.version

    versions = [version()]
    assert version() == versions[0]
    (folder / "undated.txt").touch()
    assert version() == versions[0]
    (folder / "undated.txt").write_text("The capital of Norrland is Orm.")
    versions.append(version())
    (folder / "new.txt").write_text("Something new.")
    versions.append(version())
    (folder / "new.txt").rename(folder / "renamed.txt")
    versions.append(version())
    (folder / "2024-01-01.txt").write_text("Something new.")
    versions.append(version())
    assert len(set(versions)) == len(versions)
    (folder / "renamed.txt").rename(folder / "new.txt")
    (folder / "2024-01-01.txt").unlink()
    assert version() == versions[2]  # the same content, the same version


def test_the_documented_signatures() -> None:
    opened = inspect.signature(Bot.open).parameters
    assert [*opened][:3] == ["folder", "index", "refresh"]
    assert [opened[name].default for name in ("folder", "index", "refresh")] == [None, None, True]
    assert opened["index"].kind is opened["refresh"].kind is inspect.Parameter.KEYWORD_ONLY
    asked = inspect.signature(Bot.ask).parameters
    assert [*asked][:7] == ["self", "question", "k", "documents", "since", "until", "history"]
    defaults = {"k": 5, "documents": None, "since": None, "until": None, "history": ()}
    assert {name: asked[name].default for name in defaults} == defaults
    for parameters in (opened, asked):
        for parameter in parameters.values():
            required = parameter.default is inspect.Parameter.empty
            assert not required or parameter.name in ("self", "question")


def test_without_a_folder_the_shipped_collection_is_opened() -> None:
    with Bot.open() as bot:
        assert bot.info.documents >= 1
        assert bot.ask("Who is the Secretary of State?").answered


def test_without_refresh_the_index_is_opened_as_it_stands(folder: Path, tmp_path: Path) -> None:
    with Bot.open(folder, index=tmp_path / "store") as bot:
        before = bot.info
    (folder / "new.txt").write_text("The mayor of Brisk is Ugo Ferrante.")
    with Bot.open(folder, index=str(tmp_path / "store"), refresh=False) as bot:
        assert bot.info == before
    with Bot.open(str(folder), index=str(tmp_path / "store")) as bot:
        assert bot.info.documents == before.documents + 1


def test_a_document_has_id_title_date_path_and_text(bot: Bot) -> None:
    path = "bridges/2023-09-19 brennick.txt"
    entry = next(entry for entry in bot.documents() if entry.path == path)
    document = bot.document(entry.id)
    assert (document.id, document.path) == (entry.id, path)
    assert (document.title, document.date) == ("Brennick", "2023-09-19")
    assert document.text == FILES[path]
    assert bot.document(path) == document
    for unknown in ("none", "", path.upper(), "../2024-05-06-ostwick.txt"):
        with pytest.raises(UnknownDocumentError, match="qa index --list"):
            bot.document(unknown)


def paths(answer: Answer) -> set[str]:
    return {quote.document.path for quote in answer.quotes}


WIDE = "mayor Ostwick Brennick bridge lighthouse keeper Velm"


def test_documents_narrow_by_id_and_by_path(bot: Bot) -> None:
    ostwick, velm = "2024-05-06-ostwick.txt", "undated.txt"
    assert paths(bot.ask(WIDE, k=100)) == {*FILES}
    assert paths(bot.ask(WIDE, k=100, documents=[velm])) == {velm}
    assert paths(bot.ask(WIDE, k=100, documents=[bot.document(velm).id])) == {velm}
    both = bot.ask(WIDE, k=100, documents=[bot.document(ostwick).id, velm, velm])
    assert paths(both) == {ostwick, velm}
    assert bot.ask(ANSWERED, documents=[ostwick]).answer == "Ada Lindqvist"
    assert not bot.ask(ANSWERED, documents=[velm]).answered
    with pytest.raises(UnknownDocumentError):
        bot.ask(WIDE, documents=[velm, "none.txt"])
    with pytest.raises(OptionError):
        bot.ask(WIDE, documents=velm)


def test_an_empty_list_of_documents_is_none_of_them(bot: Bot, client: FlaskClient) -> None:
    for question in (ANSWERED, REFUSED):
        nowhere = bot.ask(question, documents=[])
        assert not nowhere.answered
        assert nowhere.quotes == ()
        assert nowhere.reason == "the list of documents to look in is empty"
        posted = client.post("/ask", json={"question": question, "documents": []}).get_json()
        assert {**posted, "took_ms": 0} == {**nowhere.to_dict(), "took_ms": 0}
    assert bot.ask(ANSWERED, documents=None).answered


def test_paths_may_be_written_in_other_ways(bot: Bot, client: FlaskClient) -> None:
    path = "bridges/2023-09-19 brennick.txt"
    for written in (f"./{path}", path.replace("/", "\\"), f".\\{path}", path.replace("/", "//./")):
        assert bot.document(written).path == path
        assert paths(bot.ask(WIDE, documents=[written])) == {path}
        posted = client.post("/ask", json={"question": WIDE, "documents": [written]}).get_json()
        assert {quote["document"]["path"] for quote in posted["quotes"]} == {path}


def test_once_closed_every_use_says_so(folder: Path) -> None:
    with Bot.open(folder) as bot:
        assert bot.ask(ANSWERED).answered
        id = bot.documents()[0].id
    uses: list[Callable[[], Any]] = [
        lambda: bot.ask(ANSWERED),
        lambda: bot.ask("Xyzzy plugh?"),
        lambda: bot.ask(""),
        lambda: bot.ask(ANSWERED, k=0),
        lambda: bot.ask(ANSWERED, documents=[]),
        lambda: bot.ask(ANSWERED, documents=["none.txt"]),
        lambda: bot.ask("Why?", history=[(ANSWERED, None)]),
        lambda: bot.document(id),
        lambda: bot.document("none.txt"),
        bot.documents,
        bot.suggestions,
        lambda: bot.info,
    ]
    for use in uses:
        with pytest.raises(QAError, match=r"^the bot was closed; open it again with Bot\.open$"):
            use()
    bot.close()  # closing twice is no error


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        ("2023-09-19", None, {"2024-05-06-ostwick.txt", "bridges/2023-09-19 brennick.txt"}),
        ("2023-09-20", None, {"2024-05-06-ostwick.txt"}),
        (None, "2024-05-06", {"2024-05-06-ostwick.txt", "bridges/2023-09-19 brennick.txt"}),
        (None, "2024-05-05", {"bridges/2023-09-19 brennick.txt"}),
        ("2023-09-19", "2023-09-19", {"bridges/2023-09-19 brennick.txt"}),
        ("2024-05-07", None, set()),
    ],
)
def test_dates_narrow_inclusively(
    bot: Bot, client: FlaskClient, ask_command: Callable[..., dict[str, Any]],
    since: str | None, until: str | None, found: set[str],
) -> None:  # fmt: skip
    answer = bot.ask(WIDE, k=100, since=since, until=until)
    assert paths(answer) == found
    period = {name: day for name, day in (("since", since), ("until", until)) if day}
    options = [word for name, day in period.items() for word in (f"--{name}", day)]
    for other in (
        ask_command(WIDE, "-k", "100", *options),
        client.get("/ask", query_string={"q": WIDE, "k": 100, **period}).get_json(),
        client.post("/ask", json={"question": WIDE, "k": 100, **period}).get_json(),
    ):
        assert {**other, "took_ms": 0} == {**answer.to_dict(), "took_ms": 0}


def test_documents_narrow_alike_on_every_way_in(
    bot: Bot, client: FlaskClient, ask_command: Callable[..., dict[str, Any]]
) -> None:
    names = ["undated.txt", bot.document("lighthouse.md").id]
    answer = {**bot.ask(WIDE, documents=names).to_dict(), "took_ms": 0}
    assert {quote["document"]["path"] for quote in answer["quotes"]} == {
        "undated.txt", "lighthouse.md"
    }  # fmt: skip
    for other in (
        ask_command(WIDE, "--document", names[0], "--document", names[1]),
        client.get("/ask", query_string={"q": WIDE, "document": names}).get_json(),
        client.post("/ask", json={"question": WIDE, "documents": names}).get_json(),
    ):
        assert {**other, "took_ms": 0} == answer


def test_history_resolves_follow_ups_alike(bot: Bot, client: FlaskClient) -> None:
    history = [(ANSWERED, "Ada Lindqvist")]
    answer = bot.ask("Where was she born?", history=history)
    assert answer.question == "Where was she born?"
    assert answer.resolved_question == "Where was Ada Lindqvist born?"
    told = [{"question": question, "answer": phrase} for question, phrase in history]
    posted = client.post("/ask", json={"question": "Where was she born?", "history": told})
    assert {**posted.get_json(), "took_ms": 0} == {**answer.to_dict(), "took_ms": 0}
