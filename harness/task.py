"""The task protocol: what a contest plugin provides, and the tools it is given.

A task has three facts (``id``, ``version``, ``defaults``) and five verbs. It
chooses a judge among its tools in one line; it never runs a program itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from harness.data import DataStore
from harness.prompts import Prompting
from harness.types import (
    Certainty,
    Contest,
    Execution,
    Grade,
    Problem,
    Ran,
    Source,
    Submission,
    SubmissionKind,
    Template,
)


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of the task uses unless told otherwise."""

    strategy: str = "single"
    prompt_language: str = "cpp"
    jury: str = "imo"
    """Name of the jury that marks its proofs, where it has any."""
    attempts: int = 1
    """Of a model at each problem; of a recording all are judged."""


class Extraction(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a model's text."""

    kind: SubmissionKind
    content: str
    language: str = ""
    certainty: Certainty = Certainty.CLEAR
    note: str = ""


class TrialTools(Protocol):
    """What a contestant runs for itself; thread-safe and blocking."""

    def offers(self, key: str) -> bool:
        """Whether programs in a language can be run here."""
        ...

    def samples(self, problem: Problem, source: Source, key: str) -> Grade:
        """Judge a source on the samples alone."""
        ...

    def outputs(
        self, problem: Problem, source: Source, key: str, inputs: Sequence[bytes]
    ) -> tuple[Ran, ...]:
        """Run a submission on inputs in the form of the problem's tests."""
        ...

    def program(self, source: Source, key: str, inputs: Sequence[bytes]) -> tuple[Ran, ...]:
        """Run a program that belongs to no problem."""
        ...


class CodeTools(Protocol):
    """The code judge, as a task sees it; thread-safe and blocking."""

    name: str
    """Name and version, with the facts that can change a verdict."""
    facts: tuple[tuple[str, str], ...]
    """Tier, compiler and runner, as sorted pairs."""

    @property
    def trials(self) -> TrialTools:
        """The contestant's own runs."""
        ...

    def judge(
        self, problem: Problem, source: Source, language: str, *, submission: str, attempt: str
    ) -> Grade:
        """Judge a source on every test of a problem."""
        ...

    def outputs(
        self, problem: Problem, source: Source, language: str
    ) -> Iterator[tuple[str, bytes | Execution]]:
        """Run a trusted-to-be-right source on every input: (test, output), or how it failed."""
        ...


class AnswerTools(Protocol):
    """The judge of final answers."""

    name: str

    def judge(self, problem: Problem, content: str, *, submission: str, attempt: str) -> Grade:
        """Compare a final answer with the expected one."""
        ...


class ProofTools(Protocol):
    """The jury, as a task sees it."""

    async def judge(self, problem: Problem, submission: Submission, content: str) -> Grade:
        """Have a jury mark a proof; where people mark, it comes to no grade in this run."""
        ...


class Tools(Protocol):
    """What a task may use."""

    @property
    def code(self) -> CodeTools:
        """The code judge; its slots are made at the first use."""
        ...

    @property
    def answers(self) -> AnswerTools:
        """The answer judge."""
        ...


class JudgeTools(Tools, Protocol):
    """What a task may use while it judges."""

    @property
    def finals(self) -> ProofTools:
        """The judge of final answers, with models behind it where the run has any."""
        ...

    @property
    def proofs(self) -> ProofTools:
        """The jury of models."""
        ...


class DataProblem(msgspec.Struct, frozen=True, kw_only=True):
    """How one problem stands after ``harness data add``."""

    problem: str
    ready: bool
    """Whether it can be judged now, with what came in or with what was there."""
    tests: int = 0
    missing: tuple[str, ...] = ()
    """What is missing, in words."""
    notes: tuple[str, ...] = ()
    """Provenance, such as answers made with the model solution."""


class Task(Protocol):
    """A contest plugin."""

    id: str
    version: str
    """Changes whenever a score could change; part of a number's identity."""
    defaults: Defaults

    def contest(self, data: DataStore) -> Contest:
        """Return the contest: the problems that can be judged here, the rest left out by name."""
        ...

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Render the first prompt for a problem: the task's own, or another template."""
        ...

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        """Find the submission in a model's text (reasoning already removed)."""
        ...

    def judge(
        self, problem: Problem, submission: Submission, content: str, tools: JudgeTools
    ) -> Grade | Awaitable[Grade]:
        """Judge one submission.

        It is called in a thread that holds one of the judge's slots. A task that asks models
        makes it a coroutine function, which holds none.
        """
        ...

    def add_data(self, data: DataStore, source: Path, tools: Tools) -> tuple[DataProblem, ...]:
        """Put packages found under ``source`` into the data store and say what is missing."""
        ...
