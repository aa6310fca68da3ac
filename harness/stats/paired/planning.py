"""What could be found at all: before the comparison, and how much more it would take after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import msgspec

from harness.stats.paired.bounds import (
    DOWN,
    STEP,
    UP,
    own_variances,
    power_errors,
    reach,
    skew,
    variance,
)
from harness.stats.paired.permutation import least
from harness.stats.paired.quantiles import deviation
from harness.stats.paired.samples import Moments, Pair, Unit, moments

POWER = 0.8
MOST = 1 << 30
"""More attempts or problems than this are no advice."""


class Reachable(msgspec.Struct, frozen=True, kw_only=True):
    """What a comparison could end with, known from the numbers of problems and attempts alone."""

    least: float
    """The smallest probability that any outcome could have, if the runs are alike; in one
    direction."""
    fall: bool
    """Whether a fall from all points to none would be shown to exceed the limit."""
    alike: bool
    """Whether the limit is excluded when every attempt of both runs comes out the same."""
    alike_from: int
    """Attempts of each run at each problem from which it would be; of *such problems*,
    problems."""


def reachable(
    sizes: Sequence[tuple[int, int]],
    unit: Unit,
    *,
    limit: float,
    alpha: float,
    weights: Sequence[float] = (),
) -> Reachable:
    """Return what could come out; ``limit`` is the allowed fall, a positive share."""
    shares = weights or [1.0] * len(sizes)
    fallen = _constant(sizes, shares, base=1.0, new=0.0)
    same = _constant(sizes, shares, base=1.0, new=1.0)
    smallest = least(sizes, unit)
    return Reachable(
        least=smallest,
        fall=smallest <= alpha and fallen.difference + reach(fallen, unit, alpha, UP) < -limit,
        alike=reach(same, unit, alpha, DOWN) <= limit,
        alike_from=_first(lambda many: _width(same, unit, alpha, many, 0.0) <= limit),
    )


def detectable(seen: Moments, unit: Unit, *, limit: float, alpha: float) -> float:
    """Return the fall that is shown to exceed the limit four times in five, as these vary."""
    beyond = power_errors(POWER) * sqrt(variance(seen, unit) if seen.problems > 1 else 1.0)
    return limit + reach(seen, unit, alpha, UP) + beyond


def needed(seen: Moments, unit: Unit, *, limit: float, alpha: float) -> int:
    """Return how many attempts a problem (of *such problems*: problems) would be needed.

    With them, two equal runs pass four times in five, if attempts (problems) vary as these do. 0
    is more than anyone makes.
    """
    if unit is Unit.PROBLEMS:
        one = variance(seen, unit) * seen.problems if seen.problems > 1 else 1.0
    else:
        share = 1 / seen.base_size + 1 / seen.new_size
        one = float(seen.weights**2 @ (2 * own_variances(seen) / share))
    errors = power_errors(POWER)
    return _first(
        lambda many: _width(seen, unit, alpha, many, one) + errors * sqrt(one / many) <= limit
    )


def _width(seen: Moments, unit: Unit, alpha: float, many: int, one: float) -> float:
    """Return the reach of a bound with so many attempts a problem, or so many problems."""
    if unit is Unit.PROBLEMS:
        if many < 2:
            return 2.0
        errors, event, apart = deviation(alpha, many - 1), 1 / many, STEP / many
    else:
        errors, event, apart = deviation(alpha), float(seen.weights.max()) / many, 0.0
    return errors * sqrt(one / many + 2 * event**2) + skew(errors) * event + apart


def _first(enough: Callable[[int], bool]) -> int:
    """Return the smallest number that is enough, if all larger ones are; 0 beyond ``MOST``."""
    high = 1
    while not enough(high):
        high *= 2
        if high > MOST:
            return 0
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _constant(
    sizes: Sequence[tuple[int, int]], weights: Sequence[float], *, base: float, new: float
) -> Moments:
    return moments(
        [
            Pair(problem="", base=(base,) * one, new=(new,) * other, weight=weight)
            for (one, other), weight in zip(sizes, weights, strict=True)
        ]
    )
