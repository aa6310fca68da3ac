"""Lines over a budget, each named at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axis import Axis, along, amount, upright
from reports.charts.figure import (
    BOTTOM_ROOM,
    LEFT,
    SERIES,
    TOP,
    Data,
    Figure,
    Label,
    Path,
    dot,
    label,
    line,
    shortened,
    spread,
)
from reports.words import NONE, number

HEIGHT = 300.0
NAMES = 500.0
"""Where the lines end and their names begin."""
MOST_DOTS = 16
"""Points of a line that are marked; a longer one is only a line."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One line."""

    name: str
    points: tuple[tuple[int, float], ...]
    """Budget and what it brings, by budget."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a chart of lines is about."""

    title: str
    said: str
    budget: str
    """What the budget counts."""
    most: float
    """What can be reached at the most."""
    log: bool = False
    limit: int | None = None
    """A budget that is not exceeded, as an upright line."""


def curves(held: Sequence[Curve], frame: Frame) -> Figure | None:
    """Draw lines; None where none of them has two points, because there is nothing to follow."""
    drawn = [curve for curve in held if curve.points]
    if not any(len(curve.points) > 1 for curve in drawn):
        return None
    budgets = sorted({budget for curve in drawn for budget, _ in curve.points})
    high = max(budgets[-1], frame.limit or 0)
    across = Axis(budgets[0], high, LEFT, NAMES, log=frame.log)
    up = Axis(0.0, frame.most, HEIGHT - BOTTOM_ROOM, TOP)
    rules, numbers = upright(up, LEFT, NAMES, number)
    base, ticks = along(across, HEIGHT - BOTTOM_ROOM, frame.budget, amount)
    marks = _limit(across, frame)
    ends = [up.place(curve.points[-1][1]) for curve in drawn]
    names = spread(ends, 15, TOP + 4, HEIGHT - BOTTOM_ROOM)
    return Figure(
        title=frame.title,
        said=frame.said,
        height=HEIGHT,
        data=_data(drawn, budgets, frame.budget),
        paths=(
            *rules,
            *base,
            *marks[0],
            *(
                line([(across.place(b), up.place(v)) for b, v in c.points], f"curve s{n % SERIES}")
                for n, c in enumerate(drawn)
            ),
            *(
                _leader(across.place(c.points[-1][0]), end, name)
                for c, end, name in zip(drawn, ends, names, strict=True)
            ),
        ),
        dots=tuple(
            dot(across.place(b), up.place(v), "point")
            for c in drawn
            if len(c.points) <= MOST_DOTS
            for b, v in c.points
        ),
        labels=(
            *numbers,
            *ticks,
            *marks[1],
            *(
                label(NAMES + 14, y + 4, shortened(c.name, 18), "start")
                for c, y in zip(drawn, names, strict=True)
            ),
        ),
    )


def _leader(x: float, end: float, name: float) -> Path:
    """Return a thin line from the end of a curve to its name."""
    return line(((x + 3, end), (NAMES + 4, name), (NAMES + 10, name)), "leader")


def _limit(across: Axis, frame: Frame) -> tuple[tuple[Path, ...], tuple[Label, ...]]:
    if frame.limit is None:
        return (), ()
    x = across.place(frame.limit)
    drawn = line(((x, TOP), (x, HEIGHT - BOTTOM_ROOM)), "limit")
    return (drawn,), (label(x - 5, TOP + 10, f"limit {frame.limit:,}", "end"),)


def _data(drawn: Sequence[Curve], budgets: Sequence[int], name: str) -> Data:
    held = [dict(curve.points) for curve in drawn]
    return Data(
        head=(name, *(curve.name for curve in drawn)),
        rows=tuple((f"{b:,}", *(number(h[b]) if b in h else NONE for h in held)) for b in budgets),
    )
