"""A series as a drawing: curve, limits and what lies beyond, as SVG for documents. Colours are never alone: limits are dashed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

# Width and height; the text stays as large as it is, so a narrow drawing is for half a page.
WIDE, NARROW = (700, 180), (345, 150)
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 14, 22
_BLUE, _RED, _GREY, _GREEN = "#0b57a4", "#c62828", "#5f6670", "#eaf5ee"
_FONT = 'font-family="Noto Sans SC" font-size="10.5"'
_TICKS = 4
# Steps between the marks of the time axis; the first that gives few enough marks is taken.
_STEPS = [timedelta(minutes=n) for n in (1, 5, 10, 30, 60, 120, 240, 360, 720, 1440, 2880, 10080)]
_ROOM_PER_MARK = 70

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """What to draw: microseconds since 1970 and values in order of time, limits, and the value to point out."""

    size: tuple[int, int]
    times: NDArray[np.int64]
    values: Floats
    low: Decimal | None
    high: Decimal | None
    marked: Decimal | None
    marked_words: str
    unit: str


def svg(curve: Curve) -> str:
    """This function will draw a curve of at least two values."""
    scale = _Scale(curve)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{scale.width}" height="{scale.height}" viewBox="0 0 {scale.width} {scale.height}">',
        *_ground(curve, scale),
        *_axes(curve, scale),
        f'<path d="{_path(curve, scale)}" fill="none" stroke="{_BLUE}" stroke-width="1.2" stroke-linejoin="round"/>',
        *_beyond(curve, scale),
        *_limits(curve, scale),
        "</svg>",
    ]
    return "\n".join(parts)


class _Scale:
    """Turns moments and values into places on the paper."""

    def __init__(self, curve: Curve) -> None:
        self.width, self.height = curve.size
        self.right, self.bottom = self.width - _RIGHT, self.height - _BOTTOM
        self.buckets = self.right - _LEFT
        shown = [float(bound) for bound in (curve.low, curve.high) if bound is not None]
        low, high = min([float(curve.values.min()), *shown]), max([float(curve.values.max()), *shown])
        room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
        self.low, self.high = low - room, high + room
        self.first, self.last = int(curve.times[0]), int(curve.times[-1])

    def x(self, micro: int) -> float:
        return _LEFT + (micro - self.first) / max(self.last - self.first, 1) * self.buckets

    def y(self, value: float) -> float:
        return _TOP + (self.high - value) / (self.high - self.low) * (self.bottom - _TOP)


def _ground(curve: Curve, scale: _Scale) -> Iterator[str]:
    top = scale.y(float(curve.high)) if curve.high is not None else _TOP
    bottom = scale.y(float(curve.low)) if curve.low is not None else scale.bottom
    if curve.low is not None or curve.high is not None:
        yield f'<rect x="{_LEFT}" y="{top:.1f}" width="{scale.buckets}" height="{bottom - top:.1f}" fill="{_GREEN}"/>'


def _axes(curve: Curve, scale: _Scale) -> Iterator[str]:
    for value in _nice(scale.low, scale.high):
        y = scale.y(value)
        yield f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{scale.right}" y2="{y:.1f}" stroke="#d9dde3" stroke-width="0.6"/>'
        yield _text(_LEFT - 5, y + 3.5, f"{value:.10g}", "end")
    yield _text(4, _TOP - 4, curve.unit, "start")
    for moment, words in _marks(scale):
        x = scale.x(moment)
        yield f'<line x1="{x:.1f}" y1="{scale.bottom}" x2="{x:.1f}" y2="{scale.bottom + 4}" stroke="{_GREY}" stroke-width="0.8"/>'
        yield _text(x, scale.height - 7, words, "middle")
    yield (f'<path d="M{_LEFT} {_TOP}V{scale.bottom}H{scale.right}" fill="none" stroke="{_GREY}" stroke-width="0.8"/>')


def _nice(low: float, high: float) -> Iterator[float]:
    """Yield round numbers between two values."""
    rough = (high - low) / _TICKS
    size = 10.0 ** np.floor(np.log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    at = int(np.ceil(low / step))
    while at * step <= high:
        yield at * step
        at += 1


def _marks(scale: _Scale) -> Iterator[tuple[int, str]]:
    whole = timedelta(microseconds=scale.last - scale.first)
    step = next((step for step in _STEPS if whole / step <= scale.buckets / _ROOM_PER_MARK), _STEPS[-1])
    size = step // timedelta(microseconds=1)
    at = -(-scale.first // size) * size
    while at <= scale.last:
        moment = datetime.fromisoformat("1970-01-01") + timedelta(microseconds=at)
        yield at, f"{moment:%m-%d}" if step >= timedelta(days=1) else f"{moment:%H:%M}"
        at += size


def _path(curve: Curve, scale: _Scale) -> str:
    """Return the curve; of more values than the paper is wide, the smallest and the largest of each place."""
    times, values = curve.times, curve.values
    if len(values) > 2 * scale.buckets:
        starts = np.linspace(0, len(values), scale.buckets, endpoint=False).astype(np.int64)
        lows, highs = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        times = np.repeat(times[starts], 2)
        values = np.column_stack((lows, highs)).ravel()
    points = [f"{scale.x(int(t)):.1f} {scale.y(float(v)):.1f}" for t, v in zip(times, values, strict=True)]
    return "M" + "L".join(points)


def _beyond(curve: Curve, scale: _Scale) -> Iterator[str]:
    """Yield short marks along the lower edge wherever a value lies beyond a limit."""
    outside = np.zeros(len(curve.values), dtype=np.bool_)
    if curve.low is not None:
        outside |= curve.values < float(curve.low)
    if curve.high is not None:
        outside |= curve.values > float(curve.high)
    places = sorted({int(scale.x(int(moment))) for moment in curve.times[outside]})
    if places:
        marks = "".join(f"M{x} {scale.bottom - 6}v5" for x in places)
        yield f'<path d="{marks}" stroke="{_RED}" stroke-width="1.4" fill="none"/>'


def _limits(curve: Curve, scale: _Scale) -> Iterator[str]:
    for bound in (curve.low, curve.high):
        if bound is not None:
            yield _line(scale, float(bound), _RED, "6 3")
            yield _text(scale.right - 3, scale.y(float(bound)) - 3, f"{bound.normalize():f}", "end", _RED)
    if curve.marked is not None:
        y = scale.y(float(curve.marked))
        yield _line(scale, float(curve.marked), "#333333", "2 2")
        yield _text(_LEFT + 4, y - 3, curve.marked_words, "start", "#333333")


def _line(scale: _Scale, value: float, colour: str, dashes: str) -> str:
    y = scale.y(value)
    return (
        f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{scale.right}" y2="{y:.1f}" stroke="{colour}" stroke-width="1" '
        f'stroke-dasharray="{dashes}"/>'
    )


def _text(x: float, y: float, words: str, anchor: str, colour: str = _GREY) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {_FONT} text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
