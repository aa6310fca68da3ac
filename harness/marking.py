"""Marks of people: from what each gave to a grade, and from grades to the end of an attempt.

What people gave outranks what models gave. Two who differ are shown to differ: the lower mark
counts until they agree, and the grade says how far apart they are.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.history import AttemptLog
from harness.rules import Rules
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Grade,
    PersonMark,
    Problem,
    Submission,
    Verdict,
)

BY_HAND = "people"
"""What the judge of a grade is called, to begin with, where people marked."""

AGREED = "agreed"
"""The name under which a mark stands that those who differed have agreed on; it decides."""


def deciding(marks: Sequence[PersonMark]) -> float:
    """Return the points that at least one person's marks come to."""
    agreed = [mark.points for mark in marks if mark.person == AGREED]
    return agreed[0] if agreed else min(mark.points for mark in marks)


def apart(marks: Sequence[PersonMark]) -> float:
    """Return how far the marks of two or more people lie apart; what is agreed on is no mark."""
    points = [mark.points for mark in marks if mark.person != AGREED]
    return max(points) - min(points) if points else 0.0


def people_grade(problem: Problem, submission: Submission, marks: Sequence[PersonMark]) -> Grade:
    """Return the grade that people gave."""
    points = deciding(marks)
    partly = Verdict.PAC if points else Verdict.WA
    given = ", ".join(f"{mark.person} {mark.points:g}" for mark in marks)
    words = f"marked by people: {given}"
    if apart(marks) and all(mark.person != AGREED for mark in marks):
        words += f"; they differ by {apart(marks):g}, and the lower mark counts until they agree"
    return Grade(
        submission=submission.id,
        attempt=submission.attempt,
        judge=f"{BY_HAND} ({len({mark.person for mark in marks} - {AGREED}) or 1})",
        verdict=Verdict.AC if points == problem.max_points else partly,
        points=points,
        max_points=problem.max_points,
        message=words,
    )


def rescored(past: AttemptLog, problem: Problem, rules: Rules) -> AttemptEnd | None:
    """Return the end of an attempt by the grades it has now.

    None where it cannot have one yet: a submission has no grade, or the contestant may still hand
    in another and has not come to an end.
    """
    start = past.start
    if start is None:
        return None
    submissions = past.submissions
    grades = [past.grades.get(submission.id) for submission in submissions]
    known = [grade for grade in grades if grade is not None]
    if len(known) < len(grades) or not grades:
        return None
    solved = any(grade.verdict is Verdict.AC for grade in known)
    ended = past.end is not None and past.end.status is AttemptStatus.DONE
    if not ended and rules.allows(len(submissions), solved=solved):
        return None
    base = past.end
    if base is None or not ended:
        base = AttemptEnd.after(
            start.id,
            AttemptStatus.DONE,
            problem.max_points,
            len(submissions),
            past.generations.values(),
        )
    return rules.score(problem, known).of(base)
