"""``harness data list``: of each task, where its data is from, and what is there."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from harness.cli.progress import tell
from harness.cli.terminal import plain, plain_lines
from harness.config import environment, include_of, settings
from harness.data import DataStore
from harness.errors import HarnessError, TaskDataError
from harness.hub.public_set import PublicSet, public_sets
from harness.inventory import Origin
from harness.plugins import contest_file, load_task, store_of, task_names

NOWHERE = ".nothing"
"""A folder that no store has."""


class OnHub(msgspec.Struct, frozen=True, kw_only=True):
    """A repository of a public set."""

    set: str
    repository: str
    revision: str
    """The commit that is pinned; empty where none is."""
    licence: str
    note: str


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package in the data store."""

    name: str
    files: int
    size: int
    """Bytes."""
    recorded: bool
    origins: tuple[Origin, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One task."""

    task: str
    public: tuple[OnHub, ...]
    own: str
    """The contest file beside which its packages are read; empty where they are in the store."""
    store: str
    """The folder of the data store that they are in."""
    sources: tuple[str, ...]
    """Where its contest file says that its figures and packages are from."""
    packages: tuple[Package, ...]

    @property
    def size(self) -> int:
        """Bytes of its packages."""
        return sum(package.size for package in self.packages)


def execute(args: argparse.Namespace) -> int:
    """Print a paragraph a task."""
    data = DataStore(settings(environment()).data)
    include = include_of(environment(), args.include_path)
    listed: list[Listed] = []
    wrong: list[HarnessError] = []
    for name in args.tasks or task_names(include):
        try:
            listed.append(_listed(data, name, include))
        except HarnessError as error:
            if args.tasks:
                raise
            wrong.append(error)  # it hides no other task
    if args.json:
        print(json.dumps([msgspec.to_builtins(each) for each in listed]))
    else:
        for each in listed:
            _tell(each)
    for fault in wrong:
        tell(plain_lines(f"not listed: [{fault.code}] {fault}"))
    return 1 if wrong else 0


def _listed(data: DataStore, name: str, include: Sequence[Path]) -> Listed:
    task = load_task(name, include)
    return Listed(
        task=task.id,
        public=tuple(row for public in public_sets(task) for row in _on_hub(public)),
        # Of a contest without data: to read gigabytes of tests would say no more of it.
        sources=task.contest(DataStore(data.root / NOWHERE)).sources,
        own=contest_file(task),
        store=store_of(task),
        packages=tuple(
            _package(data, store_of(task), package) for package in data.packages(store_of(task))
        ),
    )


def _on_hub(public: PublicSet) -> list[OnHub]:
    return [
        OnHub(
            set=public.name,
            repository=repository.id,
            revision=repository.revision,
            licence=repository.licence,
            note=repository.note,
        )
        for repository in public.repositories
    ]


def _package(data: DataStore, task: str, package: str) -> Package:
    """Return what is known of a package without reading its files."""
    try:
        found = data.inventory(task, package)
    except TaskDataError:
        found = None
    places = [place for place in data.folder(task, package).rglob("*") if place.is_file()]
    return Package(
        name=package,
        files=len(places),
        size=sum(place.stat().st_size for place in places),
        recorded=found is not None,
        origins=found.origins if found is not None else (),
    )


def _tell(each: Listed) -> None:
    count = len(each.packages)
    there = f"{count} package{'s' * (count != 1)}, {each.size:,} bytes" if count else "nothing"
    shared = f", as {each.store}" if each.store != each.task and count else ""
    if each.own:
        print(f"{each.task}: read where it is, beside {plain(each.own)}")
    else:
        print(f"{each.task}: {there} in the data store{shared}")
    for package in each.packages:
        unknown = "" if package.recorded else ", not recorded"
        print(f"  {package.name}: {package.files:,} files, {package.size:,} bytes{unknown}")
        for origin in package.origins:
            at = f" at {origin.revision}" if origin.revision else ""
            licence = f", {origin.licence}" if origin.licence else ""
            print(f"    from {plain(origin.source)}{at} ({origin.how}{licence})")
    for row in each.public:
        pinned = f"at {row.revision}" if row.revision else "no commit pinned"
        note = f"; {row.note}" if row.note else ""
        print(f"  pull ({row.set}): {row.repository}, {pinned}, {row.licence}{note}")
    for source in each.sources:
        print(f"  source: {plain(source)}")
