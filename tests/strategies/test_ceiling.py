"""Everything handed in without a limit: a row that is labelled, and never ranked."""

from __future__ import annotations

from pathlib import Path

import msgspec

from harness.backend import Reply, Request
from harness.board import boards, row_facts
from harness.cli.table import board_table
from harness.plugins import load_strategy
from harness.rules import IOIRules
from harness.store import RunFolder
from harness.strategies.ceiling import HandInAll
from harness.strategies.filter_longest import FilterLongest
from harness.strategy import Strategy
from harness.types import CEILING, Contest, Cutoff, FeedbackLevel
from reports.build import build_report
from tests.fakes.scripted import ScriptedBackend, start_run
from tests.fakes.scripted_code import Played, code_contest, play_on, program


def limited() -> Contest:
    line = Cutoff(medal="gold", points=50.0)
    return msgspec.structs.replace(code_contest(limit=3), cutoffs=(line,))


def test_a_ceiling_hands_in_everything_and_takes_no_place(tmp_path: Path) -> None:
    """Past the limit, above who kept to it, without rank and medal, on table, JSON and page."""

    def say(request: Request) -> Reply:
        turn = request.turn
        return program(f"small={int(turn == 1)} large={int(turn == 8)} n={turn}")

    def played(strategy: Strategy, name: str) -> Played:
        backend = ScriptedBackend(say)
        with start_run(tmp_path / name, backend, limited(), strategy=name) as writer:
            return play_on(writer, backend, strategy)

    kept = played(FilterLongest(candidates=9), "filter-longest")
    all_of_it = played(HandInAll(candidates=9), CEILING)
    assert (len(kept.handed_in), kept.points) == (3, 40.0)
    assert (len(all_of_it.handed_in), all_of_it.points) == (9, 100.0)
    runs = [RunFolder(done.run.path) for done in (all_of_it, kept)]
    above, below = boards(runs)  # numbers of another kind never share a column
    assert [(row.mean_total, row.ranked) for row in (*above.rows, *below.rows)] == [
        (100.0, False),
        (40.0, True),
    ]
    assert [row_facts(board.rows[0])["kind"] for board in (above, below)] == ["ceiling", "model"]
    assert above.medal(above.rows[0]) is None
    assert "| bot (ceiling) |" in board_table(above)
    assert "| bot |" in board_table(below)
    page = build_report(runs, tmp_path / "report").read_text()
    assert "unlimited ceiling" in page


def test_the_name_of_the_strategy_is_what_takes_the_rank(tmp_path: Path) -> None:
    """The strategy by its entry point is the one whose name the run's spec asks about."""
    assert isinstance(load_strategy(CEILING, {}), HandInAll)
    assert IOIRules(None, FeedbackLevel.NONE).allows(1000, solved=False)
