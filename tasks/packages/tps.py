"""The reader of TPS sources, the form in which an IOI prepares its tasks.

::

    problem.json            code, title, time_limit (s), memory_limit (MiB), type
    subtasks.json           {"subtasks": {"full": {"index": 8, "score": 16}}}
    solutions.json          what is declared of the jury programs; read by tasks.packages.jury
    tests/mapping           "subtask case", one a line, made by `tps gen` with all of tests/
    tests/<case>.in|.out
    grader/cpp/             grader.cpp or stub.cpp, and headers
    grader/manager.cpp      of a communication problem
    checker/                checker.cpp, testlib.h

The result is what CMS would import: subtasks scored by their minimum. Links may lead to the
folder ``tps`` beside the package, where TPS keeps the files that all tasks share.
"""

from __future__ import annotations

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
from tasks.packages.cms import (
    COMPILE_MEMORY_BYTES,
    COMPILE_TIME_S,
    HEADERS,
    MANIFEST,
    MAX_LIMIT_S,
    MAX_MEMORY_BYTES,
    SOURCES,
)
from tasks.packages.files import digest, inside, present, reference, text, wrong
from tasks.packages.package import Package
from tasks.packages.place import check_place
from tasks.packages.task_type import KINDS

SUBTASKS = "subtasks.json"
SHARED = "tps"

MAX_PROCESSES = 7

Read = TypeVar("Read", bound=msgspec.Struct)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``problem.json``, as far as judging needs it."""

    name: str
    code: str = ""
    title: str = ""
    time_limit: float
    """Seconds."""
    memory_limit: float
    """MiB."""
    type: str
    num_processes: int = 1
    grader_name: str = "grader"
    has_checker: bool | None = None
    """None: there is one when there is a folder for it, but none of a communication task."""


class SubtaskEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One subtask of ``subtasks.json``."""

    index: int
    score: float


class SubtasksFile(msgspec.Struct, frozen=True, kw_only=True):
    """``subtasks.json``."""

    subtasks: dict[str, SubtaskEntry]


def open_package(folder: Path, *, allow_missing: bool = False) -> Package:
    """Read a task folder whose tests have been generated.

    ``allow_missing`` drops tests whose files are not in this copy and names them; a subtask of
    which none is left has no points to give, and is dropped, too. Raises
    :class:`~harness.errors.TaskDataError` naming the file and what is wrong with it, and
    :class:`~harness.errors.UnsupportedError` for a task type that is not judged.
    """
    folder = folder.absolute()
    check_place(folder)
    manifest = _manifest(folder)
    kind = _kind(folder, manifest)
    files = _files(folder, manifest, kind)
    checker = any(item.role is FileRole.CHECKER for item in files)
    subtasks, tests, dropped = _tests(folder, needs_answers=kind is not CodeKind.COMMUNICATION)
    if dropped and not allow_missing:
        raise TaskDataError(
            f"{folder / 'tests'} lacks the input or the answer of {len(dropped)} cases: "
            + ", ".join(dropped[:8]),
            hint="make them with `tps gen`, or judge on the rest with --allow-missing",
        )
    body = CodeBody(
        kind=kind,
        time_limit_s=manifest.time_limit,
        memory_limit_bytes=int(manifest.memory_limit * (1 << 20)),
        languages=() if kind is CodeKind.OUTPUT_ONLY else ("cpp",),
        score_type="group_min",
        score_precision=2,
        comparison=Comparison.CHECKER if checker else Comparison.WHITESPACE,
        subtasks=subtasks,
        tests=tests,
        files=files,
        source_name=manifest.code or manifest.name,
        processes=manifest.num_processes,
        compile_time_s=COMPILE_TIME_S,
        compile_memory_bytes=COMPILE_MEMORY_BYTES,
        manager_then_checker=checker and kind is CodeKind.COMMUNICATION,
    )
    statement = folder / "statement" / "index.md"
    problem = Problem(
        id=manifest.code or manifest.name,
        title=manifest.title or manifest.name,
        statement=text(folder, statement) if statement.is_file() else "",
        max_points=sum(subtask.points for subtask in subtasks),
        body=body,
        folder=str(folder),
        hash=digest(body),
    )
    return Package(problem=problem, dropped=dropped)


def _manifest(folder: Path) -> Manifest:
    place = folder / MANIFEST
    manifest = _decoded(folder, place, Manifest)
    name = manifest.code or manifest.name
    if not name or "/" in name or name in (".", ".."):
        raise wrong(place, f"the name is {name[:80]!r}, which is no file name")
    if not 0 < manifest.time_limit <= MAX_LIMIT_S:
        raise wrong(place, f"time_limit is {manifest.time_limit} s")
    if not 0 < manifest.memory_limit <= MAX_MEMORY_BYTES >> 20:
        raise wrong(place, f"memory_limit is {manifest.memory_limit} MiB")
    if not 1 <= manifest.num_processes <= MAX_PROCESSES:
        raise wrong(place, f"num_processes is {manifest.num_processes}")
    return manifest


