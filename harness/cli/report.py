"""``harness report``: runs to an HTML folder, or to one HTML file."""

from __future__ import annotations

import argparse
from pathlib import Path

from harness.cli.progress import tell
from harness.cli.stoppable import end_as_by_ctrl_c
from harness.config import environment, settings
from harness.store import open_runs


def execute(args: argparse.Namespace) -> int:
    """Write the report and print its path."""
    from reports.build import build_report
    from reports.former import Former
    from reports.single import LARGE, build_single

    end_as_by_ctrl_c()
    runs = [run for name in args.runs for run in open_runs(Path(name), args.layer)]
    if not args.single_file:
        out = Path(args.output_path or "report")
        former = Former.at(out, settings(environment()).cache)
        print(build_report(runs, out, former).absolute())
        return 0
    out = Path(args.output_path or "report.html")
    size = build_single(runs, out)
    if size > LARGE:
        tell(f"the file has {size / 1e6:.1f} MB, which is much for a mail; a folder loads faster")
    print(out.absolute())
    return 0
