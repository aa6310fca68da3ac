"""From test scores to points, as CMS adds them up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UnsupportedError
from harness.types import (
    CodeBody,
    FileRef,
    Subtask,
    SubtaskScore,
    TestResult,
    Verdict,
)
from harness.types import Test as TestCase
from sandbox.subtasks import check_score_type, score_subtasks, total
from tests.fakes.bodies import code_body


def body(score_type: str, *subtasks: Subtask, precision: int = 2) -> CodeBody:
    names = dict.fromkeys(name for subtask in subtasks for name in subtask.tests)
    return code_body(
        score_type=score_type,
        score_precision=precision,
        subtasks=subtasks,
        tests=tuple(
            TestCase(name=name, input=FileRef(path=name, sha256="", size=0)) for name in names
        ),
    )


def result(test: str, score: float, verdict: Verdict | None = None) -> TestResult:
    by_score = Verdict.AC if score == 1 else Verdict.PAC if score else Verdict.WA
    return TestResult(test=test, verdict=verdict or by_score, score=score)


def results(scores: Mapping[str, float]) -> dict[str, TestResult]:
    return {test: result(test, score) for test, score in scores.items()}


def points(score_type: str, *scores: float, of: float = 100.0, precision: int = 2) -> float:
    tests = tuple(f"t{i}" for i in range(len(scores)))
    of_type = body(score_type, Subtask(name="s", points=of, tests=tests), precision=precision)
    (scored,) = score_subtasks(of_type, results(dict(zip(tests, scores, strict=True))))
    return scored.points


def test_a_subtask_is_worth_its_worst_test() -> None:
    """GroupMin: one bad test takes the whole subtask down to its own score."""
    assert points("group_min", 1, 1, 0.25, 1, of=56) == 14.0
    assert points("group_min", 1, 0) == 0.0
    assert points("group_min", 1, 1) == 100.0


def test_a_subtask_can_be_worth_the_product_or_the_mean() -> None:
    """GroupMul multiplies, Sum takes the mean."""
    assert points("group_mul", 0.5, 0.5) == 25.0
    assert points("sum", 1, 0.5, 0) == 50.0


@given(
    st.lists(st.integers(0, 1000), min_size=1, max_size=8),
    st.integers(1, 100),
    st.integers(0, 3),
)
def test_points_are_exact_to_the_precision(scores: list[int], of: int, precision: int) -> None:
    """The minimum times the points, rounded to the precision: as with exact fractions."""
    found = points("group_min", *(s / 1000 for s in scores), of=of, precision=precision)
    exact = Fraction(min(scores), 1000) * of
    assert abs(Fraction(found) - exact) <= Fraction(1, 2 * 10**precision) + Fraction(1, 10**9)


def slowly(
    score_type: str, outcomes: list[Fraction], most: int, threshold: Fraction, precision: int
) -> Fraction:
    """Return a subtask's points by CMS's own words for its score types, in exact numbers."""
    share = Fraction(1)
    for outcome in outcomes:
        if score_type == "group_mul":
            share *= outcome
        elif score_type == "group_min" and outcome < share:
            share = outcome
        elif score_type == "group_threshold" and not (outcome > 0 and not outcome > threshold):
            share = Fraction(0)
    if score_type == "sum":
        share = Fraction(0)
        for outcome in outcomes:
            share += outcome * Fraction(1, len(outcomes))
    return round(share * most, precision)


@given(
    st.sampled_from(["group_min", "group_mul", "group_threshold", "sum"]),
    st.lists(st.integers(0, 8), min_size=1, max_size=6),
    st.integers(1, 100),
    st.integers(0, 10),
    st.integers(0, 3),
)
def test_every_score_type_is_what_cms_says(
    score_type: str, eighths: list[int], most: int, bound: int, precision: int
) -> None:
    """Least, product, mean or all within a threshold: as a slow sum in exact fractions has it.

    Eighths are exact as binary numbers, so that nothing may be off but the last digit of a mean.
    """
    names = tuple(f"t{i}" for i in range(len(eighths)))
    subtask = Subtask(
        name="s",
        points=float(most),
        tests=names,
        threshold=bound / 8 if score_type == "group_threshold" else None,
    )
    found = {name: result(name, eighth / 8) for name, eighth in zip(names, eighths, strict=True)}
    (scored,) = score_subtasks(body(score_type, subtask, precision=precision), found)
    outcomes = [Fraction(eighth, 8) for eighth in eighths]
    wanted = slowly(score_type, outcomes, most, Fraction(bound, 8), precision)
    assert abs(Fraction(scored.points) - wanted) <= (
        Fraction(1, 10**9) if score_type != "sum" else Fraction(1, 10**precision)
    )


def test_an_outcome_counts_by_each_subtasks_own_threshold() -> None:
    """What the checker printed is compared, not its share; a failed run keeps its verdict."""
    of_type = body(
        "group_threshold",
        Subtask(name="low", points=10.0, tests=("a", "b"), threshold=3.0),
        Subtask(name="high", points=20.0, tests=("a", "b", "c"), threshold=9.0),
    )
    found = {
        "a": TestResult(test="a", verdict=Verdict.AC, score=1.0, given=2.0),
        "b": TestResult(test="b", verdict=Verdict.AC, score=1.0, given=7.0),
        "c": result("c", 0.0, Verdict.TLE),
    }
    low, high = score_subtasks(of_type, found)
    assert (low.points, low.deciding_test, low.verdict) == (0.0, "b", Verdict.WA)
    assert (high.points, high.deciding_test, high.verdict) == (0.0, "c", Verdict.TLE)
    (alone,) = score_subtasks(
        body("group_threshold", msgspec.structs.replace(of_type.subtasks[1], tests=("a", "b"))),
        found,
    )
    assert (alone.points, alone.verdict) == (20.0, Verdict.AC)


@given(
    st.sampled_from(["group_min", "group_mul", "sum"]),
    st.lists(st.floats(0, 1), min_size=1, max_size=8),
    st.integers(0, 7),
)
def test_a_better_test_never_costs_points(score_type: str, scores: list[float], which: int) -> None:
    """Raising one test's score to full never lowers the points, and they stay in range."""
    better = list(scores)
    better[which % len(better)] = 1.0
    before, after = points(score_type, *scores), points(score_type, *better)
    assert 0.0 <= before <= after <= 100.0


