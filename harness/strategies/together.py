"""Many questions of one stage, begun in order, and all done before the next stage begins."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from typing import Any, TypeVar

from harness.errors import first_failure

T = TypeVar("T")

WINDOW = 4096
"""Questions of one stage that are begun and have not come back: more than an engine takes at once,
and few enough that a stage of tens of thousands does not fill the memory."""


async def together(works: Iterable[Coroutine[Any, Any, T]], most: int | None = None) -> list[T]:
    """Do works at once and return what they came to, in their order.

    They are begun in their order, whatever comes back first; a work whose first await is a
    question therefore keeps its number. ``most`` are under way at a time (None: all), and no
    work is taken from ``works`` before it can begin: prompts of thousands need not be held.
    The first failure ends the others and is raised as it is.
    """
    try:
        async with asyncio.TaskGroup() as group:
            if most is None:
                tasks = [group.create_task(work) for work in works]
            else:
                found, waiting = dict[int, T](), enumerate(works)
                for _ in range(most):
                    group.create_task(_work_off(waiting, found))
    except BaseExceptionGroup as failures:
        # Strategies tell failures apart by their class.
        raise first_failure(failures) from None
    if most is None:
        return [task.result() for task in tasks]
    return [found[number] for number in range(len(found))]


async def _work_off(
    waiting: Iterator[tuple[int, Coroutine[Any, Any, T]]], found: dict[int, T]
) -> None:
    for number, work in waiting:
        found[number] = await work
