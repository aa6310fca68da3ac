"""The folder of compiled programs, which may not grow without end.

A program is a folder ``ab/abcdef…`` of its own. Whoever uses one touches it; when much was added,
those that were not used for longest leave, but none that a judging may still hold. Whatever is
written here is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from harness.errors import BoxError

MOST_BYTES = 8 << 30
LOOK_AFTER_BYTES = 256 << 20
"""What is added before the folder is looked through again."""

IN_USE_S = 2 * 3600.0
"""A program that was asked for within this time may be running."""


class Kept:
    """Programs by key; several processes may share the folder."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._added = LOOK_AFTER_BYTES  # what earlier processes left is looked through at once
        self._lock = threading.Lock()

    def place(self, key: str) -> Path:
        """Return where the program of a key is, or will be."""
        return self._folder / key[:2] / key

    def use(self, place: Path) -> bool:
        """Return whether a program is there; it then stays for a while."""
        try:
            os.utime(place)
        except FileNotFoundError:
            return False
        return True

    def keep(self, place: Path, files: Mapping[str, bytes]) -> None:
        """Keep a program's files; may remove others.

        Raises :class:`~harness.errors.BoxError` where they cannot be written.
        """
        _write_folder(place, files)
        self.added(sum(map(len, files.values())))

    def added(self, size: int) -> None:
        """Take note that a program of so many bytes was added; may remove others."""
        with self._lock:
            self._added += size
            if self._added < LOOK_AFTER_BYTES:
                return
            self._added = 0
        self.clear_out()

    def clear_out(self) -> None:
        """Remove what is beyond the budget and was not used for long."""
        found = sorted(self._programs(), key=lambda each: each[1])
        total = sum(size for _, _, size in found)
        for place, used, size in found:
            if total <= self._most_bytes or time.time() - used < IN_USE_S:
                return
            _remove(place)
            total -= size

    def _programs(self) -> list[tuple[Path, float, int]]:
        """Return place, time of last use and size of every program."""
        found = []
        for place in self._folder.glob("??/*"):
            try:
                if place.is_dir():
                    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
                    found.append((place, place.stat().st_mtime, size))
            except FileNotFoundError:
                continue  # another process removed it
        return found


def _remove(place: Path) -> None:
    """Remove a program whole: nobody may find half of one."""
    gone = Path(tempfile.mkdtemp(prefix=".gone-", dir=place.parent))
    with contextlib.suppress(OSError):  # another process was first
        place.rename(gone / "program")
    shutil.rmtree(gone, ignore_errors=True)


def write(place: Path, data: bytes) -> None:
    """Write a file whole; raises :class:`~harness.errors.BoxError` where it cannot be written."""
    # Two threads may write the same at the same time: a name of its own for each.
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).rename(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _no_room(place, "written", error) from error


def _write_folder(place: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder as a whole or not at all; one that is there already has the same files."""
    try:
        place.parent.mkdir(exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        try:
            for name, data in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                _write_thinly(fresh / name, data)
                (fresh / name).chmod(0o755)
            if not place.exists():
                fresh.rename(place)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        if place.exists():
            return
        raise _no_room(place, "written", error) from error


def _write_thinly(place: Path, data: bytes) -> None:
    """Write a file in which blocks of zeros, as of a large array, take no room on the disk."""
    size = 1 << 16
    zeros, view = bytes(size), memoryview(data)
    with place.open("wb") as file:
        for at in range(0, len(data), size):
            block = view[at : at + size]
            if block == zeros[: len(block)]:
                file.seek(len(block), os.SEEK_CUR)
            else:
                file.write(block)
        file.truncate(len(data))


def make_folder(folder: Path) -> None:
    """Make a folder of the cache; raises :class:`~harness.errors.BoxError` where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_room(folder, "made", error) from error


def _no_room(place: Path, done: str, error: OSError) -> BoxError:
    return BoxError(
        f"{place} cannot be {done}: {error.strerror}",
        hint="make room, or choose another place with HARNESS_CACHE=/path",
    )
