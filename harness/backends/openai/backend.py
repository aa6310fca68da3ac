"""Tries: one request to one reply."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from functools import partial
from typing import Any

from harness.backend import Reply, Request
from harness.backends.openai.answer import Answer
from harness.backends.openai.balancer import Balancer, Endpoint, Found
from harness.backends.openai.body import body_of, probe_of
from harness.backends.openai.client import Client
from harness.backends.openai.key import Key
from harness.backends.openai.options import Options
from harness.backends.openai.outage import Outage
from harness.backends.openai.trouble import Refusal, Trouble
from harness.errors import BackendError
from harness.types import Contestant, FinishReason

LONGEST_PAUSE = 60.0
"""Between two tries, in units of the first pause."""
HEALTH_EVERY = 5.0
"""Between two looks at a server that is away, in units of the first pause."""


class OpenAIBackend:
    """Asks one model, on one server or on several that are alike.

    ``pause_s`` is the pause before the second try; it doubles with every further
    one, and is drawn between half of that and all of it. ``servers`` are those of a
    backend that starts its own.
    """

    def __init__(
        self, options: Options, key: Key, *, pause_s: float = 1.0, servers: Balancer | None = None
    ) -> None:
        self.name = f"openai:{options.model}"
        self.contestants: tuple[Contestant, ...] = (Contestant(id=options.id, title=options.title),)
        self.facts: tuple[tuple[str, str], ...] = ()
        self._options = options
        self._key = key
        self._pause_s = pause_s
        self._servers = servers or servers_of(options, key, HEALTH_EVERY * pause_s)
        self._probing = asyncio.Lock()
        self._jitter = random.Random()

    def samples(self, contestant: str, problem: str) -> tuple[int, ...] | None:  # noqa: ARG002
        """Return None: any number can be asked for."""
        return None

    def turns(self, contestant: str, problem: str, sample: int) -> int | None:  # noqa: ARG002
        """Return None: a strategy may ask again and again."""
        return None

    async def generate(self, request: Request) -> Reply:
        """Return one reply, after as many tries with the same seed as it takes."""
        body = body_of(request, self._options)
        tries = spent = forgiven = 0
        last: Endpoint | None = None
        attempt = (request.contestant, request.problem, request.sample)
        while True:
            tries += 1
            with self._servers.lend(last, attempt) as endpoint:
                try:
                    return await self._try(endpoint, body, tries)
                except Trouble as error:
                    trouble = error
            last = endpoint
            if await self._was_away(endpoint, trouble) and forgiven < self._options.max_tries:
                # A request that kills the server every time must come to an end as well.
                forgiven += 1
            else:
                spent += 1
            if spent >= self._options.max_tries:
                raise self._given_up(endpoint, trouble, tries) from trouble
            await asyncio.sleep(self._pause(spent, trouble))

    async def close(self) -> None:
        """Release connections; safe to call twice."""
        await self._servers.close()

    async def _try(self, endpoint: Endpoint, body: dict[str, Any], tries: int) -> Reply:
        """Ask once; what passes our own budget of time is cut, and what it has is kept."""
        answer = Answer(self._key, split_think=self._options.split_think)
        begin = time.monotonic()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.wall_s):
                    await endpoint.client.ask(body, answer)
        except Refusal as refusal:
            await self._check_settings(endpoint, refusal, body)
            return Reply(text=refusal.reason, finish_reason=FinishReason.REJECTED, tries=tries)
        if self._options.stream and not answer.begun:
            # Nothing was generated: that is the server's doing, not the model's.
            raise Trouble(f"no answer began within {self._options.wall_s} s", outage=True)
        endpoint.succeeded()
        finish = answer.finish or FinishReason.TIMEOUT
        return answer.reply(finish, seconds=time.monotonic() - begin, tries=tries)

    async def _check_settings(
        self, endpoint: Endpoint, refusal: Refusal, body: dict[str, Any]
    ) -> None:
        """Tell a prompt that is refused from settings that are.

        If no request was ever taken, the same settings are sent with a short
        prompt. A server that refuses those as well would refuse the whole run, and
        a run of zeros is not a result: that error is final.
        """
        client = endpoint.client
        async with self._probing:
            if client.accepted or await client.accepts(probe_of(body)):
                return
        raise BackendError(
            f"{client.base_url} refuses these settings for model "
            f"{self._options.model!r}: {refusal.reason}",
            hint="lower --max-tokens if they do not fit the model's context; other fields are "
            'changed, or with null left out, by extra_body={"field": ...} in --model-args',
            final=True,
        )

    async def _was_away(self, endpoint: Endpoint, trouble: Trouble) -> bool:
        """Note the failure and say whether it was the server's absence, which is over now."""
        if not trouble.outage:
            return False
        found = await self._servers.lost(endpoint)
        if found is Found.GONE:
            raise self._gone(endpoint, trouble) from trouble
        return found is Found.AWAY

    def _pause(self, spent: int, trouble: Trouble) -> float:
        pause = self._pause_s * min(LONGEST_PAUSE, 2.0 ** max(0, spent - 1))
        pause *= self._jitter.uniform(0.5, 1.0)
        asked = trouble.retry_after
        if asked is None:
            return pause
        if asked > self._options.patience_s:
            raise BackendError(
                f"the server asks to wait {asked:.0f} s ({trouble.what})",
                hint="resume the run later, or raise patience_s in --model-args",
            ) from trouble
        # Later than asked, and not all at once.
        return asked + pause

    def _given_up(self, endpoint: Endpoint, trouble: Trouble, tries: int) -> BackendError:
        return BackendError(
            f"{self._options.model}: no answer in {tries} tr{'y' if tries == 1 else 'ies'}; "
            f"the last: {trouble.what}",
            hint=f"see the log of the server at {endpoint.client.base_url}; "
            "resuming the run asks again",
        )

    def _gone(self, endpoint: Endpoint, trouble: Trouble) -> BackendError:
        where = " or ".join(other.client.base_url for other in self._servers.endpoints)
        if endpoint.client.answered:
            return BackendError(
                f"{self._options.model}: the server did not come back within "
                f"{self._options.patience_s:g} s: {trouble.what}",
                hint=f"start the server at {where} again; resuming the run asks again",
            )
        return BackendError(
            f"no model server answers at {where}: {trouble.what}",
            hint="start it, or mend base_url in --model-args; start_s is how long it is waited for",
            final=True,
        )


def servers_of(options: Options, key: Key, pause_s: float) -> Balancer:
    """Return the servers that the settings name; nothing is connected yet."""
    endpoints: list[Endpoint] = []
    alone = len(options.base_urls) == 1
    for base_url in options.base_urls:
        client = Client(base_url, options, key)
        outage = Outage(
            client.healthy,
            pause_s,
            name="the model server" if alone else f"the model server at {base_url}",
            meanwhile=partial(_meanwhile, options, client, alone),
        )
        endpoints.append(Endpoint(client, outage))
    return Balancer(endpoints, patience_s=options.patience_s, start_s=options.start_s)


def _meanwhile(options: Options, client: Client, alone: bool) -> str:
    if not alone:
        return "the others take its samples"
    patience_s = options.patience_s if client.answered else options.start_s
    return f"waiting for it, up to {patience_s:g} s"
