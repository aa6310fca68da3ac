"""A batch test: the program reads the input and prints an output, which is then judged.

::

    contestant < input > output      then one of
        compared by white space in the slot
        checker input answer output                              CMS
        checker input output answer                              testlib, as Polygon calls it
        validator test.in test.ans ./ [arguments] < output       problem package format

With an output-only problem the output is what was handed in, and nothing of it is run.
"""

from __future__ import annotations

from harness.types import Comparison, Execution, StoppedBy, TestResult
from harness.types import Test as TestCase
from sandbox.bench import Bench, contestant_limits, result_of, trusted_limits
from sandbox.box import Blob, Box, Job, Output, Process, Result, Role, Step
from sandbox.checkers import Opinion, read_opinion, read_testlib
from sandbox.program import process_of
from sandbox.validator import Read, read_validator, validator_process

NOTHING_RUN = Execution(
    exit_code=0,
    signal=None,
    cpu_s=0.0,
    wall_s=0.0,
    peak_memory_bytes=0,
    stopped_by=StoppedBy.NONE,
)
"""Of an output that was handed in."""


def job(
    bench: Bench,
    box: Box,
    test: TestCase,
    given: Blob,
    answer: Blob,
    *,
    beside: tuple[tuple[str, Blob], ...] = (),
    state: tuple[tuple[str, Blob], ...] = (),
) -> Job:
    """Return the job of one test.

    ``beside`` are files in the contestant's folder, ``state`` what a validator left before.
    """
    run = process_of(
        bench.program,
        box,
        role=Role.CONTESTANT,
        limits=contestant_limits(bench.body),
        name=bench.body.source_name,
        args=test.args,
        stdin=given,
        files=beside,
    )
    return Job(
        steps=(
            Step(processes=(run,)),
            judging(bench, box, test, given, answer, Output(step=0), state),
        )
    )


def handed_in(
    bench: Bench, box: Box, test: TestCase, given: Blob, answer: Blob, output: Blob
) -> Job:
    """Return the job that judges an output as it was handed in."""
    return Job(steps=(judging(bench, box, test, given, answer, output, ()),))


def judging(
    bench: Bench,
    box: Box,
    test: TestCase,
    given: Blob,
    answer: Blob,
    output: Output | Blob,
    state: tuple[tuple[str, Blob], ...],
) -> Step:
    """Return the step that judges an output."""
    match bench.body.comparison:
        case Comparison.WHITESPACE:
            return Step(processes=(), only_if_clean=True, compare=(output, answer))
        case Comparison.CHECKER | Comparison.TESTLIB:
            process = _checker(bench, box, given, answer, output)
        case Comparison.VALIDATOR | Comparison.DEFAULT_VALIDATOR:
            process = validator_process(bench, box, test, given, answer, state, stdin=output)
    return Step(processes=(process,), only_if_clean=True)


def judge(bench: Bench, test: TestCase, results: tuple[Result, ...], read: Read) -> TestResult:
    """Return what the results of a test's job mean."""
    run = results[0].executions[0] if len(results) > 1 else NOTHING_RUN
    finding = bench.finding(run)
    if finding is not None:
        return result_of(test, run, finding)
    return result_of(test, run, _opinion(bench, test, results[-1], read))


def _opinion(bench: Bench, test: TestCase, result: Result, read: Read) -> Opinion:
    match bench.body.comparison:
        case Comparison.WHITESPACE:
            return Opinion(1.0 if result.equal else 0.0, "")
        case Comparison.CHECKER:
            return read_opinion(result.executions[0], bench.who("checker", test))
        case Comparison.TESTLIB:
            return read_testlib(result.executions[0], bench.who("checker", test))
        case Comparison.VALIDATOR | Comparison.DEFAULT_VALIDATOR:
            return read_validator(bench, test, result, 0, read)


def _checker(bench: Bench, box: Box, given: Blob, expected: Blob, output: Output | Blob) -> Process:
    assert bench.helper is not None
    testlib = bench.body.comparison is Comparison.TESTLIB
    return process_of(
        bench.helper,
        box,
        role=Role.TRUSTED,
        limits=trusted_limits(bench.body),
        name="checker",
        args=("input", "output", "answer") if testlib else ("input", "answer", "output"),
        files=(("input", given), ("answer", expected), ("output", output)),
    )
