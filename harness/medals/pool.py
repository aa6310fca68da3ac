"""The pool: every rollout of one contestant at each problem, as its attempts left it."""

from __future__ import annotations

from typing import Literal

import msgspec


class Rollout(msgspec.Struct, frozen=True, kw_only=True):
    """One independent try at a problem, judged."""

    points: tuple[float, ...]
    """Per subtask, the best of its submissions; one number where there are no subtasks."""
    tokens: int = 0
    submissions: int = 1
    """What it takes of the submission limit."""


class ProblemPool(msgspec.Struct, frozen=True, kw_only=True):
    """The rollouts at one problem."""

    problem: str
    max_points: tuple[float, ...]
    """Per subtask, as ``points`` of the rollouts."""
    rollouts: tuple[Rollout, ...]
    unjudged: int = 0
    """Rollouts that were planned and came to nothing that counts: void, never generated, or
    unfinished. They are no zeros: a bound takes them as nothing, the other as full points."""

    @property
    def planned(self) -> int:
        """All rollouts, judged or not."""
        return len(self.rollouts) + self.unjudged

    def filled(self, how: Literal["zero", "full"]) -> ProblemPool:
        """Return the pool in which what was not judged had no points, or all of them.

        A problem without any rollout becomes one rollout: nothing is known of it.
        """
        missing = self.unjudged or (0 if self.rollouts else 1)
        points = self.max_points if how == "full" else tuple(0.0 for _ in self.max_points)
        typical = max((rollout.tokens for rollout in self.rollouts), default=0)
        more = (Rollout(points=points, tokens=typical),) * missing
        return msgspec.structs.replace(self, rollouts=self.rollouts + more, unjudged=0)
