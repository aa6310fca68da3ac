"""The folder of compiled programs, which may not grow without end.

A program is a folder ``ab/abcdef…`` of its own. Whoever uses one touches it; when much was added,
those that were not used for longest leave, but none that a judging may still hold.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

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
