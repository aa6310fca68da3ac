"""Marks to one mark: exact, blind to order, and never off the scale."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.judges.proofs.aggregate import aggregated, points_of
from harness.types import AVERAGES, Aggregate, Scale
from tests.fakes.courts import shipped

SCALES = st.sampled_from(Scale)
MARKED = SCALES.flatmap(
    lambda scale: st.tuples(
        st.just(scale), st.lists(st.sampled_from(scale.values), min_size=1, max_size=70)
    )
)
EVERY = st.sampled_from(Aggregate)


@given(EVERY, MARKED, st.randoms(use_true_random=False))
def test_order_does_not_matter(how: Aggregate, marked: tuple[Scale, list[float]], chance) -> None:  # type: ignore[no-untyped-def]
    """Who marked first is nobody's advantage."""
    scale, marks = marked
    mixed = list(marks)
    chance.shuffle(mixed)
    assert aggregated(how, mixed, scale) == aggregated(how, marks, scale)


@given(EVERY, MARKED)
def test_an_outcome_lies_on_the_scale(how: Aggregate, marked: tuple[Scale, list[float]]) -> None:
    """Nothing is below 0 or above the top, above the best mark, or between values but a mean."""
    scale, marks = marked
    found = aggregated(how, marks, scale)
    assert 0 <= found <= max(marks) <= scale.top
    if how not in (Aggregate.ZERO_VETO, Aggregate.UNANIMOUS):
        assert found >= min(marks)
    if how not in AVERAGES:
        assert found in scale.values


@given(EVERY, MARKED)
def test_a_better_mark_never_makes_it_worse(
    how: Aggregate, marked: tuple[Scale, list[float]]
) -> None:
    """One mark raised to the top lowers no outcome, except that a majority may fall apart."""
    scale, marks = marked
    raised = [scale.top, *marks[1:]]
    if how is not Aggregate.MAJORITY:  # a vote that leaves the majority can end it
        assert aggregated(how, raised, scale) >= aggregated(how, marks, scale)


@given(EVERY, SCALES.flatmap(lambda s: st.tuples(st.just(s), st.sampled_from(s.values))))
def test_marks_that_agree_are_the_mark(how: Aggregate, one: tuple[Scale, float]) -> None:
    """Of equal marks each way makes that mark; unanimity only where it is the top."""
    scale, mark = one
    expected = mark if how is not Aggregate.UNANIMOUS or mark == scale.top else 0.0
    for count in (1, 2, 3, 7, 64):
        assert aggregated(how, [mark] * count, scale) == expected


@given(MARKED)
def test_the_mean_is_exact_and_a_zero_vetoes_it(marked: tuple[Scale, list[float]]) -> None:
    """The mean is the nearest number to the true one; with a 0 among the marks the veto is 0."""
    scale, marks = marked
    mean = aggregated(Aggregate.MEAN, marks, scale)
    assert mean == float(sum(map(Fraction, marks)) / len(marks))
    assert aggregated(Aggregate.ZERO_VETO, marks, scale) == (0 if 0 in marks else mean)
    assert aggregated(Aggregate.ZERO_VETO, [*marks, 0.0], scale) == 0


@given(MARKED)
def test_the_middle_is_the_lower_one_and_the_commonest_too(
    marked: tuple[Scale, list[float]],
) -> None:
    """At least half the marks are no lower than the median, and none is as frequent and lower."""
    scale, marks = marked
    median = aggregated(Aggregate.MEDIAN, marks, scale)
    assert median in marks
    assert 2 * sum(mark <= median for mark in marks) >= len(marks)
    assert 2 * sum(mark < median for mark in marks) < len(marks)
    commonest = aggregated(Aggregate.MAJORITY, marks, scale)
    counts = Counter(marks)
    assert counts[commonest] == max(counts.values())
    assert all(mark >= commonest for mark in counts if counts[mark] == counts[commonest])


@pytest.mark.parametrize(
    ("marks", "found"),
    [
        ([7, 7, 7, 0], {"mean": 5.25, "zero_veto": 0, "median": 7, "majority": 7, "min": 0}),
        ([7, 6], {"mean": 6.5, "zero_veto": 6.5, "median": 6, "majority": 6, "min": 6}),
        ([1, 1, 7, 7], {"mean": 4, "zero_veto": 4, "median": 1, "majority": 1, "min": 1}),
        ([7, 7, 7], {"mean": 7, "zero_veto": 7, "unanimous": 7}),
        ([7, 7, 6], {"median": 7, "unanimous": 0}),
        ([0.5, 1, 1], {"mean": 2.5 / 3, "unanimous": 0}),
    ],
)
def test_by_hand(marks: list[float], found: dict[str, float]) -> None:
    """Small cases, counted on paper."""
    scale = Scale.HALVES if 0.5 in marks else Scale.CLASSES
    for how, value in found.items():
        assert aggregated(Aggregate(how), marks, scale) == pytest.approx(value, abs=1e-15)


@given(st.fractions(min_value=0, max_value=7, max_denominator=192))
def test_a_whole_mark_is_the_nearest_or_the_one_below(found: Fraction) -> None:
    """Down never gives more than there is; nearest is off by half at most, half goes down."""
    down = points_of(shipped("proofbench-mean", whole="down").file, float(found))
    near = points_of(shipped("proofbench-mean", whole="nearest").file, float(found))
    assert down == math.floor(found)
    assert near.is_integer()
    assert -Fraction(1, 2) <= Fraction(near) - found < Fraction(1, 2)
    assert points_of(shipped("proofbench-mean").file, float(found)) == float(found)


def test_a_table_gives_the_points_of_a_mark() -> None:
    """What correct is worth is the file's to say."""
    file = shipped("opc", points={"1": 7.0, "0": 0.0}).file
    assert (points_of(file, 1.0), points_of(file, 0.0), file.top) == (7.0, 0.0, 7.0)
    halves = shipped(
        "deepseekmath-v2", aggregate=Aggregate.MIN, points={"1": 7.0, "0.5": 3.0, "0": 0.0}
    ).file
    assert points_of(halves, 0.5) == 3.0
