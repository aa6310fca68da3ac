"""The prompt for a programming problem."""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageError
from harness.task import Prompting
from harness.types import CodeBody, Problem
from tasks.prompts import render

NO_STATEMENT = "(The statement is not in the data store.)"
"""What stands in a prompt that no model is asked with: recordings and oracles need none."""


def code_prompt(folder: Path, problem: Problem, language: str) -> Prompting:
    """Render ``<folder>/<language>.md``; raises when there is no prompt for the language."""
    template = folder / f"{language}.md"
    if not template.is_file() or not language.isidentifier():
        known = ", ".join(sorted(place.stem for place in folder.glob("*.md")))
        raise UsageError(
            f"there is no prompt for the language {language!r}", hint=f"say --language {known}"
        )
    body = problem.body
    assert isinstance(body, CodeBody)
    return render(
        template,
        {
            "title": problem.title,
            "statement": problem.statement.strip() or NO_STATEMENT,
            "time_limit_s": f"{body.time_limit_s:g}",
            "memory_limit_mib": f"{body.memory_limit_bytes / (1 << 20):g}",
            "subtasks": "\n".join(
                f"- {subtask.name}: {subtask.points:g} points"
                for subtask in body.subtasks
                if subtask.points
            ),
            "source_name": body.source_name,
        },
    )
