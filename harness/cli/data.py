"""``harness data``: bring official tests in, and see what is missing."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import groupby
from pathlib import Path

from harness.cli.progress import tell
from harness.cli.shortened import many, shortened
from harness.cli.terminal import plain
from harness.config import environment, include_of, settings
from harness.data import DataStore
from harness.errors import UsageError
from harness.plugins import load_task
from harness.task import DataProblem, Task
from harness.tools import Workbench
from harness.types import Contest, ProofBody


def execute(args: argparse.Namespace) -> int:
    """Run one verb of ``harness data``."""
    include = include_of(environment(), args.include_path)
    task = load_task(args.task, include)
    if args.verb == "status":
        return _status(task, as_json=args.json)
    source = Path(args.source)
    if not source.exists():
        raise UsageError(
            f"{source} does not exist", hint="name the folder that holds the problem packages"
        )
    place = settings(environment(), sandbox=args.sandbox, unsafe=args.unsafe)
    with Workbench(place, tell) as tools:
        found = task.add_data(DataStore(place.data), source, tools)
    for _, group in groupby(found, key=_standing):
        alike = list(group)
        ids = [problem.problem for problem in alike]
        for name in [shortened(ids)] if many(ids) else ids:
            _tell_of(name, alike[0])
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


def _standing(problem: DataProblem) -> tuple[object, ...]:
    """Return all that is told of a problem but its name."""
    return (problem.ready, problem.tests, problem.missing, problem.notes)


def _tell_of(name: str, problem: DataProblem) -> None:
    tests = f", {problem.tests} tests" if problem.tests else ""
    print(f"{name}: {f'ready{tests}' if problem.ready else 'not ready'}")
    for line in problem.missing:
        print(f"  missing: {plain(line)}")
    for line in problem.notes:
        print(f"  note: {plain(line)}")


def _status(task: Task, *, as_json: bool) -> int:
    place = settings(environment())
    contest = task.contest(DataStore(place.data))
    if as_json:
        print(json.dumps(_standings(contest)))
        return 0
    lines = [(p.id, f"ready, {p.max_points:g} points") for p in contest.problems]
    lines += [(left.id, f"left out, {plain(left.reason)}") for left in contest.left_out]
    for said, group in groupby(lines, key=lambda line: line[1]):
        ids = [name for name, _ in group]
        for name in [shortened(ids)] if many(ids) else ids:
            print(f"{name}: {said}")
    print(f"{contest.judged_points:g} of {contest.total_points:g} points can be judged")
    return 0


def _standings(contest: Contest) -> dict[str, object]:
    """Return how each problem stands, as the object that ``--json`` prints."""
    ready = [
        {"problem": problem.id, "ready": True, "max_points": problem.max_points}
        for problem in contest.problems
    ]
    left_out = [
        {"problem": left.id, "ready": False, "max_points": left.max_points, "reason": left.reason}
        for left in contest.left_out
    ]
    return {
        "task": contest.id,
        "problems": ready + left_out,
        "judged_points": contest.judged_points,
        "total_points": contest.total_points,
    }
