"""A contest: problems with rules and cutoffs."""

from __future__ import annotations

import msgspec

from harness.types.problems import Problem


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A problem of the contest that cannot be judged here, by name and with the reason."""

    id: str
    title: str
    max_points: float
    reason: str


class Cutoff(msgspec.Struct, frozen=True, kw_only=True):
    """A medal line of the human contest, in points of the whole contest."""

    medal: str
    points: float
    source: str = ""


class Contest(msgspec.Struct, frozen=True, kw_only=True):
    """Problems with rules and cutoffs; made by a task."""

    id: str
    title: str
    date: str
    """ISO date of the contest; a model trained later may have seen it."""
    rules: str
    """Key of :mod:`harness.rules`."""
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    submission_limit: int | None = None
    """Submissions per problem."""
    feedback: str = "none"
    """What a contestant learns from a submission: ``none``, ``verdict`` or ``oi_restricted``."""
    show_statements: bool = False
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader of the result must know: provenance of answers, deviations."""
    hash: str = ""

    @property
    def judged_points(self) -> float:
        """Points that can be reached here: left-out problems do not count."""
        return sum(p.max_points for p in self.problems)

    @property
    def total_points(self) -> float:
        """Points of the whole contest, judged here or not."""
        return self.judged_points + sum(p.max_points for p in self.left_out)
