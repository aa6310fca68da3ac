"""A judge's error: what mark people would give, where the judge gave this one.

Counts of both marks on proofs that both marked, smoothed. Where people's marks are distributed as
p over all those proofs (with one proof more, spread evenly over their scale, so that no mark is
impossible), every mark of the judge has **one proof more**, spread as p. So a mark that the judge
never gave there means what proofs mean on average, and one that it gave often means what was seen.

A mark between two values of the judge's scale, such as a mean of votes, is of the open interval
between them, and all marks in there are taken together.

It holds where proofs are of the quality that those were of: a judge that lets one false proof in
ten pass errs on half its passes where one proof in ten is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import fsum

import msgspec
import numpy as np

from harness.medals.totals import hundredths

STRENGTH = 1.0
"""Proofs that each mark of the judge has more than were seen."""

EQUAL = 1e-9


class JudgeError(msgspec.Struct, frozen=True, kw_only=True):
    """People's points for each mark of a judge: the parameters of a Dirichlet distribution."""

    marks: tuple[float, ...]
    """The judge's scale in points, the lowest first."""
    points: tuple[float, ...]
    """People's scale in points, the lowest first."""
    weights: tuple[tuple[float, ...], ...]
    """For every mark, and between it every open interval, a weight of each of people's points."""

    def of(self, mark: float) -> dict[int, float]:
        """Return the probability of each of people's points, in hundredths.

        Raises ValueError for a mark that is not on the judge's scale or between its ends.
        """
        weights = self.weights[group(self.marks, mark)]
        whole = fsum(weights)
        return {
            hundredths(points): weight / whole
            for points, weight in zip(self.points, weights, strict=True)
        }

    def mean(self, mark: float) -> float:
        """Return people's expected points."""
        weights = self.weights[group(self.marks, mark)]
        return fsum(p * w for p, w in zip(self.points, weights, strict=True)) / fsum(weights)

    def drawn(self, random: np.random.Generator) -> JudgeError:
        """Return an error that the same proofs could as well have come from."""
        return msgspec.structs.replace(
            self, weights=tuple(tuple(random.dirichlet(row).tolist()) for row in self.weights)
        )


def judge_error(
    crossing: Iterable[tuple[float, float, int]],
    marks: Sequence[float],
    points: Sequence[float],
) -> JudgeError:
    """Return the error that proofs show: the judge's mark, the people's, and how many proofs.

    Raises ValueError for a mark that is on no scale.
    """
    marks, points = tuple(sorted(marks)), tuple(sorted(points))
    counts: list[Counter[float]] = [Counter() for _ in range(2 * len(marks) - 1)]
    for mark, given, proofs in crossing:
        if given not in points:
            raise ValueError(f"people's mark {given:g} is not on their scale")
        counts[group(marks, mark)][given] += proofs
    seen = sum(counts, Counter[float]())
    prior = [(seen[given] + 1 / len(points)) / (seen.total() + 1) for given in points]
    return JudgeError(
        marks=marks,
        points=points,
        weights=tuple(
            tuple(
                count[given] + STRENGTH * share for given, share in zip(points, prior, strict=True)
            )
            for count in counts
        ),
    )


def group(marks: Sequence[float], mark: float) -> int:
    """Return the place of a mark among the values of a scale and the intervals between them."""
    for number, value in enumerate(marks):
        if abs(mark - value) <= EQUAL:
            return 2 * number
        if mark < value:
            if not number:
                break
            return 2 * number - 1
    raise ValueError(
        f"the mark {mark:g} is not on the judge's scale from {marks[0]:g} to {marks[-1]:g}"
    )
