"""Self-consistency: the answer that most samples come to (Wang et al. 2022, arXiv 2203.11171)."""

from __future__ import annotations

from collections import Counter

import msgspec

from harness.desk import Answer
from harness.errors import UnsupportedError
from harness.judges.answer import as_integer
from harness.session import Session
from harness.strategies.candidates import capped
from harness.strategies.together import together
from harness.strategy import Ceiling
from harness.types import SubmissionKind


class Vote(msgspec.Struct, frozen=True, kw_only=True):
    """Ask several times and hand in the commonest final answer; of equals the first seen.

    An answer votes with what the task extracts from it: the integer it reads as, however that is
    written (``1,024`` is ``1024``), else its text with white space collapsed. What nothing is
    extracted from does not vote.
    """

    samples: int = 64
    """Answers; the maj@64 that goes with the avg@64 of the maths figures of Nemotron-Cascade 2."""

    def __post_init__(self) -> None:
        """Refuse a vote of nobody."""
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; at least 1 must vote")

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        if session.view.kind is not SubmissionKind.ANSWER:
            raise UnsupportedError(
                f"the strategy vote counts final answers, and {session.view.id} has none "
                f"({session.view.kind.value} is handed in)",
                hint="take filter-longest or single for it",
            )
        answers = await together(session.ask() for _ in range(capped(session, self.samples)))
        votes: Counter[str] = Counter()
        first: dict[str, Answer] = {}
        for answer in answers:
            found = session.extract(answer) if answer is not None else None
            if answer is not None and found is not None:
                said = canonical(found.content)
                votes[said] += 1
                first.setdefault(said, answer)
        if votes:
            await session.submit(first[votes.most_common(1)[0][0]])

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"solve"})

    def ceiling(self, subtasks: int) -> Ceiling:  # noqa: ARG002
        """Return one generation a sample."""
        return Ceiling(generations=self.samples)


def canonical(content: str) -> str:
    """Return what two final answers that say the same have in common."""
    number = as_integer(content)
    return str(number) if number is not None else " ".join(content.split())
