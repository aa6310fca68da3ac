"""Marks of judges beside each other: whether they agree, proof by proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.axis import Axis, along
from reports.charts.figure import Data, Figure, dot, label, line, shortened
from reports.words import NONE, listed, number

START = 210.0
END = 620.0
STEP = 24.0
ROWS = 40
"""Proofs that are drawn; the table has all of them."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of one proof."""

    name: str
    judges: tuple[tuple[str, float], ...]
    people: tuple[float, ...]
    counts: float | None
    """The mark that counts."""


def agreement(held: Sequence[Marked], top: float) -> Figure | None:
    """Draw marks, the widest disagreement first; None where no proof has two marks."""
    several = [one for one in held if len(one.judges) + len(one.people) > 1]
    if not several:
        return None
    order = sorted(several, key=lambda one: (-_apart(one), one.name))
    shown = order[:ROWS]
    bottom = 6 + len(shown) * STEP
    across = Axis(0.0, top, START, END)
    base, ticks = along(across, bottom, "mark", number)
    paths, dots, labels = list(base), [], list(ticks)
    for n, one in enumerate(shown):
        y = 6 + n * STEP + STEP / 2
        labels.append(label(START - 12, y + 4, shortened(one.name, 30), "end"))
        paths.append(line(((START, y), (END, y)), "rule"))
        if one.counts is not None:
            x = across.place(one.counts)
            paths.append(line(((x, y - 9), (x, y + 9)), "counts"))
        stacked: Counter[float] = Counter()
        tallest = max(Counter([v for _, v in one.judges] + list(one.people)).values())
        step = min(3.5, (STEP - 8) / tallest)
        for kind, value in [("point", v) for _, v in one.judges] + [
            ("person", v) for v in one.people
        ]:
            dots.append(dot(across.place(value), y - step * stacked[value], kind))
            stacked[value] += 1
    more = f" {len(order) - ROWS} more proofs are in the table." if len(order) > ROWS else ""
    return Figure(
        title="Agreement of judges",
        said="Every mark of every judge, the widest disagreement first; equal marks "
        f"are stacked, rings are marks of people, an upright line is the mark that counts.{more}",
        height=bottom + 44,
        data=Data(
            head=("proof", "marks", "of people", "counts"),
            rows=tuple(_row(one) for one in order),
        ),
        paths=tuple(paths),
        dots=tuple(dots),
        labels=tuple(labels),
    )


def _apart(one: Marked) -> float:
    values = [value for _, value in one.judges] + list(one.people)
    return max(values) - min(values)


def _row(one: Marked) -> tuple[str, ...]:
    return (
        one.name,
        listed([f"{name} {number(value)}" for name, value in one.judges]) or NONE,
        listed([number(value) for value in one.people]) or NONE,
        NONE if one.counts is None else number(one.counts),
    )
