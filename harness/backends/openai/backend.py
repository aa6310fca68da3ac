"""Tries: one request to one reply."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import Any

from harness.backend import Reply, Request
from harness.backends.openai.answer import Answer
from harness.backends.openai.body import body_of, probe_of
from harness.backends.openai.client import Client
from harness.backends.openai.key import Key
from harness.backends.openai.options import Options
from harness.backends.openai.outage import Found, Outage
from harness.backends.openai.trouble import Refusal, Trouble
from harness.errors import BackendError
from harness.types import Contestant, FinishReason

LONGEST_PAUSE = 60.0
"""Between two tries, in units of the first pause."""
HEALTH_EVERY = 5.0
"""Between two looks at a server that is away, in units of the first pause."""


class OpenAIBackend:
    """Asks one model on one server.

    ``pause_s`` is the pause before the second try; it doubles with every further
    one, and is drawn between half of that and all of it.
    """

    def __init__(self, options: Options, key: Key, *, pause_s: float = 1.0) -> None:
        self.name = f"openai:{options.model}"
        self.contestants: tuple[Contestant, ...] = (Contestant(id=options.id, title=options.title),)
        self.facts: tuple[tuple[str, str], ...] = ()
        self._options = options
        self._key = key
        self._pause_s = pause_s
        self._client = Client(options, key)
        self._outage = Outage(self._client.healthy, self._patience, HEALTH_EVERY * pause_s)
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
        while True:
            tries += 1
            try:
                return await self._try(body, tries)
            except Trouble as trouble:
                lost_to_outage = await self._was_away(trouble)
                if lost_to_outage and forgiven < self._options.max_tries:
                    # A request that kills the server every time must come to an end as well.
                    forgiven += 1
                else:
                    spent += 1
                if spent >= self._options.max_tries:
                    raise self._given_up(trouble, tries) from trouble
                await asyncio.sleep(self._pause(spent, trouble))

    async def close(self) -> None:
        """Release connections; safe to call twice."""
        await self._client.close()

    async def _try(self, body: dict[str, Any], tries: int) -> Reply:
        """Ask once; what passes our own budget of time is cut, and what it has is kept."""
        answer = Answer(self._key, split_think=self._options.split_think)
        begin = time.monotonic()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.wall_s):
                    await self._client.ask(body, answer)
        except Refusal as refusal:
            await self._check_settings(refusal, body)
            return Reply(text=refusal.reason, finish_reason=FinishReason.REJECTED, tries=tries)
        if self._options.stream and not answer.begun:
            # Nothing was generated: that is the server's doing, not the model's.
            raise Trouble(f"no answer began within {self._options.wall_s} s", outage=True)
        self._outage.succeeded()
        finish = answer.finish or FinishReason.TIMEOUT
        return answer.reply(finish, seconds=time.monotonic() - begin, tries=tries)

    async def _check_settings(self, refusal: Refusal, body: dict[str, Any]) -> None:
        """Tell a prompt that is refused from settings that are.

        If no request was ever taken, the same settings are sent with a short
        prompt. A server that refuses those as well would refuse the whole run, and
        a run of zeros is not a result: that error is final.
        """
        async with self._probing:
            if self._client.accepted or await self._client.accepts(probe_of(body)):
                return
        raise BackendError(
            f"{self._options.base_url} refuses these settings for model "
            f"{self._options.model!r}: {refusal.reason}",
            hint="lower --max-tokens if they do not fit the model's context; other fields are "
            'changed, or with null left out, by extra_body={"field": ...} in --model-args',
            final=True,
        )

    async def _was_away(self, trouble: Trouble) -> bool:
        """Note the failure and say whether it was the server's absence, which is over now."""
        if not trouble.outage:
            return False
        found = await self._outage.failed()
        if found is Found.GONE:
            raise self._gone(trouble) from trouble
        return found is Found.BACK

    def _patience(self) -> float:
        known = self._client.answered
        return self._options.patience_s if known else self._options.start_s

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

    def _given_up(self, trouble: Trouble, tries: int) -> BackendError:
        return BackendError(
            f"{self._options.model}: no answer in {tries} tr{'y' if tries == 1 else 'ies'}; "
            f"the last: {trouble.what}",
            hint=f"see the log of the server at {self._options.base_url}; "
            "resuming the run asks again",
        )

    def _gone(self, trouble: Trouble) -> BackendError:
        if self._client.answered:
            return BackendError(
                f"{self._options.model}: the server did not come back within "
                f"{self._options.patience_s:g} s: {trouble.what}",
                hint=f"start the server at {self._options.base_url} again; "
                "resuming the run asks again",
            )
        return BackendError(
            f"no model server answers at {self._options.base_url}: {trouble.what}",
            hint="start it, or mend base_url in --model-args; start_s is how long it is waited for",
            final=True,
        )
