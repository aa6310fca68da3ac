"""What a contestant sees of a grade, by the contest's level of feedback.

``oi_restricted`` is CMS's feedback level of that name: points per subtask, and of a
subtask's tests only the first with the lowest score.
"""

from __future__ import annotations

from harness.types import Feedback, FeedbackLevel, Grade, SubtaskFeedback, Verdict


def shown(grade: Grade, level: FeedbackLevel) -> Feedback:
    """Return the part of a grade that a level lets through."""
    if level is FeedbackLevel.NONE:
        return Feedback(submission=grade.submission, attempt=grade.attempt)
    if level is FeedbackLevel.VERDICT:
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
