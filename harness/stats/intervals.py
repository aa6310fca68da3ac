"""Intervals for probabilities that few samples must carry.

A normal interval fails below a few hundred samples (Bowyer et al. 2025, arXiv 2503.01747), so both
come from the beta distribution. Its quantile is found by halving an interval, on the continued
fraction of the incomplete beta function (Lentz's method; Abramowitz and Stegun 26.5.8).
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p

TINY = 1e-300
TERMS = 10_000
HALVINGS = 200


def clopper_pearson(right: int, samples: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of Clopper and Pearson (1934) for ``right`` of ``samples``."""
    if not 0 <= right <= samples or not samples:
        raise ValueError(f"{right} right of {samples}")
    tail = (1 - confidence) / 2
    low = beta_quantile(tail, right, samples - right + 1) if right else 0.0
    high = beta_quantile(1 - tail, right + 1, samples - right) if right < samples else 1.0
    return low, high


def beta_interval(mean: float, weight: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the middle of a beta distribution with a mean and a weight (``a + b``).

    A mean of 0 or 1 has no spread. Raises ValueError for a mean that is no probability, or a
    weight that is not positive.
    """
    if not 0 <= mean <= 1 or weight <= 0:
        raise ValueError(f"no beta distribution with mean {mean} and weight {weight}")
    a, b = mean * weight, (1 - mean) * weight
    if min(a, b) <= TINY:
        return mean, mean
    tail = (1 - confidence) / 2
    return beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return what a beta variable is below with a probability; both parameters positive."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _below(middle, a, b) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _below(x: float, a: float, b: float) -> float:
    """Return the probability that a beta variable is at most x: the incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The fraction converges fast on this side of the mean; the other is its mirror.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > TINY else TINY)
    value = d
    for m in range(1, TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 + step * d
            d = 1 / (d if abs(d) > TINY else TINY)
            c = 1 + step / c
            c = c if abs(c) > TINY else TINY
            value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return value
