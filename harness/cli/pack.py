"""``harness pack``: runs in one file, to be sent, kept and read as they are."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from harness.cli.stoppable import end_as_by_ctrl_c
from harness.cli.terminal import plain
from harness.config import environment
from harness.packing import pack_runs
from harness.store import open_runs


def execute(args: argparse.Namespace) -> int:
    """Write the file and say what is in it."""
    end_as_by_ctrl_c()
    runs = [run for name in args.runs for run in open_runs(Path(name))]
    out = Path(args.output_path)
    kept = pack_runs(
        runs,
        out,
        prompts=not args.no_prompts,
        reasoning=not args.no_reasoning,
        environment=environment(),
    )
    if args.json:
        facts = {"texts": kept.texts, "missing": kept.missing}
        ids = [run.record.id for run in runs]
        print(json.dumps({"file": str(out.absolute()), "runs": ids, **facts}))
        return 0
    said = f"{len(runs)} run{'s' * (len(runs) > 1)}, {kept.texts:,} texts"
    if kept.missing:
        said += f"; {kept.missing:,} more are not in the run folder any more"
    print(plain(f"packed: {said}"))
    print(plain(f"next:   harness report {out} -o DIR"))
    print(out.absolute())
    return 0
