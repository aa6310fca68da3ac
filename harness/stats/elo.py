"""A rating by Codeforces' rounds, as Nemotron-Cascade 1 counts it, without a time scale.

Source: arXiv 2512.13607, appendix E. At every problem of a round a contestant has ``n``
independent samples, ``k`` of them right:

- It solves the problem when ``k`` is not 0. Before the first right one it hands in
  ``(n - k) / (k + 1)`` wrong ones, the expectation in random order. Each takes 50 points off, or
  adds 10 minutes where a round goes by solved problems and penalty, as the ICPC does.
- Its rank ``m`` is its place among the humans of the round.
- Its rating ``R`` solves ``m = sum(1 / (1 + 10 ** ((R - r) / 400)))`` over the humans' ratings.
- The mean over rounds is reported.

What the source leaves open is decided here: no time passes, so that a solved problem has all its
points and no minutes; a solved problem keeps 30 % of its points, as it does at Codeforces; equals
do not push each other down; and who is last or last but one, for whom the equation has no
solution, gets that of half a place before the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from statistics import fmean
from typing import Literal

import msgspec

from harness.stats.passing import expected_rejections

POINTS_OFF = 50.0
MINUTES_ON = 10.0
KEPT_SHARE = 0.3
SCALE = 400.0

Style = Literal["points", "icpc"]


class Samples(msgspec.Struct, frozen=True, kw_only=True):
    """What a contestant did at one problem of a round."""

    points: float
    """Of the problem; 1 where a round goes by solved problems."""
    samples: int
    right: int


class Standing(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """A result of a round; the greater one is the better."""

    points: float
    """Solved problems, where a round goes by these."""
    saved: float = 0.0
    """Minutes of penalty, negative."""


class Human(msgspec.Struct, frozen=True, kw_only=True):
    """One contestant of a round."""

    rating: float
    """Before the round."""
    points: float
    penalty: float = 0.0
    """Minutes, where the round goes by solved problems."""

    @property
    def standing(self) -> Standing:
        """The result."""
        return Standing(points=self.points, saved=-self.penalty)


def standing(style: Style, problems: Sequence[Samples]) -> Standing:
    """Return the result that samples come to; raises ValueError where more are right than are."""
    solved = [(one, expected_rejections(one.samples, one.right)) for one in problems if one.right]
    if style == "icpc":
        return Standing(
            points=float(len(solved)), saved=-MINUTES_ON * fsum(wrong for _, wrong in solved)
        )
    return Standing(
        points=fsum(
            max(KEPT_SHARE * one.points, one.points - POINTS_OFF * wrong) for one, wrong in solved
        )
    )


def place(result: Standing, humans: Sequence[Human]) -> int:
    """Return the place among the humans, from 1; equals share one."""
    return 1 + sum(human.standing > result for human in humans)


def expected_place(rating: float, ratings: Sequence[float]) -> float:
    """Return how many of the humans a contestant of a rating is expected to be behind."""
    return fsum(1.0 / (1.0 + 10.0 ** ((rating - other) / SCALE)) for other in ratings)


def rating_of(rank: int, ratings: Sequence[float]) -> float:
    """Return the rating whose expected place is the rank.

    Raises ValueError without humans, and for a rank that is not 1 to their number and one.
    """
    if not ratings or not 1 <= rank <= len(ratings) + 1:
        raise ValueError(f"no rank {rank} among {len(ratings)} humans")
    wanted = rank if rank < len(ratings) else len(ratings) - 0.5
    # The sum falls from n to 0; at these ends each summand is beyond 1/n or 1 - 1/(4n).
    reach = SCALE * 16
    low, high = min(ratings) - reach, max(ratings) + reach
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if expected_place(middle, ratings) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def mean_rating(ratings: Sequence[float]) -> float:
    """Return the mean over rounds; raises ValueError without any."""
    if not ratings:
        raise ValueError("no rating without a round")
    return fmean(ratings)
