"""LiveCodeBench from its files and its runner's outputs to numbers by difficulty."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.fakes.command import Command
from tests.fakes.livecodebench import HALVES, MEAN, MEAN_RIGHT, PAIRS, PAIRS_RIGHT, SUM, write
from tests.fakes.slots import docker_image

FUNCTIONS = Path(__file__).parent.parent / "hostile" / "functions"
SUM_RIGHT = "a, b = map(int, input().split())\nprint(a + b)"
HOSTILE = [place.read_text() for place in sorted(FUNCTIONS.iterdir())]

CODES = {
    # Right ones out of as many as there are hostile answers, so that every row has as many.
    "sum": [SUM_RIGHT] * len(HOSTILE),
    "halves": ["print(int(input()) / 2)", "print(int(input()) // 2)"] * (len(HOSTILE) // 2)
    + ["print(0"] * (len(HOSTILE) % 2),
    "mean": [MEAN_RIGHT, "def mean(a): return a[0]"] + ["def mean(a): 1 / 0"] * (len(HOSTILE) - 2),
    "pairs": [PAIRS_RIGHT, *HOSTILE[1:]],
}


@pytest.mark.parametrize("tier", ["embedded", "docker"])
def test_outputs_of_its_runner_are_judged_hostile_ones_included(
    harness: Command, tier: str
) -> None:
    """The right ones have their points, no attack has any, and numbers are by difficulty."""
    if tier == "docker":
        docker_image()
    write(harness.home / "in" / "test6.jsonl", SUM, HALVES, MEAN, PAIRS)
    added = harness("data", "add", "livecodebench_v6", harness.home / "in")
    assert "4 of 4 problems ready" in added.out, added.err
    assert "it is known to have 454" in added.out
    outputs = harness.home / "outputs.json"
    outputs.write_text(json.dumps([{"question_id": n, "code_list": c} for n, c in CODES.items()]))
    words = ("import", "livecodebench", outputs, "-t", "livecodebench_v6", "--contestant", "tiny")
    imported = harness(*words)
    assert imported.code == 0, imported.err
    assert f"{4 * len(HOSTILE)} by name" in imported.out
    outcome = harness(
        *("run", "--task", "livecodebench_v6", "-m", "replay", "-a", "file=recording.jsonl"),
        *("--json", "--no-report", "--sandbox", tier),
    )
    assert outcome.code == 0, outcome.err
    (contest,) = json.loads(outcome.out)["contests"]
    (row,) = contest["rows"]
    found = {(m["name"], m["subset"], m["k"]): m["value"] for m in row["metrics"]}
    n = len(HOSTILE)
    right = {"sum": n, "halves": n // 2, "mean": 1, "pairs": 1}
    assert found["avg", "", n] == pytest.approx(sum(right.values()) / n / 4)
    assert found["avg", "easy", n] == pytest.approx((n + 1) / n / 2)
    assert found["avg", "hard", n] == pytest.approx(1 / n)
    assert found["pass", "hard", 2] == pytest.approx(2 / n)
    assert found["pass", "", n] == 1.0
    exported = harness("export", next((harness.home / "runs").iterdir()), "-o", "tables")
    assert exported.code == 0, exported.err
    with (harness.home / "tables" / "attempts.csv").open(newline="") as file:
        hard = [float(row["points"]) for row in csv.DictReader(file) if row["subset"] == "hard"]
    assert (len(hard), sum(hard)) == (n, 1)
