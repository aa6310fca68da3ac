"""The total that people would give, and its medals, where a judge with a known error marked.

One attempt at each problem: an attempt that was marked has the points that people give to such a
mark (:class:`JudgeError`), an attempt that was not marked has nothing or everything, as before.
Given the error, people's marks of different attempts are taken as independent. The error itself
is known from few proofs only, and is the same for all attempts: it is drawn anew as a whole, and
the spread that this brings widens each interval beside the spread of a small pool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import fsum

import msgspec
import numpy as np

from harness.medals.chance import Chance, Pools, chances, units
from harness.medals.judge_error import JudgeError
from harness.medals.lines import lines_of
from harness.medals.outcome import Outcome
from harness.medals.pool import ProblemPool
from harness.medals.totals import HUNDREDTHS, Sum, hundredths, mean
from harness.types import Contest

DRAWS = 400
"""Errors that are drawn to see how much hangs on the one that was measured."""

TAIL = 0.025


class ByPeople(msgspec.Struct, frozen=True, kw_only=True):
    """What people would find of what a judge marked."""

    expected: float | None
    """Expected total; None when a problem has no attempt with a mark."""
    low: float | None = None
    """95 % of the totals that people may give to one attempt at each problem, if the judge's error
    is as measured."""
    high: float | None = None
    error_low: float | None = None
    """95 % interval of the expected total, for the error being known from few proofs."""
    error_high: float | None = None
    chances: tuple[Chance, ...] = ()
    """The best medal first; each is for that medal or a better one."""


def by_people(
    contest: Contest, pools: Sequence[ProblemPool], error: JudgeError, *, seed: int = 0
) -> ByPeople:
    """Return what people would find; the same seed gives the same.

    Raises ValueError for a mark that is not on the judge's scale.
    """
    lines = lines_of(contest)
    three = as_people(pools, error)
    basis = three.seen if three.seen is not None else three.zero
    random = np.random.default_rng(seed)
    totals: list[float] = []
    reached: list[list[float]] = []
    for _ in range(DRAWS):
        drawn = as_people(pools, error.drawn(random))
        play = drawn.seen if drawn.seen is not None else drawn.zero
        totals.append(fsum(mean(one.points) for one in play))
        tail = Sum([one.points for one in play]).tail()
        reached.append([float(tail(units(line.possible))) for line in lines])
    spreads = np.array(reached).reshape(DRAWS, len(lines)).var(axis=0).tolist()
    found = ByPeople(
        expected=None,
        chances=chances(lines, three, finite=True, also=dict(zip(lines, spreads, strict=True))),
    )
    if three.seen is None:
        return found
    low, high = _middle(Sum([one.points for one in basis]), pools)
    ends = np.quantile(totals, [TAIL, 1 - TAIL]).tolist()
    return msgspec.structs.replace(
        found,
        expected=round(fsum(mean(one.points) for one in basis), 9),
        low=low,
        high=high,
        error_low=round(ends[0], 9),
        error_high=round(ends[1], 9),
    )


def as_people(pools: Sequence[ProblemPool], error: JudgeError) -> Pools:
    """Return one attempt at each problem as people would mark it, seen three ways."""
    most = [sum(pool.max_points) for pool in pools]
    whole = all(pool.rollouts for pool in pools)
    return Pools(
        seen=[_outcome(pool, error, None) for pool in pools] if whole else None,
        zero=[_outcome(pool, error, 0.0) for pool in pools],
        full=[_outcome(pool, error, full) for pool, full in zip(pools, most, strict=True)],
        most=most,
    )


def _outcome(pool: ProblemPool, error: JudgeError, unjudged: float | None) -> Outcome:
    """Return one attempt at a problem; attempts without a mark have ``unjudged`` points."""
    marks = Counter(sum(rollout.points) for rollout in pool.rollouts)
    missing = 0
    if unjudged is not None:
        missing = pool.unjudged or (0 if pool.rollouts else 1)
    size = marks.total() + missing
    points: dict[int, float] = {}
    for mark, attempts in marks.items():
        for value, chance in error.of(mark).items():
            points[value] = points.get(value, 0.0) + chance * attempts / size
    if missing and unjudged is not None:
        value = hundredths(unjudged)
        points[value] = points.get(value, 0.0) + missing / size
    submissions = fsum(rollout.submissions for rollout in pool.rollouts)
    return Outcome(
        points=points,
        rollouts=size,
        submissions=submissions / len(pool.rollouts) if pool.rollouts else 0.0,
    )


def _middle(total: Sum, pools: Sequence[ProblemPool]) -> tuple[float, float]:
    """Return the totals between which 95 % lie."""
    most = hundredths(sum(sum(pool.max_points) for pool in pools))
    reached = total.tail()(np.arange(most + 1, dtype=np.int64))
    low = int(np.flatnonzero(reached > 1 - TAIL)[-1])
    high = int(np.flatnonzero(reached >= TAIL)[-1])
    return low / HUNDREDTHS, high / HUNDREDTHS
