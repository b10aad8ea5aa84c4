"""`/suggestions`: questions that are answered, to begin with or to go on from an answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from qa import OptionError

from . import engine
from .caching import tagged, unchanged
from .followups import follow_ups
from .inquiry import from_query

views = Blueprint("suggestions", __name__)


@views.get("/suggestions")
def suggested() -> Response:
    """Questions to begin with; with `?q=…`, and what narrowed it, questions that go on from it."""
    if "q" in request.args:
        inquiry = from_query(request.args, strict=True)
        if (kept := unchanged()) is not None:
            return kept
        questions = follow_ups(engine.current(), inquiry)
    elif request.args:
        raise OptionError('What narrows a question is of use with "q" alone.')
    else:
        if (kept := unchanged()) is not None:
            return kept
        questions = engine.suggestions()
    return tagged(jsonify({"suggestions": questions}))
