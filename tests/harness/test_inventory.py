"""Every file that comes in is written down with its digest, and what differs later is named."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from harness.inventory import Origin, deviation, inventory_of

HERE = Origin(source="owner/set", how="pull", revision="abc", licence="CC0-1.0")


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    """Return a store with one package of two files, in the task t."""
    store = DataStore(tmp_path, (HERE,))
    with store.filling("t", "p") as folder:
        (folder / "tests").mkdir()
        (folder / "tests" / "1.in").write_text("1 2\n")
        (folder / ".timelimit").write_text("1\n")
    return store


def test_a_package_is_written_down_as_it_comes_in(store: DataStore) -> None:
    """Each file with its size and digest, hidden ones too, and where they are from."""
    found = store.inventory("t", "p")
    assert found is not None
    assert [(file.path, file.size) for file in found.files] == [
        (".timelimit", 2),
        ("tests/1.in", 4),
    ]
    assert found.files[1].sha256.startswith("f251ddc12234")  # printf "1 2\n" | sha256sum
    assert (found.origins, found.size) == ((HERE,), 6)
    assert (store.tasks, store.packages("t")) == (("t",), ("p",))


def test_what_is_missing_changed_or_added_is_named(store: DataStore) -> None:
    """One byte is enough; what was put there by hand is no damage."""
    folder = store.folder("t", "p")
    found = store.inventory("t", "p")
    assert found is not None
    assert not deviation(folder, found).damaged
    (folder / "statement.md").write_text("Add.")
    assert (deviation(folder, found).added, deviation(folder, found).damaged) == (
        ("statement.md",),
        False,
    )
    (folder / "tests" / "1.in").write_text("1 3\n")
    (folder / ".timelimit").unlink()
    seen = deviation(folder, found)
    assert (seen.missing, seen.changed, seen.damaged) == ((".timelimit",), ("tests/1.in",), True)


def test_a_package_that_replaces_another_has_an_inventory_of_its_own(store: DataStore) -> None:
    """Nothing of what was there before stays in it."""
    with DataStore(store.root).filling("t", "p") as folder:
        (folder / "new").write_text("")
    found = store.inventory("t", "p")
    assert found is not None
    assert ([file.path for file in found.files], found.origins) == (["new"], ())


KILLED = """
import os, signal, sys
from pathlib import Path
from harness import data
from harness.data import DataStore
place = data._replace
def dying(*given):
    place(*given)
    os.kill(os.getpid(), signal.SIGKILL)
data._replace = dying
with DataStore(Path(sys.argv[1])).filling("t", "p") as folder:
    (folder / "other").write_text("")
"""


def test_a_kill_leaves_no_inventory_of_other_files(store: DataStore) -> None:
    """Whoever dies in between leaves a package that nobody wrote down, never a false one."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(store.root)])
    assert done.returncode == -signal.SIGKILL
    assert (store.folder("t", "p") / "other").exists()
    assert store.inventory("t", "p") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "truncated"), ('{"version": 9, "files": []}', "version 9"), ("[]", "Expected `object`")],
)
def test_a_spoilt_inventory_is_named(store: DataStore, text: str, said: str) -> None:
    """It is no reason to believe anything of the package."""
    place = store.root / ".inventory" / "t" / "p.json"
    place.write_text(text)
    with pytest.raises(TaskDataError, match=said) as caught:
        store.inventory("t", "p")
    assert str(place) in caught.value.message


def test_what_a_killed_process_was_making_is_removed_by_the_next(tmp_path: Path) -> None:
    """Folders of living processes stay."""
    store = DataStore(tmp_path)
    with store.scratch() as mine:
        orphan = mine.parent / "orphan"
        orphan.mkdir()
        with store.scratch() as other:
            assert set(mine.parent.iterdir()) == {mine, other}
    assert list(mine.parent.iterdir()) == []


def test_a_file_of_many_megabytes_is_read_in_pieces(tmp_path: Path) -> None:
    """A test as large as it may be takes no memory of its size."""
    import tracemalloc

    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 << 20)
    tracemalloc.start()
    try:
        assert inventory_of(tmp_path).size == 64 << 20
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
