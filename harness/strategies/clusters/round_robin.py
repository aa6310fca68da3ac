"""Whose turn it is to be handed in: subtasks by turns, the hardest first; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TypeVar

from harness.types import Feedback, Verdict

T = TypeVar("T")

NEARLY = 1e-9
"""Points are sums of decimals."""


def turns(queues: Mapping[str, Sequence[T]], solved: Set[str]) -> Iterator[tuple[str, T]]:
    """Yield what is handed in for which subtask, until every subtask is solved or used up.

    ``queues`` are in the problem's order, so the last subtask, taken to be the hardest, comes
    first in every round. ``solved`` holds **names** and is looked at anew before every turn: a
    public simulator (``selection_simulator.py`` of huggingface/ioi) keeps names there and adds
    numbers, and so never skips anything.
    """
    waiting = {name: iter(queues[name]) for name in reversed(tuple(queues))}
    while waiting:
        for name in tuple(waiting):
            if name in solved:
                del waiting[name]
                continue
            for item in waiting[name]:
                yield name, item
                break
            else:
                del waiting[name]


def solved_by(feedback: Feedback, names: Set[str], max_points: float) -> frozenset[str]:
    """Return the subtasks, of these names, that a submission solved as far as one was told.

    A submission for one subtask may solve others. One that is accepted, or has all points of
    the problem, solves all.
    """
    full = feedback.points is not None and feedback.points >= max_points - NEARLY
    if full or feedback.verdict == Verdict.AC.value:
        return frozenset(names)
    return frozenset(
        subtask.name
        for subtask in feedback.subtasks
        if subtask.name in names and subtask.points >= subtask.max_points - NEARLY
    )
