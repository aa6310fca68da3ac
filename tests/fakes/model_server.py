"""A model server as a process of its own: an engine with so many slots, and with lengths known.

``python -m tests.fakes.model_server --slots 64``

How long an answer takes is a function of the prompt, which may say ``takes about 2 s``, and of
the seed: the same sample takes as long and says the same whenever it is asked for. What finds no
slot free waits, as in vLLM without a word or with comments that keep the connection alive.
``GET /engine`` tells how busy the slots were.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import NormalDist
from typing import Any

from aiohttp import web

from tests.fakes.openai_server import (
    Act,
    FakeServer,
    begin,
    delta,
    fails,
    resets,
    says,
    sse,
    streams,
)

SAID = re.compile(r"takes about ([\d.]+) s")
TOKENS_PER_S = 50
LONGEST, SHORTEST = 3.0, 0.3
"""Times the mean."""


def seconds_of(prompt: str, seed: int, mean: float = 1.0, spread: float = 0.0) -> float:
    """Return how long a sample takes: log-normal around what its prompt says, by its seed."""
    said = SAID.search(prompt)
    mean = float(said.group(1)) if said else mean
    drawn = NormalDist().inv_cdf((seed % 9973 + 0.5) / 9973)
    return mean * min(LONGEST, max(SHORTEST, math.exp(spread * drawn - spread * spread / 2)))


class Engine:
    """Slots, and how they were used."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._slots = asyncio.Semaphore(options.slots)
        self._says: Mapping[str, str] = (
            json.loads(Path(options.answers).read_text()) if options.answers else {}
        )
        self.asked = self.running = self.most = 0
        self.busy_s = 0.0
        self.first = self.last = 0.0
        self._seen: set[int] = set()

    async def act(self, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        """Wait for a slot, write for as long as the sample takes, and answer."""
        self.asked += 1
        prompt, seed = body["messages"][-1]["content"], body.get("seed") or 0
        fault = self._fault(seed)
        if fault is not None:
            return await fault(request, body)
        takes = seconds_of(prompt, seed, self._options.seconds, self._options.spread)
        usage = {"prompt_tokens": len(prompt) // 4, "completion_tokens": int(takes * TOKENS_PER_S)}
        text = self._text(prompt, seed)
        if not body.get("stream"):
            async with self._slots:
                await self._write(takes)
            return await says(text, usage=usage)(request, body)
        response = await begin(request)
        await self._queue(response)
        try:
            many = self._options.pieces

            async def send(at: int) -> None:
                piece = text[at * len(text) // many : (at + 1) * len(text) // many]
                await response.write(sse(delta(piece), done=False))

            await self._write(takes, many, send)
        finally:
            self._slots.release()
        await response.write(sse(delta("", "stop"), {"choices": [], "usage": usage}))
        await response.write_eof()
        return response

    async def _queue(self, response: web.StreamResponse) -> None:
        """Take a slot; until there is one, send comments that keep the connection alive."""
        turn = asyncio.ensure_future(self._slots.acquire())
        try:
            while not (await asyncio.wait([turn], timeout=self._options.keep_alive))[0]:
                await response.write(b": keep-alive\n\n")
        except BaseException:
            if not turn.cancel():
                self._slots.release()
            raise

    async def _write(
        self, seconds: float, pieces: int = 1, send: Callable[[int], Awaitable[None]] | None = None
    ) -> None:
        """Be busy for so long, whatever sending takes, and send pieces on the way."""
        begun = time.monotonic()
        self.first = self.first or begun
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            for at in range(pieces):
                await asyncio.sleep(begun + seconds * (at + 1) / pieces - time.monotonic())
                if send is not None:
                    await send(at)
        finally:
            self.running -= 1
            self.last = time.monotonic()
            self.busy_s += self.last - begun

    def _text(self, prompt: str, seed: int) -> str:
        said = next((text for words, text in self._says.items() if words in prompt), None)
        return said if said is not None else f"{seed} ".ljust(self._options.text, "x") + " 7"

    def _fault(self, seed: int) -> Act | None:
        """Return what happens to a sample that is asked for the first time, or None."""
        if not self._options.faults or seed in self._seen:
            return None
        self._seen.add(seed)
        return FAULTS[seed % len(FAULTS)]

    async def tell(self, _: web.Request) -> web.Response:
        """Tell how busy the slots were, from the first answer's beginning to the last one's end."""
        names = ("asked", "running", "most", "busy_s", "first", "last")
        return web.json_response({name: getattr(self, name) for name in names})


FAULTS: tuple[Act | None, ...] = (
    fails(429, Retry_After="0.2"),
    resets(delta("half of ")),
    None,
    fails(503),
    streams(sse(delta("half of "), {"error": {"message": "the engine died", "code": 500}})),
    streams(sse(delta("half of "))),
    fails(502),
)
"""What a server may do to a sample; by its seed, and only the first time it is asked for."""


async def serve(options: argparse.Namespace) -> None:
    """Serve until killed; the port is printed as soon as it is open."""
    engine = Engine(options)
    async with FakeServer(
        engine.act, port=options.port, pages={"/engine": engine.tell}, remember=False
    ) as server:
        print(server.port, flush=True)
        await asyncio.Event().wait()


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--slots", type=int, default=1 << 20)
    parser.add_argument("--seconds", type=float, default=0.1, help="mean of a generation")
    parser.add_argument("--spread", type=float, default=0.0, help="sigma of their logarithm")
    parser.add_argument("--pieces", type=int, default=20, help="frames of a stream")
    parser.add_argument("--text", type=int, default=2000, help="letters of an answer")
    parser.add_argument("--answers", default="", help="JSON: words of a prompt to an answer")
    parser.add_argument("--keep-alive", type=float, default=1.0)
    parser.add_argument("--faults", action="store_true")
    return parser


class Running:
    """A server's process, as its starter sees it."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Start it, again on the port it had."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__, "--port", str(self.port), *self.words],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.communicate()

    def facts(self) -> dict[str, float]:
        """Return what it tells of its engine."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/engine") as page:
            found: dict[str, float] = json.load(page)
        return found

    def until(self, holds: Callable[[dict[str, float]], bool]) -> None:
        """Wait until something can be said of the engine."""
        while not holds(self.facts()):
            time.sleep(0.05)


@contextmanager
def running(*words: str) -> Iterator[Running]:
    """Run a server in a process of its own."""
    server = Running(*words)
    try:
        yield server
    finally:
        server.kill()


if __name__ == "__main__":
    asyncio.run(serve(arguments().parse_args()))
