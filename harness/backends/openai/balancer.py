"""Several servers with one model: who gets the next request, and what is done without one.

A request goes to the server with the fewest unfinished ones. The later turns of an attempt go
where the one before went, which has their long beginning in its prefix cache, unless that server
has clearly more to do. A server that is away is passed over until its health is good again; its
samples go to the others, with the seeds they had.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from harness.backends.openai.client import Client
from harness.backends.openai.outage import Outage

Attempt = tuple[str, str, int]
"""Contestant, problem and number of the sample."""

LEAD, SHARE = 4, 0.25
"""How many more unfinished requests the server of an attempt may have than the one with the
fewest: so many, and such a share of those more."""
HOMES = 1 << 16
"""Attempts whose server is remembered, the last asked for."""


class Found(Enum):
    """What a failed try came to."""

    UP = "up"
    """The server had not been away: the try counts."""
    AWAY = "away"
    """The server is away, and another one is there, or it is back by now."""
    GONE = "gone"
    """No server came back for as long as patience lasts."""


class Endpoint:
    """One server: its connections, its health, and how much it has to do."""

    def __init__(self, client: Client, outage: Outage) -> None:
        self.client = client
        self.outage = outage
        self.outstanding = 0
        """Requests that have not ended."""
        self.begun = 0
        """Requests ever sent."""
        self.finished = 0
        """Samples that arrived whole."""

    def succeeded(self) -> None:
        """Note that a sample arrived whole."""
        self.finished += 1
        self.outage.succeeded()


class Balancer:
    """The servers of a backend."""

    def __init__(self, endpoints: Sequence[Endpoint], *, patience_s: float, start_s: float) -> None:
        self.endpoints = tuple(endpoints)
        self._patience_s = patience_s
        self._start_s = start_s
        self._homes: OrderedDict[Attempt, Endpoint] = OrderedDict()

    @contextmanager
    def lend(
        self, but: Endpoint | None = None, attempt: Attempt | None = None
    ) -> Iterator[Endpoint]:
        """Lend a server for one request of an attempt; another one than ``but``.

        It is the one that the attempt's last request went to, or the one with the least to do. A
        server that is away is lent only where all are, and ``but`` where it is alone.
        """
        chosen = self._chosen(but, attempt)
        chosen.outstanding += 1
        chosen.begun += 1
        try:
            yield chosen
        finally:
            chosen.outstanding -= 1

    def _chosen(self, but: Endpoint | None, attempt: Attempt | None) -> Endpoint:
        there = [endpoint for endpoint in self.endpoints if not endpoint.outage.away]
        least = min(
            there or self.endpoints,
            key=lambda endpoint: (endpoint is but, endpoint.outstanding, endpoint.begun),
        )
        if attempt is None or len(self.endpoints) == 1:
            return least
        home = self._homes.pop(attempt, least)
        most = least.outstanding * (1 + SHARE) + LEAD
        if home is but or home not in there or home.outstanding > most:
            home = least
        self._homes[attempt] = home
        if len(self._homes) > HOMES:
            self._homes.popitem(last=False)
        return home

    async def lost(self, endpoint: Endpoint) -> Found:
        """Note that a try failed as it does without a server; wait where none is left.

        Raises the BackendError of a server that will never be back, where all are such.
        """
        if not await endpoint.outage.failed():
            return Found.UP
        while all(other.outage.away for other in self.endpoints):
            watches = [other.outage.watch for other in self.endpoints if other.outage.watch]
            if not watches:
                assert endpoint.outage.gone is not None
                raise endpoint.outage.gone
            back, _ = await asyncio.wait(
                watches, timeout=self._left(), return_when=asyncio.FIRST_COMPLETED
            )
            if not back:
                return Found.GONE
        return Found.AWAY

    def patience_s(self, endpoint: Endpoint) -> float:
        """Return how long an absence of this server is waited for."""
        return self._patience_s if endpoint.client.answered else self._start_s

    async def close(self) -> None:
        """Release connections; safe to call twice."""
        for endpoint in self.endpoints:
            await endpoint.outage.close()
            await endpoint.client.close()

    def _left(self) -> float:
        """Return how much patience there is with the server that has most of it."""
        now = time.monotonic()
        return max(
            (endpoint.outage.since or now) + self.patience_s(endpoint) - now
            for endpoint in self.endpoints
            if endpoint.outage.watch is not None
        )
