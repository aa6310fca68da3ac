"""Judging in containers, from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from sandbox import engine
from tests.e2e.test_demo import DEMO
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command
from tests.fakes.engine_door import EngineDoor
from tests.fakes.slots import docker_image

from harness.store import RunFolder  # isort: skip

ARGS = ("run", "--task", "demo", "--no-progress", "--no-report", "-m", "replay")
HONEST = ("-a", f"file={DEMO},contestants=full+partial")
MIXED = ("-a", f"file={DEMO},contestants=full+partial+hostile")
NO_ENGINE = {"DOCKER_HOST": "tcp://127.0.0.1:1"}


def owned_by(pid: int) -> list[str]:
    """Return the containers that a process opened."""
    client = engine.connect()
    try:
        found = client.api.containers(all=True, filters={"label": [engine.LABEL]})
        owner = f"{engine.LABEL}.owner"
        return [each["Id"] for each in found if each["Labels"].get(owner, "").endswith(f":{pid}")]
    finally:
        client.close()


def nothing_is_lost(out: str) -> None:
    """Check that a run's result is what it would have been if all had been there all the time."""
    rows = {row["contestant"]: row for row in json.loads(out)["contests"][0]["rows"]}
    assert rows["full"]["mean"] == 250.0
    assert rows["full"]["void"] == rows["partial"]["void"] == 0


def in_the_middle(harness: Command, process: subprocess.Popen[str]) -> None:
    """Wait until programs run, and more will."""
    while not list((harness.home / "runs").glob("*/*")) and process.poll() is None:
        time.sleep(0.02)
    while not owned_by(process.pid) and process.poll() is None:
        time.sleep(0.02)
    time.sleep(0.3)
    assert process.poll() is None, process.communicate()


@pytest.mark.long
def test_the_demonstration_is_judged_in_containers(harness: Command) -> None:
    """The scores are those of every tier; tier and image are in the run; nothing is left."""
    docker_image()
    process = harness.start(*ARGS, *MIXED, "--json", HARNESS_SANDBOX="docker")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "judging in containers of olympiad-harness-sandbox:" in err
    found = json.loads(out)
    rows = {row["contestant"]: row["mean"] for row in found["contests"][0]["rows"]}
    assert rows["full"] == 250.0
    assert rows["partial"] == 116.0
    assert rows["hostile"] == 0.0
    facts = dict(RunFolder(harness.home / found["runs"][0]).record.judge)
    assert facts["tier"] == "docker"
    assert facts["image"].startswith("sha256:")
    assert "g++" in facts["compiler"]
    assert owned_by(process.pid) == []


