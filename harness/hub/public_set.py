"""The adapter of one public set: where its tables are, and how they become packages.

A task names its sets in ``public``; the first is the one that ``harness data pull`` takes. An
adapter is one small class: it says what its tables are and writes, into an empty folder, what the
task's ``add_data`` takes in. It never fetches anything and never looks at a digest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec

from harness.hub.table import Table

Stored = Callable[[str], Path | None]
"""The folder of a package that is in the data store already, or none."""


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """A repository of tables on the hub."""

    id: str
    """``owner/name`` of a data set."""
    licence: str
    """As its card names it."""
    files: tuple[str, ...]
    """Patterns of the files that are read, such as ``data/train-*.parquet``."""
    row: type[msgspec.Struct]
    """A row of its tables: its fields are the columns that are read, and those without a default
    must be there."""
    revision: str = ""
    """The commit that is fetched. Empty where none could be confirmed: the newest is fetched then,
    and its commit is written down and told."""
    note: str = ""
    """What is not confirmed about it."""


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a set's rows."""

    left_out: tuple[tuple[str, str], ...] = ()
    """Problems that no package was written of, each with the reason."""
    joined: tuple[str, ...] = ()
    """Packages that were begun with what was in the data store."""


@runtime_checkable
class PublicSet(Protocol):
    """One public set."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """Where its tables are."""
        ...

    def convert(self, tables: Mapping[str, Table], folder: Path, stored: Stored) -> Converted:
        """Write packages into an empty folder from the tables, by the id of their repository.

        Raises :class:`~harness.errors.TaskDataError` for rows that contradict each other.
        """
        ...


def public_sets(task: object) -> tuple[PublicSet, ...]:
    """Return the public sets of a task; most have none."""
    return tuple(getattr(task, "public", ()))
