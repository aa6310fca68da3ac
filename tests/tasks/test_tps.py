"""TPS sources become the same problem that CMS would import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, CodeKind, Comparison, Problem
from tasks.packages.any import read_any_package
from tasks.packages.jury import read_jury
from tasks.packages.tps import open_package
from tests.fakes.tps import MANIFEST, tps

COMMUNICATION = {
    **MANIFEST,
    "type": "Communication",
    "num_processes": 2,
    "grader_name": "stub",
    "has_checker": True,
}


def body_of(problem: Problem) -> CodeBody:
    assert isinstance(problem.body, CodeBody)
    return problem.body


def test_a_task_is_read(tmp_path: Path) -> None:
    """Limits, subtasks in order of index, tests, and files that are shared through a link."""
    problem = open_package(tps(tmp_path)).problem
    body = body_of(problem)
    assert (problem.id, problem.title, problem.max_points) == ("sum", "Two Numbers", 100.0)
    assert problem.statement == "Add.\n"
    assert (body.kind, body.time_limit_s, body.memory_limit_bytes) == (
        CodeKind.BATCH,
        1.5,
        512 << 20,
    )
    assert [(s.name, s.points, s.tests) for s in body.subtasks] == [
        ("samples", 0.0, ("0-01",)),
        ("small", 40.0, ("0-01", "1-01")),
        ("full", 60.0, ("1-01", "2-01")),
    ]
    assert sorted(test.name for test in body.tests) == ["0-01", "1-01", "2-01"]
    assert body.comparison is Comparison.CHECKER
    assert {(item.role.value, item.file.path) for item in body.files} == {
        ("grader", "grader/cpp/grader.cpp"),
        ("header", "grader/cpp/sum.h"),
        ("checker", "checker/checker.cpp"),
        ("support", "checker/testlib.h"),
    }
    assert read_any_package(tmp_path / "sum").problem == problem


def test_a_communication_task_may_have_a_checker_after_its_manager(tmp_path: Path) -> None:
    """Only when it says so."""
    files: dict[str, str | None] = {
        "problem.json": json.dumps(COMMUNICATION),
        "grader/manager.cpp": "//\n",
        "grader/cpp/stub.cpp": "//\n",
        "tests/1-01.out": None,
    }
    body = body_of(open_package(tps(tmp_path / "a", files)).problem)
    assert (body.kind, body.processes) == (CodeKind.COMMUNICATION, 2)
    assert body.manager_then_checker
    assert {item.file.path for item in body.files if item.role.value in ("grader", "manager")} == {
        "grader/cpp/stub.cpp",
        "grader/manager.cpp",
    }
    unsaid = {key: value for key, value in COMMUNICATION.items() if key != "has_checker"}
    body = body_of(
        open_package(tps(tmp_path / "b", {**files, "problem.json": json.dumps(unsaid)})).problem
    )
    assert not body.manager_then_checker
    assert "checker" not in {item.role.value for item in body.files}


def test_without_a_checker_outputs_are_compared(tmp_path: Path) -> None:
    """By white space, as CMS does."""
    files: dict[str, str | None] = {"checker/checker.cpp": None, "checker/testlib.h": None}
    assert body_of(open_package(tps(tmp_path, files)).problem).comparison is Comparison.WHITESPACE


def test_tests_that_are_not_here_can_be_dropped(tmp_path: Path) -> None:
    """They are named, and their subtasks are judged on the rest."""
    folder = tps(tmp_path, {"tests/1-01.out": None})
    with pytest.raises(TaskDataError, match="1-01") as caught:
        open_package(folder)
    assert "tps gen" in caught.value.hint
    package = open_package(folder, allow_missing=True)
    assert package.dropped == ("1-01",)
    assert [s.tests for s in body_of(package.problem).subtasks] == [
        ("0-01",),
        ("0-01",),
        ("2-01",),
    ]


def test_a_subtask_without_any_of_its_tests_gives_no_points(tmp_path: Path) -> None:
    """Nobody solved it: neither its points nor the jury's words about it count."""
    solutions = {"sum.cpp": {"verdict": "incorrect", "except": {"full": "correct"}}}
    files = {"tests/1-01.out": None, "tests/2-01.in": None}
    folder = tps(tmp_path, files | {"solutions.json": json.dumps(solutions)})
    problem = open_package(folder, allow_missing=True).problem
    assert problem.max_points == 40
    assert [s.name for s in body_of(problem).subtasks] == ["samples", "small"]
    (program,) = read_jury(problem)
    assert [name for name, _ in program.expectation.subtasks] == ["samples", "small"]


