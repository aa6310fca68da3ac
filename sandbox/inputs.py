"""Test inputs before the package's own validators of them: at preparation, never while judging.

::

    validator [arguments] < test.in      exit code 42: the input is as the statement says

Source: the problem package format, "Input validators".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from harness.types import CodeBody, Execution, FileRef, PackageFile, Problem
from sandbox.bench import TRUSTED, VALIDATION_S, WALL_FLOOR_S
from sandbox.box import Box, Job, Role, Step
from sandbox.checkers import cut_short, first_line
from sandbox.judge import CodeJudge
from sandbox.program import Program, process_of
from sandbox.validator import ACCEPTS

LIMITS = msgspec.structs.replace(
    TRUSTED, cpu_s=VALIDATION_S, wall_s=2 * VALIDATION_S + WALL_FLOOR_S
)
"""The format sets none."""


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """One input, and what a validator of it is given."""

    test: str
    file: FileRef
    args: tuple[str, ...] = ()
    files: tuple[FileRef, ...] = ()
    """Put into the validator's folder, under their own names."""


def complaints(
    judge: CodeJudge, problem: Problem, validator: tuple[PackageFile, ...], inputs: Iterable[Input]
) -> Iterator[tuple[Input, str]]:
    """Run one validator over inputs; yield each with why it was not accepted, or nothing.

    Raises :class:`~harness.errors.JudgeError` when the validator does not compile.
    """
    assert isinstance(problem.body, CodeBody)
    program = judge.programs.input_validator(problem, problem.body, validator)
    sent: list[Input] = []
    with judge.slot(program) as box:

        def jobs() -> Iterator[Job]:
            for given in inputs:
                sent.append(given)
                yield _job(judge, problem, box, program, given)

        for done, (result,) in enumerate(box.run(jobs())):
            yield sent[done], _complaint(result.executions[0])


def _job(judge: CodeJudge, problem: Problem, box: Box, program: Program, given: Input) -> Job:
    place = judge.programs.place
    process = process_of(
        program,
        box,
        role=Role.TRUSTED,
        limits=LIMITS,
        name="validator",
        args=given.args,
        stdin=box.put(place(problem, given.file)),
        files=tuple(
            (ref.path.rpartition("/")[2], box.put(place(problem, ref))) for ref in given.files
        ),
    )
    return Job(steps=(Step(processes=(process,)),))


def _complaint(run: Execution) -> str:
    if cut := cut_short(run):
        how = f"it {cut}"
    elif run.exit_code == ACCEPTS:
        return ""
    else:
        how = f"exit code {run.exit_code}"
    said = first_line(run.stderr_head.lstrip()) or first_line(run.stdout_head.lstrip())
    return f"{how}: {said}" if said else how
