"""What sets of programming problems by difficulty share: their order, and what is said of gaps."""

from __future__ import annotations

from harness.types import LeftOut

EASIEST_FIRST = ("easy", "medium", "hard")


def left_out(name: str, title: str, reason: str) -> LeftOut:
    """Return a problem, worth one point as all of such a set are, that cannot be judged."""
    return LeftOut(id=name, title=title, max_points=1.0, reason=reason)


def lacking(task: str, count: int, known: int | None) -> str:
    """Return what must be said where a task has another number of problems than is known of it."""
    if known is None or count in (0, known):
        return ""
    return f"{count} problems of {task} are in the data store; it is known to have {known}"
