"""Contest rules: what a contest allows, shows and counts. Pure, no IO.

Rules bind every contestant; what a contestant does with them is a strategy.
Sources: the IOI's "sum over subtasks of the best submission" (in force since
2017) is CMS's score mode ``max_subtask`` (``cms/grading/scoring.py``); feedback
``oi_restricted`` is CMS's feedback level of that name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from harness.errors import ConfigError
from harness.types import (
    CodeBody,
    Contest,
    Feedback,
    FeedbackLevel,
    Grade,
    Problem,
    SubtaskFeedback,
    SubtaskScore,
    Verdict,
)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What the submissions of one attempt at one problem come to."""

    points: float
    subtasks: tuple[SubtaskScore, ...] = ()
    verdict: Verdict | None = None
    """Of the best single submission; None when nothing was handed in."""


class Rules(Protocol):
    """The rules of one contest."""

    submission_limit: int | None
    """Submissions per problem and attempt; None is no limit."""

    def feedback(self, grade: Grade) -> Feedback:
        """Return what the contestant may see of a grade."""
        ...

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Return the result of an attempt from its grades, in the order of handing in."""
        ...


class IOIRules:
    """Sum over subtasks of the best submission; feedback as the contest's level says."""

    def __init__(self, submission_limit: int | None, feedback: FeedbackLevel) -> None:
        self.submission_limit = submission_limit
        self._level = feedback

    def feedback(self, grade: Grade) -> Feedback:
        """Return what the level allows; of a subtask's tests, the verdict of the first lowest."""
        if self._level is FeedbackLevel.NONE:
            return Feedback(submission=grade.submission, attempt=grade.attempt)
        if self._level is FeedbackLevel.VERDICT:
            return Feedback(
                submission=grade.submission,
                attempt=grade.attempt,
                verdict=grade.verdict.value,
                message=grade.message if grade.verdict is Verdict.CE else "",
            )
        if grade.verdict is Verdict.CE:
            return Feedback(
                submission=grade.submission,
                attempt=grade.attempt,
                points=grade.points,
                verdict=Verdict.CE.value,
                message=grade.message,
            )
        return Feedback(
            submission=grade.submission,
            attempt=grade.attempt,
            points=grade.points,
            subtasks=tuple(
                SubtaskFeedback(
                    name=subtask.name,
                    points=subtask.points,
                    max_points=subtask.max_points,
                    verdict=subtask.verdict.value if subtask.deciding_test else "",
                )
                for subtask in grade.subtasks
            ),
        )

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Sum the best result of each subtask; a submission without subtasks is one subtask."""
        if not grades:
            return Score(points=0.0)
        best: dict[str, SubtaskScore] = {}
        whole = 0.0
        for grade in grades:
            whole = max(whole, grade.points)
            for subtask in grade.subtasks:
                held = best.get(subtask.name)
                if held is None or subtask.points > held.points:
                    best[subtask.name] = subtask
        points = sum(subtask.points for subtask in best.values()) if best else whole
        return Score(
            points=round(points, precision(problem)),
            subtasks=tuple(best.values()),
            verdict=max(grades, key=lambda grade: grade.points).verdict,
        )


class IndependentRules:
    """One submission counts, the first; nothing is shown. For answers and single tries."""

    submission_limit: int | None = 1

    def feedback(self, grade: Grade) -> Feedback:
        """Return an empty feedback: nothing is shown."""
        return Feedback(submission=grade.submission, attempt=grade.attempt)

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Return the first grade's points."""
        if not grades:
            return Score(points=0.0)
        first = grades[0]
        return Score(
            points=round(first.points, precision(problem)),
            subtasks=first.subtasks,
            verdict=first.verdict,
        )


def precision(problem: Problem) -> int:
    """Return the decimal places that points of a problem are rounded to."""
    return problem.body.score_precision if isinstance(problem.body, CodeBody) else 2


RULES = ("independent", "ioi")
"""The names a contest may give as its rules."""


def rules_of(contest: Contest) -> Rules:
    """Return the rules a contest names."""
    if contest.rules == "ioi":
        return IOIRules(contest.submission_limit, contest.feedback)
    if contest.rules == "independent":
        return IndependentRules()
    raise ConfigError(
        f"contest {contest.id} names the rules {contest.rules!r}, which are not known",
        hint=f"the rules are {', '.join(RULES)}",
    )
