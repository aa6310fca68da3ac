"""Between what the true difference lies, in a form that holds for few attempts and rare events.

The variance of the difference is estimated without bias from the attempts within each problem
(*this contest*) or from the problems' differences (*such problems*). Alone it would do for neither
few attempts nor rare failures: ten right answers of ten have no variance and are no certainty. So

- one **event** a side is added to the variance: one attempt (one problem) that comes out the other
  way. With nothing seen to go wrong, the bound is then 3.4 events away; exactly it would be 3.0;
- the bound is moved outwards by ``(1 + 2 z^2) / 6`` times the third moment over the variance
  (Johnson 1978, JASA 73:536), never inwards: differences that consist of rare failures on one side
  lean far to it. From two attempts nobody knows how far, and the most is taken;
- of *such problems* the bound is moved outwards by half an event as well, as one does for counts:
  where a tenth of the problems fall by one and the same amount the truth was outside in 5.3 % of
  pairs of 400 problems without it, at a tail of 5 %;
- a problem with a single attempt on a side has no variance of its own. There the square of the
  difference is taken, which is on average at least the variance of the difference.

``tests/bench/gate.py`` simulates how often the truth lies outside.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from harness.stats.paired.quantiles import NORMAL, deviation
from harness.stats.paired.samples import Floats, Moments, Unit

DOWN, UP = -1, 1

STEP = 0.5
"""Events that a bound moves outwards where problems are counted."""

LEAST_TAIL = 1e-12
HALVINGS = 60


def interval(seen: Moments, unit: Unit, tail: float) -> tuple[float, float]:
    """Return between what the difference lies; outside of each end with probability ``tail``."""
    low, high = intervals(seen, unit, tail)
    return float(low), float(high)


def intervals(seen: Moments, unit: Unit, tail: float) -> tuple[Floats, Floats]:
    """Return the interval of each of many comparisons."""
    low = seen.means - reaches(seen, unit, tail, DOWN)
    high = seen.means + reaches(seen, unit, tail, UP)
    return np.maximum(-1.0, low), np.minimum(1.0, high)


def reach(seen: Moments, unit: Unit, tail: float, way: int) -> float:
    """Return how far below (-1) or above (1) the difference a bound is.

    The truth is beyond it with probability ``tail``.
    """
    return float(reaches(seen, unit, tail, way))


def reaches(seen: Moments, unit: Unit, tail: float, way: int) -> Floats:
    """Return the reach of a bound for each of many comparisons."""
    if unit is Unit.PROBLEMS and seen.problems < 2:
        return np.full(seen.differences.shape[:-1], 2.0)
    errors = deviation(tail, inf if unit is Unit.CONTEST else seen.problems - 1)
    one, other = _events(seen, unit)
    wide = variances(seen, unit) + (one**2 + other**2)
    leaning = np.maximum(0.0, _leans(seen, unit, way)) + (one**3 + other**3)
    apart = STEP * one if unit is Unit.PROBLEMS else 0.0
    return np.asarray(errors * np.sqrt(wide) + skew(errors) * leaning / wide + apart)


def skew(errors: float) -> float:
    """Return by how much of third moment over variance a bound moves, so many errors away."""
    return (1 + 2 * errors**2) / 6


def variance(seen: Moments, unit: Unit) -> float:
    """Return the estimated variance of the difference, without the added events."""
    return float(variances(seen, unit))


def variances(seen: Moments, unit: Unit) -> Floats:
    """Return the estimated variance of the difference of each of many comparisons."""
    squares = seen.weights**2
    if unit is Unit.CONTEST:
        return np.asarray(own_variances(seen) @ squares)
    away = seen.differences - seen.means[..., None]
    return np.asarray((away * away) @ squares * (seen.problems / (seen.problems - 1)))


def own_variances(seen: Moments) -> Floats:
    """Return the variance of each problem's difference when its attempts are drawn anew."""
    within = seen.base_variance / seen.base_size + seen.new_variance / seen.new_size
    single = (seen.base_size < 2) | (seen.new_size < 2)
    within[..., single] = seen.differences[..., single] ** 2
    return within


def _leans(seen: Moments, unit: Unit, way: int) -> Floats:
    """Return the third moments of the difference, positive where it leans outwards on a way."""
    cubes = way * seen.weights**3
    if unit is Unit.PROBLEMS:
        size = seen.problems
        if size < 3:
            return np.asarray(variances(seen, unit) * seen.weights.max())
        away = seen.differences - seen.means[..., None]
        return np.asarray((away * away * away) @ cubes * (size**2 / ((size - 1) * (size - 2))))
    single = (seen.base_size < 2) | (seen.new_size < 2)
    found = seen.differences[..., single] ** 3 @ cubes[single]
    for sizes, spreads, leans, sign in (
        (seen.base_size, seen.base_variance, seen.base_lean, -1),
        (seen.new_size, seen.new_variance, seen.new_lean, 1),
    ):
        two, more = ~single & (sizes == 2), ~single & (sizes > 2)
        found = found + spreads[..., two] @ (np.abs(cubes[two]) / sizes[two] ** 2)
        found = found + sign * (leans[..., more] @ (cubes[more] / sizes[more] ** 2))
    return np.asarray(found)


def tail_below(seen: Moments, unit: Unit, limit: float) -> float:
    """Return the smallest tail at which the whole interval lies below a limit; 1 if at none."""
    return _smallest(seen, unit, limit - seen.difference, UP)


def tail_above(seen: Moments, unit: Unit, limit: float) -> float:
    """Return the smallest tail at which the whole interval lies above a limit; 1 if at none."""
    return _smallest(seen, unit, seen.difference - limit, DOWN)


def _smallest(seen: Moments, unit: Unit, distance: float, way: int) -> float:
    """Return the tail at which a bound is so far away; the interval shrinks as it grows."""
    low, high = LEAST_TAIL, 0.5 - 1e-9
    if reach(seen, unit, high, way) >= distance:
        return 1.0
    if reach(seen, unit, low, way) < distance:
        return low
    for _ in range(HALVINGS):
        middle = sqrt(low * high)
        if reach(seen, unit, middle, way) < distance:
            high = middle
        else:
            low = middle
    return high


def _events(seen: Moments, unit: Unit) -> tuple[float, float]:
    """Return by how much one event on either side changes the difference, at the most."""
    if unit is Unit.PROBLEMS:
        most = float(seen.weights.max())
        return most, most
    return (
        float((seen.weights / seen.base_size).max()),
        float((seen.weights / seen.new_size).max()),
    )


def power_errors(power: float) -> float:
    """Return how many standard errors beyond a bound give so much power."""
    return NORMAL.inv_cdf(power)
