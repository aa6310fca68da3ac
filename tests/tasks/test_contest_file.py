"""A contest file that says something unknown is refused, not read as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TaskDataError, UnsupportedError
from harness.types import CodeBody, FeedbackLevel
from tasks.contest_file import in_languages, read_contest_file
from tasks.packages.cms import read_package
from tests.fakes.packages import write_package

FILE = Path(__file__).resolve().parents[2] / "tasks" / "ioi" / "2025" / "contest.toml"


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
    """Fewer languages are another problem; a package for others is not the contest's."""
    problem = read_package(write_package(tmp_path / "sum"))
    narrow = in_languages(problem, ("java", "cpp"))
    assert isinstance(narrow.body, CodeBody)
    assert narrow.body.languages == ("cpp",)
    assert narrow.hash == problem.hash, "a program gets the same verdict"
    assert in_languages(problem, ()) == problem
    with pytest.raises(TaskDataError, match="is for cpp, cpp17, cpp23; the contest is in java"):
        in_languages(problem, ("java",))
