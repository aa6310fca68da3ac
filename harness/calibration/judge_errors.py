"""A certificate as an error: what people would give where the judge gave this mark."""

from __future__ import annotations

from collections.abc import Mapping

from harness.medals import JudgeError, judge_error
from harness.types import JudgeCertificate, Scale

IN_POINTS = (Scale.POINTS, Scale.CLASSES)
"""Scales of people whose values are points of 7."""


def error_of(
    certificate: JudgeCertificate, points: Mapping[float, float] | None = None
) -> JudgeError:
    """Return the error that the held-out proofs show, in points of 7.

    ``points`` says what each value of the judge's scale is worth where a jury's file has such a
    table; otherwise marks are points already. Raises ValueError where people did not mark in
    points, or such a table lacks a value or turns the order around.
    """
    convention = certificate.convention
    if convention.human not in IN_POINTS:
        raise ValueError(
            f"people marked {certificate.data} on the scale {convention.human.value}, which is no "
            "number of points"
        )
    judge = sorted(convention.judge.values)
    if points is None:
        if convention.judge not in IN_POINTS:
            raise ValueError(
                f"marks on the scale {convention.judge.value} are no points: a table must say "
                "what each is worth"
            )
        points = {value: value for value in judge}
    if set(points) != set(judge) or sorted(judge, key=lambda value: points[value]) != judge:
        raise ValueError("the table must give each value of the scale its points, in rising order")
    worth = [points[value] for value in judge]
    if len(set(worth)) < len(worth):
        raise ValueError("two values of the scale are worth the same")
    return judge_error(
        (
            (_worth(mark, judge, worth), given, n)
            for mark, given, n in certificate.held_out.crossing
        ),
        worth,
        convention.human.values,
    )


def _worth(mark: float, judge: list[float], worth: list[float]) -> float:
    """Return the points of a mark; one between two values lies between theirs."""
    for number, value in enumerate(judge):
        if mark == value:
            return worth[number]
        if mark < value:
            return (worth[number - 1] + worth[number]) / 2
    raise ValueError(f"the mark {mark:g} is above the scale")
