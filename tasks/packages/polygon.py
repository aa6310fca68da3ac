"""The reader of Polygon's full packages, in which Codeforces problems are prepared.

::

    problem.xml             names, limits, tests with points and groups, checker, solutions
    tests/NN, tests/NN.a    all inputs and answers: a standard package has them not, or not all
    files/check.cpp         the checker (testlib), that of a standard one (`std::…`) too
    files/testlib.h
    solutions/              jury programs; tasks.packages.polygon_jury has what is declared

Sources: packages as Polygon makes them. A checker is called as `check input output answer`.
"""

from __future__ import annotations

import math
import re
from pathlib import Path

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, CodeKind, Comparison, FileRole, PackageFile, Problem
from harness.types import Test as TestCase
from tasks.packages.cms import HEADERS, MAX_LIMIT_S, MAX_MEMORY_BYTES, SOURCES
from tasks.packages.files import digest, inside, present, reference, text, wrong
from tasks.packages.package import Package
from tasks.packages.place import check_place
from tasks.packages.polygon_points import is_scored, subtasks_of
from tasks.packages.polygon_xml import MANIFEST, Manifest, TestEntry, read_manifest

PRECISION = 4
TESTLIB = "testlib.h"
LOOKED_AT = 1 << 16
"""Bytes of an input in which line ends are looked for."""

GIVES_POINTS = re.compile(r"\b(quitp|quitpi|_pc|_points|_partially)\b")
"""Words of checkers that give points themselves. Those are points in Polygon, or hundredths of
the test's, and shares of a test here."""


def open_package(folder: Path, *, allow_missing: bool = False) -> Package:
    """Read a full package.

    ``allow_missing`` drops tests whose files are not in this copy and names them. Raises
    :class:`~harness.errors.TaskDataError` naming the file and what is wrong with it, and
    :class:`~harness.errors.UnsupportedError` for what is not judged.
    """
    folder = folder.absolute()
    check_place(folder)
    place = folder / MANIFEST
    manifest = read_manifest(folder)
    if not 0 < manifest.time_limit_s <= MAX_LIMIT_S:
        raise wrong(place, f"time-limit is {manifest.time_limit_s:g} s")
    if not 0 < manifest.memory_limit_bytes <= MAX_MEMORY_BYTES:
        raise wrong(place, f"memory-limit is {manifest.memory_limit_bytes} bytes")
    files = _files(folder, manifest)
    tests, dropped = _tests(folder, manifest, allow_missing)
    scored = is_scored(manifest.tests, manifest.groups)
    here = frozenset(test.name for test in tests)
    subtasks = subtasks_of(place, manifest.tests, manifest.groups, here)
    max_points = round(math.fsum(subtask.points for subtask in subtasks), PRECISION)
    if not max_points:
        raise wrong(place, "the tests that are here have no points")
    body = CodeBody(
        kind=CodeKind.BATCH,
        time_limit_s=manifest.time_limit_s,
        memory_limit_bytes=manifest.memory_limit_bytes,
        languages=(),
        score_type="group_min",
        score_precision=PRECISION,
        comparison=Comparison.TESTLIB,
        subtasks=subtasks,
        tests=tests,
        files=files,
        input_file=manifest.input_file,
        output_file=manifest.output_file,
        scored=scored,
    )
    problem = Problem(
        id=manifest.code,
        title=manifest.title,
        statement=_statement(folder, manifest),
        max_points=max_points,
        body=body,
        folder=str(folder),
        hash=digest(body),
    )
    return Package(problem=problem, dropped=dropped)


def _tests(
    folder: Path, manifest: Manifest, allow_missing: bool
) -> tuple[tuple[TestCase, ...], tuple[str, ...]]:
    """Return the tests, and the names of those that are not here."""
    missing = tuple(
        test.name
        for test in manifest.tests
        if not (present(folder / test.input) and present(folder / test.answer))
    )
    if missing and (not allow_missing or len(missing) == len(manifest.tests)):
        raise TaskDataError(
            f"{folder} lacks the input or the answer of {len(missing)} of "
            f"{len(manifest.tests)} tests: {', '.join(missing[:8])}",
            hint="download the full package for Linux from Polygon, or run doall.sh in that "
            "folder" + "; --allow-missing judges on the rest" * (not allow_missing),
        )
    left = set(missing)
    return tuple(_test(folder, test) for test in manifest.tests if test.name not in left), missing


def _test(folder: Path, test: TestEntry) -> TestCase:
    place = folder / test.input
    given = reference(folder, place)
    with place.open("rb") as file:
        if b"\r\n" in file.read(LOOKED_AT):
            raise UnsupportedError(
                f"{place} ends its lines as Windows does, and solutions that are right there may "
                "read it wrongly here",
                hint="download the full package for Linux, or convert the line ends of tests/",
            )
    return TestCase(name=test.name, input=given, answer=reference(folder, folder / test.answer))


def _files(folder: Path, manifest: Manifest) -> tuple[PackageFile, ...]:
    place = folder / manifest.checker
    if place.suffix not in SOURCES:
        raise UnsupportedError(
            f"{place}: the checker is not in C++, and testlib's is", hint="the problem is left out"
        )
    if not present(place):
        raise TaskDataError(
            f"{place} is missing: it is the checker, that of a standard one too",
            hint="download the full package; it has the checker's source",
        )
    source = text(folder, place)
    if TESTLIB in source and not present(place.parent / TESTLIB):
        raise TaskDataError(
            f"{place.parent / TESTLIB} is missing, which the checker includes",
            hint="put it there; packages of Polygon have it in files/",
        )
    if GIVES_POINTS.search(source):
        raise UnsupportedError(
            f"{place}: the checker gives points itself (quitp), which are no share of a test's",
            hint="the problem is left out",
        )
    found = [PackageFile(role=FileRole.CHECKER, file=reference(folder, place))]
    inside(folder, place.parent)
    for beside in sorted(place.parent.iterdir()):
        if beside.suffix in HEADERS and beside.is_file():
            found.append(PackageFile(role=FileRole.SUPPORT, file=reference(folder, beside)))
    for solution in manifest.solutions:
        if solution.tag == "main" and present(folder / solution.path):
            file = reference(folder, folder / solution.path)
            found.append(PackageFile(role=FileRole.REFERENCE, file=file))
    return tuple(found)


def _statement(folder: Path, manifest: Manifest) -> str:
    """Return the LaTeX source as it is written; empty when there is none."""
    for path in manifest.statements:
        if (folder / path).is_file():
            return text(folder, folder / path)
    return ""
