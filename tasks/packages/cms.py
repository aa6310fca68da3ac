"""The reader of the IOI's package format, which is how CMS imports a task.

::

    problem.json            code, name, limits, score_precision, task_type, task_type_params
    subtasks/NN-name.json   {"score": 13, "testcases": ["1-01", ...]}
    tests/<case>.in|.out    a case can be in several subtasks
    graders/                grader.cpp and headers; Communication: manager.cpp, stub.cpp;
                            TwoSteps: manager.cpp or grader.cpp, compiled with the submission
    checker/                checker.cpp, testlib.h
    solutions/<label>/      jury programs; those of model_solution are references
    statement.md            optional

Subtask points are min over cases x score (GroupMin), or what the score type says that
``problem.json`` may name, rounded to ``score_precision``; the points of the problem are those
of its subtasks, added up as a judge adds them.
A package is read, hashed and checked here; nothing in it is run.
"""

from __future__ import annotations

import math
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    FileRole,
    HandIn,
    PackageFile,
    Problem,
    Subtask,
)
from harness.types import Test as TestCase
from tasks.packages.files import decoded, digest, present, reference, text, wrong
from tasks.packages.package import Package
from tasks.packages.place import check_place
from tasks.packages.score_type import score_type_key, subtasks_of
from tasks.packages.subtask_files import names_of, read_hand_in, read_subtasks
from tasks.packages.task_type import TaskType, check_grader, is_name, read_task_type

MANIFEST = "problem.json"
WITH_GRADER = ("cpp", "cpp17", "cpp23")
"""Languages that graders and stubs are written for; without one a submission may be in any."""
COMPILE_TIME_S = 10.0
COMPILE_MEMORY_BYTES = 512 << 20
"""What CMS gives the compiling of a submission (``compilation_sandbox_max_time_s``,
``compilation_sandbox_max_memory_kib``); its packages say nothing of it."""
MAX_LIMIT_S = 600.0
MAX_MEMORY_BYTES = 1 << 38

SOURCES = (".cpp", ".cc", ".c")
HEADERS = (".h", ".hpp")


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``problem.json``, as far as judging needs it."""

    code: str
    name: str
    time_limit: float = math.nan
    """Seconds."""
    memory_limit: int = 0
    """Bytes."""
    score_precision: int = 2
    task_type: str = "Batch"
    task_type_params: str = "{}"
    """JSON inside a JSON string."""
    score_type: str = "GroupMin"
    score_type_parameters: object = None
    """None: the subtasks are those of ``subtasks/``."""


def read_package(folder: Path, *, without_answers: bool = False) -> Problem:
    """Read a package folder.

    ``without_answers`` lets the ``.out`` files of a batch problem be absent, for making
    them. Raises :class:`~harness.errors.TaskDataError` naming the file and what is wrong
    with it, and :class:`~harness.errors.UnsupportedError` for a task type that is not judged.
    """
    return _read(folder.absolute(), without_answers=without_answers)


def open_package(folder: Path, *, allow_missing: bool = False) -> Package:
    """Read a package folder, as :func:`read_package` does.

    ``allow_missing`` drops tests whose files are not in this copy and names them. A subtask of
    which none is left has no points to give: it is dropped, too.
    """
    folder = folder.absolute()
    dropped = _absent(folder) if allow_missing else ()
    return Package(problem=_read(folder, dropped=frozenset(dropped)), dropped=dropped)


def _absent(folder: Path) -> tuple[str, ...]:
    manifest = read_manifest(folder)
    kind = read_task_type(folder / MANIFEST, manifest.task_type, manifest.task_type_params)
    inputs, answers = missing_tests(folder)
    return inputs if kind.kind is CodeKind.COMMUNICATION else tuple(dict.fromkeys(inputs + answers))


def _without(subtasks: tuple[Subtask, ...], dropped: frozenset[str]) -> tuple[Subtask, ...]:
    kept = (
        msgspec.structs.replace(
            subtask, tests=tuple(name for name in subtask.tests if name not in dropped)
        )
        for subtask in subtasks
    )
    return tuple(subtask for subtask in kept if subtask.tests)


def _read(
    folder: Path, *, without_answers: bool = False, dropped: frozenset[str] = frozenset()
) -> Problem:
    check_place(folder)
    manifest = read_manifest(folder)
    kind = read_task_type(folder / MANIFEST, manifest.task_type, manifest.task_type_params)
    subtasks = _subtasks(folder, manifest)
    if dropped:
        subtasks = _without(subtasks, dropped)
        if not subtasks:
            raise wrong(folder / "tests", "no test case is there")
    points = [round(subtask.points, manifest.score_precision) for subtask in subtasks]
    max_points = round(math.fsum(points), manifest.score_precision)
    if not max_points:
        raise wrong(folder / "subtasks", "all subtasks together have no points")
    hand_in = read_hand_in(folder, kind.kind)
    default = HandIn.OUTPUT if kind.kind is CodeKind.OUTPUT_ONLY else HandIn.PROGRAM
    needs_answers = kind.kind is not CodeKind.COMMUNICATION and not without_answers
    tests = tuple(
        _test(folder, name, needs_answers, hand_in.get(name, default))
        for name in names_of(subtasks)
    )
    files = _files(folder, kind, manifest.code)
    roles = {item.role for item in files}
    body = CodeBody(
        kind=kind.kind,
        time_limit_s=manifest.time_limit,
        memory_limit_bytes=manifest.memory_limit,
        languages=WITH_GRADER if roles & {FileRole.GRADER, FileRole.MANAGER} else (),
        score_type=score_type_key(folder / MANIFEST, manifest.score_type),
        score_precision=manifest.score_precision,
        comparison=Comparison.CHECKER if FileRole.CHECKER in roles else Comparison.WHITESPACE,
        subtasks=subtasks,
        tests=tests,
        files=files,
        source_name=manifest.code,
        input_file=kind.input_file,
        output_file=kind.output_file,
        processes=kind.processes,
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
    manifest = decoded(place, Manifest)
    if not is_name(manifest.code) or manifest.code.startswith("-"):
        raise wrong(place, f"code is {manifest.code!r}, which is no file name")
    if manifest.task_type == "OutputOnly":  # nothing is run, and CMS asks for no limits
        limits = {
            "time_limit": manifest.time_limit if manifest.time_limit > 0 else 1.0,
            "memory_limit": manifest.memory_limit or 1 << 28,
        }
        manifest = msgspec.structs.replace(manifest, **limits)
    if math.isnan(manifest.time_limit):
        raise wrong(place, "there is no time_limit")
    if not 0 < manifest.time_limit <= MAX_LIMIT_S:
        raise wrong(place, f"time_limit is {manifest.time_limit} s")
    if not 0 < manifest.memory_limit <= MAX_MEMORY_BYTES:
        raise wrong(place, f"memory_limit is {manifest.memory_limit} bytes")
    if not 0 <= manifest.score_precision <= 10:
        raise wrong(place, f"score_precision is {manifest.score_precision}")
    return manifest


def missing_tests(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of cases without an input, and without an answer."""
    names = names_of(_subtasks(folder, read_manifest(folder)))
    tests = folder / "tests"
    return (
        tuple(name for name in names if not present(tests / f"{name}.in")),
        tuple(name for name in names if not present(tests / f"{name}.out")),
    )


