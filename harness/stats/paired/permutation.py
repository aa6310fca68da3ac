"""How probable so large a difference is if the two runs are alike: permutation tests.

- **This contest**: if both runs are alike, it does not matter which of a problem's attempts were
  whose. All ways to deal them out anew, within each problem, are equally probable (a stratified
  permutation test; Pesarin and Salmaso 2010). For one pass-or-fail attempt each it is the exact
  test of McNemar (1947).
- **Such problems**: if both runs are alike, each problem's difference is as probable with the other
  sign (Fisher's sign-flip test). For one pass-or-fail attempt each it is McNemar's exact test too.

Both are exact whatever the scores are distributed like. The distribution of the difference is
counted out by convolution; only where that would take too long is it drawn, with a seed, and one
is added to both counts, so that the test still keeps its level (Phipson and Smyth 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, prod

import msgspec
import numpy as np

from harness.stats.paired.samples import Floats, Pair, Unit, moments
from harness.stats.paired.sums import NEAR, Spread, drawn_sum, total

DRAWS = 20_000
MOST_DRAWN = 40_000_000
"""Scores that are dealt out in all draws together; fewer draws are made of more scores."""

PULLS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""How hard Chernoff's bound pulls, over what would be best of a normal distribution."""


class Chance(msgspec.Struct, frozen=True, kw_only=True):
    """Probabilities of a difference as large as was seen, if the runs are alike."""

    either: float
    """Of one as large in either direction."""
    worse: float
    """Of a difference no greater than the one that was seen."""
    better: float
    """Of a difference no smaller."""
    exact: bool
    """Counted out; False where it was drawn."""


def chance(pairs: Sequence[Pair], unit: Unit, *, seed: int = 0) -> Chance:
    """Return how probable the difference is; the same seed gives the same."""
    parts = _parts(pairs, unit)
    seen = moments(pairs).difference
    whole = total(parts) if parts is not None else None
    if whole is not None:
        return Chance(
            # Twice the smaller tail would be another test; this one is of the distance from 0.
            either=min(1.0, whole.at_most(-abs(seen)) + whole.at_least(abs(seen)))
            if abs(seen) > NEAR
            else 1.0,
            worse=min(1.0, whole.at_most(seen)),
            better=min(1.0, whole.at_least(seen)),
            exact=True,
        )
    drawn = _drawn(pairs, unit, np.random.default_rng(seed))
    return Chance(
        either=_share(np.abs(drawn) >= abs(seen) - NEAR),
        worse=_share(drawn <= seen + NEAR),
        better=_share(drawn >= seen - NEAR),
        exact=False,
    )


def surely_worse(pairs: Sequence[Pair], unit: Unit) -> float:
    """Return what ``chance(pairs, unit).worse`` is at the most, in a small part of the time.

    Chernoff's bound. Attempts that are dealt out are drawn without return, whose sum is no wilder
    than one with return (Hoeffding 1963, JASA 58:13, theorem 4).
    """
    seen = moments(pairs)
    if seen.difference >= 0:
        return 1.0
    parts = []
    for pair, weight, away in zip(
        pairs, seen.weights.tolist(), seen.differences.tolist(), strict=True
    ):
        if unit is Unit.PROBLEMS:
            parts.append((np.array([-away, away]) * weight, 1))
            continue
        # Dealing out either side deals out the other; the smaller one gives the nearer bound. What
        # is added up is by how much base is ahead.
        few, many = sorted((len(pair.base), len(pair.new)))
        pool = np.array((*pair.base, *pair.new))
        sign = -1 if len(pair.new) == few else 1
        parts.append((sign * weight * (pool - pool.mean()) * (1 / few + 1 / many), few))
    wide = sum(times * float((values**2).mean()) for values, times in parts)
    if wide < NEAR**2:
        return 1.0
    best = 0.0
    for share in PULLS:
        pull = share * -seen.difference / wide
        logs = pull * seen.difference
        for values, times in parts:
            most = float((pull * values).max())
            logs += times * (most + float(np.log(np.exp(pull * values - most).mean())))
        best = min(best, logs)
    return float(np.exp(best))


def least(sizes: Sequence[tuple[int, int]], unit: Unit) -> float:
    """Return the smallest probability in one direction that any outcome could have.

    ``sizes`` are the attempts of base and new at each problem.
    """
    if unit is Unit.PROBLEMS:
        return 0.5 ** len(sizes)
    return prod(1 / comb(base + new, new) for base, new in sizes)


def _parts(pairs: Sequence[Pair], unit: Unit) -> list[Spread] | None:
    """Return the distribution of what each problem adds to the difference, if runs are alike."""
    seen = moments(pairs)
    if unit is Unit.PROBLEMS:
        sizes = np.abs(seen.weights * seen.differences)
        half = np.array([0.5, 0.5])
        return [Spread(np.array([-size, size]), half) for size in sizes.tolist() if size > NEAR]
    parts = []
    for pair, weight in zip(pairs, seen.weights.tolist(), strict=True):
        pool = (*pair.base, *pair.new)
        sums = drawn_sum(pool, len(pair.new))
        if sums is None:
            return None
        each = weight * (1 / len(pair.new) + 1 / len(pair.base))
        parts.append(Spread(sums.values * each - weight * sum(pool) / len(pair.base), sums.chances))
    return parts


def _drawn(pairs: Sequence[Pair], unit: Unit, random: np.random.Generator) -> Floats:
    seen = moments(pairs)
    size = len(pairs)
    if unit is Unit.CONTEST:
        size = sum(len(pair.base) + len(pair.new) for pair in pairs)
    draws = max(DRAWS // 10, min(DRAWS, MOST_DRAWN // size))
    found = np.zeros(draws)
    for row, pair in enumerate(pairs):
        weight = float(seen.weights[row])
        if unit is Unit.PROBLEMS:
            found += random.choice((-weight, weight), draws) * seen.differences[row]
            continue
        pool = np.tile(np.array((*pair.base, *pair.new)), (draws, 1))
        dealt = random.permuted(pool, axis=1)
        new = dealt[:, : len(pair.new)].mean(axis=1)
        found += weight * (new - dealt[:, len(pair.new) :].mean(axis=1))
    return found


def _share(hits: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return (int(hits.sum()) + 1) / (len(hits) + 1)
