"""What two runs did at the same problems, and the unit that chance is drawn over."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeAlias

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
    """Counts, means and variances of pairs, one entry a problem; weights have the sum 1."""

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
    def difference(self) -> float:
        """The weighted mean difference, new less base."""
        return float(self.weights @ self.differences)


def moments(pairs: Sequence[Pair]) -> Moments:
    """Return the moments of pairs.

    Raises ValueError where there is no pair, or one without a score on either side.
    """
    if not pairs or not all(pair.base and pair.new for pair in pairs):
        raise ValueError("no difference without a score on both sides of every problem")
    weights = np.array([pair.weight for pair in pairs])
    base = _side([pair.base for pair in pairs])
    new = _side([pair.new for pair in pairs])
    return Moments(
        weights=weights / weights.sum(),
        base_size=base[0],
        new_size=new[0],
        differences=new[1] - base[1],
        base_variance=base[2],
        new_variance=new[2],
        base_lean=base[3],
        new_lean=new[3],
    )


def _side(scores: Sequence[Sequence[float]]) -> Floats:
    """Return sizes, means, variances and third moments, a column a problem."""
    sizes = np.array([len(each) for each in scores], dtype=np.float64)
    found = np.zeros((4, len(scores)))
    found[0] = sizes
    for size in np.unique(sizes):
        alike = np.flatnonzero(sizes == size)
        block = np.array([scores[row] for row in alike.tolist()], dtype=np.float64)
        found[1, alike] = block.mean(axis=1)
        away = block - block.mean(axis=1, keepdims=True)
        if size > 1:
            found[2, alike] = (away**2).sum(axis=1) / (size - 1)
        if size > 2:
            found[3, alike] = (away**3).sum(axis=1) * size / ((size - 1) * (size - 2))
    return found
