"""The server is away: wait for it, once for all samples.

A server that is started again takes minutes. When failures follow each other,
its health is asked for until it answers; a try that was lost to such an absence
is not held against its sample.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from enum import Enum

IN_A_ROW = 3
"""Failures with no success between them after which health is looked at."""

log = logging.getLogger(__name__)


class Found(Enum):
    """What a look at the server's health came to."""

    UP = "up"
    """It had not been away."""
    BACK = "back"
    """It had been away and is there again."""
    GONE = "gone"
    """It did not come back for as long as patience lasts."""


class Outage:
    """What is known of the server's health; shared by all samples of a backend."""

    def __init__(
        self,
        healthy: Callable[[], Awaitable[bool]],
        patience: Callable[[], float],
        pause_s: float,
    ) -> None:
        self._healthy = healthy
        self._patience = patience
        self._pause_s = pause_s
        self._in_a_row = 0
        self._since: float | None = None
        self._looks = 0
        self._found = Found.UP
        self._looking = asyncio.Lock()

    def succeeded(self) -> None:
        """Note that a sample arrived whole."""
        self._in_a_row = 0
        self._since = None

    async def failed(self) -> Found:
        """Note a failure; after several in a row, wait until the server is there or given up.

        One sample looks; those that come meanwhile share what it finds.
        """
        self._in_a_row += 1
        if self._in_a_row < IN_A_ROW:
            return Found.UP
        before = self._looks
        async with self._looking:
            if self._looks == before:
                self._found = await self._look()
                self._looks += 1
            return self._found

    async def _look(self) -> Found:
        found = Found.UP
        # A sample that arrives meanwhile proves more than any page on health.
        while self._in_a_row and not await self._healthy():
            now = time.monotonic()
            if self._since is None:
                self._since = now
                log.warning(
                    "the model server does not answer; waiting for it, up to %g s",
                    self._patience(),
                )
            left = self._since + self._patience() - now
            if left <= 0:
                # Kept, so that samples after this one do not wait as long again.
                return Found.GONE
            found = Found.BACK
            await asyncio.sleep(min(self._pause_s, left))
        if found is Found.BACK:
            log.warning("the model server answers again")
            self._in_a_row = 0
        self._since = None
        return found
