"""What the terminal says of a run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from harness.board import boards
from harness.cli.manifest import limited, run_id
from harness.cli.outcome import finish
from harness.cli.parser import parse
from harness.cli.progress import duration, sentence
from harness.cli.table import board_table, number, shown
from harness.errors import Interrupted
from harness.meter import Meter
from harness.store import RunFolder
from harness.types import LeftOut
from tests.fakes.scripted import (
    ScriptedBackend,
    contest,
    problem,
    run_all,
    says,
    start_run,
)


def test_progress_says_what_is_done_and_what_is_left() -> None:
    """Done, void, judged, tokens a second and the time left are in one line."""
    meter = Meter(planned=10, before=2, ended=4, void=1, judged=3, generated=4, tokens=5000)
    meter.started -= 20
    line = sentence(meter)
    for words in (
        "4/10 attempts",
        "2 from before",
        "1 void",
        "3 submissions judged",
        "250 tokens/s",
    ):
        assert words in line
    assert "about 30 s left" in line


def test_progress_does_not_guess_before_the_first_end() -> None:
    """Without a finished attempt there is no estimate."""
    assert "left" not in sentence(Meter(planned=10))


def test_lengths_of_time_are_said_as_people_say_them() -> None:
    """Seconds, minutes and hours, each in its range."""
    assert [duration(s) for s in (4, 89, 600, 7200)] == ["4 s", "89 s", "10 min", "2.0 h"]


def test_numbers_lose_their_trailing_zeros() -> None:
    """Points have at most two decimals and no more digits than they need."""
    assert [number(v) for v in (0.0, 100.0, 439.28, 12.5)] == ["0", "100", "439.28", "12.5"]


def test_the_table_says_of_how_many_points_it_is(tmp_path: Path) -> None:
    """What was left out is named under the table, and the heading counts judged points only."""
    left = LeftOut(id="three", title="Three", max_points=30.0, reason="no tests here")
    of = contest(problem("one"), problem("two"))
    of = type(of)(**{f: getattr(of, f) for f in of.__struct_fields__} | {"left_out": (left,)})
    with start_run(tmp_path / "run", ScriptedBackend(lambda _: says("7"), ("a|b",)), of) as writer:
        run_all(writer, ScriptedBackend(lambda _: says("7"), ("a|b",)))
        (board,) = boards([writer])
    table = board_table(board)
    assert "points of 20" in table
    assert "| a\\|b | 10 | 10 | 100.0 (2 of 3 problems) | 20 | 2 of 2 | 0 |" in table
    assert "Judged: 20 of 50 points" in table
    assert "- three (30 points): no tests here" in table


def test_a_limited_contest_names_what_it_lacks() -> None:
    """Problems beyond --limit are left out by name, not forgotten."""
    small = limited(contest(), 1)
    assert [p.id for p in small.problems] == ["one"]
    assert [(left.id, left.reason) for left in small.left_out] == [("two", "--limit 1")]
    assert small.total_points == contest().total_points


def test_run_ids_are_file_names() -> None:
    """A model's name with slashes gives a folder name, and no two runs share it."""
    backend = ScriptedBackend(lambda _: says("7"), ("org/some model:v2",))
    first, second = (run_id("demo", backend) for _ in range(2))
    assert first != second
    assert "/" not in first
    assert "some-model-v2" in first


def test_stopping_while_the_report_is_written_names_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The results are whole by then: only the report has to be written again."""
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "a run", backend) as writer:
        run_all(writer, backend)

    def stopped(*given: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr("reports.build.build_report", stopped)
    args = parse(["run", "--task", "scripted"], {})
    with pytest.raises(Interrupted) as caught:
        finish(args, [RunFolder(tmp_path / "a run")])
    run = f"'{tmp_path}/a run'"
    assert f"`harness report {run} -o '{tmp_path}/a run/report'`" in caught.value.hint


def test_a_table_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Reasons and notes come from packages; they are shown without control characters."""
    left = LeftOut(id="three", title="Three", max_points=30.0, reason="no \x1b[2J")
    of = msgspec.structs.replace(contest(), left_out=(left,), notes=("made by \x1b[2J",))
    with start_run(tmp_path / "run", ScriptedBackend(lambda _: says("7")), of) as writer:
        (board,) = boards([writer])
    assert "\x1b" not in board_table(board)
    assert "- note: made by \ufffd[2J" in board_table(board)


def test_a_name_cannot_steer_the_terminal() -> None:
    """Control characters and line breaks of a name are shown as such, and a long one is cut."""
    assert shown("a\x1b[2Jb\nc") == "a\ufffd[2Jb\ufffdc"
    assert len(shown("x" * 500)) == 60
