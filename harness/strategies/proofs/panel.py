"""A panel: the same question asked several times, and what could be read in the answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from harness.desk import Answer
from harness.prompts import Prompting
from harness.session import Session
from harness.strategies.proofs.pool import Vote
from harness.strategies.together import WINDOW, together
from harness.types import Sampling

Reader = Callable[[str], float | None]
"""Finds the number that a text ends with."""


async def panels(
    session: Session,
    questions: Sequence[Prompting],
    *,
    votes: int,
    reask: int,
    read: Reader,
    sampling: Sampling | None,
) -> list[tuple[Vote, ...]]:
    """Ask each question ``votes`` times and return the votes on each.

    An answer that was cut off, or in which no number can be read, is no vote. The question is
    then asked again, up to ``reask`` times for each vote, after all others have come back.
    """

    async def ask(seat: tuple[int, int]) -> Vote | None:
        answer = await session.ask(questions[seat[0]], sampling=sampling)
        await asyncio.sleep(0)  # what a log holds comes without a wait: let others go on meanwhile
        return _vote(answer, read)

    seats = [(place, seat) for place in range(len(questions)) for seat in range(votes)]
    held: dict[tuple[int, int], Vote] = {}
    for _ in range(1 + reask):
        brought = await together(map(ask, seats), min(WINDOW, len(seats)))
        held |= {seat: vote for seat, vote in zip(seats, brought, strict=True) if vote}
        seats = [seat for seat in seats if seat not in held]
        if not seats:
            break
    return [
        tuple(held[place, seat] for seat in range(votes) if (place, seat) in held)
        for place in range(len(questions))
    ]


def _vote(answer: Answer | None, read: Reader) -> Vote | None:
    if answer is None or not answer.complete:
        return None
    score = read(answer.text)
    return None if score is None else Vote(score, answer)
