"""A websocket to a browser: commands with answers, and the events that come between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import aiohttp

PATIENCE = 120.0
"""Seconds after which a browser that says nothing is given up."""


class Wire:
    """One connection; every message is JSON, an answer has the number of its command."""

    def __init__(self, address: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._runner = asyncio.Runner()
        self._numbers = count(1)
        self._runner.run(self._connect(address))

    async def _connect(self, address: str) -> None:
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(address, max_msg_size=0)

    def ask(self, method: str, params: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Send a command and return what comes back; events before it are kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params, **more}
        answer = self._runner.run(self._exchange(message, lambda m: m.get("id") == number))
        if "error" in answer:
            raise AssertionError(f"{method}: {json.dumps(answer)[:1_000]}")
        return dict(answer.get("result", {}))

    def wait(self, method: str) -> dict[str, Any]:
        """Return the first event of a kind that has not been taken, once it is there."""
        for event in self.events:
            if event.get("method") == method:
                return event
        return self._runner.run(self._exchange(None, lambda m: m.get("method") == method))

    async def _exchange(
        self, message: dict[str, Any] | None, wanted: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        if message is not None:
            await self._socket.send_str(json.dumps(message))
        while True:
            got = await self._socket.receive(timeout=PATIENCE)
            assert got.type is aiohttp.WSMsgType.TEXT, f"the browser went away: {got}"
            found: dict[str, Any] = json.loads(got.data)
            if "method" in found:
                self.events.append(found)
            if wanted(found):
                return found

    def close(self) -> None:
        """End the connection."""

        async def end() -> None:
            await self._socket.close()
            await self._session.close()

        self._runner.run(end())
        self._runner.close()
