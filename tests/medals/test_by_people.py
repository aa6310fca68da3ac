"""What people would find of marks that a judge with a known error gave."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.medals import JudgeError, ProblemPool, Rollout, by_people, judge_error, lines_of
from harness.medals.by_people import as_people
from harness.medals.chance import chances
from harness.types import Contest, Cutoff

MARKS = (0.0, 1.0, 6.0, 7.0)
POINTS = tuple(float(points) for points in range(8))

CROSSING = ((7.0, 7.0, 8), (7.0, 1.0, 2), (6.0, 7.0, 1), (0.0, 0.0, 5), (6.5, 3.0, 1))
"""The judge's mark, the people's, and how many proofs."""

ERROR = judge_error(CROSSING, MARKS, POINTS)

EXACT = judge_error([(mark, mark, 10**9) for mark in POINTS], POINTS, POINTS)
"""A judge that was never wrong, on very many proofs."""


def pool(name: str, *marks: float, unjudged: int = 0) -> ProblemPool:
    return ProblemPool(
        problem=name,
        max_points=(7.0,),
        rollouts=tuple(Rollout(points=(mark,)) for mark in marks),
        unjudged=unjudged,
    )


def contest(*cutoffs: tuple[str, float]) -> Contest:
    return Contest(
        id="c",
        title="C",
        date="2025-07-15",
        rules="imo",
        problems=(),
        cutoffs=tuple(Cutoff(medal=medal, points=points) for medal, points in cutoffs),
    )


IMO = contest(("gold", 11.0), ("bronze", 6.0))


def test_the_distribution_of_peoples_marks_by_hand() -> None:
    """Of 17 proofs 9 have people's 7, and one more is spread over 8 marks, then one as all are.

    For the judge's 7: 8 of 10 had 7 and 2 had 1. People's 7 has (9 + 1/8) / 18 of all, so after a
    7 it has (8 + that) / 11.
    """
    seen = {0.0: 5, 1.0: 2, 3.0: 1, 7.0: 9}
    overall = {points: (seen.get(points, 0) + 1 / 8) / 18 for points in POINTS}
    after_seven = {7.0: 8, 1.0: 2}
    for points in POINTS:
        wanted = (after_seven.get(points, 0) + overall[points]) / 11
        assert ERROR.of(7.0)[round(points * 100)] == pytest.approx(wanted)


def test_a_mark_that_was_never_given_means_what_proofs_mean_on_average() -> None:
    """The judge gave no 1; no mark of people is impossible."""
    found = ERROR.of(1.0)
    assert found[700] == pytest.approx((9 + 1 / 8) / 18)
    assert min(found.values()) > 0


def test_marks_between_two_values_are_taken_together() -> None:
    """6.2 and 6.9 are between 6 and 7, where one proof had 3; neither is 6 or 7."""
    assert ERROR.of(6.2) == ERROR.of(6.9)
    assert ERROR.of(6.2)[300] > ERROR.of(7.0)[300]
    assert ERROR.of(3.0) != ERROR.of(6.2)


@pytest.mark.parametrize("mark", [-1.0, 7.5])
def test_a_mark_off_the_scale_is_a_mistake(mark: float) -> None:
    """Nothing is known of it."""
    with pytest.raises(ValueError, match="not on the judge's scale"):
        ERROR.of(mark)
    with pytest.raises(ValueError, match="not on the judge's scale"):
        judge_error([(mark, 7.0, 1)], MARKS, POINTS)


def test_a_mark_of_people_off_their_scale_is_a_mistake() -> None:
    """It would silently count nowhere."""
    with pytest.raises(ValueError, match="not on their scale"):
        judge_error([(7.0, 6.5, 1)], MARKS, POINTS)


COUNTS = st.lists(
    st.tuples(st.sampled_from(MARKS), st.sampled_from(POINTS), st.integers(1, 9)), max_size=12
)


@given(COUNTS, st.floats(0, 7))
def test_any_error_is_a_distribution(counts: list[tuple[float, float, int]], mark: float) -> None:
    """It sums to one, its mean is what is said, and so is one that is drawn from it."""
    error = judge_error(counts, MARKS, POINTS)
    for one in (error, error.drawn(np.random.default_rng(1))):
        found = one.of(mark)
        assert sum(found.values()) == pytest.approx(1)
        assert one.mean(mark) == pytest.approx(sum(v * p for v, p in found.items()) / 100)


def test_a_judge_without_error_changes_nothing() -> None:
    """The expected total is that of the marks, and the lines are reached as before."""
    found = by_people(IMO, [pool("a", 7.0, 0.0), pool("b", 5.0)], EXACT)
    assert found.expected == pytest.approx(8.5, abs=1e-6)
    assert [chance.probability for chance in found.chances] == [
        pytest.approx(0.5, abs=1e-6),
        pytest.approx(0.5, abs=1e-6),
    ]
    assert (found.low, found.high) == (5.0, 12.0)
    assert found.error_low == pytest.approx(8.5, abs=1e-3)


def counted(pools: list[ProblemPool], error: JudgeError, line: float) -> tuple[float, float]:
    """Return expected total and probability of a line, by going through every outcome."""
    tables = []
    for each in pools:
        table = [
            (points / 100, chance / len(each.rollouts))
            for rollout in each.rollouts
            for points, chance in error.of(rollout.points[0]).items()
        ]
        tables.append(table)
    mean = reached = 0.0
    for outcome in product(*tables):
        total, chance = sum(p for p, _ in outcome), prod(c for _, c in outcome)
        mean += total * chance
        reached += chance if total >= line else 0.0
    return mean, reached


@pytest.mark.parametrize("line", [6.0, 11.0])
def test_totals_and_medals_are_those_of_every_outcome(line: float) -> None:
    """Two problems with two and three attempts, counted out by hand."""
    pools = [pool("a", 7.0, 0.0), pool("b", 6.0, 6.5, 7.0)]
    found = by_people(contest(("medal", line)), pools, ERROR)
    mean, reached = counted(pools, ERROR, line)
    assert found.expected == pytest.approx(mean, abs=1e-6)
    (chance,) = found.chances
    assert chance.probability == pytest.approx(reached)
    assert chance.low <= reached <= chance.high


def test_totals_are_those_of_draws() -> None:
    """Six problems, played 200,000 times."""
    marks = (7.0, 7.0, 7.0, 6.0, 0.0, 7.0)
    pools = [pool(f"p{n}", mark) for n, mark in enumerate(marks)]
    found = by_people(contest(("gold", 30.0)), pools, ERROR)
    random = np.random.default_rng(0)
    totals = np.zeros(200_000)
    for mark in marks:
        law = ERROR.of(mark)
        totals += random.choice(list(law), size=len(totals), p=list(law.values())) / 100
    assert found.expected == pytest.approx(totals.mean(), abs=0.05)
    assert found.chances[0].probability == pytest.approx((totals >= 30).mean(), abs=0.01)
    assert found.low == np.quantile(totals, 0.025)
    assert found.high == np.quantile(totals, 0.975)


def test_an_error_that_few_proofs_show_widens_what_many_do_not() -> None:
    """The same shares from a hundred times as many proofs."""
    pools = [pool("a", *[7.0] * 20), pool("b", *[6.0] * 20)]
    few = by_people(IMO, pools, judge_error(CROSSING, MARKS, POINTS))
    many = by_people(
        IMO, pools, judge_error([(m, p, 100 * n) for m, p, n in CROSSING], MARKS, POINTS)
    )
    for one, other in ((few, many),):
        assert one.error_low is not None
        assert one.error_high is not None
        assert other.error_low is not None
        assert other.error_high is not None
        assert one.error_high - one.error_low > 3 * (other.error_high - other.error_low)
    for wide, narrow in zip(few.chances, many.chances, strict=True):
        assert wide.high - wide.low > narrow.high - narrow.low


def test_an_interval_is_wider_for_an_error_that_is_not_known() -> None:
    """Beside what a small pool leaves open: the same pool with the error taken as true."""
    pools = [pool("a", *[7.0] * 20), pool("b", *[6.0] * 20)]
    found = by_people(IMO, pools, ERROR)
    taken = chances(lines_of(IMO), as_people(pools, ERROR), finite=True)
    for one, other in zip(found.chances, taken, strict=True):
        assert one.probability == other.probability
        assert one.low < other.low
        assert one.high - one.low > 1.05 * (other.high - other.low)


def test_what_was_not_marked_is_nothing_or_everything() -> None:
    """It has no mark that could be wrong: a bound takes it as full points by people."""
    gap = by_people(IMO, [pool("a", 7.0, unjudged=1), pool("b")], EXACT)
    assert (gap.expected, gap.low, gap.error_low) == (None, None, None)
    for chance in gap.chances:
        assert chance.probability is None
        assert chance.low < 0.5 < chance.high
    some = by_people(IMO, [pool("a", 7.0, unjudged=1), pool("b", 7.0)], EXACT)
    assert some.expected == pytest.approx(14, abs=1e-5)
    assert some.chances[0].low < 0.5


def test_the_same_seed_gives_the_same() -> None:
    """And another one another interval."""
    pools = [pool("a", 7.0, 0.0), pool("b", 6.0)]
    assert by_people(IMO, pools, ERROR, seed=1) == by_people(IMO, pools, ERROR, seed=1)
    assert by_people(IMO, pools, ERROR, seed=1) != by_people(IMO, pools, ERROR, seed=2)
