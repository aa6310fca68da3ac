"""A run is continued from anywhere, on what it was started on and on nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.store import LOG, RunFolder
from harness.types import AttemptEnd
from tests.fakes.command import Command
from tests.fakes.packages import SOLUTION
from tests.tasks.test_ioi2025 import write_worldmap

SAID = {"problem": "worldmap", "contestant": "bot", "language": "cpp", "text": SOLUTION}


def points(folder: Path) -> list[float | None]:
    return [r.points for r in RunFolder(folder).replay() if isinstance(r, AttemptEnd)]


def forget(folder: Path) -> None:
    """Leave of a log only its header, as if the run had been killed at once."""
    log = folder / LOG
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])


@pytest.fixture
def run(harness: Command) -> Path:
    """Return a run of one problem and one recorded contestant, of which nothing was done yet."""
    harness("data", "add", "ioi2025", write_worldmap(harness.home / "in"))
    (harness.home / "said.jsonl").write_text(json.dumps(SAID) + "\n")
    args = ("--task", "ioi2025", "-m", "replay", "-a", "file=said.jsonl", "--no-report", "-q")
    outcome = harness("run", *args)
    assert outcome.code == 0, outcome.err
    folder = next((harness.home / "runs").iterdir())
    assert points(folder) == [100.0]
    forget(folder)
    return folder


def test_a_run_is_continued_where_the_data_are_now(harness: Command, run: Path) -> None:
    """A data store that was moved is as good as the one the run was started with."""
    shutil.move(harness.home / "data", harness.home / "elsewhere")
    moved = {"HARNESS_DATA": str(harness.home / "elsewhere")}
    outcome = harness("run", "--resume", run, "--no-report", "-q", env=moved)
    assert outcome.code == 0, outcome.err
    assert points(run) == [100.0]
