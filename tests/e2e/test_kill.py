"""A run that is killed loses nothing, does nothing twice, and ends with the same scores."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from harness.store import LOG, RunFolder
from harness.types import AttemptEnd, Generation, Grade, Submission
from tests.e2e.test_demo import DEMO
from tests.fakes.command import Command

pytestmark = pytest.mark.long

KILLS = 20
ARGS = ("run", "--task", "demo", "--no-report", "--no-progress", "--model", "replay")
WHO = ("-a", f"file={DEMO},contestants=full+partial+wrong+silent")


def scores(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return what every attempt ended with."""
    return {
        r.attempt: (r.status, r.points, r.submissions, r.verdict, r.subtasks)
        for r in RunFolder(folder).replay()
        if isinstance(r, AttemptEnd)
    }


def only_run(home: Path) -> Path | None:
    runs = list((home / "runs").glob("*/run.json"))
    assert len(runs) <= 1
    return runs[0].parent if runs else None


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    home = tmp_path_factory.mktemp("undisturbed")
    outcome = Command(home, cache)(*ARGS, *WHO)
    assert outcome.code == 0, outcome.err
    folder = only_run(home)
    assert folder is not None
    return folder


def lines(folder: Path) -> list[bytes]:
    """Return the whole lines of a log, or none before there is one."""
    log = folder / LOG
    return log.read_bytes().split(b"\n")[:-1] if log.exists() else []


def test_a_run_that_is_killed_again_and_again_ends_as_ever(
    harness: Command, undisturbed: Path
) -> None:
    """Killed up to 20 times, soon after some more lines were written, it loses and repeats nothing.

    Each time it is continued from where it was, so that the moments are spread over all of it.
    """
    chance = random.Random(0)
    process = harness.start(*ARGS, *WHO)
    kills, written = 0, Counter[bytes]()
    while kills < KILLS:
        while (folder := only_run(harness.home)) is None and process.poll() is None:
            time.sleep(0.002)
        assert folder is not None, process.communicate()
        enough = len(lines(folder)) + chance.choice((0, 1, 1, 2))
        while len(lines(folder)) < enough and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.02))
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        kills += 1
        written |= Counter(lines(folder))
        process = harness.start("run", "--resume", folder, "--no-report", "--no-progress")
    _, err = process.communicate()
    assert process.returncode == 0, err
    assert kills > KILLS // 2
    assert folder is not None
    assert not written - Counter(lines(folder)), "a record that was written is gone"
    assert scores(folder) == scores(undisturbed)
    assert RunFolder(folder).record.ended
    made = Counter(
        r.id for r in RunFolder(folder).replay() if isinstance(r, Generation | Submission)
    )
    assert set(made.values()) == {1}, "something was done twice"


def test_a_run_killed_before_it_has_a_manifest_is_begun_again(harness: Command) -> None:
    """Where nothing was begun, nothing stands in the way of beginning."""
    process = harness.start(*ARGS, "-a", f"file={DEMO},contestants=silent")
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert only_run(harness.home) is None
    assert harness(*ARGS, "-a", f"file={DEMO},contestants=silent").code == 0


def compiling(cache: Path) -> bool:
    """Return whether a second slot is open: the first is for judging, opened at the start."""
    return len([place for place in cache.glob("slots/*") if place.is_dir()]) > 1


@pytest.mark.parametrize("moment", [0.0, 0.2, "header"])
def test_a_run_killed_while_it_compiles_is_continued(
    moment: float | str, cache: Path, tmp_path: Path, undisturbed: Path
) -> None:
    """Killed before any program is kept, with or without the header, nothing half-made is used."""
    cold = tmp_path / "cold"
    cold.mkdir()
    if moment != "header":
        for name in ("headers", "runner"):
            (cold / name).symlink_to(cache / name)
    harness = Command(tmp_path, cold)
    process = harness.start(*ARGS, "-a", f"file={DEMO},contestants=full")
    while process.poll() is None and not compiling(cold):
        time.sleep(0.01)
    time.sleep(1.0 if moment == "header" else float(moment))
    assert process.poll() is None, process.communicate()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    folder = only_run(tmp_path)
    assert folder is not None
    assert not any(isinstance(r, Grade) and r.cpu_s for r in RunFolder(folder).replay())
    outcome = harness("run", "--resume", folder, "--no-report", "--no-progress")
    assert outcome.code == 0, outcome.err
    whole = scores(undisturbed)
    assert scores(folder) == {name: end for name, end in whole.items() if ":full:" in name}
    left = [place for place in (cold / "slots").iterdir() if place.is_dir()]
    assert not left, "the slots of the killed process are still there"


def test_ctrl_c_says_how_to_go_on(harness: Command) -> None:
    """Interrupted, the program stops with 130 and prints the command that continues."""
    process = harness.start(*ARGS, *WHO)
    while (folder := only_run(harness.home)) is None and process.poll() is None:
        time.sleep(0.05)
    assert folder is not None
    while len(lines(folder)) < 10 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130
    assert f"harness run --resume {folder.relative_to(harness.home)}" in err
    assert "Traceback" not in err
    outcome = harness("run", "--resume", folder.relative_to(harness.home), "--no-report")
    assert outcome.code == 0
    assert len(scores(folder)) == 15


def test_ctrl_c_names_the_tasks_that_were_not_begun(harness: Command) -> None:
    """Interrupted in the second of three tasks, the program says what became of each."""
    words = (*ARGS[:2], "demo,demo,demo", *ARGS[3:])
    process = harness.start(*words, "-a", f"file={DEMO},contestants=silent+hostile+full")
    runs = harness.home / "runs"
    while process.poll() is None and len(list(runs.glob("*/run.json"))) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130, err
    sealed = {place.name: bool(RunFolder(place).record.ended) for place in runs.iterdir()}
    (first,) = (name for name, ended in sealed.items() if ended)
    (second,) = (name for name, ended in sealed.items() if not ended)
    assert f"continue with `harness run --resume runs/{second}`" in err
    assert f"finished: runs/{first}; not begun: --task demo\n" in err


def test_two_writers_are_kept_apart(harness: Command) -> None:
    """While a run is being written, a second process that wants to continue it is refused."""
    process = harness.start(*ARGS, "-a", f"file={DEMO}")
    while (folder := only_run(harness.home)) is None and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.3)
    assert folder is not None
    outcome = harness("run", "--resume", folder)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert outcome.code == 3
    assert "[S002]" in outcome.err
