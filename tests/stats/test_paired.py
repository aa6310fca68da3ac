"""The statistics of two runs: by hand, by enumeration, and by what must hold for any scores."""

from __future__ import annotations

from itertools import combinations, pairwise, product
from math import comb, erfc, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.stats.paired import (
    Pair,
    Unit,
    chance,
    detectable,
    holm,
    interval,
    least,
    moments,
    needed,
    reachable,
    tail_above,
    tail_below,
)
from harness.stats.paired.bounds import DOWN, UP, reach, variance
from harness.stats.paired.quantiles import deviation
from harness.stats.paired.sums import Spread, drawn_sum, total

CONTEST, PROBLEMS = Unit.CONTEST, Unit.PROBLEMS
UNITS = (CONTEST, PROBLEMS)


def pair(base: str | tuple[float, ...], new: str | tuple[float, ...], **more: float) -> Pair:
    """Return a pair; a word of 0 and 1 is an attempt a letter."""
    return Pair(problem="p", base=tuple(map(float, base)), new=tuple(map(float, new)), **more)


def lost_and_gained(lost: int, gained: int, same: int = 0) -> list[Pair]:
    return [pair("1", "0")] * lost + [pair("0", "1")] * gained + [pair("1", "1")] * same


SCORES = st.lists(st.sampled_from([0.0, 0.2, 0.5, 0.7, 1.0]), min_size=1, max_size=4).map(tuple)
PAIRS = st.lists(
    st.builds(
        Pair, problem=st.just("p"), base=SCORES, new=SCORES, weight=st.sampled_from([1.0, 3])
    ),
    min_size=2,
    max_size=4,
)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("lost", "gained", "same", "p"),
    [
        (6, 0, 0, 0.03125),
        (5, 0, 1, 0.0625),
        (4, 0, 2, 0.125),
        (6, 0, 6, 0.03125),
        (8, 1, 3, 0.0390625),
        (2, 0, 10, 0.5),
        (3, 3, 0, 1.0),
    ],
)
def test_single_attempts_are_mcnemars_exact_test(
    unit: Unit, lost: int, gained: int, same: int, p: float
) -> None:
    """10 of 12 against 12 of 12 is never significant, whatever the problems stand for."""
    found = chance(lost_and_gained(lost, gained, same), unit)
    assert found.either == pytest.approx(p)
    assert found.exact


def dealt(pairs: list[Pair]) -> list[float]:
    """Return the difference of every way to deal the attempts out, one by one."""
    weights = moments(pairs).weights
    ways = []
    for one in pairs:
        pool = one.base + one.new
        every = set(range(len(pool)))
        ways.append(
            [
                sum(pool[i] for i in new) / len(one.new)
                - sum(pool[i] for i in every - set(new)) / len(one.base)
                for new in combinations(range(len(pool)), len(one.new))
            ]
        )
    return [sum(w * d for w, d in zip(weights, way, strict=True)) for way in product(*ways)]


@settings(max_examples=60)
@given(PAIRS)
def test_dealing_out_attempts_agrees_with_enumeration(pairs: list[Pair]) -> None:
    """The convolution gives what counting every arrangement gives, for any scores and weights."""
    if comb(8, 4) ** len(pairs) > 5000:
        pairs = pairs[:2]
    seen = moments(pairs).difference
    every = dealt(pairs)
    found = chance(pairs, CONTEST)
    assert found.worse == pytest.approx(sum(d <= seen + 1e-9 for d in every) / len(every))
    assert found.better == pytest.approx(sum(d >= seen - 1e-9 for d in every) / len(every))
    far = sum(abs(d) >= abs(seen) - 1e-9 for d in every) / len(every)
    assert found.either == pytest.approx(far)


@given(PAIRS)
def test_turning_signs_agrees_with_enumeration(pairs: list[Pair]) -> None:
    """The sign-flip test is the share of all signs."""
    seen = moments(pairs)
    parts = (seen.weights * seen.differences).tolist()
    every = [
        sum(sign * part for sign, part in zip(signs, parts, strict=True))
        for signs in product((-1, 1), repeat=len(parts))
    ]
    found = chance(pairs, PROBLEMS)
    low = sum(d <= seen.difference + 1e-9 for d in every) / len(every)
    assert found.worse == pytest.approx(low)


@pytest.mark.parametrize("unit", UNITS)
@given(pairs=PAIRS)
def test_exchanging_the_runs_turns_everything_round(unit: Unit, pairs: list[Pair]) -> None:
    """Neither side is favoured."""
    other = [Pair(problem=p.problem, base=p.new, new=p.base, weight=p.weight) for p in pairs]
    low, high = interval(moments(pairs), unit, 0.05)
    assert interval(moments(other), unit, 0.05) == pytest.approx((-high, -low))
    here, there = chance(pairs, unit), chance(other, unit)
    assert here.either == pytest.approx(there.either)
    assert here.worse == pytest.approx(there.better)


