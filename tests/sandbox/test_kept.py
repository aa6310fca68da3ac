"""Compiled programs stay while they are used, and leave when there are too many."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sandbox.kept import IN_USE_S, LOOK_AFTER_BYTES, Kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Make a folder with room for three programs of 100 bytes."""
    return Kept(tmp_path / "programs", most_bytes=300)


def keep(kept: Kept, key: str, hours_ago: float) -> Path:
    """Put a program there that was last used some hours ago."""
    place = kept.place(key)
    place.mkdir(parents=True)
    (place / "program").write_bytes(b"x" * 60)
    (place / "deep").mkdir()
    (place / "deep" / "beside").write_bytes(b"x" * 40)
    then = time.time() - hours_ago * 3600
    os.utime(place, (then, then))
    return place


def test_those_leave_that_were_not_used_for_longest(kept: Kept) -> None:
    """As many as it takes; nothing is left of them."""
    places = [
        keep(kept, f"{number}{number}key", hours) for number, hours in enumerate((9, 5, 8, 7, 6))
    ]
    kept.clear_out()
    assert [place.exists() for place in places] == [False, True, False, True, True]
    assert not list(places[0].parent.iterdir())


def test_what_was_used_lately_stays_whatever_its_age(kept: Kept) -> None:
    """Using one counts, not making it."""
    places = [keep(kept, f"{number}{number}key", 9) for number in range(5)]
    assert kept.use(places[0])
    kept.clear_out()
    assert places[0].exists()
    assert sum(place.exists() for place in places) == 3


def test_a_program_that_may_be_running_is_never_removed(kept: Kept) -> None:
    """Even where there is no room."""
    places = [keep(kept, f"{number}{number}key", IN_USE_S / 3600 / 2) for number in range(9)]
    kept.clear_out()
    assert all(place.exists() for place in places)


def test_a_program_that_left_is_not_there_to_be_used(kept: Kept) -> None:
    """So it is compiled again."""
    assert not kept.use(kept.place("0key"))


def test_the_folder_is_looked_through_at_first_and_when_much_was_added(kept: Kept) -> None:
    """What earlier runs left counts as well; a small program does not make it look again."""
    old = [keep(kept, f"{number}{number}old", 9) for number in range(5)]
    kept.added(1)
    assert sum(place.exists() for place in old) == 3
    more = [keep(kept, f"{number}{number}more", 9) for number in range(5)]
    kept.added(1)
    assert all(place.exists() for place in more)
    kept.added(LOOK_AFTER_BYTES)
    assert sum(place.exists() for place in (*old, *more)) == 3
