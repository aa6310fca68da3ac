"""One test: what is run, and what came of it.

::

    batch           contestant < input > output   then compared, or: checker input answer output
    communication   manager sol2mgr_0 mgr2sol_0 [...] < input
                      ⇅ contestant i:  ./solution [i] < mgr2sol_i > sol2mgr_i

Argument orders are CMS's (``cms/grading/tasktypes/``): a checker gets the
contestant's output third, and a contestant process gets its number only when
there are several.
"""

from __future__ import annotations

import signal
from pathlib import Path

import msgspec

from harness.errors import BoxError
from harness.types import CodeBody, CodeKind, Comparison, Execution, StoppedBy, TestResult
from harness.types import Test as TestCase
from sandbox.box import (
    MEBIBYTE,
    Blob,
    Box,
    Job,
    Limits,
    Output,
    Pipe,
    Process,
    Result,
    Role,
    Step,
)
from sandbox.checkers import Opinion, read_opinion
from sandbox.classify import Finding, classify
from sandbox.program import Program, process_of

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

WALL_FLOOR_S = 10.0
"""Shortest wall limit: on a busy machine a short one would end programs that only wait."""


CLEAN = Execution(
    exit_code=0,
    signal=None,
    cpu_s=0.0,
    wall_s=0.0,
    peak_memory_bytes=0,
    stopped_by=StoppedBy.NONE,
)
"""A program that did nothing wrong."""


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """The programs of one submission, with the problem they are for."""

    problem: str
    body: CodeBody
    program: Program
    helper: Program | None
    """The checker's or manager's."""


def job_for(bench: Bench, box: Box, test: TestCase, input_file: Path, answer: Path | None) -> Job:
    """Return the job of one test; brings its files into the slot."""
    given = box.put(input_file)
    if bench.body.kind is CodeKind.COMMUNICATION:
        return _communication(bench, box, given)
    run = process_of(
        bench.program,
        box,
        role=Role.CONTESTANT,
        name=bench.body.source_name,
        stdin=given,
        limits=contestant_limits(bench.body),
    )
    if answer is None:
        raise BoxError(f"test {test.name} of {bench.problem} has no answer to compare with")
    expected = box.put(answer)
    if bench.body.comparison is Comparison.WHITESPACE:
        check = Step(processes=(), only_if_clean=True, compare=(Output(step=0), expected))
    else:
        check = Step(processes=(_checker(bench, box, given, expected),), only_if_clean=True)
    return Job(steps=(Step(processes=(run,)), check))


def output_job(body: CodeBody, box: Box, program: Program, input_file: Path) -> Job:
    """Return the job that keeps a program's whole output; for making answers."""
    run = process_of(
        program,
        box,
        role=Role.CONTESTANT,
        name=body.source_name,
        stdin=box.put(input_file),
        limits=msgspec.structs.replace(contestant_limits(body), output_bytes=512 * MEBIBYTE),
        keep_stdout=True,
    )
    return Job(steps=(Step(processes=(run,)),))


def contestant_limits(body: CodeBody) -> Limits:
    """Return the limits a program runs under.

    It may run a little past the time limit, so that a time near it can be told from a
    program that would run on for ever.
    """
    cpu = body.time_limit_s * (1 + BAND) + 0.02
    return Limits(
        cpu_s=cpu,
        wall_s=max(WALL_FLOOR_S, 2 * cpu + 1),
        memory_bytes=body.memory_limit_bytes,
    )


def _limits(bench: Bench) -> tuple[float, int]:
    """Return the time and memory that decide about a verdict."""
    body = bench.body
    return body.time_limit_s, bench.program.memory_limit(body.memory_limit_bytes)


def _checker(bench: Bench, box: Box, given: Blob, expected: Blob) -> Process:
    assert bench.helper is not None
    return process_of(
        bench.helper,
        box,
        role=Role.TRUSTED,
        name="checker",
        args=("input", "answer", "output"),
        files=(("input", given), ("answer", expected), ("output", Output(step=0))),
        limits=TRUSTED,
    )


