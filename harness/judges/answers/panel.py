"""Models that say whether a final answer is the expected one, where the program cannot or may not.

What they say is a grade like any other: equal or not. Where too few of their replies can be read,
the answer stays unresolved, which is not wrong.
"""

from __future__ import annotations

from harness.aggregate import aggregated, figures
from harness.errors import UnsupportedError
from harness.judges.answers.outcome import Outcome
from harness.judges.answers.question import question, verdict
from harness.judges.proofs.court import Court
from harness.judges.proofs.seats import values, votes
from harness.judges.proofs.tame import tamed
from harness.types import (
    AnswerBody,
    Grade,
    Jury,
    Marking,
    Problem,
    Purpose,
    Submission,
    Verdict,
)

VALUES = {Outcome.EQUAL: 1.0, Outcome.NOT_EQUAL: 0.0}


class AnswerPanel:
    """A jury of models that compares final answers."""

    def __init__(self, jury: Jury) -> None:
        self.jury = jury

    async def judge(
        self, problem: Problem, submission: Submission, content: str, why: str, court: Court
    ) -> Grade:
        """Have the models compare one answer; ``why`` says why they are asked."""
        body, file = problem.body, self.jury.file
        if not isinstance(body, AnswerBody):
            raise UnsupportedError(
                f"problem {problem.id} has no final answer to compare with",
                hint="its task must judge it as code or as a proof",
            )
        reference = "\n".join((body.expected, *body.accepted))
        template = self.jury.template("mark")
        assert template is not None, "a jury is read with its prompts"
        asked = question(problem.statement, reference, tamed(content), template)
        marks = await votes(court, self.jury, asked, Purpose.EQUAL, read)
        known = values(marks)
        said = f"{why}; " if why else ""
        marking = None
        if file.suffices(len(known), len(marks)):
            found = aggregated(file.aggregate, known, file.scale)
            right = found == file.scale.top
            outcome = Verdict.AC if right else Verdict.WA
            said += f"{self.jury.words}: {'equal' if right else 'not equal'}"
            if len(set(known)) > 1:
                said += f" by {known.count(found)} of {len(known)}"
            marking = Marking(
                jury=file.id,
                scale=file.scale,
                aggregate=file.aggregate,
                marks=marks,
                found=found,
                figures=figures(known, file.scale),
            )
        else:
            outcome = Verdict.UR
            said += f"{self.jury.words}: in too few replies a verdict could be read"
        return Grade(
            submission=submission.id,
            attempt=submission.attempt,
            judge=self.jury.words,
            verdict=outcome,
            points=problem.max_points if outcome is Verdict.AC else 0.0,
            max_points=problem.max_points,
            message=said,
            marking=marking,
        )


def read(reply: str) -> float | None:
    """Return 1 for a reply that says equal, 0 for one that says not equal, None for none."""
    found = verdict(reply)
    return None if found is None else VALUES.get(found)
