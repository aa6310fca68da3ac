"""What a board's row says of the contest's medals: the pool of its attempts, put to the lines.

The pool is the row's own: every attempt that counts is a rollout, and what is void, was never
generated or is unfinished is not judged, which is not zero.
"""

from __future__ import annotations

from typing import Any

import msgspec

from harness.board import Cell, ContestBoard, Row
from harness.medals import (
    ONE,
    CurvePoint,
    ProblemPool,
    Prospect,
    Rollout,
    budget_curve,
    lines_of,
    prospect,
)
from harness.types import AttemptEnd

LIMITED = ("icpc", "ioi")
"""Rules under which more attempts can be handed in as more submissions, without a choice."""


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """A row's medals, and what other budgets would have brought from the same pool."""

    prospect: Prospect
    by_samples: tuple[CurvePoint, ...] = ()
    """Attempts a problem handed in at random, without feedback, within the contest's limit."""
    by_submissions: tuple[CurvePoint, ...] = ()
    """All attempts made, and so many of them handed in."""


def outlook(board: ContestBoard, row: Row) -> Prospect | None:
    """Return what a row says of the medals.

    None where a medal would not mean anything: problems were left out or there are none, the
    protocol breaks the contest's rules, the row is a ceiling, or the contest has no medal line.
    """
    if not (board.complete and board.legal and row.ranked and row.cells):
        return None
    if not lines_of(board.contest):
        return None
    return prospect(board.contest, pools_of(row), ONE)


def outlook_facts(board: ContestBoard, row: Row) -> dict[str, Any] | None:
    """Return the outlook of a row for machines, budget curves included."""
    return facts_of(whole_outlook(board, row))


def whole_outlook(board: ContestBoard, row: Row) -> Outlook | None:
    """Return the outlook of a row with its budget curves; None where :func:`outlook` is."""
    found = outlook(board, row)
    if found is None:
        return None
    by_samples, by_submissions = budgets(board, row)
    return Outlook(prospect=found, by_samples=by_samples, by_submissions=by_submissions)


def facts_of(whole: Outlook | None) -> dict[str, Any] | None:
    """Return an outlook for machines."""
    facts: dict[str, Any] | None = msgspec.to_builtins(whole)
    return facts


def budgets(board: ContestBoard, row: Row) -> tuple[tuple[CurvePoint, ...], tuple[CurvePoint, ...]]:
    """Return what other budgets would have brought: by attempts, and by submissions allowed.

    Both empty where attempts cannot be handed in as submissions of one contest, and where an
    attempt made several: it was steered by its strategy, and its parts are not a pool.
    """
    contest, pools = board.contest, pools_of(row)
    if contest.rules not in LIMITED or any(r.submissions > 1 for p in pools for r in p.rollouts):
        return (), ()
    limit = contest.submission_limit
    return (
        budget_curve(contest, pools, limit=limit),
        budget_curve(contest, pools, limit=limit, by="submissions"),
    )


def pools_of(row: Row) -> tuple[ProblemPool, ...]:
    """Return the attempts of a row as pools, one a problem."""
    return tuple(_pool(cell) for cell in row.cells)


def _pool(cell: Cell) -> ProblemPool:
    most = {s.name: s.max_points for end in cell.done for s in end.subtasks}
    by_subtask = bool(most) and all(
        abs(sum(s.points for s in end.subtasks) - (end.points or 0.0)) < 1e-6 for end in cell.done
    )
    if not by_subtask or abs(sum(most.values()) - cell.problem.max_points) > 1e-6:
        most = {"": cell.problem.max_points}
        by_subtask = False
    return ProblemPool(
        problem=cell.problem.id,
        max_points=tuple(most.values()),
        rollouts=tuple(_rollout(end, tuple(most), by_subtask) for end in cell.resolved),
        unjudged=cell.planned - len(cell.resolved),
    )


def _rollout(end: AttemptEnd, names: tuple[str, ...], by_subtask: bool) -> Rollout:
    held = {s.name: s.points for s in end.subtasks} if by_subtask else {"": end.points or 0.0}
    return Rollout(
        points=tuple(held.get(name, 0.0) for name in names),
        tokens=end.tokens_out,
        submissions=end.submissions,
    )


def sentence(found: Prospect) -> str:
    """Return the medal of the score, its probability and between which bounds that lies.

    Where the score wins none it says so, and speaks of the easiest medal. From a single attempt at
    some problem there are bounds only. Empty when points alone do not decide, and when nothing was
    judged: bounds of 0 and 1 would say nothing of anyone.
    """
    if not found.chances or not found.judged:
        return ""
    chance = next((c for c in found.chances if c.medal == found.medal), found.chances[-1])
    between = f"[{share(chance.low)}, {share(chance.high)}]"
    if chance.probability is None and found.score is not None:
        return ""
    if chance.probability is None or found.fewest < 2:
        said = f"{chance.medal} with a probability in {between}"
    else:
        said = f"{chance.medal} with probability {share(chance.probability)} {between}"
    return f"no medal; {said}" if found.score is not None and found.medal is None else said


def share(probability: float) -> str:
    """Return a probability with two decimals; 0 and 1 only for what is certain."""
    if probability in (0.0, 1.0):
        return str(int(probability))
    if probability < 0.005:
        return "<0.01"
    return f"{probability:.2f}" if probability < 0.995 else ">0.99"
