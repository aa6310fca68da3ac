"""Public sets with problems of the IOI become its packages, or say what they lack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.data import DataStore
from harness.errors import DriftError, TaskDataError
from harness.hub.public_set import Converted
from harness.task import DataProblem
from harness.types import CodeBody, CodeKind, Comparison
from tasks.hub.liveoibench import PROBLEMS as LIVE_PROBLEMS
from tasks.hub.liveoibench import TESTS as LIVE_TESTS
from tasks.hub.open_r1_ioi import PROBLEMS, TESTS
from tasks.ioi.task import IOI2024, IOI2025
from tests.fakes.published import (
    Rows,
    live_problem,
    live_tests,
    open_r1_problems,
    open_r1_tests,
    sources,
    tables,
)
from tests.fakes.scripted import AnswersOnly

NILE = (6, 13, 17, 11, 20, 15, 18)
SOUVENIRS = (4, 3, 14, 18, 28, 33)
WORLDMAP = (5, 10, 7, 8, 14, 56)


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


def bring(
    store: DataStore, task: IOI2024 | IOI2025, rows: Mapping[str, Rows], which: int = 0
) -> tuple[Converted, dict[str, DataProblem]]:
    """Convert rows and take the packages in."""
    public = task.public[which]
    found = tables(store.root.parent / "hub", public, rows)

    def stored(name: str) -> Path | None:
        return store.folder(task.id, name) if store.has(task.id, name) else None

    with store.scratch() as folder:
        converted = public.convert(found, folder, stored)
        if not any(folder.iterdir()):
            return converted, {}
        problems = task.add_data(store, folder, AnswersOnly())  # type: ignore[arg-type]
    return converted, {problem.problem: problem for problem in problems}


def nile(**change: Any) -> dict[str, Rows]:
    return {
        PROBLEMS: [
            *open_r1_problems(2024, "nile", NILE, **change),
            *open_r1_problems(2023, "closing", (50, 50)),
        ],
        TESTS: open_r1_tests(2024, "nile", len(NILE)),
    }


def test_rows_of_open_r1_become_a_package(store: DataStore) -> None:
    """Subtasks, tests, grader, checker and limits are those of the rows; other years stay out."""
    _, found = bring(store, IOI2024(), nile())
    assert (found["nile"].ready, found["nile"].tests) == (True, 8)
    (problem,) = IOI2024().contest(store).problems
    assert (problem.id, problem.title, problem.max_points) == ("nile", "Nile", 100)
    assert problem.statement.startswith("# Nile")
    body = problem.body
    assert isinstance(body, CodeBody)
    assert (body.time_limit_s, body.memory_limit_bytes) == (1.0, 1 << 31)
    assert body.comparison is Comparison.CHECKER
    assert [subtask.points for subtask in body.subtasks] == [0, *NILE]
    assert store.packages("ioi2024") == ("nile",)


def test_bytes_of_tests_are_kept_as_they_are(store: DataStore) -> None:
    """A line end of Windows, and none at the end of a file, are part of a test."""
    rows = nile()
    rows[TESTS][1] |= {"test_input": "1\r\n2", "test_output": "3\u00e9\r\n\r\n"}
    bring(store, IOI2024(), rows)
    tests = store.folder("ioi2024", "nile") / "tests"
    assert (tests / "1-01.in").read_bytes() == b"1\r\n2"
    assert (tests / "1-01.out").read_bytes() == "3\u00e9\r\n\r\n".encode()


def test_a_communication_problem_has_its_number_of_programs(store: DataStore) -> None:
    """The rows do not have it; the contest's own package says two."""
    files = [["graders/manager.cpp", "int main() {}"], ["graders/stub.cpp", "int main() {}"]]
    rows = {
        PROBLEMS: open_r1_problems(
            2024,
            "message",
            (10, 90),
            task_type="Communication",
            time_limit=3.0,
            grader_files=[*files, ["graders/empty.h", None]],
        ),
        TESTS: open_r1_tests(2024, "message", 2),
    }
    bring(store, IOI2024(), rows)
    (problem,) = IOI2024().contest(store).problems
    assert isinstance(problem.body, CodeBody)
    assert (problem.body.kind, problem.body.processes) == (CodeKind.COMMUNICATION, 2)


