"""A stored run is judged again: nothing changed is the same bytes, a change shows what it did."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from harness.board import rows
from harness.layers import FOLDER, LOG_ONLY
from harness.store import LOG, RunFolder
from harness.types import Grade, Opinion
from tests.e2e.test_jury import sits
from tests.e2e.test_marks import brought, exported, filled, played
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command, Outcome
from tests.fakes.judge_acts import JudgeServer, gives
from tests.fakes.openai_server import serving
from tests.fakes.plugins import install
from tests.tasks.test_ioi2025 import write_worldmap

SUM = '#include "sum.h"\nint sum(int a, int b) {{ {body} return a + b; }}\n'
BURN = "if (a == 10) for (volatile long i = 0; i < 2000000000L; i++);"
"""Some seconds of CPU on one of the tests."""

CHECKER = """
#include <fstream>
#include <cstdio>
int main(int argc, char **argv) {{
    long said = -1, wanted = -2;
    std::ifstream(argv[3]) >> said;
    std::ifstream(argv[2]) >> wanted;
    return puts({condition} ? "1.0" : "0.0") < 0;
}}
"""

CONTEST = """
id = "own"
title = "A contest of one's own"
date = "2025-01-01"
rules = "ioi"
submission_limit = 50
feedback = "oi_restricted"

[[problems]]
id = "worldmap"
title = "World Map"
type = "Batch"
subtasks = [5, 10, 7, 8, 14, 56]
source = "written for a test"
"""
"""It names no limits, so that its package may change them."""

TASK = """
from tasks.ioi.task import IOI

class Own(IOI):
    id = "own"
    year = {place!r}
