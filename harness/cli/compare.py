"""``harness compare``: two runs side by side."""

from __future__ import annotations

import argparse
import json

import msgspec

from harness.cli.compared_text import sections
from harness.cli.opposed import opposed
from harness.cli.terminal import plain
from harness.comparison import Metric, compared
from harness.stats.paired import Unit


def execute(args: argparse.Namespace) -> int:
    """Print what differs, and how sure that is, for each contest."""
    found = [
        compared(base, new, unit=Unit(args.unit), metric=Metric(args.metric), alpha=args.alpha)
        for base, new in opposed(args, args.base, args.new)
    ]
    if args.json:
        print(json.dumps([{**msgspec.to_builtins(one), "shown": one.shown} for one in found]))
        return 0
    for one in found:
        print(f"\n## {plain(one.title)}: {plain(one.base)} (base) and {plain(one.new)} (new)")
        for part in sections(one, in_cell):
            print(f"\n{part.text}")
    print()
    return 0


def in_cell(text: str) -> str:
    """Return a name for a table in a terminal."""
    return plain(text).replace("|", "\\|")
