"""The gate lets so many through, the longest first, and loses no place."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from harness.gate import Gate

LENGTHS = {"short": 10, "long": 500, "middle": 90}


def order(asked: Sequence[str], known: Sequence[str], width: int = 1) -> list[str]:
    """Return who went in when, with answers to some problems seen before."""
    went: list[str] = []

    async def go() -> None:
        gate = Gate(width)
        for name in known:
            gate.came(name, LENGTHS[name])
            gate.came(name, LENGTHS[name] + 2)

        async def one(name: str) -> None:
            async with gate.place(name.rstrip("0123456789")):
                went.append(name)
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            for name in asked:
                group.create_task(one(name))

    asyncio.run(go())
    return went


def test_the_longest_go_first_and_samples_of_a_problem_together() -> None:
    """What is not known goes first, then the longest; within a problem it is the order of asking.

    The first of all finds the gate open.
    """
    asked = ["short1", "middle1", "long1", "new1", "short2", "long2", "new2", "other1"]
    assert order(asked, ["short", "middle", "long"]) == [
        *("short1", "new1", "new2", "other1"),
        *("long1", "long2", "middle1", "short2"),
    ]


def test_what_was_seen_moves_a_problem_at_once() -> None:
    """A problem that turns out to be the longest goes before those that were longer so far."""

    async def go() -> list[str]:
        went: list[str] = []
        gate = Gate(1)
        gate.came("short", 10)
        gate.came("long", 500)

        async def one(name: str, length: int) -> None:
            async with gate.place(name):
                went.append(name)
                await asyncio.sleep(0)
                gate.came(name, length)

        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(one("short", 9000))
                group.create_task(one("long", 500))
        return went

    assert asyncio.run(go()) == ["short", "short", "long", "long"]


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=30),
    st.integers(1, 4),
)
def test_no_place_is_lost_whoever_gives_up(asked: list[tuple[str, int, bool]], width: int) -> None:
    """However many are cancelled, waiting or inside, all others get in, so many at once."""

    async def go() -> None:
        gate = Gate(width)
        inside = most = through = 0

        async def one(name: str, pauses: int) -> None:
            nonlocal inside, most, through
            async with gate.place(name):
                inside += 1
                most = max(most, inside)
                try:
                    for _ in range(pauses):
                        await asyncio.sleep(0)
                finally:
                    inside -= 1
                through += 1

        tasks = [asyncio.ensure_future(one(name, pauses)) for name, pauses, _ in asked]
        for at, (task, (_, pauses, leaves)) in enumerate(zip(tasks, asked, strict=True)):
            if leaves:
                for _ in range((at + pauses) % 3):
                    await asyncio.sleep(0)
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert through >= sum(not leaves for *_, leaves in asked)
        assert most <= width
        await asyncio.wait_for(asyncio.gather(*(one("d", 1) for _ in range(width))), 10)

    asyncio.run(go())
