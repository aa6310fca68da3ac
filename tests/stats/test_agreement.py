"""Agreement of two markers: by hand, and against its definition."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from statistics import fmean

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.stats.agreement import (
    Consistency,
    Crossing,
    Pair,
    Passing,
    agreeing_pairs,
    bias,
    estimated,
    kappa,
    mean_error,
    mean_share,
    number,
    problem_weights,
    rank_correlation,
)

MARKS = st.sampled_from([float(mark) for mark in range(8)])
PAIRS = st.lists(st.builds(Pair, st.sampled_from("abcdef"), MARKS, MARKS), min_size=1, max_size=25)


def crossed(*pairs: tuple[float, float]) -> Crossing:
    return Crossing(Pair(f"p{n}", judge, human) for n, (judge, human) in enumerate(pairs))


def measured(pairs: Sequence[Pair]) -> tuple[float | None, ...]:
    held = Crossing(pairs)
    args = (held.whole, held.judge, held.human)
    return (
        number(kappa(*args, 1)),
        number(kappa(*args, 2)),
        number(mean_error(*args)),
        number(bias(*args)),
        number(rank_correlation(held.whole)),
    )


def test_two_classes_are_counted_as_by_hand() -> None:
    """4 proofs passed by both, 1 by the judge only, 2 by people only, 3 by neither."""
    held = crossed(*[(7, 7)] * 4, (7, 6), *[(6, 7)] * 2, *[(0, 0)] * 3)
    found = Passing(held.whole, held.judge >= 7, held.human >= 7)
    counts = (found.gold, found.false_gold, found.false_fail, found.fail, found.all)
    assert [int(each) for each in counts] == [4, 1, 2, 3, 10]
    # 4 of the 6 that people pass, 3 of the 4 that they fail: (2/3 + 3/4) / 2 = 17/24.
    assert number(found.balanced_accuracy) == pytest.approx(17 / 24)


def test_kappa_of_two_classes_is_cohens() -> None:
    """20 both yes, 5 and 10 apart, 15 both no: observed 0.7, by chance 0.5, so kappa is 0.4."""
    held = crossed(*[(1, 1)] * 20, *[(1, 0)] * 5, *[(0, 1)] * 10, *[(0, 0)] * 15)
    for power in (1, 2):
        assert number(kappa(held.whole, held.judge, held.human, power)) == pytest.approx(0.4)


def test_weighted_kappa_by_hand() -> None:
    """Marks 7-7, 6-7, 1-0, 0-0, of margins (7, 6, 1, 0) and (7, 7, 0, 0).

    Squares: observed 0 + 1 + 1 + 0 over 4 is 0.5. By chance each of 7, 6, 1, 0 meets 7 half the
    time and 0 half the time: (0 + 1 + 36 + 49 + 49 + 36 + 1 + 0) / 8 = 172/8 = 21.5, so kappa is
    1 - 0.5/21.5. Linear: 0.5 against (0 + 1 + 6 + 7 + 7 + 6 + 1 + 0) / 8 = 3.5.
    """
    held = crossed((7, 7), (6, 7), (1, 0), (0, 0))
    quadratic = number(kappa(held.whole, held.judge, held.human, 2))
    assert quadratic == pytest.approx(1 - 0.5 / 21.5)
    assert number(kappa(held.whole, held.judge, held.human, 1)) == pytest.approx(1 - 0.5 / 3.5)


def test_errors_in_points_by_hand() -> None:
    """Judge 7, 7, 3 against people's 7, 0, 5: off by 0, 7 and 2, and by +5 in sum."""
    held = crossed((7, 7), (7, 0), (3, 5))
    assert number(mean_error(held.whole, held.judge, held.human)) == pytest.approx(3)
    assert number(bias(held.whole, held.judge, held.human)) == pytest.approx(5 / 3)


def test_a_rank_correlation_with_ties_by_hand() -> None:
    """Ranks (1.5, 1.5, 3) and (1, 2.5, 2.5): 0.75 over 1.5 is 0.5."""
    held = crossed((0, 0), (0, 7), (7, 7))
    assert number(rank_correlation(held.whole)) == pytest.approx(0.5)


def test_what_has_no_value_is_undefined_and_never_nan() -> None:
    """One mark everywhere: chance cannot disagree, and there is no rank."""
    held = crossed((7, 7), (7, 7))
    assert number(kappa(held.whole, held.judge, held.human, 2)) is None
    assert number(rank_correlation(held.whole)) is None
    only = Passing(held.whole, held.judge >= 7, held.human >= 7)
    assert number(only.balanced_accuracy) is None
    nothing = Crossing([])
    assert measured([]) == (None,) * 5
    assert (nothing.size, nothing.cells) == (0, ())


@given(PAIRS)
def test_measures_are_what_their_definitions_say(pairs: list[Pair]) -> None:
    """Over all pairs of proofs, without a table."""
    judge, human = [p.judge for p in pairs], [p.human for p in pairs]
    linear, quadratic, error, above, ranks = measured(pairs)
    for power, found in ((1, linear), (2, quadratic)):
        observed = fmean(abs(j - h) ** power for j, h in zip(judge, human, strict=True))
        chance = fmean(abs(j - h) ** power for j, h in product(judge, human))
        if chance:
            assert found == pytest.approx(1 - observed / chance, abs=1e-9)
        else:
            assert found is None
    assert error == pytest.approx(fmean(abs(p.judge - p.human) for p in pairs))
    assert above == pytest.approx(fmean(p.judge - p.human for p in pairs), abs=1e-9)
    if len(set(judge)) > 1 and len(set(human)) > 1:
        assert ranks == pytest.approx(np.corrcoef(ranked(judge), ranked(human))[0, 1], abs=1e-9)
    else:
        assert ranks is None


