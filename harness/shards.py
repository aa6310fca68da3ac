"""A plan in parts: which attempts one of several runs does, on a machine of its own.

The unit is the attempt. Whatever shares a budget or a state (the turns of a strategy, the 50
submissions of a contest, the penalty of an ICPC) is within one; seeds are hashed from what an
attempt is called; and what is said of several (avg@k, best of, ranks) is said of the merged run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from harness.errors import UsageError
from harness.types import Shard

T = TypeVar("T")


class Part(msgspec.Struct, frozen=True):
    """One of several shares, the first of which is 1."""

    number: int
    of: int


def shard_of(ids: Sequence[str], part: Part) -> Shard:
    """Return a share of a plan, given by the ids of its attempts.

    Raises :class:`~harness.errors.UsageError` where some share would be empty: jobs that wait in
    a queue to do nothing are a mistake.
    """
    if part.of > len(ids):
        raise UsageError(
            f"--shard {part.number}/{part.of}: the plan has only {len(ids)} attempts",
            hint=f"use at most {len(ids)} shards",
        )
    return Shard(
        number=part.number,
        of=part.of,
        whole=len(ids),
        plan=hashlib.sha256("".join(f"{name}\n" for name in ids).encode()).hexdigest(),
    )


def share(plan: Sequence[T], shard: Shard | None) -> tuple[T, ...]:
    """Return what a shard does of a plan: every n-th attempt.

    So each has its part of every problem, and they take about as long.
    """
    if shard is None:
        return tuple(plan)
    return tuple(plan[shard.number - 1 :: shard.of])


def size(shard: Shard) -> int:
    """Return how many attempts a shard has."""
    return len(range(shard.number - 1, shard.whole, shard.of))
