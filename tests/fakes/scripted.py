"""A task and a backend whose every answer is written down: real implementations, no IO."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from harness.backend import Backend, BackendContext, NotGenerated, Reply, Request
from harness.data import DataStore
from harness.desk import Phase
from harness.judges.answer import AnswerJudge
from harness.meter import Meter
from harness.prompts import Prompting
from harness.run import Windows, execute, plan
from harness.store import RunWriter
from harness.strategies.single import Single
from harness.strategy import Strategy
from harness.task import DataProblem, Defaults, Extraction, Task, Tools
from harness.types import (
    AnswerBody,
    Contest,
    Contestant,
    Equivalence,
    FinishReason,
    Grade,
    Message,
    Problem,
    RunRecord,
    RunSpec,
    Submission,
    SubmissionKind,
    Template,
)

SINGLE = Single()


def problem(name: str, expected: str = "7", points: float = 10.0) -> Problem:
    return Problem(
        id=name,
        title=name.title(),
        statement=f"What is {name}?",
        max_points=points,
        body=AnswerBody(expected=expected, equivalence=Equivalence.INTEGER),
        hash=f"hash-of-{name}",
    )


def contest(*problems: Problem, rules: str = "independent") -> Contest:
    return Contest(
        id="scripted",
        title="Scripted contest",
        date="2025-01-01",
        rules=rules,
        problems=problems or (problem("one"), problem("two")),
        hash="contest-hash",
    )


class ScriptedTask:
    """Judges the last word of a text as an integer."""

    id = "scripted"
    version = "1"
    defaults = Defaults()

    def __init__(self, of: Contest | None = None) -> None:
        self.of = of or contest()
        self.judged: list[str] = []
        self.fail_judging: Callable[[Submission], Exception | None] = lambda _: None

    def contest(self, data: DataStore) -> Contest:
        return self.of

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        return Prompting(
            messages=(Message(role="user", content=problem.statement),), template_hash="t"
        )

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        words = text.split()
        if not words:
            return None
        return Extraction(kind=SubmissionKind.ANSWER, content=words[-1])

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        self.judged.append(submission.id)
        failure = self.fail_judging(submission)
        if failure is not None:
            raise failure
        return tools.answers.judge(
            problem, content, submission=submission.id, attempt=submission.attempt
        )

    def add_data(self, data: DataStore, source: Path, tools: Tools) -> tuple[DataProblem, ...]:
        return ()


Script = Callable[[Request], "Reply | NotGenerated | Exception"]


def says(text: str) -> Reply:
    return Reply(text=text, finish_reason=FinishReason.STOP, tokens_out=3, tokens_in=5)


class ScriptedBackend:
    """Says what the script says, and remembers what was asked."""

    name = "scripted"
    facts: tuple[tuple[str, str], ...] = ()

    def __init__(self, script: Script, contestants: tuple[str, ...] = ("bot",)) -> None:
        self.contestants = tuple(Contestant(id=name, title=name) for name in contestants)
        self.asked: list[Request] = []
        self._script = script

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:
        return None

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:
        return None

    async def generate(self, request: Request) -> Reply | NotGenerated:
        self.asked.append(request)
        await asyncio.sleep(0)
        said = self._script(request)
        if isinstance(said, Exception):
            raise said
        return said

    async def close(self) -> None:
        pass


class AnswersOnly:
    """Tools without a code judge."""

    answers = AnswerJudge()

    @property
    def code(self) -> None:
        raise AssertionError("no code is judged here")


def start_run(
    place: Path,
    backend: Backend,
    of: Contest | None = None,
    attempts: int | None = 1,
    **more: Any,
) -> RunWriter:
    of = of or contest()
    spec = RunSpec(task="scripted", task_version="1", backend="scripted", attempts=attempts, **more)
    record = RunRecord(
        schema=1,
        id=place.name,
        spec=spec,
        contest=of,
        contestants=backend.contestants,
        planned=len(plan(of, backend, spec)),
        harness_version="0",
        harness_commit="",
        judge=(),
        machine=(),
        started="2025-01-01T00:00:00Z",
    )
    return RunWriter.create(place, record)


def run_all(
    writer: RunWriter,
    backend: Backend,
    task: Task | None = None,
    strategy: Strategy = SINGLE,
    windows: Windows | None = None,
    phase: Phase = Phase.BOTH,
    tools: Tools | None = None,
) -> Meter:
    meter = Meter()
    if tools is None:
        tools = AnswersOnly()  # type: ignore[assignment]
    asyncio.run(
        execute(
            writer,
            writer.record.contest,
            task or ScriptedTask(writer.record.contest),
            backend,
            strategy,
            tools,
            meter,
            windows or Windows(generations=4, judgings=2),
            phase,
        )
    )
    return meter


def context(of: Contest, args: Mapping[str, str]) -> BackendContext:
    return BackendContext(args=args, contest=of, environment={})
