"""Many pairs ruled on at once are ruled on as each alone."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.regression import Trials, weigh
from harness.stats.paired import (
    Pair,
    Unit,
    chance,
    interval,
    moments,
    reachable,
    surely_worse,
)

UNITS = tuple(Unit)
SCORES = (0.0, 0.2, 0.5, 1.0)


@pytest.mark.parametrize("unit", UNITS)
@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=6),
    fall=st.floats(0, 1),
    limit=st.sampled_from([0.0, 0.03, 0.3]),
    seed=st.integers(0, 2**32 - 1),
)
def test_many_trials_are_ruled_on_as_the_gate_rules_on_each(
    unit: Unit, sizes: list[tuple[int, int]], fall: float, limit: float, seed: int
) -> None:
    """Whatever the scores, points and numbers of attempts: same bounds, same rulings."""
    random = np.random.default_rng(seed)
    weights = random.integers(1, 4, len(sizes)).astype(float).tolist()
    base = [random.choice(SCORES, (3, one)) for one, _ in sizes]
    new = [random.choice(SCORES, (3, two)) * (random.random((3, two)) > fall) for _, two in sizes]
    trials = Trials(base, new, weights)
    low, high = trials.bounds(unit, 0.05)
    regressions = trials.regressions(unit, limit=limit, alpha=0.05)
    passes = trials.passes(unit, limit=limit, alpha=0.05)
    differing = trials.differing(unit, 0.05)
    for trial in range(3):
        pairs = trials.pairs(trial)
        alone = weigh(pairs, unit, limit=limit, alpha=0.05)
        assert (low[trial], high[trial]) == pytest.approx((alone.low, alone.high))
        assert regressions[trial] == (alone.beyond <= 0.05)
        assert passes[trial] == (alone.within <= 0.05)
        ends = interval(moments(pairs), unit, 0.025)
        shown = (ends[0] > 0 or ends[1] < 0) and chance(pairs, unit).either <= 0.05
        assert differing[trial] == shown


@pytest.mark.parametrize("unit", UNITS)
@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.builds(
            Pair,
            problem=st.just("p"),
            base=st.lists(st.sampled_from(SCORES), min_size=1, max_size=5).map(tuple),
            new=st.lists(st.sampled_from(SCORES), min_size=1, max_size=5).map(tuple),
            weight=st.sampled_from([1.0, 3.0]),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_quick_bound_is_never_below_the_permutation_test(unit: Unit, pairs: list[Pair]) -> None:
    """It may say that it does not know; it must not say that a fall is shown where it is not."""
    assert surely_worse(pairs, unit) >= chance(pairs, unit).worse - 1e-9


def test_the_quick_bound_knows_a_plain_fall() -> None:
    """From nearly all to little at thirty problems, eight attempts each."""
    pairs = [Pair(problem="p", base=(1.0,) * 7 + (0.0,), new=(1.0,) + (0.0,) * 7)] * 30
    for unit in UNITS:
        assert chance(pairs, unit).worse <= surely_worse(pairs, unit) < 1e-6
    assert surely_worse([Pair(problem="p", base=(1.0,), new=(1.0,))], Unit.CONTEST) == 1.0


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("problems", "attempts"),
    [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (1, 4), (2, 2), (3, 2)],
)
@pytest.mark.parametrize("limit", [0.0, 0.03])
def test_where_no_outcome_can_be_a_regression_none_of_all_is_one(
    unit: Unit, problems: int, attempts: int, limit: float
) -> None:
    """What is said before anything is run holds for every outcome there is, passed or failed."""
    count = problems * attempts
    every = np.array(list(product((0.0, 1.0), repeat=2 * count)))
    sides = every.reshape(-1, 2, problems, attempts)
    split = [[sides[:, side, place] for place in range(problems)] for side in (0, 1)]
    trials = Trials(split[0], split[1], [1.0] * problems)
    before = reachable([(attempts, attempts)] * problems, unit, limit=limit, alpha=0.05)
    found = trials.regressions(unit, limit=limit, alpha=0.05)
    assert bool(found.any()) == before.fall
    if not before.alike:
        same = every[:, :count] == every[:, count:]
        passed = trials.passes(unit, limit=limit, alpha=0.05)
        assert not passed[same.all(axis=1)].any()
