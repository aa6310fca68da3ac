"""Points against what they took, with the line of those that nothing beats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axis import Axis, along, amount, around, upright
from reports.charts.figure import (
    BOTTOM_ROOM,
    LEFT,
    RIGHT,
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
from reports.words import number

HEIGHT = 320.0
NEAR = 145.0
"""Width in which names may touch."""


@dataclass(frozen=True, slots=True)
class Entrant:
    """One contestant: what it reached, and the tokens of one attempt at every problem."""

    name: str
    tokens: float
    points: float
    low: float | None = None
    """Of the interval of its points; None where none is known."""
    high: float | None = None


def scatter(held: Sequence[Entrant], most: float) -> Figure | None:
    """Draw contestants; None for fewer than two that say what they took."""
    drawn = [one for one in held if one.tokens > 0]
    if len(drawn) < 2:
        return None
    across = Axis(*around([one.tokens for one in drawn]), LEFT, RIGHT, log=True)
    up = Axis(0.0, most, HEIGHT - BOTTOM_ROOM, TOP)
    best = frontier(drawn)
    rules, numbers = upright(up, LEFT, RIGHT, number)
    base, ticks = along(
        across, HEIGHT - BOTTOM_ROOM, "tokens of one attempt at every problem", amount
    )
    whiskers = [
        line(((x, up.place(one.low)), (x, up.place(one.high))), "whisker")
        for one in drawn
        if one.low is not None and one.high is not None
        for x in [across.place(one.tokens)]
    ]
    return Figure(
        title="Points against tokens",
        said="Mean points of one attempt at each problem, and the tokens it writes. The line joins "
        "those that no other beats with fewer tokens; upright lines are 95 % intervals.",
        height=HEIGHT,
        data=Data(
            head=("contestant", "tokens", "points", "beaten by none with fewer tokens"),
            rows=tuple(
                (o.name, f"{o.tokens:,.0f}", number(o.points), "yes" if o in best else "no")
                for o in sorted(drawn, key=lambda o: (o.tokens, o.name))
            ),
        ),
        paths=(*rules, *base, *whiskers, *_steps(best, across, up)),
        dots=tuple(
            dot(across.place(o.tokens), up.place(o.points), "point on" if o in best else "point")
            for o in drawn
        ),
        labels=(*numbers, *ticks, *_names(drawn, across, up)),
    )


def frontier(held: Sequence[Entrant]) -> list[Entrant]:
    """Return those with more points than every other that took no more, by tokens."""
    found: list[Entrant] = []
    for one in sorted(held, key=lambda o: (o.tokens, -o.points, o.name)):
        if not found or one.points > found[-1].points:
            found.append(one)
    return found


def _steps(best: Sequence[Entrant], across: Axis, up: Axis) -> tuple[Path, ...]:
    if len(best) < 2:
        return ()
    return (line([(across.place(o.tokens), up.place(o.points)) for o in best], "frontier"),)


def _names(drawn: Sequence[Entrant], across: Axis, up: Axis) -> tuple[Label, ...]:
    """Return a name beside each point; names of points side by side stand one under another."""
    places = [(across.place(one.tokens), up.place(one.points)) for one in drawn]
    beside: dict[int, list[int]] = {}
    for n, (x, _) in enumerate(places):
        beside.setdefault(int(x // NEAR), []).append(n)
    heights = [y for _, y in places]
    for column in beside.values():
        apart = spread([heights[n] for n in column], 13, TOP + 8, HEIGHT - BOTTOM_ROOM)
        for n, height in zip(column, apart, strict=True):
            heights[n] = height
    return tuple(
        label(x - 8, y - 7, shortened(one.name, 30), "end")
        if x > (LEFT + RIGHT) / 2
        else label(x + 8, y - 7, shortened(one.name, 30), "start")
        for one, (x, _), y in zip(drawn, places, heights, strict=True)
    )
