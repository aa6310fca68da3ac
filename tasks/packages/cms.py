"""The reader of the IOI's package format, which is how CMS imports a task.

::

    problem.json            code, name, limits, score_precision, task_type, task_type_params
    subtasks/NN-name.json   {"score": 13, "testcases": ["1-01", ...]}
    tests/<case>.in|.out    a case can be in several subtasks
    graders/                Batch: grader.cpp and headers; Communication: manager.cpp, stub.cpp
    checker/                checker.cpp, testlib.h
    solutions/<label>/      jury programs; those of model_solution are references
    statement.md            optional

Subtask points are min over cases x score (GroupMin), rounded to ``score_precision``; the
points of the problem are those of its subtasks, added up as a judge adds them.
A package is read, hashed and checked here; nothing in it is run.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TypeVar

import msgspec

from harness.errors import TaskDataError, UnsupportedError
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    FileRole,
    PackageFile,
    Problem,
    Subtask,
)
from harness.types import Test as TestCase
from tasks.packages.files import digest, reference, text, wrong
from tasks.packages.place import check_place

MANIFEST = "problem.json"
WITH_GRADER = ("cpp", "cpp17", "cpp23")
"""Languages that graders and stubs are written for; without one a submission may be in any."""
COMPILE_TIME_S = 10.0
COMPILE_MEMORY_BYTES = 512 << 20
"""What CMS gives the compiling of a submission (``compilation_sandbox_max_time_s``,
``compilation_sandbox_max_memory_kib``); its packages say nothing of it."""
MAX_LIMIT_S = 600.0
MAX_MEMORY_BYTES = 1 << 38
MAX_NAME_BYTES = 100
"""Of names that become file names, with something added to them."""
MAX_SCORE = 1e6
"""Points of a subtask; more would lose the decimals of what is added up."""

Read = TypeVar("Read", bound=msgspec.Struct)

SOURCES = (".cpp", ".cc", ".c")
HEADERS = (".h", ".hpp")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``problem.json``, as far as judging needs it."""

    code: str
    name: str
    time_limit: float
    """Seconds."""
    memory_limit: int
    """Bytes."""
    score_precision: int = 2
    task_type: str = "Batch"
    task_type_params: str = "{}"
    """JSON inside a JSON string."""


class SubtaskFile(msgspec.Struct, frozen=True, kw_only=True):
    """One of ``subtasks/*.json``."""

    score: float
    testcases: tuple[str, ...]
    output_only: bool = False


def read_package(folder: Path, *, without_answers: bool = False) -> Problem:
    """Read a package folder.

    ``without_answers`` lets the ``.out`` files of a batch problem be absent, for making
    them. Raises :class:`~harness.errors.TaskDataError` naming the file and what is wrong
    with it, and :class:`~harness.errors.UnsupportedError` for a task type that is not judged.
    """
    folder = folder.absolute()
    check_place(folder)
    manifest = read_manifest(folder)
    kind, processes = _kind(folder, manifest)
    subtasks = _subtasks(folder)
    points = [round(subtask.points, manifest.score_precision) for subtask in subtasks]
    max_points = round(math.fsum(points), manifest.score_precision)
    if not max_points:
        raise wrong(folder / "subtasks", "all subtasks together have no points")
    names = dict.fromkeys(name for subtask in subtasks for name in subtask.tests)
    needs_answers = kind is CodeKind.BATCH and not without_answers
    tests = tuple(_test(folder, name, needs_answers) for name in names)
    files = _files(folder, kind, manifest.code)
    roles = {item.role for item in files}
    body = CodeBody(
        kind=kind,
        time_limit_s=manifest.time_limit,
        memory_limit_bytes=manifest.memory_limit,
        languages=WITH_GRADER if roles & {FileRole.GRADER, FileRole.MANAGER} else (),
        score_type="group_min",
        score_precision=manifest.score_precision,
        comparison=Comparison.CHECKER if FileRole.CHECKER in roles else Comparison.WHITESPACE,
        subtasks=subtasks,
        tests=tests,
        files=files,
        source_name=manifest.code,
        processes=processes,
        compile_time_s=COMPILE_TIME_S,
        compile_memory_bytes=COMPILE_MEMORY_BYTES,
    )
    statement = folder / "statement.md"
    return Problem(
        id=manifest.code,
        title=manifest.name,
        statement=text(folder, statement) if statement.is_file() else "",
        max_points=max_points,
        body=body,
        folder=str(folder),
        hash=digest(body),
    )


def read_manifest(folder: Path) -> Manifest:
    """Read and check ``problem.json``."""
    place = folder / MANIFEST
    if not place.is_file():
        raise TaskDataError(
            f"{folder} is not a problem package: it has no {MANIFEST}",
            hint="name the folder that holds problem.json, tests/ and subtasks/",
        )
    manifest = _json(place, Manifest)
    if not _is_name(manifest.code) or manifest.code.startswith("-"):
        raise wrong(place, f"code is {manifest.code!r}, which is no file name")
    if not 0 < manifest.time_limit <= MAX_LIMIT_S:
        raise wrong(place, f"time_limit is {manifest.time_limit} s")
    if not 0 < manifest.memory_limit <= MAX_MEMORY_BYTES:
        raise wrong(place, f"memory_limit is {manifest.memory_limit} bytes")
    if not 0 <= manifest.score_precision <= 10:
        raise wrong(place, f"score_precision is {manifest.score_precision}")
    return manifest


