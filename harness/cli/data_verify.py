"""``harness data verify``: whether what is in the store is what came in."""

from __future__ import annotations

import argparse
import json

import msgspec

from harness.cli.terminal import plain
from harness.config import environment, settings
from harness.data import DataStore
from harness.errors import TaskDataError, UsageError
from harness.inventory import Deviation, Origin, deviation, inventory_of


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One package."""

    task: str
    package: str
    files: int
    recorded: bool
    """Whether anybody wrote down what it is."""
    deviation: Deviation

    @property
    def sound(self) -> bool:
        """Whether all that came in is there as it was."""
        return self.recorded and not self.deviation.damaged


def execute(args: argparse.Namespace) -> int:
    """Print what is missing or changed; exit 1 where anything is."""
    data = DataStore(settings(environment()).data)
    for name in args.tasks:
        if name not in data.tasks:
            raise UsageError(
                f"the data store {data.root} has nothing of {name}",
                hint=f"it has {', '.join(data.tasks) or 'nothing at all'}",
            )
    if args.record:
        return _record(data, args.tasks)
    checked = [
        _check(data, task, package)
        for task in args.tasks or data.tasks
        for package in data.packages(task)
    ]
    if args.json:
        print(json.dumps([msgspec.to_builtins(each) for each in checked]))
    else:
        _tell(data, checked)
    return 0 if all(each.sound for each in checked) else 1


def _check(data: DataStore, task: str, package: str) -> Checked:
    found = data.inventory(task, package)
    if found is None:
        return Checked(task=task, package=package, files=0, recorded=False, deviation=Deviation())
    return Checked(
        task=task,
        package=package,
        files=len(found.files),
        recorded=True,
        deviation=deviation(data.folder(task, package), found),
    )


def _tell(data: DataStore, checked: list[Checked]) -> None:
    for each in checked:
        name = f"{each.task}/{each.package}"
        if not each.recorded:
            print(
                f"{name}: nobody wrote down what it is: bring it in again, or record it as it is "
                f"with `harness data verify {each.task} --record`"
            )
        for what in ("missing", "changed", "added"):
            for path in getattr(each.deviation, what):
                more = " by hand (not checked, and in no pack)" if what == "added" else ""
                print(f"{name}: {what}{more}: {plain(path)}")
    sound = sum(each.sound for each in checked)
    files = sum(each.files for each in checked)
    print(f"{sound} of {len(checked)} packages are as they came in ({files:,} files), {data.root}")


def _record(data: DataStore, tasks: list[str]) -> int:
    """Write packages down as they are, with where they are from as far as that is known."""
    if not tasks:
        raise UsageError("--record needs to be told of which tasks", hint="name them")
    for task in tasks:
        for package in data.packages(task):
            try:
                before = data.inventory(task, package)
            except TaskDataError:
                before = None
            mine = Origin(source="as it was in the data store", how="record")
            origins = tuple(dict.fromkeys((*(before.origins if before else ()), mine)))
            found = inventory_of(data.folder(task, package), origins)
            data.record(task, package, found)
            print(f"{task}/{package}: {len(found.files):,} files, {found.size:,} bytes recorded")
    return 0
