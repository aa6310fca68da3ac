"""``harness export``: runs as tables, or as lm-eval's files."""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.cli.stoppable import end_as_by_ctrl_c
from harness.cli.terminal import plain
from harness.errors import StoreError, UsageError
from harness.export import TABLES, lm_eval_files, write_csv, write_parquet
from harness.export.tables import Source
from harness.history import history
from harness.store import RunFolder, open_runs


def execute(args: argparse.Namespace) -> int:
    """Write the files and print their paths."""
    end_as_by_ctrl_c()
    runs = [run for name in args.runs for run in open_runs(Path(name), args.layer)]
    ids = [run.record.id for run in runs]
    for name in ids:
        if ids.count(name) > 1:
            raise UsageError(f"the run {name} is named twice", hint="name each run once")
    out = Path(args.output_path).absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already", hint="name a folder that does not exist yet")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name[:32]}-", dir=out.parent))
        try:
            fresh.chmod(0o755)
            _write(args.format, runs, fresh)
            if out.exists():
                out.rmdir()
            fresh.rename(out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written: {error.strerror or error}",
            hint="the runs are untouched; make room, or choose another place with -o",
        ) from error
    files = [str(place) for place in sorted(out.rglob("*")) if place.is_file()]
    if args.json:
        print(json.dumps({"format": args.format, "runs": ids, "files": files}))
    else:
        print("\n".join(map(plain, files)))
    return 0


def _write(form: str, runs: Sequence[RunFolder], folder: Path) -> None:
    if form == "lm-eval":
        lm_eval_files(runs, folder)
    elif form == "parquet":
        write_parquet(TABLES, _sources(runs), folder)
    else:
        write_csv(TABLES, _sources(runs), folder)


def _sources(runs: Sequence[RunFolder]) -> Iterator[Source]:
    """Yield the attempts of runs; one run's log is held in memory at a time."""
    for run in runs:
        pasts = history(run)
        run.check_begun(len(pasts.begun))
        for past in pasts.values():
            if past.start is not None:
                yield Source(run, past)
