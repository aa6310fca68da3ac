"""Published scores come out of the rules from the subtask outcomes that they must be made of."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.rules import IOIRules
from harness.types import FeedbackLevel, Grade, SubtaskScore, Verdict
from tasks.contest_file import read_contest_file
from tests.reports.contests import code_problem

FILE = read_contest_file(
    Path(__file__).resolve().parents[2] / "tasks" / "ioi" / "2025" / "contest.toml"
)
RULES = IOIRules(50, FeedbackLevel.OI_RESTRICTED)


def grade(points: tuple[float, ...], scores: tuple[float, ...]) -> Grade:
    """Return a submission's grade: of each subtask its score from 0 to 1."""
    subtasks = tuple(
        SubtaskScore(name=str(n), points=most * score, max_points=most)
        for n, (most, score) in enumerate(zip(points, scores, strict=True), start=1)
    )
    total = sum(s.points for s in subtasks)
    return Grade(
        submission="s",
        attempt="a",
        judge="j",
        verdict=Verdict.PAC if total else Verdict.WA,
        points=total,
        max_points=100,
        subtasks=subtasks,
    )


PUBLISHED = {
    # Nemotron-Cascade 2 (arXiv 2603.19220, table 2), each from two submissions that differ.
    "souvenirs": ((1, 1, 1, 0, 0, 0), (1, 1, 0, 1, 0, 0), 39.0),
    "worldmap": ((1, 1, 1, 1, 1, 0.5), (0, 0, 0, 1, 1, 1), 100.0),
    "festival": ((1, 1, 1, 1, 1, 1, 0), (0, 0, 0, 0, 0, 0, 1), 100.0),
    "migrations": ((1 / 3, 0), (0, 18.75 / 70), 28.75),
    "obstacles": ((1, 1, 1, 1, 0, 0), (0, 1, 1, 1, 1, 0), 83.0),
    # Part I in full; part II is 5 x T/K for each of six outputs: here three of them, and 0.706.
    "triples": ((1,) * 6 + (1, 1, 1, 0, 0, 0), (0,) * 8 + (0.5, 0.706, 0, 0), 88.53),
}
"""Of each problem: two submissions' scores by subtask, and the points they come to."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_score_is_reached(name: str) -> None:
    """The points of a paper come out of its subtasks, whatever order they were handed in."""
    first, second, points = PUBLISHED[name]
    entry = next(entry for entry in FILE.problems if entry.id == name)
    problem = code_problem(name, entry.subtasks)
    handed_in = [grade(entry.subtasks, first), grade(entry.subtasks, second)]
    assert RULES.score(problem, handed_in).points == points
    assert RULES.score(problem, handed_in[::-1]).points == points


def test_the_published_total_is_0_98_above_gold() -> None:
    """439.28 is the sum, gold, and only 0.98 points above its line."""
    total = sum(points for _, _, points in PUBLISHED.values())
    assert round(total, 2) == 439.28
    assert round(total - FILE.cutoffs[0].points, 2) == 0.98


def test_worldmap_is_72_with_half_of_its_last_subtask() -> None:
    """44 points of the first five subtasks, and 56 x 0.5."""
    points = FILE.problems[2].subtasks
    problem = code_problem("worldmap", points)
    assert RULES.score(problem, [grade(points, (1, 1, 1, 1, 1, 0.5))]).points == 72


def test_a_subtask_is_rounded_before_the_best_is_taken() -> None:
    """As CMS stores it: thirds of two subtasks are 3.33 + 3.33, not 6.67."""
    problem = code_problem("p", (10, 10))
    assert RULES.score(problem, [grade((10, 10), (1 / 3, 1 / 3))]).points == 6.66


shares = st.tuples(*(st.sampled_from([0.0, 0.25, 0.5, 1.0]) for _ in range(3)))


@given(st.lists(shares, min_size=45, max_size=70))
def test_no_sequence_counts_more_than_fifty_submissions(
    submissions: list[tuple[float, float, float]],
) -> None:
    """The 51st is refused, and whatever it would have brought counts nothing."""
    problem = code_problem("p")
    grades = [grade((10, 30, 60), each) for each in submissions]
    allowed: list[Grade] = []
    while RULES.allows(len(allowed), solved=False) and len(allowed) < len(grades):
        allowed.append(grades[len(allowed)])
    assert len(allowed) == min(len(grades), 50)
    assert RULES.score(problem, grades) == RULES.score(problem, allowed)
    nothing = [grade((10, 30, 60), (0, 0, 0))] * 50
    assert RULES.score(problem, nothing + grades).points == 0
