"""A chart as shapes with words; a template turns it into SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640.0
LEFT = 52.0
RIGHT = 632.0
TOP = 12.0
BOTTOM_ROOM = 44.0
"""Below the drawing: tick labels and the name of the axis."""
SERIES = 8
"""Dashes and shapes that lines and points are told by; a ninth line begins again."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line or an area."""

    d: str
    kind: str


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar; texts, as they stand in the attributes."""

    x: str
    y: str
    width: str
    height: str
    kind: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point."""

    x: str
    y: str
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word in the drawing."""

    x: str
    y: str
    text: str
    kind: str
    """``start``, ``middle`` or ``end``: which part of it stands at x."""


@dataclass(frozen=True, slots=True)
class Data:
    """The table that a chart draws: the first column is its rows' name."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart."""

    title: str
    said: str
    """What it shows and over what, in sentences."""
    height: float
    data: Data
    paths: tuple[Path, ...] = ()
    rects: tuple[Rect, ...] = ()
    dots: tuple[Dot, ...] = ()
    labels: tuple[Label, ...] = ()

    @property
    def box(self) -> str:
        """Return the view box."""
        return f"0 0 {at(WIDTH)} {at(self.height)}"


def at(value: float) -> str:
    """Return a place in a drawing with one decimal, always in the same spelling."""
    return f"{value:.1f}".removesuffix(".0").replace("-0", "0") if abs(value) < 0.05 else _at(value)


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def line(points: Sequence[tuple[float, float]], kind: str) -> Path:
    """Return a line through points."""
    return Path("M" + "L".join(f"{at(x)} {at(y)}" for x, y in points), kind)


def rect(x: float, y: float, width: float, height: float, kind: str) -> Rect:
    """Return a bar."""
    return Rect(at(x), at(y), at(width), at(height), kind)


def dot(x: float, y: float, kind: str) -> Dot:
    """Return a point."""
    return Dot(at(x), at(y), kind)


def label(x: float, y: float, text: str, kind: str = "middle") -> Label:
    """Return a word."""
    return Label(at(x), at(y), text, kind)


def shortened(name: str, most: int) -> str:
    """Return a name that fits beside a drawing; the table has the whole."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Return heights for labels as near to those wanted as they can be without touching.

    Of more labels than there is room for, the gap shrinks.
    """
    if not wanted:
        return []
    if len(wanted) > 1:
        gap = min(gap, (high - low) / (len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    found = [0.0] * len(wanted)
    last = low - gap
    for n in order:
        last = found[n] = max(wanted[n], last + gap, low)
    last = high + gap
    for n in reversed(order):
        last = found[n] = min(found[n], last - gap)
    return found
