"""A communication test: a manager talks with one or more processes of the contestant.

::

    manager sol2mgr_0 mgr2sol_0 [...] < input
      ⇅ contestant i:  ./solution [i] < mgr2sol_i > sol2mgr_i

As in CMS (``cms/grading/tasktypes/Communication.py``): a process gets its number only when
there are several, their CPU times are summed, and a contestant's fault comes before what the
manager says. Where a checker judges what the manager printed (TPS), it runs afterwards.
"""

from __future__ import annotations

import signal

import msgspec

from harness.types import Execution, StoppedBy, TestResult
from harness.types import Test as TestCase
from sandbox.batch import NOTHING_RUN
from sandbox.bench import TRUSTED, Bench, contestant_limits, result_of
from sandbox.box import Blob, Box, Job, Output, Pipe, Result, Role, Step
from sandbox.checkers import Opinion, ends_well, read_opinion
from sandbox.program import process_of


def job(bench: Bench, box: Box, given: Blob, answer: Blob | None) -> Job:
    """Return the job of one test."""
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
    talk = Step(processes=(manager, *contestants))
    if bench.checker is None:
        return Job(steps=(talk,))
    output, expected = Output(step=0), answer or box.put(b"")
    check = process_of(
        bench.checker,
        box,
        role=Role.TRUSTED,
        limits=TRUSTED,
        name="checker",
        args=("input", "answer", "output"),
        files=(("input", given), ("answer", expected), ("output", output)),
    )
    return Job(steps=(talk, Step(processes=(check,))))


def judge(bench: Bench, test: TestCase, results: tuple[Result, ...]) -> TestResult:
    """Decide whose doing the end was, without a race.

    What happens to a process only because the manager has left, having made up its mind,
    is no fault: it writes into a closed pipe, or waits for a partner in vain.
    """
    result = results[0]
    manager, *contestants = result.executions
    ended = {process: place for place, process in enumerate(result.finish_order)}
    own = [
        e for i, e in enumerate(contestants, 1) if ended[i] < ended[0] or not _lost_its_partner(e)
    ]
    run = together(contestants)
    fault = bench.finding(msgspec.structs.replace(together(own or [NOTHING_RUN]), cpu_s=run.cpu_s))
    # A manager that fails after a contestant failed may have failed because of it.
    first = any(ended[i] < ended[0] and e.exit_code != 0 for i, e in enumerate(contestants, 1))
    if fault is not None and (first or manager.exit_code == 0):
        return result_of(test, run, fault)
    opinion = _opinion(bench, test, manager, results)
    if opinion.score == 0.0 or len(own) == len(contestants):
        return result_of(test, run, opinion)
    return result_of(test, run, bench.finding(run) or opinion)


def _opinion(
    bench: Bench, test: TestCase, manager: Execution, results: tuple[Result, ...]
) -> Opinion:
    if bench.checker is None:
        return read_opinion(manager, bench.who("manager", test), thresholds=bench.thresholds)
    ends_well(manager, bench.who("manager", test))
    checker = results[1].executions[0]
    return read_opinion(checker, bench.who("checker", test), thresholds=bench.thresholds)


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
