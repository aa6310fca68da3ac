"""A run in shards, from the command line: by hand, with a model's server, as a Slurm job array."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from harness.store import LOG, RunFolder
from harness.types import AttemptEnd, Generation
from tests.e2e.test_mistakes import is_one_clear_error
from tests.fakes.command import Command
from tests.fakes.openai_server import says, serving

SBATCH = Path(__file__).resolve().parents[2] / "harness" / "cluster" / "slurm-array.sbatch"
ROWS = [
    {"problem": "multiples", "contestant": "a", "sample": n, "text": f"\\boxed{{{780 + n}}}"}
    for n in range(16)
]


def asked(harness: Command) -> list[str]:
    """Return the words of a run of sixteen recorded answers, one of which is right."""
    (harness.home / "said.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return ["-t", "demo", "-m", "replay", "-a", "file=said.jsonl", "-q", "--json"]


def scores(out: str) -> bytes:
    """Return the scores that a command printed, without what names the run."""
    found = json.loads(out)
    for contest in found["contests"]:
        for row in contest["rows"]:
            del row["run"]
    return json.dumps(found["contests"]).encode()


def test_four_shards_merged_are_one_run(harness: Command) -> None:
    """The scores that are printed are the same bytes, and the run is packed, judged and resumed."""
    words = asked(harness)
    whole = harness("run", *words, "--no-report", "-o", "whole")
    for number in range(1, 5):
        outcome = harness("run", *words, "--shard", f"{number}/4", "-o", "shards")
        assert outcome.code == 0, outcome.err
    parts = sorted((harness.home / "shards").iterdir())
    merged = harness("merge", *parts, "--json", "-q", "-o", "runs")
    assert merged.code == 0, merged.err
    assert scores(merged.out) == scores(whole.out)
    (run,) = map(Path, json.loads(merged.out)["runs"])
    for command in (
        ("report", run, "-o", "site"),
        ("pack", run, "-o", "run.zip"),
        ("rejudge", run, "-q"),
        ("run", "--resume", run, "--no-report", "-q"),
        ("compare", run, next((harness.home / "whole").iterdir())),
    ):
        outcome = harness(*command)
        assert outcome.code == 0, outcome.err
    assert scores(harness("run", "--resume", run, "--no-report", "--json").out) == scores(whole.out)


async def by_seed(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Answer by the seed that was sent: right for some, wrong for others."""
    return await says(f"\\boxed{{{788 if body['seed'] % 2 else 12}}}")(request, body)


@pytest.mark.long
def test_a_models_samples_are_the_same_in_shards(harness: Command) -> None:
    """Each sample has the seed it would have had, so a server says the same to it."""
    with serving(by_seed) as url:
        words = ["-t", "demo", "-m", "openai", "-a", f"model=tiny,base_url={url}", "-n", "4", "-q"]
        words += ["--json", "--no-report"]
        whole = harness("run", *words, "-o", "whole")
        for number in (1, 2, 3):
            assert harness("run", *words, "--shard", f"{number}/3", "-o", "shards").code == 0
    merged = harness("merge", *(harness.home / "shards").iterdir(), "--json", "-q", "--no-report")
    assert merged.code == 0, merged.err
    assert scores(merged.out) == scores(whole.out)
    runs = [harness.home / json.loads(each.out)["runs"][0] for each in (whole, merged)]
    one, other = (
        {r.id: (r.seed, r.text) for r in RunFolder(run).replay() if isinstance(r, Generation)}
        for run in runs
    )
    assert one == other
    assert len({seed for seed, _ in one.values()}) == 12


@pytest.mark.parametrize(
    ("shard", "said"),
    [
        ("0/4", ("there is no shard 0/4: they are 1/4 to 4/4",)),
        ("5/4", ("there is no shard 5/4: they are 1/4 to 4/4",)),
        ("1", ("1 is not I/N, such as 1/4",)),
        ("1/0", ("there is no shard 1/0",)),
        ("1/17", ("only 16 attempts", "at most 16 shards")),
    ],
)
def test_a_shard_that_cannot_be_is_refused(
    harness: Command, shard: str, said: tuple[str, ...]
) -> None:
    """A mistake in I/N is one error before anything is done."""
    is_one_clear_error(harness("run", *asked(harness), "--shard", shard), 64, ("[U001]", *said))
    assert not (harness.home / "runs").exists()


def test_shards_of_two_plans_are_refused(harness: Command) -> None:
    """Two shards of other settings are no run; what differs is named with both values."""
    words = asked(harness)
    for number, more in ((1, ()), (2, ("-n", "4"))):
        outcome = harness("run", *words, *more, "--shard", f"{number}/2", "-o", "shards")
        assert outcome.code == 0, outcome.err
    outcome = harness("merge", *sorted((harness.home / "shards").iterdir()))
    is_one_clear_error(
        outcome, 64, ("[U002]", "attempts is None in the one and 4 in the other", "same command")
    )


def array(harness: Command, home: Path, task: int, *words: str) -> subprocess.Popen[str]:
    """Start one task of the job array as Slurm would: the file under bash, with its variables."""
    (home / "bin").mkdir(exist_ok=True)
    command = home / "bin" / "harness"
    command.write_text(f'#!/bin/sh\nexec {" ".join(harness.argv())} "$@"\n')
    command.chmod(0o755)
    return subprocess.Popen(
        ["bash", SBATCH, *words],
        cwd=home,
        env=harness.environment
        | {
            "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
            "SHARDS": "3",
            "SLURM_ARRAY_TASK_ID": str(task),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_job_array_goes_on_where_it_was_cut_off(harness: Command) -> None:
    """A task that is killed and queued again resumes its shard; merged, nothing is done twice."""
    held = True

    async def slowly(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        while held and body["seed"] % 2:
            await asyncio.sleep(0.05)
        return await by_seed(request, body)

    with serving(slowly) as url:
        words = ("-t", "demo", "-m", "openai", "-a", f"model=tiny,base_url={url}", "-n", "5")
        first = array(harness, harness.home, 2, *words)
        while not any(
            isinstance(record, AttemptEnd)
            for run in harness.home.glob("shards/*-2of3")
            if (run / LOG).exists()
            for record in RunFolder(run).logged()
        ):
            assert first.poll() is None, first.communicate()[1]
            time.sleep(0.05)
        os.killpg(first.pid, signal.SIGKILL)
        first.communicate()
        held = False
        for task in (1, 2, 3):
            job = array(harness, harness.home, task, *words)
            _, err = job.communicate()
            assert job.returncode == 0, err
    parts = sorted((harness.home / "shards").iterdir())
    assert len(parts) == 3
    merged = harness("merge", *parts, "--json", "-q", "--no-report")
    assert merged.code == 0, merged.err
    (row,) = json.loads(merged.out)["contests"][0]["rows"]
    assert (row["planned"], row["done"], row["generated"]) == (15, 15, 15)
