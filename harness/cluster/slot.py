"""One judging slot on a node: the judge of a machine alone, with one slot."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

import msgspec

from harness import __version__
from harness.cluster.jobs import (
    Failure,
    Hello,
    Job,
    Opening,
    Outcome,
    Verb,
    decode_job,
    encode,
)
from harness.processor import cpu_model
from harness.types import Grade, Problem
from sandbox.judge import CodeJudge


class Opened(Protocol):
    """Whatever opens a judge; tests open one that is no real one."""

    def __call__(self, cache: Path, sandbox: str) -> CodeJudge:
        """Return the judge of a slot."""
        ...


def open_judge(cache: Path, sandbox: str) -> CodeJudge:
    """Return the judge that the local executor has, with one slot."""
    return CodeJudge(cache=cache, slots=1, sandbox=sandbox)


class Slot:
    """Does one job after the other; it is told of each problem once."""

    def __init__(self, cache: Path, sandbox: str, opened: Opened = open_judge) -> None:
        self._open = partial(opened, cache, sandbox)
        self._opened: CodeJudge | None = None
        self._problems: dict[str, Problem] = {}

    @property
    def _judge(self) -> CodeJudge:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    def version(self) -> str:
        """Return the version of the harness here."""
        return __version__

    def hello(self) -> bytes:
        """Open the slot and say what judges here (:class:`~harness.cluster.jobs.Opening`)."""
        try:
            judge = self._judge
            hello = Hello(name=judge.name, facts=judge.facts, note=judge.note, cpu=cpu_model())
        except Exception as error:
            return encode(Opening(failure=Failure.of(error)))
        return encode(Opening(hello=hello))

    def learn(self, name: str, problem: bytes, folder: str) -> None:
        """Be told of a problem, whose files are in a folder of this node."""
        known = msgspec.msgpack.decode(problem, type=Problem)
        self._problems[name] = msgspec.structs.replace(known, folder=folder)

    def do(self, job: bytes) -> bytes:
        """Do a job and return its :class:`~harness.cluster.jobs.Outcome`; it never raises."""
        try:
            outcome = self._done(decode_job(job))
        except Exception as error:
            outcome = Outcome(failure=Failure.of(error))
        return encode(outcome)

    def _done(self, job: Job) -> Outcome:
        trials = self._judge.trials
        match job.verb:
            case Verb.JUDGE:
                return Outcome(grade=self._grade(job))
            case Verb.SAMPLES:
                problem = self._problems[job.problem]
                return Outcome(grade=trials.samples(problem, job.source, job.language))
            case Verb.OUTPUTS:
                problem = self._problems[job.problem]
                return Outcome(ran=trials.outputs(problem, job.source, job.language, job.inputs))
            case Verb.PROGRAM:
                return Outcome(ran=trials.program(job.source, job.language, job.inputs))
            case Verb.OFFERS:
                return Outcome(offered=trials.offers(job.language))
            case Verb.VERSION:
                return Outcome(version=self._judge.version_of(job.language))

    def _grade(self, job: Job) -> Grade:
        problem = self._problems[job.problem]
        return self._judge.judge(problem, job.source, job.language, submission="", attempt="")

    def close(self) -> None:
        """End the slot's programs; safe to call twice."""
        if self._opened is not None:
            self._opened.close()
