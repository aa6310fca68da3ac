"""The probability of a medal, and between which bounds.

Four things keep it from being known, and each is said:

- **The pool is finite.** An attempt that was seen counts one, and half an attempt is added at no
  points and half at full points: for one pass-or-fail problem that is Jeffreys' prior. The spread
  of the probability under that posterior is, to first order, the sum over problems of the variance
  of what one attempt there changes, divided by the attempts (the delta method); what is left of
  the variance is divided by the square of the smallest number of attempts. A beta distribution of
  that mean and spread gives the interval; for one pass-or-fail problem it is Jeffreys' own.
- **Attempts were not judged.** The lower end takes them as no points, the upper as full points.
- **Something else** that the caller knows of, such as a judge whose error is known from few proofs:
  its variance is added before the beta distribution is chosen.
- **Draws.** Where a problem was not counted out, the error of its draws, by the same formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, fsum, sqrt

import msgspec
import numpy as np

from harness.medals.lines import Line
from harness.medals.outcome import Outcome
from harness.medals.place import HALF
from harness.medals.totals import DUST, HUNDREDTHS, Sum, Tail, hundredths
from harness.stats import beta_interval

SIGMAS = 1.96
"""Standard errors of draws that an interval of 95 % takes in."""


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """How probable it is to win a medal, or a better one."""

    medal: str
    probability: float | None
    """From the pool as it is; None when a problem has no judged attempt, or when points alone do
    not decide about the medal."""
    low: float
    """Lower end: 95 % for the finite pool, what was not judged taken as nothing."""
    high: float
    """Upper end: the same, what was not judged taken as full points."""
    error: float = 0.0
    """Standard error of seeded draws; 0 when the probability is exact."""


class Pools(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome a problem, seen three ways."""

    seen: Sequence[Outcome] | None
    """From judged rollouts only; None when a problem has none."""
    zero: Sequence[Outcome]
    """What was not judged taken as nothing."""
    full: Sequence[Outcome]
    """What was not judged taken as full points."""
    most: Sequence[float]
    """Full points of each problem."""


def chances(
    lines: Sequence[Line],
    pools: Pools,
    *,
    finite: bool,
    also: Mapping[Line, float] | None = None,
) -> tuple[Chance, ...]:
    """Return the probability of each medal; ``finite`` widens it for the size of the pool.

    ``also`` is a variance of each line's probability that widens it further where it is finite.
    """
    more = also or {}
    seen = None if pools.seen is None else _Total(pools.seen)
    zero, full = _Total(pools.zero), _Total(pools.full)
    smooth_zero = _Total(_smoothed(pools.zero, pools.most)) if finite else None
    smooth_full = _Total(_smoothed(pools.full, pools.most)) if finite else None
    found = []
    for line in lines:
        possible = units(line.possible)
        sure = units(line.sure) if line.sure is not None else None
        wider = more.get(line, 0.0)
        low = zero.interval(sure, smooth_zero, wider)[0] if sure is not None else 0.0
        high = full.interval(possible, smooth_full, wider)[1]
        known = line.decided and seen is not None
        value = seen.reaches(possible) if known and seen is not None else None
        error = seen.error(possible) if known and seen is not None else 0.0
        if value is not None:
            low, high = min(low, value), max(high, value)
        found.append(Chance(medal=line.medal, probability=value, low=low, high=high, error=error))
    return tuple(found)


def units(points: float) -> int:
    """Return the hundredths that a line asks for; one between two of them asks for the upper."""
    return ceil((points - HALF) * HUNDREDTHS)


def _smoothed(outcomes: Sequence[Outcome], most: Sequence[float]) -> list[Outcome]:
    """Return the outcomes with half an attempt more at no points and half at full points."""
    found = []
    for one, full in zip(outcomes, most, strict=True):
        weight = one.rollouts / (one.rollouts + 1)
        points = {value: chance * weight for value, chance in one.points.items()}
        for value in (0, hundredths(full)):
            points[value] = points.get(value, 0.0) + (1 - weight) / 2
        found.append(msgspec.structs.replace(one, points=points, rollouts=one.rollouts + 1))
    return found


class _Total:
    """The total over problems, and how much it hangs on each."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self._outcomes = outcomes
        self._sum = Sum([one.points for one in outcomes])
        self._tail = self._sum.tail()
        self._rests: dict[int, Tail] = {}

    def reaches(self, line: int) -> float:
        """Return the probability of at least so many hundredths."""
        return float(self._tail(line))

    def error(self, line: int) -> float:
        """Return the standard error that drawn outcomes leave."""
        drawn = {n: one.draws for n, one in enumerate(self._outcomes) if one.draws}
        if not drawn:
            return 0.0
        # What was never drawn may still happen: no error is below one draw.
        return max(sqrt(self._spread(line, drawn)), 1 / min(drawn.values()))

    def interval(self, line: int, smooth: _Total | None, wider: float = 0.0) -> tuple[float, float]:
        """Return the interval for the finite pool, or without ``smooth`` for the draws alone.

        ``wider`` is a variance beside that of the pool.
        """
        value = self.reaches(line)
        if smooth is None:
            reach = SIGMAS * self.error(line)
            return max(value - reach, 0.0), min(value + reach, 1.0)
        middle = smooth.reaches(line)
        if not 0 < middle < 1:
            return value, value
        sizes = {n: one.rollouts + 1 for n, one in enumerate(smooth._outcomes)}
        weight = middle * (1 - middle) / (smooth._spread(line, sizes) + wider) - 1
        low, high = beta_interval(middle, max(weight, 1e-9))
        return min(low, value), max(high, value)

    def _spread(self, line: int, sizes: Mapping[int, int]) -> float:
        """Return the variance of the probability when problem n rests on ``sizes[n]`` samples."""
        value = self.reaches(line)
        parts = [self._part(n, line, value) for n in range(len(self._outcomes))]
        first = fsum(parts[n] / size for n, size in sizes.items())
        rest = max(value * (1 - value) - fsum(parts), 0.0)
        return max(first + rest / min(sizes.values()) ** 2, DUST)

    def _part(self, problem: int, line: int, value: float) -> float:
        """Return the variance that one problem alone brings to the event."""
        points = self._outcomes[problem].points
        left = line - np.array(list(points), dtype=np.int64)
        changed = self._rest(problem)(left) - value
        return float(np.dot(np.array(list(points.values())), changed**2))

    def _rest(self, problem: int) -> Tail:
        if problem not in self._rests:
            self._rests[problem] = self._sum.without(problem)
        return self._rests[problem]
