r"""Sets of problems with a final answer: asked for in a box, judged by comparison."""

from __future__ import annotations

from harness.errors import TaskDataError
from harness.judges.answer import as_integer
from harness.task import Extraction, JudgeTools
from harness.types import AnswerBody, Equivalence, Grade, Grader, Problem, Submission
from tasks.extract import extract_boxed
from tasks.sets.paper import Item
from tasks.sets.set_file import Answers, SetFile
from tasks.sets.set_task import SetTask

AIME_ANSWERS = range(1000)
"""An answer of the AIME is a whole number from 000 to 999: the contest's rule."""


class AnswerSet(SetTask):
    """A set of problems with final answers."""

    def body(self, file: SetFile, item: Item) -> AnswerBody:
        """Return the answer that is expected."""
        how = equivalence(file.answers, item)
        grader = Grader.SYMBOLIC if how is Equivalence.AIME else Grader.SYMBOLIC_THEN_JUDGE
        return AnswerBody(expected=item.answer, equivalence=how, grader=grader)

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
