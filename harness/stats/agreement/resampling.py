"""Resampling of problems: proofs of one problem err together, so problems are drawn, not proofs.

The percentile bootstrap over clusters (Davison and Hinkley 1997, section 3.8; Miller 2024 on
clustered evaluations, arXiv 2411.00640). Seeded, so the same data give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from harness.stats.agreement.crossing import Floats

DRAWS = 2_000
"""Resamplings, unless told otherwise."""

CONFIDENCE = 0.95

LEAST = 5
"""Problems without which there is no interval: from fewer it would be far too narrow."""

DEFINED = 0.5
"""Share of resamplings in which a figure must be defined for it to have an interval."""


class Estimate(NamedTuple):
    """A number with an interval; None where it is undefined, or has no ground."""

    value: float | None
    low: float | None = None
    high: float | None = None


def problem_weights(problems: int, draws: int = DRAWS, seed: int = 0) -> Floats | None:
    """Return how often each problem is drawn: so many rows, as many drawn in each as there are.

    None where there are too few problems to draw from.
    """
    if problems < LEAST:
        return None
    random = np.random.default_rng(seed)
    drawn: Floats = random.multinomial(problems, [1 / problems] * problems, size=draws).astype(
        np.float64
    )
    return drawn


def estimated(measure: Callable[[Floats], Floats], whole: Floats, drawn: Floats | None) -> Estimate:
    """Return a measure of a table, with the middle 95 % of its values in resampled tables.

    Resamplings in which it is undefined are left out. There is no interval from few problems
    (``drawn`` is None), from a measure that is mostly undefined, or from one that is the same
    whichever problems are drawn: what never varied says nothing about how far it may be off.
    """
    value = number(measure(whole))
    if value is None or drawn is None:
        return Estimate(value)
    found = measure(drawn)
    found = found[np.isfinite(found)]
    if len(found) < DEFINED * len(drawn):
        return Estimate(value)
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(end) for end in np.quantile(found, [tail, 1 - tail]))
    if high - low < 1e-12:
        return Estimate(value)
    return Estimate(value, min(low, value), max(high, value))


def number(value: Floats) -> float | None:
    """Return a single number, or None where it is undefined."""
    found = float(value)
    return found if np.isfinite(found) else None
