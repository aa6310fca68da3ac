"""One generation, one submission: the plainest strategy."""

from __future__ import annotations

from harness.session import Session


async def solve(session: Session) -> None:
    """Ask once and hand in what is found."""
    answer = await session.ask()
    if answer is not None:
        await session.submit(answer)
