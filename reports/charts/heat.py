"""Contestants by subtasks: a table whose tint is the share of the points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.draw import Slot
from reports.words import NONE, number

MOST = 80
"""Subtasks of a contest that can still be read beside each other."""


@dataclass(frozen=True, slots=True)
class Heat:
    """One cell."""

    text: str
    state: str
    """Full, partial, zero or none."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The whole table."""

    problems: tuple[tuple[str, int], ...]
    """Name, and how many subtasks."""
    heads: tuple[str, ...]
    """What each subtask is worth."""
    lines: tuple[tuple[str, tuple[Heat, ...]], ...]


def heat_map(
    problems: Sequence[tuple[str, Sequence[Slot]]],
    held: Sequence[tuple[str, Sequence[Sequence[Slot]]]],
) -> HeatMap | None:
    """Return the table of mean points; None where there are no subtasks, or too many to be read."""
    widths = [len(slots) for _, slots in problems]
    if not held or max(widths, default=0) < 2 or sum(widths) > MOST:
        return None
    return HeatMap(
        problems=tuple((name, len(slots)) for name, slots in problems),
        heads=tuple(number(slot.most) for _, slots in problems for slot in slots),
        lines=tuple(
            (name, tuple(_heat(slot) for slots in cells for slot in slots)) for name, cells in held
        ),
    )


def _heat(slot: Slot) -> Heat:
    return Heat(NONE if slot.reached is None else number(slot.reached), slot.state)
