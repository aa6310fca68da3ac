"""What a policy makes of one problem's pool: the distribution of its points.

Exact where subsets can be counted. When m random rollouts are handed in, all of them or the first
m of a random order, every subtask's best is at most a vector v with probability
``C(n(v), m) / C(n, m)``, where n(v) rollouts are nowhere above v; differences over the vectors
that bests can form give each one's probability. Whole numbers until the last division.

Otherwise (an order that looks at the rollouts and a limit that cuts it, or too many vectors) the
policy is played on seeded draws.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from math import comb

import msgspec
import numpy as np
from numpy.typing import NDArray

from harness.medals.policy import Order, Policy
from harness.medals.pool import ProblemPool
from harness.medals.totals import hundredths

VECTORS = 600
"""Vectors of bests that are counted out; more of them are drawn."""

DRAWS = 4_000

AT_ONCE = 1_000_000
"""Random numbers held at once."""

Vector = tuple[int, ...]
Whole = NDArray[np.int64]


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


class Player:
    """Plays policies on one pool, which has at least one rollout."""

    def __init__(self, pool: ProblemPool) -> None:
        self._name = pool.problem
        self._points = np.array(
            [[hundredths(value) for value in rollout.points] for rollout in pool.rollouts],
            dtype=np.int64,
        )
        self._submissions = np.array([r.submissions for r in pool.rollouts], dtype=np.int64)
        tokens = np.array([rollout.tokens for rollout in pool.rollouts], dtype=np.int64)
        self._longest = np.argsort(-tokens, kind="stable")
        self._rank = np.argsort(self._longest)

    def play(self, policy: Policy, seed: int) -> Outcome:
        """Return what the policy makes of the pool."""
        drawn = min(policy.samples, len(self._points))
        together = self._together(policy, drawn)
        if together is not None and (together == 1 or self._bests is not None):
            return self._counted(together)
        return self._played(policy, drawn, seed)

    def _together(self, policy: Policy, drawn: int) -> int | None:
        """Return how many random rollouts are handed in, when that is all there is to it."""
        if policy.limit is None or drawn * int(self._submissions.max()) <= policy.limit:
            return drawn
        if policy.order is Order.DRAWN and (self._submissions == 1).all():
            return min(drawn, policy.limit) or None
        return None

    def _counted(self, m: int) -> Outcome:
        size = len(self._points)
        points: Counter[int] = Counter()
        if m == 1 or self._bests is None:
            points.update(self._points.sum(axis=1).tolist())
        else:
            for value, ways in self._bests.ways(m):
                points[value] += ways
        every = comb(size, m)
        return Outcome(
            points={value: ways / every for value, ways in points.items() if ways},
            rollouts=size,
            submissions=m * float(self._submissions.mean()),
        )

    @cached_property
    def _bests(self) -> Bests | None:
        vectors = Counter(map(tuple, self._points.tolist()))
        closed = closure(vectors)
        return None if closed is None else Bests(vectors, closed)

    def _played(self, policy: Policy, drawn: int, seed: int) -> Outcome:
        what = f"{seed}:{self._name}:{policy.samples}:{policy.limit}:{policy.order}"
        random = np.random.default_rng(list(hashlib.sha256(what.encode()).digest()))
        seen: Counter[int] = Counter()
        used = 0
        for chosen in _subsets(random, len(self._points), drawn):
            rollouts = chosen
            if policy.order is Order.LONGEST:
                rollouts = self._longest[np.sort(self._rank[chosen], axis=1)]
            taken = self._submissions[rollouts]
            room = np.cumsum(taken, axis=1)
            fits = np.ones_like(taken, dtype=bool) if policy.limit is None else room <= policy.limit
            # What does not fit is worth nothing, and so is nothing at all.
            bests = np.where(fits[:, :, None], self._points[rollouts], 0).max(axis=1)
            seen.update(bests.sum(axis=1).tolist())
            used += int(np.where(fits, taken, 0).sum())
        return Outcome(
            points={value: count / DRAWS for value, count in seen.items()},
            rollouts=len(self._points),
            draws=DRAWS,
            submissions=used / DRAWS,
        )


def _subsets(random: np.random.Generator, size: int, drawn: int) -> Iterator[Whole]:
    """Yield rows of rollouts drawn without return, in random order: so many rows in all."""
    left = DRAWS
    while left:
        rows = min(left, max(1, AT_ONCE // size))
        left -= rows
        yield np.argsort(random.random((rows, size)), axis=1)[:, :drawn]


class Bests:
    """The vectors of bests that subsets of a pool can have."""

    def __init__(self, vectors: Mapping[Vector, int], closed: list[Vector]) -> None:
        tops = np.array(closed, dtype=np.int64)
        held = np.array(list(vectors), dtype=np.int64)
        counts = np.array(list(vectors.values()), dtype=np.int64)
        within = (held[None, :, :] <= tops[:, None, :]).all(axis=2)
        self._below = (within @ counts).tolist()
        self._sums = tops.sum(axis=1).tolist()
        self._inside = [
            np.flatnonzero((tops[:n] <= top).all(axis=1)).tolist() for n, top in enumerate(tops)
        ]

    def ways(self, m: int) -> Iterator[tuple[int, int]]:
        """Yield the sum of each vector of bests, and how many m-subsets have that vector."""
        counted: list[int] = []
        # Smaller sums stand first, so whatever is within a vector is counted before it.
        for below, inside in zip(self._below, self._inside, strict=True):
            counted.append(comb(below, m) - sum(counted[n] for n in inside))
        return zip(self._sums, counted, strict=True)


def closure(vectors: Iterable[Vector]) -> list[Vector] | None:
    """Return every vector of bests that some of the vectors form; None when there are too many."""
    found: set[Vector] = set()
    for vector in vectors:
        found |= {tuple(map(max, vector, other)) for other in found} | {vector}
        if len(found) > VECTORS:
            return None
    return sorted(found, key=sum)
