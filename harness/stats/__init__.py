"""Estimators over samples of one pool: pure arithmetic, exact, never NaN.

Counts of subsets are whole numbers and quotients of them are rounded once, so no factorial
overflows and nothing cancels. What cannot be estimated (more samples asked for than there are)
is a ``ValueError``, not a guess. The standard library does all of it; there is no array here
that would need another.
"""

from harness.stats.best import best_weights, expected_best, expected_total
from harness.stats.intervals import beta_interval, clopper_pearson
from harness.stats.passing import avg_at_k, expected_rejections, pass_at_k
from harness.stats.voting import maj_at_k

__all__ = [
    "avg_at_k",
    "best_weights",
    "beta_interval",
    "clopper_pearson",
    "expected_best",
    "expected_rejections",
    "expected_total",
    "maj_at_k",
    "pass_at_k",
]
