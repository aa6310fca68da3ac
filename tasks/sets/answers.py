r"""Sets of problems with a final answer: asked for in a box, judged by comparison."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from harness.errors import TaskDataError
from harness.judges.answer import as_integer
from harness.prompts import Prompting, read_template, render
from harness.task import Extraction, JudgeTools
from harness.types import AnswerBody, Equivalence, Grade, Grader, Problem, Submission, Template
from harness.view import view_of
from tasks.extract import extract_boxed
from tasks.sets.paper import Item
from tasks.sets.set_file import Answers, SetFile
from tasks.sets.set_task import SetTask

AIME_ANSWERS = range(1000)
"""An answer of the AIME is a whole number from 000 to 999: the contest's rule."""


class AnswerSet(SetTask):
    """A set of problems with final answers."""

    def __init__(self, set_file: Path, prompt: Path) -> None:
        super().__init__(set_file)
        self._prompt = prompt

    def problem(self, file: SetFile, item: Item, title: str, subset: str) -> Problem:
        """Return a problem with the answer that is expected."""
        how = equivalence(file.answers, item)
        grader = Grader.SYMBOLIC if how is Equivalence.AIME else Grader.SYMBOLIC_THEN_JUDGE
        body = AnswerBody(expected=item.answer, equivalence=how, grader=grader)
        return Problem(
            id=item.id,
            title=title,
            statement=item.statement,
            max_points=file.points,
            body=body,
            hash=hashlib.sha256(msgspec.json.encode((body, item.statement))).hexdigest(),
            subset=subset,
        )

    def prompt(
        self,
        problem: Problem,
        language: str,  # noqa: ARG002
        template: Template | None = None,
    ) -> Prompting:
        """Ask for a boxed answer; no programming language is asked for."""
        return render(template or read_template(self._prompt), view_of(problem).values)

    def extract(self, problem: Problem, text: str) -> Extraction | None:  # noqa: ARG002
        """Find the last boxed answer."""
        return extract_boxed(text)

    async def judge(
        self, problem: Problem, submission: Submission, content: str, tools: JudgeTools
    ) -> Grade:
        """Compare the answer with the one that is expected."""
        return await tools.finals.judge(problem, submission, content)


def equivalence(answers: Answers, item: Item) -> Equivalence:
    """Return how the answers of a problem are compared.

    Raises :class:`~harness.errors.TaskDataError` for an answer that no AIME can have.
    """
    if answers is not Answers.AIME:
        return Equivalence.SYMBOLIC
    if as_integer(item.answer) not in AIME_ANSWERS:
        raise TaskDataError(
            f"the answer of {item.id} is {item.answer[:60]!r}; an AIME has whole numbers from 0 "
            "to 999",
            hint="bring in the contest's own paper",
        )
    return Equivalence.AIME
