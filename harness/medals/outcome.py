"""What a policy makes of one problem's pool: the distribution of its points.

Exact where subsets can be counted. When m random rollouts are handed in, all of them or the first
m of a random order, every subtask's best is at most a vector v with probability
``C(n(v), m) / C(n, m)``, where n(v) rollouts are nowhere above v; differences over the vectors
that bests can form give each one's probability. Whole numbers until the last division.

Otherwise (an order that looks at the rollouts and a limit that cuts it, or too many vectors) the
policy is played on seeded draws.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from math import comb

import msgspec

from harness.medals.policy import Order, Policy
from harness.medals.pool import ProblemPool, Rollout
from harness.medals.totals import hundredths

VECTORS = 600
"""Vectors of bests that are counted out; more of them are drawn."""

DRAWS = 4_000

Vector = tuple[int, ...]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One problem under a policy."""

    points: dict[int, float]
    """Probability of each number of hundredths."""
    rollouts: int
    """How many independent rollouts it was made from."""
    draws: int = 0
    """Seeded draws; 0 when it is exact."""
    submissions: float
    """Expected submissions."""


def outcome(pool: ProblemPool, policy: Policy, seed: int) -> Outcome:
    """Return what a policy makes of a pool that has at least one rollout."""
    size = len(pool.rollouts)
    drawn = min(policy.samples, size)
    together = _together(pool, policy, drawn)
    if together is not None:
        vectors = Counter(_vector(rollout.points) for rollout in pool.rollouts)
        bests = best_of(vectors, together)
        if bests is not None:
            points: Counter[int] = Counter()
            for best, ways in bests.items():
                points[sum(best)] += ways
            every = comb(size, together)
            each = sum(rollout.submissions for rollout in pool.rollouts) / size
            return Outcome(
                points={value: ways / every for value, ways in points.items()},
                rollouts=size,
                submissions=together * each,
            )
    return _played(pool, policy, drawn, seed)


def _together(pool: ProblemPool, policy: Policy, drawn: int) -> int | None:
    """Return how many random rollouts are handed in, when that is all there is to it."""
    most = max(rollout.submissions for rollout in pool.rollouts)
    if policy.limit is None or drawn * most <= policy.limit:
        return drawn
    if policy.order is Order.DRAWN and {r.submissions for r in pool.rollouts} == {1}:
        return min(drawn, policy.limit) or None
    return None


def best_of(vectors: Mapping[Vector, int], m: int) -> dict[Vector, int] | None:
    """Count the m-subsets of rollouts by the vector of their bests; None when there are too many.

    ``vectors`` holds how many rollouts have each vector.
    """
    closed = _closed(vectors) if m > 1 else sorted(vectors, key=sum)
    if closed is None:
        return None
    ways: dict[Vector, int] = {}
    for top in closed:  # smaller sums first, so whatever is below a vector stands before it
        below = sum(count for vector, count in vectors.items() if _within(vector, top))
        ways[top] = comb(below, m) - sum(
            count for vector, count in ways.items() if _within(vector, top)
        )
    return {vector: count for vector, count in ways.items() if count}


def _closed(vectors: Iterable[Vector]) -> list[Vector] | None:
    """Return every vector of bests that some of the vectors form."""
    found: set[Vector] = set()
    for vector in vectors:
        found |= {tuple(map(max, vector, other)) for other in found} | {vector}
        if len(found) > VECTORS:
            return None
    return sorted(found, key=sum)


def _within(vector: Vector, top: Vector) -> bool:
    return all(low <= high for low, high in zip(vector, top, strict=True))


def _played(pool: ProblemPool, policy: Policy, drawn: int, seed: int) -> Outcome:
    draw = random.Random(f"{seed}:{pool.problem}:{policy.samples}:{policy.limit}:{policy.order}")
    seen: Counter[int] = Counter()
    used = 0
    for _ in range(DRAWS):
        chosen = policy.handed_in(draw.sample(pool.rollouts, drawn))
        used += sum(rollout.submissions for rollout in chosen)
        seen[_best(chosen)] += 1
    return Outcome(
        points={value: count / DRAWS for value, count in seen.items()},
        rollouts=len(pool.rollouts),
        draws=DRAWS,
        submissions=used / DRAWS,
    )


def _best(rollouts: Iterable[Rollout]) -> int:
    bests = zip(*(_vector(rollout.points) for rollout in rollouts), strict=True)
    return sum(max(points) for points in bests)


def _vector(points: Iterable[float]) -> Vector:
    return tuple(hundredths(value) for value in points)
