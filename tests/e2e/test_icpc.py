"""ICPC World Finals 2025 from packages to points, with programs that are judged."""

from __future__ import annotations

import json

from harness.store import RunFolder
from harness.types import AttemptEnd
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command
from tests.fakes.kattis import LEGACY, RIGHT, WRONG, write

JURY = {
    "problem.yaml": "name: Treasure Map\nvalidation: default\n",
    "submissions/accepted/sum.py": None,
    "submissions/accepted/sum.c": RIGHT,
    "submissions/wrong_answer/over.c": WRONG,
}


def test_a_recording_without_packages_says_what_is_missing(harness: Command) -> None:
    """Nothing is judged without tests: all problems are named, with the command that helps."""
    (harness.home / "said.jsonl").write_text(
        json.dumps({"task": "icpcwf2025", "problem": "A", "contestant": "x", "text": "1"}) + "\n"
    )
    outcome = harness("run", "--task", "icpcwf2025", "-m", "replay", "-a", "file=said.jsonl")
    said = ("[U004]", "A, B, C, D, E, F, G, H, I, J, K, L: no package in the data store")
    is_one_clear_error(outcome, 64, (*said, "harness data add icpcwf2025 DIR"))


def test_a_package_comes_in_is_tested_and_judged(harness: Command) -> None:
    """The jury's programs get their verdicts; a wrong try before the right one costs 20 minutes."""
    package = write(harness.home / "in" / "treasure", LEGACY, JURY)
    added = harness("data", "add", "icpcwf2025", package.parent)
    assert "K: ready, 3 tests" in added.out, added.err
    tested = harness("selftest", "icpcwf2025")
    assert tested.code == 0, tested.err
    lines = [
        {"problem": "K", "contestant": "x", "submission": n, "language": "cpp", "text": text}
        for n, text in enumerate((WRONG, RIGHT), start=1)
    ]
    recording = harness.home / "said.jsonl"
    recording.write_text("".join(json.dumps(line) + "\n" for line in lines))
    outcome = harness(
        *("run", "--task", "icpcwf2025", "-m", "replay", "-a", f"file={recording}", "-q"),
        "--no-report",
    )
    assert outcome.code == 0, outcome.err
    run = RunFolder(next((harness.home / "runs").iterdir()))
    ends = [record for record in run.replay() if isinstance(record, AttemptEnd)]
    assert [(e.points, e.rejected, e.penalty, e.submissions) for e in ends] == [(1, 1, 20, 2)]
    assert [p.id for p in run.record.contest.problems] == ["K"]
