"""The task types of an IOI package, their parameters, and what is handed in for them."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, CodeKind, FileRole, HandIn, Problem, Source
from tasks.packages.sources import read_submission
from tests.fakes.packages import cms_package

FILES = {
    "tests/1.in": "\n",
    "tests/1.out": "\n",
    "tests/2.in": "\n",
    "tests/2.out": "\n",
    "subtasks/1.json": '{"score": 40, "testcases": ["1"], "output_only": true}',
    "subtasks/2.json": '{"score": 60, "testcases": ["1", "2"], "output_optional": true}',
}
PLAIN = {**FILES, "subtasks/1.json": '{"score": 40, "testcases": ["1"]}'}


def body_of(problem: Problem) -> CodeBody:
    assert isinstance(problem.body, CodeBody)
    return problem.body


def test_subtasks_say_what_is_handed_in(tmp_path: Path) -> None:
    """A case of an output-only subtask is so in every subtask, as the loader of CMS has it."""
    body = body_of(cms_package(tmp_path / "a", "BatchAndOutput", FILES))
    assert body.kind is CodeKind.BATCH_AND_OUTPUT
    assert [test.hand_in for test in body.tests] == [HandIn.OUTPUT, HandIn.EITHER]
    only = body_of(cms_package(tmp_path / "b", "OutputOnly", PLAIN))
    assert [test.hand_in for test in only.tests] == [HandIn.OUTPUT, HandIn.OUTPUT]


def test_an_output_only_problem_needs_no_limits(tmp_path: Path) -> None:
    """Nothing is run; of any other problem a time limit is asked for."""
    (tmp_path / "x").mkdir()
    limits = {"time_limit": 0, "memory_limit": 0}
    assert cms_package(tmp_path / "a", "OutputOnly", PLAIN, **limits).max_points == 100.0
    with pytest.raises(TaskDataError, match="time_limit is 0"):
        cms_package(tmp_path / "b", "Batch", PLAIN, **limits)


def test_an_output_only_subtask_of_a_batch_problem_is_refused(tmp_path: Path) -> None:
    """Judged as a program's, it would be worth points that the contest did not offer."""
    with pytest.raises(UnsupportedError, match="takes no outputs"):
        cms_package(tmp_path, "Batch", FILES)


@pytest.mark.parametrize(
    ("task_type", "parameters", "error", "said"),
    [
        ("Batch", {"io_0_inputfile": "../x"}, TaskDataError, "io_0_inputfile is '../x'"),
        ("Batch", {"io_1_outputfile": 5}, TaskDataError, "io_1_outputfile is 5"),
        ("Batch", {"compilation": "stub"}, TaskDataError, "neither grader nor alone"),
        ("Batch", {"compilation": "grader"}, TaskDataError, "has no grader.cpp"),
        ("TwoSteps", {}, TaskDataError, "has no manager.cpp"),
        ("Communication", {"num_processes": 0}, TaskDataError, "problem of 0 processes"),
        ("Communication", {"user_io": "fifo_io"}, UnsupportedError, "user_io 'fifo_io'"),
    ],
)
def test_parameters_that_cannot_be_honoured_are_named(
    tmp_path: Path,
    task_type: str,
    parameters: dict[str, object],
    error: type[TaskDataError],
    said: str,
) -> None:
    """A parameter that is passed over would judge another problem than the contest's."""
    with pytest.raises(error, match=said):
        cms_package(tmp_path, task_type, PLAIN, parameters=parameters)


def test_the_manager_of_two_steps_is_compiled_with_the_submission(tmp_path: Path) -> None:
    """It is a grader by its role, though a manager by name."""
    files = {**PLAIN, "graders/manager.cpp": "int main() {}"}
    body = body_of(cms_package(tmp_path, "TwoSteps", files))
    assert [(item.role, item.file.path) for item in body.files] == [
        (FileRole.GRADER, "graders/manager.cpp")
    ]


# --- submissions on disk --------------------------------------------------------------------


@pytest.fixture
def both(tmp_path: Path) -> Problem:
    return cms_package(tmp_path / "package", "BatchAndOutput", FILES)


def handed(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        (folder / name).write_text(name)
    return folder


def files_of(source: Source | None) -> list[str]:
    assert source is not None
    return [name for name, _ in source.files]


def test_a_folder_holds_sources_and_outputs(tmp_path: Path, both: Problem) -> None:
    """The language is that of the sources, the one source has the problem's name for it."""
    found = read_submission(both, handed(tmp_path / "s", "a.cpp", "output_1.txt"))
    assert (files_of(found.source), found.language) == (["", "output_1.txt"], "cpp")
    found = read_submission(both, handed(tmp_path / "o", "output_1.txt", "2.out"))
    assert (files_of(found.source), found.language, found.problem) == (
        ["2.out", "output_1.txt"],
        "",
        "",
    )
    found = read_submission(both, handed(tmp_path / "u", "a.xyz", "output_1.txt"))
    assert "no known language" in found.problem


def test_a_program_is_no_output(tmp_path: Path) -> None:
    """Of a problem that takes outputs only, a jury's program is told of and not judged."""
    problem = cms_package(tmp_path / "package", "OutputOnly", PLAIN)
    found = read_submission(problem, handed(tmp_path / "s", "a.cpp"))
    assert found.problem == "holds no output of a test"
    found = read_submission(problem, handed(tmp_path / "o", "output_2.txt"))
    assert (files_of(found.source), found.language, found.problem) == (["output_2.txt"], "", "")


def zipped(place: Path, *names: str) -> Path:
    with zipfile.ZipFile(place, "w") as archive:
        for name in names:
            archive.writestr(name, name)
    return place


def test_outputs_come_in_an_archive(tmp_path: Path, both: Problem) -> None:
    """A zip archive is what a contestant uploads; one of a batch problem is no submission."""
    place = zipped(tmp_path / "s.zip", "output_2.txt", "a.cpp")
    found = read_submission(both, place)
    assert (files_of(found.source), found.language) == (["", "output_2.txt"], "cpp")
    batch = cms_package(tmp_path / "batch", "Batch", PLAIN)
    assert "no known language" in read_submission(batch, place).problem


@pytest.mark.parametrize("name", ["../output_1.txt", "/output_1.txt", "x/output_1.txt", "a\\b"])
def test_an_archive_holds_plain_files_only(tmp_path: Path, both: Problem, name: str) -> None:
    """Names with folders are refused, whichever way they lead."""
    found = read_submission(both, zipped(tmp_path / "s.zip", "output_2.txt", name))
    assert found.source is None
    assert "only plain files" in found.problem


def test_an_archive_that_is_damaged_is_named(tmp_path: Path, both: Problem) -> None:
    """Bytes that do not fit their checksum are no output."""
    place = zipped(tmp_path / "s.zip", "output_1.txt")
    data = place.read_bytes()
    place.write_bytes(data.replace(b"output_1.txtoutput_1.txt", b"output_1.txtoutput_X.txt", 1))
    assert "cannot be unpacked" in read_submission(both, place).problem


def test_a_pipe_is_no_output(tmp_path: Path, both: Problem) -> None:
    """It would never end."""
    folder = handed(tmp_path / "s", "output_1.txt")
    os.mkfifo(folder / "output_2.txt")
    assert "not a plain file" in read_submission(both, folder).problem
