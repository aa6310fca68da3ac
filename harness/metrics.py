"""The numbers that papers print of a benchmark: avg@k, pass@k and maj@k, each a share of 1.

Only of sets of independent problems: the points of a contest are not a share of anything. Void
attempts and those that were never generated are no samples; a problem without any sample is in no
number, and the number says over how many it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from harness.board import Cell, ContestBoard, Row
from harness.stats import avg_at_k, maj_at_k, pass_at_k
from harness.types import AnswerBody, AttemptStatus, CodeBody

RIGHT = "\n"
"""The vote of every right answer; no spelling of an answer holds white space."""


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    """One number of one row."""

    name: Literal["avg", "pass", "maj"]
    """``avg``: mean over problems of the mean share of their points; ``pass``: the share of
    problems that k samples solve, each with the unbiased estimator; ``maj``: the share that the
    commonest of k answers solves, ties counted in part."""
    k: int
    """Samples of a problem; of an ``avg`` the fewest of any."""
    value: float
    """From 0 to 1."""
    problems: int
    """With at least one sample."""
    of: int
    """Problems that it should be over: of the whole, those that were left out too."""
    subset: str = ""
    """The part of the benchmark that it is of; empty is all of it."""

    @property
    def percent(self) -> str:
        """The number as papers print it, in percent with one decimal."""
        return f"{100 * self.value:.1f}"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One number of all rows of a board."""

    head: str
    """Such as ``avg@64`` or ``avg@64 Basic``; with the letter k where the rows have several."""
    cells: tuple[str, ...]
    """In the order of the rows; empty where a row has no such number."""


def metrics(board: ContestBoard, row: Row) -> tuple[Metric, ...]:
    """Return the numbers of a row: of the whole first, then those of each subset.

    Of a subset it is the mean, and of programs pass@k too: so are they published, by difficulty.
    """
    if board.contest.rules != "independent":
        return ()
    found = _of(row.cells, "", len(row.cells) + len(board.contest.left_out))
    subsets = dict.fromkeys(cell.problem.subset for cell in row.cells)
    if len(subsets) > 1:
        for name in subsets:
            inside = [cell for cell in row.cells if cell.problem.subset == name]
            numbers = _of(inside, name, len(inside))
            code = all(isinstance(cell.problem.body, CodeBody) for cell in inside)
            found += [one for one in numbers if one.name == "avg" or code]
    return tuple(found)


def columns(board: ContestBoard) -> tuple[Column, ...]:
    """Return the numbers of all rows of a board; none where its contest has none."""
    rows = [{(m.name, m.subset): m for m in metrics(board, row)} for row in board.rows]
    keys = dict.fromkeys(key for row in rows for key in row)
    return tuple(
        _column(name, subset, [r.get((name, subset)) for r in rows]) for name, subset in keys
    )


def metric_facts(board: ContestBoard, row: Row) -> list[dict[str, Any]]:
    """Return the numbers of a row for machines, with pass@k for every power of two."""
    found: list[dict[str, Any]] = []
    for metric in metrics(board, row):
        if metric.name == "pass":
            k = 1
            while k < metric.k:
                inside = [c for c in row.cells if metric.subset in ("", c.problem.subset)]
                value = _passing(_judged(inside), k)
                less = msgspec.structs.replace(metric, k=k, value=value)
                found.append(msgspec.to_builtins(less))
                k *= 2
        found.append(msgspec.to_builtins(metric))
    return found


def _of(cells: Sequence[Cell], subset: str, of: int) -> list[Metric]:
    judged = _judged(cells)
    if not judged:
        return []
    k = min(len(cell.done) for cell in judged)
    shares = [[cell.share(end) for end in cell.done] for cell in judged]
    values: dict[Literal["avg", "pass", "maj"], float] = {"avg": avg_at_k(shares)}
    # Of one sample all three are the same number.
    bodies = {type(cell.problem.body) for cell in judged}
    if k > 1 and bodies <= {AnswerBody, CodeBody}:
        values["pass"] = _passing(judged, k)
    if k > 1 and bodies == {AnswerBody}:
        values["maj"] = sum(_majority(cell, k) for cell in judged) / len(judged)
    return [
        Metric(name=name, k=k, value=value, problems=len(judged), of=of, subset=subset)
        for name, value in values.items()
    ]


def _judged(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.done]


def _passing(cells: Sequence[Cell], k: int) -> float:
    return sum(pass_at_k(len(c.done), sum(map(c.full, c.done)), k) for c in cells) / len(cells)


def _majority(cell: Cell, k: int) -> float:
    votes = [
        RIGHT if cell.full(one.end) else one.vote
        for one in cell.tries
        if one.end is not None and one.end.status is AttemptStatus.DONE
    ]
    return maj_at_k(votes, RIGHT, k)


def _column(name: str, subset: str, held: Sequence[Metric | None]) -> Column:
    ks = {metric.k for metric in held if metric is not None}
    one = len(ks) == 1
    head = f"{name}@{ks.pop() if one else 'k'}" + (f" {subset}" if subset else "")
    return Column(head=head, cells=tuple(_cell(metric, one) for metric in held))


def _cell(metric: Metric | None, one: bool) -> str:
    if metric is None:
        return ""
    k = "" if one else f" (k = {metric.k})"
    # Said once a row: the others of the whole are over the same problems.
    part = metric.problems < metric.of and metric.name == "avg"
    less = f" ({metric.problems} of {metric.of} problems)" if part else ""
    return metric.percent + k + less
