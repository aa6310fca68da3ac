"""The data store: official tests the user brought, one folder a problem.

::

    <root>/ioi2025/worldmap/problem.json, tests/, subtasks/, ...

Packages come in whole or not at all: a folder is filled beside its place and
renamed into it. What a process that was killed left behind is removed by the next
one. What a package must contain is the business of its task.
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

from harness.errors import TaskDataError

OLD = "-old-"
PACKAGE = "package"
"""Where the old package is while it is replaced: ``.<problem>-old-…/package``."""


class DataStore:
    """Folders of problem packages under one root."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, task: str, problem: str) -> Path:
        """Return where the package of a problem is, or would be."""
        return self.root / task / problem

    def has(self, task: str, problem: str) -> bool:
        """Return whether there is a package for a problem."""
        return self.folder(task, problem).is_dir()

    @contextmanager
    def filling(self, task: str, problem: str) -> Iterator[Path]:
        """Yield an empty folder that replaces the problem's package when the block succeeds.

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
            with _locked(place.parent):
                _replace(place, fresh)
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
