"""What a perfect choice would bring: a ceiling, and no contestant."""

from __future__ import annotations

import msgspec

from harness.session import Session
from harness.strategies.candidates import Candidate, candidate, capped, distinct, hand_in
from harness.strategies.together import together
from harness.strategy import Ceiling


class HandInAll(msgspec.Struct, frozen=True, kw_only=True):
    """Hand in every candidate, where the contest has a limit without it.

    It is the score that NeMo-Skills and GenCluster (arXiv 2510.14232) print as the unlimited one.
    Its row stands under the ranking, like an oracle's: see ``RunSpec.is_ceiling``.
    """

    candidates: int = 50
    """Answers asked for."""

    def __post_init__(self) -> None:
        """Refuse a ceiling over nothing."""
        if self.candidates < 1:
            raise ValueError(f"candidates is {self.candidates}; it must be at least 1")

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        asked = range(capped(session, self.candidates))
        found = await together(candidate(session, samples=False) for _ in asked)
        kept: list[Candidate] = distinct(one for one in found if one is not None)
        await hand_in(session, [one.answer for one in kept])

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"solve"})

    def ceiling(self, subtasks: int) -> Ceiling:  # noqa: ARG002
        """Return one generation a candidate."""
        return Ceiling(generations=self.candidates)
