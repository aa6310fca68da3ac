"""Slots of one machine talk on different cores, whoever opened them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.cores import Core

ALLOWED = sorted(os.sched_getaffinity(0))

OTHER = """
import sys
from sandbox.cores import Core
core = Core()
print(core.number, flush=True)
sys.stdin.read()
"""
"""Another run of the program: says which core it has, and holds it until its input ends."""


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.fixture
def hold() -> Iterator[Callable[[], Core]]:
    held: list[Core] = []

    def one() -> Core:
        held.append(Core())
        return held[-1]

    yield one
    for core in held:
        core.release()


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_slots_spread_over_the_cores_and_then_share(hold: Callable[[], Core]) -> None:
    """As many slots as cores have all of them; one more gets the number of one that is there."""
    held = [hold() for _ in ALLOWED]
    assert sorted(core.number for core in held) == list(range(len(ALLOWED)))
    assert hold().number in range(len(ALLOWED))


def test_a_core_that_was_released_is_given_again(hold: Callable[[], Core]) -> None:
    """Releasing twice gives no second slot away."""
    held = [hold() for _ in ALLOWED]
    number = held[0].number
    held[0].release()
    held[0].release()
    assert [Core().number for _ in range(1)] == [number]


@pytest.mark.skipif(len(ALLOWED) < 2, reason="one core has nothing to choose from")
def test_two_runs_do_not_meet_on_one_core(
    other: subprocess.Popen[str], hold: Callable[[], Core]
) -> None:
    """What another process holds is left to it until it is gone, however it went."""
    assert other.stdout is not None
    taken = int(other.stdout.readline())
    held = [hold() for _ in ALLOWED[1:]]
    assert taken not in [core.number for core in held]
    other.kill()
    other.wait()
    assert hold().number == taken


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_stands_in_the_way_is_no_failure(
    tmp_path: Path, kind: str, hold: Callable[[], Core]
) -> None:
    """Nobody's file is opened through a link; cores are then counted in this process alone."""
    place = tmp_path / f"harness-cores-{os.geteuid()}"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    if kind == "file":
        place.write_text("")
    else:
        place.symlink_to(elsewhere)
    held = [hold() for _ in ALLOWED]
    assert sorted(core.number for core in held) == list(range(len(ALLOWED)))
    assert list(elsewhere.iterdir()) == []
