"""The folder of one slot on the host, which nobody removes while its owner lives.

An owner holds a lock on a file beside its folder; the kernel releases it when the owner
dies, however it dies. So whoever opens the next slot can tell what was abandoned, also where
several containers or hosts share a cache and cannot see each other's processes.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"


class SlotFolder:
    """A fresh folder under ``slots``; opening one removes those that were abandoned.

    Raises ``OSError`` where there is no room.
    """

    def __init__(self, slots: Path) -> None:
        self._removing = threading.Lock()
        slots.mkdir(parents=True, exist_ok=True)
        with _alone(slots):
            _remove_abandoned(slots)
            self.path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=slots))
            self._lock = os.open(_lock_of(self.path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Remove the folder with everything in it; safe to call twice, and from two threads.

        A descriptor closed twice would be somebody else's the second time.
        """
        with self._removing:
            lock, self._lock = self._lock, -1
        if lock >= 0:
            _remove(self.path)
            os.close(lock)


@contextmanager
def _alone(slots: Path) -> Iterator[None]:
    """Keep others from making or removing folders: a new one is not locked from its beginning."""
    descriptor = os.open(slots / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_abandoned(slots: Path) -> None:
    for place in slots.iterdir():
        if place.is_dir() and not _held(_lock_of(place)):
            _remove(place)


def _held(lock: Path) -> bool:
    """Return whether the owner of a lock lives."""
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _remove(place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    _lock_of(place).unlink(missing_ok=True)


def _lock_of(place: Path) -> Path:
    return place.with_name(place.name + LOCK)
