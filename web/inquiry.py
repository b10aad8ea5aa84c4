"""What a client asks: the one place that reads untrusted values of a request to ask.

Types and shapes are checked here, meanings (is this a date, is this too long a question) by the
bot. Both speak through `OptionError` and `QuestionError`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from qa import OptionError, QuestionError

if TYPE_CHECKING:
    from qa import Answer, Bot

K_DEFAULT = 5
K_MAX = 100
DOCUMENTS_MAX = 1000
HISTORY_MAX = 100

_BODY_KEYS = ("question", "k", "documents", "since", "until", "history")
_QUERY_KEYS = ("q", "k", "document", "since", "until")
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_NOT_TEXT = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question with its options, of the right types."""

    question: str
    k: int = K_DEFAULT
    documents: tuple[str, ...] | None = None
    since: str | None = None
    until: str | None = None
    history: tuple[tuple[str, str | None], ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether only some documents are asked."""
        return self.documents is not None or bool(self.since or self.until)

    def put_to(self, bot: Bot) -> Answer:
        """The bot's answer. Raises what `Bot.ask` raises."""
        return bot.ask(
            self.question,
            k=self.k,
            documents=self.documents,
            since=self.since,
            until=self.until,
            history=self.history,
        )


def from_body(body: bytes) -> Inquiry:
    """The inquiry in a JSON body. 400 if it is not JSON; `QAError` if a value is wrong."""
    value = _decoded(body)
    if not isinstance(value, dict):
        raise OptionError('Send a JSON object, such as {"question": "Who …?"}.')
    _refuse_others(value, _BODY_KEYS)
    if "question" not in value:
        raise QuestionError('"question" is missing.')
    if not isinstance(value["question"], str):
        raise QuestionError('"question" must be a text.')
    k = value.get("k", K_DEFAULT)
    # JSON knows one kind of number, so 5.0 is a whole number; true is none.
    if isinstance(k, bool) or not isinstance(k, (int, float)) or k != k // 1:
        raise OptionError(_k_message())
    return Inquiry(
        question=value["question"],
        k=_in_range(k),
        documents=_documents(value.get("documents")),
        since=_optional(value.get("since"), "since"),
        until=_optional(value.get("until"), "until"),
        history=_history(value.get("history")),
    )


def from_query(args: MultiDict[str, str], *, strict: bool) -> Inquiry:
    """The inquiry in a query string; empty options count as left out, as forms send them.

    `strict` refuses parameters that have no meaning, so that a mistyped one is not lost in
    silence; the page does without, for links come back with parameters of others.
    """
    if strict:
        _refuse_others(args, _QUERY_KEYS)
    for name in ("q", "k", "since", "until"):
        if len(args.getlist(name)) > 1:
            raise OptionError(f'"{name}" stands twice; give it once.')
    if "q" not in args:
        raise QuestionError('The question is missing: add "?q=…".')
    k = args.get("k") or str(K_DEFAULT)
    if not _NUMBER.fullmatch(k):
        raise OptionError(_k_message())
    return Inquiry(
        question=args["q"],
        k=_in_range(int(k)),
        documents=_documents([name for name in args.getlist("document") if name] or None),
        since=_optional(args.get("since") or None, "since"),
        until=_optional(args.get("until") or None, "until"),
        history=() if strict else _before(args),
    )


def _before(args: MultiDict[str, str]) -> tuple[tuple[str, str | None], ...]:
    """The exchange that the page's form goes on from where no script keeps the conversation."""
    question = args.get("after")
    if not question:
        return ()
    found = _optional(args.get("found") or None, "found")
    return ((_text(question, '"after"'), found),)


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _refuse_others(given: Any, known: tuple[str, ...]) -> None:
    others = sorted(repr(str(key)) for key in given if key not in known)
    if others:
        raise OptionError(f"Unknown: {', '.join(others)[:200]}. Known: {', '.join(known)}.")


def _k_message() -> str:
    return f'"k" must be a whole number from 1 to {K_MAX}.'


def _in_range(k: float) -> int:
    if not 1 <= k <= K_MAX:
        raise OptionError(_k_message())
    return int(k)


def _optional(value: Any, name: str) -> str | None:
    return None if value is None else _text(value, f'"{name}"')


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise OptionError(f"{name} must be a text.")
    if _NOT_TEXT.search(value):
        raise OptionError(f"{name} holds characters that are not text.")
    return value


def _list(value: Any, name: str, most: int) -> list[Any]:
    if not isinstance(value, list):
        raise OptionError(f'"{name}" must be a list.')
    if len(value) > most:
        raise OptionError(f'"{name}" holds {len(value)} entries; at most {most} are read.')
    return value


def _documents(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    names = _list(value, "documents", DOCUMENTS_MAX)
    return tuple(_text(name, 'Each of "documents"') for name in names)


def _history(value: Any) -> tuple[tuple[str, str | None], ...]:
    if value is None:
        return ()
    return tuple(_exchange(entry) for entry in _list(value, "history", HISTORY_MAX))


def _exchange(entry: Any) -> tuple[str, str | None]:
    if not isinstance(entry, dict) or "question" not in entry:
        raise OptionError('Each of "history" must be {"question": …, "answer": … or null}.')
    _refuse_others(entry, ("question", "answer"))
    question = _text(entry["question"], '"question" in "history"')
    return question, _optional(entry.get("answer"), 'answer" in "history')
