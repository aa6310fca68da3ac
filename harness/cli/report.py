"""``harness report``: run folders to an HTML folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.store import RunFolder


def execute(args: argparse.Namespace) -> int:
    """Write the report and print its path."""
    from reports.build import build_report

    runs = [RunFolder(Path(name), args.layer) for name in args.runs]
    print(build_report(runs, Path(args.output_path)).absolute())
    return 0
