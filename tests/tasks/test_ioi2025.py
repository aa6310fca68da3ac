"""IOI 2025: its figures, and how its packages come in."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from harness.config import Settings
from harness.data import DataStore
from harness.errors import TaskDataError
from harness.tools import Workbench
from tasks.ioi.task import IOI2025
from tests.fakes.packages import FILES, cms_package


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


def unused_tools(tmp_path: Path) -> Workbench:
    """Tools whose judge is only made if a program has to run."""
    return Workbench(Settings(data=tmp_path, cache=tmp_path, slots=1))


def write_worldmap(folder: Path, **change: object) -> Path:
    """Write a package with worldmap's figures and one test a subtask."""
    points = (5, 10, 7, 8, 14, 56)
    files = {name: text for name, text in FILES.items() if not name.startswith("subtasks/")}
    manifest = json.loads(files["problem.json"])
    manifest |= {"code": "worldmap", "name": "World Map", "memory_limit": 2147483648} | change
    files["problem.json"] = json.dumps(manifest)
    files["subtasks/00-samples.json"] = json.dumps({"score": 0, "testcases": ["1-01"]})
    for number, score in enumerate(points, start=1):
        files[f"subtasks/0{number}-s.json"] = json.dumps({"score": score, "testcases": ["2-01"]})
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def test_the_contest_has_six_problems_of_a_hundred_points(store: DataStore) -> None:
    """Nothing is judged without packages, and nothing is lost: all six are left out by name."""
    contest = IOI2025().contest(store)
    assert contest.problems == ()
    assert {left.id for left in contest.left_out} == {
        "souvenirs",
        "triples",
        "worldmap",
        "festival",
        "migrations",
        "obstacles",
    }
    assert {left.max_points for left in contest.left_out} == {100.0}
    assert contest.total_points == 600.0
    assert contest.judged_points == 0.0


def test_the_contest_has_39_subtasks_and_the_published_lines(store: DataStore) -> None:
    """Subtasks, medal lines and the submission limit are those of the contest."""
    task = IOI2025()
    entries = task._file.problems
    assert sum(len(entry.subtasks) for entry in entries) == 39
    contest = task.contest(store)
    assert {line.medal: line.points for line in contest.cutoffs} == {
        "gold": 438.30,
        "silver": 338.01,
        "bronze": 252.00,
    }
    assert (contest.submission_limit, contest.rules) == (50, "ioi")


def test_a_package_comes_in(store: DataStore, tmp_path: Path) -> None:
    """A whole package is judged from then on; the others stay left out by name."""
    write_worldmap(tmp_path / "repo" / "day1" / "worldmap")
    found = IOI2025().add_data(store, tmp_path / "repo", unused_tools(tmp_path))
    assert {p.problem: p.ready for p in found}["worldmap"]
    assert sum(p.ready for p in found) == 1
    contest = IOI2025().contest(store)
    assert [p.id for p in contest.problems] == ["worldmap"]
    assert contest.judged_points == 100.0
    assert contest.total_points == 600.0


def test_a_package_comes_in_from_an_archive(store: DataStore, tmp_path: Path) -> None:
    """A zip archive of packages is as good as a folder."""
    folder = write_worldmap(tmp_path / "worldmap")
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        for place in folder.rglob("*"):
            archive.write(place, place.relative_to(tmp_path))
    IOI2025().add_data(store, tmp_path / "w.zip", unused_tools(tmp_path))
    assert [p.id for p in IOI2025().contest(store).problems] == ["worldmap"]


def test_a_fault_in_an_archive_names_the_archive(store: DataStore, tmp_path: Path) -> None:
    """An error says where the user's file is wrong, not where it was unpacked to."""
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        archive.writestr("a/problem.json", "{")
    with pytest.raises(TaskDataError) as caught:
        IOI2025().add_data(store, tmp_path / "w.zip", unused_tools(tmp_path))
    assert f"{tmp_path / 'w.zip'}/a/problem.json" in caught.value.message


def test_missing_inputs_leave_a_problem_out(store: DataStore, tmp_path: Path) -> None:
    """A package without its inputs is kept, but its problem is left out with the reason."""
    folder = write_worldmap(tmp_path / "worldmap")
    (folder / "tests" / "2-01.in").unlink()
    found = {p.problem: p for p in IOI2025().add_data(store, folder, unused_tools(tmp_path))}
    assert "1 test inputs, such as 2-01.in" in found["worldmap"].missing[0]
    left = {left.id: left.reason for left in IOI2025().contest(store).left_out}
    assert "lacks 1 test inputs" in left["worldmap"]


def test_a_package_that_is_not_whole_never_replaces_one(store: DataStore, tmp_path: Path) -> None:
    """A checkout without its inputs leaves the judged package as it was, and says so."""
    whole = write_worldmap(tmp_path / "whole")
    IOI2025().add_data(store, whole, unused_tools(tmp_path))
    before = IOI2025().contest(store)
    for part in ("inputs", "type"):
        folder = write_worldmap(tmp_path / part)
        if part == "inputs":
            (folder / "tests" / "2-01.in").unlink()
        else:
            (folder / "subtasks" / "06-s.json").write_text(
                '{"score": 56, "testcases": ["2-01"], "output_only": true}'
            )
        found = {p.problem: p for p in IOI2025().add_data(store, folder, unused_tools(tmp_path))}
        assert found["worldmap"].ready
        assert found["worldmap"].tests == 2
        assert "is not whole" in found["worldmap"].notes[0]
        assert "stays as it was" in found["worldmap"].notes[0]
        assert IOI2025().contest(store) == before


