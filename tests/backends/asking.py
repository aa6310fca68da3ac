"""Asking a fake server through the real backend."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from harness.backend import Reply, Request, sample_seed
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.key import Key
from harness.backends.openai.options import read_options
from harness.types import Message, Sampling
from tests.fakes.openai_server import FakeServer

T = TypeVar("T")
KEY = "sk-very-secret-0123456789"


def request(sample: int = 0, prompt: str = "Solve it.") -> Request:
    return Request(
        contestant="tiny",
        problem="souvenirs",
        sample=sample,
        turn=0,
        messages=(Message(role="user", content=prompt),),
        sampling=Sampling(temperature=0.6, top_p=0.9, max_tokens=4096),
        seed=sample_seed(0, "tiny", "souvenirs", sample, 0),
    )


def backend_for(url: str, **args: str) -> OpenAIBackend:
    """Return a backend that does not pause for long."""
    options = read_options({"model": "tiny", "base_url": url, **args}, {})
    return OpenAIBackend(options, Key(KEY), pause_s=0.005)


def talk(server: FakeServer, what: Callable[[OpenAIBackend], Awaitable[T]], **args: str) -> T:
    """Do something with a backend while the server is there."""

    async def go() -> T:
        async with server:
            backend = backend_for(server.url, **args)
            try:
                return await what(backend)
            finally:
                await backend.close()

    return asyncio.run(go())


def ask(server: FakeServer, **args: str) -> Reply:
    """Return the reply to one request."""
    return talk(server, lambda backend: backend.generate(request()), **args)