def test_a_skipped_test_counts_for_nothing() -> None:
    """A test that was not run because another had decided changes neither points nor reason."""
    of_type = body("group_min", Subtask(name="s", points=10.0, tests=("a", "b")))
    found = {"a": result("a", 0.0, Verdict.TLE), "b": result("b", 0.0, Verdict.SK)}
    assert score_subtasks(of_type, found) == (
        SubtaskScore(name="s", points=0.0, max_points=10.0, deciding_test="a", verdict=Verdict.TLE),
    )


def test_the_first_of_the_worst_tests_decides() -> None:
    """Of equally bad tests the first one is named, as the contest's feedback does."""
    of_type = body("group_min", Subtask(name="s", points=10.0, tests=("a", "b", "c")))
    (scored,) = score_subtasks(of_type, results({"a": 1.0, "b": 0.5, "c": 0.5}))
    assert (scored.deciding_test, scored.verdict) == ("b", Verdict.PAC)


def test_a_full_subtask_names_no_test() -> None:
    """Nothing was lost, so nothing decided."""
    of_type = body("group_min", Subtask(name="s", points=10.0, tests=("a",)))
    (scored,) = score_subtasks(of_type, results({"a": 1.0}))
    assert (scored.deciding_test, scored.verdict) == ("", Verdict.AC)


def test_a_test_counts_in_every_subtask_it_is_in() -> None:
    """Tests shared by subtasks are run once and count in each."""
    of_type = body(
        "group_min",
        Subtask(name="small", points=40.0, tests=("a",)),
        Subtask(name="large", points=60.0, tests=("a", "b")),
    )
    scored = score_subtasks(of_type, results({"a": 1.0, "b": 0.0}))
    assert [s.points for s in scored] == [40.0, 0.0]
    assert total(scored, 2) == 40.0


@given(st.lists(st.integers(0, 10000), max_size=20))
def test_the_total_is_the_exact_sum(hundredths: list[int]) -> None:
    """Points in hundredths add up without a trace of binary fractions."""
    scored = [SubtaskScore(name="s", points=h / 100, max_points=100.0) for h in hundredths]
    assert total(scored, 2) == sum(hundredths) / 100


def test_an_unknown_score_type_is_refused() -> None:
    """A score type that is not judged is an error naming those that are."""
    with pytest.raises(UnsupportedError, match="group_max") as caught:
        check_score_type("group_max")
    assert "group_min" in caught.value.hint
