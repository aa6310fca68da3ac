"""One contestant over several runs: its points from run to run, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axis import Axis, upright
from reports.charts.figure import (
    BOTTOM_ROOM,
    LEFT,
    SERIES,
    TOP,
    Data,
    Figure,
    dot,
    label,
    line,
    shortened,
    spread,
)
from reports.words import NONE, between, number

HEIGHT = 300.0
NAMES = 500.0
"""Where the lines end and their names begin."""
ASIDE = 5.0
"""Between the intervals of two lines at one run."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A contestant in one run."""

    run: int
    """Place of the run among all of them, the oldest first."""
    points: float
    low: float | None = None
    """Of the interval of its points; None where none is known."""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A contestant over the runs it is in."""

    name: str
    stops: tuple[Stop, ...]


def history(held: Sequence[Course], runs: Sequence[str], most: float) -> Figure | None:
    """Draw courses; None where no contestant is in two runs."""
    drawn = [course for course in held if len(course.stops) > 1]
    if not drawn:
        return None
    across = Axis(0, len(runs) - 1, LEFT + 20, NAMES - 20)
    up = Axis(0.0, most, HEIGHT - BOTTOM_ROOM, TOP)
    bottom = HEIGHT - BOTTOM_ROOM
    rules, numbers = upright(up, LEFT, NAMES, number)
    paths, dots = [*rules, line(((LEFT, bottom), (NAMES, bottom)), "base")], []
    for n, course in enumerate(drawn):
        beside = ASIDE * (n - (len(drawn) - 1) / 2)
        places = [(across.place(s.run) + beside, up.place(s.points)) for s in course.stops]
        for (x, _), stop in zip(places, course.stops, strict=True):
            if stop.low is not None and stop.high is not None:
                ends = ((x, up.place(stop.low)), (x, up.place(stop.high)))
                paths.append(line(ends, "whisker"))
        paths.append(line(places, f"curve s{n % SERIES}"))
        dots += [dot(x, y, "point") for x, y in places]
    heights = spread([up.place(c.stops[-1].points) for c in drawn], 15, TOP + 4, bottom)
    return Figure(
        title="History",
        said="Mean points of each contestant that is in several runs, from the oldest run to the "
        "newest; upright lines are 95 % intervals. Runs are numbered as in the table.",
        height=HEIGHT,
        data=_data(drawn, runs),
        paths=tuple(paths),
        dots=tuple(dots),
        labels=(
            *numbers,
            *(label(across.place(n), bottom + 18, f"{n + 1}") for n in range(len(runs))),
            label((LEFT + NAMES) / 2, bottom + 36, "run"),
            *(
                label(NAMES + 14, y + 4, shortened(c.name, 18), "start")
                for c, y in zip(drawn, heights, strict=True)
            ),
        ),
    )


def _data(drawn: Sequence[Course], runs: Sequence[str]) -> Data:
    held = [{stop.run: stop for stop in course.stops} for course in drawn]
    return Data(
        head=("run", *(course.name for course in drawn)),
        rows=tuple(
            (f"{n + 1}: {run}", *(_said(stops.get(n)) for stops in held))
            for n, run in enumerate(runs)
        ),
    )


def _said(stop: Stop | None) -> str:
    if stop is None:
        return NONE
    if stop.low is None or stop.high is None:
        return number(stop.points)
    return f"{number(stop.points)} ({between(stop.low, stop.high)})"
