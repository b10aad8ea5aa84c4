"""`/`: the chat page. With `?q=…` the answer is already on it, without JavaScript too."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, render_template, request, url_for

from qa import QAError

from . import engine
from .inquiry import Inquiry, from_query
from .problems import message, readable, status_of
from .turn import Turn, turn

views = Blueprint("page", __name__)

# As many as a browser shows usefully in one list of completions.
_CHOICES = 200


@views.get("/")
def chat() -> Response:
    """The page, with the answer to `?q=…` on it if there is a question."""
    bot = engine.current()
    inquiry: Inquiry | None = None
    shown: Turn | None = None
    problem: str | None = None
    status = HTTPStatus.OK
    if "q" in request.args:
        try:
            inquiry = from_query(request.args, strict=False)
            shown = turn(inquiry.put_to(bot))
        except QAError as error:
            status = HTTPStatus(status_of(error))
            if status >= 500:
                raise
            problem = message(error)
    page = render_template(
        "chat.html",
        turn=shown,
        **(surroundings(inquiry, shown) if inquiry and shown else {}),
        problem=problem,
        question=readable(request.args.get("q", "")),
        chosen={name: request.args.get(name, "") for name in ("document", "since", "until")},
        info=bot.info,
        # Under an answer there is no place for them, and a first answer should not wait.
        suggestions=[] if shown or problem else engine.suggestions(),
        choices=bot.documents(0, _CHOICES),
    )
    return make_response(page, status)


def surroundings(inquiry: Inquiry, shown: Turn) -> dict[str, object]:
    """What a turn is drawn with besides itself: its address, and whether it was narrowed.

    The address holds the question as it was searched, so that a follow-up stands alone in it.
    """
    link = url_for(
        "page.chat",
        q=shown.resolved,
        document=inquiry.documents,
        since=inquiry.since,
        until=inquiry.until,
    )
    return {"link": link, "narrowed": inquiry.narrowed}
