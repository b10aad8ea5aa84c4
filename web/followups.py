"""Questions that go on from an answer, each of which is answered, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from .agreement import agree, meaning
from .inquiry import Inquiry

if TYPE_CHECKING:
    from qa import Answer, Bot, Quote

_SURE = 0.5  # confidence below which nothing is offered
_TRIED = 2  # questions that are tried for each one wanted


def follow_ups(bot: Bot, inquiry: Inquiry, n: int = 3) -> list[str]:
    """At most `n` questions after `inquiry`; none after a refusal.

    First "When?" and "Why?", for which the client has to send the history, if a date or a reason
    answers them; then questions about the document that was quoted, unless they only lead to the
    sentence that was quoted already.
    """
    answer = inquiry.put_to(bot)
    if not answer.answered or not answer.quotes:
        return []
    found: list[str] = []
    for question in _candidates(bot, inquiry, answer, n):
        if len(found) == n:
            break
        found.append(question)
    return found


def _candidates(bot: Bot, inquiry: Inquiry, answer: Answer, n: int) -> Iterator[str]:
    best = answer.quotes[0]
    history = (*inquiry.history, (answer.resolved_question, answer.answer))
    for question in ("When?", "Why?"):
        short = replace(inquiry, question=question, k=1, history=history)
        further = short.put_to(bot)
        if further.answered and _adds(question, further.quotes[0], best):
            yield question
    asked = {answer.question.casefold(), answer.resolved_question.casefold()}
    for question in bot.suggestions(_TRIED * n, document=best.document.id):
        alone = replace(inquiry, question=question, k=1, history=())
        if question.casefold() in asked or not (further := alone.put_to(bot)).answered:
            continue
        place = further.quotes[0].document.id, further.quotes[0].start
        if place != (best.document.id, best.start):
            yield question


def _adds(question: str, quote: Quote, before: Quote) -> bool:
    """Whether a phrase of the kind that was asked for answers, and another one than before."""
    if quote.answer is None or quote.confidence < _SURE or agree(quote, before):
        return False
    if question == "When?":
        return meaning(quote) is not None
    return len(quote.answer.text) < len(quote.text) * 0.8
