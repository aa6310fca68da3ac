"""Where a machine allows no isolation, nothing runs unless that is asked for, and it shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.store import RunFolder
from harness.types import Grade
from tests import fakes as programs
from tests.e2e.test_demo import DEMO
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command, Outcome

ARGS = ("run", "--task", "demo", "--no-progress", "-m", "replay")
NO_ENGINE = {"HARNESS_SANDBOX": "auto", "DOCKER_HOST": "tcp://127.0.0.1:1"}
HONEST = ("-a", f"file={DEMO},contestants=full+partial")


def without_namespaces(harness: Command, *words: str, before: tuple[str, ...] = ()) -> Outcome:
    """Run the program where the kernel makes no further namespaces."""
    line = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    program = (*before, sys.executable, "-m", "harness", *words)
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", line, "sh", *program],
        cwd=harness.home,
        env={**harness.environment, **NO_ENGINE},
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def unlocked(tmp_path: Path) -> tuple[str, ...]:
    """Return words that run a program where there is no Landlock."""
    source = Path(programs.__file__).parent / "programs" / "unlocked.c"
    subprocess.run(["gcc", "-o", tmp_path / "unlocked", source], check=True)
    return (str(tmp_path / "unlocked"),)


def test_without_any_isolation_nothing_runs(harness: Command, unlocked: tuple[str, ...]) -> None:
    """The program stops with one error that names the settings to look at, and no run is begun."""
    outcome = without_namespaces(harness, *ARGS, *HONEST, before=unlocked)
    words = ("[I002]", "max_user_namespaces", "Landlock", "--unsafe")
    is_one_clear_error(outcome, 3, words)
    assert not (harness.home / "runs").exists()


@pytest.mark.long
@pytest.mark.parametrize("tier", ["landlock", "unsafe"])
def test_what_ran_otherwise_is_marked(harness: Command, tier: str) -> None:
    """The honest contestants get their points, and every result says how they were isolated."""
    unsafe = ("--unsafe",) if tier == "unsafe" else ()
    outcome = without_namespaces(harness, *ARGS, *HONEST, *unsafe, "--json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    rows = {row["contestant"]: row["mean"] for row in found["contests"][0]["rows"]}
    assert rows == {"full": 250.0, "partial": 116.0}
    run = RunFolder(harness.home / found["runs"][0])
    assert dict(run.record.judge)["tier"] == tier
    codes = [r for r in run.replay() if isinstance(r, Grade) and r.judge.startswith("code/")]
    assert codes
    assert all(tier in grade.judge for grade in codes)
    assert ("without isolation" in Path(found["report"]).read_text()) == (tier == "unsafe")


def test_an_isolated_run_is_not_continued_without(harness: Command) -> None:
    """A run that was begun in isolation is not mixed with results that were not."""
    assert harness(*ARGS, *HONEST, "--no-report").code == 0
    folder = next((harness.home / "runs").iterdir())
    outcome = harness("run", "--resume", folder, "--unsafe", "--no-report")
    is_one_clear_error(outcome, 64, ("[U002]", "unsafe", "start a new run"))
