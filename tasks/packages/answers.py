"""Answers that a package lacks, made with its model solution, and the note that says so."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.task import Tools
from harness.types import Execution, Problem, Source
from tasks.packages.cms import missing_tests, read_package, references

PROVENANCE = "provenance.json"


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Where answers came from that were not in the package."""

    made: tuple[str, ...]
    """Names of cases."""
    program: str
    """The model solution, inside the package."""
    judge: str

    @property
    def sentence(self) -> str:
        """The provenance in words, for reports."""
        return (
            f"{len(self.made)} answer files were not in the package and were made with its "
            f"model solution {self.program}"
        )


def make_answers(folder: Path, tools: Tools) -> Provenance | None:
    """Write the missing ``.out`` files of a package in place; None when nothing was missing.

    Raises :class:`~harness.errors.TaskDataError` when an input is missing too, when there is
    no model solution, or when it fails.
    """
    no_input, no_answer = missing_tests(folder)
    if no_input or not no_answer:
        return None
    problem = read_package(folder, without_answers=True)
    found = references(problem)
    if not found:
        raise TaskDataError(
            f"{folder} lacks {len(no_answer)} answers and has no model solution to make them",
            hint="bring the .out files in with the package",
        )
    program = found[0]
    source = Source.of(program.read_bytes())
    wanted = set(no_answer)
    made = []
    for test, output in tools.code.outputs(_only(problem, wanted), source, "cpp"):
        if isinstance(output, Execution):
            raise TaskDataError(
                f"the model solution {program.name} of {problem.id} fails on test {test} "
                f"({_how(output)})",
                hint="its answers cannot be made here; bring the .out files in",
            )
        (folder / "tests" / f"{test}.out").write_bytes(output)
        made.append(test)
    provenance = Provenance(
        made=tuple(made),
        program=program.relative_to(folder.absolute()).as_posix(),
        judge=tools.code.name,
    )
    (folder / PROVENANCE).write_bytes(msgspec.json.format(msgspec.json.encode(provenance)))
    return provenance


def read_provenance(folder: Path) -> Provenance | None:
    """Return the note beside a package, if answers were made for it."""
    place = folder / PROVENANCE
    if not place.is_file():
        return None
    try:
        return msgspec.json.decode(place.read_bytes(), type=Provenance)
    except msgspec.MsgspecError as error:
        raise TaskDataError(f"{place}: {error}", hint="bring the package in again") from error


def _only(problem: Problem, tests: set[str]) -> Problem:
    body = problem.body
    kept = tuple(test for test in body.tests if test.name in tests)  # type: ignore[union-attr]
    return msgspec.structs.replace(problem, body=msgspec.structs.replace(body, tests=kept), hash="")


def _how(execution: Execution) -> str:
    if execution.stopped_by.value != "none":
        return f"stopped by the {execution.stopped_by.value} limit after {execution.cpu_s:.2f} s"
    if execution.signal is not None:
        return f"signal {execution.signal}"
    return f"exit code {execution.exit_code}"
