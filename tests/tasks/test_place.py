"""A package is never where a submission could read its answers while it is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.data import DataStore
from harness.errors import TaskDataError
from sandbox.embedded import COMPILERS
from tasks.demo import task as demo
from tasks.packages import cms, kattis, tps
from tasks.packages.place import check_place
from tests.fakes.packages import write_package

SHOWN = [str(place) for name in COMPILERS for place in Path("/").glob(name) if place.is_dir()]


@pytest.mark.parametrize("name", SHOWN)
def test_a_package_among_the_compilers_is_refused(name: str, tmp_path: Path) -> None:
    """A folder under what compilers see is refused, by its own name and through a link."""
    real = Path(name).resolve()
    with pytest.raises(TaskDataError, match="can read while they are compiled") as caught:
        cms.read_package(Path(name, "absent"))
    assert str(real) in caught.value.message
    assert "HARNESS_DATA" in caught.value.hint
    (tmp_path / "link").symlink_to(real)
    for read in (cms.read_package, kattis.read_package, tps.open_package):
        with pytest.raises(TaskDataError, match="can read while they are compiled"):
            read(tmp_path / "link")


def test_any_other_place_is_as_good_as_another(tmp_path: Path) -> None:
    """A package of the user's own folders is read, and so is a neighbour in name only."""
    cms.read_package(write_package(tmp_path / "usr" / "sum"))
    check_place(Path("/usr-data/sum"))


def test_what_is_published_with_the_program_may_be_installed_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demonstration is judged where the program is installed for the whole machine."""
    above = Path(demo.__file__).resolve().parents[2]
    monkeypatch.setattr("tasks.packages.place.COMPILERS", (str(above).removeprefix("/"),))
    with pytest.raises(TaskDataError):
        check_place(above / "elsewhere")
    assert len(demo.Demo().contest(DataStore(tmp_path)).problems) == 3
