"""The gate tried on a run against itself: how often it would have cried wolf on this task.

A run's attempts at each problem are dealt into two halves at random, again and again. Both halves
are of one contestant, so every REGRESSION is a false one. What it tells is of half as many
attempts as the run has.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from harness.regression.rule import Policy, Rule
from harness.stats import clopper_pearson
from harness.stats.paired import Moments, Pair, chance, interval, moments

SPLITS = 1_000


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was found in all splits, with a 95 % interval for their number."""

    count: int
    share: float
    low: float
    high: float


class Rehearsal(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate says of a run against itself."""

    splits: int
    attempts: tuple[int, int]
    """Fewest and most attempts of a half at a problem."""
    problems: int
    left_out: int
    """Problems with fewer than two judged attempts, which cannot be split."""
    regression: Rate
    passed: Rate
    inconclusive: Rate
    difference: Rate
    """How often the interval of ``harness compare`` excludes 0; at most alpha is right."""


def rehearse(
    scores: Sequence[tuple[str, float, tuple[float, ...]]],
    rule: Rule,
    policy: Policy,
    *,
    splits: int = SPLITS,
    seed: int = 0,
) -> Rehearsal:
    """Split a run's scores (problem, points, attempts) so often; the same seed gives the same.

    Raises ValueError where no problem has two attempts.
    """
    held = [one for one in scores if len(one[2]) > 1]
    if not held:
        raise ValueError("no problem has two judged attempts")
    random = np.random.default_rng(seed)
    counts = {"regression": 0, "passed": 0, "inconclusive": 0, "difference": 0}
    for _ in range(splits):
        halves = [_halves(*one, random) for one in held]
        seen = moments(halves)
        counts[_called(seen, halves, rule, policy)] += 1
        low, high = interval(seen, policy.unit, policy.alpha / 2)
        counts["difference"] += low > 0 or high < 0
    sizes = [len(one[2]) // 2 for one in held]
    return Rehearsal(
        splits=splits,
        attempts=(min(sizes), max(sizes)),
        problems=len(held),
        left_out=len(scores) - len(held),
        **{name: _rate(count, splits) for name, count in counts.items()},
    )


def _called(seen: Moments, halves: Sequence[Pair], rule: Rule, policy: Policy) -> str:
    """Return what the gate would call it; the permutation test is made only where it matters."""
    low, high = interval(seen, policy.unit, policy.alpha)
    if high < -rule.max_drop:
        alike = chance(halves, policy.unit).worse <= policy.alpha
        return "regression" if alike else "inconclusive"
    return "passed" if low > -rule.max_drop else "inconclusive"


def _halves(
    problem: str, points: float, attempts: tuple[float, ...], random: np.random.Generator
) -> Pair:
    dealt = random.permutation(attempts).tolist()
    half = len(dealt) // 2
    return Pair(
        problem=problem,
        base=tuple(dealt[:half]),
        new=tuple(dealt[half : 2 * half]),
        weight=points,
    )


def _rate(count: int, splits: int) -> Rate:
    low, high = clopper_pearson(count, splits)
    return Rate(count=count, share=count / splits, low=low, high=high)
