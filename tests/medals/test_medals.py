"""Medals: lines, places, and probabilities that agree with playing it out."""

from __future__ import annotations

import random
from itertools import combinations, product
from math import sqrt
from statistics import fmean

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.medals import (
    ONE,
    Order,
    Policy,
    ProblemPool,
    Rollout,
    budget_curve,
    lines_of,
    medal_at,
    place,
    prospect,
    share_line,
)
from harness.stats import beta_interval, expected_total
from harness.types import Contest, Cutoff, HumanMark, Humans, MedalPlace
from tests.fakes.scripted import contest

LINES = (
    Cutoff(medal="bronze", points=60),
    Cutoff(medal="gold", points=150.5),
    Cutoff(medal="silver", points=110),
)


def ioi(*lines: Cutoff, **changes: object) -> Contest:
    return msgspec.structs.replace(contest(rules="ioi"), cutoffs=lines or LINES, **changes)


def pool(name: str, *points: tuple[float, ...], unjudged: int = 0, **each: object) -> ProblemPool:
    rollouts = tuple(Rollout(points=p, tokens=100 * n, **each) for n, p in enumerate(points))
    return ProblemPool(
        problem=name, max_points=(10.0, 30.0, 60.0), rollouts=rollouts, unjudged=unjudged
    )


subtasks = st.tuples(*(st.sampled_from([0.0, most / 2, most]) for most in (10.0, 30.0, 60.0)))
pools = st.lists(subtasks, min_size=1, max_size=5)


@given(pools, pools, st.integers(1, 5), st.integers(1, 5))
def test_probabilities_are_what_every_subset_gives(
    one: list[tuple[float, ...]], two: list[tuple[float, ...]], samples: int, limit: int
) -> None:
    """Playing every pair of subsets out counts the same medals and the same mean points."""
    k = min(samples, limit)
    each = [
        [
            sum(max(p) for p in zip(*subset, strict=True))
            for subset in combinations(points, min(k, len(points)))
        ]
        for points in (one, two)
    ]
    totals = [a + b for a, b in product(*each)]
    found = prospect(
        ioi(), [pool("a", *one), pool("b", *two)], Policy(samples=samples, limit=limit)
    )
    assert found.score == pytest.approx(fmean(totals), abs=1e-9)
    for chance, line in zip(found.chances, (150.5, 110, 60), strict=True):
        assert chance.error == 0
        assert chance.probability == pytest.approx(fmean(t >= line for t in totals), abs=1e-9)


@given(pools, st.integers(1, 5))
def test_the_score_is_the_order_statistics_estimator(
    points: list[tuple[float, ...]], m: int
) -> None:
    """Two ways to the expected points of m random submissions give one number."""
    found = prospect(ioi(), [pool("a", *points)], Policy(samples=m))
    assert found.score == pytest.approx(expected_total(points, m), abs=1e-9)


LARGE = random.Random(7)
BIG = [
    pool(
        name,
        *((LARGE.choice([0, 10]), LARGE.choice([0, 0, 30]), LARGE.choice([0.0] * 30 + [60.0]))
          for _ in range(200)),
    )
    for name in "abc"
]  # fmt: skip


@pytest.mark.parametrize(
    "policy",
    [
        ONE,
        Policy(samples=20, limit=8),
        Policy(samples=40, limit=10, order=Order.LONGEST),
    ],
)
def test_an_independent_simulation_agrees(policy: Policy) -> None:
    """Drawing, sorting and handing in by hand reaches the lines as often, within the errors."""
    found = prospect(ioi(), BIG, policy, seed=1)
    draw = random.Random(99)
    games = 6_000
    totals = []
    for _ in range(games):
        total = 0.0
        for each in BIG:
            drawn = draw.sample(each.rollouts, policy.samples)
            if policy.order is Order.LONGEST:
                drawn.sort(key=lambda rollout: -rollout.tokens)
            total += sum(map(max, zip(*(r.points for r in drawn[: policy.limit]), strict=True)))
        totals.append(total)
    assert any(chance.error > 0 for chance in found.chances) == (policy.order is Order.LONGEST)
    for chance, line in zip(found.chances, (150.5, 110, 60), strict=True):
        assert chance.probability is not None
        share = sum(total >= line for total in totals) / games
        error = sqrt(chance.error**2 + max(share * (1 - share), 1 / games) / games)
        assert abs(chance.probability - share) < 5 * error
        assert chance.low <= chance.probability <= chance.high


def test_the_same_seed_gives_the_same_and_another_does_not() -> None:
    """Draws are reproducible, and their error is said."""
    policy = Policy(samples=40, limit=10, order=Order.LONGEST)
    first = prospect(ioi(), BIG, policy, seed=1)
    assert prospect(ioi(), BIG, policy, seed=1) == first
    assert prospect(ioi(), BIG, policy, seed=2) != first


