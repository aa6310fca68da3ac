"""An interactive test: the output validator and the program talk over their streams.

::

    validator test.in test.ans ./ [arguments]   ⇄   contestant [arguments]

Who ended first decides: a validator that rejected and left has the word, whatever became of
its partner afterwards; otherwise the contestant's own fault comes first. The rule is that of
``problemtools`` and DOMjudge. That nobody reads any more is no fault of a program that goes on
writing to a validator that accepted and left: the runner keeps the pipe until it is full, as
DOMjudge's relay does, and an end by SIGPIPE after that does not count, as with ``problemtools``.
"""

from __future__ import annotations

import signal

import msgspec

from harness.types import Test as TestCase
from harness.types import TestResult
from sandbox.bench import Bench, contestant_limits, result_of, trusted_limits
from sandbox.box import Blob, Box, Job, Pipe, Result, Role, Step
from sandbox.program import process_of
from sandbox.validator import ACCEPTS, REJECTS, Read, read_validator, validator_process

TO_CONTESTANT = Pipe(name="val2sol")
TO_VALIDATOR = Pipe(name="sol2val")


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
    """Return the job of one test (or of one pass)."""
    limits = contestant_limits(bench.body)
    patience = trusted_limits(bench.body)
    validator = validator_process(
        bench,
        box,
        test,
        given,
        answer,
        state,
        stdin=TO_VALIDATOR,
        stdout=TO_CONTESTANT,
        limits=msgspec.structs.replace(patience, wall_s=limits.wall_s + patience.wall_s),
    )
    contestant = process_of(
        bench.program,
        box,
        role=Role.CONTESTANT,
        limits=limits,
        name=bench.body.source_name,
        args=test.args,
        stdin=TO_CONTESTANT,
        stdout=TO_VALIDATOR,
        files=beside,
    )
    return Job(steps=(Step(processes=(validator, contestant)),))


def judge(bench: Bench, test: TestCase, results: tuple[Result, ...], read: Read) -> TestResult:
    """Return what the result of a test's job means."""
    (result,) = results
    validator, run = result.executions
    validator_left_first = result.finish_order[0] == 0
    if validator_left_first and validator.exit_code == REJECTS:
        return result_of(test, run, read_validator(bench, test, result, read))
    fault = bench.finding(run)
    if validator_left_first and validator.exit_code == ACCEPTS and run.signal == signal.SIGPIPE:
        fault = None
    broken = validator.exit_code not in (ACCEPTS, REJECTS)
    if fault is not None and not (broken and validator_left_first):
        return result_of(test, run, fault)
    return result_of(test, run, read_validator(bench, test, result, read))
