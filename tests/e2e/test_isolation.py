"""Where a machine allows no isolation, nothing runs unless that is asked for, and it shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from harness.store import RunFolder
from harness.types import Grade
from tests.e2e.test_demo import DEMO
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command, Outcome

ARGS = ("run", "--task", "demo", "--no-progress", "-m", "replay")
HONEST = ("-a", f"file={DEMO},contestants=full+partial")


def without_namespaces(harness: Command, *words: str) -> Outcome:
    """Run the program where the kernel makes no further namespaces."""
    line = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"'
    program = (sys.executable, "-m", "harness", *words)
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "sh", "-c", line, "sh", *program],
        cwd=harness.home,
        env=harness.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def test_without_namespaces_nothing_runs(harness: Command) -> None:
    """The program stops with one error that names the settings to look at, and no run is begun."""
    outcome = without_namespaces(harness, *ARGS, *HONEST)
    is_one_clear_error(outcome, 3, ("[I002]", "max_user_namespaces", "--unsafe"))
    assert not (harness.home / "runs").exists()


def test_what_ran_without_isolation_is_marked(harness: Command) -> None:
    """With --unsafe the honest contestants get their points, and every result says how."""
    outcome = without_namespaces(harness, *ARGS, *HONEST, "--unsafe", "--json")
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    rows = {row["contestant"]: row["mean"] for row in found["contests"][0]["rows"]}
    assert rows == {"full": 250.0, "partial": 116.0}
    run = RunFolder(harness.home / found["runs"][0])
    assert dict(run.record.judge)["tier"] == "unsafe"
    codes = [r for r in run.replay() if isinstance(r, Grade) and r.judge.startswith("code/")]
    assert codes
    assert all("unsafe" in grade.judge for grade in codes)
    assert "without isolation" in Path(found["report"]).read_text()


def test_an_isolated_run_is_not_continued_without(harness: Command) -> None:
    """A run that was begun in isolation is not mixed with results that were not."""
    assert harness(*ARGS, *HONEST, "--no-report").code == 0
    folder = next((harness.home / "runs").iterdir())
    outcome = harness("run", "--resume", folder, "--unsafe", "--no-report")
    is_one_clear_error(outcome, 64, ("[U002]", "unsafe", "start a new run"))
