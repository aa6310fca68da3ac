"""Own runs of a contestant: on the samples, on inputs it made, or of any program of its own.

They go the way of submissions: the same compiler, slots and limits, and no other view of the
problem than a contestant has. Nothing of a hidden test takes part.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import msgspec

from harness.errors import UnsupportedError
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    Execution,
    Grade,
    Problem,
    Ran,
    Source,
    Subtask,
)
from sandbox.box import MEBIBYTE, Blob, Box, Result
from sandbox.classify import classify
from sandbox.execute import output_job
from sandbox.languages import language
from sandbox.offer import Offer
from sandbox.program import Program
from sandbox.programs import Programs

OWN_TIME_S = 10.0
"""CPU seconds of a program of the contestant's own; no contest says more."""
OWN_MEMORY = 1024 * MEBIBYTE
KEPT_BYTES = 64 * MEBIBYTE
"""Of one output; a longer one counts as an output limit."""

OWN = CodeBody(
    kind=CodeKind.BATCH,
    time_limit_s=OWN_TIME_S,
    memory_limit_bytes=OWN_MEMORY,
    languages=(),
    score_type="sum",
    score_precision=2,
    comparison=Comparison.WHITESPACE,
    subtasks=(),
    tests=(),
    source_name="program",
)
"""The problem that a program of the contestant's own stands for: it reads, and it prints."""

NOWHERE = Problem(id="a program of one's own", title="", statement="", max_points=0.0, body=OWN)


class Slots(Protocol):
    """Whoever leases slots to programs."""

    def slot(self, *programs: Program | None) -> AbstractContextManager[Box]:
        """Lease a slot in which programs can run together."""
        ...


class Trials:
    """Runs what a contestant tries; thread-safe and blocking, as the judge it belongs to."""

    def __init__(
        self,
        programs: Programs,
        offer: Offer,
        slots: Slots,
        judge: Callable[[Problem, Source, str], Grade],
    ) -> None:
        self._programs = programs
        self._offer = offer
        self._slots = slots
        self._judge = judge

    def offers(self, key: str) -> bool:
        """Whether programs in a language can be run here: it has proved itself."""
        try:
            self._offer.check(language(key))
        except UnsupportedError:
            return False
        return True

    def samples(self, problem: Problem, source: Source, key: str) -> Grade:
        """Judge a source on the samples alone, each for itself; no test without samples."""
        return self._judge(only_samples(problem), source, key)

    def outputs(
        self, problem: Problem, source: Source, key: str, inputs: Sequence[bytes]
    ) -> tuple[Ran, ...]:
        """Run a submission on inputs in the form of the problem's tests, with its grader.

        Raises :class:`~harness.errors.UnsupportedError` where a submission has no output of its
        own: in problems that communicate, interact or take outputs.
        """
        body = problem.body
        if not isinstance(body, CodeBody) or body.kind is not CodeKind.BATCH or body.output_file:
            raise UnsupportedError(
                f"{problem.id}: its submissions print no output that could be compared",
                hint="use a strategy that needs no runs on inputs of its own",
            )
        return self._run(problem, body, source, key, inputs)

    def program(self, source: Source, key: str, inputs: Sequence[bytes]) -> tuple[Ran, ...]:
        """Run a program that belongs to no problem."""
        return self._run(NOWHERE, OWN, source, key, inputs)

    def _run(
        self,
        problem: Problem,
        body: CodeBody,
        source: Source,
        key: str,
        inputs: Sequence[bytes],
    ) -> tuple[Ran, ...]:
        self._offer.check(language(key))
        compiled = self._programs.submission(problem, body, source, key)
        program = compiled.program
        if program is None:
            return tuple(Ran(output=None, failure="CE") for _ in inputs)
        with self._slots.slot(program) as box:
            jobs = (output_job(body, box, program, given, KEPT_BYTES) for given in inputs)
            return tuple(_ran(body, program, box, result) for (result,) in box.run(jobs))


def only_samples(problem: Problem) -> Problem:
    """Return the problem that is left of one when only its samples are judged."""
    body = problem.body
    if not isinstance(body, CodeBody):
        raise UnsupportedError(f"{problem.id} is not a programming problem")
    names = set(body.samples)
    tests = tuple(test for test in body.tests if test.name in names)
    reduced = msgspec.structs.replace(
        body,
        tests=tests,
        # A subtask each, so that none is skipped.
        subtasks=tuple(Subtask(name=test.name, points=1.0, tests=(test.name,)) for test in tests),
        score_type="group_min",
        group=None,
    )
    return msgspec.structs.replace(
        problem,
        body=reduced,
        max_points=float(len(tests)),
        hash=f"{problem.hash}/samples" if problem.hash else "",
    )


def _ran(body: CodeBody, program: Program, box: Box, result: Result) -> Ran:
    run: Execution = result.executions[0]
    finding = classify(run, body.time_limit_s, program.memory_limit(body.memory_limit_bytes))
    kept: Blob | None = result.stdout[0]
    if finding is not None or kept is None:
        return Ran(
            output=None,
            failure=finding.verdict.value if finding else "OLE",
            exit_code=run.exit_code,
            cpu_s=run.cpu_s,
        )
    return Ran(output=box.read(kept), exit_code=run.exit_code, cpu_s=run.cpu_s)
