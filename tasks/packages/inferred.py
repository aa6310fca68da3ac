"""A time limit from the jury's programs, for packages that leave it open. Nothing is run here.

Legacy edition: what is in ``submissions/accepted`` bounds the limit from below, with
``limits.time_multiplier``; whole seconds, at least one. 2025-09 ("Timelimit inference"): every
program that may not be too slow on some tests bounds it by its slowest of those, with
``ac_to_time_limit``, in multiples of ``time_resolution``; what must be too slow has to take
``time_limit_to_tle`` times as long.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.types import (
    CodeBody,
    CodeKind,
    Grade,
    InferredLimit,
    Problem,
    TestResult,
    TimeRule,
    Verdict,
)
from tasks.packages.files import digest, reference
from tasks.packages.globs import matches
from tasks.packages.jury import JuryProgram
from tasks.packages.kattis.limits import MAX_TIME_S
from tasks.packages.package import Package

EVERYTHING = ("",)
"""The globs of a program that bounds the limit with all its tests."""


def faster(program: JuryProgram, body: CodeBody) -> tuple[str, ...]:
    """Return globs of the tests on which a program must keep the limit; empty: it says nothing.

    What talks with a validator and may be rejected says nothing: the time that it goes on for
    after the validator has left is not the problem's.
    """
    if program.expectation.rules:
        talks = body.kind is CodeKind.INTERACTIVE
        return tuple(
            rule.tests
            for rule in program.expectation.rules
            if rule.bounds and rule.permitted and Verdict.TLE not in rule.permitted
            if not talks or rule.permitted == (Verdict.AC,)
        )
    declared = not program.expectation.empty
    return EVERYTHING if declared and program.label == "accepted" else ()


def slower(program: JuryProgram) -> tuple[str, ...]:
    """Return globs of the tests on which a program must break it (2025-09)."""
    return tuple(
        rule.tests
        for rule in program.expectation.rules
        if rule.bounds and rule.required == (Verdict.TLE,)
    )


def tests_of(grade: Grade, globs: Iterable[str]) -> tuple[TestResult, ...]:
    """Return the results of the tests that some globs are about."""
    wanted = tuple(globs)
    return tuple(
        test for test in grade.tests if any(not glob or matches(glob, test.test) for glob in wanted)
    )


def slowest(grade: Grade, globs: Iterable[str]) -> float:
    """Return the CPU seconds of the slowest of some tests."""
    return max((test.cpu_s for test in tests_of(grade, globs)), default=0.0)


def limit_of(rule: TimeRule, cpu_s: float) -> float:
    """Return the smallest limit that a rule allows for the slowest time."""
    # Rounded, so that 3 x 0.1 s at a resolution of 0.1 s is 0.3 s and not 0.4 s.
    steps = math.ceil(round(cpu_s * rule.multiplier / rule.resolution_s, 9))
    limit = round(max(1, steps) * rule.resolution_s, 9)
    if limit > MAX_TIME_S:
        raise TaskDataError(
            f"the time limit would be {limit:g} s, more than the {MAX_TIME_S:g} s that are judged",
            hint="give the contest's own with --time-limit SECONDS",
        )
    return limit


def key_of(package: Package) -> str:
    """Return what an open limit is kept by: all that is judged, the rule, and all submissions."""
    problem = package.problem
    found = hashlib.sha256(msgspec.json.encode((problem.hash, package.rule)))
    folder = Path(problem.folder)
    for place in sorted((folder / "submissions").rglob("*")):
        if place.is_file():
            found.update(
                f"\0{place.relative_to(folder).as_posix()}\0{_hash(folder, place)}".encode()
            )
    return found.hexdigest()


def limited(package: Package, found: InferredLimit) -> Package:
    """Return the package with a limit that was measured."""
    problem = package.problem
    problem = with_limit(problem, found.seconds)
    return msgspec.structs.replace(
        package, rule=None, problem=msgspec.structs.replace(problem, inferred=found)
    )


def with_limit(problem: Problem, seconds: float) -> Problem:
    """Return a problem with another time limit."""
    body = problem.body
    if not isinstance(body, CodeBody):
        return problem
    body = msgspec.structs.replace(body, time_limit_s=seconds)
    return msgspec.structs.replace(problem, body=body, hash=digest(body))


def _hash(folder: Path, place: Path) -> str:
    try:
        return reference(folder, place).sha256
    except TaskDataError:
        return ""  # what leads out of the package is no submission