def _communication(bench: Bench, box: Box, given: Blob) -> Job:
    assert bench.helper is not None
    count = bench.body.processes
    limits = contestant_limits(bench.body)
    trusted = max(TRUSTED.cpu_s, count * (bench.body.time_limit_s + 1))
    names = [name for i in range(count) for name in (f"sol2mgr_{i}", f"mgr2sol_{i}")]
    manager = process_of(
        bench.helper,
        box,
        role=Role.TRUSTED,
        name="manager",
        args=tuple(names),
        stdin=given,
        fifos=tuple((name, Pipe(name=name)) for name in names),
        limits=msgspec.structs.replace(
            TRUSTED, cpu_s=trusted, wall_s=max(TRUSTED.wall_s, limits.wall_s + 30)
        ),
    )
    contestants = (
        process_of(
            bench.program,
            box,
            role=Role.CONTESTANT,
            name=bench.body.source_name,
            args=(str(i),) if count > 1 else (),
            stdin=Pipe(name=f"mgr2sol_{i}"),
            stdout=Pipe(name=f"sol2mgr_{i}"),
            limits=limits,
        )
        for i in range(count)
    )
    return Job(steps=(Step(processes=(manager, *contestants)),))


def judge_test(bench: Bench, test: TestCase, results: tuple[Result, ...]) -> TestResult:
    """Return what the results of a test's job mean.

    Raises :class:`~harness.errors.JudgeError` when a checker or manager broke its contract.
    """
    if bench.body.kind is CodeKind.COMMUNICATION:
        return _communicated(bench, test, results[0])
    run = results[0].executions[0]
    finding = classify(run, *_limits(bench))
    if finding is not None:
        return _result(test, run, finding)
    if bench.body.comparison is Comparison.WHITESPACE:
        opinion = Opinion(1.0 if results[1].equal else 0.0, "")
    else:
        what = f"the checker of {bench.problem} on test {test.name}"
        opinion = read_opinion(results[1].executions[0], what)
    return _result(test, run, opinion)


def _communicated(bench: Bench, test: TestCase, result: Result) -> TestResult:
    """Decide whose doing the end was, without a race: as in CMS, a contestant's fault comes first.

    What happens to a process only because the manager has left, having made up its mind,
    is no fault: it writes into a closed pipe, or waits for a partner in vain.
    """
    manager, *contestants = result.executions
    ended = {process: place for place, process in enumerate(result.finish_order)}
    own = [
        e for i, e in enumerate(contestants, 1) if ended[i] < ended[0] or not _lost_its_partner(e)
    ]
    run = together(contestants)
    limits = _limits(bench)
    fault = classify(msgspec.structs.replace(together(own or [CLEAN]), cpu_s=run.cpu_s), *limits)
    what = f"the manager of {bench.problem} on test {test.name}"
    # A manager that fails after a contestant failed may have failed because of it.
    first = any(ended[i] < ended[0] and e.exit_code != 0 for i, e in enumerate(contestants, 1))
    if fault is not None and (first or manager.exit_code == 0):
        return _result(test, run, fault)
    opinion = read_opinion(manager, what)
    if opinion.score == 0.0 or len(own) == len(contestants):
        return _result(test, run, opinion)
    return _result(test, run, classify(run, *limits) or opinion)


def _lost_its_partner(execution: Execution) -> bool:
    return execution.stopped_by is StoppedBy.WALL or execution.signal == signal.SIGPIPE


def together(contestants: list[Execution]) -> Execution:
    """Return the processes of a contestant as one: times are summed, as CMS does."""
    worst = next(
        (e for e in contestants if e.stopped_by is not StoppedBy.NONE),
        next((e for e in contestants if e.signal is not None or e.exit_code), contestants[0]),
    )
    return msgspec.structs.replace(
        worst,
        cpu_s=sum(e.cpu_s for e in contestants),
        wall_s=max(e.wall_s for e in contestants),
        peak_memory_bytes=max(e.peak_memory_bytes for e in contestants),
    )


def _result(test: TestCase, run: Execution, found: Finding | Opinion) -> TestResult:
    return TestResult(
        test=test.name,
        verdict=found.verdict,
        score=found.score if isinstance(found, Opinion) else 0.0,
        cpu_s=round(run.cpu_s, 6),
        wall_s=round(run.wall_s, 6),
        peak_memory_bytes=run.peak_memory_bytes,
        reason=found.message if isinstance(found, Opinion) else found.reason,
    )
