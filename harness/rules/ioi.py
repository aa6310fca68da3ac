"""The IOI: up to 50 submissions a problem, the sum over subtasks of the best of each.

In force since 2017; it is CMS's score mode ``max_subtask`` (``cms/grading/scoring.py``). CMS
stores the points of a subtask rounded to the task's ``score_precision`` before it takes the
best, and a submission that does not compile brings no points but is one of the 50.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from harness.rules.score import Score, by_points, precision
from harness.rules.shown import shown
from harness.types import Feedback, FeedbackLevel, Grade, Problem, SubtaskScore


class IOIRules:
    """Sum over subtasks of the best submission; feedback as the contest's level says."""

    sequential = False

    def __init__(self, submission_limit: int | None, feedback: FeedbackLevel) -> None:
        self.submission_limit = submission_limit
        self._level = feedback

    def allows(self, handed_in: int, *, solved: bool) -> bool:  # noqa: ARG002
        """Whether the limit, which all subtasks of a problem share, leaves one more."""
        return self.submission_limit is None or handed_in < self.submission_limit

    def feedback(self, grade: Grade) -> Feedback:
        """Return what the contest's level of feedback lets through."""
        return shown(grade, self._level)

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Sum the best result of each subtask; a submission without subtasks is one subtask."""
        counted = grades[: self.submission_limit]
        if not counted:
            return Score(points=0.0)
        places = precision(problem)
        best: dict[str, SubtaskScore] = {}
        for grade in counted:
            for subtask in grade.subtasks:
                rounded = round(subtask.points, places)
                held = best.get(subtask.name)
                if held is None or rounded > held.points:
                    best[subtask.name] = msgspec.structs.replace(subtask, points=rounded)
        whole = max(round(grade.points, places) for grade in counted)
        points = sum(subtask.points for subtask in best.values()) if best else whole
        return Score(
            points=round(points, places),  # sums of rounded points carry dust
            subtasks=tuple(best.values()),
            verdict=max(counted, key=lambda grade: grade.points).verdict,
        )

    def rank_key(self, scores: Iterable[Score]) -> tuple[float, ...]:
        """Rank by total points; equals share a rank."""
        return by_points(scores)
