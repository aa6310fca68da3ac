"""What lm-eval generated, judged as ``harness run`` judges a recording: by the same code."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec

from harness.cli.parser import parse
from harness.cli.prepared import prepare
from harness.cli.run import start
from harness.config import environment, settings
from harness.foreign.writing import encoded
from harness.history import history
from harness.store import RunFolder
from harness.types import AttemptEnd, AttemptStatus, Problem, Verdict

KEEP = "HARNESS_OUTPUT_PATH"
"""Where the run folder is kept; without it, it is gone with the program."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the samples of one problem."""

    problem: Problem
    ends: tuple[AttemptEnd, ...]
    """In the order of the samples."""

    def metrics(self) -> dict[str, float]:
        """Return lm-eval's metrics of one document.

        A void sample is in no mean; of a problem with nothing but void samples the points are not
        known, and nor is the sum that they are part of.
        """
        done = [end for end in self.ends if end.status is AttemptStatus.DONE]
        found = {
            "points": fmean(end.points or 0.0 for end in done) if done else float("nan"),
            "unresolved": float(sum(end.verdict is Verdict.UR for end in done)),
            "void": float(len(self.ends) - len(done)),
        }
        if done:
            most = self.problem.max_points
            found["score"] = found["points"] / most
            found["solved"] = fmean((end.points or 0.0) >= most for end in done)
        return found


def judge(
    task: str,
    problems: Sequence[Problem],
    texts: Mapping[str, Sequence[str]],
    contestant: str,
    source: Mapping[str, Any],
) -> tuple[dict[str, Judged], RunFolder]:
    """Judge the texts of each problem; ``source`` says what made them.

    Raises what ``harness run`` raises; what our own side loses is void.
    """
    kept = environment().get(KEEP)
    with tempfile.TemporaryDirectory(prefix="harness-lm-eval-") as passing:
        place = Path(kept).absolute() if kept else Path(passing)
        place.mkdir(parents=True, exist_ok=True)
        number, recording = tempfile.mkstemp(prefix=f"lm-eval-{task}-", suffix=".jsonl", dir=place)
        with os.fdopen(number, "wb") as file:
            for name, samples in texts.items():
                for sample, text in enumerate(samples):
                    row = {"task": task, "problem": name, "contestant": contestant}
                    file.write(encoded({**row, "sample": sample, "text": text, "source": source}))
        run = _apart(lambda: _run(task, Path(recording), place))
        ends = {past.start.id: past for past in history(run).values() if past.start is not None}
    found = {}
    for problem in problems:
        of = [p for p in ends.values() if p.start is not None and p.start.problem == problem.id]
        of.sort(key=lambda past: past.start.sample if past.start is not None else 0)
        found[problem.id] = Judged(
            problem=problem, ends=tuple(past.end for past in of if past.end is not None)
        )
    return found, run


def _run(task: str, recording: Path, place: Path) -> RunFolder:
    """Do what ``harness run --model replay`` does."""
    words = ["run", "--task", task, "--model", "replay", "--no-report", "--no-progress"]
    args = parse(words, {})
    args.model_args = msgspec.json.encode({"file": str(recording)}).decode()
    args.output_path = str(place)
    chosen = settings(
        environment(), slots=args.max_sandboxes, sandbox=args.sandbox, unsafe=args.unsafe
    )
    return start(args, chosen, prepare(args, chosen, task))


def _apart(work: Any) -> Any:
    """Do something that needs an event loop of its own, in a notebook too."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()
