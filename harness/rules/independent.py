"""Independent tries: one submission counts, nothing is shown. For answers and single tries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.rules.score import Score, by_points, precision
from harness.types import Feedback, Grade, Problem


class IndependentRules:
    """One submission counts, the first; nothing is shown."""

    submission_limit: int | None = 1
    sequential = False

    def allows(self, handed_in: int, *, solved: bool) -> bool:  # noqa: ARG002
        """Whether nothing was handed in yet."""
        return not handed_in

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

    def rank_key(self, scores: Iterable[Score]) -> tuple[float, ...]:
        """Rank by total points; equals share a rank."""
        return by_points(scores)
