"""Distributions of points as sums: exact, in hundredths, the unit of medal lines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import fsum

HUNDREDTHS = 100

Points = Mapping[int, float]
"""The probability of each number of hundredths of a point."""

NOTHING: Points = {0: 1.0}


def hundredths(points: float) -> int:
    """Return points as a whole number, so that a sum meets a line exactly."""
    return round(points * HUNDREDTHS)


def added(one: Points, other: Points) -> dict[int, float]:
    """Return the distribution of the sum of two independent numbers of points."""
    total: dict[int, float] = {}
    for points, chance in one.items():
        for more, weight in other.items():
            total[points + more] = total.get(points + more, 0.0) + chance * weight
    return total


def summed(problems: Sequence[Points]) -> Points:
    """Return the distribution of the total over independent problems."""
    total: Points = NOTHING
    for problem in problems:
        total = added(total, problem)
    return total


def mean(points: Points) -> float:
    """Return the expected points."""
    return fsum(value * chance for value, chance in points.items()) / HUNDREDTHS


class Tail:
    """The probability to reach a number of points, for any number."""

    def __init__(self, points: Points) -> None:
        self._values = sorted(points)
        upwards = accumulate(points[value] for value in reversed(self._values))
        self._chances = list(upwards)[::-1]

    def __call__(self, least: int) -> float:
        """Return the probability of at least that many hundredths."""
        at = bisect_left(self._values, least)
        return min(self._chances[at], 1.0) if at < len(self._values) else 0.0


def others(problems: Sequence[Points]) -> list[Points]:
    """Return, for each problem, the distribution of the total over all the others."""
    before: list[Points] = [NOTHING]
    for problem in problems[:-1]:
        before.append(added(before[-1], problem))
    after: Points = NOTHING
    found: list[Points] = []
    for problem, left in zip(reversed(problems), reversed(before), strict=True):
        found.append(added(left, after))
        after = added(after, problem)
    return found[::-1]
