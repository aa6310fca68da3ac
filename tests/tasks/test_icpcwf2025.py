"""ICPC World Finals 2025: how its packages come in, and what is asked and handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config import Settings
from harness.data import DataStore
from harness.errors import TaskDataError
from harness.tools import Workbench
from harness.types import CodeBody
from tasks.icpc.task import ICPCWF2025
from tests.fakes.kattis import LEGACY, write


@pytest.fixture
def store(tmp_path: Path) -> DataStore:
    return DataStore(tmp_path / "data")


def add(store: DataStore, folder: Path) -> dict[str, tuple[bool, tuple[str, ...]]]:
    """Add packages with tools that no program needs; return who is ready, or what is missing."""
    tools = Workbench(Settings(data=store.root, cache=store.root, slots=1))
    return {
        found.problem: (found.ready, found.missing)
        for found in ICPCWF2025().add_data(store, folder, tools)
    }


def named(title: str) -> dict[str, str]:
    return {"problem.yaml": f"name: {title}\nvalidation: default\n"}


def test_the_contest_has_twelve_problems_of_one_point(store: DataStore) -> None:
    """Without packages all twelve, A to L, are left out by name."""
    contest = ICPCWF2025().contest(store)
    assert "".join(left.id for left in contest.left_out) == "ABCDEFGHIJKL"
    assert (contest.rules, contest.submission_limit, contest.total_points) == ("icpc", None, 12)


def test_packages_are_known_by_their_titles_or_their_letters(
    store: DataStore, tmp_path: Path
) -> None:
    """However a folder is named, its problem gets its letter; titles need not be exact."""
    write(tmp_path / "in" / "lavamoat", LEGACY, named("Lava Moat"))
    write(tmp_path / "in" / "x" / "askewed", LEGACY, named("A-Skewed Reasoning"))
    write(tmp_path / "in" / "K", LEGACY, named("Anything"))
    found = add(store, tmp_path / "in")
    assert [name for name, (ready, _) in found.items() if ready] == ["A", "G", "K"]
    contest = ICPCWF2025().contest(store)
    assert [(p.id, p.max_points) for p in contest.problems] == [("A", 1), ("G", 1), ("K", 1)]
    body = contest.problems[0].body
    assert isinstance(body, CodeBody)
    assert body.languages == ("c", "cpp", "java", "kotlin", "pypy3")


def test_a_model_is_asked_for_a_program_with_the_package_s_statement(
    store: DataStore, tmp_path: Path
) -> None:
    """The prompt holds limits and statement; where a package has none, statement.md stands in."""
    write(tmp_path / "in" / "K", LEGACY)
    mute = {"problem_statement/problem.en.tex": None, "statement.md": "Find the treasure."}
    write(tmp_path / "in" / "L", LEGACY, mute)
    add(store, tmp_path / "in")
    task = ICPCWF2025()
    said = [
        task.prompt(problem, "cpp").messages[0].content for problem in task.contest(store).problems
    ]
    assert "\\problemname{Sum}" in said[0]
    assert "1.5 s" in said[0]
    assert "Find the treasure." in said[1]


def test_a_package_without_all_its_tests_is_left_out(store: DataStore, tmp_path: Path) -> None:
    """What is missing is named, and a whole package is never replaced by a part."""
    part = write(tmp_path / "part" / "K", LEGACY, {"data/secret/2.ans": None})
    assert add(store, part.parent)["K"] == (False, ("1 tests, such as secret/2",))
    left = {left.id: left.reason for left in ICPCWF2025().contest(store).left_out}
    assert left["K"] == "its package lacks 1 tests, such as secret/2"
    add(store, write(tmp_path / "whole" / "K", LEGACY).parent)
    assert add(store, part.parent)["K"] == (True, ())
    assert [p.id for p in ICPCWF2025().contest(store).problems] == ["K"]


def test_an_open_time_limit_leaves_a_problem_out_until_it_is_measured(
    store: DataStore, tmp_path: Path
) -> None:
    """A package that says no limit names the command that measures one."""
    write(tmp_path / "in" / "K", LEGACY, {".timelimit": None})
    ready, missing = add(store, tmp_path / "in")["K"]
    assert not ready
    assert "no time limit (`harness selftest icpcwf2025/K`" in missing[0]


def test_a_scored_package_is_not_the_contest_s(store: DataStore, tmp_path: Path) -> None:
    """A problem of the World Finals is accepted or not; other points are refused."""
    points = {"problem.yaml": "name: Sum\ntype: scoring\n", "data/testdata.yaml": "range: 0 100\n"}
    write(tmp_path / "in" / "K", LEGACY, points)
    with pytest.raises(TaskDataError, match="subtask points"):
        add(store, tmp_path / "in")


def test_other_packages_are_named(store: DataStore, tmp_path: Path) -> None:
    """A folder that holds no problem of the contest says what it holds."""
    write(tmp_path / "in" / "other", LEGACY)
    with pytest.raises(TaskDataError, match="it holds other"):
        add(store, tmp_path / "in")
