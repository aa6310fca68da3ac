"""The seats of a jury: each model votes so many times, and what cannot be read is asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from harness.judges.proofs.court import Court
from harness.prompts import Prompting
from harness.types import FinishReason, Juror, Jury, Mark, Purpose

WHOLE = (FinishReason.STOP, FinishReason.RECORDED, FinishReason.UNKNOWN)
"""Ends of a reply that came to one: what was cut off may have quoted a box."""


Reader = Callable[[str], float | None]
"""Finds the mark in a reply; None where none can be read."""


async def votes(
    court: Court, jury: Jury, prompting: Prompting, purpose: Purpose, read: Reader
) -> tuple[Mark, ...]:
    """Ask every model for its votes on one question; by model and seat, in their order.

    The first failure of a model's server ends the others; it comes in an exception group.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_vote(court, jury, prompting, purpose, read, juror, seat))
            for juror in jury.jurors
            for seat in range(1, jury.file.votes + 1)
        ]
    return tuple(task.result() for task in tasks)


def values(marks: Iterable[Mark]) -> list[float]:
    """Return the marks that could be read."""
    return [mark.value for mark in marks if mark.value is not None]


async def _vote(
    court: Court,
    jury: Jury,
    prompting: Prompting,
    purpose: Purpose,
    read: Reader,
    juror: Juror,
    seat: int,
) -> Mark:
    """Ask one seat until a mark can be read, and at most ``reask`` times more than once.

    What is on record is no question of now: an attempt that was void for want of marks asks anew.
    """
    asked: list[str] = []
    value: float | None = None
    left = 1 + jury.file.reask
    while value is None and left:
        heard = await court.hear(juror, prompting, purpose, f"{seat}.{len(asked) + 1}")
        asked.append(heard.opinion.id)
        left -= heard.fresh
        if heard.opinion.finish_reason in WHOLE:
            value = read(heard.text)
    return Mark(
        juror=juror.name,
        seat=seat,
        round=2 if purpose is Purpose.AGAIN else 1,
        value=value,
        opinions=tuple(asked),
    )
