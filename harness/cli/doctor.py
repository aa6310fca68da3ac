"""``harness doctor``: what this machine can judge with, and what is missing."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

import msgspec

from harness.cli.colours import Colour, painted
from harness.config import environment, settings

if TYPE_CHECKING:
    from sandbox.doctor import Health

GIBIBYTE = 1 << 30


def execute(args: argparse.Namespace) -> int:
    """Print what was found; exit 3 when nothing isolated can run."""
    from sandbox.doctor import examine

    place = settings(environment())
    found = examine(place.cache, place.data)
    print(json.dumps(msgspec.to_builtins(found)) if args.json else as_text(found))
    return 0 if found.isolated else 3


def as_text(found: Health) -> str:
    """Return what was found as lines for people."""
    lines = [
        f"machine   {found.system}, {found.cores} cores, "
        f"{found.memory_bytes / GIBIBYTE:.1f} GiB, "
        + (f"control groups v{found.cgroup}" if found.cgroup else "no control groups")
    ]
    for state in found.tiers:
        works = painted("works", Colour.GOOD, sys.stdout)
        word = works if state.works else painted("missing", Colour.BAD, sys.stdout)
        lines.append(f"{state.tier:<10}{word}: {state.detail}")
        if state.next:
            lines.append(f"{'':<10}next: {state.next}")
        lines += [f"{'':<10}{name}: {version}" for name, version in state.compilers]
    lines += [f"room      {size / GIBIBYTE:.1f} GiB in {place}" for place, size in found.free_bytes]
    if found.isolated:
        lines.append(f"judging takes the {found.chosen} tier")
    else:
        lines.append("nothing isolated can run here; --unsafe runs programs that you trust")
    return "\n".join(lines)
