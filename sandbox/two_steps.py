"""A test in two steps: the program is run twice, and the second run reads what the first wrote.

::

    contestant 0 pipe < input        writes ``pipe``
    contestant 1 pipe > output       reads ``pipe``; its output is judged as a batch problem's

As in CMS (``cms/grading/tasktypes/TwoSteps.py``): the organisers' source is compiled together
with the submission, and calls its one or its other function by the first argument. Each run has
the limits to itself. There both run at once, and ``pipe`` is a FIFO; here the second begins when
the first has ended well, and ``pipe`` is a file, so that nothing can flow back, and a first run
that never opens it keeps nobody waiting.
"""

from __future__ import annotations

import msgspec

from harness.types import Execution, TestResult
from harness.types import Test as TestCase
from sandbox.batch import judge as judge_batch
from sandbox.batch import judging
from sandbox.bench import Bench, contestant_limits, result_of
from sandbox.box import Blob, Box, Job, Output, Process, Role, Step
from sandbox.program import process_of

PIPE = "pipe"


def run(bench: Bench, box: Box, test: TestCase, given: Blob, answer: Blob) -> TestResult:
    """Run and judge one test."""
    writes = Step(processes=(_contestant(bench, box, "0", given, box.put(b"")),))
    ((first,),) = box.run([Job(steps=(writes,))])
    before = first.executions[0]
    finding = bench.finding(before)
    if finding is not None:
        return result_of(test, before, finding)
    left = dict(first.fetched[0]).get(PIPE, box.put(b""))
    reads = Step(processes=(_contestant(bench, box, "1", None, left),))
    judged = judging(bench, box, test, given, answer, Output(step=0), ())
    (results,) = box.run([Job(steps=(reads, judged))])
    return _both(before, judge_batch(bench, test, results, box.read))


def _contestant(bench: Bench, box: Box, step: str, given: Blob | None, pipe: Blob) -> Process:
    first = given is not None
    return process_of(
        bench.program,
        box,
        role=Role.CONTESTANT,
        limits=contestant_limits(bench.body),
        name=bench.body.source_name,
        args=(step, PIPE),
        stdin=given,
        files=((PIPE, pipe),),
        writable=(PIPE,) if first else (),
        fetch=(PIPE,) if first else (),
    )


def _both(first: Execution, second: TestResult) -> TestResult:
    """Return the second run's result with the larger figures: the limits are each run's own."""
    return msgspec.structs.replace(
        second,
        cpu_s=max(round(first.cpu_s, 6), second.cpu_s),
        wall_s=max(round(first.wall_s, 6), second.wall_s),
        peak_memory_bytes=max(first.peak_memory_bytes, second.peak_memory_bytes),
    )
