"""The estimators are what counting every subset gives, and never NaN."""

from __future__ import annotations

from itertools import combinations, permutations
from math import isfinite
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats import (
    avg_at_k,
    best_weights,
    beta_interval,
    clopper_pearson,
    expected_best,
    expected_rejections,
    expected_total,
    maj_at_k,
    pass_at_k,
)

CLOSE = 1e-12

points = st.sampled_from([0.0, 0.25, 3.0, 18.75, 28.0, 100.0])
sizes = st.integers(1, 8)


@given(st.lists(st.booleans(), min_size=1, max_size=8), sizes)
def test_pass_at_k_is_the_share_of_subsets_with_a_right_one(right: list[bool], k: int) -> None:
    """Enumerating every k-subset gives the same number."""
    k = min(k, len(right))
    brute = fmean(any(subset) for subset in combinations(right, k))
    assert pass_at_k(len(right), sum(right), k) == pytest.approx(brute, abs=CLOSE)


@given(st.lists(points, min_size=1, max_size=8), sizes)
def test_best_of_m_is_the_mean_of_the_maxima(scores: list[float], m: int) -> None:
    """Enumerating every m-subset gives the same number; the weights are a distribution."""
    m = min(m, len(scores))
    brute = fmean(max(subset) for subset in combinations(scores, m))
    assert expected_best(scores, m) == pytest.approx(brute, abs=CLOSE)
    assert sum(best_weights(len(scores), m)) == pytest.approx(1, abs=CLOSE)


@given(st.lists(st.tuples(points, points, points), min_size=1, max_size=7), sizes)
def test_expected_points_of_limited_submissions(
    outcomes: list[tuple[float, float, float]], limit: int
) -> None:
    """Handing in every m-subset and summing subtask bests gives the same number."""
    m = min(limit, len(outcomes))
    brute = fmean(
        sum(max(each) for each in zip(*subset, strict=True)) for subset in combinations(outcomes, m)
    )
    assert expected_total(outcomes, limit) == pytest.approx(brute, abs=CLOSE)


def vote(answers: tuple[str | None, ...], right: str) -> float:
    """Return the share of the commonest answer that is right, as one would count by hand."""
    voted = [answer for answer in answers if answer is not None]
    if not voted:
        return 0.0
    most = max(map(voted.count, voted))
    winners = {answer for answer in voted if voted.count(answer) == most}
    return (right in winners) / len(winners)


@given(
    st.lists(st.sampled_from(["7", "8", "9", "10", None]), min_size=1, max_size=8),
    st.sampled_from(["7", "11"]),
    sizes,
)
def test_maj_at_k_is_the_mean_vote_of_the_subsets(
    answers: list[str | None], right: str, k: int
) -> None:
    """Enumerating every k-subset, ties shared, gives the same number."""
    k = min(k, len(answers))
    brute = fmean(vote(subset, right) for subset in combinations(answers, k))
    assert maj_at_k(answers, right, k) == pytest.approx(brute, abs=CLOSE)


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_expected_rejections_are_the_mean_over_orders(right: list[bool]) -> None:
    """Every order of the samples, counted up to the first right one, gives the same number."""
    brute = fmean(
        order.index(True) if True in order else len(order) for order in permutations(right)
    )
    assert expected_rejections(len(right), sum(right)) == pytest.approx(brute, abs=CLOSE)


@given(st.integers(1, 5000), st.data())
def test_large_pools_stay_finite(samples: int, data: st.DataObject) -> None:
    """Thousands of samples neither overflow nor become NaN, and pass@k stays a probability."""
    right = data.draw(st.integers(0, samples))
    k = data.draw(st.integers(1, samples))
    assert 0 <= pass_at_k(samples, right, k) <= 1
    scores = [1.0] * right + [0.0] * (samples - right)
    assert expected_best(scores, k) == pytest.approx(pass_at_k(samples, right, k), abs=1e-9)


def test_maj_of_a_real_size() -> None:
    """64 samples with ten answers, half of them right, are counted in no time: 32 votes win."""
    answers = ["right"] * 32 + [str(n % 9) for n in range(32)]
    assert maj_at_k(answers, "right", 64) == 1
    assert 0.9 < maj_at_k(answers, "right", 16) < 1


def test_avg_at_k_weighs_problems_equally() -> None:
    """A problem with more samples counts no more than one with few."""
    assert avg_at_k([(1, 1, 1, 1), (0, 1)]) == 0.75


@pytest.mark.parametrize(
    "call",
    [
        lambda: pass_at_k(4, 2, 5),
        lambda: pass_at_k(4, 5, 1),
        lambda: pass_at_k(0, 0, 1),
        lambda: maj_at_k([], "7", 1),
        lambda: expected_best([], 1),
        lambda: best_weights(3, 0),
        lambda: avg_at_k([]),
        lambda: avg_at_k([(1,), ()]),
        lambda: expected_total([], 5),
        lambda: expected_rejections(2, 3),
        lambda: clopper_pearson(1, 0),
        lambda: beta_interval(1.5, 2),
    ],
)
def test_what_cannot_be_estimated_is_refused(call: object) -> None:
    """Nothing is estimated from nothing: an error, neither NaN nor zero."""
    with pytest.raises(ValueError, match=r"\d|nothing"):
        call()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("right", "samples", "low", "high"),
    [(5, 6, 0.36, 1.00), (10, 12, 0.52, 0.98), (12, 12, 0.74, 1.00), (28, 30, 0.78, 0.99)],
)
def test_exact_intervals_are_the_published_ones(
    right: int, samples: int, low: float, high: float
) -> None:
    """Clopper and Pearson's 95 % intervals of contest-sized counts."""
    found = clopper_pearson(right, samples)
    assert (round(found[0], 2), round(found[1], 2)) == (low, high)


@given(st.integers(1, 400), st.data())
def test_an_exact_interval_leaves_its_tails(samples: int, data: st.DataObject) -> None:
    """At the ends of the interval the count has a tail of 2.5 %, by summing the binomial."""
    from math import comb

    right = data.draw(st.integers(0, samples))
    low, high = clopper_pearson(right, samples)
    terms = [comb(samples, i) * low**i * (1 - low) ** (samples - i) for i in range(samples + 1)]
    assert sum(terms[right:]) == pytest.approx(0.025 if right else 1, abs=1e-9)
    terms = [comb(samples, i) * high**i * (1 - high) ** (samples - i) for i in range(samples + 1)]
    assert sum(terms[: right + 1]) == pytest.approx(0.025 if right < samples else 1, abs=1e-9)


@given(st.floats(0, 1), st.floats(1e-9, 1e6))
def test_a_beta_interval_is_one(mean: float, weight: float) -> None:
    """Ends are ordered probabilities, whatever the mean and the weight."""
    low, high = beta_interval(mean, weight)
    assert isfinite(low)
    assert 0 <= low <= high <= 1
