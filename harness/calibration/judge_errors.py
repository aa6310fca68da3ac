"""A certificate as an error: what people would give where the judge gave this mark."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from harness.medals import JudgeError, judge_error
from harness.types import JudgeCertificate, Scale

IN_POINTS = (Scale.POINTS, Scale.CLASSES)
"""Scales whose values are points of 7."""


def error_of(
    certificate: JudgeCertificate, points: Callable[[float], float] | None = None
) -> JudgeError:
    """Return the error that the held-out proofs show, in points of 7.

    ``points`` is how the run makes points of a jury's mark, rounding and tables included, so that
    marks are counted as the run gives them; without it marks are points already. Raises
    ValueError where people did not mark in points, where the judge's marks are no points and
    nothing says what they are worth, and where better marks are not worth more.
    """
    convention = certificate.convention
    if convention.human not in IN_POINTS:
        raise ValueError(
            f"people marked {certificate.data} on the scale {convention.human.value}, which is no "
            "number of points"
        )
    if points is None:
        if convention.judge not in IN_POINTS:
            raise ValueError(
                f"marks on the scale {convention.judge.value} are no points, and nothing says "
                "what they are worth"
            )
        points = float
    worth = [points(mark) for mark in sorted(convention.judge.values)]
    if any(better <= worse for worse, better in pairwise(worth)):
        raise ValueError("a better mark must be worth more")
    crossing = [(points(mark), given, n) for mark, given, n in certificate.held_out.crossing]
    return judge_error(crossing, worth, convention.human.values)
