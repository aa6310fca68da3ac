"""``harness data``: bring official tests in, and see what is missing."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import environment, settings
from harness.data import DataStore
from harness.errors import UsageError
from harness.plugins import load_task
from harness.tools import Workbench
from harness.types import ProofBody


def execute(args: argparse.Namespace) -> int:
    """Run one verb of ``harness data``."""
    task = load_task(args.task)
    if args.verb == "status":
        return _status(args)
    source = Path(args.source)
    if not source.exists():
        raise UsageError(
            f"{source} does not exist", hint="name the folder that holds the problem packages"
        )
    place = settings(environment(), sandbox=args.sandbox, unsafe=args.unsafe)
    with Workbench(place, tell) as tools:
        found = task.add_data(DataStore(place.data), source, tools)
    for problem in found:
        tests = f", {problem.tests} tests" if problem.tests else ""
        state = f"ready{tests}" if problem.ready else "not ready"
        print(f"{problem.problem}: {state}")
        for line in problem.missing:
            print(f"  missing: {plain(line)}")
        for line in problem.notes:
            print(f"  note: {plain(line)}")
    ready = sum(problem.ready for problem in found)
    print(f"{ready} of {len(found)} problems ready in {place.data}")
    if not ready:
        print(f"next: add the missing files under {source} and run this again", file=sys.stderr)
        return 1
    known = any(
        not isinstance(problem.body, ProofBody)
        for problem in task.contest(DataStore(place.data)).problems
    )
    # Nobody has a proof to hand in but a model.
    model = "oracle" if known else "openai --model-args model=NAME,base_url=http://HOST:8000/v1"
    print(f"next: harness run --task {args.task} --model {model}")
    return 0


def _status(args: argparse.Namespace) -> int:
    place = settings(environment())
    contest = load_task(args.task).contest(DataStore(place.data))
    for problem in contest.problems:
        print(f"{problem.id}: ready, {problem.max_points:g} points")
    for left in contest.left_out:
        print(f"{left.id}: left out, {plain(left.reason)}")
    print(f"{contest.judged_points:g} of {contest.total_points:g} points can be judged")
    return 0
