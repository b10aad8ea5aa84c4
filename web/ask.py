"""`/ask`: a question in, the answer object out; or, for the page's script, the answer as HTML."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import UnsupportedMediaType

from . import engine
from .caching import tagged, unchanged
from .inquiry import Inquiry, from_body, from_query
from .page import surroundings
from .problems import wants_page
from .turn import turn

views = Blueprint("ask", __name__)


@views.get("/ask")
def ask_by_query() -> Response:
    """The answer to `?q=…` as JSON."""
    inquiry = from_query(request.args, strict=True)
    bot = engine.current()
    if (kept := unchanged()) is not None:
        return kept
    return tagged(jsonify(inquiry.put_to(bot).to_dict()))


@views.post("/ask")
def ask_by_body() -> Response:
    """The answer to a JSON body, as JSON or, if HTML is preferred, as one turn of the page."""
    inquiry = _posted()
    answer = inquiry.put_to(engine.current())
    if wants_page(default=False):
        shown = turn(answer)
        page = render_template("_turn.html", turn=shown, **surroundings(inquiry, shown))
        response = make_response(page)
    else:
        response = jsonify(answer.to_dict())
    response.vary.add("Accept")
    return response


def _posted() -> Inquiry:
    # A type that no form can send also keeps pages of other sites from asking.
    if request.mimetype != "application/json":
        raise UnsupportedMediaType('Send JSON, with "Content-Type: application/json".')
    return from_body(request.get_data())
