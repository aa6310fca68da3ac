"""How long solved and unsolved attempts were."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from statistics import median

from reports.charts.axis import Axis, along, amount
from reports.charts.figure import LEFT, RIGHT, Data, Figure, Label, Path, label, line, rect

HEIGHT = 250.0
MIDDLE = 104.0
"""Between the two halves."""
TALL = 88.0
FEWEST = 8
"""Fewer attempts than this are no distribution."""


def lengths(
    solved: Sequence[int], unsolved: Sequence[int], limit: int | None = None
) -> Figure | None:
    """Draw tokens of attempts, those with full points upwards and the others downwards.

    In equal steps of a logarithmic scale; None for a handful of attempts.
    """
    both = [n for n in (*solved, *unsolved) if n > 0]
    if len(both) < FEWEST:
        return None
    edges = _edges(min(both), max(both))
    across = Axis(edges[0], max(edges[-1], limit or 0), LEFT, RIGHT, log=True)
    up, down = _counted(solved, edges), _counted(unsolved, edges)
    most = max(*up, *down, 1)
    base, ticks = along(across, HEIGHT - 44, "tokens written in an attempt", amount)
    bars = []
    for n, (above, below) in enumerate(zip(up, down, strict=True)):
        x, width = across.place(edges[n]), across.place(edges[n + 1]) - across.place(edges[n])
        bars.append(rect(x, MIDDLE - TALL * above / most, width - 1, TALL * above / most, "full"))
        bars.append(rect(x, MIDDLE + 1, width - 1, TALL * below / most, "zero"))
    marks, words = _limit(across, limit)
    return Figure(
        title="Lengths",
        said=f"Tokens written in judged attempts: {_summary('with full points', solved)}; "
        f"{_summary('without', unsolved)}.",
        height=HEIGHT,
        data=Data(
            head=("tokens", "with full points", "without"),
            rows=tuple(
                (f"{edges[n]:,.0f} to {edges[n + 1]:,.0f}", f"{above:,}", f"{below:,}")
                for n, (above, below) in enumerate(zip(up, down, strict=True))
                if above or below
            ),
        ),
        paths=(*base, *marks),
        rects=tuple(bar for bar in bars if bar.height != "0"),
        labels=(
            *ticks,
            *words,
            label(LEFT - 4, MIDDLE - 8, "full", "end"),
            label(LEFT - 4, MIDDLE + 18, "not", "end"),
        ),
    )


def _edges(low: int, high: int) -> list[float]:
    """Return bounds of steps, four for each doubling of small ranges and fewer for wide ones."""
    steps = 24
    factor = max((high + 1) / low, 1.5) ** (1 / steps)
    return [low * factor**n for n in range(steps)] + [max(high + 1, low * 1.5)]


def _counted(values: Sequence[int], edges: Sequence[float]) -> list[int]:
    found = [0] * (len(edges) - 1)
    for value in values:
        if value > 0:
            found[min(max(bisect_right(edges, value) - 1, 0), len(found) - 1)] += 1
    return found


def _summary(name: str, values: Sequence[int]) -> str:
    known = [value for value in values if value > 0]
    if not known:
        return f"none {name}"
    return f"{len(known):,} {name}, half of them over {median(known):,.0f}"


def _limit(across: Axis, limit: int | None) -> tuple[tuple[Path, ...], tuple[Label, ...]]:
    if limit is None:
        return (), ()
    x = across.place(limit)
    return (line(((x, 4), (x, HEIGHT - 44)), "limit"),), (
        label(x - 5, 16, f"cut off at {limit:,}", "end"),
    )
