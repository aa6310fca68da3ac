"""Distributions of sums: exact, as values in rising order with their probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import comb

import numpy as np

from harness.stats.paired.samples import Floats

NEAR = 1e-9
"""Sums as near as this are the same sum, added up in another order."""

FINEST = 10_000
"""Denominators of scores that are looked for: hundredths of a hundred points."""

LONGEST = 1 << 21
"""Places of a distribution on a grid, and entries of one that is not."""

WORK = 400_000_000
"""Products that adding up distributions may take: about a second."""

SPARSE_WORK = 8_000_000
"""The same where values are on no grid, and have to be sorted."""


class Spread:
    """A distribution of finitely many values."""

    def __init__(self, values: Floats, chances: Floats) -> None:
        self.values = values
        self.chances = chances

    def at_most(self, value: float) -> float:
        """Return the probability of a value or less."""
        return float(self.chances[self.values <= value + NEAR].sum())

    def at_least(self, value: float) -> float:
        """Return the probability of a value or more."""
        return float(self.chances[self.values >= value - NEAR].sum())


def drawn_sum(pool: Sequence[float], drawn: int) -> Spread | None:
    """Return the sum of so many scores drawn from a pool without return, all draws alike.

    None where the scores have no common denominator up to 10,000.
    """
    scores = np.array(pool)
    whole = _whole(scores)
    if whole is None:
        return None
    numbers, denominator = whole
    low = int(numbers.min())
    step = int(np.gcd.reduce(numbers - low)) or 1
    counts = Counter(((numbers - low) // step).tolist())
    most = sum(sorted(((numbers - low) // step).tolist(), reverse=True)[:drawn])
    # ways[k, s]: draws of k scores with the sum s, in floats: their relative error stays tiny.
    ways = np.zeros((drawn + 1, most + 1))
    ways[0, 0] = 1.0
    for value, count in counts.items():
        more = ways.copy()
        for taken in range(1, min(count, drawn) + 1):
            shift = value * taken
            if shift > most:
                break
            more[taken:, shift:] += comb(count, taken) * ways[:-taken, : most + 1 - shift]
        ways = more
    last = ways[drawn]
    held = np.flatnonzero(last)
    values = (held * step + low * drawn) / denominator
    return Spread(values, last[held] / last[held].sum())


def total(parts: Sequence[Spread]) -> Spread | None:
    """Return the sum of independent parts; None where it would take too long to be exact."""
    on_grid = _on_grid(parts)
    if on_grid is not None:
        return on_grid
    found = Spread(np.zeros(1), np.ones(1))
    work = 0
    for part in parts:
        work += len(found.values) * len(part.values)
        if work > SPARSE_WORK:
            return None
        values = np.add.outer(found.values, part.values).ravel()
        chances = np.multiply.outer(found.chances, part.chances).ravel()
        found = _merged(values, chances)
    return found


def _merged(values: Floats, chances: Floats) -> Spread:
    order = np.argsort(values, kind="stable")
    values, chances = values[order], chances[order]
    first = np.concatenate(([True], np.diff(values) > NEAR / 100))
    return Spread(values[first], np.add.reduceat(chances, np.flatnonzero(first)))


def _on_grid(parts: Sequence[Spread]) -> Spread | None:
    """Return the sum where all parts have their values on one grid, by convolution."""
    gaps = [float(np.diff(part.values).min()) for part in parts if len(part.values) > 1]
    low = sum(float(part.values[0]) for part in parts)
    if not gaps:
        return Spread(np.array([low]), np.ones(1))
    step = min(gaps)
    places = [(part.values - part.values[0]) / step for part in parts]
    lengths = [round(float(place[-1])) + 1 for place in places]
    if any(float(np.abs(place - place.round()).max()) > 1e-6 for place in places):
        return None
    length = 1
    work = 0
    for more in lengths:
        work += length * more
        length += more - 1
    if length > LONGEST or work > WORK:
        return None
    found: Floats = np.ones(1)
    for part, place, size in zip(parts, places, lengths, strict=True):
        dense = np.zeros(size)
        dense[place.round().astype(np.int64)] = part.chances
        found = np.asarray(np.convolve(found, dense), dtype=np.float64)
    values: Floats = low + step * np.arange(len(found), dtype=np.float64)
    return Spread(values, found)


def _whole(scores: Floats) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], int] | None:
    """Return scores as whole numbers of the coarsest common part of 1."""
    for first, last in pairwise((1, 11, 101, 1001, FINEST + 1)):
        denominators = np.arange(first, last)
        scaled = np.multiply.outer(denominators, scores)
        fits = np.flatnonzero(np.abs(scaled - scaled.round()).max(axis=1) < NEAR * last)
        if len(fits):
            row = int(fits[0])
            return scaled[row].round().astype(np.int64), int(denominators[row])
    return None
