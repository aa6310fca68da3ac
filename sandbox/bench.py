"""What a submission is run with: its program, the problem's, and their limits."""

from __future__ import annotations

import msgspec

from harness.types import CodeBody, CodeKind, Execution, Grade, TestResult
from harness.types import Test as TestCase
from sandbox.box import MEBIBYTE, Limits
from sandbox.checkers import Opinion
from sandbox.classify import Finding, classify
from sandbox.program import Program

BAND = 0.15
"""A CPU time within this share of the limit, above or below, is measured again."""

TRUSTED = Limits(
    cpu_s=10,
    wall_s=60,
    memory_bytes=4096 * MEBIBYTE,
    output_bytes=256 * MEBIBYTE,
    processes=16,
)
"""Of checkers and managers, as in CMS (trusted sandbox: 10 s, 4 GiB)."""

VALIDATION_S = 60.0
"""CPU seconds of an output validator, the problem package format's "typical system default"."""

WALL_FLOOR_S = 10.0
"""Shortest wall limit: on a busy machine a short one would end programs that only wait."""

TALKING = (CodeKind.COMMUNICATION, CodeKind.INTERACTIVE)

SAYS_BYTES = 8192
"""How much of a validator's message is kept."""


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """The programs of one submission, with the problem they are for."""

    problem: str
    body: CodeBody
    program: Program
    """:data:`~sandbox.program.NO_PROGRAM` where only outputs were handed in."""
    helper: Program | None = None
    """The checker, manager or output validator."""
    checker: Program | None = None
    """Judges what the manager of a communication problem printed, where that is no score."""

    def finding(self, run: Execution) -> Finding | None:
        """Return what the contestant's program did wrong, or None."""
        return classify(
            run, self.body.time_limit_s, self.program.memory_limit(self.body.memory_limit_bytes)
        )

    @property
    def thresholds(self) -> bool:
        """Whether outcomes are compared with thresholds, and so are not bound to 0..1."""
        return self.body.score_type == "group_threshold"

    def who(self, what: str, test: TestCase) -> str:
        """Return the words for a program of the package, for messages."""
        return f"the {what} of {self.problem} on test {test.name}"


def contestant_limits(body: CodeBody) -> Limits:
    """Return the limits a program runs under.

    It may run a little past the time limit, so that a time near it can be told from a
    program that would run on for ever. One that talks also waits for its partner's work, which
    is not its own: a manager may need several times the contestant's CPU time.
    """
    cpu = body.time_limit_s * (1 + BAND) + 0.02
    wall = 5 * (cpu + 1) if body.kind in TALKING else 2 * cpu + 1
    return Limits(
        cpu_s=cpu,
        wall_s=max(WALL_FLOOR_S, wall),
        memory_bytes=body.memory_limit_bytes,
        output_bytes=body.output_limit_bytes or 64 * MEBIBYTE,
    )


def same_under(body: CodeBody, grade: Grade) -> bool:
    """Return whether a grade found under a longer time limit is the grade under this one.

    It is where every test kept well within the limit, so that none would be measured again.
    """
    limits = contestant_limits(body)
    return all(
        not test.readings
        and test.cpu_s < (1 - BAND) * body.time_limit_s
        and test.wall_s < limits.wall_s
        for test in grade.tests
    )


def trusted_limits(body: CodeBody) -> Limits:
    """Return the limits of a checker, or of an output validator where the package sets them."""
    if body.group is None:
        return TRUSTED
    cpu = body.validator_time_s or VALIDATION_S
    return msgspec.structs.replace(
        TRUSTED,
        cpu_s=cpu,
        wall_s=2 * cpu + WALL_FLOOR_S,
        memory_bytes=body.validator_memory_bytes or TRUSTED.memory_bytes,
    )


def result_of(test: TestCase, run: Execution, found: Finding | Opinion) -> TestResult:
    """Return a test's result from the run and what was found of it."""
    opinion = found if isinstance(found, Opinion) else None
    return TestResult(
        test=test.name,
        verdict=found.verdict,
        score=opinion.score * opinion.factor if opinion else 0.0,
        cpu_s=round(run.cpu_s, 6),
        wall_s=round(run.wall_s, 6),
        peak_memory_bytes=run.peak_memory_bytes,
        reason=opinion.message if opinion else found.reason,  # type: ignore[union-attr]
        given=opinion.given if opinion else None,
    )
