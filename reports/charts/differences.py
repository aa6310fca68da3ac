"""A comparison, problem by problem: how far apart two contestants are, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.comparison import plus
from reports.charts.axis import Axis, along
from reports.charts.figure import LEFT, Data, Figure, dot, label, line, shortened

START = 190.0
END = 620.0
STEP = 22.0


@dataclass(frozen=True, slots=True)
class Difference:
    """One row: new less base, in points, with its interval."""

    name: str
    points: float
    low: float
    high: float
    whole: bool = False
    """Whether it is of the contest and not of a problem."""


def differences(held: Sequence[Difference]) -> Figure | None:
    """Draw the differences around a line at 0; None where there are none."""
    if not held:
        return None
    reach = max(max(abs(one.low), abs(one.high)) for one in held) * 1.05 or 1.0
    bottom = 6 + len(held) * STEP
    across = Axis(-reach, reach, START, END)
    base, ticks = along(across, bottom, "points, new less base", plus)
    paths, dots, labels = list(base), [], list(ticks)
    paths.append(line(((across.place(0), 0), (across.place(0), bottom)), "zero-line"))
    for n, one in enumerate(held):
        y = 6 + n * STEP + STEP / 2
        labels.append(label(START - 10, y + 4, shortened(one.name, 26), "end"))
        paths.append(line(((across.place(one.low), y), (across.place(one.high), y)), "whisker"))
        dots.append(dot(across.place(one.points), y, "point on" if one.whole else "point"))
    assert LEFT < START
    return Figure(
        title="Differences",
        said="Points of new less those of base, with 95 % intervals for the attempts that were "
        "made; right of the line new has more.",
        height=bottom + 44,
        data=Data(
            head=("problem", "difference", "from", "to"),
            rows=tuple((o.name, plus(o.points), plus(o.low), plus(o.high)) for o in held),
        ),
        paths=tuple(paths),
        dots=tuple(dots),
        labels=tuple(labels),
    )
