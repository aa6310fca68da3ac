"""One generation, one submission: the plainest strategy."""

from __future__ import annotations

import msgspec

from harness.session import Session
from harness.strategy import Ceiling


class Single(msgspec.Struct, frozen=True, kw_only=True):
    """Ask once and hand in what is found."""

    async def __call__(self, session: Session) -> None:
        """Do one attempt."""
        answer = await session.ask()
        if answer is not None:
            await session.submit(answer)

    @property
    def templates(self) -> frozenset[str]:
        """Return the names of the prompts it asks with, which a protocol may replace."""
        return frozenset({"solve"})

    def ceiling(self, subtasks: int) -> Ceiling:  # noqa: ARG002
        """Return one generation."""
        return Ceiling(generations=1)
