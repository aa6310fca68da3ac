"""One side of a comparison: a contestant of a run, with its scores at each problem."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from harness.board import Cell, Row, rows
from harness.errors import UsageError
from harness.identity import Identity, identity_of
from harness.stats.paired import Pair
from harness.store import RunFolder
from harness.types import AttemptEnd, RunRecord


class Metric(StrEnum):
    """What of an attempt is compared; both are means over attempts."""

    SCORE = "score"
    """The share of the problem's points."""
    SOLVED = "solved"
    """1 for all points, else 0."""


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """A contestant of a run."""

    record: RunRecord
    row: Row
    place: str
    """The run's folder, as it was named."""

    @property
    def identity(self) -> Identity:
        """What its numbers are numbers of."""
        return identity_of(self.record)

    @property
    def title(self) -> str:
        """The contestant's name."""
        return self.row.contestant.title

    def cell(self, problem: str) -> Cell | None:
        """Return its attempts at a problem; None where the contest has no such problem."""
        return next((cell for cell in self.row.cells if cell.problem.id == problem), None)


def side_of(run: RunFolder, contestant: str = "") -> Side:
    """Return a contestant of a run; of a run with one contestant it need not be named.

    Raises :class:`~harness.errors.UsageError` where it has several, or none of that name.
    """
    held = rows(run)
    named = [row for row in held if contestant in (row.contestant.id, row.contestant.title)]
    found = named if contestant else list(held)
    if len(found) != 1:
        names = ", ".join(row.contestant.id for row in held)
        raise UsageError(
            f"{run.path} has no contestant {contestant!r}"
            if contestant
            else f"{run.path} has {len(held)} contestants: {names}",
            hint=f"name one with --contestant: {names}"
            if contestant
            else "name one with --contestant, once for both runs or once for each",
        )
    return Side(record=run.record, row=found[0], place=str(run.path))


def common(base: Side, new: Side) -> tuple[str, ...]:
    """Return the problems that both contests have, in base's order."""
    theirs = {cell.problem.id for cell in new.row.cells}
    return tuple(c.problem.id for c in base.row.cells if c.problem.id in theirs)


def pairs(base: Side, new: Side, metric: Metric = Metric.SCORE) -> tuple[Pair, ...]:
    """Return the problems at which both have a judged attempt."""
    found = []
    for problem in common(base, new):
        one, other = scores(base, problem, metric), scores(new, problem, metric)
        if one and other:
            weight = _weight(base, problem)
            found.append(Pair(problem=problem, base=one, new=other, weight=weight))
    return tuple(found)


def filled(
    base: Side, new: Side, metric: Metric, *, base_at: float, new_at: float
) -> tuple[Pair, ...]:
    """Return all problems, with attempts that were not judged taken as so good each."""
    return tuple(
        Pair(
            problem=problem,
            base=scores(base, problem, metric) + (base_at,) * missing(base, problem),
            new=scores(new, problem, metric) + (new_at,) * missing(new, problem),
            weight=_weight(base, problem),
        )
        for problem in common(base, new)
    )


def scores(side: Side, problem: str, metric: Metric) -> tuple[float, ...]:
    """Return what each judged attempt at a problem is worth, from 0 to 1."""
    cell = side.cell(problem)
    return tuple(worth(cell, end, metric) for end in cell.done) if cell else ()


def missing(side: Side, problem: str) -> int:
    """Return how many attempts at a problem were not judged; a problem without any lacks one."""
    cell = side.cell(problem)
    if cell is None:
        return 1
    return max(cell.planned - len(cell.done), 0 if cell.done else 1)


def unjudged(side: Side, problems: Sequence[str]) -> tuple[int, int]:
    """Return how many attempts were not judged, and of how many."""
    lacking = sum(missing(side, problem) for problem in problems)
    judged = sum(len(scores(side, problem, Metric.SCORE)) for problem in problems)
    return lacking, lacking + judged


def worth(cell: Cell, end: AttemptEnd, metric: Metric) -> float:
    """Return what a judged attempt is worth, from 0 to 1."""
    return float(cell.full(end)) if metric is Metric.SOLVED else cell.share(end)


def _weight(side: Side, problem: str) -> float:
    cell = side.cell(problem)
    return (cell.problem.max_points if cell else 0.0) or 1.0
