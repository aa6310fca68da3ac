"""The gate on pairs of systems whose truth is known: a small part of ``tests/bench/gate.py``."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from harness.cli import main
from harness.regression import Trials
from harness.stats.paired import Unit
from tests.bench import gate
from tests.bench.gate_worlds import KINDS, World, drawn, laws, worlds
from tests.fakes.right_and_wrong import run_of

ALPHA = 0.05

HARD = [
    (Unit.CONTEST, "pass or fail", 6, (1, 1)),
    (Unit.CONTEST, "IMO", 6, (2, 2)),
    (Unit.CONTEST, "IOI", 12, (4, 4)),
    (Unit.CONTEST, "pass or fail", 30, (8, 1)),
    (Unit.CONTEST, "pass or fail", 400, (1, 1)),
    (Unit.PROBLEMS, "pass or fail", 6, (64, 4)),
    (Unit.PROBLEMS, "IOI", 12, (2, 2)),
    (Unit.PROBLEMS, "IMO", 30, (1, 1)),
    (Unit.PROBLEMS, "IOI", 400, (1, 1)),
]


@pytest.mark.parametrize(("unit", "kind", "problems", "attempts"), HARD)
def test_no_false_alarms_beyond_alpha_and_no_interval_that_says_too_much(
    unit: Unit, kind: str, problems: int, attempts: tuple[int, int]
) -> None:
    """Over all worlds of a cell: rare failures, steady problems, gains that make up for losses."""
    found = gate.row(gate.Case(unit, kind, problems, attempts), ALPHA, 100)
    assert found.beyond == []


@pytest.mark.parametrize("unit", Unit)
def test_a_gate_that_takes_what_it_saw_for_certain_would_be_caught(
    unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the event that is added to each side the simulation finds far too many alarms."""
    monkeypatch.setattr("harness.stats.paired.bounds._events", lambda *_: (1e-9, 1e-9))
    found = gate.row(gate.Case(unit, "pass or fail", 30, (2, 2)), ALPHA, 250)
    assert any(" high " in line for line in found.beyond)
    assert max(found.worst) > 2 * found.limit


def test_averaging_rollouts_away_raises_false_alarms() -> None:
    """What the gate is held against in the table is wrong where the gate is not."""
    found = gate.row(gate.Case(Unit.CONTEST, "pass or fail", 12, (8, 8)), ALPHA, 250)
    assert found.beyond == []
    assert max(found.worst[len(gate.WRONG) :]) > found.limit


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("kind", KINDS)
def test_worlds_are_what_they_are_called(unit: Unit, kind: str) -> None:
    """Scores of worlds have the truth that they say, and alike ones have no difference."""
    for world in worlds(unit, kind, 6, 4):
        trials, _ = next(gate.simulated(gate.Case(unit, kind, 6, (4, 4)), world, 4000))
        means = trials.seen.means
        error = float(means.std()) / sqrt(len(means))
        assert abs(float(means.mean()) - world.truth) <= 4.5 * error + 1e-9, world.name
        every = np.concatenate([*trials.base, *trials.new], axis=1)
        assert every.min() >= 0
        assert every.max() <= 1 + 1e-9
        for word, truth in ((" 3 % fall", -0.03), (" 20 % fall", -0.2), ("alike", 0.0)):
            if word in world.name:
                assert world.truth == pytest.approx(truth)


def test_the_tables_have_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    """Both tables of one number of problems, with every number of attempts."""
    assert gate.main(["--problems", "6", "--scores", "pass or fail", "--repeats", "40"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    rows = [line for line in lines if "| pass or fail | 6 |" in line]
    attempts = [line.split(" | ")[3] for line in rows]
    each = [str(count) for count in gate.ATTEMPTS]
    assert attempts == [*each, "64, 4"] * 2 + each * 2
    for line in rows:
        assert line.count("|") in (lines[0].count("|"), lines[-1].count("|"))


def test_the_whole_grid_is_every_unit_kind_and_size() -> None:
    """Six, twelve, thirty and four hundred problems; one to sixty-four attempts."""
    cases = list(gate.grid(list(Unit), KINDS, gate.PROBLEMS))
    assert len(set(cases)) == len(cases) == 2 * 3 * 4 * 8
    assert set(gate.PROBLEMS) == {6, 12, 30, 400}
    assert set(gate.ATTEMPTS) == {1, 2, 4, 8, 16, 32, 64}


def test_a_run_against_itself_tells_what_the_simulation_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``harness gate --aa`` of a run, and pairs drawn from what the run is like.

    Halves of many attempts vary as new attempts of the same system would.
    """
    right = dict(zip("abcdef", (62, 52, 40, 32, 20, 4), strict=True))
    run = run_of(tmp_path / "run", {name: "1" * n + "0" * (64 - n) for name, n in right.items()})
    flags = ["--max-drop", "8%", "--splits", "2000", "--json"]
    assert main(["gate", "--aa", str(run.path), *flags]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["attempts"] == [32, 32]
    solved = laws("pass or fail", np.array(list(right.values())) / 64)
    world = World("as the run", solved, solved, np.ones(6), np.zeros(0))
    many = 4000
    trials = Trials(*drawn(world, (32, 32), many, np.random.default_rng(4)), [1.0] * 6)
    for name, flagged in (
        ("regression", trials.regressions(Unit.CONTEST, limit=0.08, alpha=ALPHA)),
        ("passed", trials.passes(Unit.CONTEST, limit=0.08, alpha=ALPHA)),
        ("difference", trials.differing(Unit.CONTEST, ALPHA)),
    ):
        share = float(flagged.sum()) / many
        error = sqrt(max(share * (1 - share), 0.001) * (1 / 2000 + 1 / many))
        assert told[name]["share"] == pytest.approx(share, abs=4 * error), name
    assert told["regression"]["share"] <= ALPHA
    assert 0.2 < told["passed"]["share"] < 0.9
