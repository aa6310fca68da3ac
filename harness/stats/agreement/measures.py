"""Measures of agreement: functions of tables of counts, the judge's marks x the people's marks.

Every one takes tables with any number of axes in front, and returns one number for each; NaN is
*undefined*, and becomes None before anyone sees it (:func:`harness.stats.agreement.estimated`).

- Accuracy, balanced accuracy (Brodersen et al. 2010) and the rates of error are of two classes:
  passed or not, as the caller's thresholds say.
- Weighted kappa is Cohen 1968: one minus the observed disagreement over the one that the margins
  would bring by chance. The weights are differences of *points* (linear) or their squares, not of
  ranks of classes: on 0-7 that is the same, on 7/6/1/0 it is not.
- The rank correlation is Spearman's, with equal marks sharing their mean rank.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from harness.stats.agreement.crossing import Floats

Flags = NDArray[np.bool_]


class Passing:
    """Tables folded to two classes: passed by the judge or not, passed by people or not."""

    def __init__(self, table: Floats, judge: Flags, human: Flags) -> None:
        both = table[..., judge, :]
        neither = table[..., ~judge, :]
        self.gold: Floats = both[..., human].sum(axis=(-2, -1))
        """Passed by both."""
        self.false_gold: Floats = both[..., ~human].sum(axis=(-2, -1))
        """Passed by the judge only."""
        self.false_fail: Floats = neither[..., human].sum(axis=(-2, -1))
        """Passed by people only."""
        self.fail: Floats = neither[..., ~human].sum(axis=(-2, -1))
        """Passed by neither."""

    @property
    def all(self) -> Floats:
        """All proofs."""
        every: Floats = self.gold + self.false_gold + self.false_fail + self.fail
        return every

    @property
    def balanced_accuracy(self) -> Floats:
        """The mean of the shares that are right among what people pass and what they fail."""
        passed = quotient(self.gold, self.gold + self.false_fail)
        failed = quotient(self.fail, self.fail + self.false_gold)
        return (passed + failed) / 2


def kappa(table: Floats, judge: Floats, human: Floats, power: int) -> Floats:
    """Return the weighted kappa; ``power`` 1 is linear, 2 quadratic.

    Undefined where all marks of both are one and the same mark: chance cannot disagree.
    """
    weights = np.abs(judge[:, None] - human[None, :]) ** power
    observed = (table * weights).sum(axis=(-2, -1)) * table.sum(axis=(-2, -1))
    chance = np.einsum("...i,...j,ij->...", table.sum(axis=-1), table.sum(axis=-2), weights)
    return 1 - quotient(observed, chance)


def mean_error(table: Floats, judge: Floats, human: Floats) -> Floats:
    """Return the mean absolute difference, in points."""
    away = np.abs(judge[:, None] - human[None, :])
    return quotient((table * away).sum(axis=(-2, -1)), table.sum(axis=(-2, -1)))


def bias(table: Floats, judge: Floats, human: Floats) -> Floats:
    """Return the mean of the judge's points less the people's."""
    above = judge[:, None] - human[None, :]
    return quotient((table * above).sum(axis=(-2, -1)), table.sum(axis=(-2, -1)))


def rank_correlation(table: Floats) -> Floats:
    """Return Spearman's correlation; undefined where one side has a single mark."""
    size = table.sum(axis=(-2, -1))
    rows, columns = table.sum(axis=-1), table.sum(axis=-2)
    rank_rows, rank_columns = _ranks(rows), _ranks(columns)
    middle = (size / 2)[..., None]
    left, right = rank_rows - middle, rank_columns - middle
    together = np.einsum("...ij,...i,...j->...", table, left, right)
    spread = np.sqrt((rows * left**2).sum(axis=-1) * (columns * right**2).sum(axis=-1))
    return quotient(together, spread)


def quotient(part: Floats, whole: Floats) -> Floats:
    """Return the quotient, and NaN where there is nothing to divide by."""
    found = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=found, where=np.asarray(whole) > 0)
    return found


def _ranks(counts: Floats) -> Floats:
    """Return the mean rank of each mark, less a half."""
    return np.cumsum(counts, axis=-1) - counts / 2
