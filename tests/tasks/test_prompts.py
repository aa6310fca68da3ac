"""Prompts are filled once, from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TaskDataError, UsageError
from harness.prompts import read_template, render
from harness.types import CodeBody
from tasks.code_prompt import code_prompt
from tasks.packages.cms import read_package
from tests.fakes.packages import write_package


def test_what_is_put_in_is_not_a_template(tmp_path: Path) -> None:
    """A statement that looks like a template stays as it is."""
    place = tmp_path / "t.md"
    place.write_text("{{title}}: {{statement}}")
    said = render(read_template(place), {"title": "{{statement}}", "statement": "x"})
    assert said.messages[0].content == "{{statement}}: x"


def test_the_hash_is_of_the_template(tmp_path: Path) -> None:
    """Two problems asked with one template have one hash; another template has another."""
    one, two = tmp_path / "1.md", tmp_path / "2.md"
    one.write_text("{{title}}")
    two.write_text("{{title}}!")
    assert (
        render(read_template(one), {"title": "a"}).template_hash
        == render(read_template(one), {"title": "b"}).template_hash
    )
    assert (
        render(read_template(one), {"title": "a"}).template_hash
        != render(read_template(two), {"title": "a"}).template_hash
    )


def test_a_hole_that_nothing_fills_is_an_error(tmp_path: Path) -> None:
    """A misspelt hole is found when the prompt is made, not by the model."""
    place = tmp_path / "t.md"
    place.write_text("{{titel}}")
    with pytest.raises(TaskDataError, match="titel"):
        render(read_template(place), {"title": "a"})


def test_limits_and_statement_reach_the_model(tmp_path: Path) -> None:
    """The model is told the limits, the subtasks and the statement, and no answer."""
    problem = read_package(write_package(tmp_path / "sum"))
    (tmp_path / "cpp.md").write_text(
        "{{title}} {{time_limit_s}} {{memory_limit_mib}} {{statement}} {{subtasks}} {{source_name}}"
    )
    text = code_prompt(tmp_path, problem, "cpp").messages[0].content
    assert text == "Sum 1 256 Add two numbers. - 01-small: 40 points\n- 02-large: 60 points sum"
    assert isinstance(problem.body, CodeBody)


def test_a_language_without_a_prompt_is_named(tmp_path: Path) -> None:
    """Asking for a language that has no prompt names those that have one."""
    problem = read_package(write_package(tmp_path / "sum"))
    (tmp_path / "cpp.md").write_text("")
    with pytest.raises(UsageError, match="rust"):
        code_prompt(tmp_path, problem, "rust")
