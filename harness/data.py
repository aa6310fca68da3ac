"""The data store: official tests the user brought, one folder a problem.

::

    <root>/ioi2025/worldmap/problem.json, tests/, subtasks/, ...

Packages come in whole or not at all: a folder is filled beside its place and
renamed into it. What a process that was killed left behind is removed by the next
one. What a package must contain is the business of its task. Of every package there is an
inventory, with the digest of each file and where it is from.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from harness import inventory
from harness.errors import TaskDataError
from harness.inventory import Inventory, Origin
from harness.store import write_atomically

OLD = "-old-"
PACKAGE = "package"
"""Where the old package is while it is replaced: ``.<problem>-old-…/package``."""


SCRATCH = ".scratch"
"""Where packages are made before they come in."""


class DataStore:
    """Folders of problem packages under one root.

    ``origins`` is where the packages are from that come in through it.
    """

    def __init__(self, root: Path, origins: tuple[Origin, ...] = ()) -> None:
        self.root = root
        self.origins = origins

    def folder(self, task: str, problem: str) -> Path:
        """Return where the package of a problem is, or would be."""
        return self.root / task / problem

    def has(self, task: str, problem: str) -> bool:
        """Return whether there is a package for a problem."""
        return self.folder(task, problem).is_dir()

    def packages(self, task: str) -> tuple[str, ...]:
        """Return the names of a task's packages, sorted."""
        return _visible(self.root / task)

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that have a folder here, sorted."""
        return _visible(self.root)

    def inventory(self, task: str, package: str) -> Inventory | None:
        """Return what came in as a package, or none where nobody wrote it down.

        Raises :class:`~harness.errors.TaskDataError` for one that cannot be read.
        """
        return inventory.read_inventory(self._inventory_place(task, package))

    def record(self, task: str, package: str, found: Inventory) -> None:
        """Write down what a package is."""
        place = self._inventory_place(task, package)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(place, msgspec.json.format(msgspec.json.encode(found), indent=1))
        except OSError as error:
            raise self._unwritable(error) from error

    def _inventory_place(self, task: str, package: str) -> Path:
        return self.root / inventory.FOLDER / task / f"{package}.json"

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Yield an empty folder on the store's own disk, which is removed afterwards.

        Those of processes that were killed go with the next one.
        """
        home = self.root / SCRATCH
        try:
            home.mkdir(parents=True, exist_ok=True)
            with _locked(home):
                for left in home.iterdir():
                    _remove_if_orphan(left)
                fresh = Path(tempfile.mkdtemp(dir=home))
                owner = _lock(fresh)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            os.close(owner)

    @contextmanager
    def filling(
        self, task: str, problem: str, origins: tuple[Origin, ...] | None = None
    ) -> Iterator[Path]:
        """Yield an empty folder that replaces the problem's package when the block succeeds.

        ``origins`` is where it is from, in place of the store's own.

        Raises :class:`~harness.errors.TaskDataError` when the store cannot be written.
        """
        place = self.folder(task, problem)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            with _locked(place.parent):
                _sweep(place)
                fresh = Path(tempfile.mkdtemp(prefix=f".{problem}-", dir=place.parent))
                # Held until the folder is in its place: it says that its owner is alive.
                owner = _lock(fresh)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield fresh
            fresh.chmod(0o755)
            found = inventory.inventory_of(fresh, self.origins if origins is None else origins)
            with _locked(place.parent):
                # Whoever dies between these has a package that nobody has written down, which is
                # said; never one that seems to be another.
                self._inventory_place(task, problem).unlink(missing_ok=True)
                _replace(place, fresh)
                self.record(task, problem, found)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            if fresh.exists():
                shutil.rmtree(fresh, ignore_errors=True)
            os.close(owner)

    def _unwritable(self, error: OSError) -> TaskDataError:
        where = os.fspath(error.filename) if error.filename else str(self.root)
        return TaskDataError(
            f"the data store {self.root} cannot be written: {error.strerror or error} ({where})",
            hint="free some space, or choose another place with HARNESS_DATA=/path/with/room",
        )


def _lock(folder: Path, how: int = fcntl.LOCK_EX) -> int:
    """Lock a folder and return what to close; the kernel unlocks it when its owner dies."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = _lock(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def _visible(folder: Path) -> tuple[str, ...]:
    try:
        found = [place.name for place in folder.iterdir() if place.is_dir()]
    except (FileNotFoundError, NotADirectoryError):
        return ()
    return tuple(sorted(name for name in found if not name.startswith(".")))


def _remove_if_orphan(folder: Path) -> None:
    """Remove a folder whose owner is dead."""
    try:
        owner = _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.close(owner)


def _replace(place: Path, fresh: Path) -> None:
    """Put a folder into its place; what was there before is removed."""
    if place.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{place.name}{OLD}", dir=place.parent))
        place.rename(old / PACKAGE)
        fresh.rename(place)
        shutil.rmtree(old, ignore_errors=True)
    else:
        fresh.rename(place)


def _sweep(place: Path) -> None:
    """Remove the folders of owners that are dead, and put back what one had taken away.

    Only called with the parent locked, so that nothing is being replaced meanwhile.
    """
    ours = re.compile(rf"\.{re.escape(place.name)}({OLD}|-)[a-z0-9_]{{8}}")
    for left in sorted(place.parent.iterdir()):
        made = ours.fullmatch(left.name)
        if not made:
            continue
        try:
            owner = _lock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        with contextlib.suppress(OSError):
            if made[1] == OLD and not place.exists():
                (left / PACKAGE).rename(place)
        shutil.rmtree(left, ignore_errors=True)
        os.close(owner)
