"""Between what the true difference lies, in a form that holds for few attempts and rare events.

The variance of the difference is estimated without bias from the attempts within each problem
(*this contest*) or from the problems' differences (*such problems*). Alone it would do for neither
few attempts nor rare failures: ten right answers of ten have no variance and are no certainty. So

- one **event** a side is added to the variance: one attempt (one problem) that comes out the other
  way. With nothing seen to go wrong, the bound is then 3.4 events away; exactly it would be 3.0;
- the bound is moved outwards by what the most skewed difference would ask for, ``(1 + 2 z^2) / 6``
  events (Johnson 1978, JASA 73:536): right for differences that consist of rare failures on one
  side, and careful for all others;
- a problem with a single attempt on a side has no variance of its own. There the square of the
  difference is taken, which is on average at least the variance of the difference.

``tests/bench/gate.py`` simulates how often the truth lies outside.
"""

from __future__ import annotations

from math import inf, sqrt

from harness.stats.paired.quantiles import NORMAL, deviation
from harness.stats.paired.samples import Floats, Moments, Unit

LEAST_TAIL = 1e-12
HALVINGS = 60


def interval(seen: Moments, unit: Unit, tail: float) -> tuple[float, float]:
    """Return between what the difference lies; outside of each end with probability ``tail``."""
    width = reach(seen, unit, tail)
    return max(-1.0, seen.difference - width), min(1.0, seen.difference + width)


def reach(seen: Moments, unit: Unit, tail: float) -> float:
    """Return how far from the difference a bound is that is missed with probability ``tail``."""
    if unit is Unit.PROBLEMS and seen.problems < 2:
        return 2.0
    errors = deviation(tail, inf if unit is Unit.CONTEST else seen.problems - 1)
    event = _events(seen, unit)
    spread = sqrt(variance(seen, unit) + event[0] ** 2 + event[1] ** 2)
    return errors * spread + skew(errors) * max(event)


def skew(errors: float) -> float:
    """Return by how many events a bound moves outwards that is so many standard errors away."""
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


def tail_below(seen: Moments, unit: Unit, limit: float) -> float:
    """Return the smallest tail at which the whole interval lies below a limit; 1 if at none."""
    return _smallest(seen, unit, limit - seen.difference)


def tail_above(seen: Moments, unit: Unit, limit: float) -> float:
    """Return the smallest tail at which the whole interval lies above a limit; 1 if at none."""
    return _smallest(seen, unit, seen.difference - limit)


def _smallest(seen: Moments, unit: Unit, distance: float) -> float:
    """Return the tail at which a bound is so far away; the interval shrinks as it grows."""
    low, high = LEAST_TAIL, 0.5 - 1e-9
    if reach(seen, unit, high) >= distance:
        return 1.0
    if reach(seen, unit, low) < distance:
        return low
    for _ in range(HALVINGS):
        middle = sqrt(low * high)
        if reach(seen, unit, middle) < distance:
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