def test_a_problem_of_programs_and_outputs_comes_in(store: DataStore, tmp_path: Path) -> None:
    """Triples is ready with its answers, which no program can make, and left out without."""
    points = (8, 6, 10, 11, 16, 19, 5, 5, 5, 5, 5, 5)
    files = {
        f"subtasks/{n:02}.json": json.dumps(
            {"score": score, "testcases": ["1"], "output_optional": n > 6}
        )
        for n, score in enumerate(points, 1)
    }
    tests = {"tests/1.in": "\n", "tests/1.out": "\n"}
    cms_package(tmp_path / "in", "BatchAndOutput", {**files, **tests}, code="triples")
    (tmp_path / "in" / "tests" / "1.out").unlink()
    found = {
        p.problem: p for p in IOI2025().add_data(store, tmp_path / "in", unused_tools(tmp_path))
    }
    assert "1 test answers, such as 1.out" in found["triples"].missing[0]
    assert (
        "lacks 1 test answers"
        in {left.id: left.reason for left in IOI2025().contest(store).left_out}["triples"]
    )
    (tmp_path / "in" / "tests" / "1.out").write_text("\n")
    found = {
        p.problem: p for p in IOI2025().add_data(store, tmp_path / "in", unused_tools(tmp_path))
    }
    assert found["triples"].ready
    assert [p.max_points for p in IOI2025().contest(store).problems] == [100.0]


def test_a_whole_package_replaces_a_part(store: DataStore, tmp_path: Path) -> None:
    """What was missing can be brought in later."""
    part = write_worldmap(tmp_path / "part")
    (part / "tests" / "2-01.in").unlink()
    IOI2025().add_data(store, part, unused_tools(tmp_path))
    again = {p.problem: p for p in IOI2025().add_data(store, part, unused_tools(tmp_path))}
    assert not again["worldmap"].ready
    assert "lacks 1 test inputs" in again["worldmap"].missing[0]
    IOI2025().add_data(store, write_worldmap(tmp_path / "whole"), unused_tools(tmp_path))
    assert [p.id for p in IOI2025().contest(store).problems] == ["worldmap"]


def test_what_was_ready_stays_ready(store: DataStore, tmp_path: Path) -> None:
    """Adding one problem tells of the others how they stand in the store, damaged ones too."""
    write_worldmap(tmp_path / "in" / "worldmap")
    IOI2025().add_data(store, tmp_path / "in", unused_tools(tmp_path))
    other = write_worldmap(tmp_path / "festival", code="festival", memory_limit=1 << 31)
    for place in (other / "tests").glob("*.in"):
        place.unlink()
    found = {p.problem: p for p in IOI2025().add_data(store, other, unused_tools(tmp_path))}
    assert (found["worldmap"].ready, found["worldmap"].tests) == (True, 2)
    assert (found["festival"].ready, found["triples"].missing) == (False, ("no package found",))
    (store.folder("ioi2025", "worldmap") / "problem.json").write_text("{")
    found = {p.problem: p for p in IOI2025().add_data(store, other, unused_tools(tmp_path))}
    assert not found["worldmap"].ready
    assert "problem.json" in found["worldmap"].missing[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [({"time_limit": 2.0}, "time limit"), ({"memory_limit": 1 << 20}, "memory limit")],
)
def test_a_package_with_other_figures_is_refused(
    store: DataStore, tmp_path: Path, change: dict[str, object], said: str
) -> None:
    """A package whose limits are not the contest's would change scores: it does not come in."""
    write_worldmap(tmp_path / "worldmap", **change)
    with pytest.raises(TaskDataError, match=said):
        IOI2025().add_data(store, tmp_path, unused_tools(tmp_path))
    assert not store.has("ioi2025", "worldmap")


def test_a_refused_package_leaves_the_old_one(store: DataStore, tmp_path: Path) -> None:
    """What was in the data store stays when its replacement is no good."""
    write_worldmap(tmp_path / "good")
    IOI2025().add_data(store, tmp_path / "good", unused_tools(tmp_path))
    write_worldmap(tmp_path / "bad", time_limit=9.0)
    with pytest.raises(TaskDataError):
        IOI2025().add_data(store, tmp_path / "bad", unused_tools(tmp_path))
    assert [p.id for p in IOI2025().contest(store).problems] == ["worldmap"]
    assert [p.name for p in (store.root / "ioi2025").iterdir()] == ["worldmap"]


def test_two_packages_of_one_problem_are_not_guessed_between(
    store: DataStore, tmp_path: Path
) -> None:
    """Two packages of the same problem are an error that names both."""
    for name in ("a", "b"):
        write_worldmap(tmp_path / "in" / name)
    with pytest.raises(TaskDataError, match="both packages of worldmap"):
        IOI2025().add_data(store, tmp_path / "in", unused_tools(tmp_path))


def test_a_folder_without_packages_of_the_contest_is_an_error(
    store: DataStore, tmp_path: Path
) -> None:
    """A folder that holds other things says what it holds."""
    write_worldmap(tmp_path / "in" / "x", code="other")
    with pytest.raises(TaskDataError, match=r"it holds other"):
        IOI2025().add_data(store, tmp_path / "in", unused_tools(tmp_path))


def test_an_unwritable_store_is_named(tmp_path: Path) -> None:
    """A data store that cannot be written is an error that names it and HARNESS_DATA."""
    blocker = tmp_path / "file"
    blocker.write_text("")
    write_worldmap(tmp_path / "in" / "worldmap")
    with pytest.raises(TaskDataError) as caught:
        IOI2025().add_data(DataStore(blocker), tmp_path / "in", unused_tools(tmp_path))
    assert str(blocker) in caught.value.message
    assert "HARNESS_DATA" in caught.value.hint