@pytest.mark.parametrize("unit", UNITS)
@given(pairs=PAIRS, random=st.randoms(use_true_random=False))
def test_the_order_of_problems_and_attempts_says_nothing(
    unit: Unit, pairs: list[Pair], random: object
) -> None:
    """Sample numbers and the order of problems are names."""
    shuffle = random.shuffle  # type: ignore[attr-defined]
    other = []
    for one in pairs:
        base, new = list(one.base), list(one.new)
        shuffle(base)
        shuffle(new)
        other.append(Pair(problem="q", base=tuple(base), new=tuple(new), weight=one.weight))
    shuffle(other)
    here, there = moments(pairs), moments(other)
    assert interval(here, unit, 0.05) == pytest.approx(interval(there, unit, 0.05))
    assert chance(pairs, unit).either == pytest.approx(chance(other, unit).either)


@pytest.mark.parametrize("unit", UNITS)
@given(pairs=PAIRS, tails=st.tuples(*[st.floats(0.001, 0.49)] * 2).map(sorted))
def test_surer_is_wider(unit: Unit, pairs: list[Pair], tails: list[float]) -> None:
    """The interval holds the difference, stays within all points, and grows with confidence."""
    seen = moments(pairs)
    wide, narrow = (interval(seen, unit, tail) for tail in tails)
    assert -1 <= wide[0] <= narrow[0] <= seen.difference <= narrow[1] <= wide[1] <= 1


@pytest.mark.parametrize("unit", UNITS)
@given(pairs=PAIRS, limit=st.floats(-0.9, 0.9))
def test_the_tail_is_where_the_interval_ends(unit: Unit, pairs: list[Pair], limit: float) -> None:
    """What is shown at a tail is shown by the interval of a larger one, and of no smaller one."""
    seen = moments(pairs)
    tail = tail_above(seen, unit, limit)
    if tail < 0.45:
        assert seen.difference - reach(seen, unit, min(tail * 1.01, 0.49), DOWN) > limit
        if tail > 1e-11:
            assert seen.difference - reach(seen, unit, tail * 0.99, DOWN) <= limit
    assert min(tail, tail_below(seen, unit, limit)) <= 1.0
    assert max(tail, tail_below(seen, unit, limit)) == 1.0


@pytest.mark.parametrize("attempts", [1, 4, 64])
def test_ten_of_ten_is_no_certainty(attempts: int) -> None:
    """Where nothing went wrong, the bound is at least what the exact one of Poisson would be."""
    same = [pair("1" * attempts, "1" * attempts)] * 10
    assert 10 * attempts * reach(moments(same), CONTEST, 0.05, DOWN) == pytest.approx(
        3.39, abs=0.01
    )
    assert variance(moments(same), CONTEST) == 0.0


def test_rare_failures_reach_further_down_than_up() -> None:
    """One failure of new in a hundred may well be five; that it is none is soon excluded."""
    pairs = [pair("1" * 10, "1" * 10)] * 9 + [pair("1" * 10, "1" * 9 + "0")]
    seen = moments(pairs)
    assert reach(seen, CONTEST, 0.05, DOWN) > reach(seen, CONTEST, 0.05, UP) + 0.003
    low, _ = interval(seen, CONTEST, 0.05)
    assert -100 * low == pytest.approx(4.74, abs=0.3)  # Clopper and Pearson of 1 in 100


def test_more_attempts_tell_more_of_this_contest_and_not_of_such_problems() -> None:
    """Attempts shrink one interval; of other problems, only problems do."""
    few = moments([pair("10", "11"), pair("10", "00"), pair("11", "10")])
    many = moments([pair("10" * 50, "11" * 50), pair("10" * 50, "00" * 50), pair("11", "10")])
    assert reach(many, CONTEST, 0.05, DOWN) < reach(few, CONTEST, 0.05, DOWN)
    assert reach(many, PROBLEMS, 0.05, DOWN) == pytest.approx(reach(few, PROBLEMS, 0.05, DOWN))


def test_one_problem_says_nothing_of_others() -> None:
    """From one problem there is no interval but everything."""
    assert interval(moments([pair("1111", "0000")]), PROBLEMS, 0.05) == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("tail", "freedom", "value"),
    [(0.025, 4, 2.776), (0.05, 10, 1.812), (0.025, 1, 12.706), (0.05, 399, 1.649)],
)
def test_students_quantiles_are_those_of_the_tables(
    tail: float, freedom: int, value: float
) -> None:
    assert deviation(tail, freedom) == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize("tail", [1e-9, 1e-17, 1e-300])
def test_a_tail_that_is_lost_beside_1_has_a_quantile(tail: float) -> None:
    """1 - 1e-17 is 1, of which no normal distribution has a quantile."""
    assert 0.5 * erfc(deviation(tail) / sqrt(2)) == pytest.approx(tail, rel=1e-6)


def test_the_normal_quantile_is_the_limit() -> None:
    assert deviation(0.025) == pytest.approx(1.959964, abs=1e-6)
    assert deviation(0.025, 1e6) == pytest.approx(1.959964, abs=1e-4)


