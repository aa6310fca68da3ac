"""What a contestant tries for itself: runs of its own programs, which are no submissions."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from harness.types.grades import TestResult
from harness.types.texts import TextRef


class TrialKind(StrEnum):
    """What is tried."""

    SAMPLES = "samples"
    """A submission on the tests that the contest gives to everyone, judged as the contest would."""
    OUTPUTS = "outputs"
    """A submission, with the problem's grader, on inputs of the contestant's own."""
    PROGRAM = "program"
    """A program of the contestant's own, such as a generator of inputs."""


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """One run of a contestant's own; made by the code judge."""

    output: bytes | None
    """Standard output; None when the program did not end well."""
    failure: str = ""
    """The verdict it would have got, ``RTE`` for an exit code that is not 0; empty with an
    output. ``CE`` when nothing could be run."""
    exit_code: int | None = None
    cpu_s: float = 0.0


class Trial(msgspec.Struct, frozen=True, kw_only=True, tag="trial"):
    """Runs of one text's program that the contestant made for itself; made by a session.

    It is in the log so that an attempt that is taken up again goes the same way: a time near
    a limit, or a generator that draws at random, would not come out the same twice.
    """

    id: str
    attempt: str
    generation: str
    """Whose text the program was found in."""
    kind: TrialKind
    inputs: str
    """SHA-256 over the inputs; empty for samples."""
    message: str = ""
    """Why nothing ran: the compiler's words."""
    results: tuple[TestResult, ...] = ()
    """Of samples."""
    outputs: TextRef | None = None
    """Of runs: JSON with a :class:`Ran` each; where only the likeness of outputs was asked for,
    their SHA-256 stand in place of them."""
