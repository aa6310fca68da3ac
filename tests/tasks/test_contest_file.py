"""A contest file that says something unknown is refused, not read as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import TaskDataError
from harness.types import FeedbackLevel
from tasks.contest_file import read_contest_file

FILE = Path(__file__).resolve().parents[2] / "tasks" / "ioi" / "2025" / "contest.toml"


def test_the_level_of_feedback_is_one_that_exists(tmp_path: Path) -> None:
    """A misspelt level would show a contestant more than the contest did."""
    assert read_contest_file(FILE).feedback is FeedbackLevel.OI_RESTRICTED
    place = tmp_path / "contest.toml"
    place.write_text(FILE.read_text().replace('"oi_restricted"', '"verdicts"'))
    with pytest.raises(TaskDataError, match=r"contest\.toml.*'verdicts'.*feedback"):
        read_contest_file(place)
