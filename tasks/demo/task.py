"""Three small problems with everything they need, and contestants that were written for them."""

from __future__ import annotations

from pathlib import Path

from harness.data import DataStore
from harness.prompts import Prompting, read_template, render
from harness.task import DataProblem, Defaults, Extraction, Tools
from harness.types import (
    AnswerBody,
    CodeBody,
    Contest,
    Grade,
    Problem,
    Submission,
    Template,
)
from tasks.assemble import assemble
from tasks.code_prompt import code_prompt
from tasks.code_task import judge_source
from tasks.contest_file import read_contest_file
from tasks.extract import extract_boxed, extract_code
from tasks.fences import fences_of

HERE = Path(__file__).parent


class Demo:
    """A contest that can be judged anywhere, without a model and without a download."""

    id = "demo"
    version = "1"
    defaults = Defaults()
    recordings = HERE / "contestants.jsonl"
    """What is replayed when no model is named."""

    def contest(self, data: DataStore) -> Contest:  # noqa: ARG002
        """Return the contest; its packages are part of the program."""
        file = read_contest_file(HERE / "contest.toml")
        return assemble(file, lambda problem: HERE / "packages" / problem, "")

    def prompt(
        self, problem: Problem, language: str, template: Template | None = None
    ) -> Prompting:
        """Ask for a source file or a final answer, as the problem needs."""
        if isinstance(problem.body, AnswerBody):
            return render(
                template or read_template(HERE / "prompts" / "answer.md"),
                {"title": problem.title, "statement": problem.statement.strip()},
            )
        return code_prompt(HERE / "prompts", problem, language, template)

    def extract(self, problem: Problem, text: str) -> Extraction | None:
        """Find the last boxed answer, or the last C++ block."""
        if isinstance(problem.body, AnswerBody):
            return extract_boxed(text)
        return extract_code(text, "cpp", fences_of("cpp"))

    def judge(self, problem: Problem, submission: Submission, content: str, tools: Tools) -> Grade:
        """Judge a source on every test, an answer by comparison."""
        if isinstance(problem.body, CodeBody):
            return judge_source(problem, submission, content, tools)
        return tools.answers.judge(
            problem, content, submission=submission.id, attempt=submission.attempt
        )

    def add_data(
        self,
        data: DataStore,  # noqa: ARG002
        source: Path,  # noqa: ARG002
        tools: Tools,  # noqa: ARG002
    ) -> tuple[DataProblem, ...]:
        """Say that there is nothing to add."""
        file = read_contest_file(HERE / "contest.toml")
        return tuple(
            DataProblem(
                problem=entry.id, ready=True, notes=("part of the program; nothing was added",)
            )
            for entry in file.problems
        )
