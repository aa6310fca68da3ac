"""From test scores to points: the score types of CMS. Pure arithmetic.

Source: ``cms/grading/scoretypes/`` (GroupMin, GroupMul, GroupThreshold, Sum). A
subtask's points are rounded to the problem's precision before anything is added
or compared, as CMS stores them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import msgspec

from harness.errors import UnsupportedError
from harness.types import CodeBody, Subtask, SubtaskScore, TestResult, Verdict

Reduce = Callable[[Sequence[float]], float]

SCORE_TYPES: dict[str, Reduce] = {
    "group_min": min,
    "group_mul": math.prod,
    "group_threshold": min,
    "sum": lambda scores: math.fsum(scores) / len(scores),
}
"""How the scores (0..1) of a subtask's tests become its share of points.

With thresholds a test's score in its subtask is 1 or 0, so that the least is what all agree on.
"""

STOPS_AT_ZERO = frozenset({"group_min", "group_mul", "group_threshold"})
"""Where one zero decides a subtask, so that its other tests need not run."""


def check_score_type(name: str) -> None:
    """Raise :class:`~harness.errors.UnsupportedError` for a score type that is not known."""
    if name not in SCORE_TYPES:
        raise UnsupportedError(
            f"the score type {name!r} is not judged",
            hint=f"the score types are {', '.join(SCORE_TYPES)}",
        )


def score_subtasks(body: CodeBody, results: Mapping[str, TestResult]) -> tuple[SubtaskScore, ...]:
    """Return the points of every subtask from the results of its tests.

    A test that was skipped counts for nothing: it was skipped because another had
    decided the subtask.
    """
    return tuple(_score(subtask, body, results) for subtask in body.subtasks)


def _score(subtask: Subtask, body: CodeBody, results: Mapping[str, TestResult]) -> SubtaskScore:
    ran = [
        _in_subtask(subtask, results[test])
        for test in subtask.tests
        if test in results and results[test].verdict is not Verdict.SK
    ]
    if not ran:
        share = 0.0 if subtask.tests else 1.0
        return SubtaskScore(
            name=subtask.name,
            points=round(share * subtask.points, body.score_precision),
            max_points=subtask.points,
            verdict=Verdict.SK if subtask.tests else Verdict.AC,
        )
    share = SCORE_TYPES[body.score_type]([result.score for result in ran])
    worst = min(ran, key=lambda result: result.score)
    lost = worst.score < 1.0
    return SubtaskScore(
        name=subtask.name,
        points=round(share * subtask.points, body.score_precision),
        max_points=subtask.points,
        deciding_test=worst.test if lost else "",
        verdict=worst.verdict if lost else Verdict.AC,
    )


def _in_subtask(subtask: Subtask, result: TestResult) -> TestResult:
    """Return the result as it counts in a subtask: right or wrong, where there is a threshold.

    An outcome of 0 is wrong whatever the threshold: it is what a program that failed has.
    """
    if subtask.threshold is None:
        return result
    outcome = result.score if result.given is None else result.given
    if 0.0 < outcome <= subtask.threshold:
        return msgspec.structs.replace(result, score=1.0, verdict=Verdict.AC)
    failed = result.verdict not in (Verdict.AC, Verdict.PAC)
    return msgspec.structs.replace(
        result, score=0.0, verdict=result.verdict if failed else Verdict.WA
    )


def total(subtasks: Sequence[SubtaskScore], precision: int) -> float:
    """Return the points of a submission."""
    return round(math.fsum(subtask.points for subtask in subtasks), precision)