def missing_tests(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of cases without an input, and without an answer."""
    names = dict.fromkeys(name for subtask in _subtasks(folder) for name in subtask.tests)
    tests = folder / "tests"
    return (
        tuple(name for name in names if not (tests / f"{name}.in").is_file()),
        tuple(name for name in names if not (tests / f"{name}.out").is_file()),
    )


def references(problem: Problem) -> tuple[Path, ...]:
    """Return the model solutions of a package."""
    assert isinstance(problem.body, CodeBody)
    return tuple(
        Path(problem.folder, item.file.path)
        for item in problem.body.files
        if item.role is FileRole.REFERENCE
    )


def _kind(folder: Path, manifest: Manifest) -> tuple[CodeKind, int]:
    place = folder / MANIFEST
    try:
        params = json.loads(manifest.task_type_params or "{}")
    except RecursionError:
        raise wrong(place, "task_type_params is nested too deep") from None
    except ValueError as error:
        words = error.msg if isinstance(error, json.JSONDecodeError) else error
        raise wrong(place, f"task_type_params is not JSON: {words}") from None
    if not isinstance(params, dict):
        raise wrong(place, "task_type_params is not a JSON object")
    if manifest.task_type == "Batch":
        return CodeKind.BATCH, 1
    if manifest.task_type == "Communication":
        count = params.get("task_type_parameters_Communication_num_processes", 1)
        if not isinstance(count, int) or not 1 <= count <= 7:
            raise wrong(place, f"a communication problem of {count!r} processes")
        return CodeKind.COMMUNICATION, count
    raise UnsupportedError(
        f"{place}: task type {manifest.task_type} is not judged yet",
        hint="the task types are Batch and Communication",
    )


def _subtasks(folder: Path) -> tuple[Subtask, ...]:
    places = sorted((folder / "subtasks").glob("*.json"))
    if not places:
        raise TaskDataError(
            f"{folder / 'subtasks'} holds no subtask files",
            hint="a package has subtasks/NN-name.json with score and testcases",
        )
    found = []
    for place in places:
        read = _json(place, SubtaskFile)
        if not 0 <= read.score <= MAX_SCORE:
            raise wrong(place, f"score is {read.score}")
        if read.output_only:
            raise UnsupportedError(
                f"{place}: output-only subtasks are not judged yet",
                hint="the problem is left out until they are",
            )
        if not read.testcases:
            raise wrong(place, "the subtask has no test cases")
        for name in read.testcases:
            if not _is_name(name):
                raise wrong(place, f"{name!r} is no name of a test case")
        found.append(Subtask(name=place.stem, points=read.score, tests=read.testcases))
    return tuple(found)


def _test(folder: Path, name: str, needs_answer: bool) -> TestCase:
    given, answer = folder / "tests" / f"{name}.in", folder / "tests" / f"{name}.out"
    for place in (given, *((answer,) if needs_answer else ())):
        if not place.is_file():
            raise TaskDataError(
                f"{place} is missing (a subtask names the case {name})",
                hint="`harness data add TASK DIR` says all that is missing, and makes answers "
                "with the model solution where only those are",
            )
    return TestCase(
        name=name,
        input=reference(folder, given),
        answer=reference(folder, answer) if answer.is_file() else None,
    )


def _files(folder: Path, kind: CodeKind, code: str) -> tuple[PackageFile, ...]:
    found: list[PackageFile] = []

    def add(role: FileRole, place: Path) -> None:
        found.append(PackageFile(role=role, file=reference(folder, place)))

    for place in _listed(folder / "graders"):
        if place.name == "testlib.h":
            add(FileRole.SUPPORT, place)
        elif place.suffix in HEADERS:
            add(FileRole.HEADER, place)
        elif place.stem == "manager" and place.suffix in SOURCES:
            add(FileRole.MANAGER, place)
        elif place.suffix in SOURCES:
            if place.stem == code:
                raise wrong(place, "a grader may not be named as the submission is")
            add(FileRole.GRADER, place)
    for place in _listed(folder / "checker"):
        if place.suffix in HEADERS:
            add(FileRole.SUPPORT, place)
        elif place.suffix in SOURCES:
            add(FileRole.CHECKER, place)
    for place in _listed(folder / "solutions" / "model_solution"):
        if place.suffix in SOURCES:
            add(FileRole.REFERENCE, place)
    if kind is CodeKind.COMMUNICATION and all(f.role is not FileRole.MANAGER for f in found):
        raise TaskDataError(
            f"{folder / 'graders'} has no manager.cpp, which a communication problem needs",
            hint="bring the whole package in",
        )
    return tuple(found)


def _is_name(text: str) -> bool:
    """Return whether a text can name a file, whatever is put behind it."""
    return (
        0 < len(text.encode()) <= MAX_NAME_BYTES
        and text.isprintable()
        and "/" not in text
        and not text.startswith(".")
    )


def _listed(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("*") if place.is_file())


def _json(place: Path, kind: type[Read]) -> Read:
    if not place.is_file():
        raise wrong(place, "is no file")
    try:
        return msgspec.json.decode(place.read_bytes(), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise wrong(place, str(error)) from None
    except RecursionError:
        raise wrong(place, "lists or objects are nested too deep") from None
    except OSError as error:
        raise TaskDataError(f"{place} cannot be read: {error.strerror}") from error
