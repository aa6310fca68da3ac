"""A contest file that says something unknown is refused, not read as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.medals import lines_of, medal_at, place
from harness.rules import RULES, rules_of
from harness.types import CodeBody, Contest, FeedbackLevel
from tasks.assemble import assemble
from tasks.contest_file import in_languages, read_contest_file
from tasks.packages.cms import read_package
from tests.fakes.packages import write_package

TASKS = Path(__file__).resolve().parents[2] / "tasks"
FILE = TASKS / "ioi" / "2025" / "contest.toml"
FILES = sorted(TASKS.rglob("contest.toml"))


def contest(name: str) -> Contest:
    """Return a contest without any of its packages."""
    return assemble(read_contest_file(TASKS / name), lambda _: TASKS / "no-such-folder", "")


@pytest.mark.parametrize("place", FILES, ids=[f"{p.parent.parent.name}" for p in FILES])
def test_every_figure_has_a_source(place: Path) -> None:
    """Medal lines, places, human marks and problems say where they come from; rules exist."""
    file = read_contest_file(place)
    assert file.rules in RULES
    assert file.sources
    for item in (*file.cutoffs, *file.medal_places, *file.problems):
        assert item.source
    if file.humans is not None:
        assert file.humans.source
        assert all(mark.source for mark in file.humans.marks)
        assert all(mark.contestants <= file.humans.contestants for mark in file.humans.marks)


@pytest.mark.parametrize(
    ("name", "points", "problems"),
    [
        ("ioi/2024", 600, 6),
        ("ioi/2025", 600, 6),
        ("icpc/2025", 12, 12),
        ("imo/2025", 42, 6),
    ],
)
def test_a_contest_without_data_leaves_its_problems_out_by_name(
    name: str, points: float, problems: int
) -> None:
    """Every problem is named with its reason, and the points add up to the contest's."""
    found = contest(f"{name}/contest.toml")
    assert (found.total_points, len(found.left_out)) == (points, problems)
    assert all(left.reason for left in found.left_out)
    assert rules_of(found)


@pytest.mark.parametrize(
    ("name", "points", "medal", "expected"),
    [
        ("ioi/2025", 439.28, "gold", (6, 335)),
        ("ioi/2025", 438.29, "silver", (6, 335)),
        ("ioi/2025", 343.37, "silver", (6, 335)),
        ("ioi/2025", 251.99, None, (6, 335)),
        ("ioi/2025", 533.29, "gold", (6, 335)),
        ("ioi/2025", 600, "gold", (1, 2)),
        ("ioi/2024", 395.64, None, None),
        ("imo/2025", 35, "gold", None),
        ("imo/2025", 34, "silver", None),
        ("imo/2025", 18, None, None),
        ("icpc/2025", 12, "gold", (1, 1)),
        ("icpc/2025", 11, "gold", (1, 2)),
        ("icpc/2025", 10, None, (2, 140)),
    ],
)
def test_published_results_have_the_medals_that_were_claimed(
    name: str, points: float, medal: str | None, expected: tuple[int, int] | None
) -> None:
    """Published totals at the official lines, and nothing said where no line is known."""
    found = contest(f"{name}/contest.toml")
    assert medal_at(lines_of(found), points) == medal
    assert (place(found.humans, points) if found.humans else None) == expected


def test_the_level_of_feedback_is_one_that_exists(tmp_path: Path) -> None:
    """A misspelt level would show a contestant more than the contest did."""
    assert read_contest_file(FILE).feedback is FeedbackLevel.OI_RESTRICTED
    place = tmp_path / "contest.toml"
    place.write_text(FILE.read_text().replace('"oi_restricted"', '"verdicts"'))
    with pytest.raises(TaskDataError, match=r"contest\.toml.*'verdicts'.*feedback"):
        read_contest_file(place)


def test_the_languages_of_a_contest_are_those_that_are_judged(tmp_path: Path) -> None:
    """The IOI had one; a language that nobody knows is refused when the file is read."""
    assert read_contest_file(FILE).languages == ("cpp",)
    place = tmp_path / "contest.toml"
    place.write_text(FILE.read_text().replace('["cpp"]', '["cpp", "cobol"]'))
    with pytest.raises(UnsupportedError, match="'cobol' is not judged"):
        read_contest_file(place)


def test_a_problem_is_in_the_languages_of_package_and_contest(tmp_path: Path) -> None:
    """Fewer languages are the same problem in another contest; other ones are no part of it."""
    problem = read_package(write_package(tmp_path / "sum"))
    narrow = in_languages(problem, ("java", "cpp"))
    assert isinstance(narrow.body, CodeBody)
    assert narrow.body.languages == ("cpp",)
    assert narrow.hash == problem.hash, "a program gets the same verdict"
    assert in_languages(problem, ()) == problem
    with pytest.raises(TaskDataError, match="is for cpp, cpp17, cpp23; the contest is in java"):
        in_languages(problem, ("java",))
