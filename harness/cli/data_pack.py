"""``harness data export`` and ``import``: a task's packages in one file."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from harness.cli.terminal import plain
from harness.config import environment, include_of, settings
from harness.data import DataStore
from harness.errors import UsageError
from harness.inventory import deviation
from harness.packs.form import PackManifest
from harness.packs.reading import import_pack, opened_pack
from harness.packs.writing import write_pack
from harness.plugins import contest_file, load_task, store_of


def execute(args: argparse.Namespace) -> int:
    """Run one of both."""
    data = DataStore(settings(environment()).data)
    return _export(args, data) if args.verb == "export" else _import(args, data)


def _export(args: argparse.Namespace, data: DataStore) -> int:
    out = Path(args.to)
    task = load_task(args.task, include_of(environment(), args.include_path))
    if own := contest_file(task):
        raise UsageError(
            f"{task.id} is read where it is, beside {own}; nothing of it is in the data store",
            hint=f"copy the folder {Path(own).parent} itself, with the packages that it names, and "
            "name it there with --include-path",
        )
    store = store_of(task)
    manifest = write_pack(data, store, out)
    _tell(manifest)
    for package, inventory in sorted(manifest.packages.items()):
        for path in deviation(data.folder(store, package), inventory).added:
            print(f"left out, put there by hand: {package}/{plain(path)}")
    with out.open("rb") as file:
        print(f"sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}")
    print(f"next: harness data import {plain(str(out))}, on the other machine")
    print(out.absolute())
    return 0


def _import(args: argparse.Namespace, data: DataStore) -> int:
    place = Path(args.file)
    with opened_pack(place) as (_, manifest):
        task = load_task(manifest.task, include_of(environment(), args.include_path))
    manifest = import_pack(data, place)
    _tell(manifest)
    contest = task.contest(data)
    print(f"{contest.judged_points:g} of {contest.total_points:g} points can be judged")
    print(f"next: harness run --task {task.id}")
    return 0


def _tell(manifest: PackManifest) -> None:
    for package, inventory in sorted(manifest.packages.items()):
        print(
            f"{manifest.task}/{package}: {len(inventory.files):,} files, {inventory.size:,} bytes"
        )
    origins = {origin for each in manifest.packages.values() for origin in each.origins}
    for origin in sorted(origins, key=lambda origin: (origin.source, origin.revision)):
        said = [origin.source]
        said += [f"at {origin.revision}"] if origin.revision else []
        said += [f"licence {origin.licence or 'not known'}"]
        print(plain(f"from {', '.join(said)}"))
