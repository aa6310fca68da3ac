"""``harness data pull``: fetch a public set from the hub."""

from __future__ import annotations

import argparse

from harness.cli.data_told import tell_of
from harness.cli.progress import tell
from harness.cli.terminal import plain
from harness.config import environment, include_of, settings
from harness.data import DataStore
from harness.hub.client import Hub
from harness.hub.public_set import PublicSet
from harness.hub.pulling import Pulled, chosen_set, pull, revisions_of
from harness.plugins import load_task
from harness.tools import Workbench


def execute(args: argparse.Namespace) -> int:
    """Fetch, take in, and say from which commits."""
    task = load_task(args.task, include_of(environment(), args.include_path))
    public = chosen_set(task, args.set)
    revisions = revisions_of(public, tuple(args.revision))
    hub = Hub(environment(), tell)
    place = settings(environment(), sandbox=args.sandbox, unsafe=args.unsafe)
    data = DataStore(place.data)
    with Workbench(place, tell) as tools:
        pulled = pull(task, public, data, hub, tools, revisions)
    _tell_of_commits(public, pulled)
    for name, why in pulled.converted.left_out:
        print(f"{plain(name)}: not taken from this set: {plain(why)}")
    return tell_of(task, data, pulled.problems, "bring the packages in that are named above")


def _tell_of_commits(public: PublicSet, pulled: Pulled) -> None:
    for repository, origin in zip(public.repositories, pulled.origins, strict=True):
        if repository.revision == origin.revision:
            said = "the pinned commit"
        elif repository.revision:
            said = f"not the pinned commit {repository.revision}"
        else:
            said = "no commit is pinned: give this one with --revision to fetch the same again"
        print(f"{repository.id} at {origin.revision} ({said}), {repository.licence}")
