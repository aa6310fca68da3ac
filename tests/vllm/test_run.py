"""A whole run on a real engine, with one command."""

from __future__ import annotations

import json
from pathlib import Path

from harness.store import RunFolder
from harness.types import Generation
from tests.fakes.command import Command
from tests.vllm.conftest import ENVIRONMENT


def test_a_checkpoint_gets_a_leaderboard(
    tmp_path: Path, cache: Path, python: Path, tiny: Path
) -> None:
    """From the checkpoint to the report; resuming what is complete starts no engine."""
    harness = Command(tmp_path, cache)
    args = f"pretrained={tiny},python={python},max_model_len=4096"
    words = ("run", "--task", "demo", "--model", "vllm", "--model_args", args)
    outcome = harness(*words, "-n", "4", "--max-tokens", "500", "--json", env=ENVIRONMENT)
    assert outcome.code == 0, outcome.err
    found = json.loads(outcome.out)
    (row,) = found["contests"][0]["rows"]
    assert (row["contestant"], row["done"], row["void"]) == ("tiny", 12, 0)
    assert Path(harness.home, found["report"]).exists()
    run = RunFolder(harness.home / found["runs"][0])
    generations = [record for record in run.replay() if isinstance(record, Generation)]
    assert len({generation.seed for generation in generations}) == 12
    assert len({run.text(generation.text) for generation in generations}) == 12
    again = harness("run", "--resume", run.path, "--no-report", env=ENVIRONMENT)
    assert again.code == 0, again.err
    assert "vLLM: starting" not in again.err
