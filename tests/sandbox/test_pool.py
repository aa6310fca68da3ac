"""Slots are leased one at a time, kept warm, and thrown away when they fail."""

from __future__ import annotations

import threading

import pytest

from harness.errors import BoxError
from sandbox.box import Box
from sandbox.pool import Pool


class Slot:
    """What of a slot a pool uses."""

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
