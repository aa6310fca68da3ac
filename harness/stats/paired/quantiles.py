"""Quantiles of the normal and of Student's distribution."""

from __future__ import annotations

from functools import lru_cache
from math import inf, sqrt
from statistics import NormalDist

from harness.stats.intervals import beta_quantile

NORMAL = NormalDist()


@lru_cache(maxsize=4096)
def deviation(tail: float, freedom: float = inf) -> float:
    """Return how many standard errors leave so much above them, for 0 < tail < 1/2.

    ``freedom`` is the degrees of freedom of the standard error; infinite is the normal
    distribution. With T of Student's distribution, ``f / (f + T^2)`` is a beta variable with
    parameters f/2 and 1/2 (Abramowitz and Stegun 26.7.1).
    """
    if not 0 < tail < 0.5:
        raise ValueError(f"no deviation for a tail of {tail}")
    if freedom == inf:
        return -NORMAL.inv_cdf(tail)  # 1 - tail is 1 from 1e-16 on
    share = beta_quantile(2 * tail, freedom / 2, 0.5)
    return sqrt(freedom * (1 / share - 1))
