"""The prompt for a programming problem."""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageError
from harness.prompts import Prompting, read_template, render
from harness.types import Problem, Template
from harness.view import view_of


def code_prompt(
    folder: Path, problem: Problem, language: str, template: Template | None = None
) -> Prompting:
    """Render a template, or ``<folder>/<language>.md``; raises when there is none of the two."""
    if template is None:
        place = folder / f"{language}.md"
        if not place.is_file() or not language.isidentifier():
            known = ", ".join(sorted(found.stem for found in folder.glob("*.md")))
            raise UsageError(
                f"there is no prompt for the language {language!r}", hint=f"say --language {known}"
            )
        template = read_template(place)
    return render(template, view_of(problem).values)
