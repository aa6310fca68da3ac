"""``harness data pull``: a public set becomes packages of the data store."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from harness.data import DataStore
from harness.errors import UsageError
from harness.hub.client import Hub, Snapshot
from harness.hub.public_set import Converted, PublicSet, Repository, public_sets
from harness.hub.table import Table
from harness.inventory import Inventory, Origin
from harness.task import DataProblem, Task, Tools

HOW = "pull"


class Pulled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a pull."""

    problems: tuple[DataProblem, ...]
    origins: tuple[Origin, ...]
    converted: Converted


def chosen_set(task: Task, name: str = "") -> PublicSet:
    """Return a public set of a task: the first, or the one of a name.

    Raises :class:`~harness.errors.UsageError` when there is none.
    """
    sets = {each.name: each for each in public_sets(task)}
    if not sets:
        raise UsageError(
            f"no public set is known for {task.id}",
            hint=f"bring its data in with `harness data add {task.id} DIR`; "
            "`harness data list` says where it is from",
        )
    if name and name not in sets:
        raise UsageError(f"{task.id} has no public set {name!r}", hint=f"it has {', '.join(sets)}")
    return sets[name] if name else next(iter(sets.values()))


def revisions_of(public: PublicSet, given: tuple[str, ...]) -> dict[str, str]:
    """Return the revision that was asked for of each repository: ``REV``, or ``REPO=REV``.

    Raises :class:`~harness.errors.UsageError` for a repository that the set does not have.
    """
    ids = [repository.id for repository in public.repositories]
    found: dict[str, str] = {}
    for text in given:
        name, equals, revision = text.rpartition("=")
        if not equals and len(ids) > 1:
            raise UsageError(
                f"{public.name} is in several repositories: which is at {text}?",
                hint=" ".join(f"--revision {each}=COMMIT" for each in ids),
            )
        name = name or ids[0]
        if name not in ids or not revision:
            raise UsageError(
                f"--revision {text}: {public.name} is in {', '.join(ids)}",
                hint=f"such as --revision {ids[0]}=COMMIT",
            )
        found[name] = revision
    return found


def pull(
    task: Task,
    public: PublicSet,
    data: DataStore,
    hub: Hub,
    tools: Tools,
    revisions: Mapping[str, str],
) -> Pulled:
    """Fetch a set, look at its columns, and take in what its adapter makes of its rows.

    Nothing comes in before all tables are there with their digests and their columns.
    """
    snapshots = [
        (repository, hub.snapshot(repository, revisions.get(repository.id, "")))
        for repository in public.repositories
    ]
    tables = {repository.id: _table(hub, repository, found) for repository, found in snapshots}
    origins = tuple(
        Origin(
            source=f"{hub.host}/datasets/{found.id}",
            how=HOW,
            revision=found.commit,
            licence=repository.licence,
        )
        for repository, found in snapshots
    )

    def stored(package: str) -> Path | None:
        return data.folder(task.id, package) if data.has(task.id, package) else None

    with data.scratch() as folder:
        before = {name: data.inventory(task.id, name) for name in data.packages(task.id)}
        converted = public.convert(tables, folder, stored)
        if any(folder.iterdir()):
            problems = task.add_data(DataStore(data.root, origins), folder, tools)
        else:
            problems = ()
    for name in converted.joined:
        _join_origins(data, task.id, name, before.get(name))
    return Pulled(problems=problems, origins=origins, converted=converted)


def _table(hub: Hub, repository: Repository, found: Snapshot) -> Table:
    files = [(file.path, hub.fetch(found, file)) for file in found.files]
    table = Table(f"{found.id} at {found.commit}", files)
    table.check(repository.row)
    return table


def _join_origins(data: DataStore, task: str, package: str, before: Inventory | None) -> None:
    """Say of a package that was begun with another's files where those are from, too."""
    now = data.inventory(task, package)
    if now is not None and before is not None:
        both = tuple(dict.fromkeys((*before.origins, *now.origins)))
        data.record(task, package, msgspec.structs.replace(now, origins=both))
