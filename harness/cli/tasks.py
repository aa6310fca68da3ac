"""``harness tasks``: what there is to run."""

from __future__ import annotations

import argparse
import json

from harness.plugins import BACKENDS, STRATEGIES, TASKS, names


def execute(args: argparse.Namespace) -> int:
    """Print the names of all plugins; nothing is imported."""
    found = {group.rpartition(".")[2]: names(group) for group in (TASKS, BACKENDS, STRATEGIES)}
    if args.json:
        print(json.dumps(found))
    else:
        for kind, listed in found.items():
            print(f"{kind + ':':<12}{', '.join(listed)}")
    return 0
