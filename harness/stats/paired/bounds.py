"""Between what the true difference lies, in a form that holds for few attempts and rare events.

The variance of the difference is estimated without bias from the attempts within each problem
(*this contest*) or from the problems' differences (*such problems*). Alone it would do for neither
few attempts nor rare failures: ten right answers of ten have no variance and are no certainty. So

- one **event** a side is added to the variance: one attempt (one problem) that comes out the other
  way. With nothing seen to go wrong, the bound is then 3.4 events away; exactly it would be 3.0;
- the bound is moved outwards by ``(1 + 2 z^2) / 6`` times the third moment over the variance
  (Johnson 1978, JASA 73:536), never inwards: differences that consist of rare failures on one side
  lean far to it. From two attempts nobody knows how far, and the most is taken;
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

LEAST_TAIL = 1e-12
HALVINGS = 60


def interval(seen: Moments, unit: Unit, tail: float) -> tuple[float, float]:
    """Return between what the difference lies; outside of each end with probability ``tail``."""
    return (
        max(-1.0, seen.difference - reach(seen, unit, tail, DOWN)),
        min(1.0, seen.difference + reach(seen, unit, tail, UP)),
    )


def reach(seen: Moments, unit: Unit, tail: float, way: int) -> float:
    """Return how far below (-1) or above (1) the difference a bound is.

    The truth is beyond it with probability ``tail``.
    """
    if unit is Unit.PROBLEMS and seen.problems < 2:
        return 2.0
    errors = deviation(tail, inf if unit is Unit.CONTEST else seen.problems - 1)
    one, other = _events(seen, unit)
    wide = variance(seen, unit) + one**2 + other**2
    leaning = max(0.0, _lean(seen, unit, way)) + one**3 + other**3
    return errors * sqrt(wide) + skew(errors) * leaning / wide


def skew(errors: float) -> float:
    """Return by how much of third moment over variance a bound moves, so many errors away."""
    return (1 + 2 * errors**2) / 6


def variance(seen: Moments, unit: Unit) -> float:
    """Return the estimated variance of the difference, without the added events."""
    squares = seen.weights**2
    if unit is Unit.CONTEST:
        return float(squares @ own_variances(seen))
    spread = squares @ (seen.differences - seen.difference) ** 2
    return float(spread) * seen.problems / (seen.problems - 1)


def own_variances(seen: Moments) -> Floats:
    """Return the variance of each problem's difference when its attempts are drawn anew."""
    within = seen.base_variance / seen.base_size + seen.new_variance / seen.new_size
    single = (seen.base_size < 2) | (seen.new_size < 2)
    within[single] = seen.differences[single] ** 2
    return within


def _lean(seen: Moments, unit: Unit, way: int) -> float:
    """Return the third moment of the difference, positive where it leans outwards on a way."""
    cubes = way * seen.weights**3
    if unit is Unit.PROBLEMS:
        size = seen.problems
        if size < 3:
            return variance(seen, unit) * float(seen.weights.max())
        outwards = float(cubes @ (seen.differences - seen.difference) ** 3)
        return outwards * size**2 / ((size - 1) * (size - 2))
    single = (seen.base_size < 2) | (seen.new_size < 2)
    found = float(cubes[single] @ seen.differences[single] ** 3)
    for sizes, variances, leans, sign in (
        (seen.base_size, seen.base_variance, seen.base_lean, -1),
        (seen.new_size, seen.new_variance, seen.new_lean, 1),
    ):
        two, more = ~single & (sizes == 2), ~single & (sizes > 2)
        found += float(np.abs(cubes[two]) @ (variances[two] / sizes[two] ** 2))
        found += sign * float(cubes[more] @ (leans[more] / sizes[more] ** 2))
    return found


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
