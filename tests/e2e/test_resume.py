"""A run is continued from anywhere, on what it was started on and on nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from harness.store import LOG, MANIFEST, RunFolder
from harness.types import AttemptEnd
from tests.e2e.test_demo import DEMO
from tests.e2e.test_mistakes import is_one_clear_error
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


def test_a_run_is_continued_from_another_folder(harness: Command, run: Path) -> None:
    """A recording that was named by a short path is found from anywhere."""
    (harness.home / "another").mkdir()
    outcome = Command(harness.home / "another", Path(harness.environment["HARNESS_CACHE"]))(
        "run",
        "--resume",
        run,
        "--no-report",
        "-q",
        env={"HARNESS_DATA": str(harness.home / "data")},
    )
    assert outcome.code == 0, outcome.err
    assert points(run) == [100.0]


def test_a_recording_that_was_changed_is_refused(harness: Command, run: Path) -> None:
    """Half a run of one recording is not finished with another under the same name."""
    other = SAID | {"text": "int sum(int, int) { return 0; }"}
    (harness.home / "said.jsonl").write_text(json.dumps(other) + "\n")
    outcome = harness("run", "--resume", run)
    is_one_clear_error(outcome, 64, ("[U002]", "the recording of replay said.jsonl changed"))
    assert points(run) == []


def test_model_solutions_that_were_changed_are_refused(harness: Command) -> None:
    """An oracle's run is bound to the solutions, which are no part of a problem's hash."""
    harness("data", "add", "ioi2025", write_worldmap(harness.home / "in"))
    assert harness("run", "--task", "ioi2025", "-m", "oracle", "--no-report").code == 0
    folder = next((harness.home / "runs").iterdir())
    forget(folder)
    stored = harness.home / "data" / "ioi2025" / "worldmap"
    (stored / "solutions" / "model_solution" / "sum.cpp").write_text("// none")
    is_one_clear_error(
        harness("run", "--resume", folder), 64, ("[U002]", "the solutions of oracle changed")
    )


@pytest.mark.parametrize("fact", ["code", "answers"])
def test_another_judge_is_refused(harness: Command, fact: str) -> None:
    """A run is bound to the version of every judge its problems need."""
    args = ("-m", "replay", "-a", f"file={DEMO},contestants=silent", "--no-report", "-q")
    assert harness("run", "--task", "demo", *args).code == 0
    folder = next((harness.home / "runs").iterdir())
    manifest = json.loads((folder / "run.json").read_text())
    manifest["judge"] = [
        [name, "0" if name == fact else value] for name, value in manifest["judge"]
    ]
    (folder / "run.json").write_text(json.dumps(manifest))
    is_one_clear_error(harness("run", "--resume", folder), 64, ("[U002]", f"{fact} 0"))


@pytest.mark.parametrize(
    "flag", ["--task=demo", "--max_tokens=5", "-n8", "-L", "--model", "-a", "-o", "--seed"]
)
def test_what_a_run_was_started_with_cannot_be_changed(harness: Command, flag: str) -> None:
    """A flag that could only be ignored beside --resume is refused."""
    words = [flag] if "=" in flag or flag == "-n8" else [flag, "1"]
    outcome = harness("run", "--resume", "absent", *words)
    said = f"{flag.replace('_', '-')} cannot be changed"
    is_one_clear_error(outcome, 64, ("[U001]", said, "without --resume"))


def test_settings_of_the_environment_are_for_new_runs(harness: Command) -> None:
    """A flag that is set in the environment does not keep a run from being continued."""
    outcome = harness("run", "--resume", "absent", env={"HARNESS_MAX_TOKENS": "5"})
    is_one_clear_error(outcome, 64, ("absent is not a run folder",))


def test_another_version_of_the_program_is_refused(harness: Command, run: Path) -> None:
    """The version is part of what the numbers are numbers of: half of a run has no other."""
    place = run / MANIFEST
    manifest = json.loads(place.read_text())
    place.write_text(json.dumps({**manifest, "harness_version": "0.0.9"}))
    outcome = harness("run", "--resume", run)
    is_one_clear_error(outcome, 64, ("[U002]", "started with harness 0.0.9", "new run"))
