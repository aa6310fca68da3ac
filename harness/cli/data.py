"""``harness data``: bring official tests in, see what is there, carry it elsewhere."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness.cli.data_told import tell_of, tell_together
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import environment, include_of, settings
from harness.data import DataStore
from harness.errors import UsageError
from harness.inventory import Origin
from harness.plugins import load_task
from harness.tools import Workbench
from harness.types import Contest


def execute(args: argparse.Namespace) -> int:
    """Run one verb of ``harness data``."""
    match args.verb:
        case "list":
            from harness.cli.data_list import execute as verb
        case "pull":
            from harness.cli.data_pull import execute as verb
        case "verify":
            from harness.cli.data_verify import execute as verb
        case "export" | "import":
            from harness.cli.data_pack import execute as verb
        case "status":
            verb = _status
        case _:
            verb = _add
    return verb(args)


def _add(args: argparse.Namespace) -> int:
    task = load_task(args.task, include_of(environment(), args.include_path))
    source = Path(args.source)
    if not source.exists():
        raise UsageError(
            f"{source} does not exist", hint="name the folder that holds the problem packages"
        )
    place = settings(environment(), sandbox=args.sandbox, unsafe=args.unsafe)
    # Not where it is on this machine: an inventory goes on to others.
    data = DataStore(place.data, (Origin(source=source.resolve().name, how="add"),))
    with Workbench(place, tell) as tools:
        found = task.add_data(data, source, tools)
    return tell_of(task, data, found, f"add the missing files under {source} and run this again")


def _status(args: argparse.Namespace) -> int:
    task = load_task(args.task, include_of(environment(), args.include_path))
    contest = task.contest(DataStore(settings(environment()).data))
    if args.json:
        print(json.dumps(_standings(contest)))
        return 0
    lines = [(p.id, f"ready, {p.max_points:g} points") for p in contest.problems]
    lines += [(left.id, f"left out, {plain(left.reason)}") for left in contest.left_out]
    tell_together(lines)
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
