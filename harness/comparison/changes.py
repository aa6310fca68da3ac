"""What changed, problem by problem: scores, verdicts, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from statistics import fmean

import msgspec

from harness.account import Lack
from harness.board import Cell
from harness.comparison.sides import Metric, Side, common, scores
from harness.stats.paired import Pair, Unit, chance, holm
from harness.types import AttemptEnd, Verdict

NOTHING = "none"
"""In place of a verdict, where nothing was handed in."""


class Turn(StrEnum):
    """Which way a problem went."""

    GAINED = "gained"
    LOST = "lost"
    SAME = "same"
    UNJUDGED = "unjudged"
    """At least one side has no judged attempt."""


class ProblemChange(msgspec.Struct, frozen=True, kw_only=True):
    """One problem: mean scores of both sides, from 0 to 1, over so many judged attempts."""

    problem: str
    title: str
    max_points: float
    turn: Turn
    base: float | None
    new: float | None
    base_attempts: int
    new_attempts: int
    chance: float | None
    """Of a difference as large at this problem if both are alike, adjusted for there being
    several problems (Holm); None where unjudged."""

    @property
    def difference(self) -> float | None:
        """New less base, as a share of the problem's points."""
        return None if self.base is None or self.new is None else self.new - self.base


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a verdict.

    Counts are problems: where they have several attempts, a problem is spread over all pairs of
    them, because no attempt of one run belongs to one of the other.
    """

    base: str
    new: str
    problems: float


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a judged attempt took on average, each problem counting alike.

    Over problems that both have judged attempts at; None where nobody knows.
    """

    name: str
    base: float | None
    new: float | None

    @property
    def ratio(self) -> float | None:
        """New over base; None where base is 0 or either is unknown."""
        return self.new / self.base if self.base and self.new is not None else None


def problem_changes(base: Side, new: Side, metric: Metric) -> tuple[ProblemChange, ...]:
    """Return all problems in the contest's order."""
    found = []
    for problem in common(base, new):
        one, other = scores(base, problem, metric), scores(new, problem, metric)
        cell = base.cell(problem)
        assert cell is not None
        before = fmean(one) if one else None
        after = fmean(other) if other else None
        own = None
        if one and other:
            own = chance([Pair(problem=problem, base=one, new=other)], Unit.CONTEST).either
        found.append(
            ProblemChange(
                problem=problem,
                title=cell.problem.title,
                max_points=cell.problem.max_points,
                turn=_turn(before, after),
                base=before,
                new=after,
                base_attempts=len(one),
                new_attempts=len(other),
                chance=own,
            )
        )
    return _adjusted(found)


def _adjusted(found: Sequence[ProblemChange]) -> tuple[ProblemChange, ...]:
    tails = iter(holm([one.chance for one in found if one.chance is not None]))
    return tuple(
        one if one.chance is None else msgspec.structs.replace(one, chance=next(tails))
        for one in found
    )


def _turn(before: float | None, after: float | None) -> Turn:
    if before is None or after is None:
        return Turn.UNJUDGED
    if abs(after - before) < 1e-9:
        return Turn.SAME
    return Turn.GAINED if after > before else Turn.LOST


def verdict_flow(base: Side, new: Side) -> tuple[Flow, ...]:
    """Return what became of each verdict, in the order of :class:`~harness.types.Verdict`."""
    counts: dict[tuple[str, str], float] = {}
    for one, other in _cells(base, new):
        before, after = _shares(one), _shares(other)
        for was, share in before.items():
            for now, part in after.items():
                counts[was, now] = counts.get((was, now), 0.0) + share * part
    order = [*(verdict.value for verdict in Verdict), NOTHING]
    return tuple(
        Flow(base=was, new=now, problems=counts[was, now])
        for was in order
        for now in order
        if (was, now) in counts
    )


def _shares(cell: Cell) -> dict[str, float]:
    found: dict[str, float] = {}
    for end in cell.done:
        name = end.verdict.value if end.verdict else NOTHING
        found[name] = found.get(name, 0.0) + 1 / len(cell.done)
    return found


def costs(base: Side, new: Side) -> tuple[Cost, ...]:
    """Return tokens, seconds, texts, submissions and the share of answers that were cut off."""
    cells = _cells(base, new)

    def cost(name: str, of: str) -> Cost:
        before = [fmean(_number(end, of) for end in one.done) for one, _ in cells]
        after = [fmean(_number(end, of) for end in other.done) for _, other in cells]
        return Cost(
            name=name,
            base=fmean(before) if any(before) else None,
            new=fmean(after) if any(after) else None,
        )

    return (
        cost("tokens written", "tokens_out"),
        cost("seconds", "seconds"),
        cost("texts", "generated"),
        cost("submissions", "submissions"),
        Cost(
            name="answers cut off (share)",
            base=fmean(map(_cut, (one for one, _ in cells))) if cells else None,
            new=fmean(map(_cut, (other for _, other in cells))) if cells else None,
        ),
    )


def _number(end: AttemptEnd, name: str) -> float:
    return float(getattr(end, name))


def _cut(cell: Cell) -> float:
    judged = [one for one in cell.tries if one.end in cell.done]
    return fmean(one.lack is Lack.TRUNCATED for one in judged)


def _cells(base: Side, new: Side) -> list[tuple[Cell, Cell]]:
    found = [(base.cell(problem), new.cell(problem)) for problem in common(base, new)]
    return [(one, other) for one, other in found if one and other and one.done and other.done]
