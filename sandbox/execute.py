"""One test: what is run, and what came of it. The kinds of problem are in files of their own.

::

    batch.py            contestant < input > output, then compared, checked or validated
    two_steps.py        contestant 0 < input, contestant 1 > output       CMS
    communication.py    manager ⇄ contestants                     CMS
    interactive.py      validator ⇄ contestant                    problem package format
    (multi-pass)        one of the two last, again, with what the validator left
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.errors import BoxError, JudgeError
from harness.types import CodeBody, CodeKind, TestResult, Verdict
from harness.types import Test as TestCase
from sandbox import batch, communication, interactive, two_steps
from sandbox.bench import Bench, contestant_limits
from sandbox.box import MEBIBYTE, Blob, Box, Job, Result, Role, Step
from sandbox.program import Program, process_of
from sandbox.validator import NEXT_PASS, Read, left_by


class TestFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one test, on this machine."""

    __test__ = False

    given: Path
    answer: Path | None
    beside: tuple[tuple[str, Path], ...] = ()
    """Put into the contestant's folder under these names."""
    runs: bool = True
    """Whether the program is run; if not, ``output`` is judged."""
    output: bytes | None = None
    """What was handed in; None is nothing."""


def job_for(bench: Bench, box: Box, test: TestCase, files: TestFiles) -> Job:
    """Return the job of one test; brings its files into the slot."""
    given = box.put(files.given)
    if bench.body.kind is CodeKind.COMMUNICATION:
        expected = box.put(files.answer) if files.answer else None
        return communication.job(bench, box, given, expected)
    if files.answer is None:
        raise BoxError(f"test {test.name} of {bench.problem} has no answer to compare with")
    answer = box.put(files.answer)
    beside = tuple((name, box.put(place)) for name, place in files.beside)
    if bench.body.kind is CodeKind.INTERACTIVE:
        return interactive.job(bench, box, test, given, answer, beside=beside)
    if files.runs:
        return batch.job(bench, box, test, given, answer, beside=beside)
    if files.output is None:
        return batch.NOT_HANDED_IN
    return batch.handed_in(bench, box, test, given, answer, box.put(files.output))


def judge_test(bench: Bench, test: TestCase, results: tuple[Result, ...], read: Read) -> TestResult:
    """Return what the results of a test's job mean.

    Raises :class:`~harness.errors.JudgeError` when a program of the package broke its contract.
    """
    match bench.body.kind:
        case CodeKind.COMMUNICATION:
            return communication.judge(bench, test, results)
        case CodeKind.INTERACTIVE:
            return interactive.judge(bench, test, results, read)
        case _:
            return batch.judge(bench, test, results, read)


def takes_rounds(body: CodeBody) -> bool:
    """Return whether a test takes several jobs, each made of what the one before left."""
    return body.passes > 1 or body.kind is CodeKind.TWO_STEPS or bool(body.output_file)


def run_test(bench: Bench, box: Box, test: TestCase, files: TestFiles) -> TestResult:
    """Run one test of such a problem."""
    if bench.body.passes > 1:
        return run_passes(bench, box, test, files)
    if not files.runs:
        (results,) = box.run([job_for(bench, box, test, files)])
        return judge_test(bench, test, results, box.read)
    assert files.answer is not None
    given, answer = box.put(files.given), box.put(files.answer)
    if bench.body.kind is CodeKind.TWO_STEPS:
        return two_steps.run(bench, box, test, given, answer)
    name = bench.body.output_file
    run = batch.contestant(bench, box, test, given, fetch=(name,))
    ((result,),) = box.run([Job(steps=(Step(processes=(run,)),))])
    left = dict(result.fetched[0]).get(name)
    return batch.judge_output(bench, box, test, given, answer, left, result.executions[0])


def run_passes(bench: Bench, box: Box, test: TestCase, files: TestFiles) -> TestResult:
    """Run one test of a multi-pass problem: again, as long as the validator asks for it.

    Limits hold for each pass; the result has the time and memory of the largest. Contestant
    and validator both get the pass's input; what else a validator left is there again.
    """
    given = box.put(files.given)
    assert files.answer is not None
    state = dict[str, Blob]()
    seen: list[TestResult] = []
    kind = interactive if bench.body.kind is CodeKind.INTERACTIVE else batch
    for _ in range(bench.body.passes):
        answer = box.put(files.answer)
        beside = tuple((name, box.put(place)) for name, place in files.beside)
        job = kind.job(bench, box, test, given, answer, beside=beside, state=tuple(state.items()))
        (results,) = box.run([job])
        result = judge_test(bench, test, results, box.read)
        seen.append(result)
        if result.verdict is not Verdict.AC:
            return _largest(result, seen)
        state = left_by(results[-1])
        if NEXT_PASS not in state:
            return _largest(result, seen)
        given = state.pop(NEXT_PASS)
    raise JudgeError(
        f"{bench.who('output validator', test)} asked for more than {bench.body.passes} passes",
        hint="mend the package's validator, or its limit of passes",
    )


def _largest(last: TestResult, seen: list[TestResult]) -> TestResult:
    return msgspec.structs.replace(
        last,
        cpu_s=max(result.cpu_s for result in seen),
        wall_s=max(result.wall_s for result in seen),
        peak_memory_bytes=max(result.peak_memory_bytes for result in seen),
    )


def output_job(
    body: CodeBody,
    box: Box,
    program: Program,
    given: Path | bytes,
    output_bytes: int = 512 * MEBIBYTE,
) -> Job:
    """Return the job that keeps a program's whole output, such as for making answers."""
    run = process_of(
        program,
        box,
        role=Role.CONTESTANT,
        name=body.source_name,
        stdin=None if body.input_file else box.put(given),
        files=((body.input_file, box.put(given)),) if body.input_file else (),
        limits=msgspec.structs.replace(contestant_limits(body), output_bytes=output_bytes),
        keep_stdout=True,
    )
    return Job(steps=(Step(processes=(run,)),))