def test_a_test_that_no_row_has_is_missing_by_name(store: DataStore) -> None:
    """The problem is left out; nothing is judged on the rest."""
    rows = nile()
    rows[TESTS] = rows[TESTS][:-1]
    _, found = bring(store, IOI2024(), rows)
    assert found["nile"].missing == ("1 test inputs, such as 7-01.in",)


def test_points_that_the_contest_did_not_have_are_an_error(store: DataStore) -> None:
    """A set that splits a problem otherwise gives other scores."""
    rows = nile()
    rows[PROBLEMS][1]["score"] = 7
    with pytest.raises(TaskDataError, match="subtask points"):
        bring(store, IOI2024(), rows)


BAD_ROWS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a test twice": (TESTS, {"test_name": "0-01"}, "has the test 0-01 of nile twice"),
    "a test that leads out": (TESTS, {"test_name": "../x"}, r"the test '\.\./x' of nile"),
    "a subtask twice": (
        PROBLEMS,
        {"subtask": "00-samples"},
        "the subtask 00-samples of nile twice",
    ),
    "a subtask that leads out": (PROBLEMS, {"subtask": "../99"}, r"the subtask '\.\./99'"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_rows_that_no_package_can_have_are_named(store: DataStore, what: str) -> None:
    """Nothing of the set comes in."""
    repository, change, said = BAD_ROWS[what]
    rows = nile()
    rows[repository][1] |= change
    with pytest.raises(TaskDataError, match=said):
        bring(store, IOI2024(), rows)
    assert store.packages("ioi2024") == ()


@pytest.mark.parametrize("path", ["checker/../../x", "checker/a/b", "graders/.."])
def test_a_grader_is_written_nowhere_else(store: DataStore, path: str) -> None:
    """A name of a row leads into the folders that a package has, or is an error."""
    with pytest.raises(TaskDataError, match="which no package can have"):
        bring(store, IOI2024(), nile(grader_files=[[path, "text"]]))
    assert not (store.root.parent / "x").exists()


@pytest.mark.parametrize("name", ["../../x", "..", "", "a/b"])
def test_a_problem_is_written_nowhere_else(store: DataStore, name: str) -> None:
    """Its id becomes the name of a folder, or is an error."""
    with pytest.raises(TaskDataError, match="which is no file name"):
        bring(store, IOI2024(), nile(id=name))
    assert not (store.root.parent / "x").exists()


def test_a_year_that_is_not_in_the_set_is_named(store: DataStore) -> None:
    """It is no empty contest."""
    rows = nile()
    rows[PROBLEMS] = rows[PROBLEMS][-3:]
    with pytest.raises(TaskDataError, match="has no problem of 2024"):
        bring(store, IOI2024(), rows)


# --- LiveOIBench ----------------------------------------------------------------------------------


def test_a_batch_problem_with_a_checker_becomes_a_package(store: DataStore) -> None:
    """Limits in MiB, subtasks in their order."""
    rows = {
        LIVE_PROBLEMS: [
            live_problem("souvenirs", sources("souvenirs")),
            live_problem("prize", {}) | {"problem_id": "BOI-2025-day1-prize"},
        ],
        LIVE_TESTS: [live_tests("souvenirs", SOUVENIRS)],
    }
    converted, found = bring(store, IOI2025(), rows)
    assert converted == Converted()
    assert (found["souvenirs"].ready, found["souvenirs"].tests) == (True, 6)
    (problem,) = IOI2025().contest(store).problems
    assert isinstance(problem.body, CodeBody)
    assert problem.body.memory_limit_bytes == 1 << 31
    assert problem.body.comparison is Comparison.CHECKER


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (live_problem("worldmap", {"grader.cpp": "int main() {}"}), "has no checker of it"),
        (live_problem("worldmap", sources("worldmap"), time_limit=None), "has no limits of it"),
        (live_problem("triples", sources("triples")), "a problem of type BatchAndOutput is run"),
        (live_problem("migrations", sources("migrations")), "of type Communication is run"),
    ],
)
def test_what_would_be_judged_wrongly_is_not_taken(
    store: DataStore, row: dict[str, Any], why: str
) -> None:
    """Without a checker every right answer but one would be wrong; the next step is told."""
    name = row["task_name"]
    rows = {LIVE_PROBLEMS: [row], LIVE_TESTS: [live_tests(name, WORLDMAP)]}
    converted, found = bring(store, IOI2025(), rows)
    ((left, reason),) = converted.left_out
    assert (left, found) == (name, {})
    assert why in reason
    assert "harness data add ioi2025 DIR" in reason