def _kind(folder: Path, manifest: Manifest) -> CodeKind:
    kind = KINDS.get(manifest.type)
    if kind is None or kind is CodeKind.BATCH_AND_OUTPUT:
        raise UnsupportedError(
            f"{folder / MANIFEST}: task type {manifest.type[:40]} is not read from TPS sources",
            hint="the task types are Batch, Communication, OutputOnly and TwoSteps",
        )
    return kind


def _tests(
    folder: Path, *, needs_answers: bool
) -> tuple[tuple[Subtask, ...], tuple[TestCase, ...], tuple[str, ...]]:
    """Return the subtasks, their tests, and the names of tests that are not here."""
    place = folder / SUBTASKS
    entries = _decoded(folder, place, SubtasksFile).subtasks
    if any(entry.score < 0 for entry in entries.values()):
        raise wrong(place, "a score is negative")
    mapping = folder / "tests" / "mapping"
    if not mapping.is_file():
        raise TaskDataError(
            f"{folder} has no tests yet: there is no tests/mapping",
            hint="make them with `tps gen` in that folder",
        )
    cases: dict[str, list[str]] = {name: [] for name in entries}
    for number, line in enumerate(text(folder, mapping).splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or words[0] not in cases:
            raise wrong(mapping, f"line {number} is not a subtask and a case")
        if "/" in words[1] or words[1].startswith("."):
            raise wrong(mapping, f"line {number}: {words[1][:80]!r} is no name of a test case")
        cases[words[0]].append(words[1])
    found: dict[str, TestCase] = {}
    dropped: dict[str, None] = {}
    for name in (name for names in cases.values() for name in names):
        given, answer = (folder / "tests" / f"{name}{suffix}" for suffix in (".in", ".out"))
        if not present(given) or (needs_answers and not present(answer)):
            dropped[name] = None
        elif name not in found:
            found[name] = TestCase(
                name=name,
                input=reference(folder, given),
                answer=reference(folder, answer) if present(answer) else None,
            )
    subtasks = tuple(
        Subtask(
            name=name,
            points=entries[name].score,
            tests=tuple(case for case in dict.fromkeys(cases[name]) if case in found),
        )
        for name in sorted(entries, key=lambda name: entries[name].index)
        if not cases[name] or any(case in found for case in cases[name])
    )
    if not found:
        raise wrong(mapping, "no test case is there")
    return subtasks, tuple(found.values()), tuple(dropped)


def _files(folder: Path, manifest: Manifest, kind: CodeKind) -> tuple[PackageFile, ...]:
    shared = folder.parent / SHARED
    found: list[PackageFile] = []

    def add(role: FileRole, place: Path) -> None:
        found.append(PackageFile(role=role, file=reference(folder, place, also=shared)))

    def listed(name: str) -> list[Path]:
        place = folder / name
        if not place.is_dir():
            return []
        inside(folder, place)
        return sorted(entry for entry in place.iterdir() if entry.is_file())

    for place in listed("grader/cpp"):
        if place.suffix in HEADERS:
            add(FileRole.HEADER, place)
        elif place.suffix in SOURCES and place.stem == manifest.grader_name:
            add(FileRole.GRADER, place)
    for place in listed("grader") if kind is CodeKind.COMMUNICATION else ():
        if place.suffix in HEADERS:
            add(FileRole.SUPPORT, place)
        elif place.suffix in SOURCES and place.stem == "manager":
            add(FileRole.MANAGER, place)
    wanted = (
        kind is not CodeKind.COMMUNICATION if manifest.has_checker is None else manifest.has_checker
    )
    for place in listed("checker") if wanted else ():
        if place.suffix in HEADERS:
            add(FileRole.SUPPORT, place)
        elif place.suffix in SOURCES and place.stem == "checker":
            add(FileRole.CHECKER, place)
    roles = {item.role for item in found}
    needed = [FileRole.MANAGER] if kind is CodeKind.COMMUNICATION else []
    needed += [FileRole.GRADER] if kind is CodeKind.TWO_STEPS else []
    needed += [FileRole.CHECKER] if manifest.has_checker else []
    for role in needed:
        if role not in roles:
            raise TaskDataError(
                f"{folder} has no {role.value}, which its problem.json asks for",
                hint="bring the whole folder in",
            )
    return tuple(found)


def _decoded(folder: Path, place: Path, kind: type[Read]) -> Read:
    try:
        return msgspec.json.decode(text(folder, place), type=kind)
    except msgspec.MsgspecError as error:
        raise wrong(place, str(error)) from None
