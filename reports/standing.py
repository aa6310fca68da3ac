"""Ranks, and what keeps a row from having one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.board import ContestBoard, Row
from harness.comparison import tiers
from harness.outlook import Outlook, whole_outlook


@dataclass(frozen=True, slots=True)
class Standing:
    """One row with its place among the others."""

    row: Row
    rank: int | None
    """None for a ceiling, for a row without points, and for one with missing problems."""
    tier: tuple[int, int] | None
    """First and last rank of those that cannot be told apart; None where there is no rank."""
    medal: str | None
    outlook: Outlook | None
    """What it says of the medals; counting it out takes time, so it is done once."""
    missing: tuple[str, ...]
    """Problems that others have a judged attempt at and this row has not."""


def standings(board: ContestBoard) -> tuple[Standing, ...]:
    """Return the rows in the board's order, each with its rank.

    A sum over fewer problems is not comparable with one over more, so a row is ranked
    only when nothing is missing that any ranked row was judged on. Equals share a rank.
    """
    names = [problem.id for problem in board.contest.problems]
    done = {id(row): {c.problem.id for c in row.cells if c.done} for row in board.rows}
    covered = {name for row in board.rows if row.ranked for name in done[id(row)]}
    missing = {
        id(row): tuple(n for n in names if n in covered - done[id(row)]) for row in board.rows
    }
    placed = [
        row
        for row in board.rows
        if row.ranked and row.mean_total is not None and not missing[id(row)]
    ]
    keys = [_key(row) for row in placed]
    ends = _tiers(placed)
    found = []
    for row in board.rows:
        rank = None
        if id(row) in ends:
            rank = 1 + sum(1 for other in keys if other < _key(row))
        gap = missing[id(row)] if row.ranked else ()
        found.append(
            Standing(
                row=row,
                rank=rank,
                tier=ends.get(id(row)),
                medal=board.medal(row),
                outlook=whole_outlook(board, row),
                missing=gap,
            )
        )
    return tuple(found)


def _tiers(placed: Sequence[Row]) -> dict[int, tuple[int, int]]:
    """Return the first and the last place of each row's tier."""
    numbers = tiers(placed)
    return {
        id(row): (1 + numbers.index(tier), len(numbers) - numbers[::-1].index(tier))
        for row, tier in zip(placed, numbers, strict=True)
    }


def _key(row: Row) -> tuple[float, float]:
    """Return what a row is ranked by, the smallest first: points, then (at an ICPC) penalty."""
    return -round(row.mean_total or 0.0, 9), round(row.mean_penalty, 9)
