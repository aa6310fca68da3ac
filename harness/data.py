"""The data store: official tests the user brought, one folder a problem.

::

    <root>/ioi2025/worldmap/problem.json, tests/, subtasks/, ...

Packages come in whole or not at all: a folder is filled beside its place and
renamed into it. What a package must contain is the business of its task.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.errors import TaskDataError


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
            fresh = Path(tempfile.mkdtemp(prefix=f".{problem}-", dir=place.parent))
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield fresh
            fresh.chmod(0o755)
            if place.exists():
                old = Path(tempfile.mkdtemp(prefix=f".{problem}-old-", dir=place.parent))
                place.rename(old / "package")
                fresh.rename(place)
                shutil.rmtree(old, ignore_errors=True)
            else:
                fresh.rename(place)
        except OSError as error:
            raise self._unwritable(error) from error
        finally:
            if fresh.exists():
                shutil.rmtree(fresh, ignore_errors=True)

    def _unwritable(self, error: OSError) -> TaskDataError:
        where = os.fspath(error.filename) if error.filename else str(self.root)
        return TaskDataError(
            f"the data store {self.root} cannot be written: {error.strerror or error} ({where})",
            hint="free some space, or choose another place with HARNESS_DATA=/path/with/room",
        )
