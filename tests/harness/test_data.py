"""Packages come into the data store whole, or not at all."""

from __future__ import annotations

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
