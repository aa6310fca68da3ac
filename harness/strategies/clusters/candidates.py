"""Programs for a subtask: those that were written, and compile."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.desk import Answer
from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.ledger import WHOLE
from harness.types import SubmissionKind
from sandbox.languages import language

PROMPTS = Path(__file__).parents[1] / "prompts" / "cluster-tournament"


def parts_of(session: Session) -> tuple[str, ...]:
    """Return the names of what is solved apart: the subtasks, or the whole problem."""
    return tuple(subtask.name for subtask in session.view.subtasks) or (WHOLE,)


def values_of(session: Session, part: str) -> Mapping[str, str]:
    """Return what a prompt about a part may ask for, beside what every prompt may."""
    if part == WHOLE:
        return {"part": "The whole problem is to be solved.", "subtask": "", "subtask_points": ""}
    points = next(s.points for s in session.view.subtasks if s.name == part)
    return {
        "part": f"Only subtask {part} is meant, which gives {points:g} points; the statement says "
        "what holds in it.",
        "subtask": part,
        "subtask_points": f"{points:g}",
    }


def question(session: Session, part: str) -> Prompting:
    """Return the question for a program that solves a part; the task's own for the whole."""
    if part == WHOLE:
        return session.prompt()
    asked = language(session.language)
    words = {"language": asked.title, "fence": asked.fences[0]}
    return session.render(PROMPTS / "solve_subtask.md", {**values_of(session, part), **words})


async def candidate(session: Session, prompting: Prompting) -> Answer | None:
    """Ask for a program, and return the answer if what is found in it compiles.

    Whether it compiles is learnt from a run on the samples; what they say of it is not used.
    Where no programs are handed in, it is enough that something is found.
    """
    answer = await session.ask(prompting)
    if answer is None:
        return None
    if session.view.kind is not SubmissionKind.CODE:
        return answer if session.extract(answer) is not None else None
    run = await session.own.samples(answer)
    return None if run.message else answer
