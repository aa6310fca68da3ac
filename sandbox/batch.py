"""A batch test: the program reads the input and prints an output, which is then judged.

::

    contestant < input > output      then one of
        compared by white space in the slot
        checker input answer output                              CMS
        checker input output answer                              testlib, as Polygon calls it
        validator test.in test.ans ./ [arguments] < output       problem package format, and ours

With an output-only problem the output is what was handed in, and nothing of it is run.
Where input or output are files (CMS), these stand in the contestant's folder.
"""

from __future__ import annotations

from harness.types import CodeKind, Comparison, Execution, HandIn, StoppedBy, TestResult, Verdict
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
    return Job(
        steps=(
            Step(processes=(contestant(bench, box, test, given, beside=beside),)),
            judging(bench, box, test, given, answer, Output(step=0), state),
        )
    )


def contestant(
    bench: Bench,
    box: Box,
    test: TestCase,
    given: Blob,
    *,
    beside: tuple[tuple[str, Blob], ...] = (),
    fetch: tuple[str, ...] = (),
) -> Process:
    """Return the process of the submission; its input is a file where the problem says so."""
    name = bench.body.input_file
    return process_of(
        bench.program,
        box,
        role=Role.CONTESTANT,
        limits=contestant_limits(bench.body),
        name=bench.body.source_name,
        args=test.args,
        stdin=None if name else given,
        files=(*beside, (name, given)) if name else beside,
        fetch=fetch,
    )


NOT_HANDED_IN = Job(steps=())
"""Of a test for which there is no output, and nothing to run."""


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
            process = _checker(bench, box, test, given, answer, output)
        case _:
            process = validator_process(bench, box, test, given, answer, state, stdin=output)
    return Step(processes=(process,), only_if_clean=True)


def judge(bench: Bench, test: TestCase, results: tuple[Result, ...], read: Read) -> TestResult:
    """Return what the results of a test's job mean."""
    if not results:
        return TestResult(test=test.name, verdict=Verdict.WA, score=0.0, reason="not handed in")
    run = results[0].executions[0] if len(results) > 1 else NOTHING_RUN
    finding = bench.finding(run)
    if finding is not None:
        return result_of(test, run, finding)
    return result_of(test, run, _opinion(bench, test, results[-1], read))


def judge_output(
    bench: Bench,
    box: Box,
    test: TestCase,
    given: Blob,
    answer: Blob,
    output: Blob | None,
    run: Execution,
) -> TestResult:
    """Judge what a run left in a file, in a job of its own; None is a file that is not there."""
    finding = bench.finding(run)
    if finding is not None:
        return result_of(test, run, finding)
    if output is None:
        what = f"no file {bench.body.output_file} was written"
        return result_of(test, run, Opinion(0.0, what))
    (results,) = box.run([handed_in(bench, box, test, given, answer, output)])
    return result_of(test, run, _opinion(bench, test, results[0], box.read))


def _opinion(bench: Bench, test: TestCase, result: Result, read: Read) -> Opinion:
    match bench.body.comparison:
        case Comparison.WHITESPACE:
            return Opinion(1.0 if result.equal else 0.0, "")
        case Comparison.CHECKER:
            who = bench.who("checker", test)
            return read_opinion(result.executions[0], who, thresholds=bench.thresholds)
        case Comparison.TESTLIB:
            return read_testlib(result.executions[0], bench.who("checker", test))
        case _:
            return read_validator(bench, test, result, read)


def _checker(
    bench: Bench, box: Box, test: TestCase, given: Blob, expected: Blob, output: Output | Blob
) -> Process:
    assert bench.helper is not None
    testlib = bench.body.comparison is Comparison.TESTLIB
    args: tuple[str, ...] = (
        ("input", "output", "answer") if testlib else ("input", "answer", "output")
    )
    if bench.body.kind is CodeKind.BATCH_AND_OUTPUT:  # as CMS calls it (BatchAndOutput.py)
        args += ("outputonly" if test.hand_in is HandIn.OUTPUT else "batch",)
    return process_of(
        bench.helper,
        box,
        role=Role.TRUSTED,
        limits=trusted_limits(bench.body),
        name="checker",
        args=args,
        files=(("input", given), ("answer", expected), ("output", output)),
    )
