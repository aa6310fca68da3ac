"""The place among the human contestants: as exact as what is public of their ranking."""

from __future__ import annotations

from harness.types import Humans

HALF = 0.5e-6
"""Points that differ by less are equal: sums of decimals carry dust."""


def place(humans: Humans, points: float) -> tuple[int, int] | None:
    """Return the best and the worst place that a total can have; None when nothing is known.

    A place is one more than the contestants with more points, so equals share it. Of a ranking
    that is known in full the two are one.
    """
    if not humans.marks:
        return None
    above = [mark.contestants for mark in humans.marks if mark.points > points + HALF]
    reached = [mark.contestants for mark in humans.marks if mark.points <= points + HALF]
    best = 1 + max(above, default=0)
    if humans.complete:
        return best, best
    return best, 1 + min(reached, default=humans.contestants)
