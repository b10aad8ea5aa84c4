"""Curves as inline SVG, drawn by hand: no script, colours from the page's style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from qa.metrics import Bin, Point

_WIDTH, _HEIGHT = 440, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 46
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
_SMALLEST, _LARGEST = 3.0, 11.0  # radius of a bin's dot


def risk_coverage_chart(curve: Sequence[Point], threshold: float, trusted: float) -> str:
    """Share right over share answered; the point where the bot refuses from, and a line to reach.

    All shares 0..1.
    """
    line = " ".join(f"{_x(point.answered):.1f},{_y(point.right):.1f}" for point in curve)
    parts = [
        f'<line class="goal" x1="{_x(0):.1f}" y1="{_y(trusted):.1f}" x2="{_x(1):.1f}" '
        f'y2="{_y(trusted):.1f}"/>',
        f'<polyline class="curve" points="{line}"/>',
    ]
    used = [point for point in curve if point.threshold >= threshold]
    if used:
        at = used[-1]
        x, y = _x(at.answered), _y(at.right)
        # Above the curve, which falls to the right, unless it leaves no room there.
        end, aside = ("end", -10) if at.answered > 0.7 else ("start", 10)
        parts.append(f'<circle class="here" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        parts.append(
            f'<text class="note" x="{x + aside:.1f}" y="{max(y - 10, _TOP + 12):.1f}" '
            f'text-anchor="{end}">threshold {threshold:.2f}</text>'
        )
    return _framed(parts, "answered", "right of these", "Risk and coverage")


def calibration_chart(bins: Iterable[Bin]) -> str:
    """Share right over mean confidence, a dot for each bin, as large as it has questions."""
    found = list(bins)
    most = max((each.questions for each in found), default=1)
    parts = [
        f'<line class="goal" x1="{_x(0):.1f}" y1="{_y(0):.1f}" x2="{_x(1):.1f}" y2="{_y(1):.1f}"/>'
    ]
    line = " ".join(f"{_x(each.confidence):.1f},{_y(each.right):.1f}" for each in found)
    parts.append(f'<polyline class="thin" points="{line}"/>')
    for each in found:
        radius = _SMALLEST + (_LARGEST - _SMALLEST) * (each.questions / most) ** 0.5
        told = (
            f"{each.questions:,} question{'s' * (each.questions > 1)}, "
            f"confidence {100 * each.confidence:.0f} %, {100 * each.right:.0f} % right"
        )
        parts.append(
            f'<circle class="dot" cx="{_x(each.confidence):.1f}" cy="{_y(each.right):.1f}" '
            f'r="{radius:.1f}"><title>{escape(told)}</title></circle>'
        )
    return _framed(parts, "confidence", "right", "Calibration")


def _framed(parts: Sequence[str], along: str, up: str, name: str) -> str:
    lines = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)}: '
        f'{escape(up)} over {escape(along)}">'
    ]
    for tick in _TICKS:
        x, y = _x(tick), _y(tick)
        lines.append(f'<line class="grid" x1="{x:.1f}" y1="{_y(0):.1f}" x2="{x:.1f}" y2="{_TOP}"/>')
        lines.append(
            f'<line class="grid" x1="{_x(0):.1f}" y1="{y:.1f}" x2="{_x(1):.1f}" y2="{y:.1f}"/>'
        )
        lines.append(
            f'<text x="{x:.1f}" y="{_y(0) + 17:.1f}" text-anchor="middle">{100 * tick:.0f}</text>'
        )
        lines.append(
            f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{100 * tick:.0f}</text>'
        )
    lines.append(
        f'<text class="axis" x="{_x(0.5):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">'
        f"{escape(along)}, %</text>"
    )
    middle = _y(0.5)
    lines.append(
        f'<text class="axis" x="13" y="{middle:.1f}" text-anchor="middle" '
        f'transform="rotate(-90 13 {middle:.1f})">{escape(up)}, %</text>'
    )
    return "\n".join([*lines, *parts, "</svg>"])


def _x(value: float) -> float:
    return _LEFT + value * (_WIDTH - _LEFT - _RIGHT)


def _y(value: float) -> float:
    return _HEIGHT - _BOTTOM - value * (_HEIGHT - _TOP - _BOTTOM)
