"""The scoreboard's numbers are the attempts', and a missing number is not a zero."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.backend import NotGenerated
from harness.board import Cell, ContestBoard, Row, Try, boards
from harness.cli.table import board_table
from harness.identity import Identity
from harness.store import RunFolder
from harness.types import (
    AttemptEnd,
    AttemptStatus,
    Contestant,
    Cutoff,
    LeftOut,
)
from tests.fakes.scripted import ScriptedBackend, contest, problem, run_all, says, start_run


def end(points: float | None, status: AttemptStatus = AttemptStatus.DONE) -> AttemptEnd:
    return AttemptEnd(attempt="a", status=status, points=points, max_points=10)


def cell(*ends: AttemptEnd | None, name: str = "one") -> Cell:
    tries = tuple(Try(sample=i, attempt=str(i), end=e) for i, e in enumerate(ends))
    return Cell(problem=problem(name), tries=tries)


def row(*cells: Cell, kind: str = "model") -> Row:
    return Row(contestant=Contestant(id="m", title="m", kind=kind), run="r", cells=cells)


NOBODY = Identity(protocol="p", data="d", judge="j", sampling="s", code="c")
VOID = end(None, AttemptStatus.VOID)
EMPTY = end(None, AttemptStatus.EMPTY)


@given(st.lists(st.floats(min_value=0, max_value=10), min_size=1, max_size=9))
def test_the_mean_never_exceeds_the_best(points: list[float]) -> None:
    """Best-of is at least the mean, and both lie among the attempts' points."""
    found = cell(*(end(value) for value in points))
    assert found.best_points == max(points)
    assert found.mean_points is not None
    assert min(points) - 1e-9 <= found.mean_points <= max(points) + 1e-9


def test_what_a_void_attempt_generated_was_spent() -> None:
    """A budget is used up by what was asked for, whatever became of the attempt."""
    tries = [msgspec.structs.replace(each, generated=3) for each in cell(end(4.0), VOID).tries]
    assert row(msgspec.structs.replace(cell(), tries=tuple(tries))).spent == 6


def test_void_and_empty_attempts_enter_no_number() -> None:
    """Lost and never generated attempts are counted but change neither mean nor best."""
    found = row(cell(end(4.0), VOID, EMPTY, end(8.0), None))
    assert (found.mean_total, found.best_total) == (6.0, 8.0)
    assert [found.count(s) for s in AttemptStatus] == [2, 1, 1]
    assert found.unfinished == 1


def test_no_judged_attempt_is_no_total() -> None:
    """A contestant of which nothing was generated has no total; it is not zero."""
    assert row(cell(EMPTY), cell(VOID, name="two")).mean_total is None


def board(*rows: Row, **changes: object) -> ContestBoard:
    of = contest(problem("one"), problem("two"))
    of = msgspec.structs.replace(
        of,
        cutoffs=(Cutoff(medal="silver", points=8.0), Cutoff(medal="gold", points=15.0)),
        **changes,
    )
    return ContestBoard(contest=of, identity=NOBODY, rows=rows, runs=())


@pytest.mark.parametrize(
    ("first", "second", "medal"), [(10, 5, "gold"), (10, 4.99, "silver"), (3, 4.99, None)]
)
def test_a_medal_is_the_highest_line_reached(
    first: float, second: float, medal: str | None
) -> None:
    """Reaching a line exactly is enough, a hundredth less is not."""
    found = row(cell(end(first)), cell(end(second), name="two"))
    assert board(found).medal(found) == medal


def test_no_medal_where_it_would_not_mean_anything() -> None:
    """No medal when problems are left out, for an oracle, or without an attempt at each problem."""
    full = row(cell(end(10)), cell(end(10), name="two"))
    left = LeftOut(id="x", title="X", max_points=10, reason="no tests")
    assert board(full, left_out=(left,)).medal(full) is None
    oracle = row(*full.cells, kind="oracle")
    assert board(oracle).medal(oracle) is None
    half = row(cell(end(10)), cell(VOID, name="two"))
    assert board(half).medal(half) is None


def test_rows_are_ordered_by_mean_and_ceilings_come_last(tmp_path: Path) -> None:
    """Ranked by mean, then contestants without a total; the oracle below all of them."""

    def script(request: object) -> object:
        name = request.contestant  # type: ignore[attr-defined]
        return (
            NotGenerated(reason="none") if name == "mute" else says("7" if name == "good" else "")
        )

    backend = ScriptedBackend(script, ("mute", "bad", "oracle", "good"))  # type: ignore[arg-type]
    backend.contestants = tuple(
        msgspec.structs.replace(c, kind="oracle" if c.id == "oracle" else "model")
        for c in backend.contestants
    )
    with start_run(tmp_path / "run", backend) as writer:
        run_all(writer, backend)
    found = boards([RunFolder(tmp_path / "run")])[0]
    assert [r.contestant.id for r in found.rows] == ["good", "bad", "mute", "oracle"]
    text = board_table(found)
    assert "| mute | — | — | — | — | 0 of 2 | 0 |" in text
    assert (
        "- mute: 0 of 2 judged (2 not generated); the mean is 0 if those that were not are worth "
        "nothing, 20 if they are worth full points\n" in text
    )
    assert "- bad: 2 of 2 judged; of the judged, 2 empty\n" in text
    assert "oracle (ceiling)" in text


def test_the_table_names_what_was_left_out(tmp_path: Path) -> None:
    """The total says of how many judged points, and left-out problems stand under it by name."""
    left = LeftOut(id="hard", title="Hard", max_points=80.0, reason="no tests in the data store")
    of = msgspec.structs.replace(contest(), left_out=(left,))
    backend = ScriptedBackend(lambda _: says("7"))
    with start_run(tmp_path / "run", backend, of) as writer:
        run_all(writer, backend)
    text = board_table(boards([RunFolder(tmp_path / "run")])[0])
    assert "points of 20" in text
    assert "Judged: 20 of 100 points" in text
    assert "- hard (80 points): no tests in the data store" in text
