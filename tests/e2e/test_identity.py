"""Which board a run stands on, from the command line."""

from __future__ import annotations

import json

from harness.identity import identity_of
from harness.store import RunFolder
from tests.fakes.command import Command


def test_a_pool_stands_beside_no_single_samples(harness: Command) -> None:
    """One attempt that hands in all samples is not the same as each sample by itself."""
    rows = [
        {"problem": "multiples", "contestant": "a", "sample": n, "text": f"\\boxed{{{n}}}"}
        for n in range(2)
    ]
    (harness.home / "pool.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for more in ("", ",pool=true"):
        words = ("-t", "demo", "-m", "replay", "-a", f"file=pool.jsonl{more}", "--no-report", "-q")
        assert harness(*words).code == 0
    found = [RunFolder(place).record for place in (harness.home / "runs").iterdir()]
    assert len({identity_of(record).protocol for record in found}) == 2


def test_one_way_to_set_a_strategy_is_one_board(harness: Command) -> None:
    """Whether a default is said, and how a number is written, is not part of a run's identity."""
    row = {"problem": "multiples", "contestant": "a", "text": "\\boxed{7}"}
    (harness.home / "one.jsonl").write_text(json.dumps(row) + "\n")
    for more in ((), ("--strategy-args", "candidates=500,keep=50")):
        words = ("-t", "demo", "-m", "replay", "-a", "file=one.jsonl", "--no-report", "-q")
        assert harness(*words, "--strategy", "filter-longest", *more).code == 0
    found = [RunFolder(place).record for place in (harness.home / "runs").iterdir()]
    assert len({identity_of(record) for record in found}) == 1
