"""What a slot holds: bytes that were put into it, and what it kept of programs.

A slot lives for a whole run of thousands of candidates, so what was not used for long leaves
again: within a budget of bytes and of files, those used last stay (the tests of the problem
that is judged now, then those of the one before).
"""

from __future__ import annotations

from collections import OrderedDict

from sandbox.box import Blob

MOST_BYTES = 2 << 30
MOST_BLOBS = 4096

HELD_JOBS = 64
"""Whatever the budget, a blob stays until this many more jobs were sent: many more than are
under way at once, so that none loses what it was about to use."""


class Shelf:
    """The blobs of one slot, least recently used first."""

    def __init__(self, most_bytes: int = MOST_BYTES, most_blobs: int = MOST_BLOBS) -> None:
        self._most_bytes = most_bytes
        self._most_blobs = most_blobs
        self._held: OrderedDict[str, tuple[int, int]] = OrderedDict()
        """Size, and how many jobs had been sent when it was last used."""
        self._bytes = 0
        self._jobs = 0

    def add(self, blob: Blob) -> None:
        """Note that the slot holds a blob now."""
        if not self.use(blob):
            self._held[blob.name] = (blob.size, self._jobs)
            self._bytes += blob.size

    def use(self, blob: Blob) -> bool:
        """Return whether the slot holds a blob, which then stays as if it were new."""
        name = blob.name
        if name not in self._held:
            return False
        self._held[name] = (blob.size, self._jobs)
        self._held.move_to_end(name)
        return True

    def sent(self, jobs: int) -> None:
        """Count jobs that were sent to the slot."""
        self._jobs += jobs

    def clear_out(self) -> list[str]:
        """Forget what is beyond the budget and not in use, and return the names."""
        names = []
        while self._held and (self._bytes > self._most_bytes or len(self._held) > self._most_blobs):
            name, (size, used) = next(iter(self._held.items()))
            if self._jobs - used < HELD_JOBS:
                break
            del self._held[name]
            self._bytes -= size
            names.append(name)
        return names
