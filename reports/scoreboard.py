"""Contestants against problems: the cells of a contest's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from harness.board import Cell, ContestBoard, Row
from harness.medals import lines_of
from harness.metrics import columns
from harness.types import AttemptStatus, Problem
from reports import draw
from reports.atlas import Atlas
from reports.leaderboard import (
    Human,
    Name,
    chance_of,
    human,
    interval_of,
    medal_of,
    name_of,
    rank_of,
    under,
)
from reports.notices import by_points
from reports.provisional import word_for
from reports.standing import Standing
from reports.words import NONE, many, number, points, state

WIDE = 40
"""Problems that stand side by side; more of them stand one under another."""

ICPC = "icpc"
"""The rules under which a cell says tries and not points."""


@dataclass(frozen=True, slots=True)
class Box:
    """One contestant at one problem, as its cell shows it."""

    page: str
    """Empty when there is nothing to look at."""
    main: str
    small: tuple[str, ...]
    state: str
    bar: tuple[draw.Shape, ...]
    sentence: str
    short: str
    """Solved of judged attempts, or the points of a single one, where there is little room."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the scoreboard."""

    rank: str
    name: Name
    boxes: tuple[Box, ...]
    mean: str
    interval: str
    """95 % of it; empty where it is not known."""
    medal: str
    chance: str
    """How probable the medal is; empty when it is not said."""
    best: str
    penalty: str
    """Of an ICPC, in virtual minutes; empty elsewhere."""
    numbers: tuple[str, ...]
    """Those of the grid's columns of numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """A problem, with its summary over the ranked rows."""

    id: str
    title: str
    page: str
    most: str
    mean: str
    solved: str
    """``2 of 5``: contestants with full points in at least one attempt."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A contest's scoreboard."""

    columns: tuple[Column, ...]
    lines: tuple[Line | Human, ...]
    ceilings: tuple[Line, ...]
    numbers: tuple[str, ...]
    """Heads of the numbers that papers print: avg@k and its like, in percent."""
    several: bool
    medals: bool
    subtasks: bool
    tries: bool
    """Whether cells are those of an ICPC: solved or not, and with how many tries."""

    @property
    def tall(self) -> bool:
        """Whether problems are rows and contestants columns."""
        return len(self.columns) > WIDE

    @property
    def rows(self) -> tuple[Line, ...]:
        """Contestants and ceilings, without the lines of people."""
        return (*(line for line in self.lines if isinstance(line, Line)), *self.ceilings)

    @property
    def after(self) -> int:
        """Return how many columns come after the problems and the points."""
        return self.tries + self.medals + self.several + len(self.numbers)


def grid(board: ContestBoard, atlas: Atlas, found: Sequence[Standing]) -> Grid:
    """Return the scoreboard of a contest."""
    lines: list[Line | Human] = []
    ceilings: list[Line] = []
    numbers = columns(board)
    tries = board.contest.rules == ICPC
    told = {id(row): tuple(c.cells[n] or NONE for c in numbers) for n, row in enumerate(board.rows)}
    medals = board.complete and bool(lines_of(board.contest))
    humans = by_points(board.contest.cutoffs) if medals else []
    for standing in found:
        row = standing.row
        while humans and row.ranked and under(row.mean_total, humans[0]):
            lines.append(human(humans.pop(0)))
        line = Line(
            rank=rank_of(standing),
            name=name_of(row, board, atlas),
            boxes=tuple(_box(cell, row, board, atlas) for cell in row.cells),
            mean=points(row.mean_total),
            interval=interval_of(row),
            medal=medal_of(standing, board),
            chance=chance_of(standing),
            best=points(row.best_total),
            penalty=points(row.mean_penalty) if tries and row.mean_total is not None else NONE,
            numbers=told[id(row)],
        )
        if row.ranked:
            lines.append(line)
        else:
            ceilings.append(line)
    lines += [human(line) for line in humans]
    return Grid(
        columns=tuple(_column(n, p, board, atlas) for n, p in enumerate(board.contest.problems)),
        lines=tuple(lines),
        ceilings=tuple(ceilings),
        numbers=tuple(column.head for column in numbers),
        several=board.several,
        medals=medals,
        tries=tries,
        subtasks=not tries and any(getattr(p.body, "subtasks", ()) for p in board.contest.problems),
    )


