"""A programming contest whose programs are words: what each prints and solves is written down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from harness.backend import Backend
from harness.errors import UnsupportedError
from harness.fenced import last_block
from harness.judges.answer import AnswerJudge
from harness.meter import Meter
from harness.run import Windows, execute
from harness.store import RunWriter
from harness.strategy import Strategy
from harness.task import Extraction, Tools
from harness.types import (
    CodeBody,
    CodeKind,
    Comparison,
    Contest,
    FeedbackLevel,
    Grade,
    Problem,
    Ran,
    Source,
    Submission,
    SubmissionKind,
    Subtask,
    SubtaskScore,
    Verdict,
)
from tests.fakes.scripted import ScriptedTask, contest, start_run

Prints = Callable[[str, bytes], bytes | None]
"""What a program prints on an input; None where it does not end well."""


def code_problem(subtasks: Mapping[str, float], name: str = "words") -> Problem:
    body = CodeBody(
        kind=CodeKind.BATCH,
        time_limit_s=1.0,
        memory_limit_bytes=1 << 28,
        languages=(),
        score_type="group_min",
        score_precision=2,
        comparison=Comparison.WHITESPACE,
        subtasks=tuple(Subtask(name=n, points=p, tests=()) for n, p in subtasks.items()),
        tests=(),
        source_name=name,
    )
    return Problem(
        id=name,
        title=name.title(),
        statement="Say the right word.",
        max_points=sum(subtasks.values()) or 100.0,
        body=body,
        hash=f"hash-of-{name}",
    )


def code_contest(
    problem: Problem,
    limit: int | None = 50,
    rules: str = "ioi",
    feedback: FeedbackLevel = FeedbackLevel.OI_RESTRICTED,
) -> Contest:
    return msgspec.structs.replace(
        contest(problem, rules=rules), submission_limit=limit, feedback=feedback
    )


def text_of(source: Source) -> str:
    return source.files[0][1].decode()


class OwnPrograms:
    """Runs words: a program is the text of its source."""

    def __init__(self, prints: Prints, languages: Sequence[str] = ("cpp", "python3")) -> None:
        self._prints = prints
        self._languages = languages
        self.silent = False
        """Whether submissions of the problem print nothing of their own."""
        self.runs: list[tuple[str, str, tuple[bytes, ...]]] = []
        """Language, program and inputs of every run."""

    def offers(self, key: str) -> bool:
        return key in self._languages

    def samples(self, problem: Problem, source: Source, key: str) -> Grade:
        broken = "broken" in text_of(source)
        return Grade(
            submission="",
            attempt="",
            judge="words",
            verdict=Verdict.CE if broken else Verdict.AC,
            points=0.0,
            max_points=0.0,
            message="no such word" if broken else "",
        )

    def outputs(
        self, problem: Problem, source: Source, key: str, inputs: Sequence[bytes]
    ) -> tuple[Ran, ...]:
        if self.silent:
            raise UnsupportedError(f"{problem.id}: nothing is printed")
        return self.program(source, key, inputs)

    def program(self, source: Source, key: str, inputs: Sequence[bytes]) -> tuple[Ran, ...]:
        text = text_of(source)
        self.runs.append((key, text, tuple(inputs)))
        printed = [self._prints(text, given) for given in inputs]
        return tuple(Ran(output=p, failure="RTE" if p is None else "") for p in printed)


class WordTools:
    """Tools whose only part is what a contestant runs for itself."""

    answers = AnswerJudge()

    def __init__(self, trials: OwnPrograms) -> None:
        self.trials = trials

    @property
    def code(self) -> WordTools:
        return self


class WordTask(ScriptedTask):
    """Hands in the last block of C++; ``solves`` says which subtasks a program solves."""

    def __init__(self, of: Contest, solves: Callable[[str], Sequence[str]]) -> None:
        super().__init__(of)
        self._solves = solves
        self.handed_in: list[str] = []
        """Programs, in the order of judging."""

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        block = last_block(text, ("cpp",))
        if block is None:
            return None
        return Extraction(kind=SubmissionKind.CODE, content=block.code, language="cpp")

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        self.handed_in.append(content.strip())
        solved = self._solves(content)
        assert isinstance(problem.body, CodeBody)
        subtasks = tuple(
            SubtaskScore(
                name=s.name,
                points=s.points if s.name in solved else 0.0,
                max_points=s.points,
                verdict=Verdict.AC if s.name in solved else Verdict.WA,
            )
            for s in problem.body.subtasks
        )
        whole = all(s.name in solved for s in problem.body.subtasks) and bool(solved)
        return Grade(
            submission=submission.id,
            attempt=submission.attempt,
            judge="words",
            verdict=Verdict.AC if whole else Verdict.WA,
            points=sum(s.points for s in subtasks),
            max_points=problem.max_points,
            subtasks=subtasks,
        )


def play(
    place: Path,
    task: WordTask,
    backend: Backend,
    strategy: Strategy,
    trials: OwnPrograms,
    generations: int = 4,
) -> RunWriter:
    """Start or continue the run of one attempt and return it, closed."""
    writer = RunWriter(place) if place.exists() else start_run(place, backend, task.of, attempts=1)
    with writer:
        asyncio.run(
            execute(
                writer,
                task.of,
                task,
                backend,
                strategy,
                WordTools(trials),  # type: ignore[arg-type]
                Meter(),
                Windows(generations=generations, judgings=2),
            )
        )
    return writer
