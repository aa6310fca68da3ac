"""What two runs did at the same problems, and the unit that chance is drawn over."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


class Unit(StrEnum):
    """What would be drawn anew if the comparison were made once more."""

    CONTEST = "contest"
    """The attempts: the problems are these and no others."""
    PROBLEMS = "problems"
    """The problems too: they stand for others of their kind."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One problem with the scores of both runs' attempts at it, each from 0 to 1."""

    problem: str
    base: tuple[float, ...]
    new: tuple[float, ...]
    weight: float = 1.0
    """Points of the problem; only its share of all weights matters."""


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, means and variances of pairs, one entry a problem; weights have the sum 1.

    Of many comparisons at the same problems at once, all but the weights and sizes have axes ahead
    of that of the problems, and so has what is computed of them.
    """

    weights: Floats
    base_size: Floats
    new_size: Floats
    differences: Floats
    """New mean less base mean."""
    base_variance: Floats
    """Of one attempt, without bias; 0 where there is only one."""
    new_variance: Floats
    base_lean: Floats
    """Third central moment of one attempt, without bias; where there are fewer than three, 0."""
    new_lean: Floats

    @property
    def problems(self) -> int:
        """How many there are."""
        return len(self.weights)

    @property
    def means(self) -> Floats:
        """The weighted mean difference of each comparison, new less base."""
        return np.asarray(self.differences @ self.weights)

    @property
    def difference(self) -> float:
        """The weighted mean difference of the only comparison."""
        return float(self.means)


def moments(pairs: Sequence[Pair]) -> Moments:
    """Return the moments of pairs.

    Raises ValueError where there is no pair, or one without a score on either side.
    """
    return moments_of(
        [np.array(pair.base) for pair in pairs],
        [np.array(pair.new) for pair in pairs],
        [pair.weight for pair in pairs],
    )


def moments_of(base: Sequence[Floats], new: Sequence[Floats], weights: Sequence[float]) -> Moments:
    """Return the moments of many comparisons at once.

    Each side has an array a problem, whose last axis are the attempts; the axes ahead of it, the
    same everywhere, are of the comparisons. Raises ValueError as :func:`moments` does.
    """
    if not base or not all(each.shape[-1] for each in (*base, *new)):
        raise ValueError("no difference without a score on both sides of every problem")
    shares = np.array(weights, dtype=np.float64)
    ours, theirs = _side(base), _side(new)
    return Moments(
        weights=shares / shares.sum(),
        base_size=ours.size,
        new_size=theirs.size,
        differences=theirs.mean - ours.mean,
        base_variance=ours.variance,
        new_variance=theirs.variance,
        base_lean=ours.lean,
        new_lean=theirs.lean,
    )


class _Side(NamedTuple):
    """Moments of one attempt at each problem, which are on the last axis."""

    size: Floats
    mean: Floats
    variance: Floats
    lean: Floats


def _side(scores: Sequence[Floats]) -> _Side:
    sizes = np.array([each.shape[-1] for each in scores])
    shape = (*scores[0].shape[:-1], len(scores))
    found = _Side(sizes.astype(np.float64), np.zeros(shape), np.zeros(shape), np.zeros(shape))
    for size in np.unique(sizes).tolist():
        alike = np.flatnonzero(sizes == size)
        # Problems first: what is added up lies side by side, and is copied once.
        block = np.stack([scores[row] for row in alike.tolist()])
        means = block.mean(axis=-1)
        found.mean[..., alike] = np.moveaxis(means, 0, -1)
        if size == 1:
            continue
        away = block - means[..., None]
        squares = away * away
        found.variance[..., alike] = np.moveaxis(squares.sum(axis=-1), 0, -1) / (size - 1)
        if size > 2:
            cubes = np.moveaxis(np.einsum("...i,...i->...", squares, away), 0, -1)
            found.lean[..., alike] = cubes * size / ((size - 1) * (size - 2))
    return found