def test_tests_are_added_to_the_contests_own_package(store: DataStore, tmp_path: Path) -> None:
    """Its checker, its subtasks and its own tests stay; what it lacks comes from the set."""
    home = tmp_path / "in" / "worldmap"
    files = sources("worldmap") | {
        "problem.json": json.dumps(
            {
                "code": "worldmap",
                "name": "World Map",
                "time_limit": 1.0,
                "memory_limit": 1 << 31,
                "task_type": "Batch",
            }
        ),
        "tests/1-01.in": "9 9\n",
        "tests/1-01.out": "18\n",
        "tests/2-01.in": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
    }
    for number, points in enumerate(WORLDMAP, start=1):
        cases = [f"{n}-01" for n in range(1, number + 1)]
        files[f"subtasks/{number:02}.json"] = json.dumps({"score": points, "testcases": cases})
    for path, text in files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_text(text)
    IOI2025().add_data(store, tmp_path / "in", AnswersOnly())  # type: ignore[arg-type]
    assert IOI2025().contest(store).problems == ()
    rows = {
        LIVE_PROBLEMS: [live_problem("worldmap", {})],
        LIVE_TESTS: [live_tests("worldmap", WORLDMAP)],
    }
    converted, found = bring(store, IOI2025(), rows)
    assert (converted.joined, found["worldmap"].ready) == (("worldmap",), True)
    tests = store.folder("ioi2025", "worldmap") / "tests"
    assert (tests / "1-01.in").read_text() == "9 9\n"
    assert (tests / "2-01.in").read_text() == "2 1\n"


def test_a_problem_without_tests_and_a_contest_without_problems_are_named(
    store: DataStore,
) -> None:
    """That a set may not have the contest at all is said."""
    rows: dict[str, Rows] = {
        LIVE_PROBLEMS: [live_problem("souvenirs", sources("souvenirs"))],
        LIVE_TESTS: [live_tests("festival", (100,))],
    }
    converted, _ = bring(store, IOI2025(), rows)
    assert converted.left_out == (("souvenirs", f"{LIVE_TESTS} at abc has no tests of it"),)
    rows[LIVE_PROBLEMS][0]["problem_id"] = "IOI-2024-contest-nile"
    with pytest.raises(TaskDataError, match="has no problem IOI-2025-"):
        bring(store, IOI2025(), rows)


@pytest.mark.parametrize("column", ["tests", "subtasks"])
def test_a_text_that_is_no_json_names_the_column(store: DataStore, column: str) -> None:
    """And the problem."""
    rows = {
        LIVE_PROBLEMS: [live_problem("souvenirs", sources("souvenirs"))],
        LIVE_TESTS: [live_tests("souvenirs", SOUVENIRS, **{column: "[1"})],
    }
    with pytest.raises(DriftError, match=f"IOI-2025-contest-souvenirs: column '{column}'"):
        bring(store, IOI2025(), rows)
