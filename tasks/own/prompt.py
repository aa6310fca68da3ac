"""What a model is asked of a problem whose package came with no contest."""

from __future__ import annotations

from pathlib import Path

from harness.errors import UsageError
from harness.prompts import Prompting, read_template, render
from harness.types import CodeBody, CodeKind, FileRole, Problem, Template, Test
from harness.view import view_of
from sandbox.languages import language, languages

PROMPTS = Path(__file__).parent / "prompts"
LARGEST_SAMPLE = 4096
"""Bytes of a sample's input or output that is shown."""


def own_prompt(contest: str, problem: Problem, key: str, template: Template | None) -> Prompting:
    """Render a template, or the one for whole programs, or for functions behind a grader."""
    if key not in languages():
        raise UsageError(
            f"there is no language {key!r}", hint=f"say --language {' or '.join(languages())}"
        )
    body = problem.body
    assert isinstance(body, CodeBody)
    graded = any(item.role is FileRole.GRADER for item in body.files)
    asked = language(key)
    values = {
        **view_of(problem).values,
        "contest": contest,
        "language": asked.title.partition(" (")[0],
        "fence": asked.fences[0],
        "channels": _channels(body),
        "samples": _samples(problem, body),
    }
    place = PROMPTS / ("functions.md" if graded else "program.md")
    return render(template or read_template(place), values)


def _channels(body: CodeBody) -> str:
    given = f"the file `{body.input_file}`" if body.input_file else "standard input"
    made = f"the file `{body.output_file}`" if body.output_file else "standard output"
    return f"reads from {given} and writes to {made}"


def _samples(problem: Problem, body: CodeBody) -> str:
    """Return the samples of the problem package format, whose statements are without them.

    What an interactive problem is given is for its validator, and no contestant's to see.
    """
    if body.group is None or body.kind is not CodeKind.BATCH:
        return ""
    shown = [_sample(problem, test) for test in body.tests if test.name in body.samples]
    return "".join(f"\n{sample}" for sample in shown if sample)


def _sample(problem: Problem, test: Test) -> str:
    if test.answer is None or max(test.input.size, test.answer.size) > LARGEST_SAMPLE:
        return ""
    given, made = (
        Path(problem.folder, file.path).read_bytes().decode("utf-8", "replace").rstrip("\n")
        for file in (test.input, test.answer)
    )
    name = test.name.removeprefix("sample/")
    return (
        f"Sample input {name}:\n\n```\n{given}\n```\n\nSample output {name}:\n\n```\n{made}\n```\n"
    )