def ranked(marks: list[float]) -> list[float]:
    return [sum(m < mark for m in marks) + (marks.count(mark) + 1) / 2 for mark in marks]


@given(PAIRS)
def test_the_order_of_proofs_changes_nothing(pairs: list[Pair]) -> None:
    """Nor does who is called the judge, but for the sign of the bias."""
    assert measured(pairs) == measured(pairs[::-1])
    turned = [Pair(p.problem, p.human, p.judge) for p in pairs]
    linear, quadratic, error, above, ranks = measured(pairs)
    for one, other in zip(
        (linear, quadratic, error, -(above or 0.0), ranks), measured(turned), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-9)


@given(PAIRS, st.data())
def test_a_problem_that_is_drawn_twice_counts_twice(pairs: list[Pair], data: st.DataObject) -> None:
    """A resampled table is that of the proofs of the problems drawn."""
    held = Crossing(pairs)
    times = data.draw(
        st.lists(
            st.integers(0, 3), min_size=len(held.problems), max_size=len(held.problems)
        ).filter(any)
    )
    copies = [pair for pair in pairs for _ in range(times[held.problems.index(pair.problem)])]
    table = held.resampled(np.array([times], dtype=np.float64))
    found = (
        kappa(table, held.judge, held.human, 1)[0],
        kappa(table, held.judge, held.human, 2)[0],
        mean_error(table, held.judge, held.human)[0],
        bias(table, held.judge, held.human)[0],
        rank_correlation(table)[0],
    )
    for one, other in zip(found, measured(copies), strict=True):
        assert number(one) == pytest.approx(other, abs=1e-9)


@given(st.lists(st.sampled_from([None, 0.0, 0.5, 1.0]), max_size=8))
def test_votes_agree_two_by_two(votes: list[float | None]) -> None:
    """The share of equal pairs among those that were cast; no vote pairs with nothing."""
    cast = [vote for vote in votes if vote is not None]
    pairs = [one == other for one, other in combinations(cast, 2)]
    assert agreeing_pairs(votes) == (pytest.approx(fmean(pairs)) if pairs else None)


def test_self_consistency_is_a_mean_over_proofs() -> None:
    """1, 1/3 and nothing of one vote: two thirds, of two proofs."""
    held = Consistency([("a", (1.0, 1.0)), ("b", (1.0, 1.0, 0.0)), ("c", (1.0, None))])
    assert (held.proofs, number(mean_share(held.whole))) == (2, pytest.approx(2 / 3))
    assert number(mean_share(Consistency([("a", (1.0,))]).whole)) is None


@given(PAIRS, st.integers(0, 5))
def test_an_interval_holds_its_figure_and_can_be_had_again(pairs: list[Pair], seed: int) -> None:
    """The same seed gives the same ends, in the range of the marks."""
    held = Crossing(pairs)
    weights = problem_weights(len(held.problems), 200, seed)
    assume(weights is not None)
    assert weights is not None
    drawn = held.resampled(weights)
    again = problem_weights(len(held.problems), 200, seed)
    assert np.array_equal(weights, again)  # type: ignore[arg-type]
    found = estimated(lambda t: bias(t, held.judge, held.human), held.whole, drawn)
    assert found.value is not None
    if found.low is not None and found.high is not None:
        assert -7 <= found.low <= found.value <= found.high <= 7
    else:
        per_problem = {
            p.problem: [q.judge - q.human for q in pairs if q.problem == p.problem] for p in pairs
        }
        assert len({fmean(each) for each in per_problem.values()}) == 1


def test_problems_are_drawn_and_not_proofs() -> None:
    """Twenty equal proofs of one problem widen no more than one does; as many problems narrow."""
    few = Crossing(
        Pair(f"p{problem}", 7.0, 7.0 if problem % 2 else 0.0)
        for problem in range(10)
        for _ in range(20)
    )
    many = Crossing(Pair(f"p{n}", 7.0, 7.0 if n % 2 else 0.0) for n in range(200))
    widths = []
    for held in (few, many):
        weights = problem_weights(len(held.problems))
        assert weights is not None
        found = estimated(
            lambda t, held=held: bias(t, held.judge, held.human),
            held.whole,
            held.resampled(weights),
        )
        assert found.low is not None
        assert found.high is not None
        widths.append(found.high - found.low)
    assert widths[0] > 3 * widths[1]


def test_what_never_varies_has_no_interval() -> None:
    """Nor has anything from four problems."""
    held = crossed(*[(7, 7)] * 9)
    weights = problem_weights(9)
    assert weights is not None
    found = estimated(
        lambda t: mean_error(t, held.judge, held.human), held.whole, held.resampled(weights)
    )
    assert found == (0.0, None, None)
    assert problem_weights(4) is None