def test_links_may_lead_to_the_shared_folder_alone(tmp_path: Path) -> None:
    """And not to any other place."""
    (tmp_path / "secret.h").write_text("//\n")
    with pytest.raises(TaskDataError, match="leaves the package"):
        open_package(tps(tmp_path, {"checker/testlib.h": "->../../secret.h"}))
    with pytest.raises(TaskDataError, match="leaves the package"):
        open_package(tps(tmp_path, {"tests/0-01.in": "->../../tps/problem-assets/testlib.h"}))


def manifest(**changes: object) -> dict[str, str | None]:
    return {"problem.json": json.dumps({**MANIFEST, **changes})}


@pytest.mark.parametrize(
    ("files", "error", "words"),
    [
        (manifest(type="Notice"), UnsupportedError, "Notice"),
        (manifest(time_limit=0), TaskDataError, "time_limit"),
        (manifest(memory_limit=-1), TaskDataError, "memory_limit"),
        (manifest(name="a/b", code=""), TaskDataError, "no file name"),
        (manifest(num_processes=99), TaskDataError, "num_processes"),
        (manifest(time_limit="1"), TaskDataError, "time_limit"),
        ({"tests/mapping": None}, TaskDataError, "no tests/mapping"),
        ({"tests/mapping": "small\n"}, TaskDataError, "line 1"),
        ({"tests/mapping": "tiny 0-01\n"}, TaskDataError, "line 1"),
        ({"tests/mapping": "small ../x\n"}, TaskDataError, "line 1"),
        ({"subtasks.json": "{}"}, TaskDataError, "subtasks"),
        (
            {"subtasks.json": json.dumps({"subtasks": {"full": {"index": 0, "score": -1}}})},
            TaskDataError,
            "negative",
        ),
        (manifest(type="Communication"), TaskDataError, "no manager"),
        ({"checker/checker.cpp": None, **manifest(has_checker=True)}, TaskDataError, "no checker"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, files: dict[str, str | None], error: type[TaskDataError], words: str
) -> None:
    """The file and what it says stand in the message."""
    with pytest.raises(error, match=words):
        open_package(tps(tmp_path, files))


@pytest.mark.parametrize("kind", ["OutputOnly", "TwoSteps"])
def test_outputs_and_two_steps_are_read(tmp_path: Path, kind: str) -> None:
    """They have answers and a checker as batch tasks have; outputs are in no language."""
    files: dict[str, str | None] = {"problem.json": json.dumps({**MANIFEST, "type": kind})}
    body = body_of(open_package(tps(tmp_path, files)).problem)
    only = kind == "OutputOnly"
    assert body.kind is (CodeKind.OUTPUT_ONLY if only else CodeKind.TWO_STEPS)
    assert body.comparison is Comparison.CHECKER
    assert body.languages == (() if only else ("cpp",))
    assert all(test.answer is not None for test in body.tests)


def test_two_steps_need_a_grader(tmp_path: Path) -> None:
    """Without it no submission of theirs could be compiled."""
    files: dict[str, str | None] = {
        "problem.json": json.dumps({**MANIFEST, "type": "TwoSteps"}),
        "grader/cpp/grader.cpp": None,
    }
    with pytest.raises(TaskDataError, match="has no grader"):
        open_package(tps(tmp_path, files))
