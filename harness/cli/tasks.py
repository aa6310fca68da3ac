"""``harness tasks``: what there is to run, and what is wrong with one of them."""

from __future__ import annotations

import argparse
import json

from harness.config import environment, settings
from harness.plugins import BACKENDS, STRATEGIES, names, task_names


def execute(args: argparse.Namespace) -> int:
    """Print the names of all plugins, of which nothing is imported; or check one task."""
    place = settings(
        environment(), sandbox=args.sandbox, unsafe=args.unsafe, include=args.include_path
    )
    if args.check:
        from harness.cli.checked_task import check

        return check(args.check, place, as_json=args.json)
    found = {
        "tasks": task_names(place.include),
        "backends": names(BACKENDS),
        "strategies": names(STRATEGIES),
    }
    if args.json:
        print(json.dumps(found))
    else:
        for kind, listed in found.items():
            print(f"{kind + ':':<12}{', '.join(listed)}")
    return 0
