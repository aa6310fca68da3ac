"""A problem of LiveCodeBench as it is in the data store.

::

    <root>/livecodebench/abc387_b/problem.json, tests/public-1.in, tests/public-1.out, ...
"""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import msgspec

from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    FileRef,
    Problem,
    Subtask,
)
from harness.types import Test as TestCase
from tasks.livecodebench.row import Case, Difficulty, Row, Tests, date_of
from tasks.packages.files import decoded, digest

FILE = "problem.json"
FOLDER = "tests"
LANGUAGE = "python3"

TIME_LIMIT_S = 6.0
"""Of a test: ``--timeout`` of LiveCodeBench's runner."""
MEMORY_LIMIT_BYTES = 4 << 30
"""LiveCodeBench has none: its guard says "max memory is set to 4GB", and is called without."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """One problem."""

    id: str
    title: str
    statement: str
    starter: str
    function: str
    """Name of the function that is asked for; empty where a program is."""
    platform: str
    contest: str
    date: datetime.date
    difficulty: Difficulty
    release: int
    """The one that added it; 0 where that is not known."""
    tests: tuple[TestCase, ...] = ()
    samples: int = 0
    """How many of the tests, from the first on, are public."""
    unusable: str = ""
    """Why it cannot be judged; then it has no tests."""


def keep(folder: Path, row: Row, release: int, tests: Tests | str) -> Kept:
    """Write a problem into its folder; in place of tests there may be the reason for none."""
    found = Kept(
        id=row.question_id,
        title=row.question_title,
        statement=row.question_content,
        starter=row.starter_code,
        function="",
        platform=row.platform,
        contest=row.contest_id,
        date=date_of(row),
        difficulty=row.difficulty,
        release=release,
    )
    if isinstance(tests, str):
        found = msgspec.structs.replace(found, unusable=tests)
    else:
        (folder / FOLDER).mkdir()
        named = [(f"public-{n}", case) for n, case in enumerate(tests.public, start=1)]
        named += [(f"private-{n}", case) for n, case in enumerate(tests.private, start=1)]
        args = (tests.function,) if tests.function else ()
        found = msgspec.structs.replace(
            found,
            function=tests.function,
            tests=tuple(_written(folder, name, case, args) for name, case in named),
            samples=len(tests.public),
        )
    (folder / FILE).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1))
    return found


def _written(folder: Path, name: str, case: Case, args: tuple[str, ...]) -> TestCase:
    refs = []
    for suffix, text in ((".in", case.input), (".out", case.output)):
        path, data = f"{FOLDER}/{name}{suffix}", text.encode("utf-8", "surrogatepass")
        (folder / path).write_bytes(data)
        refs.append(FileRef(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data)))
    return TestCase(name=name, input=refs[0], answer=refs[1], args=args)


def read_kept(folder: Path) -> Kept:
    """Read a problem; raises :class:`~harness.errors.TaskDataError` when it is damaged."""
    return decoded(folder / FILE, Kept)


def problem_of(kept: Kept, folder: Path) -> Problem:
    """Return the problem: one point for who is right on every test, public and private."""
    names = tuple(test.name for test in kept.tests)
    body = CodeBody(
        kind=CodeKind.BATCH,
        time_limit_s=TIME_LIMIT_S,
        memory_limit_bytes=MEMORY_LIMIT_BYTES,
        languages=(LANGUAGE,),
        score_type="group_min",
        score_precision=0,
        comparison=Comparison.VALUE if kept.function else Comparison.LINES,
        subtasks=(
            Subtask(name="samples", points=0.0, tests=names[: kept.samples]),
            Subtask(name="all", points=1.0, tests=names),
        ),
        tests=kept.tests,
    )
    known = (digest(body), kept.statement, kept.starter)
    return Problem(
        id=kept.id,
        title=kept.title,
        statement=kept.statement,
        max_points=1.0,
        body=body,
        folder=str(folder),
        hash=hashlib.sha256(msgspec.json.encode(known)).hexdigest(),
        subset=kept.difficulty,
        starter=kept.starter,
    )