@pytest.mark.long
def test_a_killed_run_leaves_no_container_and_goes_on(harness: Command) -> None:
    """After kill -9 the containers end by themselves, and the run is continued in new ones."""
    docker_image()
    words = (*ARGS, "-a", f"file={DEMO},contestants=partial+full", "--sandbox", "docker")
    process = harness.start(*words)
    while not owned_by(process.pid) and process.poll() is None:
        time.sleep(0.02)
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    until = time.monotonic() + 20
    while owned_by(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert owned_by(process.pid) == []
    (folder,) = (harness.home / "runs").iterdir()
    outcome = harness("run", "--resume", folder, "--no-report", "--json", "--sandbox", "docker")
    assert outcome.code == 0, outcome.err
    nothing_is_lost(outcome.out)


@pytest.mark.long
def test_an_engine_that_goes_away_and_comes_back_costs_nothing(
    harness: Command, tmp_path: Path
) -> None:
    """The run waits for it, says so, and ends with the scores it would have had."""
    docker_image()
    door = EngineDoor(tmp_path / "engine")
    process = harness.start(
        *ARGS, *MIXED, "--json", HARNESS_SANDBOX="docker", DOCKER_HOST=door.address
    )
    in_the_middle(harness, process)
    door.shut()
    time.sleep(3)
    assert process.poll() is None, "nothing was left to be judged"
    door.open()
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "the container engine went away" in err
    nothing_is_lost(out)
    assert owned_by(process.pid) == []


@pytest.mark.long
def test_an_engine_that_stays_away_leaves_attempts_void_and_a_run_to_continue(
    harness: Command, tmp_path: Path
) -> None:
    """No zero, no loss: what could not be judged is counted, and done by ``--resume``."""
    docker_image()
    door = EngineDoor(tmp_path / "engine")
    process = harness.start(
        *ARGS,
        *MIXED,
        "--json",
        HARNESS_SANDBOX="docker",
        DOCKER_HOST=door.address,
        HARNESS_ENGINE_PATIENCE="1",
    )
    in_the_middle(harness, process)
    door.shut()
    out, err = process.communicate()
    assert process.returncode == 3, err
    rows = json.loads(out)["contests"][0]["rows"]
    assert sum(row["void"] for row in rows) > 0
    (folder,) = (harness.home / "runs").iterdir()
    outcome = harness("run", "--resume", folder, "--no-report", "--json", "--sandbox", "docker")
    assert outcome.code == 0, outcome.err
    nothing_is_lost(outcome.out)


def test_a_run_is_not_continued_on_another_tier(harness: Command) -> None:
    """What was begun in containers is not mixed with what runs in namespaces."""
    docker_image()
    assert harness(*ARGS, *HONEST, "--limit", "1", "--sandbox", "docker").code == 0
    (folder,) = (harness.home / "runs").iterdir()
    outcome = harness("run", "--resume", folder, "--sandbox", "embedded")
    is_one_clear_error(outcome, 64, ("[U002]", "docker", "embedded"))


@pytest.mark.long
def test_who_insists_on_containers_is_told_why_there_are_none(harness: Command) -> None:
    """No engine: one clear error, nothing is begun; without insisting, namespaces serve."""
    outcome = harness(*ARGS, *HONEST, "--sandbox", "docker", env=NO_ENGINE)
    is_one_clear_error(outcome, 3, ("[I002]", "no container engine answers", "DOCKER_HOST"))
    assert not (harness.home / "runs").exists()
    outcome = harness(*ARGS, *HONEST, "--limit", "1", "--sandbox", "auto", env=NO_ENGINE)
    assert outcome.code == 0
    assert "judging in namespaces, not in containers: no container engine" in outcome.err


def test_contradictions_are_mistakes(harness: Command) -> None:
    """A tier that is none, and isolation asked for and given up at once."""
    outcome = harness(*ARGS, "--sandbox", "vm")
    is_one_clear_error(outcome, 64, ("[U001]", "'vm'", "docker"))
    outcome = harness(*ARGS, "--sandbox", "docker", "--unsafe")
    is_one_clear_error(outcome, 64, ("[U001]", "contradict"))


def test_the_doctor_tells_people_and_machines(harness: Command) -> None:
    """Both forms name the tier that is taken; with an isolated one the exit code is 0."""
    outcome = harness("doctor", env=NO_ENGINE)
    assert outcome.code == 0
    assert "docker    missing: no container engine answers" in outcome.out
    assert "judging takes the embedded tier" in outcome.out
    found = json.loads(harness("doctor", "--json", env=NO_ENGINE).out)
    assert found["isolated"]
    assert found["chosen"] == "embedded"


def test_an_image_that_is_there_is_not_built_again(harness: Command) -> None:
    """``harness sandbox build`` is quick the second time, and prints the tag and the digest."""
    tag = docker_image()
    outcome = harness("sandbox", "build")
    assert outcome.code == 0, outcome.err
    assert tag in outcome.out
    assert "sha256:" in outcome.out
    assert "built in" not in outcome.out


def test_building_without_an_engine_says_so(harness: Command) -> None:
    """One clear error."""
    outcome = harness("sandbox", "build", env=NO_ENGINE)
    is_one_clear_error(outcome, 3, ("[I002]", "no container engine answers"))


def test_help_needs_no_engine_and_no_sdk(harness: Command, tmp_path: Path) -> None:
    """The SDK is imported only when a tier is looked for."""
    trap = tmp_path / "trap"
    trap.mkdir()
    (trap / "docker.py").write_text("raise SystemExit('imported')\n")
    env = {"PYTHONPATH": str(trap), **NO_ENGINE}
    assert harness("--help", env=env).code == 0
    assert harness("tasks", env=env).code == 0
