"""Reader of LightCPVerifier's packages, which LiveCodeBench Pro's tests come as.

::

    config.yaml       type, time_limit, memory_limit, checker, subtasks
    testdata/1.in, testdata/1.ans, ...
    chk.cc            a testlib checker; testlib.h has to be put beside it

Source: YanagiOrigami/LightCPVerifier f6637f4, ``src/problem_manager.js``, ``judge_engine.js``
(a submission is accepted when all cases of all subtasks are) and ``utils.js`` (units: a bare
number is nanoseconds, or bytes).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import yaml

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
from tasks.packages.files import digest, inside, present, reference, text, wrong
from tasks.packages.place import check_place
from tasks.packages.polygon import GIVES_POINTS, TESTLIB

MANIFEST = "config.yaml"
DATA = "testdata"
DEFAULT_CHECKER = "chk.cc"
KEPT = (MANIFEST, DATA, TESTLIB, "checker.cpp", "checker.cc", "chk.cpp", DEFAULT_CHECKER)
"""What of a package goes into the data store."""

_TIME = re.compile(r"([\d.]+)\s*(ms|s)?", re.IGNORECASE)
_MEMORY = re.compile(r"([\d.]+)\s*([kmg]?)b?", re.IGNORECASE)
_SHIFT = {"": 0, "k": 10, "m": 20, "g": 30}

Limit = int | float | str


class _Case(msgspec.Struct, frozen=True, kw_only=True):
    input: str
    output: str
    time: Limit | None = None
    memory: Limit | None = None


class _Subtask(msgspec.Struct, frozen=True, kw_only=True):
    n_cases: int | None = None
    cases: tuple[_Case, ...] = ()
    time_limit: Limit | None = None
    time: Limit | None = None
    memory_limit: Limit | None = None
    memory: Limit | None = None


class _Config(msgspec.Struct, frozen=True, kw_only=True):
    subtasks: tuple[_Subtask, ...]
    type: str = "default"
    time_limit: Limit | None = None
    time: Limit | None = None
    memory_limit: Limit | None = None
    memory: Limit | None = None
    checker: str | None = None
    input_prefix: str = ""
    output_prefix: str = ""
    input_suffix: str = ".in"
    output_suffix: str = ".ans"


def read_lightcp(folder: Path, name: str, title: str, statement: str) -> Problem:
    """Read a package, which says neither its name nor its statement.

    Raises :class:`~harness.errors.TaskDataError` naming the file and what is wrong with it, and
    :class:`~harness.errors.UnsupportedError` for what is not judged.
    """
    folder = folder.absolute()
    check_place(folder)
    place = folder / MANIFEST
    config = _read(folder)
    if config.type != "default":
        raise UnsupportedError(
            f"{place}: the type {config.type} is not judged", hint="the problem is left out"
        )
    time_limit = config.time_limit or config.time or "1s"
    memory_limit = config.memory_limit or config.memory or "256m"
    cases = _cases(place, config, time_limit, memory_limit)
    tests = tuple(_test(folder, number, case) for number, case in enumerate(cases, start=1))
    body = CodeBody(
        kind=CodeKind.BATCH,
        time_limit_s=_seconds(place, time_limit),
        memory_limit_bytes=_bytes(place, memory_limit),
        languages=("cpp17", "cpp"),
        score_type="group_min",
        score_precision=0,
        comparison=Comparison.TESTLIB,
        subtasks=(Subtask(name="all", points=1.0, tests=tuple(test.name for test in tests)),),
        tests=tests,
        files=_files(folder, config.checker or DEFAULT_CHECKER),
        scored=False,
    )
    return Problem(
        id=name,
        title=title,
        statement=statement,
        max_points=1.0,
        body=body,
        folder=str(folder),
        hash=digest(body),
    )


def _read(folder: Path) -> _Config:
    place = folder / MANIFEST
    if not place.is_file():
        raise wrong(place, "is no file")
    try:
        said: Any = yaml.safe_load(text(folder, place))
        return msgspec.convert(said, _Config)
    except (yaml.YAMLError, msgspec.ValidationError, RecursionError) as error:
        raise wrong(place, " ".join(str(error).split())) from None


def _cases(
    place: Path, config: _Config, time_limit: Limit, memory_limit: Limit
) -> tuple[_Case, ...]:
    """Return all cases in order; limits of their own are not judged."""
    found: list[_Case] = []
    numbered = 1
    for subtask in config.subtasks:
        if subtask.n_cases is None and not subtask.cases:
            raise wrong(place, "a subtask has neither n_cases nor cases")
        for number in range(numbered, numbered + (subtask.n_cases or 0)):
            given = f"{config.input_prefix}{number}{config.input_suffix}"
            answer = f"{config.output_prefix}{number}{config.output_suffix}"
            found.append(_Case(input=given, output=answer))
        numbered += subtask.n_cases or 0
        if subtask.n_cases is None:
            found += subtask.cases
        times = [subtask.time_limit, subtask.time, *(case.time for case in subtask.cases)]
        memory = [subtask.memory_limit, subtask.memory, *(case.memory for case in subtask.cases)]
        if any(limit not in (None, time_limit) for limit in times) or any(
            limit not in (None, memory_limit) for limit in memory
        ):
            raise UnsupportedError(
                f"{place}: limits of subtasks of their own are not judged",
                hint="the problem is left out",
            )
    if not found:
        raise wrong(place, "it has no cases")
    return tuple(found)


def _test(folder: Path, number: int, case: _Case) -> TestCase:
    places = []
    for name in (case.input, case.output):
        place = folder / DATA / name
        if place.suffix == ".out" and present(place.with_suffix(".ans")):
            place = place.with_suffix(".ans")  # it is looked for first there too
        inside(folder, place)
        if not present(place):
            raise TaskDataError(f"{place} is missing", hint="fetch the published package again")
        places.append(place)
    return TestCase(
        name=str(number),
        input=reference(folder, places[0]),
        answer=reference(folder, places[1]),
    )


def _files(folder: Path, name: str) -> tuple[PackageFile, ...]:
    checker, library = folder / name, folder / TESTLIB
    inside(folder, checker)
    if not present(checker):
        raise TaskDataError(f"{checker} is missing: it is the checker", hint="fetch it again")
    source = text(folder, checker)
    if GIVES_POINTS.search(source):
        raise UnsupportedError(
            f"{checker}: the checker gives points itself", hint="the problem is left out"
        )
    if TESTLIB in source and not present(library):
        raise TaskDataError(
            f"{library} is missing, which the checker includes",
            hint=f"put {TESTLIB} into the folder that you bring in",
        )
    found = [PackageFile(role=FileRole.CHECKER, file=reference(folder, checker))]
    if present(library):
        found.append(PackageFile(role=FileRole.SUPPORT, file=reference(folder, library)))
    return tuple(found)


def _seconds(place: Path, limit: Limit) -> float:
    found = _TIME.fullmatch(limit.strip()) if isinstance(limit, str) else None
    try:
        if found is None:
            return float(limit) / 1e9
        return float(found[1]) / (1000 if (found[2] or "s").lower() == "ms" else 1)
    except ValueError:
        raise wrong(place, f"the time limit is {limit!r}") from None


def _bytes(place: Path, limit: Limit) -> int:
    found = _MEMORY.fullmatch(limit.strip()) if isinstance(limit, str) else None
    try:
        if found is None:
            return int(limit)
        return round(float(found[1]) * (1 << _SHIFT[found[2].lower()]))
    except ValueError:
        raise wrong(place, f"the memory limit is {limit!r}") from None
