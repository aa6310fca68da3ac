"""A programming contest whose verdicts are written in the programs: for tests of strategies.

A program is what follows ``PROGRAM`` in an answer: the subtasks it solves, each with the share of
its points (``small=1 large=0.5``), ``sample=no`` where it fails the samples, ``compile=no`` where
it does not compile. Anything else in it makes it another program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from harness.backend import Reply, Request
from harness.history import AttemptLog, history
from harness.judges.answer import AnswerJudge
from harness.store import RunFolder, RunWriter
from harness.strategy import Strategy
from harness.task import Extraction, Tools
from harness.types import (
    CodeBody,
    Contest,
    FeedbackLevel,
    FinishReason,
    Grade,
    Problem,
    Ran,
    Source,
    Submission,
    SubmissionKind,
    Subtask,
    SubtaskScore,
    TestResult,
    Verdict,
)
from tests.fakes.bodies import code_body
from tests.fakes.scripted import ScriptedBackend, ScriptedTask, run_all, start_run

SUBTASKS = {"small": 40.0, "large": 60.0}


def code_problem(name: str = "one", subtasks: Mapping[str, float] | None = None) -> Problem:
    points = SUBTASKS if subtasks is None else subtasks
    body = code_body(
        score_type="group_min",
        subtasks=tuple(Subtask(name=key, points=value, tests=()) for key, value in points.items()),
    )
    return Problem(
        id=name,
        title=name.title(),
        statement=f"Solve {name}.",
        max_points=sum(points.values()) or 1.0,
        body=body,
        hash=f"hash-of-{name}",
    )


def code_contest(
    *problems: Problem,
    rules: str = "ioi",
    limit: int | None = 50,
    feedback: FeedbackLevel = FeedbackLevel.OI_RESTRICTED,
) -> Contest:
    return Contest(
        id="scripted",
        title="Scripted contest",
        date="2025-01-01",
        rules=rules,
        problems=problems or (code_problem(),),
        submission_limit=limit,
        feedback=feedback,
        hash="contest-hash",
    )


def program(text: str, *, trace: int = 0, tokens: int | None = None, prose: str = "") -> Reply:
    """Return an answer with a program, and thoughts of so many bytes."""
    return Reply(
        text=f"{prose} PROGRAM {text}",
        reasoning="x" * trace,
        finish_reason=FinishReason.STOP,
        tokens_out=tokens,
    )


def read(content: str) -> dict[str, str]:
    return dict(word.split("=", 1) for word in content.split() if "=" in word)


class CodeTask(ScriptedTask):
    """Judges a program as it says of itself."""

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        _, mark, content = text.partition("PROGRAM")
        if not mark:
            return None
        return Extraction(kind=SubmissionKind.CODE, content=content.strip(), language="cpp")

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        self.judged.append(submission.id)
        return grade(problem, content, submission.id, submission.attempt)


def grade(problem: Problem, content: str, submission: str, attempt: str) -> Grade:
    body, said = problem.body, read(content)
    assert isinstance(body, CodeBody)
    whole = said.get("all", "0")
    shares = {s.name: float(said.get(s.name, whole)) for s in body.subtasks} or {"": float(whole)}
    if said.get("compile") == "no":
        shares = dict.fromkeys(shares, 0.0)
    points = {s.name: s.points * shares[s.name] for s in body.subtasks}
    got = sum(points.values()) if points else shares[""] * problem.max_points
    verdict = Verdict.AC if got == problem.max_points else Verdict.PAC if got else Verdict.WA
    return Grade(
        submission=submission,
        attempt=attempt,
        judge="scripted",
        verdict=Verdict.CE if said.get("compile") == "no" else verdict,
        points=got,
        max_points=problem.max_points,
        subtasks=tuple(
            SubtaskScore(
                name=s.name,
                points=points[s.name],
                max_points=s.points,
                deciding_test="" if shares[s.name] == 1 else "1-01",
                verdict=Verdict.AC if shares[s.name] == 1 else Verdict.WA,
            )
            for s in body.subtasks
        ),
        message="expected ;" if said.get("compile") == "no" else "",
    )


class CodeTools:
    """A judge that reads what a program says of itself, and remembers what it was asked to try."""

    answers = AnswerJudge()
    name = "scripted"
    facts: tuple[tuple[str, str], ...] = ()

    def __init__(self) -> None:
        self.tried: list[str] = []

    @property
    def code(self) -> CodeTools:
        return self

    @property
    def trials(self) -> CodeTools:
        return self

    def offers(self, key: str) -> bool:
        return True

    def samples(self, problem: Problem, source: Source, key: str) -> Grade:
        said = text_of(source)
        self.tried.append(said)
        fine = read(said).get("sample") != "no"
        verdict = Verdict.AC if fine else Verdict.WA
        return Grade(
            submission="",
            attempt="",
            judge="scripted",
            verdict=Verdict.CE if read(said).get("compile") == "no" else verdict,
            points=0.0,
            max_points=0.0,
            tests=(TestResult(test="0-01", verdict=verdict, score=float(fine)),),
        )

    def outputs(
        self, problem: Problem, source: Source, key: str, inputs: Sequence[bytes]
    ) -> tuple[Ran, ...]:
        return tuple(Ran(output=text_of(source).encode() + given) for given in inputs)

    def program(self, source: Source, key: str, inputs: Sequence[bytes]) -> tuple[Ran, ...]:
        return tuple(Ran(output=text_of(source).encode() + given) for given in inputs)


def text_of(source: Source) -> str:
    return source.files[0][1].decode()


Say = Callable[[Request], Reply]


def play(
    place: Path, strategy: Strategy, say: Say, of: Contest | None = None, **more: Any
) -> Played:
    """Run a strategy against a scripted model, and return what came of it."""
    backend = ScriptedBackend(say)
    with start_run(place / "run", backend, of or code_contest(), **more) as writer:
        return play_on(writer, backend, strategy)


def play_on(writer: RunWriter, backend: ScriptedBackend, strategy: Strategy) -> Played:
    """Do what is left of a run."""
    tools = CodeTools()
    task = CodeTask(writer.record.contest)
    run_all(writer, backend, task, strategy, tools=tools)  # type: ignore[arg-type]
    return Played(writer, backend, tools, task)


class Played:
    """What a run left, for tests to look at."""

    def __init__(
        self, run: RunFolder, backend: ScriptedBackend, tools: CodeTools, task: CodeTask
    ) -> None:
        self.backend, self.tools, self.task, self.run = backend, tools, task, run
        # Read now: tests go on to cut the log.
        self.attempts = dict(history(run))

    @property
    def only(self) -> AttemptLog:
        (found,) = self.attempts.values()
        return found

    @property
    def handed_in(self) -> list[str]:
        """The programs of the only attempt, in the order of handing in."""
        return [self.run.text(s.content) for s in self.only.submissions]

    @property
    def points(self) -> float | None:
        end = self.only.end
        assert end is not None
        return end.points

    @property
    def prompts(self) -> list[str]:
        """What was asked, in order."""
        return [request.messages[-1].content for request in self.backend.asked]
