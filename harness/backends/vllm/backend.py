"""Servers of our own behind the requests of the openai backend."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from harness.backend import Reply, Request
from harness.backends.openai.backend import OpenAIBackend
from harness.backends.openai.balancer import Balancer
from harness.backends.openai.client import Client
from harness.backends.openai.key import Key
from harness.backends.vllm.options import Options
from harness.backends.vllm.supervisor import Launch, Supervisor
from harness.errors import BackendError
from harness.types import Contestant

FOR_EVER_S = 1e7
"""How long to wait for a server is its supervisor's decision."""

NOWHERE = "http://127.0.0.1"
"""The address of a server that has not been started."""

LaunchOf = Callable[[int, str], Launch]
"""Returns how the server of this number is started, with this key."""


class VLLMBackend:
    """Starts its servers when it is first asked, and ends them when it is closed.

    ``context`` are the tokens of prompt and answer together, where they are known. ``pace``
    shortens pauses, in tests.
    """

    def __init__(
        self,
        options: Options,
        launch: LaunchOf,
        facts: Mapping[str, str],
        tell: Callable[[str], None],
        *,
        context: int | None = None,
        pace: float = 1.0,
    ) -> None:
        requests = options.requests
        self.name = f"vllm:{requests.id}"
        self.contestants: tuple[Contestant, ...] = (
            Contestant(id=requests.id, title=requests.title),
        )
        self.facts = tuple(sorted(facts.items()))
        self._context = context
        # Servers on this machine can be reached by everyone on it.
        token = secrets.token_urlsafe()
        self.servers = [
            Supervisor(
                launch(number, token), Client(NOWHERE, requests, Key(token)), tell, pace=pace
            )
            for number in range(options.replicas)
        ]
        servers = Balancer(
            [one.endpoint for one in self.servers], patience_s=FOR_EVER_S, start_s=FOR_EVER_S
        )
        self._asking = OpenAIBackend(requests, Key(token), pause_s=pace, servers=servers)
        self._starting: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[Any]] = []

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:  # noqa: ARG002
        """Return None: any number can be asked for."""
        return None

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:  # noqa: ARG002
        """Return None: a strategy may ask again and again."""
        return None

    async def generate(self, request: Request) -> Reply:
        """Return one reply, from servers that are started if they are not."""
        self._check_length(request)
        await self._up()
        self._check_length(request)
        return await self._asking.generate(request)

    async def close(self) -> None:
        """End the servers; safe to call twice."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._asking.close()

    async def _up(self) -> None:
        """Start all servers and wait for them; raises the error of the first that cannot start.

        One that is lost later is lost alone, as long as others are left.
        """
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
            self._tasks.append(self._starting)
        await asyncio.shield(self._starting)

    async def _start(self) -> None:
        self._tasks += [asyncio.create_task(one.run()) for one in self.servers]
        waiting = {asyncio.create_task(one.settled.wait()) for one in self.servers}
        self._tasks += waiting
        while waiting:
            _, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for supervisor in self.servers:
                if supervisor.failure is not None:
                    raise supervisor.failure
        contexts = [one.context for one in self.servers if one.context is not None]
        self._context = min(contexts, default=self._context)

    def _check_length(self, request: Request) -> None:
        """Refuse a run whose every answer would be refused, before a server is started if known."""
        asked, context = request.sampling.max_tokens, self._context
        if context is not None and asked >= context:
            raise BackendError(
                f"--max-tokens {asked} does not fit the model's {context} tokens, which hold "
                "prompt and answer together",
                hint="lower --max-tokens so that the prompt fits as well, or raise max_model_len "
                "in --model-args if the model was made for more",
                final=True,
            )
