"""The rating by Codeforces' rounds agrees with what is counted by hand."""

from __future__ import annotations

from itertools import pairwise
from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.stats.elo import (
    Human,
    Samples,
    Standing,
    expected_place,
    mean_rating,
    place,
    rating_of,
    standing,
)

ROUND = (
    Samples(points=500, samples=8, right=8),
    Samples(points=1000, samples=8, right=3),
    Samples(points=1500, samples=8, right=1),
    Samples(points=2000, samples=8, right=0),
)


def test_a_round_of_points_is_that_counted_by_hand() -> None:
    """Eight samples a problem: 8, 3, 1 and 0 of them are right.

    Wrong ones before the first right one: (8-8)/9 = 0, (8-3)/4 = 1.25, (8-1)/2 = 3.5; the fourth
    problem is not solved. Points: 500 - 0, 1000 - 50 x 1.25 = 937.5, 1500 - 50 x 3.5 = 1325, which
    are 2762.5 together. Of the humans with 3000, 2762.5, 2700 and 100 points one is better: the
    place is the second.
    """
    result = standing("points", ROUND)
    assert result.points == 2762.5
    humans = [Human(rating=0, points=p) for p in (3000, 2762.5, 2700, 100)]
    assert place(result, humans) == 2


def test_a_round_of_the_icpc_is_that_counted_by_hand() -> None:
    """Three problems, and 10 x (0 + 1.25 + 3.5) = 47.5 minutes."""
    result = standing("icpc", ROUND)
    assert result == Standing(points=3, saved=-47.5)
    humans = [
        Human(rating=0, points=4, penalty=900),
        Human(rating=0, points=3, penalty=47),
        Human(rating=0, points=3, penalty=48),
        Human(rating=0, points=2, penalty=1),
    ]
    assert place(result, humans) == 3


def test_the_rating_is_that_counted_by_hand() -> None:
    """Where all humans have one rating r, m = n / (1 + 10^((R - r)/400)) can be turned round.

    n = 11, m = 1, r = 1500: 10^((R - 1500)/400) = 11/1 - 1 = 10, so R = 1500 + 400 = 1900.
    n = 101, m = 1: 10^(...) = 100, so R = 1500 + 800 = 2300.
    n = 4, m = 2: 10^(...) = 1, so R = 1500.
    n = 11, m = 10: 10^(...) = 1/10, so R = 1100.
    """
    assert rating_of(1, [1500.0] * 11) == pytest.approx(1900, abs=1e-6)
    assert rating_of(1, [1500.0] * 101) == pytest.approx(2300, abs=1e-6)
    assert rating_of(2, [1500.0] * 4) == pytest.approx(1500, abs=1e-6)
    assert rating_of(10, [1500.0] * 11) == pytest.approx(1100, abs=1e-6)


def test_two_ratings_are_those_counted_by_hand() -> None:
    """Humans at 1600 and 2000, and the place 1.

    With x = 10^((R - 1800)/400) and s = sqrt(10), 1/(1 + x s) + 1/(1 + x/s) = 1 means
    2 + x s + x/s = 1 + x s + x/s + x^2, so x = 1 and R = 1800.
    """
    assert rating_of(1, [1600.0, 2000.0]) == pytest.approx(1800, abs=1e-6)


def test_the_last_two_places_have_that_of_half_a_place_before_the_last() -> None:
    """With n = 11 and m = 10.5 it is 10^((R - 1500)/400) = 11/10.5 - 1 = 1/21."""
    wanted = 1500 - 400 * log10(21)
    assert rating_of(11, [1500.0] * 11) == pytest.approx(wanted, abs=1e-6)
    assert rating_of(12, [1500.0] * 11) == pytest.approx(wanted, abs=1e-6)
    assert rating_of(10, [1500.0] * 11) > wanted
    for rank, humans in ((1, []), (0, [1.0]), (3, [1.0])):
        with pytest.raises(ValueError, match="no rank"):
            rating_of(rank, humans)


def test_a_solved_problem_keeps_three_tenths_of_its_points() -> None:
    """100 samples, one right: 49.5 wrong ones would take 2475 points off."""
    assert standing("points", [Samples(points=500, samples=100, right=1)]).points == 150
    with pytest.raises(ValueError, match="9 right of 8"):
        standing("points", [Samples(points=500, samples=8, right=9)])


def test_the_mean_is_over_rounds() -> None:
    """Each round counts once, whatever its size."""
    assert mean_rating([2400, 2000, 2200]) == 2200
    with pytest.raises(ValueError, match="without a round"):
        mean_rating([])


PROBLEMS = st.lists(
    st.tuples(st.sampled_from([1, 250, 500, 1250, 3000]), st.integers(0, 8)), min_size=1, max_size=8
)
RATINGS = st.lists(st.integers(-50, 4000).map(float), min_size=1, max_size=60)
STYLES = st.sampled_from(["points", "icpc"])


@given(PROBLEMS, STYLES, st.data())
def test_who_solves_more_is_not_rated_less(
    problems: list[tuple[int, int]], style: str, data: st.DataObject
) -> None:
    """A problem that is solved and was not, or by more samples, never costs a place or a rating."""
    at = data.draw(st.integers(0, len(problems) - 1))
    more = list(problems)
    more[at] = (problems[at][0], min(8, problems[at][1] + 1))
    less, better = (
        standing(style, [Samples(points=p, samples=8, right=k) for p, k in those])  # type: ignore[arg-type]
        for those in (problems, more)
    )
    assert better >= less
    humans = [
        Human(rating=r, points=data.draw(st.integers(0, 9000)) % (10 if style == "icpc" else 9001))
        for r in data.draw(RATINGS)
    ]
    ratings = [human.rating for human in humans]
    places = place(better, humans), place(less, humans)
    assert places[0] <= places[1]
    assert rating_of(places[0], ratings) >= rating_of(places[1], ratings)


@given(RATINGS)
def test_the_rating_solves_the_equation(ratings: list[float]) -> None:
    """For every place that has a solution; and a better place is a higher rating."""
    found = [rating_of(rank, ratings) for rank in range(1, len(ratings) + 2)]
    for rank, rating in enumerate(found[: len(ratings) - 1], start=1):
        assert expected_place(rating, ratings) == pytest.approx(rank, rel=1e-9)
    assert all(a >= b for a, b in pairwise(found))


@given(RATINGS, st.integers(-500, 500), st.data())
def test_the_scale_has_no_zero(ratings: list[float], by: int, data: st.DataObject) -> None:
    """Where all humans are rated higher by as much, so is the contestant."""
    rank = data.draw(st.integers(1, len(ratings) + 1))
    moved = rating_of(rank, [rating + by for rating in ratings])
    assert moved == pytest.approx(rating_of(rank, ratings) + by, abs=1e-6)
