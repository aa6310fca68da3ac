"""Many pairs of runs at the same problems, which a gate rules on at once.

What is found of each pair is what :func:`~harness.regression.finding.weigh` would find: bounds are
computed for all together, and the permutation test is made only where a bound leaves a choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from harness.stats.paired import (
    Moments,
    Pair,
    Unit,
    chance,
    intervals,
    moments_of,
    surely_worse,
)
from harness.stats.paired.samples import Floats

Flags: TypeAlias = NDArray[np.bool_]

SURELY = 0.1
"""Share of alpha below which Chernoff's bound stands for the test; the test may be drawn, and its
own error is smaller than this leaves."""


class Trials:
    """Scores of both sides: an array a problem, by trial and attempt, from 0 to 1."""

    def __init__(
        self, base: Sequence[Floats], new: Sequence[Floats], weights: Sequence[float]
    ) -> None:
        self.base = base
        self.new = new
        self.weights = weights
        self._bounds: dict[tuple[Unit, float], tuple[Floats, Floats]] = {}

    @cached_property
    def seen(self) -> Moments:
        """The moments of all trials."""
        return moments_of(self.base, self.new, self.weights)

    def pairs(self, trial: int) -> tuple[Pair, ...]:
        """Return one trial as the gate takes it."""
        return tuple(
            Pair(problem="", base=tuple(one[trial]), new=tuple(other[trial]), weight=weight)
            for one, other, weight in zip(self.base, self.new, self.weights, strict=True)
        )

    def bounds(self, unit: Unit, tail: float) -> tuple[Floats, Floats]:
        """Return the interval of each trial, outside of each end with probability ``tail``."""
        if (unit, tail) not in self._bounds:
            self._bounds[unit, tail] = intervals(self.seen, unit, tail)
        return self._bounds[unit, tail]

    def suspected(self, unit: Unit, *, limit: float, alpha: float) -> Flags:
        """Return whose upper bound alone would be a REGRESSION; no other trial can be one."""
        return np.asarray(self.bounds(unit, alpha)[1] < -limit)

    def regressions(self, unit: Unit, *, limit: float, alpha: float) -> Flags:
        """Return which trials are a REGRESSION."""
        found = self.suspected(unit, limit=limit, alpha=alpha)
        for trial in np.flatnonzero(found).tolist():
            found[trial] = self.rejected(trial, unit, alpha)
        return found

    def passes(self, unit: Unit, *, limit: float, alpha: float) -> Flags:
        """Return which trials are a PASS; a trial is never both."""
        return np.asarray(self.bounds(unit, alpha)[0] > -limit)

    def rejected(self, trial: int, unit: Unit, alpha: float) -> bool:
        """Whether the permutation test of one trial rejects that new is no worse."""
        pairs = self.pairs(trial)
        if surely_worse(pairs, unit) <= SURELY * alpha:
            return True
        return chance(pairs, unit).worse <= alpha

    def differing(self, unit: Unit, alpha: float) -> Flags:
        """Return of which trials ``harness compare`` says that a difference is shown."""
        low, high = self.bounds(unit, alpha / 2)
        found = np.asarray((low > 0) | (high < 0))
        for trial in np.flatnonzero(found).tolist():
            found[trial] = chance(self.pairs(trial), unit).either <= alpha
        return found
