"""A contestant's own runs, asked for by a strategy and kept in the log.

What was tried before an attempt was cut off is read back, not run again: a time near a limit or
a generator that draws at random would not come out the same, and the attempt would go another
way than the one its log begins with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import msgspec

from harness.store import Recorder
from harness.types import Ran, TestResult, TextRef, Trial, TrialKind, Verdict


class SampleRun(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a text's program on the samples."""

    passed: bool
    """Whether every sample was accepted; true where the problem has none, and it compiles."""
    results: tuple[TestResult, ...] = ()
    message: str = ""
    """The compiler's words, or that nothing was found."""


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """What a program printed on each of some inputs, as far as two outputs can be told apart."""

    outputs: tuple[str, ...]
    """SHA-256 of each output; empty where it printed nothing, or did not end well."""


def trial_id(attempt: str, generation: str, kind: TrialKind, inputs: str) -> str:
    """Return the id of a trial: the same program tried on the same inputs is one trial."""
    words = "\x1f".join((generation, kind.value, inputs))
    return f"{attempt}#t{hashlib.sha256(words.encode()).hexdigest()[:16]}"


class Inputs(tuple[bytes, ...]):
    """Inputs that thousands of programs are to run on: their digest is made once."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of them."""
        return _digest(self)


def digest_of(inputs: Sequence[bytes]) -> str:
    """Return the SHA-256 over some inputs."""
    return inputs.digest if isinstance(inputs, Inputs) else _digest(inputs)


def _digest(inputs: Sequence[bytes]) -> str:
    digest = hashlib.sha256()
    for given in inputs:
        digest.update(b"%d " % len(given))
        digest.update(given)
    return digest.hexdigest()


def sample_run(trial: Trial) -> SampleRun:
    """Return what a trial on samples came to."""
    return SampleRun(
        passed=not trial.message and all(r.verdict is Verdict.AC for r in trial.results),
        results=trial.results,
        message=trial.message,
    )


def likeness_of(runs: Sequence[Ran]) -> Likeness:
    """Return runs with the outputs' hashes in place of them."""
    return Likeness(
        outputs=tuple(
            hashlib.sha256(run.output).hexdigest() if run.output and run.output.strip() else ""
            for run in runs
        )
    )


def keep_runs(writer: Recorder, runs: Sequence[Ran]) -> TextRef:
    """Write runs into the blob store."""
    return writer.put_text(msgspec.json.encode(tuple(runs)).decode())


def kept_runs(writer: Recorder, trial: Trial) -> tuple[Ran, ...]:
    """Read runs back; raises :class:`~harness.errors.CorruptLog` where they are damaged."""
    assert trial.outputs is not None
    return msgspec.json.decode(writer.text(trial.outputs), type=tuple[Ran, ...])


def keep_likeness(writer: Recorder, likeness: Likeness) -> TextRef:
    """Write a likeness into the blob store."""
    return writer.put_text(msgspec.json.encode(likeness).decode())


def kept_likeness(writer: Recorder, trial: Trial) -> Likeness:
    """Read a likeness back; raises :class:`~harness.errors.CorruptLog` where it is damaged."""
    assert trial.outputs is not None
    return msgspec.json.decode(writer.text(trial.outputs), type=Likeness)
