"""What the runner reads of a control group, on trees of both versions."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sandbox.build import build_runner

V1 = {
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
    "memory/memory.limit_in_bytes": "268435456\n",
    "memory/memory.memsw.limit_in_bytes": "268435456\n",
    "cpuacct/cpuacct.usage": "1234567890\n",
    "pids/pids.max": "256\n",
    "cpuset/cpuset.cpus": "1\n",
}
V2 = {
    "cgroup.controllers": "cpuset cpu io memory pids\n",
    "memory.events": "low 0\nhigh 0\nmax 12\noom 4\noom_kill 3\noom_group_kill 0\n",
    "memory.max": "268435456\n",
    "memory.swap.max": "0\n",
    "cpu.stat": "usage_usec 1234567\nuser_usec 1000000\nsystem_usec 234567\n",
    "pids.max": "256\n",
    "cpuset.cpus.effective": "1\n",
}


def reads(cache: Path, root: Path, files: dict[str, str]) -> dict[str, str]:
    """Return what the runner makes of a tree, as pairs."""
    for name, text in files.items():
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    words = [str(build_runner(cache).path), f"cgroup={root}"]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return dict(word.split("=", 1) for word in done.stdout.split())


def test_version_1_is_read(cache: Path, tmp_path: Path) -> None:
    """Limits, CPU nanoseconds and kills for memory come from the hierarchies of version 1."""
    assert reads(cache, tmp_path, V1) == {
        "cgroup": "1",
        "oom": "counted",
        "memory_max": "268435456",
        "swap_max": "268435456",
        "pids_max": "256",
        "cpus": "1",
        "cpu_ns": "1234567890",
        "oom_kills": "3",
    }


def test_version_2_is_read(cache: Path, tmp_path: Path) -> None:
    """The same from the one hierarchy of version 2; its microseconds become nanoseconds."""
    assert reads(cache, tmp_path, V2) == {
        "cgroup": "2",
        "oom": "counted",
        "memory_max": "268435456",
        "swap_max": "0",
        "pids_max": "256",
        "cpus": "1",
        "cpu_ns": "1234567000",
        "oom_kills": "3",
    }


@pytest.mark.parametrize("tree", [V1, V2])
def test_what_is_missing_is_not_made_up(cache: Path, tmp_path: Path, tree: dict[str, str]) -> None:
    """Without the limits, and without a count of kills, nothing is said of them."""
    some = {name: text for name, text in tree.items() if "cpu" in name or "controllers" in name}
    found = reads(cache, tmp_path, some)
    assert found["cgroup"] in "12"
    assert found["oom_kills"] == "0"
    assert not {"oom", "memory_max", "swap_max", "pids_max"} & set(found)


def test_no_limit_is_told_as_the_kernel_tells_it(cache: Path, tmp_path: Path) -> None:
    """The word "max" is passed on: it is no number, and no limit."""
    assert reads(cache, tmp_path, V2 | {"memory.max": "max\n"})["memory_max"] == "max"


def test_without_control_groups_there_are_none(cache: Path, tmp_path: Path) -> None:
    """An empty folder is version 0, and its counters stay at nothing."""
    assert reads(cache, tmp_path, {}) == {"cgroup": "0", "cpu_ns": "0", "oom_kills": "0"}
