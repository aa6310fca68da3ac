"""``harness report``: runs to an HTML folder."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.store import open_runs


def execute(args: argparse.Namespace) -> int:
    """Write the report and print its path."""
    from reports.build import build_report

    runs = [run for name in args.runs for run in open_runs(Path(name), args.layer)]
    print(build_report(runs, Path(args.output_path)).absolute())
    return 0
