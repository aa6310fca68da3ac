"""Slots are leased one at a time, kept warm, and thrown away when they fail."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import BoxError, JudgeError
from sandbox.box import MEBIBYTE, Box, Facts, Job, Limits, Process, Role, Step
from sandbox.embedded import EmbeddedBox
from sandbox.pool import Lease, Pool
from tests.fakes import slots


class Slot:
    """What of a slot a pool uses."""

    facts = Facts(tier="embedded")

    def __init__(self) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def made() -> list[Slot]:
    return []


def pool_of(made: list[Slot], size: int) -> Pool[Box]:
    def make() -> Box:
        made.append(Slot())
        return made[-1]  # type: ignore[return-value]

    return Pool(make, size)


def test_a_slot_is_made_once_and_used_again(made: list[Slot]) -> None:
    """Leases that follow each other get the same warm slot."""
    pool = pool_of(made, 4)
    for _ in range(10):
        with pool.lease():
            pass
    assert len(made) == 1
    assert not made[0].closed


def test_no_more_slots_than_allowed_are_in_use(made: list[Slot]) -> None:
    """With two slots, a third lease waits until one is given back."""
    pool = pool_of(made, 2)
    inside, most, lock = 0, 0, threading.Lock()

    def use() -> None:
        nonlocal inside, most
        for _ in range(50):
            with pool.lease():
                with lock:
                    inside += 1
                    most = max(most, inside)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 2
    assert len(made) <= 2


def fail_in(pool: Pool[Box]) -> None:
    with pool.lease():
        raise BoxError("it died")


def test_a_slot_that_failed_is_replaced(made: list[Slot]) -> None:
    """A failure closes its slot; the next lease gets a fresh one."""
    pool = pool_of(made, 1)
    with pytest.raises(BoxError):
        fail_in(pool)
    assert made[0].closed
    with pool.lease():
        pass
    assert len(made) == 2
    assert not made[1].closed


def test_a_slot_that_cannot_be_made_does_not_block_the_next(made: list[Slot]) -> None:
    """After a failure to make a slot there is still room for another try."""

    def fail() -> Box:
        raise BoxError("no namespaces")

    pool: Pool[Box] = Pool(fail, 1)
    for _ in range(3):
        with pytest.raises(BoxError, match="no namespaces"), pool.lease():
            pass


def test_closing_closes_idle_and_leased_slots(made: list[Slot]) -> None:
    """Nothing stays open, not even what is in use; and nothing new is leased."""
    pool = pool_of(made, 2)
    with pool.lease():
        pool.close()
        assert made[0].closed
    with pytest.raises(BoxError, match="closed"), pool.lease():
        pass
    pool.close()


def says(box: Lease, tool: Path, *words: str) -> list[Job]:
    """Return jobs that say a word each."""
    limits = Limits(cpu_s=1, wall_s=5, memory_bytes=64 * MEBIBYTE)
    return [
        Job(
            steps=(
                Step(
                    processes=(
                        Process(
                            role=Role.CONTESTANT,
                            argv=("tool", "say", word),
                            program=box.put(tool),
                            limits=limits,
                        ),
                    )
                ),
            )
        )
        for word in words
    ]


@pytest.fixture
def real(cache: Path) -> Iterator[tuple[Pool[EmbeddedBox], list[EmbeddedBox], Path]]:
    """Return a pool of one real slot, the slots it made, and a program to run in them."""
    opened: list[EmbeddedBox] = []

    def make() -> EmbeddedBox:
        opened.append(EmbeddedBox(cache))
        return opened[-1]

    pool = Pool(make, 1)
    yield pool, opened, slots.build(cache, Path(slots.__file__).parent / "programs" / "tool.cpp")
    pool.close()


Real = tuple[Pool[EmbeddedBox], list[EmbeddedBox], Path]


def said(pool: Pool[EmbeddedBox], tool: Path, *words: str) -> list[bytes]:
    with pool.lease() as box:
        return [r.executions[0].stdout_head for (r,) in box.run(says(box, tool, *words))]


def test_a_package_that_fails_costs_no_slot(real: Real) -> None:
    """A checker's error in the middle of a run keeps the slot warm, and none of its answers."""
    pool, opened, tool = real

    def fail_in_the_middle() -> None:
        with pool.lease() as box:
            for _ in box.run(says(box, tool, *"abcdefghij")):
                raise JudgeError("the checker said nothing")

    with pytest.raises(JudgeError) as held:  # its traceback keeps alive what was begun
        fail_in_the_middle()
    assert said(pool, tool, "x", "y") == [b"x", b"y"]
    assert len(opened) == 1
    assert held.value.message == "the checker said nothing"


def test_a_run_that_was_left_leaves_nothing_to_the_next(real: Real) -> None:
    """Whoever takes only the first answer leaves none of the others to whoever comes next."""
    pool, opened, tool = real
    with pool.lease() as box:
        left = box.run(says(box, tool, *"abcdefghij"))
        next(left)
    assert said(pool, tool, "x") == [b"x"]
    assert len(opened) == 1
    assert list(left) == []
