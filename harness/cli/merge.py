"""``harness merge``: the shards of a run become one run."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from harness.cli.outcome import finish
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.desk import Phase
from harness.merging import merge
from harness.store import RunFolder


def execute(args: argparse.Namespace) -> int:
    """Merge, write the report and print the table, as the run that did everything would."""
    merged = merge(
        [Path(name) for name in args.shards],
        Path(args.output_path),
        allow_missing=args.allow_missing,
    )
    if not args.quiet:
        for line in _said(merged.path, merged.missing, merged.attempts, merged.unread_layers):
            tell(plain(line))
        if not merged.fresh:
            tell(plain(f"{merged.path} holds these shards already; nothing was changed"))
    args.phase, args.fail_on_error = Phase.BOTH, 0.0
    return finish(args, [RunFolder(merged.path)])


def _said(path: Path, missing: int, attempts: int, layers: tuple[str, ...]) -> list[str]:
    """Return what should be known of a run before its numbers are read."""
    lines = []
    if missing:
        lines.append(
            f"{missing} of {attempts} attempts are missing, and in no score: "
            f"`harness run --resume {shlex.quote(str(path))}` does them"
        )
    if layers:
        lines.append(
            f"what `harness rejudge` found in {', '.join(layers)} is not merged: judge the merged "
            "run again"
        )
    return lines
