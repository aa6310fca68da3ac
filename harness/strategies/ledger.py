"""What an attempt has learnt of each part of a problem, from the feedback on what it handed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from harness.desk import Answer
from harness.types import Feedback, SubtaskFeedback, Verdict
from harness.view import ProblemView, SubtaskView

WHOLE = ""
"""Name of the part that is the whole problem."""

DUST = 1e-9
"""Points that are no difference."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """One submission, with what the contest told of it."""

    number: int
    """From 1, in the order of handing in."""
    answer: Answer
    aim: str
    """The part it was written for."""
    feedback: Feedback

    def points(self, part: SubtaskView) -> float | None:
        """Return the points it got on a part; None where the contest does not tell."""
        told = self._told(part)
        if told is not None:
            return told.points
        if self.feedback.verdict == Verdict.AC:
            return part.points
        if self.feedback.verdict == Verdict.CE:
            return 0.0
        return self.feedback.points if part.name == WHOLE else None

    def verdict(self, part: SubtaskView) -> str:
        """Return the verdict on a part, as far as the contest tells it."""
        told = self._told(part)
        found = told.verdict if told is not None else self.feedback.verdict
        points = self.points(part)
        full = points is not None and points >= part.points - DUST
        return found or (Verdict.AC.value if full else "")

    def _told(self, part: SubtaskView) -> SubtaskFeedback | None:
        return next((one for one in self.feedback.subtasks if one.name == part.name), None)


@dataclass
class Ledger:
    """All submissions of an attempt, and the best of each part.

    A submission counts for every part, whichever it was written for.
    """

    view: ProblemView
    tried: list[Tried] = field(default_factory=list)

    @property
    def parts(self) -> Sequence[SubtaskView]:
        """The subtasks that give points, or the whole problem where there are none."""
        return self.view.subtasks or (self.whole,)

    @property
    def whole(self) -> SubtaskView:
        """The problem as one part."""
        return SubtaskView(name=WHOLE, points=self.view.max_points)

    def add(self, answer: Answer, aim: SubtaskView, feedback: Feedback) -> None:
        """Note a submission."""
        number = len(self.tried) + 1
        self.tried.append(Tried(number=number, answer=answer, aim=aim.name, feedback=feedback))

    def best(self, part: SubtaskView) -> Tried | None:
        """Return the submission with the most points on a part, the earliest of equals."""
        known = [one for one in self.tried if one.points(part) is not None]
        return max(known, key=lambda one: one.points(part) or 0.0, default=None)

    def held(self, part: SubtaskView) -> float:
        """Return the most points that were got on a part."""
        best = self.best(part)
        return (best.points(part) or 0.0) if best is not None else 0.0

    def reached(self, part: SubtaskView, share: float) -> bool:
        """Whether a share of a part's points was got."""
        if part.name == WHOLE and self.view.subtasks:
            return all(self.reached(one, share) for one in self.view.subtasks)
        return self.best(part) is not None and self.held(part) >= share * part.points - DUST

    def partial(self, part: SubtaskView) -> bool:
        """Whether some submission got more than nothing and less than everything on a part.

        It is how a subtask with partial scores is told from a classic one: a contestant sees
        nothing else of it.
        """
        return any(DUST < (one.points(part) or 0.0) < part.points - DUST for one in self.tried)

    def count(self, part: SubtaskView) -> int:
        """Return how many submissions were written for a part."""
        return sum(one.aim == part.name for one in self.tried)
