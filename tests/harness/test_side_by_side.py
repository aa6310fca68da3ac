"""Judgings go on at once, and are told in order."""

from __future__ import annotations

import threading

import pytest

from harness.cli.side_by_side import side_by_side


def test_as_many_go_on_at_once_as_there_are_slots() -> None:
    """Two slots: each judging waits for a second one to have begun, and all of them end."""
    meet = threading.Barrier(2)

    def judged(number: int) -> int:
        meet.wait(timeout=60)
        return number * number

    assert list(side_by_side(2, judged, range(6))) == [0, 1, 4, 9, 16, 25]


def test_never_more_go_on_than_there_are_slots() -> None:
    """One slot: who is judged is alone."""
    alone = threading.Lock()

    def judged(number: int) -> int:
        assert alone.acquire(blocking=False)
        try:
            return number
        finally:
            alone.release()

    assert list(side_by_side(1, judged, range(20))) == list(range(20))


def test_the_first_failure_ends_it() -> None:
    """What stands before a failure was told; the failure is raised where it would have stood."""

    def judged(number: int) -> int:
        if number == 2:
            raise ValueError(number)
        return number

    found = side_by_side(2, judged, range(4))
    assert [next(found), next(found)] == [0, 1]
    with pytest.raises(ValueError, match="2"):
        next(found)
