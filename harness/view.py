"""A problem as a contestant sees it: no tests, no answers, no rubric."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from harness.types import AnswerBody, CodeBody, Problem, SubmissionKind

NO_STATEMENT = "(The statement is not in the data store.)"
"""What stands in a prompt that no model is asked with: recordings and oracles need none."""


class SubtaskView(msgspec.Struct, frozen=True, kw_only=True):
    """A subtask, by name; what it asks is in the statement."""

    name: str
    points: float


class ProblemView(msgspec.Struct, frozen=True, kw_only=True):
    """What a strategy, and so a model, may know of a problem before it hands anything in."""

    id: str
    title: str
    statement: str
    """Markdown."""
    max_points: float
    kind: SubmissionKind
    """What is handed in."""
    languages: tuple[str, ...] = ()
    """Keys of ``sandbox/languages.toml``; none is every language."""
    time_limit_s: float | None = None
    """CPU seconds."""
    memory_limit_bytes: int | None = None
    subtasks: tuple[SubtaskView, ...] = ()
    """Those that give points, in order."""
    samples: tuple[str, ...] = ()
    """Names of the tests that a contestant is given, and may try a program on."""
    source_name: str = ""
    """File name, without suffix, that a submission is to have."""
    starter: str = ""
    """Code to fill in, where a function is asked for."""

    @property
    def values(self) -> Mapping[str, str]:
        """What a prompt template may ask for."""
        memory = (self.memory_limit_bytes or 0) / (1 << 20)
        return {
            "title": self.title,
            "statement": self.statement.strip() or NO_STATEMENT,
            "time_limit_s": f"{self.time_limit_s or 0:g}",
            "memory_limit_mib": f"{memory:g}",
            "subtasks": "\n".join(f"- {s.name}: {s.points:g} points" for s in self.subtasks),
            "source_name": self.source_name,
            "starter": self.starter,
        }


def view_of(problem: Problem) -> ProblemView:
    """Return the part of a problem that a contestant may see."""
    body = problem.body
    if not isinstance(body, CodeBody):
        return ProblemView(
            id=problem.id,
            title=problem.title,
            statement=problem.statement,
            max_points=problem.max_points,
            kind=SubmissionKind.ANSWER if isinstance(body, AnswerBody) else SubmissionKind.PROOF,
        )
    return ProblemView(
        id=problem.id,
        title=problem.title,
        statement=problem.statement,
        max_points=problem.max_points,
        kind=SubmissionKind.CODE,
        languages=body.languages,
        time_limit_s=body.time_limit_s,
        memory_limit_bytes=body.memory_limit_bytes,
        subtasks=tuple(
            SubtaskView(name=subtask.name, points=subtask.points)
            for subtask in body.subtasks
            if subtask.points
        ),
        samples=body.samples,
        source_name=body.source_name,
        starter=problem.starter,
    )
