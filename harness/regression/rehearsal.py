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
from harness.regression.trials import Trials
from harness.stats import clopper_pearson
from harness.stats.paired.samples import Floats

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
    """How often ``harness compare`` says that a difference is shown; at most alpha is right."""


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
    halves = [_halves(attempts, splits, random) for _, _, attempts in held]
    trials = Trials(
        [base for base, _ in halves],
        [new for _, new in halves],
        [points for _, points, _ in held],
    )
    unit, alpha, limit = policy.unit, policy.alpha, rule.max_drop
    regression = int(trials.regressions(unit, limit=limit, alpha=alpha).sum())
    passed = int(trials.passes(unit, limit=limit, alpha=alpha).sum())
    counts = {
        "regression": regression,
        "passed": passed,
        "inconclusive": splits - regression - passed,
        "difference": int(trials.differing(unit, alpha).sum()),
    }
    sizes = [len(one[2]) // 2 for one in held]
    return Rehearsal(
        splits=splits,
        attempts=(min(sizes), max(sizes)),
        problems=len(held),
        left_out=len(scores) - len(held),
        **{name: _rate(count, splits) for name, count in counts.items()},
    )


def _halves(
    attempts: tuple[float, ...], splits: int, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return both halves of every split; of an odd number of attempts one is left over."""
    dealt = random.permuted(np.tile(np.array(attempts, dtype=np.float64), (splits, 1)), axis=1)
    half = len(attempts) // 2
    return dealt[:, :half], dealt[:, half : 2 * half]


def _rate(count: int, splits: int) -> Rate:
    low, high = clopper_pearson(count, splits)
    return Rate(count=count, share=count / splits, low=low, high=high)
