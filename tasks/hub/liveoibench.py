"""The IOI problems of LiveOIBench: official tests, subtasks, statements and graders.

Sources: the card of ``LiveOIBench/LiveOIBench`` (CC BY 4.0), ``process_dataset.py`` of
``LiveOIBench/LiveOIBench-Evaluation``, and a loader of it in public code, which names both
commits below and the columns. ``problem_id`` is ``IOI-2025-contest-worldmap``; ``tests`` is a
JSON text of inputs and outputs by case, ``subtasks`` one of ``score`` and ``testcases``; a year
of tests is one file of 6 to 17 GB. Time limits are in seconds; a memory limit is in MiB where it
is below 2^20, else in bytes (its evaluator's own words differ). Not confirmed: that IOI 2025 is
in the pinned commit (an older card says 2025/01 to 2025/05), and which names ``grader_code`` has.

The tables have no checkers by their own description, and no parameters of task types. So a
problem is made of what the data store has of it (the contest's own package, whose tests may be
missing) and of these tests; without such a package only a batch problem that brings a checker is
taken.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import DriftError, TaskDataError
from harness.hub.public_set import Converted, Repository, Stored
from harness.hub.table import Table
from tasks.hub.cms_writing import (
    write_manifest,
    write_statement,
    write_subtask,
    write_test,
    write_text,
)
from tasks.packages.cms import MANIFEST
from tasks.packages.files import present

PROBLEMS = "LiveOIBench/LiveOIBench"
TESTS = "LiveOIBench/LiveOIBench_tests"
MIB_BELOW = 1 << 20
CHECKER = "checker.cpp"


class ProblemRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``liveoibench_v1.parquet``."""

    problem_id: str
    task_name: str | None
    problem_statement: str | None
    time_limit: float | None
    memory_limit: float | None
    grader_code: str | None = None
    """A JSON text of files by name."""


class TestsRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``liveoibench_testcases_v1_<year>.parquet``: all tests of a problem."""

    problem_id: str
    tests: str
    subtasks: str


class Case(msgspec.Struct, frozen=True):
    """One test."""

    input: str = ""
    output: str = ""


class SubtaskCases(msgspec.Struct, frozen=True):
    """One subtask."""

    score: float
    testcases: list[str]


class LiveOIBench:
    """The IOI of one year; ``types`` are the task types of its problems by id."""

    name = "liveoibench"

    def __init__(self, year: str, types: Mapping[str, str]) -> None:
        self._year = year
        self._types = types

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """Problems of all years, and the tests of one."""
        return (
            Repository(
                id=PROBLEMS,
                licence="CC-BY-4.0",
                files=("data/liveoibench_v1.parquet",),
                row=ProblemRow,
                revision="0e87d7c7a667979e00df41889656d73f1d3ce153",
            ),
            Repository(
                id=TESTS,
                licence="CC-BY-4.0",
                files=(f"*liveoibench_testcases_v1_{self._year}.parquet",),
                row=TestsRow,
                revision="05731838fc460d3235c70506ee177aeb68a610cf",
                note=f"that it has IOI {self._year} is not confirmed",
            ),
        )

    def convert(self, tables: Mapping[str, Table], folder: Path, stored: Stored) -> Converted:
        """Write a package of each problem that can be judged faithfully with what there is."""
        problems = {
            found: row for row in tables[PROBLEMS].rows(ProblemRow) if (found := self._id_of(row))
        }
        if not problems:
            raise TaskDataError(
                f"{tables[PROBLEMS].source} has no problem IOI-{self._year}-…",
                hint="give another commit with --revision, or bring the packages in with "
                "`harness data add`",
            )
        left_out: dict[str, str] = {}
        joined: list[str] = []
        for tests in tables[TESTS].rows(TestsRow, at_a_time=1):
            name = self._id_of(tests)
            if name not in problems or name in left_out:
                continue
            home = stored(name)
            if home is not None and (home / MANIFEST).is_file():
                shutil.copytree(home, folder / name)
                _add_missing(folder / name, _cases(tables[TESTS].source, tests))
                joined.append(name)
                continue
            files = _files(tables[PROBLEMS].source, problems[name])
            why = self._lacking(name, problems[name], files)
            if why:
                left_out[name] = why
            else:
                self._write(folder / name, name, problems[name], files)
                _write_tests(tables[TESTS].source, folder / name, tests)
        for name in problems:
            if name not in left_out and not (folder / name).is_dir():
                left_out[name] = f"{tables[TESTS].source} has no tests of it"
        return Converted(left_out=tuple(sorted(left_out.items())), joined=tuple(joined))

    def _id_of(self, row: ProblemRow | TestsRow) -> str:
        """Return the id of a problem of this contest, or nothing."""
        parts = row.problem_id.split("-", 3)
        name = parts[3].lower() if len(parts) == 4 else ""
        return name if parts[:2] == ["IOI", self._year] and name in self._types else ""

    def _lacking(self, name: str, row: ProblemRow, files: Mapping[str, str]) -> str:
        """Return what keeps a problem from being judged without the contest's own package."""
        bring = (
            f"; bring the contest's own package in (`harness data add ioi{self._year} DIR`; "
            "its tests may be missing) and pull again"
        )
        if self._types[name] != "Batch":
            return f"the set does not say how a problem of type {self._types[name]} is run{bring}"
        if CHECKER not in files:
            return f"the set has no checker of it{bring}"
        if row.time_limit is None or row.memory_limit is None:
            return f"the set has no limits of it{bring}"
        return ""

    def _write(self, folder: Path, name: str, row: ProblemRow, files: Mapping[str, str]) -> None:
        memory = row.memory_limit or 0.0
        write_manifest(
            folder,
            code=name,
            name=row.task_name or name,
            time_limit_s=row.time_limit or 0.0,
            memory_limit_bytes=round(memory * (MIB_BELOW if memory < MIB_BELOW else 1)),
            precision=2,
            kind="Batch",
            parameters={"compilation": "grader"} if "grader.cpp" in files else {},
        )
        write_statement(folder, row.problem_statement or "")
        for path, text in files.items():
            home = "checker" if path in (CHECKER, "testlib.h") else "graders"
            write_text(folder, f"{home}/{path}", text)


def _files(source: str, row: ProblemRow) -> dict[str, str]:
    try:
        return msgspec.json.decode(row.grader_code or "{}", type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise _drift(source, row.problem_id, "grader_code", error) from error


def _cases(source: str, row: TestsRow) -> dict[str, Case]:
    try:
        return msgspec.json.decode(row.tests, type=dict[str, Case])
    except msgspec.MsgspecError as error:
        raise _drift(source, row.problem_id, "tests", error) from error


def _write_tests(source: str, folder: Path, row: TestsRow) -> None:
    try:
        subtasks = msgspec.json.decode(row.subtasks, type=dict[str, SubtaskCases])
    except msgspec.MsgspecError as error:
        raise _drift(source, row.problem_id, "subtasks", error) from error
    for number, (name, subtask) in enumerate(subtasks.items()):
        write_subtask(folder, f"{number:02}-{name}", subtask.score, subtask.testcases)
    for name, case in _cases(source, row).items():
        write_test(folder, name, case.input, case.output)


def _add_missing(folder: Path, cases: Mapping[str, Case]) -> None:
    """Write the tests that a package lacks; those that it has stay as they are."""
    for name, case in cases.items():
        places = [folder / "tests" / f"{name}{suffix}" for suffix in (".in", ".out")]
        if not all(present(place) for place in places):
            for place in places:
                place.unlink(missing_ok=True)
            write_test(folder, name, case.input, case.output)


def _drift(source: str, name: str, column: str, error: Exception) -> DriftError:
    return DriftError(
        f"{source}, {name}: column {column!r}: {error}",
        hint="give the commit of an older form with --revision, or update harness",
    )