def test_what_cannot_be_counted_out_is_drawn_and_never_zero() -> None:
    """Scores on no grid are dealt out at random, the same way each time, and keep their level."""
    random = np.random.default_rng(5)
    high, low = 0.5 + random.random((9, 30)) * 0.5, random.random((9, 30)) * 0.5
    pairs = [pair(tuple(a), tuple(b)) for a, b in zip(high, low, strict=True)]
    found = chance(pairs, CONTEST)
    assert not found.exact
    assert 0 < found.worse < 0.001
    assert found.better == 1.0
    assert chance(pairs, CONTEST) == found


def test_drawing_agrees_with_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that is drawn is within its own error of the exact one."""
    pairs = [pair("1101", "0101"), pair("111", "010"), pair("0111", "0010"), pair("1", "0")]
    for unit in UNITS:
        exact = chance(pairs, unit)
        monkeypatch.setattr("harness.stats.paired.permutation.total", lambda _: None)
        drawn = chance(pairs, unit)
        monkeypatch.undo()
        assert (exact.exact, drawn.exact) == (True, False)
        assert drawn.worse == pytest.approx(exact.worse, abs=0.015)
        assert drawn.either == pytest.approx(exact.either, abs=0.015)


def test_sums_off_any_grid_are_still_exact_where_they_are_few() -> None:
    """Values without a common measure are added up one by one."""
    half = np.array([0.5, 0.5])
    parts = [Spread(np.array([-(n**0.5), n**0.5]), half) for n in (2, 3, 5)]
    found = total(parts)
    assert found is not None
    assert len(found.values) == 8
    assert found.at_most(0) == pytest.approx(0.5)


def test_a_sum_of_draws_is_hypergeometric() -> None:
    """Of pass-or-fail attempts the sum is that of the textbook."""
    found = drawn_sum((1, 1, 1, 0, 0, 0, 0), 4)
    assert found is not None
    chances = [comb(3, k) * comb(4, 4 - k) / comb(7, 4) for k in range(4)]
    assert found.values.tolist() == [0, 1, 2, 3]
    assert found.chances.tolist() == pytest.approx(chances)


def test_no_difference_without_scores_on_both_sides() -> None:
    with pytest.raises(ValueError, match="both sides"):
        moments([pair("1", "")])
    with pytest.raises(ValueError, match="both sides"):
        moments([])


def test_six_problems_once_can_show_little_and_exclude_nothing() -> None:
    """Before anything is run it is known that one attempt at six problems can pass no gate."""
    found = reachable([(1, 1)] * 6, CONTEST, limit=0.03, alpha=0.05)
    assert found.least == 1 / 64
    assert found.fall
    assert not found.alike
    same = [pair("1" * found.alike_from, "1" * found.alike_from)] * 6
    assert reach(moments(same), CONTEST, 0.05, DOWN) <= 0.03
    less = [pair("1" * (found.alike_from - 1), "1" * (found.alike_from - 1))] * 6
    assert reach(moments(less), CONTEST, 0.05, DOWN) > 0.03
    assert not reachable([(1, 1)] * 4, CONTEST, limit=0.03, alpha=0.05).fall


@pytest.mark.parametrize("unit", UNITS)
def test_the_smallest_probability_is_reached_by_the_widest_fall(unit: Unit) -> None:
    pairs = [pair("11", "00")] * 4
    assert chance(pairs, unit).worse == pytest.approx(least([(2, 2)] * 4, unit))


def test_more_attempts_are_needed_for_a_smaller_limit() -> None:
    """The advice is an order of size, and it is monotone in what is asked."""
    seen = moments([pair("1101", "1011"), pair("1000", "0010"), pair("1111", "1110")])
    wanted = [needed(seen, CONTEST, limit=limit, alpha=0.05) for limit in (0.2, 0.1, 0.03)]
    assert 4 < wanted[0] < wanted[1] < wanted[2]
    surer = needed(seen, CONTEST, limit=0.03, alpha=0.01)
    assert surer > wanted[2]
    assert needed(seen, CONTEST, limit=0.0, alpha=0.05) == 0
    assert detectable(seen, CONTEST, limit=0.0, alpha=0.05) > reach(seen, CONTEST, 0.05, UP)


def test_holm_by_hand() -> None:
    """Four tests: the smallest times four, the next times three, and never less than before."""
    assert holm([0.04, 0.01, 0.02, 0.5]) == pytest.approx((0.08, 0.04, 0.06, 0.5))
    assert holm([0.03, 0.03]) == pytest.approx((0.06, 0.06))
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_never_helps(tails: list[float]) -> None:
    """An adjusted probability is no smaller, at most 1, and keeps the order."""
    found = holm(tails)
    assert all(before <= after <= 1 for before, after in zip(tails, found, strict=True))
    order = sorted(range(len(tails)), key=lambda n: tails[n])
    assert all(found[a] <= found[b] for a, b in pairwise(order))
