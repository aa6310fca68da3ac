"""What all rules have in common: four verbs, pure, without IO."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from harness.rules.score import Score
from harness.types import Feedback, Grade, Problem


class Rules(Protocol):
    """The rules of one contest."""

    submission_limit: int | None
    """Submissions per problem and attempt; None is no limit."""

    sequential: bool
    """Whether what comes of a submission decides if another may be handed in, so that the next
    one has to wait for it."""

    def allows(self, handed_in: int, *, solved: bool) -> bool:
        """Whether one more may be handed in, after so many; ``solved`` if one was accepted."""
        ...

    def feedback(self, grade: Grade) -> Feedback:
        """Return what the contestant may see of a grade."""
        ...

    def score(self, problem: Problem, grades: Sequence[Grade]) -> Score:
        """Return the result of an attempt from its grades, in the order of handing in.

        Grades of submissions that the rules would not have allowed count nothing.
        """
        ...

    def rank_key(self, scores: Iterable[Score]) -> tuple[float, ...]:
        """Return what contestants are ranked by, the smallest first, from one score a problem."""
        ...
