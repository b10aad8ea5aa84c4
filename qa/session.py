"""A conversation in a terminal: questions with what was said before, and commands.

A command begins with "/". What it says comes as lines of text; nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

from qa.answer import Answer, Quote
from qa.bot import Bot
from qa.conversation import Turn
from qa.errors import OptionError
from qa.options import Options
from qa.transcript import printable, short, source_lines, why_lines

HELP = """\
Ask anything; "Why?", "And Macron?" or "he" go on from the question before.
/source [N]      shows quote N of the answer in its document, the first without N
/why [N]         tells which words of the question stand in it
/document NAME   asks only this document, by path or id; all again without NAME
/since DATE      asks only documents dated since then; /until DATE likewise;
                 without DATE any
/new             forgets the conversation
/help            shows this
/quit            ends, as does Ctrl-D"""


class Session:
    """What was said so far, and what questions are narrowed to."""

    def __init__(
        self,
        bot: Bot,
        options: Options,
        located: Callable[[Options], Options],
        width: int = 80,
        styled: bool = False,
    ) -> None:
        """`located` finds documents by the names that a user may give them.

        It raises UnknownDocumentError.
        """
        self._bot, self._options, self._located = bot, options, located
        self._width, self._styled = width, styled
        self._history: list[Turn] = []
        self._last: Answer | None = None

    def ask(self, question: str) -> Answer:
        """Answers a question that may go on from the one before. Raises QuestionError."""
        answer = self._bot.ask(question, history=self._history, **asdict(self._options))
        self._history.append((answer.resolved_question, answer.answer))
        self._last = answer
        return answer

    def command(self, line: str) -> list[str]:
        """What a command says. Raises OptionError, and UnknownDocumentError."""
        name, _, value = line.partition(" ")
        value = value.strip()
        match name:
            case "/help":
                return HELP.split("\n")
            case "/new":
                self._history.clear()
                self._last = None
                return ["A new conversation."]
            case "/source":
                quote = self._quote(value)
                text = self._bot.document(quote.document.id).text
                return source_lines(quote, text, self._width, self._styled)
            case "/why":
                return why_lines(self._quote(value), self._width)
            case "/document":
                chosen = replace(self._options, documents=(value,) if value else None)
                self._options = self._located(chosen)
            case "/since":
                self._options = replace(self._options, since=value or None)
            case "/until":
                self._options = replace(self._options, until=value or None)
            case _:
                raise OptionError(f"there is no command {short(name)}; try /help")
        return [f"Asked from now on: {', '.join(self._narrowed()) or 'all documents'}."]

    def _quote(self, number: str) -> Quote:
        quotes = self._last.quotes if self._last else ()
        if not quotes:
            raise OptionError("there is no quote to show yet; ask something first")
        place = int(number) if number.isdecimal() else 0 if number else 1
        if not 1 <= place <= len(quotes):
            raise OptionError(f"name a quote by its number, from 1 to {len(quotes)}")
        return quotes[place - 1]

    def _narrowed(self) -> Iterator[str]:
        options = self._options
        for name in options.documents or ():
            yield printable(self._bot.document(name).path)
        if options.since:
            yield f"documents since {options.since}"
        if options.until:
            yield f"documents until {options.until}"
