"""Bars: a slot per subtask or per problem, its width its points, its height its share.

Only numbers leave this module; a template draws them as rectangles. The share is told
by height as well as by colour: a slot is full, filled in part, a low line at zero, or an
empty frame where nothing was judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from harness.board import Cell, Row
from harness.types import AttemptEnd, CodeBody
from reports.words import NONE, number, state

WIDTH = 120.0
HEIGHT = 10.0
GAP = 1.5
LOW = 2.0
"""Height of a slot at zero."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of a whole, with what was reached of it."""

    name: str
    most: float
    reached: float | None

    @property
    def state(self) -> str:
        """Full, partial, zero or none."""
        return state(self.reached, self.most)

    @property
    def words(self) -> str:
        """Return ``3 of 4``."""
        reached = "nothing judged, of" if self.reached is None else f"{number(self.reached)} of"
        return f"{reached} {number(self.most)}"


@dataclass(frozen=True, slots=True)
class Shape:
    """One rectangle; texts, as they stand in the attributes."""

    x: str
    y: str
    width: str
    height: str
    kind: str


def shapes(slots: Sequence[Slot]) -> tuple[Shape, ...]:
    """Return the rectangles of a bar."""
    whole = sum(slot.most for slot in slots)
    room = WIDTH - GAP * (len(slots) - 1)
    drawn: list[Shape] = []
    at = 0.0
    for slot in slots:
        width = max(room * (slot.most / whole if whole else 1 / len(slots)), 0.5)
        if slot.state == "none":
            drawn.append(_shape(at + 0.5, 0.5, max(width - 1, 0.5), HEIGHT - 1, "none"))
        elif slot.state == "zero":
            drawn.append(_shape(at, HEIGHT - LOW, width, LOW, "zero"))
        else:
            share = 1.0 if slot.state == "full" else (slot.reached or 0.0) / slot.most
            tall = max(HEIGHT * share, LOW)
            if slot.state == "partial":
                drawn.append(_shape(at, 0, width, HEIGHT, "rest"))
            drawn.append(_shape(at, HEIGHT - tall, width, tall, slot.state))
        at += width + GAP
    return tuple(drawn)


def _shape(x: float, y: float, width: float, height: float, kind: str) -> Shape:
    return Shape(number(x), number(y), number(width), number(height), kind)


def subtask_slots(cell: Cell) -> tuple[Slot, ...]:
    """Return the mean of each subtask over the attempts that count, as the cell's number is."""
    body = cell.problem.body
    if not isinstance(body, CodeBody) or not body.subtasks:
        return (Slot(cell.problem.title, cell.problem.max_points, cell.mean_points),)
    return tuple(
        Slot(
            subtask.name,
            subtask.points,
            fmean(_points(end, subtask.name) for end in cell.done) if cell.done else None,
        )
        for subtask in body.subtasks
    )


def _points(end: AttemptEnd, subtask: str) -> float:
    return next((score.points for score in end.subtasks if score.name == subtask), 0.0)


def problem_slots(row: Row) -> tuple[Slot, ...]:
    """Return the mean of each problem."""
    return tuple(
        Slot(cell.problem.title, cell.problem.max_points, cell.mean_points) for cell in row.cells
    )


def in_words(slots: Sequence[Slot]) -> str:
    """Return a bar as text, for those who do not see it."""
    return "; ".join(f"{slot.name}: {slot.words}" for slot in slots) or NONE
