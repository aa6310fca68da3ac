"""What long generations cost here: ``python -m tests.bench.generation``.

A fake server in a process of its own answers 2,000 requests at once, each after 10 seconds.
Printed is the CPU of this process per request: of bare aiohttp, of our backend, and of a whole
run with its store, streamed and not, in rounds that alternate. (Some minutes.)
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import msgspec

from harness.backend import Request, sample_seed
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.body import body_of
from harness.backends.openai.key import Key
from harness.backends.openai.options import read_options
from harness.meter import Meter
from harness.run import Windows, execute
from harness.strategies.single import Single
from harness.types import Contest, Message, Sampling
from tests.bench.tiny import spread
from tests.fakes.model_server import running
from tests.fakes.scripted import AnswersOnly, ScriptedTask, contest, problem, start_run

PROBLEMS = 20
PROMPT = "What is seven? " * 100
MEBIBYTE = 1 << 20


def main() -> int:
    """Measure, and print a line for each way to ask."""
    options = _arguments().parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the server's as well
    words = ("--seconds", str(options.seconds), "--text", str(options.text))
    with running(*words) as server:
        for streamed in (False, True):
            _compare(server.url, options, streamed)
    print(
        f"medians of {options.rounds} alternating rounds; {os.cpu_count()} cores, load "
        f"{os.getloadavg()[0]:.1f}, aiohttp {aiohttp.__version__}, Python {sys.version.split()[0]}"
    )
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--text", type=int, default=2000)
    return parser


Way = Callable[[OpenAIBackend, list[Request]], Awaitable[None]]


def _compare(url: str, options: argparse.Namespace, streamed: bool) -> None:
    ways: dict[str, Way] = {"bare aiohttp": _bare, "our backend": _backend, "a whole run": _run}
    args = {"model": "tiny", "base_url": url, "stream": str(streamed).lower()}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    took: dict[str, list[float]] = {name: [] for name in ways}
    grew: dict[str, float] = {}
    for _ in range(options.rounds):
        for name, way in ways.items():
            backend = OpenAIBackend(read_options(args, {}), Key(""))
            gc.collect()
            begun, cpu = time.monotonic(), time.process_time()
            peak = asyncio.run(_watched(way(backend, _requests(options.requests)), backend))
            spent[name].append((time.process_time() - cpu) / options.requests * 1e3)
            took[name].append(time.monotonic() - begun)
            grew[name] = max(grew.get(name, 0.0), peak)
    how = "streamed in 20 frames" if streamed else "not streamed"
    print(f"{options.requests} x {options.seconds:g} s at once, {how}, {options.text} letters:")
    for name in ways:
        over = [ours / bare for ours, bare in zip(spent[name], spent["bare aiohttp"], strict=True)]
        print(
            f"  {name:13} {statistics.median(spent[name]):6.2f} ms of CPU a request; over bare "
            f"{spread(over)}; {statistics.median(took[name]):5.1f} s in all; "
            f"process up to {grew[name]:.0f} MiB",
            flush=True,
        )


def _requests(many: int) -> list[Request]:
    return [
        Request(
            contestant="tiny",
            problem=f"p{number % PROBLEMS}",
            sample=number // PROBLEMS,
            turn=0,
            messages=(Message(role="user", content=PROMPT),),
            sampling=Sampling(),
            seed=sample_seed(0, "tiny", f"p{number % PROBLEMS}", number // PROBLEMS, 0),
        )
        for number in range(many)
    ]


async def _watched(work: Awaitable[None], backend: OpenAIBackend) -> float:
    """Do work and return the most MiB that this process held meanwhile."""
    peak = 0.0

    async def look() -> None:
        nonlocal peak
        while True:
            peak = max(peak, resident())
            await asyncio.sleep(0.5)

    watch = asyncio.ensure_future(look())
    try:
        await work
    finally:
        watch.cancel()
        await backend.close()
    return peak


def resident() -> float:
    """Return the MiB that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


async def _bare(backend: OpenAIBackend, requests: list[Request]) -> None:
    options = backend._options
    url = f"{options.base_urls[0]}/chat/completions"

    async def whole(session: aiohttp.ClientSession, request: Request) -> str:
        async with session.post(url, json=body_of(request, options)) as response:
            found = await response.json()
            return str(found["choices"][0]["message"]["content"])

    async def in_frames(session: aiohttp.ClientSession, request: Request) -> str:
        text = ""
        async with session.post(url, json=body_of(request, options)) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    for choice in json.loads(line[6:])["choices"]:
                        text += choice["delta"].get("content") or ""
        return text

    ask = in_frames if options.stream else whole
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(total=None)
    ) as session:
        texts = await asyncio.gather(*(ask(session, request) for request in requests))
    assert all(text.endswith("7") for text in texts)


async def _backend(backend: OpenAIBackend, requests: list[Request]) -> None:
    replies = await asyncio.gather(*(backend.generate(request) for request in requests))
    assert all(reply.text.endswith("7") and reply.tries == 1 for reply in replies)


async def _run(backend: OpenAIBackend, requests: list[Request]) -> None:
    of = _contest()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        place = Path(name) / "run"
        with start_run(place, backend, of, attempts=len(requests) // PROBLEMS) as writer:
            meter = Meter()
            windows = Windows(generations=len(requests), judgings=1)
            tools = AnswersOnly()
            await execute(writer, of, ScriptedTask(of), backend, Single(), tools, meter, windows)  # type: ignore[arg-type]
            assert meter.judged == len(requests)


def _contest() -> Contest:
    problems = (problem(f"p{number}") for number in range(PROBLEMS))
    return contest(*(msgspec.structs.replace(one, statement=PROMPT) for one in problems))


if __name__ == "__main__":
    sys.exit(main())
