"""The reader of CMS packages reads what is right and names what is wrong."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    FileRole,
    Problem,
    TestResult,
    Verdict,
)
from sandbox.subtasks import score_subtasks, total
from tasks.packages.cms import missing_tests, open_package, read_package, references
from tasks.packages.find import copy_package
from tests.fakes.packages import write_package

MAKE = write_package


def body_of(problem: Problem) -> CodeBody:
    assert isinstance(problem.body, CodeBody)
    return problem.body


def test_a_package_is_read(tmp_path: Path) -> None:
    """Limits, subtasks, tests and the roles of files are those of the package."""
    problem = read_package(MAKE(tmp_path / "sum"))
    body = body_of(problem)
    assert (problem.id, problem.title, problem.max_points) == ("sum", "Sum", 100.0)
    assert (body.compile_time_s, body.compile_memory_bytes) == (10, 512 << 20)
    assert (body.kind, body.time_limit_s, body.memory_limit_bytes) == (
        CodeKind.BATCH,
        1.0,
        268435456,
    )
    assert [(s.name, s.points, s.tests) for s in body.subtasks] == [
        ("01-small", 40.0, ("1-01",)),
        ("02-large", 60.0, ("1-01", "2-01")),
    ]
    assert [test.name for test in body.tests] == ["1-01", "2-01"]
    assert {(item.role, item.file.path) for item in body.files} == {
        (FileRole.GRADER, "graders/grader.cpp"),
        (FileRole.HEADER, "graders/sum.h"),
        (FileRole.REFERENCE, "solutions/model_solution/sum.cpp"),
    }
    assert body.comparison is Comparison.WHITESPACE
    assert [place.name for place in references(problem)] == ["sum.cpp"]


def test_a_checker_decides_when_there_is_one(tmp_path: Path) -> None:
    """A package with a checker is judged by it, not by comparison."""
    folder = MAKE(tmp_path / "sum")
    (folder / "checker").mkdir()
    (folder / "checker" / "checker.cpp").write_text("int main() {}")
    assert body_of(read_package(folder)).comparison is Comparison.CHECKER


def test_the_hash_follows_what_can_change_a_verdict(tmp_path: Path) -> None:
    """Another test, limit or grader is another problem; another model solution is not."""
    folder = MAKE(tmp_path / "sum")
    before = read_package(folder).hash
    (folder / "solutions" / "model_solution" / "sum.cpp").write_text("// another\n")
    assert read_package(folder).hash == before
    (folder / "tests" / "2-01.out").write_text("8\n")
    assert read_package(folder).hash != before


def test_the_hash_does_not_follow_the_folder(tmp_path: Path) -> None:
    """The same package in another place is the same problem."""
    assert read_package(MAKE(tmp_path / "a")).hash == read_package(MAKE(tmp_path / "b")).hash


def test_missing_tests_are_named(tmp_path: Path) -> None:
    """A case that a subtask names must be there, with input and answer."""
    folder = MAKE(tmp_path / "sum")
    (folder / "tests" / "2-01.out").unlink()
    assert missing_tests(folder) == ((), ("2-01",))
    with pytest.raises(TaskDataError, match=r"2-01\.out is missing"):
        read_package(folder)
    read_package(folder, without_answers=True)


def test_tests_that_are_not_here_can_be_dropped(tmp_path: Path) -> None:
    """They are named; subtasks are judged on the rest, and one without any gives no points."""
    folder = MAKE(tmp_path / "sum")
    (folder / "tests" / "1-01.in").unlink()
    with pytest.raises(TaskDataError, match=r"1-01\.in is missing") as caught:
        open_package(folder)
    assert "--allow-missing" in caught.value.hint
    package = open_package(folder, allow_missing=True)
    assert package.dropped == ("1-01",)
    body = body_of(package.problem)
    assert [(s.name, s.tests) for s in body.subtasks] == [("02-large", ("2-01",))]
    assert [test.name for test in body.tests] == ["2-01"]
    assert package.problem.max_points == 60
    (folder / "tests" / "2-01.out").unlink()
    with pytest.raises(TaskDataError, match="no test case"):
        open_package(folder, allow_missing=True)


def manifest(**change: object) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        place = folder / "problem.json"
        place.write_text(json.dumps(json.loads(place.read_text()) | change))

    return apply


def text(name: str, content: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).write_text(content)

    return apply


def outside(folder: Path) -> None:
    (folder / "tests" / "1-01.in").unlink()
    (folder / "tests" / "1-01.in").symlink_to("/etc/hostname")


def worthless(folder: Path) -> None:
    for place in (folder / "subtasks").iterdir():
        place.write_text(json.dumps(json.loads(place.read_text()) | {"score": 0}))


WRONG: dict[str, tuple[Callable[[Path], None], str]] = {
    "no json": (text("problem.json", "{"), "problem.json"),
    "wrong type": (manifest(time_limit="1"), "time_limit"),
    "no time": (manifest(time_limit=0), "time_limit is 0"),
    "no memory": (manifest(memory_limit=-1), "memory_limit is -1"),
    "precision": (manifest(score_precision=99), "score_precision is 99"),
    "escaping code": (manifest(code="../x"), "is no file name"),
    "code that is an option": (manifest(code="-o"), "code is '-o'"),
    "hidden code": (manifest(code=".sum"), "is no file name"),
    "code with NUL": (manifest(code="a\0b"), "code is 'a\\x00b'"),
    "code that steers": (manifest(code="a\x1b[2Jb"), "code is 'a\\x1b[2Jb'"),
    "long code": (manifest(code="é" * 51), "is no file name"),
    "code of a grader": (manifest(code="grader"), "grader.cpp: a grader may not be named"),
    "params": (manifest(task_type_params="{"), "task_type_params is not JSON"),
    "params depth": (manifest(task_type_params="[" * 100_000), "nested too deep"),
    "params digits": (manifest(task_type_params="1" * 5000), "task_type_params is not JSON"),
    "depth": (text("subtasks/01-small.json", '{"x":' + "[" * 100_000), "nested too deep"),
    "params list": (manifest(task_type_params="[]"), "not a JSON object"),
    "score": (text("subtasks/01-small.json", '{"score": -1, "testcases": []}'), "score is -1"),
    "no cases": (text("subtasks/01-small.json", '{"score": 1, "testcases": []}'), "no test cases"),
    "no points": (worthless, "all subtasks together have no points"),
    "folder": (lambda folder: (folder / "subtasks" / "03-x.json").mkdir(), "03-x.json: is no file"),
    "pipe": (lambda folder: os.mkfifo(folder / "subtasks" / "03-x.json"), "is no file"),
    "long case": (
        text("subtasks/01-small.json", json.dumps({"score": 1, "testcases": ["x" * 300]})),
        "no name of a test case",
    ),
    "huge score": (
        text("subtasks/01-small.json", '{"score": 1e308, "testcases": ["1-01"]}'),
        "score is 1e+308",
    ),
    "case": (
        text("subtasks/01-small.json", '{"score": 1, "testcases": ["../../etc/passwd"]}'),
        "no name of a test case",
    ),
    "case type": (text("subtasks/01-small.json", '{"score": 1, "testcases": 5}'), "testcases"),
    "escaping link": (outside, "link that leaves the package"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, what: str) -> None:
    """A malformed package is an error that names the file and the fault."""
    folder = MAKE(tmp_path / "sum")
    spoil, said = WRONG[what]
    spoil(folder)
    with pytest.raises(TaskDataError) as caught:
        read_package(folder)
    assert said in str(caught.value)
    assert str(folder) in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("points", "precision", "whole"),
    [
        ((1.1, 2.2), 2, 3.3),
        ((0.1,) * 10, 2, 1.0),
        ((33.333, 33.333, 33.334), 3, 100.0),
        ((1.5, 2.5), 0, 4.0),
    ],
)
def test_all_subtasks_together_are_the_full_points(
    tmp_path: Path, points: tuple[float, ...], precision: int, whole: float
) -> None:
    """What a submission that solves everything gets is what the problem is said to be worth."""
    folder = MAKE(tmp_path / "sum")
    manifest(score_precision=precision)(folder)
    for place in (folder / "subtasks").iterdir():
        place.unlink()
    for number, score in enumerate(points):
        text(f"subtasks/{number}.json", json.dumps({"score": score, "testcases": ["1-01"]}))(folder)
    problem = read_package(folder)
    right = TestResult(
        test="1-01", verdict=Verdict.AC, score=1.0, cpu_s=0.1, wall_s=0.1, peak_memory_bytes=1
    )
    reached = total(score_subtasks(body_of(problem), {"1-01": right}), precision)
    assert problem.max_points == whole == reached


def test_unjudged_task_types_are_unsupported(tmp_path: Path) -> None:
    """A task type that is not judged is said to be so, and never judged as another."""
    folder = MAKE(tmp_path / "sum")
    manifest(task_type="Notice")(folder)
    with pytest.raises(UnsupportedError, match="Notice") as caught:
        read_package(folder)
    assert "TwoSteps" in caught.value.hint


def test_a_folder_that_is_no_package_is_named(tmp_path: Path) -> None:
    """A folder without a manifest is an error with the next step."""
    with pytest.raises(TaskDataError, match=r"has no problem\.json"):
        read_package(tmp_path)


def test_a_problem_survives_the_log(tmp_path: Path) -> None:
    """A problem read from a package is the same after a trip through JSON."""
    problem = read_package(MAKE(tmp_path / "sum"))
    again = msgspec.json.decode(msgspec.json.encode(problem), type=Problem)
    assert again == problem


def linked_tests(folder: Path) -> None:
    shutil.move(folder / "tests", folder.parent / "secrets")
    (folder / "tests").symlink_to(folder.parent / "secrets")


def linked_inside(folder: Path) -> None:
    (folder / "tests").rename(folder / "data")
    (folder / "tests").symlink_to("data")


SPOILT: dict[str, tuple[Callable[[Path], None], str]] = {
    "folder outside": (linked_tests, "tests is a link that leaves the package"),
    "file outside": (outside, "1-01.in is a link that leaves the package"),
    "folder inside": (linked_inside, "tests is a link, but not to a file"),
    "circle": (
        lambda folder: (folder / "tests" / "x").symlink_to(".."),
        "x is a link, but not to a file",
    ),
    "itself": (
        lambda folder: (folder / "tests" / "x").symlink_to("x"),
        "x is a link, but not to a file",
    ),
    "pipe": (lambda folder: os.mkfifo(folder / "tests" / "x"), "x is neither a file nor a folder"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_only_what_is_in_a_package_is_copied(tmp_path: Path, what: str) -> None:
    """A link that leaves the package, or that is no file, is named; it is never followed."""
    folder = MAKE(tmp_path / "sum")
    spoil, said = SPOILT[what]
    spoil(folder)
    (tmp_path / "store").mkdir()
    with pytest.raises(TaskDataError, match=re.escape(said)):
        copy_package(folder, tmp_path / "store")


def test_a_link_to_a_file_of_the_package_becomes_that_file(tmp_path: Path) -> None:
    """Packages may hold an equal test once and name it twice."""
    folder = MAKE(tmp_path / "sum")
    (folder / "tests" / "2-01.in").unlink()
    (folder / "tests" / "2-01.in").symlink_to("1-01.in")
    (tmp_path / "store").mkdir()
    copy_package(folder, tmp_path / "store")
    copied = tmp_path / "store" / "tests" / "2-01.in"
    assert (copied.is_symlink(), copied.read_text()) == (False, "1 2\n")
