"""The IMO: one paper a problem, marked 0 to 7 in whole points, 42 in all.

A mark is agreed between coordinators and team leaders, so it is one whole number; a judge that
gives anything else has broken its contract. What it means that a *model* gave the mark is for
the page to say, not for the arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence

from harness.errors import JudgeError
from harness.rules.independent import IndependentRules
from harness.rules.score import Score
from harness.types import Grade, Problem

FULL_MARK = 7
"""Points of a complete solution."""


class IMORules(IndependentRules):
    """One paper counts, the first; nothing is shown before the results are."""

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Return the mark of the paper; none handed in is a mark of 0.

        Raises :class:`~harness.errors.JudgeError` for a mark that is no whole number from 0
        to 7: it is not rounded, because half a point can be a medal.
        """
        if not grades:
            return Score(points=0.0)
        paper = grades[0]
        if paper.points not in range(FULL_MARK + 1):
            raise JudgeError(
                f"{paper.judge} marked {problem.id} with {paper.points}; "
                f"the IMO knows whole marks from 0 to {FULL_MARK}",
                hint="have the judge's aggregation give a whole mark",
            )
        return Score(points=paper.points, verdict=paper.verdict)
