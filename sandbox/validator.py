"""An output validator of the problem package format: how it is called and what it says.

Source: the format's "Output validators" (legacy) and "Output validator" (2025-09). The
feedback folder is the validator's own working folder, and what it leaves there comes back.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from harness.types import Comparison, Edition
from harness.types import Test as TestCase
from sandbox.bench import SAYS_BYTES, Bench, trusted_limits
from sandbox.box import Blob, Box, Limits, Output, Pipe, Process, Result, Role
from sandbox.checkers import Opinion, broken, ends_itself, first_line
from sandbox.program import process_of

ACCEPTS = 42
REJECTS = 43

VALIDATORS = Path(__file__).parent / "validators"
OWN_SOURCES = {
    Comparison.DEFAULT_VALIDATOR: VALIDATORS / "default.cpp",
    Comparison.LINES: VALIDATORS / "lines.py",
    Comparison.VALUE: VALIDATORS / "value.py",
}
"""Validators that are the judge's own, run by the same rules as any other."""

INPUT = "test.in"
ANSWER = "test.ans"
NEXT_PASS = "nextpass.in"
MESSAGE = "judgemessage.txt"
SCORE = "score.txt"
MULTIPLIER = "score_multiplier.txt"
SPEAKING = (MESSAGE, SCORE, MULTIPLIER, NEXT_PASS)
"""The files of a feedback folder that mean something to the judge."""

Read = Callable[[Blob, int], bytes]
"""Brings the first bytes of a blob back from the slot."""


def validator_process(
    bench: Bench,
    box: Box,
    test: TestCase,
    given: Blob,
    answer: Blob,
    state: tuple[tuple[str, Blob], ...],
    *,
    stdin: Blob | Output | Pipe,
    stdout: Pipe | None = None,
    limits: Limits | None = None,
) -> Process:
    """Return the process of a validator; ``state`` is what an earlier pass left."""
    assert bench.helper is not None
    return process_of(
        bench.helper,
        box,
        role=Role.TRUSTED,
        limits=limits or trusted_limits(bench.body),
        name="validator",
        args=(INPUT, ANSWER, "./", *test.validator_args),
        stdin=stdin,
        stdout=stdout,
        files=((INPUT, given), (ANSWER, answer), *state),
        writable=tuple(name for name, _ in state),
        # All files only where a later pass must find them.
        fetch=("*",) if bench.body.passes > 1 else SPEAKING,
        head_bytes=SAYS_BYTES,
    )


def left_by(result: Result) -> dict[str, Blob]:
    """Return the files that a validator left in its feedback folder."""
    return dict(result.fetched[0])


def read_validator(bench: Bench, test: TestCase, result: Result, read: Read) -> Opinion:
    """Read what a validator, the first process of its step, has said.

    Raises :class:`~harness.errors.JudgeError` when it broke its contract: another exit code,
    a limit, a crash, or files that contradict its verdict.
    """
    execution = result.executions[0]
    what = bench.who("output validator", test)
    said = first_line(execution.stderr_head)
    ends_itself(execution, what)
    if execution.exit_code not in (ACCEPTS, REJECTS):
        raise broken(what, f"ended with exit code {execution.exit_code}, not 42 or 43", said)
    left = left_by(result)
    accepts = execution.exit_code == ACCEPTS
    if NEXT_PASS in left and not accepts:
        raise broken(what, f"left {NEXT_PASS} and did not accept", said)
    # A message is asked for only where somebody will look at it: asking costs a round trip.
    message = (
        said if accepts or MESSAGE not in left else first_line(read(left[MESSAGE], SAYS_BYTES))
    )
    scores = bench.body.scored and bench.body.comparison is Comparison.VALIDATOR
    score, share = (
        read(left[name], 64) if scores and name in left else None for name in (SCORE, MULTIPLIER)
    )
    if not accepts and (score is not None or share is not None):
        raise broken(what, "gave a score and did not accept", said)
    if not accepts:
        return Opinion(0.0, message)
    if score is not None and share is not None:
        raise broken(what, "left both score.txt and score_multiplier.txt", said)
    if share is not None and bench.body.edition is Edition.PPF_2025_09:
        factor = _number(what, "score_multiplier.txt", share)
        if not 0.0 <= factor <= 1.0:
            raise broken(what, f"gave the multiplier {factor:g}, which is not in 0..1", said)
        return Opinion(1.0, message, factor=factor)
    if score is None:
        return Opinion(1.0, message)
    given = _number(what, "score.txt", score)
    if bench.body.edition is Edition.PPF_2025_09 and given < 0:
        raise broken(what, f"gave the score {given:g}", said)
    return Opinion(1.0, message, given=given)


def _number(what: str, name: str, text: bytes) -> float:
    words = text.decode("utf-8", "replace").split()
    try:
        (word,) = words
        value = float(word)
    except ValueError:
        raise broken(what, f"left {name} with {text[:40]!r} where a number belongs", "") from None
    if not math.isfinite(value):
        raise broken(what, f"left {name} with {word}", "")
    return value
