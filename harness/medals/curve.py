"""Budget curves: points and medals against rollouts, tokens and submissions, from one pool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from harness.medals.chance import Chance, Pools, chances
from harness.medals.lines import lines_of
from harness.medals.policy import Order, Policy
from harness.medals.pool import ProblemPool
from harness.medals.prospect import Table, expected
from harness.types import Contest


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """What a budget brings."""

    samples: int
    """Rollouts a problem."""
    limit: int | None
    """Submissions a problem that are allowed."""
    tokens: float
    """Expected tokens generated, over all problems."""
    submissions: float
    """Expected submissions, over all problems."""
    score: float
    """Expected points."""
    chances: tuple[Chance, ...]
    """Not widened for the size of the pool: its points are of one pool, and rise together."""


def budget_curve(
    contest: Contest,
    pools: Sequence[ProblemPool],
    *,
    limit: int | None,
    order: Order = Order.DRAWN,
    by: str = "samples",
    seed: int = 0,
) -> tuple[CurvePoint, ...]:
    """Return the curve of a pool: 1, 2, 4, … rollouts a problem, up to all that every problem has.

    ``by="submissions"`` takes all rollouts and lets 1, 2, 4, … of them be handed in, up to the
    limit. Empty when a problem has no judged rollout.
    """
    least = min((len(pool.rollouts) for pool in pools), default=0)
    if not least:
        return ()
    if by == "samples":
        budgets = [Policy(samples=n, limit=limit, order=order) for n in doubling(least)]
    else:
        most = least if limit is None else min(limit, least)
        budgets = [Policy(samples=least, limit=n, order=order) for n in doubling(most)]
    table = Table(pools)
    tokens = sum(sum(r.tokens for r in pool.rollouts) / len(pool.rollouts) for pool in pools)
    return tuple(_point(contest, table.play(one, seed), one, tokens) for one in budgets)


def doubling(most: int) -> Iterator[int]:
    """Yield 1, 2, 4, … and the last number itself."""
    number = 1
    while number < most:
        yield number
        number *= 2
    yield most


def _point(contest: Contest, played: Pools, policy: Policy, tokens: float) -> CurvePoint:
    assert played.seen is not None
    return CurvePoint(
        samples=policy.samples,
        limit=policy.limit,
        tokens=policy.samples * tokens,
        submissions=sum(one.submissions for one in played.seen),
        score=expected(played.seen),
        chances=chances(lines_of(contest), played, finite=False),
    )
