"""The ends of attempts, put on the disk in groups.

A disk takes milliseconds to be sure of anything, on some file systems many. Meanwhile the loop
goes on, and whatever else ends waits for the next group.
"""

from __future__ import annotations

import asyncio

from harness.store import Recorder
from harness.types import AttemptEnd


class Ends:
    """Writes ends to a run; for one event loop."""

    def __init__(self, writer: Recorder) -> None:
        self._writer = writer
        self._waiting: dict[str, AttemptEnd] = {}
        self._writing = asyncio.Lock()

    async def put(self, end: AttemptEnd) -> None:
        """Write an end; when this returns, no crash can take it."""
        self._waiting[end.attempt] = end
        async with self._writing:
            if self._waiting.get(end.attempt) is not end:
                return  # it was in the group before
            group, self._waiting = tuple(self._waiting.values()), {}
            work = asyncio.ensure_future(asyncio.to_thread(self._writer.append_ends, group))
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                await asyncio.wait([work])  # the run may be closed only after that
                raise
