"""How sure the points of one contestant are, and which contestants of a board can be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import msgspec
import numpy as np

from harness.board import Cell, Row
from harness.comparison.sides import Metric, Side, pairs, worth
from harness.stats.paired import Pair, Unit, chance, interval, moments

ALPHA = 0.05


def score_interval(row: Row, alpha: float = ALPHA) -> tuple[float, float] | None:
    """Return between what points the row's mean lies when its attempts are made anew.

    The problems are taken as given. Over the problems that have a judged attempt, as the mean is;
    None where one of them has a single attempt, from which nobody knows the spread.
    """
    cells = [cell for cell in row.cells if cell.done]
    if not cells or any(len(cell.done) < 2 for cell in cells):
        return None
    weights = [cell.problem.max_points or 1.0 for cell in cells]
    seen = moments(
        [
            Pair(problem=cell.problem.id, base=(0.0,), new=_scores(cell), weight=weight)
            for cell, weight in zip(cells, weights, strict=True)
        ]
    )
    # The other side is nothing at all, and that is certain.
    certain = msgspec.structs.replace(seen, base_size=np.full(len(cells), inf))
    low, high = interval(certain, Unit.CONTEST, alpha / 2)
    whole = sum(weights)
    return max(low, 0.0) * whole, min(high, 1.0) * whole


def tiers(ranked: Sequence[Row], alpha: float = ALPHA) -> tuple[int, ...]:
    """Return the tier of each row, from 1; the rows are in order, the best first.

    A row opens a new tier when it is shown to differ from the first row of the one before. Which
    pairs are looked at hangs on the points, so each is asked at alpha over the number of all pairs
    (Bonferroni): the probability that any two equal contestants are told apart is at most alpha.
    """
    found: list[int] = []
    leader = 0
    asked = max(len(ranked) * (len(ranked) - 1) // 2, 1)
    for n, row in enumerate(ranked):
        if n and told_apart(ranked[leader], row, alpha / asked):
            leader = n
            found.append(found[-1] + 1)
        else:
            found.append(found[-1] if found else 1)
    return tuple(found)


def told_apart(one: Row, other: Row, alpha: float = ALPHA) -> bool:
    """Whether the two are shown to differ at this contest, as ``harness compare`` shows it."""
    held = [
        Pair(
            problem=a.problem.id,
            base=_scores(a),
            new=_scores(b),
            weight=a.problem.max_points or 1.0,
        )
        for a, b in zip(one.cells, other.cells, strict=True)
        if a.done and b.done
    ]
    if not held:
        return False
    low, high = interval(moments(held), Unit.CONTEST, alpha / 2)
    # The interval costs little; what is dealt out anew costs more.
    return (low > 0 or high < 0) and chance(held, Unit.CONTEST).either <= alpha


def _scores(cell: Cell) -> tuple[float, ...]:
    return tuple(worth(cell, end, Metric.SCORE) for end in cell.done)


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """How far apart two contestants are at one problem or over all, in points, new less base."""

    problem: str
    """Empty where it is over all problems."""
    difference: float
    low: float
    high: float


def gaps(base: Side, new: Side, alpha: float = ALPHA) -> tuple[Gap, ...]:
    """Return the difference over all problems with a judged attempt on both sides, then of each."""
    held = pairs(base, new)
    if not held:
        return ()
    return (_gap("", held, alpha), *(_gap(pair.problem, [pair], alpha) for pair in held))


def _gap(name: str, held: Sequence[Pair], alpha: float) -> Gap:
    seen = moments(held)
    low, high = interval(seen, Unit.CONTEST, alpha / 2)
    whole = sum(pair.weight for pair in held)
    return Gap(problem=name, difference=seen.difference * whole, low=low * whole, high=high * whole)
