"""What came into the data store, and where from: every file of a package with its digest.

::

    <data>/.inventory/<task>/<package>.json

A package is what comes in whole: a problem's folder, or a paper of a problem set. What was put into
its folder later by hand is none of its files; what is missing or other than it was is named.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from harness.errors import TaskDataError

FOLDER = ".inventory"
VERSION = 1
"""Of the form of an inventory; a reader refuses another."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where files of a package are from."""

    source: str
    """A repository, or the name of the folder or archive that was given."""
    how: str
    """``pull``, ``add`` or ``record``: the command that brought them in."""
    revision: str = ""
    """The commit of the repository, where there is one."""
    licence: str = ""
    """As its publisher names it; empty where nobody said."""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a package."""

    path: str
    """Under the package's folder, with forward slashes."""
    size: int
    """Bytes."""
    sha256: str


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """All files of a package as it came in."""

    version: int = VERSION
    origins: tuple[Origin, ...] = ()
    files: tuple[StoredFile, ...]
    """Sorted by path."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class Deviation(msgspec.Struct, frozen=True, kw_only=True):
    """How a package differs from what came in; paths under its folder."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    """Files that are in no inventory: put there by hand."""

    @property
    def damaged(self) -> bool:
        """Whether something of what came in is not there any more."""
        return bool(self.missing or self.changed)


def inventory_of(folder: Path, origins: tuple[Origin, ...] = ()) -> Inventory:
    """Read every file of a folder, a megabyte at a time, and return the inventory."""
    files = tuple(_stored(folder, path) for path in sorted(_paths(folder)))
    return Inventory(origins=origins, files=files)


def deviation(folder: Path, inventory: Inventory) -> Deviation:
    """Compare a package with what came in, byte by byte."""
    there = set(_paths(folder))
    known = {file.path for file in inventory.files}
    return Deviation(
        missing=tuple(file.path for file in inventory.files if file.path not in there),
        changed=tuple(
            file.path
            for file in inventory.files
            if file.path in there and _stored(folder, file.path) != file
        ),
        added=tuple(sorted(there - known)),
    )


def read_inventory(place: Path) -> Inventory | None:
    """Return an inventory, or none where there is none.

    Raises :class:`~harness.errors.TaskDataError` for one that is damaged, or of another version.
    """
    try:
        read = msgspec.json.decode(place.read_bytes(), type=Inventory)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise TaskDataError(f"{place}: {error}", hint=_HINT) from error
    if read.version != VERSION:
        raise TaskDataError(
            f"{place} is of version {read.version}, this program reads {VERSION}", hint=_HINT
        )
    return read


_HINT = "bring the package in again, or record it as it is with `harness data verify TASK --record`"


def _paths(folder: Path) -> Iterator[str]:
    for home, folders, names in os.walk(folder):
        folders.sort()
        for name in names:
            yield Path(home, name).relative_to(folder).as_posix()


def _stored(folder: Path, path: str) -> StoredFile:
    with (folder / path).open("rb") as file:
        sha = hashlib.file_digest(file, "sha256").hexdigest()
        return StoredFile(path=path, size=file.tell(), sha256=sha)
