"""Packages come into the data store whole, or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError


def names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir())


def test_a_filled_folder_takes_its_place(tmp_path: Path) -> None:
    """What was written in the block is the package afterwards."""
    store = DataStore(tmp_path)
    with store.filling("t", "p") as folder:
        (folder / "a").write_text("1")
        assert not store.has("t", "p")
    assert store.has("t", "p")
    assert (store.folder("t", "p") / "a").read_text() == "1"


def test_a_new_package_replaces_the_old_one_whole(tmp_path: Path) -> None:
    """Nothing of the old package stays beside the new one."""
    store = DataStore(tmp_path)
    for name in ("old", "new"):
        with store.filling("t", "p") as folder:
            (folder / name).write_text("")
    assert names(store.folder("t", "p")) == ["new"]
    assert names(tmp_path / "t") == ["p"]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """When filling fails, the old package stays and no half of the new one is left."""
    store = DataStore(tmp_path)
    with store.filling("t", "p") as folder:
        (folder / "old").write_text("")

    def fail(folder: Path) -> None:
        (folder / "new").write_text("")
        raise RuntimeError

    with pytest.raises(RuntimeError), store.filling("t", "p") as folder:
        fail(folder)
    assert names(store.folder("t", "p")) == ["old"]
    assert names(tmp_path / "t") == ["p"]


def test_an_unwritable_place_is_named(tmp_path: Path) -> None:
    """A store that cannot be written says where, and how to choose another."""
    (tmp_path / "file").write_text("")
    with pytest.raises(TaskDataError) as caught, DataStore(tmp_path / "file").filling("t", "p"):
        pass
    assert str(tmp_path / "file") in caught.value.message
    assert "HARNESS_DATA" in caught.value.hint


FILLING = """
import os, signal, sys
from pathlib import Path
from harness import data
from harness.data import DataStore
if sys.argv[2] == "swap":
    data.shutil.rmtree = lambda *a, **k: None
    rename = Path.rename
    def dying(self, target):
        rename(self, target)
        os.kill(os.getpid(), signal.SIGKILL)
    Path.rename = dying
with DataStore(Path(sys.argv[1])).filling("t", "p") as folder:
    (folder / "half").write_text("")
    print("filling", flush=True)
    if sys.argv[2] != "swap":
        sys.stdin.read()
"""


def filler(root: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FILLING, str(root), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_what_a_killed_process_left_is_removed_and_a_living_one_is_left_alone(
    tmp_path: Path,
) -> None:
    """Half-filled folders go with the next package, unless their owner is still at it."""
    with filler(tmp_path, "wait") as dead, filler(tmp_path, "wait") as alive:
        for process in (dead, alive):
            assert process.stdout is not None
            assert process.stdout.readline() == "filling\n"
        other = tmp_path / "t" / ".p-q-abcdefgh"
        other.mkdir()
        dead.kill()
        dead.wait()
        with DataStore(tmp_path).filling("t", "p") as folder:
            (folder / "whole").write_text("")
        assert len([name for name in names(tmp_path / "t") if name.startswith(".p-")]) == 2
        assert other.exists(), "it belongs to another problem"
        other.rmdir()
        alive.communicate("")
        assert alive.returncode == 0
    assert names(tmp_path / "t") == ["p"]
    assert names(DataStore(tmp_path).folder("t", "p")) == ["half"]


def test_a_package_is_not_lost_by_a_kill_between_two_renames(tmp_path: Path) -> None:
    """A process that dies while it replaces a package leaves the old one to be put back."""
    store = DataStore(tmp_path)
    with store.filling("t", "p") as folder:
        (folder / "old").write_text("")
    with filler(tmp_path, "swap") as process:
        process.communicate("")
        assert process.returncode == -signal.SIGKILL
    assert not store.has("t", "p")
    with pytest.raises(RuntimeError), store.filling("t", "p"):
        raise RuntimeError
    assert names(store.folder("t", "p")) == ["old"]
    assert names(tmp_path / "t") == ["p"]
