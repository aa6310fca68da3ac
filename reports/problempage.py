"""One problem: what it asks, how every contestant did at it, and where it went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import fmean

from harness.board import Cell, ContestBoard, Row
from harness.types import AnswerBody, CodeBody, Problem, ProofBody, Verdict
from reports import draw
from reports.atlas import Atlas
from reports.charts.figure import Figure
from reports.charts.mix import NOTHING, mix
from reports.leaderboard import Name, name_of
from reports.scoreboard import said
from reports.words import (
    NONE,
    listed,
    many,
    memory,
    number,
    points,
    seconds,
    state,
    state_of_subtask,
)

FAILING = 12
"""Tests that are named among those that decided most often."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contestant at the problem."""

    name: Name
    page: str
    """Empty where there is nothing to look at."""
    state: str
    mean: str
    best: str
    full: str
    submissions: str
    tokens: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Part:
    """One subtask, with what the ranked contestants reached of it on average."""

    name: str
    most: str
    tests: str
    mean: str
    state: str
    full: str
    """``2 of 5``: contestants that reached all of it in at least one attempt."""


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """Everything on the page but the statement."""

    facts: tuple[str, ...]
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    verdicts: Figure | None
    failing: tuple[tuple[str, int], ...]
    """Tests that decided a subtask which was not full, with how often."""


def problem_page(board: ContestBoard, atlas: Atlas, at: int, names: dict[int, str]) -> ProblemPage:
    """Return what there is to say of a board's problem; ``at`` is its place among the columns."""
    problem = board.contest.problems[at]
    cells = [row.cells[at] for row in board.rows if row.ranked]
    order = sorted(board.rows, key=lambda row: _order(row, at))
    return ProblemPage(
        facts=tuple(_facts(problem)),
        lines=tuple(_line(row, row.cells[at], board, atlas) for row in order),
        parts=tuple(_parts(problem, cells)),
        verdicts=mix(
            [
                (names[id(row)], Counter(_verdict(end.verdict) for end in row.cells[at].done))
                for row in order
                if row.ranked
            ]
        ),
        failing=tuple(_failing(cells)),
    )


def _order(row: Row, at: int) -> tuple[bool, float]:
    mean = row.cells[at].mean_points
    return not row.ranked, -(mean if mean is not None else -1.0)


def _verdict(verdict: Verdict | None) -> str:
    return verdict.value if verdict else NOTHING


def _facts(problem: Problem) -> Iterator[str]:
    yield f"{number(problem.max_points)} points"
    body = problem.body
    if isinstance(body, CodeBody):
        yield f"time limit {seconds(body.time_limit_s)}"
        yield f"memory limit {memory(body.memory_limit_bytes)}"
        yield many(len(body.tests), "test")
        yield f"may be written in {listed(body.languages, 'or')}"
    if isinstance(body, AnswerBody):
        yield f"a final answer, compared as {body.equivalence.value}"
    if isinstance(body, ProofBody):
        yield "a proof"


def _line(row: Row, cell: Cell, board: ContestBoard, atlas: Atlas) -> Line:
    done = cell.done
    tokens = [end.tokens_out for end in done if end.tokens_out]
    return Line(
        name=name_of(row, board, atlas),
        page=atlas.cell(board, row, cell.problem) if cell.tries else "",
        state=state(cell.mean_points, cell.problem.max_points),
        mean=points(cell.mean_points),
        best=points(cell.best_points),
        full=f"{sum(map(cell.full, done))} of {len(done)}" if done else NONE,
        submissions=f"{cell.submissions:,}" if done else NONE,
        tokens=f"{fmean(tokens):,.0f}" if tokens else NONE,
        sentence=said(cell),
    )


def _parts(problem: Problem, cells: list[Cell]) -> Iterator[Part]:
    body = problem.body
    if not isinstance(body, CodeBody) or not body.subtasks:
        return
    held = [draw.subtask_slots(cell) for cell in cells if cell.done]
    for n, subtask in enumerate(body.subtasks):
        reached = [slots[n].reached or 0.0 for slots in held]
        whole = [
            any(
                score.name == subtask.name and state_of_subtask(score) == "full"
                for end in cell.done
                for score in end.subtasks
            )
            for cell in cells
            if cell.done
        ]
        mean = fmean(reached) if reached else None
        yield Part(
            name=subtask.name,
            most=number(subtask.points),
            tests=many(len(subtask.tests), "test"),
            mean=points(mean),
            # The samples of a contest have no points: a mean of none says nothing.
            state=state(mean, subtask.points) if subtask.points else "none",
            full=f"{sum(whole)} of {len(whole)}" if whole else NONE,
        )


def _failing(cells: list[Cell]) -> list[tuple[str, int]]:
    counted = Counter(
        score.deciding_test
        for cell in cells
        for end in cell.done
        for score in end.subtasks
        if score.deciding_test and score.points < score.max_points
    )
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:FAILING]
