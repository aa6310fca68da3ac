"""The common door to packages: what is refused is refused by its name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from tasks.packages.any import FOREIGN, read_any_package
from tasks.packages.cms import missing_tests
from tests.fakes.kattis import LEGACY, write
from tests.fakes.packages import write_package
from tests.fakes.tps import tps

POINTER = (
    "version https://git-lfs.github.com/spec/v1\n"
    "oid sha256:20b86a3801a52ba16de98a6ad3bdb54f0ff0ba6cdd83345aaf3af2ef0c198caf\nsize 64\n"
)
"""What a clone without Git LFS has in place of a file."""


@pytest.mark.parametrize("manifest", sorted(FOREIGN))
def test_a_format_that_is_not_read_is_named(tmp_path: Path, manifest: str) -> None:
    """Nobody is told that a problem of Polygon is no problem."""
    (tmp_path / manifest).write_text("")
    with pytest.raises(UnsupportedError) as caught:
        read_any_package(tmp_path)
    assert FOREIGN[manifest] in caught.value.message
    assert manifest in caught.value.message


def test_a_pointer_of_git_lfs_is_no_test_of_a_kattis_package(tmp_path: Path) -> None:
    """An input or answer that was not downloaded is missing, not three lines of text."""
    folder = write(tmp_path / "sum", LEGACY, {"data/secret/2.in": POINTER})
    with pytest.raises(TaskDataError, match="secret/2") as caught:
        read_any_package(folder)
    assert "git lfs pull" in caught.value.hint
    assert read_any_package(folder, allow_missing=True).dropped == ("secret/2",)


def test_a_pointer_of_git_lfs_is_no_test_of_a_tps_task(tmp_path: Path) -> None:
    """The same where tests come from a generator."""
    folder = tps(tmp_path, {"tests/1-01.out": POINTER})
    with pytest.raises(TaskDataError, match="1-01"):
        read_any_package(folder)
    assert read_any_package(folder, allow_missing=True).dropped == ("1-01",)


def test_a_pointer_of_git_lfs_is_no_test_of_an_ioi_package(tmp_path: Path) -> None:
    """It is missing, so that nothing is judged on it and its answer may be made anew."""
    folder = write_package(tmp_path)
    name = json.loads(next((folder / "subtasks").glob("*.json")).read_text())["testcases"][0]
    (folder / "tests" / f"{name}.out").write_text(POINTER)
    assert missing_tests(folder) == ((), (name,))
    with pytest.raises(TaskDataError, match=r"\.out is missing"):
        read_any_package(folder)
    assert read_any_package(folder, allow_missing=True).dropped == (name,)


def test_a_test_that_looks_like_a_pointer_only_further_on_is_a_test(tmp_path: Path) -> None:
    """Only what begins as a pointer is one."""
    folder = write(tmp_path / "sum", LEGACY, {"data/secret/2.in": f"1 {POINTER}"})
    assert read_any_package(folder).dropped == ()
