"""Distributions of points as sums: in hundredths, the unit of medal lines.

Sums of independent problems are products of their Fourier transforms: 60,001 sums for an IOI's 600
points. Rounding leaves about 1e-16 on each; a probability within 1e-12 of nothing or of all is it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import fsum

import numpy as np
from numpy.typing import NDArray

HUNDREDTHS = 100
DUST = 1e-12

Points = Mapping[int, float]
"""The probability of each number of hundredths of a point, none below zero."""

Floats = NDArray[np.float64]


def hundredths(points: float) -> int:
    """Return points as a whole number, so that a sum meets a line exactly."""
    return round(points * HUNDREDTHS)


def mean(points: Points) -> float:
    """Return the expected points."""
    return fsum(value * chance for value, chance in points.items()) / HUNDREDTHS


class Tail:
    """The probability to reach a number of points, for any number."""

    def __init__(self, chances: Floats) -> None:
        self._reached = np.append(np.cumsum(chances[::-1])[::-1], 0.0)

    def __call__(self, least: int | NDArray[np.int64]) -> Floats:
        """Return the probability of at least so many hundredths; of each, when there are many."""
        found = self._reached[np.clip(least, 0, len(self._reached) - 1)]
        return np.where(found < DUST, 0.0, np.where(found > 1 - DUST, 1.0, found))


class Sum:
    """The total over independent problems."""

    def __init__(self, problems: Sequence[Points]) -> None:
        self._length = 1 + sum(max(points) for points in problems)
        # No sum is longer than the arrays, so nothing wraps around their end.
        self._size = max(2, 1 << (self._length - 1).bit_length())
        self._waves = [np.fft.rfft(self._dense(points)) for points in problems]

    def tail(self) -> Tail:
        """Return the probability that the total reaches a number of points."""
        return self._tail(range(len(self._waves)))

    def without(self, problem: int) -> Tail:
        """Return the same for the total over all problems but one."""
        return self._tail(n for n in range(len(self._waves)) if n != problem)

    def _dense(self, points: Points) -> Floats:
        dense = np.zeros(self._size)
        dense[list(points)] = list(points.values())
        return dense

    def _tail(self, problems: Iterable[int]) -> Tail:
        wave = np.ones(self._size // 2 + 1, dtype=np.complex128)
        for n in problems:
            wave = wave * self._waves[n]
        return Tail(np.fft.irfft(wave, self._size)[: self._length])
