"""One server is away: its health is asked for until it is back, once for all samples.

A server that is started again takes minutes. When failures follow each other, its
health is looked at; while it is away it is asked nothing, and a try that was lost to
such an absence is not held against its sample.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from harness.errors import BackendError

IN_A_ROW = 3
"""Failures with no success between them after which health is looked at."""

log = logging.getLogger(__name__)


class Outage:
    """What is known of a server's health; shared by all samples.

    ``healthy`` raises BackendError for a server that will never be back. ``name`` and
    ``meanwhile`` are for the warning: what is away, and what is done until it is back.
    """

    def __init__(
        self,
        healthy: Callable[[], Awaitable[bool]],
        pause_s: float,
        *,
        name: str = "the model server",
        meanwhile: Callable[[], str] = lambda: "waiting for it",
        in_a_row: int = IN_A_ROW,
    ) -> None:
        self.since: float | None = None
        """When it was first found away; kept until a sample arrives or it is back."""
        self.gone: BackendError | None = None
        """Why it will never be back."""
        self.watch: asyncio.Task[None] | None = None
        """Ends when the server is back."""
        self._healthy = healthy
        self._pause_s = pause_s
        self._name = name
        self._meanwhile = meanwhile
        self._needed = in_a_row
        self._in_a_row = 0
        self._first: asyncio.Future[bool] | None = None

    @property
    def away(self) -> bool:
        """Whether it should not be asked now."""
        return self.watch is not None or self.gone is not None

    def succeeded(self) -> None:
        """Note that a sample arrived whole, which proves more than any page on health."""
        self._in_a_row = 0
        self.since = None

    async def failed(self) -> bool:
        """Note a failure and say whether the server is away; it is looked at after several."""
        self._in_a_row += 1
        if self.gone is not None:
            return True
        if self.watch is None:
            if self._in_a_row < self._needed:
                return False
            self._first = asyncio.get_running_loop().create_future()
            self.watch = asyncio.create_task(self._look(self._first))
        assert self._first is not None
        return await asyncio.shield(self._first)

    async def close(self) -> None:
        """Look no more; safe to call twice."""
        watch, self.watch = self.watch, None
        if watch is not None:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch

    async def _look(self, first: asyncio.Future[bool]) -> None:
        try:
            if await self._healthy():
                self.since = None
                first.set_result(False)
                return
            if self.since is None:
                self.since = time.monotonic()
                log.warning("%s does not answer; %s", self._name, self._meanwhile())
            first.set_result(True)
            while self._in_a_row and not await self._healthy():
                await asyncio.sleep(self._pause_s)
            log.warning("%s answers again", self._name)
            self._in_a_row = 0
            self.since = None
        except BackendError as error:
            self.gone = error
        finally:
            self.watch = None
            if not first.done():
                first.set_result(True)
