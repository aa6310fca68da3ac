"""What the runner reads of a control group, on trees of both versions."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.errors import BoxError
from sandbox.build import build_runner
from sandbox.docker import check_inside

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


def test_a_count_is_found_by_its_whole_name(cache: Path, tmp_path: Path) -> None:
    """Keys that begin alike, in any order and among ones that are new, are told apart."""
    events = "oom_group_kill 7\noom_kill_later 8\noom 9\nhigh 1\noom_kill 2\n"
    stat = "nr_periods 5\nusage_usec_later 6\nuser_usec 7\nusage_usec 1500000\n"
    found = reads(cache, tmp_path, V2 | {"memory.events": events, "cpu.stat": stat})
    assert (found["oom_kills"], found["cpu_ns"]) == ("2", "1500000000")


def test_one_hierarchy_is_preferred(cache: Path, tmp_path: Path) -> None:
    """Where folders of version 1 lie beside it, version 2 is what counts."""
    stale = V1 | {
        "memory/memory.limit_in_bytes": "1\n",
        "memory/memory.oom_control": "oom_kill 99\n",
    }
    found = reads(cache, tmp_path, V2 | stale)
    assert (found["cgroup"], found["memory_max"], found["oom_kills"]) == ("2", "268435456", "3")


@pytest.mark.parametrize("tree", [V1, V2])
def test_what_is_read_is_held_against_what_was_asked(
    cache: Path, tmp_path: Path, tree: dict[str, str]
) -> None:
    """A slot's limits, from its files to the decision: those that were asked for, and no others."""
    found = reads(cache, tmp_path, tree)
    check_inside(found, 268435456, 256, "1")
    for wanted in ((268435457, 256, "1"), (268435456, 255, "1"), (268435456, 256, "0")):
        with pytest.raises(BoxError, match="in place of"):
            check_inside(found, *wanted)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("memory.max", "max\n", "memory_max is max in place of 268435456"),
        ("memory.max", None, "there is no memory limit inside"),
        ("memory.swap.max", "max\n", "swap_max is max in place of 0"),
        ("memory.events", None, "counts no kills for memory"),
        ("pids.max", "max\n", "pids_max is max in place of 256"),
    ],
)
def test_a_group_of_version_2_without_limits_is_refused(
    cache: Path, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    """As of a rootless engine without delegation, or the host's own root group."""
    tree = {key: value for key, value in (V2 | {name: text}).items() if value is not None}
    with pytest.raises(BoxError, match=said):
        check_inside(reads(cache, tmp_path, tree), 268435456, 256, "1")


def test_no_limit_is_told_as_the_kernel_tells_it(cache: Path, tmp_path: Path) -> None:
    """The word "max" is passed on: it is no number, and no limit."""
    assert reads(cache, tmp_path, V2 | {"memory.max": "max\n"})["memory_max"] == "max"


def test_without_control_groups_there_are_none(cache: Path, tmp_path: Path) -> None:
    """An empty folder is version 0, and its counters stay at nothing."""
    assert reads(cache, tmp_path, {}) == {"cgroup": "0", "cpu_ns": "0", "oom_kills": "0"}
