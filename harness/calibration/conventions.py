"""How marks of the judge's scale are held against those of the people's, chosen and said."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from harness.calibration.pairing import Graded
from harness.errors import UsageError
from harness.stats.agreement import Crossing, Pair, Passing, number
from harness.types import Convention, Scale


def convention_of(
    judge: Scale,
    human: Scale,
    *,
    judge_from: float | None = None,
    human_from: float | None = None,
    linear: bool = False,
) -> Convention:
    """Return a convention; unless told otherwise only the top of a scale passes.

    Raises :class:`~harness.errors.UsageError` for a threshold that passes all or nothing.
    """
    return Convention(
        judge=judge,
        human=human,
        judge_from=_threshold("judge", judge, judge_from),
        human_from=_threshold("human", human, human_from),
        points="same" if judge is human else "linear" if linear else "",
    )


def _threshold(side: str, scale: Scale, given: float | None) -> float:
    if given is None:
        return scale.top
    if not min(scale.values) < given <= scale.top:
        raise UsageError(
            f"--{side}-from {given:g} passes everything or nothing on the scale {scale.value}",
            hint=f"it is above {min(scale.values):g} and at most {scale.top:g}",
        )
    return given


def with_fitted_threshold(convention: Convention, calibration: Sequence[Graded]) -> Convention:
    """Return the convention with the judge's threshold that is best on the calibration part.

    It is one of the marks that the judge gave there, the one with the best balanced accuracy; of
    equals the highest, which passes least. Raises :class:`~harness.errors.UsageError` where
    people passed all proofs of that part, or none, or the judge gave only one mark.
    """
    crossing = Crossing(
        Pair(each.verdict.problem, each.mark, each.verdict.mark)
        for each in calibration
        if each.mark is not None
    )
    best: tuple[float, float] | None = None
    for mark in crossing.judge.tolist()[1:]:
        passing = Passing(
            crossing.whole, crossing.judge >= mark, crossing.human >= convention.human_from
        )
        share = number(passing.balanced_accuracy)
        if share is not None and (best is None or (share, mark) > best):
            best = (share, mark)
    if best is None:
        raise UsageError(
            "no threshold can be chosen on the calibration part: it needs proofs that people "
            "pass, proofs that they do not, and two marks of the judge",
            hint="give a number with --judge-from",
        )
    return msgspec.structs.replace(convention, judge_from=best[1], judge_from_fitted=True)
