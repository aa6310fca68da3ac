"""A real vLLM, without a GPU, on a model of random weights; the tests go in this order."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from harness.backend import Reply
from harness.backends.vllm.backend import VLLMBackend
from harness.backends.vllm.guard import descendants
from harness.errors import BackendError
from harness.types import FinishReason
from tests.vllm.conftest import CONTEXT, Engine, request


def said(reply: Reply) -> tuple[str, str | None]:
    return reply.text, reply.reasoning


def ask(engine: Engine, *seeds: int, **more: Any) -> list[Reply]:
    """Ask for several samples at once."""

    async def go(backend: VLLMBackend) -> list[Reply]:
        return list(await asyncio.gather(*(backend.generate(request(n, **more)) for n in seeds)))

    return engine.run(go)


async def running(backend: VLLMBackend) -> float:
    """Return how many samples the engine is busy with."""
    client = backend.servers[0].endpoint.client
    page = await client.page(f"{client.root}/metrics")
    return sum(map(float, re.findall(r"^vllm:num_requests_running\{.*\} (\S+)", page, re.M)))


def test_the_first_sample_starts_the_engine(engine: Engine) -> None:
    """It is ready after minutes at most, says so, and counts tokens."""
    (reply,) = ask(engine, 1)
    assert reply.tries == 1
    assert reply.tokens_in
    assert reply.tokens_out
    ready = [line for line in engine.told if line.startswith("vLLM: ready after")]
    assert len(ready) == 1
    facts = dict(engine.backend.facts)
    assert re.match(r"vllm\S* \d+\.\d+\S*, torch \d+\.\d+", facts["engine"])
    assert "--max-model-len 4096" in facts["flags"]


def test_the_same_seed_says_the_same(engine: Engine) -> None:
    """Alone or among others, a seed gives its text; other seeds give other texts."""
    alone = [said(ask(engine, seed)[0]) for seed in range(4)]
    among = [said(reply) for reply in ask(engine, *range(32))]
    assert among[:4] == alone
    assert len(set(among)) == 32


def test_a_budget_that_ends_inside_the_thoughts_is_a_result(engine: Engine) -> None:
    """The server says that there is no content; the answer is empty and its thoughts are kept."""
    replies = ask(engine, *range(100, 108), max_tokens=8)
    cut = [reply for reply in replies if reply.finish_reason is FinishReason.LENGTH]
    assert cut
    assert {reply.text for reply in cut} == {""}
    assert all(reply.reasoning for reply in cut)
    assert {reply.tokens_out for reply in cut} == {8}
    assert {reply.tries for reply in replies} == {1}


def test_cancelling_stops_the_engine(engine: Engine) -> None:
    """A sample that is not wanted any more costs nothing from then on."""

    async def cancel(backend: VLLMBackend) -> None:
        samples = [
            asyncio.ensure_future(backend.generate(request(n, max_tokens=4000))) for n in range(16)
        ]
        while not await running(backend):
            await asyncio.sleep(0.05)
        for sample in samples:
            sample.cancel()
        await asyncio.gather(*samples, return_exceptions=True)
        while await running(backend):
            await asyncio.sleep(0.05)

    engine.run(cancel)


def test_what_does_not_fit_is_refused(engine: Engine) -> None:
    """An answer longer than the context ends the run; a prompt longer than it, its attempt."""
    with pytest.raises(BackendError, match=f"does not fit the model's {CONTEXT}") as caught:
        ask(engine, 1, max_tokens=CONTEXT)
    assert caught.value.final
    (reply,) = ask(engine, 1, prompt="1 + 1 = 2; " * 2000)
    assert reply.finish_reason is FinishReason.REJECTED
    assert str(CONTEXT) in reply.text


def test_a_killed_engine_costs_no_sample(engine: Engine) -> None:
    """With its worker killed under load, every sample arrives once, as its seed has it."""
    seeds = range(200, 264)

    async def kill(backend: VLLMBackend) -> list[Reply]:
        samples = [
            asyncio.ensure_future(backend.generate(request(n, max_tokens=400))) for n in seeds
        ]
        while await running(backend) < 10:
            await asyncio.sleep(0.02)
        workers = [pid for pid in descendants(os.getpid()) if "Worker" in title(pid)]
        assert workers
        for pid in workers:
            os.kill(pid, signal.SIGKILL)
        return list(await asyncio.gather(*samples))

    begin = time.monotonic()
    killed = engine.run(kill)
    engine.told.append(f"killed, started again, done: {time.monotonic() - begin:.0f} s")
    assert any("starting it again (1 of 3)" in line for line in engine.told)
    assert max(reply.tries for reply in killed) > 1
    undisturbed = ask(engine, *seeds, max_tokens=400)
    assert list(map(said, killed)) == list(map(said, undisturbed))


def test_nothing_is_left_of_it(engine: Engine) -> None:
    """Closing ends all of its processes, and says so to nobody's surprise."""
    assert any("Worker" in title(pid) for pid in descendants(os.getpid()))
    engine.run(lambda backend: backend.close())
    assert descendants(os.getpid()) == []
    print("\n".join(engine.told))


def title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
