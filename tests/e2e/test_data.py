"""``harness data``: what came in, and how the store stands after it."""

from __future__ import annotations

from tests.fakes.command import Command
from tests.tasks.test_ioi2025 import write_worldmap


def test_adding_tells_of_the_store_and_not_of_the_folder(harness: Command) -> None:
    """A folder without a problem that is ready already does not make it look missing."""
    whole = write_worldmap(harness.home / "whole")
    assert harness("data", "add", "ioi2025", whole).code == 0
    part = write_worldmap(harness.home / "part", code="festival")
    (part / "tests" / "1-01.in").unlink()
    outcome = harness("data", "add", "ioi2025", part)
    assert outcome.code == 0, outcome.err
    assert "worldmap: ready, 2 tests" in outcome.out
    assert "festival: not ready\n  missing: 1 test inputs, such as 1-01.in" in outcome.out
    assert "1 of 6 problems ready" in outcome.out
