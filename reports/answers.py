"""Final answers: what was handed in, what was expected, and how the two were held together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from harness.types import AnswerBody, Certainty, Problem, Submission
from reports.formulas import Formula, formulas
from reports.markup import formula, marked, prose

LONGEST = 2_000
"""Characters of an answer that are set; a longer one is shown as it was written."""

_TEX = re.compile(r"[\\^_]")

CERTAINTIES = {
    Certainty.CLEAR: "clear: there was one answer to find",
    Certainty.DOUBTFUL: "doubtful: it is not sure that exactly this was meant",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A final answer beside the one that was expected."""

    set: Markup
    expected: Markup
    """Empty where the contest does not show it."""
    secret: str
    """Why it is not shown."""
    equivalence: str
    certainty: str


def answer(problem: Problem, submission: Submission, text: str | None, *, show: bool) -> Answer:
    """Return an answer for reading; ``show`` says whether the contest shows what it expects."""
    body = problem.body
    known = isinstance(body, AnswerBody)
    return Answer(
        set=answer_set(text) if text is not None else Markup(),
        expected=answer_set(body.expected) if isinstance(body, AnswerBody) and show else Markup(),
        secret="not shown: this contest does not allow it" if known and not show else "",
        equivalence=body.equivalence.value if isinstance(body, AnswerBody) else "",
        certainty=CERTAINTIES[submission.certainty],
    )


def answer_set(text: str) -> Markup:
    """Return an answer set as mathematics where it is any, and otherwise as it was written."""
    bare = text.strip()
    if len(bare) > LONGEST:
        return marked(bare[:LONGEST] + "…")
    if any(isinstance(piece, Formula) for piece in formulas(bare)):
        return prose(bare)
    return formula(bare) if _TEX.search(bare) else marked(bare)