"""

TESTS = {"1-01": ("1 2", "3"), "2-01": ("3 4", "7"), "3-01": ("10 20", "30")}


def package(folder: Path, condition: str = "said == wanted", **manifest: object) -> Path:
    """Write a package of six subtasks over three tests, with a checker of its own."""
    write_worldmap(folder, **manifest)
    for name, (given, answer) in TESTS.items():
        (folder / "tests" / f"{name}.in").write_text(f"{given}\n")
        (folder / "tests" / f"{name}.out").write_text(f"{answer}\n")
    for number, tests in enumerate((["1-01"], ["2-01"], ["3-01"]), start=1):
        (folder / "subtasks" / f"0{number}-s.json").write_text(
            json.dumps({"score": (5, 10, 7)[number - 1], "testcases": tests})
        )
    for number, score in enumerate((8, 14, 56), start=4):
        (folder / "subtasks" / f"0{number}-s.json").write_text(
            json.dumps({"score": score, "testcases": ["1-01"]})
        )
    (folder / "checker").mkdir(exist_ok=True)
    (folder / "checker" / "checker.cpp").write_text(CHECKER.format(condition=condition))
    return folder


@pytest.fixture
def run(harness: Command) -> Path:
    """Return a run of two recorded contestants: a quick one, and one that burns on one test."""
    (harness.home / "contest.toml").write_text(CONTEST)
    site = harness.home / "site"
    install(site, "own-contest", "own = own_contest:Own", TASK.format(place=str(harness.home)))
    path = harness.environment.get("PYTHONPATH", "")
    harness.environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(site), path)))
    added = harness("data", "add", "own", package(harness.home / "in", time_limit=30.0))
    assert added.code == 0, added.err
    rows = [
        {"problem": "worldmap", "contestant": who, "language": "cpp", "text": SUM.format(body=body)}
        for who, body in (("quick", ""), ("slow", BURN))
    ]
    (harness.home / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = ("--task", "own", "-m", "replay", "-a", "file=said.jsonl", "--no-report", "-q")
    outcome = harness("run", *args)
    assert outcome.code == 0, outcome.err
    return next((harness.home / "runs").iterdir())


def bodies(run: Path) -> list[bytes]:
    """Return the layers of a run without their first lines."""
    return [
        (run / FOLDER / f"{layer.name}.jsonl").read_bytes().split(b"\n", 1)[1]
        for layer in RunFolder(run).layers
    ]


def again(harness: Command, run: Path, *words: str) -> tuple[dict[str, Any], Outcome]:
    outcome = harness("rejudge", run, "--json", "--no-progress", *words)
    assert outcome.code == 0, outcome.err
    said: dict[str, Any] = json.loads(outcome.out)
    return said, outcome


def changed(said: dict[str, Any]) -> list[tuple[str, str, str, str, list[str]]]:
    return [
        (change["contestant"], test["test"], test["was"], test["now"], test["causes"])
        for change in said["changes"]
        for submission in change["submissions"]
        for test in submission["tests"]
    ]


def points(run: Path, layer: str = "") -> dict[str, float | None]:
    return {row.contestant.id: row.mean_total for row in rows(RunFolder(run, layer))}


def test_the_same_judge_finds_the_same_bytes_and_a_change_shows_exactly_what_it_did(
    harness: Command, run: Path
) -> None:
    """Judged twice, the layers are equal; a new checker and a new limit change their own tests."""
    log = (run / LOG).read_bytes()
    for _ in range(2):
        said, _ = again(harness, run)
        assert (said["same"], said["differences"], said["changes"]) == (True, [], [])
        assert (said["attempts"], said["submissions"]) == (2, 2)
    assert len(set(bodies(run))) == 1
    assert points(run) == {"quick": 100.0, "slow": 100.0}

    strict = "said == wanted && wanted != 7"
    harness("data", "add", "own", package(harness.home / "in", strict, time_limit=30.0))
    said, _ = again(harness, run)
    assert [(d["cause"], d["problem"]) for d in said["differences"]] == [("checker", "worldmap")]
    assert changed(said) == [
        ("quick", "2-01", "AC", "WA", ["checker"]),
        ("slow", "2-01", "AC", "WA", ["checker"]),
    ]
    assert (said["changed_tests"], said["following_tests"]) == (2, 0)
    assert points(run) == {"quick": 90.0, "slow": 90.0}
    assert points(run, LOG_ONLY) == {"quick": 100.0, "slow": 100.0}

    harness("data", "add", "own", package(harness.home / "in", strict, time_limit=0.5))
    place = harness.home / "diff.md"
    said, _ = again(harness, run, "-o", str(place))
    (difference,) = said["differences"]
    assert (difference["cause"], difference["was"], difference["now"]) == (
        "time limit",
        "30 s",
        "0.5 s",
    )
    assert changed(said) == [("slow", "3-01", "AC", "TLE", ["time limit"])]
    assert "| worldmap | worldmap:slow:0 | s1 | 3-01 | AC 1 | TLE 0 | time limit |" in (
        place.read_text()
    )
    both, _ = again(harness, run, "--against", LOG_ONLY)
    assert {(test, cause) for _, test, _, _, (cause,) in changed(both)} == {
        ("2-01", "checker"),
        ("3-01", "time limit"),
    }
    assert (run / LOG).read_bytes() == log
    assert len(RunFolder(run).layers) == 5


@pytest.mark.long
def test_the_report_says_by_which_judging_it_reads(harness: Command, run: Path) -> None:
    """Every page has the layer by its name; with --layer log it says that there is a later one."""
    strict = "said == wanted && wanted != 7"
    harness("data", "add", "own", package(harness.home / "in", strict, time_limit=30.0))
    said, _ = again(harness, run)
    for words, total, told in (
        ((), 90.0, f"is read by its layer {said['layer']}"),
        (("--layer", said["layer"][:4]), 90.0, f"is read by its layer {said['layer']}"),
        (("--layer", "log"), 100.0, "is read by what was found while it ran"),
    ):
        outcome = harness("report", run, "-o", harness.home / "report", *words)
        assert outcome.code == 0, outcome.err
        report = harness.home / "report"
        assert told in (report / "index.html").read_text()
        found = json.loads((report / "report.json").read_text())
        assert {row["mean"] for row in found["boards"][0]["rows"]} == {total}
        assert found["runs"][0]["layer"] == (None if words[-1:] == ("log",) else said["layer"])
    is_one_clear_error(harness("report", run, "--layer", "0009"), 64, ("no layer '0009'",))


def test_a_run_whose_data_are_not_here_is_refused_by_name(harness: Command, run: Path) -> None:
    """Without the package nothing can be judged again, and nothing is written."""
    (harness.home / "data" / "own" / "worldmap" / "problem.json").unlink()
    outcome = harness("rejudge", run)
    is_one_clear_error(outcome, 64, ("worldmap",))
    assert not (run / FOLDER).exists()


def test_proofs_keep_their_marks_and_a_jury_is_asked_only_by_name(harness: Command) -> None:
    """What people gave stays, with and without a jury; what a jury gives anew is a layer."""
    run = played(harness)
    sheet = filled(exported(harness, run), {"p1": "7", "p2": "3"})
    assert brought(harness, run, sheet).code == 0
    said, _ = again(harness, run)
    assert (said["submissions"], said["kept_marks"], said["changes"]) == (0, 2, [])
    with serving(JudgeServer(gives(1))) as url:
        said, _ = again(harness, run, *sits("judge", url))
    assert (said["submissions"], said["kept_marks"], said["changes"]) == (0, 2, [])
    assert points(run) == {"secret-model": 10.0}


@pytest.mark.long
def test_a_jury_that_is_named_marks_anew_and_its_words_are_in_the_layer(harness: Command) -> None:
    """The layer has every opinion; judged once more without a jury, its marks stay."""
    statements = harness.home / "statements"
    statements.mkdir()
    (statements / "p1.md").write_text("Prove claim 1.")
    assert harness("data", "add", "imo2025", statements).code == 0
    row = {"problem": "p1", "contestant": "prover", "text": "By induction."}
    (harness.home / "proofs.jsonl").write_text(json.dumps(row) + "\n")
    with serving(JudgeServer(gives(7))) as url:
        outcome = harness(
            *("run", "--task", "imo2025", "-m", "replay", "-a", "file=proofs.jsonl", "-q"),
            *("--no-report", *sits("judge", url)),
        )
    assert outcome.code == 0, outcome.err
    run = next((harness.home / "runs").iterdir())
    assert points(run) == {"prover": 7.0}
    with serving(JudgeServer(gives(1))) as url:
        said, _ = again(harness, run, *sits("other", url))
    assert points(run) == {"prover": 1.0}
    assert points(run, LOG_ONLY) == {"prover": 7.0}
    assert [d["cause"] for d in said["differences"]] == ["jury"]
    assert said["submissions"] == 1
    found = list(RunFolder(run).replay())
    assert {o.juror for o in found if isinstance(o, Opinion)} == {"judge", "other"}
    said, _ = again(harness, run)
    assert (said["submissions"], said["kept_marks"], said["changes"]) == (0, 1, [])
    assert points(run) == {"prover": 1.0}
    assert len(set(bodies(run))) == 1
    last = [r for r in RunFolder(run).replay() if isinstance(r, Grade)][-1]
    assert last.marking is not None
    is_one_clear_error(harness("rejudge", run, "--jury", "imo"), 64, ("--judge-model",))


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_judging_that_is_stopped_leaves_the_run_as_it_was(
    harness: Command, run: Path, number: signal.Signals
) -> None:
    """Stopped or killed in the middle there is no layer, and the next judging makes the first."""
    log = (run / LOG).read_bytes()
    process = harness.start("rejudge", run)
    until = time.monotonic() + 120
    while not (run / FOLDER).exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    assert process.returncode in (130, -signal.SIGKILL), said
    assert "Traceback" not in said
    assert RunFolder(run).layers == ()
    assert (run / LOG).read_bytes() == log
    if number is signal.SIGINT:
        assert list((run / FOLDER).iterdir()) == []
    found, _ = again(harness, run)
    assert found["layer"].startswith("0001-")
