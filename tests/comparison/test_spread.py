"""Who can be told apart, and how sure the points of one contestant are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from harness.board import Row, boards
from harness.comparison import gaps, score_interval, side_of, tiers, told_apart
from tests.reports.contests import answer_problem, ioi, people
from tests.reports.crowd import crowd_run
from tests.reports.runs import Did, write_run


def rows_of(place: Path, **shares: list[list[float]]) -> tuple[Row, ...]:
    """Return the rows of a board at three problems; of each contestant the shares, by problem."""
    names = ("p", "q", "r")
    did = {
        (who, name): [Did((share,)) for share in held]
        for who, each in shares.items()
        for name, held in zip(names, each, strict=True)
    }
    contest = ioi(*map(answer_problem, names))
    (board,) = boards([write_run(place, contest, did, people(*shares))])
    return board.rows


def test_those_whose_difference_can_be_chance_share_a_tier(tmp_path: Path) -> None:
    """Two that are close are in one tier, one that is far below opens another."""
    rows = rows_of(
        tmp_path / "r",
        best=[[1] * 8, [1] * 8, [1] * 7 + [0]],
        near=[[1] * 8, [1] * 7 + [0], [1] * 7 + [0]],
        far=[[0] * 8, [0] * 8, [1] + [0] * 7],
    )
    assert tiers(rows) == (1, 1, 2)
    assert told_apart(rows[0], rows[2])
    assert not told_apart(rows[0], rows[1])


def test_from_single_attempts_nobody_can_be_told_apart(tmp_path: Path) -> None:
    """All or nothing at three problems, once each, may be chance; no interval is made up for it."""
    rows = rows_of(tmp_path / "r", one=[[1], [1], [1]], other=[[0], [0], [0]])
    assert tiers(rows) == (1, 1)
    assert score_interval(rows[0]) is None
    assert tiers(()) == ()


def test_the_interval_holds_the_mean_and_stays_within_the_points(tmp_path: Path) -> None:
    """Even of ten right answers of ten it is no certainty, and no more than all points."""
    full, mixed = rows_of(
        tmp_path / "r",
        full=[[1] * 10] * 3,
        mixed=[[1, 0] * 5, [1] * 10, [0] * 10],
    )
    low, high = score_interval(full) or (0.0, 0.0)
    assert 20 < low < 30
    assert high == 30
    low, high = score_interval(mixed) or (0.0, 0.0)
    assert 0 <= low < 15 < high <= 30


@pytest.mark.long
@pytest.mark.parametrize("size", [3, 16])
def test_the_interval_holds_the_truth_as_often_as_it_says(tmp_path: Path, size: int) -> None:
    """Of contestants that solve with known probabilities, 95 of 100 intervals hold the mean."""
    drawn = random.Random(7)
    chances = (0.8, 0.5, 0.1)
    shares = {
        f"m{n}": [[float(drawn.random() < p) for _ in range(size)] for p in chances]
        for n in range(100)
    }
    held = [score_interval(row) for row in rows_of(tmp_path / "r", **shares)]
    assert sum(low <= 14 <= high for low, high in filter(None, held)) >= 92


def test_the_gaps_add_up(tmp_path: Path) -> None:
    """The difference over all problems is the sum of those of each, and lies in its interval."""
    base = side_of(crowd_run(tmp_path / "a", contestants=1, problems=4, attempts=5))
    new = side_of(crowd_run(tmp_path / "b", contestants=1, problems=4, attempts=5, better=2))
    whole, *each = gaps(base, new)
    assert whole.problem == ""
    assert whole.difference == pytest.approx(sum(gap.difference for gap in each))
    assert all(gap.low <= gap.difference <= gap.high for gap in (whole, *each))
