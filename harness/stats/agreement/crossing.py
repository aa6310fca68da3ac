"""Two marks of the same proofs, crossed: how many have this one and that one, by problem."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Pair(NamedTuple):
    """The judge's and the people's mark of one proof."""

    problem: str
    judge: float
    human: float


class Crossing:
    """A table of counts: problems x the judge's marks x the people's marks.

    Every measure is a function of such a table summed over problems, so that a resampling of
    problems is one product of matrices. Marks are those that occur, the lowest first.
    """

    def __init__(self, pairs: Iterable[Pair]) -> None:
        held = sorted(pairs)
        self.problems = sorted({pair.problem for pair in held})
        self.judge: Floats = np.array(sorted({pair.judge for pair in held}), dtype=np.float64)
        self.human: Floats = np.array(sorted({pair.human for pair in held}), dtype=np.float64)
        self.size = len(held)
        where = {problem: number for number, problem in enumerate(self.problems)}
        judges = {mark: number for number, mark in enumerate(self.judge.tolist())}
        humans = {mark: number for number, mark in enumerate(self.human.tolist())}
        self._counts = np.zeros((len(where), len(judges), len(humans)))
        for pair in held:
            self._counts[where[pair.problem], judges[pair.judge], humans[pair.human]] += 1

    @property
    def whole(self) -> Floats:
        """The table over all problems."""
        table: Floats = self._counts.sum(axis=0)
        return table

    def resampled(self, weights: Floats) -> Floats:
        """Return a table for each row of weights, which say how often each problem was drawn."""
        shape = self._counts.shape
        flat = weights @ self._counts.reshape(shape[0], -1)
        table: Floats = flat.reshape(len(weights), *shape[1:])
        return table

    @property
    def cells(self) -> tuple[tuple[float, float, int], ...]:
        """The judge's mark, the people's mark and the proofs with both, where there are any."""
        table = self.whole
        return tuple(
            (float(self.judge[row]), float(self.human[column]), int(table[row, column]))
            for row, column in zip(*np.nonzero(table), strict=True)
        )
