"""The score types of CMS and their parameters, as a package names them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, Problem
from tasks.packages.score_type import SCORE_TYPES, score_type_key, subtasks_of
from tests.fakes.packages import cms_package

PLACE = Path("problem.json")
TESTS = ("1-01", "1-02", "2-01", "2-02", "2-03")


def split(parameters: object, key: str = "group_min") -> list[tuple[float, tuple[str, ...]]]:
    return [(s.points, s.tests) for s in subtasks_of(PLACE, key, parameters, TESTS)]


def test_tests_are_chosen_in_three_ways() -> None:
    """By number in order of name, by the beginning of the name, or by name."""
    wanted = [(40.0, ("1-01", "1-02")), (60.0, ("2-01", "2-02", "2-03"))]
    assert split([[40, 2], [60, 3]]) == wanted
    assert split([[40, "1-"], [60, "2-0[123]"]]) == wanted
    assert split([[40, ["1-01", "1-02"]], [60, ["2-01", "2-02", "2-03"]]]) == wanted
    assert split([{"max_score": 40, "testcases": 2}, {"max_score": 60, "testcases": 3}]) == wanted


def test_a_pattern_is_matched_at_the_beginning_only() -> None:
    """As in CMS; a test may match several patterns and then counts in each subtask."""
    assert split([[10, "1"], [20, ".*"]]) == [(10.0, ("1-01", "1-02")), (20.0, TESTS)]


def test_the_number_of_sum_is_what_each_test_is_worth() -> None:
    """Five tests of 20 points are a hundred."""
    assert split(20, "sum") == [(100.0, TESTS)]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6), st.integers(0, 3))
def test_counts_cut_the_tests_into_runs(counts: list[int], spare: int) -> None:
    """No test is in two subtasks, none is passed over, and what is left over is in none."""
    names = [f"{i:03}" for i in range(sum(counts) + spare)]
    found = subtasks_of(PLACE, "group_min", [[1, count] for count in counts], names[::-1])
    assert [len(subtask.tests) for subtask in found] == counts
    assert [name for subtask in found for name in subtask.tests] == names[: sum(counts)]


WRONG: dict[str, tuple[object, str]] = {
    "no list": (5, "is not a list"),
    "empty": ([], "is not a list"),
    "short": ([[1]], "has the entry [1]"),
    "mixed": ([[1, 2], [1, "x"]], "mixes"),
    "points": ([["1", 2]], "has the points '1'"),
    "negative": ([[-1, 2]], "has the points -1"),
    "too many": ([[1, 3], [1, 3]], "asks for 3 tests where 2 are left"),
    "none": ([[1, 0]], "asks for 0 tests"),
    "pattern": ([[1, "("]], "no regular expression"),
    "no match": ([[1, "3-"]], "no test matches"),
    "unknown": ([[1, ["3-01"]]], "names the tests ['3-01']"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named(what: str) -> None:
    """Parameters that do not fit the tests would lose points in silence: they are an error."""
    parameters, said = WRONG[what]
    with pytest.raises(TaskDataError, match=re.escape(said)):
        split(parameters)


def test_a_threshold_is_asked_for() -> None:
    """GroupThreshold without thresholds cannot be scored."""
    assert subtasks_of(PLACE, "group_threshold", [[1, 5, 2.5]], TESTS)[0].threshold == 2.5
    for parameters in ([[1, 5]], [[1, 5, "x"]], [{"max_score": 1, "testcases": 5}]):
        with pytest.raises(TaskDataError, match="score_type_parameters has the"):
            split(parameters, "group_threshold")


def test_an_unknown_score_type_is_unsupported() -> None:
    """Its name is told, with those that are known."""
    with pytest.raises(UnsupportedError, match="GroupSum") as caught:
        score_type_key(PLACE, "GroupSum")
    assert all(name in caught.value.hint for name in SCORE_TYPES)


FILES = {f"tests/{name}.{end}": "\n" for name in TESTS for end in ("in", "out")}


def body_of(problem: Problem) -> CodeBody:
    assert isinstance(problem.body, CodeBody)
    return problem.body


def test_a_package_names_its_score_type(tmp_path: Path) -> None:
    """With parameters the subtasks are theirs; without, those of ``subtasks/``."""
    problem = cms_package(
        tmp_path / "a",
        "Batch",
        FILES,
        score_type="GroupMul",
        score_type_parameters=[[40, 2], [60, 3]],
    )
    assert (problem.max_points, body_of(problem).score_type) == (100.0, "group_mul")
    subtask = '{"score": 30, "testcases": ["1-01"], "threshold": 5}'
    files = {**FILES, "subtasks/01-x.json": subtask}
    body = body_of(cms_package(tmp_path / "b", "Batch", files, score_type="GroupThreshold"))
    assert [(s.name, s.points, s.threshold) for s in body.subtasks] == [("01-x", 30.0, 5.0)]
    assert body_of(cms_package(tmp_path / "c", "Batch", files)).subtasks[0].threshold is None
    without = {**FILES, "subtasks/01-x.json": '{"score": 30, "testcases": ["1-01"]}'}
    with pytest.raises(TaskDataError, match="needs a threshold"):
        cms_package(tmp_path / "d", "Batch", without, score_type="GroupThreshold")