@given(st.integers(0, 12), st.integers(1, 12))
def test_one_pass_or_fail_problem_has_jeffreys_interval(right: int, samples: int) -> None:
    """The interval for the finite pool is the known one where one is known."""
    right = min(right, samples)
    rollouts = tuple(Rollout(points=(float(n < right),)) for n in range(samples))
    one = ProblemPool(problem="p", max_points=(1.0,), rollouts=rollouts)
    chance = prospect(ioi(Cutoff(medal="gold", points=1)), [one], ONE).chances[0]
    low, high = beta_interval((right + 0.5) / (samples + 1), samples + 1)
    assert chance.probability == pytest.approx(right / samples, abs=1e-12)
    assert chance.low == pytest.approx(min(low, right / samples), abs=1e-9)
    assert chance.high == pytest.approx(max(high, right / samples), abs=1e-9)


TRUTH = (((0, 0, 0), 0.3), ((10, 0, 0), 0.3), ((10, 30, 0), 0.3), ((10, 30, 60), 0.1))
"""What one attempt at a problem is worth, and how often."""


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Over 150 pools of five attempts, it misses the real probability in few more than 5 %."""
    draw = random.Random(3)
    vectors, weights = zip(*TRUTH, strict=True)
    worth = [(sum(v), w) for v, w in TRUTH]
    truth = sum(
        a[1] * b[1] * c[1] for a, b, c in product(worth, repeat=3) if a[0] + b[0] + c[0] >= 110
    )
    held = 0
    for _ in range(150):
        seen = [pool(name, *draw.choices(vectors, weights, k=5)) for name in "abc"]
        chance = prospect(ioi(), seen, ONE).chances[1]
        held += chance.low <= truth <= chance.high
    assert held >= 0.9 * 150


def test_one_attempt_each_is_a_label_and_hardly_a_measurement() -> None:
    """From one run the probability is 0 or 1 and its interval says how little that means."""
    once = [pool(name, (10, 30, 60)) for name in "ab"]
    gold = prospect(ioi(), once, ONE).chances[0]
    assert gold.probability == 1
    assert gold.low < 0.35
    often = [pool(name, *[(10, 30, 60)] * 64) for name in "ab"]
    assert prospect(ioi(), often, ONE).chances[0].low > 0.9


@pytest.mark.long
@given(pools, st.integers(1, 4))
def test_what_was_not_judged_is_neither_zero_nor_full(
    points: list[tuple[float, ...]], unjudged: int
) -> None:
    """Void attempts leave the probability alone and widen the bounds, on both sides."""
    whole = prospect(ioi(), [pool("a", *points), pool("b", *points)], ONE)
    holes = prospect(ioi(), [pool("a", *points, unjudged=unjudged), pool("b", *points)], ONE)
    assert holes.score == whole.score
    assert holes.lowest <= whole.lowest
    assert holes.highest >= whole.highest
    for one, other in zip(whole.chances, holes.chances, strict=True):
        assert other.probability == one.probability
        assert 0 <= other.low <= other.probability <= other.high <= 1
    assert holes.planned - holes.judged == unjudged


def test_a_problem_without_a_judged_attempt_leaves_bounds_only() -> None:
    """No score, no medal and no probability, but what it could be at least and at most."""
    found = prospect(ioi(), [pool("a", (10, 30, 60)), pool("b", unjudged=2)], ONE)
    assert (found.score, found.medal, found.place) == (None, None, None)
    assert (found.lowest, found.highest) == (100, 200)
    assert [chance.probability for chance in found.chances] == [None] * 3
    assert found.chances[0].high > 0.5


def test_margins_and_the_next_line() -> None:
    """Points over the line that was reached, and points to the one that was not."""
    found = prospect(ioi(), [pool("a", (10, 30, 60)), pool("b", (10, 15, 0))], ONE)
    assert (found.medal, found.above, found.next_medal, found.short) == ("silver", 15, "gold", 25.5)
    top = prospect(ioi(), [pool("a", (10, 30, 60))] * 2, ONE)
    assert (top.medal, top.above, top.next_medal) == ("gold", 49.5, None)


@pytest.mark.parametrize(("points", "medal"), [(150.5, "gold"), (150.49, "silver"), (59.99, None)])
def test_a_line_that_is_met_exactly_is_reached(points: float, medal: str | None) -> None:
    """Equals share a medal; a hundredth less is less."""
    assert medal_at(lines_of(ioi()), points) == medal
    gold = prospect(
        ioi(), [ProblemPool(problem="p", max_points=(600,), rollouts=(Rollout(points=(points,)),))],
        ONE,
    ).chances[0]  # fmt: skip
    assert gold.probability == (medal == "gold")


def test_sums_of_decimals_meet_a_line() -> None:
    """39 + 88.53 + 100 + 100 + 28.75 + 83 - 0.98 is 438.30 although floats do not say so."""
    parts = (39, 88.53, 100, 100, 28.75, 82.02)
    problems = [
        ProblemPool(problem=str(n), max_points=(100,), rollouts=(Rollout(points=(p,)),))
        for n, p in enumerate(parts)
    ]
    gold = prospect(ioi(Cutoff(medal="gold", points=438.30)), problems, ONE)
    assert (gold.medal, gold.chances[0].probability) == ("gold", 1)


MARKS = (HumanMark(points=90, contestants=2), HumanMark(points=50, contestants=20))


@pytest.mark.parametrize(
    ("points", "expected"), [(95, (1, 3)), (90, (1, 3)), (60, (3, 21)), (10, (21, 31))]
)
def test_a_place_is_as_exact_as_the_ranking_that_is_known(
    points: float, expected: tuple[int, int]
) -> None:
    """Two marks of thirty contestants bound a place from both sides."""
    assert place(Humans(contestants=30, marks=MARKS), points) == expected
    assert place(Humans(contestants=30), points) is None


@given(st.lists(st.integers(0, 20), min_size=1, max_size=30), st.integers(0, 20))
def test_a_whole_ranking_gives_the_place(totals: list[int], points: int) -> None:
    """With every total a mark, the place is one more than who had more."""
    marks = tuple(
        HumanMark(points=t, contestants=sum(other >= t for other in totals)) for t in set(totals)
    )
    whole = Humans(contestants=len(totals), marks=marks, complete=True)
    better = 1 + sum(other > points for other in totals)
    assert place(whole, points) == (better, better)
    low, high = place(msgspec.structs.replace(whole, complete=False), points) or (0, 0)
    assert low <= better <= high


@settings(max_examples=200)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.sampled_from([1 / 12, 0.25, 0.5]))
def test_a_share_gives_a_medal_to_at_least_that_many_and_to_equals(
    totals: list[int], share: float
) -> None:
    """Enough reach the line, and without those exactly on it they would be too few."""
    line = share_line(totals, share)
    assert sum(t >= line for t in totals) >= len(totals) * share - 1e-6
    assert sum(t > line for t in totals) < len(totals) * share


def icpc(*marks: HumanMark, complete: bool = False) -> Contest:
    return msgspec.structs.replace(
        contest(rules="icpc"),
        medal_places=(MedalPlace(medal="gold", last=4), MedalPlace(medal="silver", last=8)),
        humans=Humans(contestants=139, marks=marks, complete=complete),
    )


def solver(*solved: int) -> list[ProblemPool]:
    """One attempt at each of twelve problems."""
    return [
        ProblemPool(
            problem=str(n), max_points=(1.0,), rollouts=(Rollout(points=(float(n in solved),)),)
        )
        for n in range(12)
    ]


def test_medals_by_place_are_said_only_where_points_decide() -> None:
    """Eleven solved are among the first four whatever their time; ten without a clock are open."""
    of = icpc(HumanMark(points=12, contestants=0), HumanMark(points=11, contestants=1))
    best = prospect(of, solver(*range(11)), ONE)
    assert (best.medal, best.place) == ("gold", (1, 2))
    ten = prospect(of, solver(*range(10)), ONE)
    assert (ten.medal, ten.chances[0].probability, ten.chances[0].high) == (None, None, 1)
    known = icpc(HumanMark(points=9, contestants=4), HumanMark(points=8, contestants=6))
    some = lines_of(known)
    assert [(line.sure, line.possible) for line in some] == [(None, 9), (8, 0)]


def test_a_budget_curve_rises_to_the_whole_pool() -> None:
    """More attempts never cost points; tokens and submissions are counted, the limit holds."""
    curve = budget_curve(ioi(), BIG, limit=50)
    assert [point.samples for point in curve] == [1, 2, 4, 8, 16, 32, 64, 128, 200]
    scores = [point.score for point in curve]
    assert scores == sorted(scores)
    assert curve[-1].submissions == 150
    assert curve[0].tokens == pytest.approx(3 * 9950)
    golds = [point.chances[0].probability or 0 for point in curve]
    assert golds[-1] == pytest.approx(golds[-2], abs=1e-9)  # 50 of 200 are 50 of 128
    by_limit = budget_curve(ioi(), BIG, limit=50, by="submissions")
    assert [point.limit for point in by_limit] == [1, 2, 4, 8, 16, 32, 50]
    assert by_limit[-1].score == pytest.approx(curve[-1].score)
    assert budget_curve(ioi(), [pool("a")], limit=50) == ()


def test_an_attempt_of_many_submissions_is_handed_in_whole_or_not() -> None:
    """Attempts that took 30 submissions leave room for one of them under a limit of 50."""
    heavy = pool("a", (10, 0, 0), (0, 30, 0), submissions=30)
    found = prospect(ioi(), [heavy], Policy(samples=2, limit=50))
    assert found.score == pytest.approx(20, abs=1)
    assert prospect(ioi(), [heavy], Policy(samples=2, limit=60)).score == 40
