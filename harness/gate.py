"""The gate to the model: so many at once, and who goes in next.

Longest first, so that the last hour of a run is not spent on one long answer that began
late; how long the answers to a problem are is known from those that came. Problems that nothing
is known of go first. Those of one problem go in the order of asking, back to back, so that a
server reads their prompt once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf


class Line:
    """Who waits for one problem, and how long its answers were."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        """With numbers in the order of asking."""
        self.answers = 0
        self.length = 0

    @property
    def rank(self) -> tuple[float, int]:
        """What the line is chosen by, the greatest first."""
        expected = self.length / self.answers if self.answers else inf
        return expected, -self.waiting[0][0]


class Gate:
    """Lets ``width`` through at once; for one event loop."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._lines: dict[str, Line] = {}
        self._asked = 0

    @asynccontextmanager
    async def place(self, problem: str) -> AsyncIterator[None]:
        """Hold one of the places; waits until there is one."""
        await self._enter(problem)
        try:
            yield
        finally:
            self._leave()

    def came(self, problem: str, length: int) -> None:
        """Note how long an answer to a problem was, in any unit that all share."""
        line = self._lines.setdefault(problem, Line())
        line.answers += 1
        line.length += length

    async def _enter(self, problem: str) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._asked += 1
        self._lines.setdefault(problem, Line()).waiting.append((self._asked, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():
                self._leave()  # it was let in at the very moment it gave up
            raise

    def _leave(self) -> None:
        """Give the place to whoever is next."""
        while waited := [line for line in self._lines.values() if line.waiting]:
            _, turn = max(waited, key=lambda line: line.rank).waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
