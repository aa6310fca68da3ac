"""Ends of attempts reach the disk in groups, while the loop goes on."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.ends import Ends
from harness.errors import StoreError
from harness.store import RunFolder, RunWriter
from harness.types import AttemptEnd, AttemptStatus
from tests.fakes.scripted import ScriptedBackend, says, start_run


def end(number: int) -> AttemptEnd:
    return AttemptEnd(attempt=str(number), status=AttemptStatus.DONE, points=1.0, max_points=1.0)


def written(run: RunFolder) -> set[str]:
    return {r.attempt for r in RunFolder(run.path).replay() if isinstance(r, AttemptEnd)}


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RunWriter]:
    with start_run(tmp_path / "run", ScriptedBackend(lambda _: says("7"))) as found:
        yield found


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Make the disk as slow as one behind a network, and return the moments it was flushed."""
    moments: list[float] = []
    real = os.fdatasync

    def slow(descriptor: int) -> None:
        time.sleep(0.05)
        real(descriptor)
        moments.append(time.monotonic())

    monkeypatch.setattr(os, "fdatasync", slow)
    return moments


def test_a_slow_disk_holds_up_neither_the_loop_nor_the_others(
    writer: RunWriter, flushes: list[float]
) -> None:
    """What ends while a group is flushed is the next group, and each is on the disk in the end."""

    async def go() -> int:
        ends, turns = Ends(writer), 0

        async def one(number: int) -> None:
            await asyncio.sleep(number / 2000)
            await ends.put(end(number))
            assert str(number) in written(writer), "it is not on the disk, though it was said to be"

        work = asyncio.gather(*(one(number) for number in range(200)))
        while not work.done():
            await asyncio.sleep(0.001)
            turns += 1
        await work
        return turns

    turns = asyncio.run(go())
    assert written(writer) == {str(number) for number in range(200)}
    assert len(flushes) < 20
    assert turns > len(flushes)


def test_whoever_is_cancelled_takes_no_one_along(writer: RunWriter, flushes: list[float]) -> None:
    """A cancelled writer finishes what it writes before it leaves; the rest is written after it."""

    async def go() -> None:
        ends = Ends(writer)
        first = asyncio.ensure_future(ends.put(end(1)))
        await asyncio.sleep(0.01)
        second = asyncio.ensure_future(ends.put(end(2)))
        await asyncio.sleep(0.01)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        assert len(flushes) == 1
        await second

    asyncio.run(go())
    assert written(writer) == {"1", "2"}


def test_a_disk_that_is_full_is_told(writer: RunWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end that could not be flushed is an error, and no silence."""

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", full)
    with pytest.raises(StoreError, match="No space left"):
        asyncio.run(Ends(writer).put(end(1)))
