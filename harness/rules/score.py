"""What an attempt comes to under a contest's rules."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from harness.types import AttemptEnd, CodeBody, Problem, SubtaskScore, Verdict


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """What the submissions of one attempt at one problem come to."""

    points: float
    subtasks: tuple[SubtaskScore, ...] = ()
    verdict: Verdict | None = None
    """Of the best single submission; None when nothing was handed in."""
    rejected: int = 0
    """Submissions that an ICPC counts against the attempt; 0 under other rules."""
    penalty: int = 0
    """Minutes for them, of a problem that was solved; 0 under other rules."""

    def of(self, end: AttemptEnd) -> AttemptEnd:
        """Return the end of an attempt with this score."""
        return msgspec.structs.replace(
            end,
            points=self.points,
            subtasks=self.subtasks,
            verdict=self.verdict,
            rejected=self.rejected,
            penalty=self.penalty,
        )


def by_points(scores: Iterable[Score]) -> tuple[float, ...]:
    """Return the rank key of contests that rank by total points; equals share a rank."""
    return (-sum(score.points for score in scores),)


def precision(problem: Problem) -> int:
    """Return the decimal places that points of a problem are rounded to."""
    return problem.body.score_precision if isinstance(problem.body, CodeBody) else 2
