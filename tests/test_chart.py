"""The curves: drawn inside their frame, every point where its figures say."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from qa.chart import calibration_chart, risk_coverage_chart
from qa.metrics import calibration, risk_coverage

JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()))


def inside(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        for name in ("x", "cx", "x1", "x2"):
            assert 0 <= float(element.get(name, 0)) <= width
        for name in ("y", "cy", "y1", "y2"):
            assert 0 <= float(element.get(name, 0)) <= height
        for pair in element.get("points", "").split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= width
            assert 0 <= y <= height
    return root


@given(JUDGED, st.floats(0, 1))
def test_curves_stay_in_their_frame(judged: list[tuple[float, bool]], threshold: float) -> None:
    inside(risk_coverage_chart(risk_coverage(judged), threshold, 0.9))
    inside(calibration_chart(calibration(judged)))


def test_the_curve_falls_where_answers_are_wrong() -> None:
    curve = risk_coverage([(0.9, True), (0.5, False)])
    root = inside(risk_coverage_chart(curve, 0.5, 0.9))
    points = next(e for e in root.iter("polyline")).attrib["points"].split()
    (x1, y1), (x2, y2) = (tuple(map(float, pair.split(","))) for pair in points)
    assert x2 > x1
    assert y2 > y1  # downwards
    here = next(e for e in root.iter("circle"))
    assert (float(here.attrib["cx"]), float(here.attrib["cy"])) == (x2, y2)


def test_each_bin_has_a_dot_that_tells_its_figures() -> None:
    root = inside(calibration_chart(calibration([(0.95, True), (0.95, True), (0.15, False)])))
    dots = list(root.iter("circle"))
    assert [dot[0].text for dot in dots] == [
        "1 question, confidence 15 %, 0 % right",
        "2 questions, confidence 95 %, 100 % right",
    ]
    assert float(dots[1].attrib["r"]) > float(dots[0].attrib["r"])