def _column(at: int, problem: Problem, board: ContestBoard, atlas: Atlas) -> Column:
    cells = [row.cells[at] for row in board.rows if row.ranked and row.cells[at].done]
    means = [cell.mean_points for cell in cells if cell.mean_points is not None]
    full = sum(
        1 for c in cells if c.best_points is not None and c.best_points >= problem.max_points
    )
    return Column(
        id=problem.id,
        title=problem.title or problem.id,
        page=atlas.problem(board, problem),
        most=number(problem.max_points),
        mean=points(sum(means) / len(means) if means else None),
        solved=f"{full} of {len(cells)}" if cells else NONE,
    )


def _box(cell: Cell, row: Row, board: ContestBoard, atlas: Atlas) -> Box:
    slots = draw.subtask_slots(cell)
    main, small = _tries(cell) if board.contest.rules == ICPC else _texts(cell)
    record = next(run.record for run in board.runs if run.record.id == row.run)
    word = word_for(record, cell)
    small = (*small, word) if word else small
    return Box(
        page=atlas.cell(board, row, cell.problem) if cell.tries else "",
        main=main,
        small=small,
        state=state(cell.mean_points, cell.problem.max_points),
        bar=draw.shapes(slots) if cell.done else (),
        sentence=sentence(cell, row),
        short=_short(cell, main),
    )


def _short(cell: Cell, main: str) -> str:
    if len(cell.done) < 2:
        return main
    return f"{sum(map(cell.full, cell.done))}/{len(cell.done)}"


def _tries(cell: Cell) -> tuple[str, tuple[str, ...]]:
    """Return what a cell of an ICPC says: ``+`` for solved, with the tries before, ``-`` if not."""
    main, small = _texts(cell)
    if not cell.done:
        return main, small
    if len(cell.tries) == 1:
        (end,) = cell.done
        if cell.full(end):
            return f"+{end.submissions - 1 or ''}", ()
        return f"-{end.submissions}" if end.submissions else NONE, ()
    solved = [end.submissions for end in cell.done if cell.full(end)]
    with_ = f"median {number(median(solved))} submissions" if solved else small[1]
    return f"{len(solved)}/{len(cell.done)}", (with_, *small[2:])


def _texts(cell: Cell) -> tuple[str, tuple[str, ...]]:
    void, empty = cell.count(AttemptStatus.VOID), cell.count(AttemptStatus.EMPTY)
    others = [
        text
        for count, text in (
            (void, f"{void} void"),
            (empty, f"{empty} not generated"),
            (cell.unfinished, f"{cell.unfinished} unfinished"),
        )
        if count
    ]
    if not cell.done:
        if len(cell.tries) == 1:
            return others[0].partition(" ")[2], ()
        return NONE, tuple(others or ["not tried"])
    if len(cell.tries) == 1:
        return points(cell.mean_points), (many(cell.submissions, "submission"),)
    full = sum(1 for end in cell.done if (end.points or 0.0) >= cell.problem.max_points)
    small = [f"best {points(cell.best_points)} · {full}/{len(cell.done)}"]
    return points(cell.mean_points), (*small, many(cell.submissions, "submission"), *others)


def sentence(cell: Cell, row: Row) -> str:
    """Return what a cell says, in words, for those who do not see colours and bars."""
    return f"{cell.problem.title or cell.problem.id}, {row.contestant.title}: {said(cell)}"


def said(cell: Cell) -> str:
    """Return the result of a cell in words."""
    if not cell.tries:
        return "not tried"
    parts: list[str] = []
    if cell.done:
        most = number(cell.problem.max_points)
        parts.append(f"{points(cell.mean_points)} of {most} points")
        if len(cell.done) > 1:
            parts[0] += f" on average over {many(len(cell.done), 'attempt')}"
            parts.append(f"best {points(cell.best_points)}")
        parts.append(many(cell.submissions, "submission"))
        slots = draw.subtask_slots(cell)
        if len(slots) > 1:
            parts.append("subtask " + draw.in_words(slots))
    for count, word in (
        (cell.count(AttemptStatus.VOID), "void, in no number"),
        (cell.count(AttemptStatus.EMPTY), "not generated, in no number"),
        (cell.unfinished, "unfinished"),
    ):
        if count:
            parts.append(f"{many(count, 'attempt')} {word}")
    return "; ".join(parts)
