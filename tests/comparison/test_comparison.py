"""What two runs differ in: scores, verdicts, settings, and whether they may be compared."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.board import rows
from harness.comparison import Metric, Side, Turn, compared, obstacles, side_of
from harness.errors import CorruptLog, UsageError
from harness.stats.paired import Unit
from harness.store import LOG, RunFolder
from harness.types import Sampling
from tests.fakes.right_and_wrong import run_of, side
from tests.fakes.scripted import contest, problem


@pytest.fixture
def two(tmp_path: Path) -> tuple[Side, Side]:
    base = side(tmp_path / "base", {"a": "1111", "b": "1100", "c": "0000", "d": "11--"})
    new = side(tmp_path / "new", {"a": "0000", "b": "1100", "c": "0001", "d": "----"})
    return base, new


def test_the_difference_is_that_of_means_over_problems_judged_on_both_sides(
    two: tuple[Side, Side],
) -> None:
    """A problem that one side has no judged attempt at is in no number, and is counted."""
    found = compared(*two)
    assert found.effect is not None
    assert found.effect.difference == pytest.approx((-1 + 0 + 0.25) / 3)
    assert found.effect.low <= found.effect.difference <= found.effect.high
    assert (found.problems, found.points) == (3, 30.0)
    assert found.unjudged == ((2, 16), (4, 16))
    assert {turn: [c.problem for c in found.turned(turn)] for turn in Turn} == {
        Turn.GAINED: ["c"],
        Turn.LOST: ["a"],
        Turn.SAME: ["b"],
        Turn.UNJUDGED: ["d"],
    }


def test_bounds_take_what_was_not_judged_as_nothing_or_all(two: tuple[Side, Side]) -> None:
    """The worst case has base's missing attempts right and new's wrong; the best the other way."""
    effect = compared(*two).effect
    assert effect is not None
    assert effect.bounds == pytest.approx(((-1 + 0.25 - 1) / 4, (-1 + 0.25 + 0.5) / 4))
    low, high = effect.bounds
    assert low <= high


def test_a_change_beyond_chance_is_told_from_noise(two: tuple[Side, Side]) -> None:
    """Four of four against none of four is 2 of 70 by itself, and not enough among three."""
    chances = {change.problem: change.chance for change in compared(*two).changes}
    assert chances["a"] == pytest.approx(3 * 2 / 70)
    assert chances["b"] == chances["c"] == 1.0
    assert chances["d"] is None


def test_verdicts_flow_over_all_pairs_of_attempts(two: tuple[Side, Side]) -> None:
    """No attempt belongs to another, so each problem is spread over all pairs; it counts one."""
    flow = {(each.base, each.new): each.problems for each in compared(*two).flow}
    assert flow == pytest.approx(
        {("AC", "AC"): 0.25, ("AC", "WA"): 1.25, ("WA", "AC"): 0.5, ("WA", "WA"): 1.0}
    )
    assert sum(flow.values()) == pytest.approx(3)


def test_tokens_are_of_judged_attempts(two: tuple[Side, Side]) -> None:
    """What was never generated makes no answer shorter."""
    costs = {cost.name: cost for cost in compared(*two).costs}
    assert costs["tokens written"].base == costs["tokens written"].new == 3.0
    assert costs["tokens written"].ratio == 1.0
    assert costs["answers cut off (share)"].new == 0.0


def test_points_weigh(tmp_path: Path) -> None:
    """A problem of three times the points counts three times."""
    of = contest(problem("a", points=30.0), problem("b"))
    base = side(tmp_path / "base", {"a": "11", "b": "11"}, of=of)
    new = side(tmp_path / "new", {"a": "00", "b": "11"}, of=of)
    effect = compared(base, new).effect
    assert effect is not None
    assert effect.difference == pytest.approx(-0.75)


def test_solved_counts_full_points_only(tmp_path: Path) -> None:
    """Of pass-or-fail answers both metrics are one number."""
    base = side(tmp_path / "base", {"a": "10", "b": "11"})
    new = side(tmp_path / "new", {"a": "00", "b": "11"})
    score, solved = (compared(base, new, metric=metric).effect for metric in Metric)
    assert score is not None
    assert score == solved


def test_nothing_shown_where_nothing_can_be(tmp_path: Path) -> None:
    """One attempt at four problems, all lost: the smallest p there is, and it shows nothing."""
    names = "abcd"
    base = side(tmp_path / "base", dict.fromkeys(names, "1"))
    new = side(tmp_path / "new", dict.fromkeys(names, "0"))
    for unit in Unit:
        found = compared(base, new, unit=unit)
        assert found.effect is not None
        assert found.effect.chance == found.effect.least == 0.125
        assert not found.shown


def test_a_clear_difference_is_shown(tmp_path: Path) -> None:
    base = side(tmp_path / "base", dict.fromkeys("abcdef", "1" * 8))
    new = side(tmp_path / "new", dict.fromkeys("abcdef", "0" * 8))
    assert compared(base, new).shown
    assert compared(new, base).shown


def test_runs_alike_may_be_compared(two: tuple[Side, Side]) -> None:
    assert obstacles(*two) == ()
    assert compared(*two).obstacles == ()


def test_other_data_forbid_a_comparison_and_say_which(tmp_path: Path) -> None:
    """A problem more, or another answer to one, is told by name."""
    base = side(tmp_path / "base", {"a": "1", "b": "1"}, of=contest(problem("a"), problem("b")))
    other = contest(problem("a"), msgspec.structs.replace(problem("b"), hash="changed"))
    other = msgspec.structs.replace(other, hash="another")
    new = side(tmp_path / "new", {"a": "1", "b": "1"}, of=other)
    assert obstacles(base, new) == ("data (other tests or answers of b)",)
    less = msgspec.structs.replace(contest(problem("a")), hash="less")
    short = side(tmp_path / "short", {"a": "1"}, of=less)
    assert obstacles(base, short) == ("data (only one of them has b)",)


def test_another_method_forbids_a_comparison(tmp_path: Path) -> None:
    """A temperature or a system prompt makes other numbers, and both values are told."""
    base = side(tmp_path / "base", {"a": "1"})
    new = side(tmp_path / "new", {"a": "1"}, system="Think.", sampling=Sampling(temperature=0.5))
    found = obstacles(base, new)
    assert [each.partition(" ")[0] for each in found] == ["protocol", "sampling"]
    assert "temperature 0.5" in found[1]
    settings = {each.name: (each.base, each.new) for each in compared(base, new).settings}
    assert settings == {
        "system": ("", "Think."),
        "sampling: temperature": ("1.0", "0.5"),
    }


def test_how_many_attempts_were_made_is_told_and_forbids_nothing(tmp_path: Path) -> None:
    base = side(tmp_path / "base", {"a": "1"})
    new = side(tmp_path / "new", {"a": "11"})
    found = compared(base, new)
    assert not found.obstacles
    assert [(each.name, each.base, each.new) for each in found.settings] == [("attempts", "1", "2")]


def test_of_several_contestants_one_must_be_named(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", {"a": "1"}, contestants=("x", "y"))
    with pytest.raises(UsageError, match="2 contestants: x, y"):
        side_of(run)
    with pytest.raises(UsageError, match="no contestant 'z'"):
        side_of(run, "z")
    assert side_of(run, "y").title == "y"


def test_a_log_that_was_cut_off_is_no_smaller_run(tmp_path: Path) -> None:
    """Half a copy of a finished run is refused, not compared by the attempts that came over."""
    run = run_of(tmp_path / "run", {"a": "1111", "b": "0000"})
    log = run.path / LOG
    lines = log.read_bytes().splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if b'"type":"attempt",' in line]
    assert len(starts) == 8
    log.write_bytes(b"".join(lines[: starts[-1]]))
    with pytest.raises(CorruptLog, match=r"has 7 of 8 attempts of a run that was finished"):
        rows(RunFolder(run.path))
    log.unlink()
    with pytest.raises(CorruptLog, match="has 0 of 8 attempts"):
        side_of(RunFolder(run.path))
