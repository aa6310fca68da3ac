"""What is left out of a contest makes it another contest, with a board of its own."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from harness.board import boards
from harness.cli.manifest import limited, with_statements
from harness.data import DataStore
from harness.store import RunFolder
from harness.types import Contest
from reports.build import build_report
from tasks.demo.task import Demo
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run

WHOLE = contest(problem("one"), problem("two")).sealed()


def finished(place: Path, of: Contest) -> RunFolder:
    """Run a contest in which every answer is right."""
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(place, backend, of) as writer:
        run_all(writer, backend)
    return RunFolder(place)


@pytest.mark.parametrize("order", [("whole", "part"), ("part", "whole")])
def test_a_limited_run_has_a_board_of_its_own(order: tuple[str, str], tmp_path: Path) -> None:
    """Runs of all and of the first problems stand in one report, and never on one board."""
    runs = {
        "whole": finished(tmp_path / "whole", WHOLE),
        "part": finished(tmp_path / "part", limited(WHOLE, 1)),
    }
    named = [runs[name] for name in order]
    assert {
        board.rows[0].run: (len(board.rows), board.rows[0].mean_total, board.contest.judged_points)
        for board in boards(named)
    } == {"whole": (1, 20.0, 20.0), "part": (1, 10.0, 10.0)}
    build_report(named, tmp_path / "site")
    told = json.loads((tmp_path / "site" / "report.json").read_text())
    assert [len(board["rows"]) for board in told["boards"]] == [1, 1]


def test_a_problem_without_a_statement_makes_another_contest() -> None:
    """A contest of which a model was asked only a part is not the whole contest."""
    mute = msgspec.structs.replace(problem("two"), statement=" ")
    whole = contest(problem("one"), mute).sealed()
    asked = with_statements(whole, ScriptedBackend(lambda _: says("7")))
    assert [p.id for p in asked.problems] == ["one"]
    assert [left.id for left in asked.left_out] == ["two"]
    assert asked.hash != whole.hash
    assert asked.hash == contest(problem("one")).sealed().hash


def test_a_limit_that_leaves_nothing_out_changes_nothing(tmp_path: Path) -> None:
    """The contest a task makes is sealed the same way as one of which a part is left out."""
    demo = Demo().contest(DataStore(tmp_path))
    assert limited(demo, None) == limited(demo, 99) == demo
    assert demo.hash == demo.sealed().hash != limited(demo, 2).hash
