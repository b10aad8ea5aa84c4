"""Why a passage was chosen: what is told of each word of the question."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from qa import Match
from web.evidence import Evidence, evidence


def test_what_became_of_each_word() -> None:
    matches = (
        Match("Told", 0.25, "told", "sentence", False),
        Match("convene", 0.5, "convened", "heading", False),
        Match("session", 0.244, "meeting", "paragraph", True),
        Match("Japan", 0.006, None, None, False),
    )
    assert evidence(matches) == (
        Evidence("Told", 25, "found", None, "in the sentence"),
        Evidence("convene", 50, "found", "convened", "in the heading above"),
        Evidence("session", 24, "near", "meeting", "in its paragraph"),
        Evidence("Japan", 1, "missing", None, None),
    )


def rows(page: str) -> list[str]:
    table = page[page.index("Why this answer") :].partition("<tbody>")[2].partition("</tbody>")[0]
    lines = [re.sub(r"<[^>]*>", " ", row) for row in table.split("</tr>")]
    return [" ".join(line.split()) for line in lines if line.strip()]


def test_the_page_tells_it_below_the_passage(client: FlaskClient) -> None:
    page = client.get("/?q=Who+told+Pashinyan+about+the+session?").text
    assert rows(page) == [
        "told 25% found in the sentence",
        "Pashinyan 50% found as “Pashinyan’s” in the title",
        "session 15% near in meaning: “meeting” in its paragraph",
        "&lt;b&gt; 10% not found",
    ]
    assert '<rect width="25%"' in page


def test_a_refusal_gives_no_reasons_for_an_answer(client: FlaskClient) -> None:
    assert "Why this answer" not in client.get("/?q=What+is+the+capital+of+Japan?").text
