"""IOI problems and their official tests as Open R1 publishes them.

Sources: the cards of ``open-r1/ioi`` and ``open-r1/ioi-test-cases`` (CC BY 4.0, years 2020 to
2024), and the use of both in ``huggingface/open-r1`` and ``NVIDIA-NeMo/Skills``. A row of the
first is a subtask; ``grader_files`` are pairs of a path under the package and a text; limits are
in seconds and bytes. Not confirmed: a full commit hash of either, so none is pinned; and whether
``statement`` is the same in all rows of a problem (that of its last subtask is taken).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.hub.public_set import Converted, Repository, Stored
from harness.hub.table import Table
from tasks.hub.cms_writing import (
    TEXTS,
    write_manifest,
    write_statement,
    write_subtask,
    write_test,
    write_text,
)
from tasks.packages.task_type import is_name

PROBLEMS = "open-r1/ioi"
TESTS = "open-r1/ioi-test-cases"

PROCESSES = {("2024", "message"): 2}
"""Programs of a communication problem where it has more than one, by the contest's own packages
(``num_processes``; github.com/ioi-2024/tasks): the tables do not have it."""


class SubtaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``open-r1/ioi``."""

    year: int
    id: str
    name: str
    subtask: str
    statement: str
    score: float
    time_limit: float
    memory_limit: int
    score_precision: int
    task_type: str
    test_names: list[str]
    grader_files: list[list[str | None]]


class TestRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of ``open-r1/ioi-test-cases``."""

    problem_id: str
    test_name: str
    test_input: str
    test_output: str


class OpenR1IOI:
    """The IOI of one year."""

    name = "open-r1"

    def __init__(self, year: str) -> None:
        self._year = year

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """Problems by subtask, and the tests of the year."""
        note = "no full commit hash was found in public code or on its card"
        return (
            Repository(
                id=PROBLEMS,
                licence="CC-BY-4.0",
                files=("data/*.parquet",),
                row=SubtaskRow,
                note=note,
            ),
            Repository(
                id=TESTS,
                licence="CC-BY-4.0",
                files=(f"{self._year}/*.parquet",),
                row=TestRow,
                note=note,
            ),
        )

    def convert(self, tables: Mapping[str, Table], folder: Path, stored: Stored) -> Converted:  # noqa: ARG002
        """Write a package of each problem of the year."""
        problems: dict[str, list[SubtaskRow]] = {}
        for row in tables[PROBLEMS].rows(SubtaskRow):
            if str(row.year) == self._year:
                problems.setdefault(row.id, []).append(row)
        if not problems:
            raise TaskDataError(
                f"{tables[PROBLEMS].source} has no problem of {self._year}",
                hint="give another commit with --revision",
            )
        for name, rows in problems.items():
            if not is_name(name):  # it is about to be the name of a folder
                raise TaskDataError(
                    f"{tables[PROBLEMS].source} has a problem {name!r}, which is no file name",
                    hint="give another commit with --revision",
                )
            self._write(folder / name, sorted(rows, key=lambda row: row.subtask))
        for test in tables[TESTS].rows(TestRow):
            if test.problem_id in problems:
                home = folder / test.problem_id
                write_test(home, test.test_name, test.test_input, test.test_output)
        return Converted()

    def _write(self, folder: Path, rows: list[SubtaskRow]) -> None:
        last = rows[-1]
        count = PROCESSES.get((self._year, last.id), 1)
        communication = last.task_type == "Communication"
        write_manifest(
            folder,
            code=last.id,
            name=last.name,
            time_limit_s=last.time_limit,
            memory_limit_bytes=last.memory_limit,
            precision=last.score_precision,
            kind=last.task_type,
            parameters={"num_processes": count} if communication else {},
        )
        write_statement(folder, last.statement)
        seen: set[str] = set()
        for row in rows:
            if row.subtask in seen:
                raise TaskDataError(
                    f"the set has the subtask {row.subtask} of {row.id} twice",
                    hint="give another commit with --revision",
                )
            seen.add(row.subtask)
            write_subtask(folder, row.subtask, row.score, row.test_names)
        for pair in last.grader_files:
            path, text = (*pair, None, None)[:2]
            if path and text and path.partition("/")[0] in TEXTS:
                write_text(folder, path, text)
