"""The ICPC: the first accepted submission solves a problem; each rejected one before it costs time.

Ranks go by problems solved, then by the least total time, then by the earliest last accepted
submission. The time of a solved problem is the minute it was accepted plus 20 for each rejected
submission before it; an unsolved problem costs nothing, and a submission that does not compile
is no rejection (DOMjudge: ``penalty_time`` 20, ``compile_penalty`` false).

**Virtual time.** A run has no contest clock: minutes of a GPU mean nothing beside those of a
team. So the minute of acceptance is 0, and an attempt's penalty is 20 x rejected and nothing else:
never to be compared with a human team's. :func:`ranks` takes real minutes where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from harness.rules.score import Score
from harness.rules.shown import shown
from harness.types import Feedback, FeedbackLevel, Grade, Problem, Verdict

REJECTION_MINUTES = 20
"""What a rejected submission costs, once its problem is solved."""

RANKED_ONE_BY_ONE = 12
"""Places of the World Finals that time decides; below them, an equal count is an equal place."""

FREE = frozenset({Verdict.CE, Verdict.JE, Verdict.SK})
"""Verdicts that are no rejection: what did not compile, and what was never judged."""


class ICPCRules:
    """Solved or not; nothing counts after the first accepted submission."""

    sequential = True

    def __init__(self, submission_limit: int | None, feedback: FeedbackLevel) -> None:
        self.submission_limit = submission_limit
        self._level = feedback

    def allows(self, handed_in: int, *, solved: bool) -> bool:
        """Whether the problem is unsolved, and the budget (if there is one) not spent."""
        spent = self.submission_limit is not None and handed_in >= self.submission_limit
        return not spent and not solved

    def feedback(self, grade: Grade) -> Feedback:
        """Return the verdict, as the contest's level of feedback says."""
        return shown(grade, self._level)

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Return the problem's points if it was solved, else none; and the rejected tries."""
        rejected = 0
        last: Verdict | None = None
        for grade in grades[: self.submission_limit]:
            last = grade.verdict
            if last is Verdict.AC:
                break
            rejected += last not in FREE
        solved = last is Verdict.AC
        return Score(
            points=problem.max_points if solved else 0.0,
            verdict=last,
            rejected=rejected,
            penalty=REJECTION_MINUTES * rejected if solved else 0,
        )

    def rank_key(self, scores: Iterable[Score]) -> tuple[float, ...]:
        """Rank by problems solved, then by virtual time; equals share a rank."""
        solved = [score for score in scores if score.verdict is Verdict.AC]
        return (-len(solved), sum(score.penalty for score in solved))


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a contest that had a clock."""

    solved: int
    minutes: int = 0
    """Total time, rejected submissions included."""
    last_minute: int = 0
    """Of the last accepted submission."""


def ranks(teams: Sequence[Team], one_by_one: int = RANKED_ONE_BY_ONE) -> tuple[int, ...]:
    """Return each team's place; equals share one.

    The first ``one_by_one`` places are decided by time, and by the last accepted submission;
    below them a place goes by problems solved alone, as the World Finals publish it.
    """
    keys = [(-team.solved, team.minutes, team.last_minute) for team in teams]
    places = [1 + sum(other < key for other in keys) for key in keys]
    return tuple(
        place
        if place <= one_by_one
        else 1
        + sum(
            other_place <= one_by_one or other.solved > team.solved
            for other, other_place in zip(teams, places, strict=True)
        )
        for team, place in zip(teams, places, strict=True)
    )
