"""The core that the programs of one slot talk on: one that no other slot of the machine has.

Several runs may judge on one machine at once, and each would begin to count at its own first
core. So a slot holds a lock on a file that is named after its core, in a folder that all runs
of a user share; the kernel releases it when the run dies, however it dies. It is a courtesy:
where there is no such folder, or every core is taken, a core is shared.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import tempfile
import threading
from collections import Counter
from pathlib import Path

_used: Counter[int] = Counter()
"""How many slots of this process have each core, by its number on the machine."""
_counting = threading.Lock()


class Core:
    """A core, held until it is released.

    ``number`` counts only the cores that this process may use, as the runner does.
    """

    def __init__(self) -> None:
        allowed = sorted(os.sched_getaffinity(0))
        with _counting:
            # The last one first: the first serves most of a machine's interrupts.
            order = sorted(allowed, key=lambda core: (_used[core], -core))
            self._lock, self._machine = _first_free(order)
            _used[self._machine] += 1
        self.number = allowed.index(self._machine)

    def release(self) -> None:
        """Let others have the core; safe to call twice."""
        with _counting:
            lock, machine, self._lock, self._machine = self._lock, self._machine, -1, -1
            if machine >= 0:
                _used[machine] -= 1
        if lock >= 0:
            os.close(lock)


def _first_free(order: list[int]) -> tuple[int, int]:
    """Return a lock and its core; -1 for the lock where the core is shared."""
    with contextlib.suppress(OSError):
        folder = _folder()
        for core in order:
            lock = os.open(
                folder / str(core), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
            )
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(lock)
            else:
                return lock, core
    return -1, order[0]


def _folder() -> Path:
    """Return the folder of locks; raises OSError where somebody else's stands in its place."""
    folder = Path(tempfile.gettempdir(), f"harness-cores-{os.geteuid()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise PermissionError(1, "the folder belongs to someone else")
    return folder
