"""The proof loop of a paper, killed in the middle: it asks what it must, once, and ends as ever."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from harness.store import RunFolder
from harness.types import AttemptEnd, Generation, Opinion
from tests.e2e.test_kill import lines, only_run
from tests.fakes.command import Command
from tests.fakes.openai_server import says, serving
from tests.fakes.proofs import fenced

pytestmark = pytest.mark.long

PROOFS, VOTES, BEST, SAMPLES = 8, 8, 4, 2
"""Of ``imo2025/nemotron-cascade-2-lite``; a second round of 4 x 2 proofs ends it."""


async def acts(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """Prove, examine and mark by the seed: no proof is ever found complete, so all rounds run."""
    await asyncio.sleep(0.01)
    prompt, seed = body["messages"][-1]["content"], body["seed"]
    if "# Your marking" in prompt:
        return await says("A gap. \\boxed{6}")(request, body)
    if "# Your examination" in prompt:
        return await says(f"At step {seed % 7}. \\boxed{{0.5}}")(request, body)
    again = len(fenced(prompt).get("proof", ""))
    proof = f"## Solution\n\nProof {seed}, after {again}.\n\n## Self Evaluation\n\n\\boxed{{1}}"
    return await says(proof)(request, body)


def begun(harness: Command, url: str) -> tuple[str, ...]:
    (harness.home / "in").mkdir()
    (harness.home / "in" / "p1.md").write_text("Prove that $1 = 1$.")
    assert harness("data", "add", "imo2025", harness.home / "in").code == 0
    return (
        *("run", "--task", "imo2025", "--protocol", "nc2-lite", "--no-report", "--no-progress"),
        *("-m", "openai", "-a", f"model=tiny,base_url={url}", "--max-connections", "4"),
        *("--judge-model", "openai", "--judge-args", f"model=judge,base_url={url}"),
    )


def said(run: Path) -> tuple[dict[tuple[int, int | None], str], list[str], float | None]:
    """Return every text by its number and seed, the ids of opinions, and the points."""
    folder = RunFolder(run)
    records = list(folder.replay())
    texts = [r for r in records if isinstance(r, Generation)]
    (end,) = (r for r in records if isinstance(r, AttemptEnd))
    assert max(Counter(r.ordinal for r in texts).values()) == 1, "nothing is asked twice"
    return (
        {(r.ordinal, r.seed): folder.text(r.text) for r in texts},
        sorted(r.id for r in records if isinstance(r, Opinion)),
        end.points,
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    harness = Command(tmp_path_factory.mktemp("loop"), cache)
    with serving(acts) as url:
        outcome = harness(*begun(harness, url))
    assert outcome.code == 0, outcome.err
    folder = only_run(harness.home)
    assert folder is not None
    return folder


def test_the_loop_asks_exactly_what_its_protocol_says(undisturbed: Path) -> None:
    """Eight proofs, eight votes each, then four of them twice, with eight votes each again."""
    texts, opinions, points = said(undisturbed)
    proofs = [text for text in texts.values() if "## Solution" in text]
    assert len(proofs) == PROOFS + BEST * SAMPLES
    assert len(texts) - len(proofs) == VOTES * (PROOFS + BEST * SAMPLES)
    assert len(opinions) == 4
    assert points == 6
    assert len(texts) == RunFolder(undisturbed).record.ceiling, "the ceiling is what it can cost"


def test_a_loop_that_is_killed_again_and_again_ends_as_ever(
    harness: Command, undisturbed: Path
) -> None:
    """Killed at random moments of proving, verifying, refining and marking, it repeats nothing."""
    chance, kills = random.Random(1), 0
    with serving(acts) as url:
        process = harness.start(*begun(harness, url))
        while True:
            while (folder := only_run(harness.home)) is None and process.poll() is None:
                time.sleep(0.002)
            assert folder is not None, process.communicate()
            enough = len(lines(folder)) + chance.randrange(20, 80)
            while len(lines(folder)) < enough and process.poll() is None:
                time.sleep(0.002)
            if process.poll() is not None:
                break
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            kills += 1
            process = harness.start("run", "--resume", folder, "--no-report", "--no-progress")
        _, err = process.communicate()
    assert process.returncode == 0, err
    assert kills >= 3
    assert said(folder) == said(undisturbed)