def references(problem: Problem) -> tuple[Path, ...]:
    """Return the model solutions of a package."""
    assert isinstance(problem.body, CodeBody)
    return tuple(
        Path(problem.folder, item.file.path)
        for item in problem.body.files
        if item.role is FileRole.REFERENCE
    )


def _subtasks(folder: Path, manifest: Manifest) -> tuple[Subtask, ...]:
    place = folder / MANIFEST
    key = score_type_key(place, manifest.score_type)
    if manifest.score_type_parameters is None:
        return read_subtasks(folder, key)
    tests = [given.name.removesuffix(".in") for given in (folder / "tests").glob("*.in")]
    return subtasks_of(place, key, manifest.score_type_parameters, tests)


def _test(folder: Path, name: str, needs_answer: bool, hand_in: HandIn) -> TestCase:
    given, answer = folder / "tests" / f"{name}.in", folder / "tests" / f"{name}.out"
    for place in (given, *((answer,) if needs_answer else ())):
        if not present(place):
            raise TaskDataError(
                f"{place} is missing (a subtask names the case {name})",
                hint="`harness data add TASK DIR` says all that is missing, and makes answers "
                "with the model solution where only those are; `harness judge` judges on the "
                "rest with --allow-missing",
            )
    return TestCase(
        name=name,
        input=reference(folder, given),
        answer=reference(folder, answer) if present(answer) else None,
        hand_in=hand_in,
    )


def _files(folder: Path, kind: TaskType, code: str) -> tuple[PackageFile, ...]:
    found: list[PackageFile] = []

    def add(role: FileRole, place: Path) -> None:
        found.append(PackageFile(role=role, file=reference(folder, place)))

    for place in _listed(folder / "graders"):
        manager = place.stem == "manager" and kind.kind is not CodeKind.TWO_STEPS
        if place.name == "testlib.h":
            add(FileRole.SUPPORT, place)
        elif place.suffix in SOURCES and manager:
            add(FileRole.MANAGER, place)
        elif kind.alone or kind.kind is CodeKind.OUTPUT_ONLY:
            continue
        elif place.suffix in HEADERS:
            add(FileRole.HEADER, place)
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
    check_grader(folder, kind, found=any(f.role is FileRole.GRADER for f in found))
    if kind.kind is CodeKind.COMMUNICATION and all(f.role is not FileRole.MANAGER for f in found):
        raise TaskDataError(
            f"{folder / 'graders'} has no manager.cpp, which a communication problem needs",
            hint="bring the whole package in",
        )
    return tuple(found)


def _listed(folder: Path) -> list[Path]:
    return sorted(place for place in folder.glob("*") if place.is_file())
